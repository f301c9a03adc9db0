#!/usr/bin/env python3
"""Puts names into a journal that a spreadsheet, SQLite or a path would obey, and reads it all.

usage: hostile_rows.py PERPDECK        (for example .build/debug/perpdeck)
Needs Python 3 alone.

S26 S27 CSV, JSON and tables of names that begin formulas, hold quotes, line ends and SQL
S29     accounts, modes and files that lead out of the folder
"""
import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile

from terminal import PATIENCE, Failure, check, wait_until_ready

# At most 32 bytes each, as every name of the exchange.
NAMES = [
    "BTC-USDT", "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1,2)", "\t=1", "\r=1",
    "'); DROP TABLE fills;--", 'a"b,c', "a\r\n=2+5", "a\n=2", "=\u0301x", "-\u0308", '"', ",",
    "'", "\u202e=1", "../../etc/passwd", "%s%n", "{}", "<script>",
]


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        def run(*words, code=0):
            result = subprocess.run([program, *words], cwd=folder, capture_output=True,
                                    timeout=PATIENCE)
            check(result.returncode == code, f"{words}: exit code {code}", result)
            return (result.stdout if code == 0 else result.stderr).decode()

        process = subprocess.Popen(
            [program, "paper", "--headless", "--data", "data"], cwd=folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            wait_until_ready(program, folder, "--data", "data")
            said = run("close", "X');DELETE--", "--data", "data", code=1)
            check("not listed" in said, "S27 an instrument that is SQL is not listed", said)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE)
        place = os.path.join(folder, "data/paper/main/journal.sqlite")
        with sqlite3.connect(place) as journal:
            for number, name in enumerate(NAMES):
                check(len(name.encode()) <= 32, "a name has at most 32 bytes", name)
                journal.execute(
                    "INSERT INTO fills VALUES "
                    "(?,?,?,NULL,'buy','net','60000.5','1','-0.01','-2.5',?,?)",
                    (name, str(number), name, *[1_767_225_600_000 + number] * 2))
        journal.close()

        exported = run("journal", "export", "--what", "fills", "--data", "data")
        rows = list(csv.DictReader(io.StringIO(exported, newline="")))
        check(len(rows) == len(NAMES), "S26 one row a fill", exported)
        for name, row in zip(NAMES, rows):
            check(None not in row and None not in row.values(), "S26 as many cells as names", row)
            for cell in (row["instrument"], row["orderId"]):
                check(cell.removeprefix("'") == name or cell == name, "S26 the name is whole", row)
                check(cell[0] not in "=+-@\t\r", "S26 no cell begins a formula", row)
            check((row["fee"], row["realized"]) == ("-0.01", "-2.5"), "S26 numbers stay numbers")
        objects = json.loads(run("journal", "export", "--what", "fills", "--format", "json",
                                 "--data", "data"))["fills"]
        check([row["instrument"] for row in objects] == NAMES, "S27 JSON has the names", objects)
        check("sound" in run("journal", "verify", "--data", "data").lower(), "S27 it is sound")

        for words in (("journal", "export"), ("journal", "trades"), ("status",), ("halt",),
                      ("support-bundle", "--to", "bundle.txt")):
            for name in ("../main", "a/b", "..", "", "main\x1b[2J", "/etc"):
                said = run(*words, "--account", name, "--data", "data", code=64)
                check("--account" in said and "\x1b" not in said, "S29 no such account", said)
        for mode in ("../paper", "paper/../paper", "", "."):
            said = run("status", "--mode", mode, "--data", "data", code=64)
            check("--mode" in said, "S29 no such mode", said)
        check(not os.path.exists(os.path.join(folder, "bundle.txt")), "S29 nothing was written")
        link = os.path.join(folder, "link.csv")
        os.symlink(os.path.join(folder, "target.csv"), link)
        run("journal", "export", "--to", "link.csv", "--data", "data", code=1)
        check(not os.path.exists(os.path.join(folder, "target.csv")), "S29 no link is followed")
    print(f"passed: {len(NAMES)} hostile names in CSV, JSON and SQL; no path leads out of the data")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
