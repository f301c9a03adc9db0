#!/usr/bin/env python3
"""Does what README, docs and help say: every command of them is run as it stands there.

usage: documented.py PERPDECK        (for example .build/debug/perpdeck)
Needs Python 3 alone, and no network: where a command means BloFin, the served exchange is asked
instead, and the script says so. Every answer with --json is held against its schema in
config/schema/answers. A command that no recipe knows is a failure; one that is run elsewhere is
named with its place.
"""
import gzip
import json
import os
import pty
import random
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

import schema
from terminal import PATIENCE, Failure, check, serve, until

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")

# Commands that other scripts run, with their place.
ELSEWHERE = {
    "make demo": "Tests/Conformance/bare_root.py", "make test": ".ci/run", "make lint": ".ci/run",
    "make bench": "by hand, on a quiet machine", "make bench-peers": "by hand, needs PyPI",
    "make sanitize": "by hand, half an hour", "make dist": "by hand, a build of its own",
    "perpdeck ws-echo ws://127.0.0.1:9001": "Tests/Conformance/autobahn.sh",
}
# Commands that refuse --json: their answer is a sentence or a text.
NO_JSON = {"perpdeck attach", "perpdeck reload", "perpdeck support-bundle"}
# What stands for something of the reader's own.
PLACEHOLDERS = {"candles FILE": "candles BTC.csv", "backup FILE": "backup copy.sqlite",
                "close INSTRUMENT [long|short]": "close BTC-USDT", "/backup/": "backup/"}


def help_tree(program):
    """Every command with its description, from the parser itself."""
    text = subprocess.run([program, "--experimental-dump-help"], capture_output=True, text=True,
                          check=True).stdout

    def walk(command, path):
        yield path, command
        for inner in command.get("subcommands", []):
            if inner["commandName"] != "help":
                yield from walk(inner, path + [inner["commandName"]])

    root = json.loads(text)["command"]
    return list(walk(root, ["perpdeck"]))


def examples(tree):
    for path, command in tree:
        for line in command.get("discussion", "").splitlines():
            if re.match(r"\s+perpdeck(\s|$)", line):
                yield re.split(r"\s{2,}", line.strip())[0], " ".join(path) + " --help"


def broken_lines(program, path):
    """Lines of a help that end early within a paragraph: its source was wrapped by hand, and the
    terminal of 80 columns that README names wraps it once more."""
    text = subprocess.run([program, *path[1:], "--help"], capture_output=True, text=True, check=True,
                          env={**os.environ, "COLUMNS": "80"}).stdout
    told = re.split(r"^(?:EXAMPLES|USAGE)", text, flags=re.M)[0].splitlines()
    return [line for line, after in zip(told, told[1:])
            if 0 < len(line) < 30 and after and not after.startswith(" ")]


def of_page(page, tree):
    """The commands of code blocks and of code within sentences, also those of lists that leave out
    how the first one begins."""
    with open(os.path.join(ROOT, page)) as file:
        text = file.read()
    # What a block is named for is no command, as the picture of the screen.
    for block in re.findall(r"^```\w*\n.*?^```", text, re.S | re.M):
        if not block.startswith("```\n"):
            continue
        block = block.removeprefix("```\n").removesuffix("```")
        for line in block.splitlines():
            if line.strip():
                yield re.split(r"\s{2,}", line.strip())[0], page
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    paths = {" ".join(path[1:]) for path, _ in tree}
    chain = r"`(?:perpdeck|make)[^`]*`(?:(?:,| and| or| \(or|, and)\s+`[^`]+`)*"
    for found in re.findall(chain, text):
        first, *more = (re.sub(r"\s+", " ", span) for span in re.findall(r"`([^`]+)`", found))
        yield first, page
        for span in more:
            name = span.split()[0]
            if name == "perpdeck":
                yield span, page
                continue
            group = first.split()[1] if " " in first else ""
            if first.startswith("perpdeck --generate-completion-script"):
                yield f"perpdeck --generate-completion-script {name}", page
            elif f"{group} {name}" in paths:
                yield f"perpdeck {group} {span}", page
            elif name in paths:
                yield f"perpdeck {span}", page


