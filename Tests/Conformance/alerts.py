#!/usr/bin/env python3
"""Sets alerts on the screen and from a second terminal, lets them fire on the built-in market,
acknowledges them in both places, and finds them in the journal and after a restart.

usage: alerts.py PERPDECK        (for example .build/debug/perpdeck)
"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

from terminal import PATIENCE, Failure, Terminal, check, wait_until_ready


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        def say(*words, code=0):
            result = subprocess.run([program, *words, "--data", "data"], cwd=folder,
                                    capture_output=True, text=True, timeout=PATIENCE)
            check(result.returncode == code, f"{words}: exit code {code}", result)
            return result.stdout if code == 0 else result.stderr

        def alerts():
            return json.loads(say("alerts", "list", "--json"))

        def within(seconds, condition):
            end = time.monotonic() + seconds
            while not (found := condition(alerts())) and time.monotonic() < end:
                time.sleep(0.1)
            return found

        def until(condition, what):
            if found := within(PATIENCE, condition):
                return found
            raise Failure(f"{what}: {json.dumps(alerts())}")

        def own(seen):
            return [rule for rule in seen["rules"] if not rule["configured"]]

        def critical(seen):
            return [alert for alert in seen["alerts"] if alert["severity"] == "critical"
                    and alert["instrument"] == "BTC-USDT"]

        def remove_own():
            for rule in own(alerts()):
                # One that fires once may have gone meanwhile.
                subprocess.run([program, "alerts", "remove", str(rule["id"]), "--data", "data"],
                               cwd=folder, capture_output=True)

        def price():
            with_price = terminal.wait(r"BTC-USDT\s+(\d{1,3},\d{3}\.\d)", "a price of Bitcoin")
            return float(with_price[1].replace(",", ""))

        command = f"{program} paper --seed 7 --data data"
        with Terminal(folder, command, 140, 40) as terminal:
            terminal.wait(r"PAPER", "the screen")
            # Only what runs can be asked for its alerts.
            wait_until_ready(program, folder, "--data", "data")
            fired = None
            # A price that has left a level may stay away from it for long: the rules are set anew
            # at the price of then.
            for _ in range(12):
                level = price()
                # Both sides of the price of now, so that one of them is crossed soon.
                for sign in (">", "<"):
                    terminal.keys(":")
                    terminal.keys("-l", f"alert btc {sign} {level} once critical")
                    terminal.keys("Enter")
                    time.sleep(0.5)
                check(until(lambda seen: own(seen) or seen["alerts"], "the rules that were typed"),
                      "rules")
                if fired := within(10, critical):
                    break
                remove_own()
            check(fired, "an alert fires", alerts())
            terminal.wait(r"ALERT \d+\.\d+", "the alert on the screen")
            check(fired[0]["waiting"], "a critical alert waits", fired)
            # The other side of the price must not be crossed as well, whenever that would be.
            remove_own()
            terminal.keys("!")
            until(lambda seen: not any(a["waiting"] for a in seen["alerts"]), "acknowledged by key")
            # From a second terminal.
            wrong = say("alerts", "add", "marc(BTC) > 1", code=1)
            check('1:1: there is no reading "marc"; did you mean "mark"?' in wrong, wrong)
            check("alert" in say("alerts", "add", "mark(btc) > 1 now critical"), "added")
            waiting = until(lambda seen: [a for a in seen["alerts"] if a["waiting"]],
                            "the alert of the second terminal")
            check(say("alerts", "ack", waiting[0]["id"]).startswith("acknowledged 1"), "ack")
            check("nothing waits" in say("alerts", "ack"), "ack again")
            added = say("alerts", "add", "btc > 999999 every note 'far'".replace("'", '"'))
            number = re.match(r"alert (\d+)", added)[1]
            terminal.keys(":")
            terminal.keys("-l", "alerts")
            terminal.keys("Enter")
            terminal.wait(r"(?s)PAPER  Alerts .*999999", "the list of alerts on the screen")
            terminal.escape(r"PAPER  Alerts ")
            check("sent a test" in say("alerts", "test", "info"), "test")
            before = alerts()
            terminal.keys("q")
            terminal.wait(r"ended with 0", "the end")
        journal = sqlite3.connect(os.path.join(folder, "data/paper/main/journal.sqlite"))
        rows = dict(journal.execute(
            "SELECT acknowledged_by, count(*) FROM alerts WHERE severity = 'critical' GROUP BY 1"))
        check(rows.get("keyboard", 0) >= 1 and rows.get("control", 0) == 1, "the journal", rows)
        commands = [text for (text,) in journal.execute("SELECT text FROM commands")]
        check(any(text.startswith("alert btc") for text in commands), "commands", commands)
        journal.close()
        with Terminal(folder, command, 140, 40) as terminal:
            terminal.wait(r"PAPER", "the screen again")
            wait_until_ready(program, folder, "--data", "data")
            after = until(lambda seen: seen, "the alerts again")
            check([a["id"] for a in after["alerts"]][: len(before["alerts"])]
                  == [a["id"] for a in before["alerts"]], "nothing fired twice", before, after)
            check(any(str(r["id"]) == number for r in after["rules"]), "the rule lives on", after)
            say("alerts", "remove", number)
            check("no alert" in say("alerts", "remove", number, code=1), "removed once")
    print("passed: alerts by the line and from a second terminal, acknowledged, journaled, kept")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
