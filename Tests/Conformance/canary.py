#!/usr/bin/env python3
"""Looks for secrets wherever the program writes: files, standard output, errors, arguments and
environment (I14, S03, S04).

usage: canary.py PERPDECK               (for example .build/debug/perpdeck)
       canary.py around COMMAND ...     (for example make test)
Needs Python 3 alone. The key of a served exchange is the canary: real requests are signed with it,
then everything that was written is searched for it, plain, base64, hexadecimal and URL-encoded.

around     runs a command with planted keys in its environment and a folder of its own for what
           passes, then searches what it said and every file that it left or changed
headless   also shows that a service manager is told of readiness and life, and that SIGHUP
           tightens limits and does not loosen them
"""
import base64
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

from terminal import PATIENCE, Failure, check, serve, until


def forms(secret):
    data = secret.encode()
    found = {data, data.hex().encode(), data.hex().upper().encode(),
             urllib.parse.quote(secret, safe="").encode()}
    for skipped in range(3):
        whole = data[skipped:]
        whole = whole[:len(whole) // 3 * 3]
        if len(whole) >= 6:
            found |= {base64.b64encode(whole), base64.urlsafe_b64encode(whole)}
    return found


def search(texts, secrets):
    """Checks that no text holds a secret."""
    for place, text in texts:
        for name, secret in secrets.items():
            for form in forms(secret):
                check(form not in text, f"{name} stands in {place}")


def files(folder, left_out=()):
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in left_out]
        for name in names:
            path = os.path.join(at, name)
            if os.path.isfile(path) and not name.endswith(".env"):
                with open(path, "rb") as file:
                    yield path, file.read()


def around(command):
    """Runs a command with planted keys, and looks for them in all that it leaves behind."""
    draw = random.SystemRandom()
    secrets = {f"BLOFIN_{side}API_{part}": "".join(draw.choices("abcdefghkmnpqrstuvwxyz23456789",
                                                                k=32))
               for side in ("", "DEMO_") for part in ("KEY", "SECRET", "PASSPHRASE")}
    secrets["PERPDECK_TELEGRAM_TOKEN"] = "123456789:" + "".join(draw.choices("ABCDEFGHKMNPQ", k=30))
    began = time.time()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   env={**os.environ, **secrets, "TMPDIR": folder})
        said = b""
        while data := process.stdout.read1(65536):
            said += data
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        check(process.wait() == 0, f"{command} ends with 0", process.returncode)
        left = list(files(folder))
        changed = [(path, text) for path, text in files(".", {".build", ".git"})
                   if os.path.getmtime(path) >= began]
    search([("what it said", said), *left, *changed], secrets)
    print(f"passed: canary: {len(secrets)} secrets around {' '.join(command)}: {len(said)} bytes "
          f"said, {len(left)} files left, {len(changed)} changed")