class World:
    """A folder in which the program is found as perpdeck, with an exchange and files beside it."""

    def __init__(self, program, folder):
        self.folder = folder
        os.mkdir(os.path.join(folder, "bin"))
        os.mkdir(os.path.join(folder, "backup"))
        os.symlink(program, os.path.join(folder, "bin/perpdeck"))
        self.server, self.address, names = serve(program, folder, "--seed", "3", "--lenient")
        live = {name.replace("_DEMO", ""): value for name, value in names.items()}
        self.environment = {
            "PATH": os.path.join(folder, "bin") + ":" + os.environ["PATH"], "HOME": folder,
            "LANG": "C.UTF-8", "TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no",
            **names, **live}
        self.desk = None
        self.answers = 0
        self.write_candles()
        with open(os.path.join(folder, "plan.jsonl"), "w") as file:
            file.write('{"at":1000,"do":"external_fill","instId":"BTC-USDT","side":"buy",'
                       '"size":"1"}\n')

    def write_candles(self):
        """A year of days, which every tool takes, whatever the names say of their length."""
        draw = random.Random(7)
        price, rows = 30_000.0, []
        for day in range(366):
            change = price * draw.uniform(-0.03, 0.032)
            end = price + change
            high, low = max(price, end) * 1.01, min(price, end) * 0.99
            rows.append(f"{1_704_067_200_000 + day * 86_400_000},{price:.1f},{high:.1f},{low:.1f},"
                        f"{end:.1f},1000\n")
            price = end
        text = "timestamp_ms,open,high,low,close,volume\n" + "".join(rows)
        for name in ("BTC.csv", "BTC_1m.csv", "BTC_15m.csv"):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
        rates = "timestamp_ms,rate\n" + "".join(f"{row.split(',')[0]},0.0001\n" for row in rows)
        with open(os.path.join(self.folder, "BTC_rates.csv"), "w") as file:
            file.write(rates)
        for name in ("BTCUSDT_1m.csv.gz", "BTCUSDT_15m.csv.gz"):
            with gzip.open(os.path.join(self.folder, name), "wt") as file:
                file.write(text)

    def run(self, line, code=0, patience=600):
        if line.startswith("perpdeck place"):
            # The same order again within a second is taken for a slip of the hand.
            time.sleep(1.2)
        result = subprocess.run(["bash", "-c", line], cwd=self.folder, capture_output=True,
                                text=True, timeout=patience, env=self.environment,
                                stdin=subprocess.DEVNULL)
        check(result.returncode == code, f"{line}: exit code {code}", result.returncode,
              result.stdout[-2000:], result.stderr[-2000:])
        return result.stdout

    def at_terminal(self, line, talk, code=0):
        """Runs a command on a terminal; `talk` is told what was seen and returns what is typed."""
        pid, file = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execvpe("bash", ["bash", "-c", "stty rows 40 cols 120; exec " + line],
                       self.environment)
        seen, end = "", time.monotonic() + 4 * PATIENCE
        while time.monotonic() < end:
            if select.select([file], [], [], 0.1)[0]:
                try:
                    data = os.read(file, 65536)
                except OSError:
                    break
                if not data:
                    break
                seen = (seen + data.decode(errors="replace"))[-200_000:]
            if typed := talk(seen):
                os.write(file, typed.encode())
        else:
            os.kill(pid, signal.SIGKILL)
            raise Failure(f"{line}: no end after {4 * PATIENCE} s\n{seen[-3000:]}")
        _, status = os.waitpid(pid, 0)
        os.close(file)
        ended = os.waitstatus_to_exitcode(status)
        check(ended == code, f"{line}: exit code {code}", ended, seen[-3000:])
        return seen

    def session(self, line):
        """A session with a screen: until it is ready, then q."""
        mode = "demo" if " demo" in line else (
            "recording" if "--candles" in line else "paper-live" if "live" in line else "paper")
        state = {"next": 0.0}

        def talk(_):
            if time.monotonic() < state["next"]:
                return None
            state["next"] = time.monotonic() + 0.5
            asked = subprocess.run(
                ["perpdeck", "status", "--json", "--mode", mode], cwd=self.folder,
                env=self.environment, capture_output=True, text=True)
            is_ready = asked.returncode == 0 and json.loads(asked.stdout)["ready"]
            return "q" if is_ready else None

        self.at_terminal(line, talk)

    def serving(self, line):
        """A server: until it has said where it is, then Ctrl-C."""
        process = subprocess.Popen(["bash", "-c", "exec " + line], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, env=self.environment)
        check(any(row.startswith("passphrase") for row in process.stdout), f"{line}: says its key")
        process.send_signal(signal.SIGINT)
        check(process.wait(PATIENCE) == 0, f"{line}: ends with 0", process.returncode)

    def with_desk(self):
        """A demo session without a screen that other commands talk to."""
        if self.desk:
            return
        os.makedirs(os.path.join(self.folder, "config"), exist_ok=True)
        with open(os.path.join(self.folder, "config/strategies.yaml"), "w") as file:
            file.write("strategies:\n  - {name: btc-zones, kind: supply-demand, "
                       "instrument: BTC-USDT, timeFrame: 15m}\n")
        self.desk = subprocess.Popen(
            ["perpdeck", "demo", "--headless", "--server", self.address], cwd=self.folder,
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        # Prices come a moment later than the start is over.
        for coin in ("btc", "eth"):
            until(f"an order of {coin} can be placed", lambda: not subprocess.run(
                ["perpdeck", "place", "--preview", "buy", coin, "1", "sl", "1%"], cwd=self.folder,
                env=self.environment, capture_output=True).returncode)

    def end(self):
        for process in (self.desk, self.server):
            if process:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE)


