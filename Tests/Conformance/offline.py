#!/usr/bin/env python3
"""The commands that need no screen: settings, doctor, journal; people's text and JSON.

usage: offline.py PERPDECK        (for example .build/debug/perpdeck)
Needs Python 3 alone, and no network.
"""
import csv
import io
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

from terminal import PATIENCE, Failure, check, in_time, serve, until


class Program:
    """The program in a folder of its own."""

    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8",
                            "TERM": "xterm-256color"}

    def run(self, *words, code=0, **names):
        result = subprocess.run([self.path, *words], cwd=self.folder, capture_output=True,
                                text=True, timeout=PATIENCE, env={**self.environment, **names})
        check(result.returncode == code, f"{words}: exit code {code}", result)
        return result

    def say(self, *words, **more):
        return self.run(*words, **more).stdout

    def json(self, *words, **more):
        return json.loads(self.say(*words, "--json", **more))

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)


def modes(folder):
    return {oct(stat.S_IMODE(os.stat(os.path.join(at, name)).st_mode))
            for at, _, names in os.walk(folder) for name in names}


def settings(program):
    check("defaults hold" in program.say("config", "check"), "no folder is right")
    check(program.say("config", "init").count("wrote") >= 13, "every file is written")
    check(program.say("config", "init").count("kept") >= 13, "nothing is written over")
    check(modes(os.path.join(program.folder, "config")) == {"0o600"}, "every file is private")
    check(program.json("config", "check") == {"ok": True, "folder": "config", "warnings": []},
          "what was written is right")
    shown = {row["path"]: row for row in program.json("config", "show")["settings"]}
    check(shown["risk.leverageMaximum"]["value"] == "10x"
          and re.fullmatch(r"risk.yaml:\d+:\d+", shown["risk.leverageMaximum"]["from"]),
          "a setting is shown with its place", shown["risk.leverageMaximum"])
    for file in ("risk", "pairs", "accounts", "display", "keys", "templates"):
        schema = json.loads(program.say("config", "schema", file))
        check(schema["additionalProperties"] is False, "the schema is closed", schema)
        with open(os.path.join(program.folder, f"config/schema/{file}.schema.json")) as written:
            check(json.load(written) == schema, "the schema is the one that was written")
    program.write("config/risk.yaml", "leverageMaximum: 10x\nriskPerTrad: 1 %\n")
    times = []
    for _ in range(10):
        began = time.monotonic()
        told = program.run("paper", code=1).stderr
        times.append(time.monotonic() - began)
    # The best of ten: what the program takes, not what else the machine does.
    taken = min(times)
    check('risk.yaml:2:1: unknown key "riskPerTrad"; did you mean riskPerTrade?' in told,
          "the mistake with its place and what was meant", told)
    # A program that was built for finding faults may take longer.
    allowed = 0.4 if "/debug/" in program.path else 0.1
    check(in_time(program.path, taken, allowed), f"a mistake is found in {taken * 1000:.0f} ms")
    problems = program.json("config", "check", code=1)
    check(problems["ok"] is False and problems["problems"][0]["place"] == "risk.yaml:2:1",
          "the mistake in JSON", problems)
    check("risk.yaml:2:1" in program.run("config", "show", code=1).stderr, "show tells it too")
    os.remove(os.path.join(program.folder, "config/risk.yaml"))
    wide = [line for line in program.say("config", "show").splitlines()
            if len(line) > 100 and not line.startswith("alerts.rules ")]
    check(not wide, "a long value moves no other aside", wide)
    shown = program.say("config", "show", "risk.lev", PERPDECK_RISK_LEVERAGE_MAXIMUM="5x")
    check(re.search(r"variable PERPDECK_RISK_LEVERAGE_MAXIMUM +5x", shown), "a variable's value",
          shown)
    check("is missing" in program.run("config", "check", "--mode", "live", code=1).stderr,
          "live needs a key")
    print(f"passed: settings: a mistake is found in {taken * 1000:.0f} ms")


