#!/usr/bin/env python3
"""Gives backtests, sweeps and walk-forwards what they cannot use, and looks that nothing is lost.

usage: backtest_input.py PERPDECK        (for example .build/debug/perpdeck)
"""
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from terminal import Failure, check

HEADER = "timestamp_ms,open,high,low,close,volume\n"
START, HOUR = 1_704_067_200_000, 3_600_000
PATIENCE = 120

# What stands on the command line behind `--candles btc.csv`, and what is said of it.
REFUSED = [
    ("backtest --lot 0", "--lot 0: allowed is above 0"),
    ("backtest --lot 0.000000000000000001", "--lot 0.000000000000000001 is no exact money"),
    ("backtest --from 2024-02-31", "--from 2024-02-31: there is no such day"),
    ("backtest --from 2024-+1-30", r"--from 2024-\+1-30: a day"),
    ("backtest --from 2024-01-05 --to 2024-01-05", "the first day is before the last"),
    ("backtest --from 2030-01-01", "no candles in the stretch .* has those from 2024-01-01"),
    ("backtest --instrument a,b", "--instrument 'a,b': letters, digits and -"),
    ("backtest --candles btc.csv", "are both taken for BTC-USDT.* --instrument"),
    ("backtest --funding funding.csv --funding funding.csv", "--funding: one for each"),
    ("backtest --funding btc.csv", "btc.csv:1: the header must be timestamp_ms and a column with"),
    ("backtest --funding short.csv", "short.csv:2: a time and a rate expected, found 1 fields"),
    ("backtest --trades btc.csv", "--trades btc.csv: is read by this run"),
    ("backtest --trades ./btc.csv", "--trades ./btc.csv: is read by this run"),
    ("backtest --html out --trades out", "is also the file of --trades"),
    ("backtest --html out --trades ./out", "is also the file of --trades"),
    ("backtest --html nowhere/out", "--html nowhere/out: cannot be written: No such file"),
    ("backtest --html .", r"--html \.: cannot be written: Is a directory"),
    ("backtest --monte-carlo 1", "--monte-carlo 1: allowed is"),
    ("sweep --fast :5", "--fast :5: first:last"),
    ("sweep --fast 5:", "--fast 5:: first:last"),
    ("sweep --fast 1:10000 --slow 1:10000", "100000000 combinations: allowed are"),
    ("backtest --stop 0", "--stop 0: allowed is 0.0001 to 0.9, or off"),
    ("walk-forward --stop 0", "--stop 0: allowed is 0.0001 to 0.9, or off"),
    ("sweep --stop 0", "--stop 0: allowed is 0.0001 to 0.9, or off"),
    ("backtest --share 0", "--share 0: allowed is 0.0001 to 1"),
    ("backtest --strategy confluence --risk 0", "--risk 0: allowed is 0.0001 to 1"),
    ("backtest --fast 26", "--fast 26: allowed is below slow, which is 26"),
    ("sweep --fast 5:40 --slow 30:60", "fast is the shorter average, and 40 is not below 30"),
    ("backtest --fees 0.5", "--fees 0.5: allowed is 0 up to 0.1; it is a fraction"),
    ("backtest --slippage 0.5", "--slippage 0.5: allowed is 0 up to 0.1; it is a fraction"),
    ("backtest --lot 0.0001 --leverage 60", "--leverage 60: with --lot at most 50 is allowed"),
    ("backtest --instrument SOL-USDT --leverage 100", "SOL-USDT allows at most 75; name a lower"),
    ("sweep --instrument DUST-USDT --leverage 60",
     "DUST-USDT is not among the built-in instruments and allows at most 50"),
    ("backtest --candles one.csv --instrument BTC-USDT --instrument ONE-USDT",
     "one.csv: one candle alone tells neither its length"),
    ("sweep --store btc.csv", "--store btc.csv: is no store of a sweep, and stays as it is"),
    ("sweep --store .", r"--store \.: Is a directory"),
    ("sweep --store nowhere/s", "--store nowhere/s: No such file"),
    ("sweep --strategy confluence", "say what is tried, such as --vary threshold"),
    ("sweep --strategy confluence --vary nothing=1:5", "nothing"),
    ("sweep --strategy confluence --vary threshold=60:110:10 --store new.csv",
     "--threshold 110: allowed is"),
    ("walk-forward --fast 9", "--fast 9: a walk-forward chooses it among several itself"),
    ("backtest --frame 7m", "--frame 7m: is not one of 1m, 3m"),
    ("backtest --frame 15m", "btc.csv: candles of 1h make none of 15m; name a longer"),
    ("backtest --frame 1w --from 2024-01-20", "no candles in the stretch"),
    ("backtest --set risk.riskPerTrade=1%",
     "--set risk.riskPerTrade=1%: no settings are read with --limits none"),
    ("sweep --config .", r"--config \.: no settings are read with --limits none"),
    ("walk-forward --learn 180 --trade 60", "need candles of 240 days, and there are 20"),
]