class Recipes:
    """How each command is run. A recipe is a beginning of commands and a method."""

    def __init__(self, world, tree):
        self.world = world
        self.takes_json = {" ".join(path) for path, command in tree
                           if any(name.get("name") == "json" for argument in
                                  command.get("arguments", [])
                                  for name in argument.get("names", []))}
        self.validated = set()
        served = ("balance", "positions", "orders")
        self.table = [
            (r"perpdeck (--help|\S+ --help|--generate-completion-script \w+)$", self.plain),
            (r"perpdeck sweep\b", self.sweeping),
            (r"perpdeck (config|risk-calc|backtest|walk-forward)\b", self.plain),
            (r"perpdeck alerts grammar$", self.plain),
            (r"perpdeck reset-terminal$", lambda line: world.at_terminal(line, lambda _: None)),
            (r"perpdeck serve-exchange --replay", self.plain),
            (r"perpdeck serve-exchange\b", self.serving),
            (r"perpdeck (paper|demo) --headless$", self.headless),
            (r"perpdeck attach\b", self.attaching),
            (r"perpdeck live( --adopt)?$", self.live),
            (r"perpdeck( paper| demo)?( --.*)?$", self.session),
            (r"perpdeck candles .*--from-file", world.run),
            (r"perpdeck (tickers|book|candles|funding|doctor|fills|bills)\b", self.asking),
            (rf"perpdeck ({'|'.join(served)}) --", self.asking),
            (r"perpdeck (journal|support-bundle)\b", self.kept),
            (r"perpdeck alerts remove", self.removing),
            (r"perpdeck place --preview", self.previewing),
            (r"perpdeck (place (?!.*--)|reset-peak$)", self.answering),
            (rf"perpdeck (status|why|strategy|reset-peak|halt|resume|flatten|cancel-all|close|place|cancel"
             rf"|leverage|reload|alerts|{'|'.join(served)})\b", self.desk),
        ]

    def do(self, line):
        for beginning, recipe in self.table:
            if re.match(beginning, line):
                return recipe(line)
        raise Failure(f"no recipe for `{line}`")

    def command(self, line):
        """The command of a line, without its arguments."""
        words = line.split()
        for count in (3, 2):
            name = " ".join(words[:count])
            if name in self.takes_json:
                return name
        return None

    def plain(self, line, patience=600):
        """As it stands, and once more with --json where the command takes that."""
        said = self.world.run(line, patience=patience)
        name = self.command(line)
        if not name or name in NO_JSON or "--help" in line:
            return
        if "--json" not in line:
            # What was written is not written over; what was asked can be asked again.
            line = re.sub(r" (> |--html )\S+$| --to \S+", "", line) + " --json"
            said = self.world.run(line, patience=patience)
        schema.validate(name.replace("perpdeck ", "").replace(" ", "-"), said)
        self.validated.add(name)

    def serving(self, line):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        # The port of the documents may be taken by the reader's own.
        line = line.replace("--port 8700", f"--port {port}")
        self.world.serving(line if "--port" in line else f"{line} --port {port}")

    def elsewhere(self, line):
        return line.replace("http://127.0.0.1:8700", self.world.address)

    def asking(self, line):
        line = self.elsewhere(line)
        if "--server" not in line and "--offline" not in line:
            print(f"  the served exchange instead of BloFin: {line}")
            line += f" --server {self.world.address}"
        self.plain(line)

    def session(self, line):
        line = self.elsewhere(line)
        if ("--market live" in line or " demo" in line) and "--server" not in line:
            print(f"  the served exchange instead of BloFin: {line}")
            line += f" --server {self.world.address}"
        self.world.session(line)

    def headless(self, line):
        process = subprocess.Popen(["bash", "-c", "exec " + line], cwd=self.world.folder,
                                   env=self.world.environment, stdin=subprocess.DEVNULL)
        until(f"{line}: answers", lambda: not subprocess.run(
            ["perpdeck", "status"], cwd=self.world.folder, capture_output=True,
            env=self.world.environment).returncode)
        process.send_signal(signal.SIGTERM)
        check(process.wait(PATIENCE) == 0, f"{line}: ends with 0", process.returncode)

    def attaching(self, line):
        """A screen on the session that has none: until it is drawn, then q."""
        self.world.with_desk()
        keys = iter("q")
        seen = self.world.at_terminal(
            line, lambda seen: next(keys, None) if "RUNNING" in seen else None)
        check("Detached" in seen, f"{line}: the farewell", seen[-2000:])

    def live(self, line):
        """As far as it goes without real money: the phrase is asked for, and not given."""
        print("  real money: the phrase is not typed")
        seen = self.world.at_terminal(
            line, lambda seen: "no\n" if seen.rstrip().endswith("to stop:") else None, code=1)
        check("nothing was sent" in seen, "without the phrase nothing is sent", seen)

    def kept(self, line):
        # A journal of live is not made without real money; that of demo has the same form.
        self.plain(line.replace("--mode live", "--mode demo"))

    def sweeping(self, line):
        """With three combinations: a program that was built for finding faults takes an hour."""
        few = re.sub(r" --random \d+", "", line) + " --random 3"
        print(f"  three combinations: {few}")
        self.plain(few)

    def removing(self, line):
        """A rule is gone after it was taken away; another one is taken away as JSON."""
        self.world.with_desk()
        self.world.run(line)
        rules = json.loads(self.world.run("perpdeck alerts list --json"))["rules"]
        self.plain(f"perpdeck alerts remove {rules[0]['id']} --json")

    def previewing(self, line):
        """An order that a limit would refuse today is an answer as well: prices are of today."""
        self.world.with_desk()
        asked = subprocess.run(["bash", "-c", line], cwd=self.world.folder, text=True,
                               env=self.world.environment, capture_output=True)
        check(asked.returncode == 0 or "would be denied" in asked.stderr, f"{line}: is answered",
              asked)

    def answering(self, line):
        self.world.with_desk()
        time.sleep(1.2)
        said = {"yes": False}

        def talk(seen):
            if "yes does it" in seen and not said["yes"]:
                said["yes"] = True
                return "yes\n"
            return None

        self.world.at_terminal(line, talk)

    def desk(self, line):
        self.world.with_desk()
        if line.startswith("perpdeck reload"):
            self.world.run(line)
            return
        self.plain(line)
        if line.startswith("perpdeck halt"):
            self.world.run("perpdeck resume")