def doctor(program):
    began = time.monotonic()
    report = program.json("doctor", "--offline")
    taken = time.monotonic() - began
    verdicts = {row["name"]: row["verdict"] for row in report["checks"]}
    checks = {"terminal", "locale", "disk", "settings", "journal", "candles"}
    check(report["ok"] and checks <= set(verdicts), "every check is there", report)
    check(in_time(program.path, taken, 3), f"the doctor took {taken:.1f} s offline")
    check(all(row["next"] for row in report["checks"] if row["verdict"] in ("warning", "fail")),
          "each warning has its next step", report)
    # A port on which nobody listens stands for no network.
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    began = time.monotonic()
    told = program.run("doctor", "--server", f"http://127.0.0.1:{port}", code=1).stdout
    check("refused" in told and "->" in told and "1 check failed" in told, "no network", told)
    check(in_time(program.path, time.monotonic() - began, 3), "in time also without a network")
    server, address, names = serve(program.path, program.folder)
    try:
        told = program.json("doctor", "--mode", "demo", "--server", address, **names)
        verdicts = {row["name"]: row["verdict"] for row in told["checks"]}
        check(verdicts["exchange"] == "ok" and verdicts["position mode"] == "ok"
              and verdicts["key"] in ("ok", "warning") and verdicts["clock offset"] == "ok",
              "exchange, clock and key", told)
        wrong = {**names, "BLOFIN_DEMO_API_SECRET": "CANARY-wrong-secret"}
        result = program.run("doctor", "--mode", "demo", "--server", address, code=1, **wrong)
        check("key" in result.stdout and "refused" in result.stdout, "a wrong secret",
              result.stdout)
        check("CANARY" not in result.stdout + result.stderr, "no secret is told")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)
    print(f"passed: doctor: offline in {taken:.2f} s, no network, a key, a wrong secret")


def orders(program, words):
    """Trades through the running program from a second terminal."""
    # Prices come a moment later.
    until("an order can be placed", lambda: not subprocess.run(
        [program.path, "place", "--preview", "buy", "btc", "0.5%", "sl", "1%", *words],
        cwd=program.folder, capture_output=True, env=program.environment).returncode)
    shown = program.say("place", "--preview", "buy", "btc", "0.5%", "sl", "1%", *words)
    check("yes" in shown, "the preview asks", shown)
    check(program.json("positions", *words)["positions"] == [], "a preview sends nothing")
    check("add --yes" in program.run("place", "buy", "btc", "0.5%", "sl", "1%", *words,
                                     code=1).stderr, "nobody to ask: nothing is sent")
    refused = program.run("place", "--yes", "buy", "btc", "9%", "sl", "1%", *words, code=1).stderr
    check("denied" in refused, "the gate refuses nine percent", refused)
    done = program.json("place", "--yes", "buy", "btc", "0.5%", "sl", "1%", *words)
    check(done["ok"], "the order is taken", done)
    held = until("the position", lambda: program.json("positions", *words)["positions"])
    check(held[0]["instrument"] == "BTC-USDT" and held[0]["side"] == "long", "the position", held)
    until("the stop", lambda: program.json("orders", *words)["triggers"])
    check(program.json("leverage", "eth", "3x", *words)["ok"], "a leverage")
    balance = program.json("balance", *words)
    check(float(balance["usedMargin"]) > 0 and float(balance["equity"]) > 0, "the money", balance)
    program.say("place", "--yes", "buy", "eth", "1c", "@", "1000", "sl", "900", *words)
    until("the resting order", lambda: program.json("orders", *words)["orders"])
    program.say("cancel", "eth", *words)
    until("the cancel", lambda: not program.json("orders", *words)["orders"])
    program.say("close", "btc", *words)
    until("the close", lambda: not program.json("positions", *words)["positions"])
    print("passed: orders: place, cancel, leverage and close from a second terminal")