def candles(hours=480):
    """Twenty days of hours, or so many hours, of a price that goes up and down."""
    lines, before = [HEADER], 100.0
    for hour in range(hours):
        price = 100 + abs(hour % 60 - 30) / 2
        low, high = min(before, price), max(before, price)
        lines.append(f"{START + hour * HOUR},{before},{high},{low},{price},10\n")
        before = price
    return "".join(lines)


def wait_until_not_ignored(process, number):
    """Waits until a signal would end a process that ignored it."""
    until = time.monotonic() + PATIENCE
    while True:
        with open(f"/proc/{process}/status", encoding="ascii") as file:
            ignored = re.search(r"^SigIgn:\s*(\w+)$", file.read(), re.M).group(1)
        if not int(ignored, 16) >> (number - 1) & 1:
            return
        if time.monotonic() > until:
            raise Failure(f"the signal {number} is still ignored after {PATIENCE} seconds")
        time.sleep(0.01)


def steps_as_they_come(program, folder):
    """A walk-forward tells each step when it is done: a stop leaves those that were told."""
    end, start = os.pipe()
    # A page of steps fills the pipe; behind it the walk waits for its reader.
    fcntl.fcntl(start, fcntl.F_SETPIPE_SZ, 4096)
    walk = subprocess.Popen(
        [program, "walk-forward", "--limits", "none", "--candles", "long.csv", "--instrument",
         "BTC-USDT", "--learn", "1", "--trade", "1", "--json"],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=start, stderr=subprocess.PIPE, text=True,
        env={"PATH": os.environ["PATH"], "HOME": folder})
    os.close(start)
    with os.fdopen(end) as told:
        lines = [told.readline()]
        walk.send_signal(signal.SIGINT)
        # It has heard the first when it would end at a second.
        wait_until_not_ignored(walk.pid, signal.SIGINT)
        lines += told.readlines()
    _, problem = walk.communicate(timeout=PATIENCE)
    *steps, total = [json.loads(line) for line in lines]
    check(walk.returncode == 0 and total["partial"], "a stopped walk is partial", problem)
    check(0 < total["steps"] == len(steps) < 99, "the steps before the stop are told", total)