def order(line):
    """What has to come first: what makes files, then what needs no session, then sessions."""
    ranks = [("perpdeck config init", 0), ("perpdeck config", 1),
             ("perpdeck serve-exchange --replay", 3), ("perpdeck serve-exchange", 2),
             ("perpdeck paper", 4), ("perpdeck demo", 4), ("perpdeck live", 4),
             ("perpdeck place", 6), ("perpdeck positions", 7),
             ("perpdeck fills", 8), ("perpdeck bills", 8), ("perpdeck cl", 9),
             ("perpdeck flatten", 9), ("perpdeck journal", 10), ("perpdeck support", 10)]
    for beginning, rank in ranks:
        if line.startswith(beginning):
            return rank
    return 4 if line == "perpdeck" else 5


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    tree = help_tree(program)
    for path, command in tree:
        check("EXAMPLES" in command.get("discussion", "") or len(path) > 2,
              f"the help of {' '.join(path)} has examples")
        broken = broken_lines(program, path)
        check(not broken, f"the help of {' '.join(path)} fills its lines at 80 columns", broken)
    documented = {}
    pages = ["README.md", *sorted(f"docs/{name}" for name in os.listdir(f"{ROOT}/docs"))]
    told = [found for page in pages for found in of_page(page, tree)]
    for line, place in [*told, *examples(tree)]:
        for name, stand_in in PLACEHOLDERS.items():
            line = line.replace(name, stand_in)
        documented.setdefault(line, place)
    for path, _ in tree:
        documented.setdefault(" ".join(path) + " --help", "--help")
    with tempfile.TemporaryDirectory() as folder:
        world = World(program, folder)
        recipes = Recipes(world, tree)
        try:
            for line in sorted(documented, key=lambda line: (order(line), line)):
                if line in ELSEWHERE:
                    print(f"elsewhere: {line} ({ELSEWHERE[line]})")
                    continue
                began = time.monotonic()
                if line.endswith("--help"):
                    world.run(line)
                else:
                    recipes.do(line)
                print(f"passed: {line}  {time.monotonic() - began:.1f} s", flush=True)
            for name in NO_JSON:
                world.run(f"{name} --json", code=64)
            missing = sorted(recipes.takes_json - recipes.validated - NO_JSON)
            check(not missing, "every --json is held against its schema", missing)
        finally:
            world.end()
    print(f"passed: {len(documented)} commands, {len(recipes.validated)} schemas")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