def main():
    if sys.argv[1:2] == ["around"] and len(sys.argv) > 2:
        return around(sys.argv[2:])
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        server, address, names = serve(program, folder)
        # The passphrase of the server is a common word; key and secret are long.
        secrets = {name: value for name, value in names.items() if len(value) >= 20}
        check(any("SECRET" in name for name in secrets), "there is a secret to look for", names)
        said = []
        # A child of the program that writes down what it was given.
        os.mkdir(os.path.join(folder, "bin"))
        child = os.path.join(folder, "bin/notify-send")
        with open(child, "w") as file:
            file.write(f'#!/bin/sh\n{{ echo "$@"; cat /proc/$$/environ /proc/$PPID/environ; }} '
                       f'> {folder}/unread && mv {folder}/unread {folder}/child\n')
        os.chmod(child, 0o755)
        inside = {**os.environ, **names, "HOME": folder, "SWIFT_BACKTRACE": "enable=no",
                  "PATH": f"{folder}/bin:{os.environ['PATH']}", "DBUS_SESSION_BUS_ADDRESS": "none"}
        inside.pop("SSH_CONNECTION", None)

        def run(*words, code=0, environment=inside):
            result = subprocess.run([program, *words], cwd=folder, capture_output=True,
                                    timeout=PATIENCE, env=environment)
            said.append((" ".join(words), result.stdout + result.stderr))
            check(result.returncode == code, f"{words}: exit code {code}", result)
            return result.stdout.decode()

        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(os.path.join(folder, "notify"))
        manager.settimeout(PATIENCE)
        os.mkdir(os.path.join(folder, "config"))
        risk = os.path.join(folder, "config/risk.yaml")
        with open(risk, "w") as file:
            file.write("leverageMaximum: 10x\n")
        with open(os.path.join(folder, "config/alerts.yaml"), "w") as file:
            file.write("rules: []\ndesktop:\n  info: on\n")
        process = subprocess.Popen(
            [program, "demo", "--headless", "--server", address, "--data", "data"], cwd=folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**inside, "NOTIFY_SOCKET": os.path.join(folder, "notify"),
                 "WATCHDOG_USEC": "1000000"})
        try:
            told = [manager.recv(4096).decode() for _ in range(3)]
            check(told[0].startswith("READY=1"), "the manager hears that it is ready", told)
            check(all("WATCHDOG=1" in text for text in told[1:]), "and that it lives", told)
            words = ("--mode", "demo", "--data", "data")
            until("ready", lambda: json.loads(run("status", "--json", *words))["ready"])
            # Prices come a moment later.
            until("an order can be placed", lambda: not subprocess.run(
                [program, "place", "--preview", "buy", "btc", "0.5%", "sl", "1%", *words],
                cwd=folder, capture_output=True, env=inside).returncode)
            run("place", "--yes", "buy", "btc", "0.5%", "sl", "1%", *words)
            until("a position", lambda: json.loads(
                run("positions", "--json", *words))["positions"])
            run("close", "btc", *words)
            run("alerts", "test", "info", *words)
            until("S03 a child of the program ran", lambda: os.path.exists(f"{folder}/child"))
            with open(f"/proc/{process.pid}/environ", "rb") as file:
                said.append(("/proc/PID/environ", file.read()))
            with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                said.append(("/proc/PID/cmdline", file.read()))
            with open(f"/proc/{process.pid}/limits") as file:
                check(re.search(r"Max core file size +0 +0", file.read()), "no core dumps (S05)")

            def log():
                with open(os.path.join(folder, "data/demo/main/perpdeck.log")) as file:
                    return file.read()

            with open(risk, "w") as file:
                file.write("leverageMaximum: 10x\npriceColar: 1 %\n")
            process.send_signal(signal.SIGHUP)
            until("a mistake is told", lambda: "priceColar" in log())
            with open(risk, "w") as file:
                file.write("leverageMaximum: 5x\n")
            process.send_signal(signal.SIGHUP)
            until("tighter limits", lambda: log().count("the limits were read again") >= 1)
            check("read again" in run("reload", *words), "a person reloads")
            print("passed: headless: ready, alive, limits read again")
            run("doctor", "--mode", "demo", "--server", address, "--data", "data")
            run("config", "show")
            run("config", "check", "--mode", "demo")
            run("journal", "export", *words)
            run("journal", "backup", "copy.sqlite", *words)
            run("support-bundle", "--data", "data")
            wrong = {**inside, "BLOFIN_DEMO_API_SECRET": secrets.get(
                "BLOFIN_DEMO_API_SECRET", "") + "WRONG"}
            run("doctor", "--mode", "demo", "--server", address, code=1, environment=wrong)
            run("demo", "--secret=" + "CANARYargument", code=64)
        finally:
            process.send_signal(signal.SIGINT)
            said.append(("the program", process.communicate(timeout=PATIENCE)[0]))
            server.send_signal(signal.SIGINT)
            server.wait(PATIENCE)
        check(process.returncode == 0, "it ends with 0", process.returncode)
        # A log with the secret planted in every form: the bundle must not pass it on.
        place = os.path.join(folder, "data/demo/main/perpdeck.log")
        with open(place, "ab") as file:
            for secret in secrets.values():
                for form in forms(secret):
                    file.write(b"planted " + form + b" end\n")
        run("support-bundle", "--data", "data", "--to", "planted.txt")
        with open(os.path.join(folder, "planted.txt"), "rb") as file:
            planted = file.read()
        check(planted.count(b"<secret>") >= 4, "the planted secrets were taken out")
        os.remove(place)
        written = list(files(folder))
        check(len(written) > 5, "files were written", [path for path, _ in written])
        search(said + written, secrets)
        print(f"passed: canary: {len(secrets)} secrets, {len(said)} answers, {len(written)} files")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