def journal(program):
    check("There is no journal" in program.run("journal", "trades", code=1).stderr, "none yet")
    process = subprocess.Popen(
        [program.path, "paper", "--plain", "--seed", "7", "--data", "data"], cwd=program.folder,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=program.environment)
    words = ("--data", "data")
    try:
        heard = ""
        while "ready" not in heard:
            line = process.stdout.readline()
            check(line, "the program is ready", heard)
            heard += line
        orders(program, words)
        until("the trade", lambda: program.json("journal", "trades", *words)["trades"])
        trades = program.json("journal", "trades", *words)["trades"]
        check(len(trades) == 1 and trades[0]["instrument"] == "BTC-USDT", "the trade", trades)
        program.say("journal", "backup", "copy.sqlite", *words)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
    check("BTC-USDT" in program.say("journal", "trades", *words), "the table")
    stats = program.json("journal", "stats", *words)
    check(stats["trades"] == 1 and stats["net"] == trades[0]["net"], "the figures", stats)
    told = dict(line.split()[:2] for line in program.say("journal", "stats", *words).splitlines())
    key = "lost" if stats["net"].startswith("-") else "gained"
    check(told["net"].lstrip("-") == told[key], "the same amount cut the same way", told)
    rows = list(csv.DictReader(io.StringIO(program.say("journal", "export", *words))))
    check(len(rows) == 1 and rows[0]["net"] == trades[0]["net"], "the same in CSV", rows)
    fills = json.loads(program.say("journal", "export", "--what", "fills", "--format", "json",
                                   *words))["fills"]
    check(len(fills) >= 2 and {fill["side"] for fill in fills} == {"buy", "sell"}, "fills", fills)
    program.say("journal", "export", "--to", "trades.csv", *words)
    check("exists" in program.run("journal", "export", "--to", "trades.csv", *words, code=1).stderr,
          "nothing is written over")
    check(program.json("journal", "verify", *words)["ok"], "the journal is sound")
    check(program.json("journal", "stats", "--file", "copy.sqlite")["trades"] == 1, "the copy")
    for name in ("copy.sqlite", "trades.csv"):
        mode = stat.S_IMODE(os.stat(os.path.join(program.folder, name)).st_mode)
        check(mode == 0o600, f"{name} is private", oct(mode))
    with open(os.path.join(program.folder, "copy.sqlite"), "r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 4096)
    damaged = subprocess.run([program.path, "journal", "verify", "--file", "copy.sqlite"],
                             cwd=program.folder, capture_output=True, text=True,
                             env=program.environment)
    check(damaged.returncode == 1 and "damaged" in damaged.stdout + damaged.stderr
          or "malformed" in damaged.stderr, "damage is found", damaged)
    print("passed: journal: trades, stats, export, verify, backup")


def tools(program):
    sized = program.json("risk-calc", "btc", "--entry", "61000", "--stop", "60400", "--equity",
                         "10000", "--target", "62800")
    check(95 < float(sized["lossAtStop"]) <= 100, "one percent is lost at the stop", sized)
    check(float(sized["liquidation"]) < 60400 and float(sized["rewardToRisk"]) > 2, "the rest",
          sized)
    # The gate pays both fees from what the target gains: 1.90 R and not 2.
    near = program.json("risk-calc", "btc", "--entry", "61000", "--stop", "60400", "--equity",
                        "10000", "--target", "62467")
    check(1.85 < float(near["rewardToRisk"]) < 1.95
          and re.fullmatch(r"\d+(\.\d)?", near["liquidation"]), "the figures of the gate", near)
    program.run("risk-calc", "btc", "--entry", "61000.05", "--stop", "60400", "--equity", "10000",
                code=64)
    beyond = program.run("risk-calc", "btc", "--entry", "61000", "--stop", "30000", "--equity",
                         "10000", code=1)
    check("before liquidation at" in beyond.stderr,
          "K07 a stop behind liquidation is refused", beyond)
    trade = ("risk-calc", "btc", "--entry", "59000", "--stop", "58000", "--equity", "10000")
    sizes = [program.json(*trade, *words)["contracts"] for words in (
        (), ("--limit",), ("--set", "risk.slippageAllowance=0.5%"),
        ("--set", "risk.riskPerTrade=0.5%"))]
    check(sizes == ["88.5", "92.9", "60.4", "44.2"], "the gate sizes with the limits of risk.yaml",
          sizes)
    program.run(*trade, "--leverage", "20x", code=1)
    check("contracts" in program.say("risk-calc", "eth", "--short", "--entry", "2500", "--stop",
                                     "2550", "--equity", "5000"), "the table")
    for shell in ("bash", "zsh", "fish"):
        script = program.say("--generate-completion-script", shell)
        check("doctor" in script and "journal" in script, f"completions for {shell}")
    subprocess.run(["bash", "-n"], input=program.say("--generate-completion-script", "bash"),
                   text=True, check=True)
    for words in ("", "config", "journal", "doctor", "place", "paper", "support-bundle"):
        help = program.say(*words.split(), "--help")
        check("USAGE" in help and (words in ("doctor",) or "EXAMPLES" in help),
              f"help of {words} has examples", help)
    print("passed: tools: risk-calc, completions, help")


def market(program):
    server, address, _ = serve(program.path, program.folder, "--seed", "3")
    words = ("--server", address)
    try:
        tickers = program.json("tickers", "btc", "ETH-USDT", *words)["tickers"]
        check([row["instrument"] for row in tickers] == ["BTC-USDT", "ETH-USDT"], "tickers",
              tickers)
        check("BTC-USDT" in program.say("tickers", *words), "the table of the default pairs")
        book = program.json("book", "btc", "--depth", "3", *words)
        check(len(book["bids"]) == 3 and float(book["bids"][0]["price"])
              < float(book["asks"][0]["price"]), "the book", book)
        candles = program.json("candles", "btc", "--frame", "1m", "--limit", "5", *words)
        check(len(candles["candles"]) == 5, "candles", candles)
        funding = program.json("funding", "btc", *words)["funding"]
        check(len(funding) == 1 and funding[0]["nextTime"], "funding", funding)
        check("Not listed: NOPE-USDT" in program.run("tickers", "nope", *words, code=1).stderr,
              "an instrument that is not there")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)
    check(program.run("tickers", *words, code=1).stderr.count("\n") == 1, "nobody there")
    print("passed: market: tickers, book, candles, funding")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    path = os.path.abspath(sys.argv[1])
    for case in (settings, doctor, tools, market, journal):
        with tempfile.TemporaryDirectory() as folder:
            case(Program(path, folder))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