def candles_from_a_file(program, folder, write):
    """A file of candles comes into what is kept as a backtest reads it, or not at all."""
    def keep(line, code, pattern):
        seen = subprocess.run(
            [program, "candles", "BTC", "--data", "data", *line.split()], cwd=folder,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
            env={"PATH": os.environ["PATH"], "HOME": folder})
        check(seen.returncode == code, f"{line}: the exit code is {code}", seen)
        check(re.search(pattern, seen.stdout + seen.stderr), f"{line}: says {pattern}", seen)

    def changed(name, *changes):
        rows = candles().splitlines(keepends=True)
        for change in changes:
            change(rows)
        write(name, "".join(rows))

    changed("double.csv", lambda rows: rows.insert(7, rows[6]))
    changed("back.csv", lambda rows: rows.insert(9, rows[3]))
    changed("hole.csv", lambda rows: rows.__delitem__(slice(10, 13)))
    changed("other.csv", lambda rows: rows.__setitem__(
        20, f"{START + 19 * HOUR},900,900,900,900,1\n"))
    keep("--from-file double.csv", 1, r"double.csv:8: the same time as the row before it")
    keep("--from-file back.csv", 1, r"back.csv:10: older than the row before it")
    keep("--frame 4h --from-file hole.csv", 1, "hole.csv: holds candles of 1h, not of 4h")
    keep("--from-file nowhere.csv", 1, "nowhere.csv: cannot be read")
    keep("--from-file hole.csv --cached", 64, "--from-file and --cached exclude each other")
    check(not os.path.exists(os.path.join(folder, "data")), "nothing was kept", folder)
    keep("--from-file hole.csv", 0,
         r"477 candles of BTC-USDT 1h from hole.csv, 2024-01-01 to 2024-01-20, 477 of them new"
         r"; 477 are kept now\nGAPS: 3 candles are missing in 1 places\n  hole.csv:11: "
         r"2024-01-01 09:00:00.000 to 2024-01-01 12:00:00.000: 3")
    keep("--limit 1440 --cached", 0, "nobody was asked: BTC-USDT 1h .*; 3 are missing")
    keep("--frame 4h --limit 1440 --cached", 0,
         r"BTC-USDT 4h .*20:00:00 UTC; 119 are made of those of 1h; 1 are missing")
    keep("--from-file btc.csv", 0, "480 candles .* 3 of them new; 480 are kept now")
    keep("--from-file other.csv", 1,
         r"other.csv:21: holds another market: .* closes at 900 .*nothing was written")
    # Quarters of the day behind the hours that are kept: the newest hours are made of them.
    write("quarters.csv", HEADER + "".join(
        f"{START + 480 * HOUR + place * HOUR // 4},100,101,99,100,1\n" for place in range(96)))
    keep("--frame 15m --from-file quarters.csv", 0, "96 candles of BTC-USDT 15m")
    keep("--limit 24 --cached", 0,
         r"1h up to the candle of 2024-01-21 23:00:00 UTC; 24 are made of those of 15m\.?\n")
    keep("--limit 24 --cached", 0, r"2024-01-21 23:00:00 +100 +101 +99 +100 +4\.000 +closed\n")
    keep("--limit 1000 --cached --to new.csv", 0,
         "504 candles of 1h.*; 1000 were asked for, and what is kept on disk gave 504\n")

    def damage(frame):
        place = os.path.join(folder, "data/candles/blofin-live", f"BTC-USDT_{frame}.candles")
        with open(place, "ab") as file:
            file.write(b"x")

    damaged = r"The candle cache data/candles/blofin-live/BTC-USDT_1h\.candles is damaged"
    damage("1h")
    keep("--limit 24 --cached", 0, rf"Warning: {damaged}.*\n.*24 are made of those of 15m\.?\n")
    damage("15m")
    keep("--frame 4h --cached", 1, rf"holds no candles of BTC-USDT 4h\. {damaged}")
    keep("--from-file btc.csv", 0,
         r"480 candles .* 480 of them new; 480 are kept now\ndata/candles/blofin-live/"
         r"BTC-USDT_1h\.candles was not believed \(damaged: .*\) and is written anew")
    keep("--frame 4h --limit 1440 --cached", 0, "120 are made of those of 1h")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        def place(name):
            return os.path.join(folder, name)

        def write(name, text):
            with open(place(name), "w") as file:
                file.write(text)

        def text(name):
            with open(place(name)) as file:
                return file.read()

        def run(line, output=subprocess.PIPE):
            words = line.split()
            return subprocess.run(
                [program, words[0], "--limits", "none", "--candles", "btc.csv", *words[1:]],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE,
                text=True, timeout=PATIENCE, env={"PATH": os.environ["PATH"], "HOME": folder})

        sound = candles()
        write("btc.csv", sound)
        write("funding.csv", f"timestamp_ms,rate\n{START + 9 * HOUR},0.0001\n")
        write("one.csv", "".join(sound.splitlines(keepends=True)[:2]))
        write("short.csv", f"timestamp_ms,rate\n{START}\n")
        for line, pattern in REFUSED:
            seen = run(line)
            check(seen.returncode in (1, 64), f"{line}: the exit code is 1 or 64", seen)
            check(re.search(pattern, seen.stderr), f"{line}: says {pattern}", seen)
            check(not seen.stdout, f"{line}: no report", seen)
            check(text("btc.csv") == sound, f"{line}: leaves the candles alone", seen)
        check(sorted(os.listdir(folder)) == ["btc.csv", "funding.csv", "one.csv", "short.csv"],
              "nothing is left behind", os.listdir(folder))

        seen = run("backtest --lot 2 --html r.html --trades t.csv --monte-carlo 100 --json")
        check(seen.returncode == 0, "a lot of two coins is a lot", seen)
        report = json.loads(seen.stdout)
        check(report["bars"] == 480, "all candles are counted", report["bars"])
        check(report["setups"] and report["look_ahead_compared"] > 0, "what is told", report)
        check("<svg" in text("r.html") and "setup" in text("t.csv"), "the files are there", folder)

        seen = run("backtest --frame 4h --json --no-look-ahead")
        check(json.loads(seen.stdout)["bars"] == 120, "four hours make one candle", seen)

        with open("/dev/full", "w") as full:
            for line in ("backtest", "sweep --fast 3 --slow 8", "walk-forward --learn 5 --trade 5"):
                seen = run(line, full)
                check(seen.returncode == 1 and "standard output" in seen.stderr,
                      f"{line}: a report that cannot be written is a failure", seen)

        sweep = "sweep --fast 3:4 --slow 8:9 --store s.csv"
        first, again = run(sweep), run(sweep)
        check("4 run now" in first.stdout and "0 run now" in again.stdout, "a store", again)
        seen = run(sweep + " --fees 0.0001")
        check(seen.returncode == 1 and "holds results of other candles" in seen.stderr,
              "results at other fees are no results", seen)
        kept = text("s.csv")
        write("s.csv", kept.replace(",", ",9", 1))
        seen = run(sweep)
        check(seen.returncode == 1 and "s.csv:2: no result of a sweep" in seen.stderr,
              "a figure that was changed", seen)
        seen = run("sweep --strategy confluence --vary threshold=60:80:10 --json")
        check(seen.returncode == 0 and len(seen.stdout.splitlines()) == 4, "another strategy", seen)

        seen = run("walk-forward --learn 5 --trade 5 --json")
        lines = [json.loads(line) for line in seen.stdout.splitlines()]
        check(len(lines) == 4 and lines[-1]["steps"] == 3 and not lines[-1]["partial"],
              "a walk-forward is summed up", seen)
        check(lines[-2]["until"] == "2024-01-21 00:00:00.000", "until when was traded", lines[-2])
        check("at the end" not in run("walk-forward --learn 5 --trade 5").stdout,
              "nothing is left over", seen)
        check("\n3 days at the end are too few for another step: nothing was traded there\n"
              in run("walk-forward --learn 5 --trade 6").stdout, "what is left over", seen)
        write("long.csv", candles(2_400))
        steps_as_they_come(program, folder)
        candles_from_a_file(program, folder, write)
    print(f"passed: {len(REFUSED)} refusals, and what is told of the rest")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
