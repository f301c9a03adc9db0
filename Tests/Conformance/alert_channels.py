#!/usr/bin/env python3
"""Sends alerts of a running program to servers of others' making and our own on this machine:
aiosmtpd for mail, hand-made Telegram, Discord and webhook servers with 429, 5xx, silence and garbage.

usage: alert_channels.py PERPDECK        (for example .build/debug/perpdeck)

aiosmtpd comes from PyPI into a virtual environment of its own; without it mail is not tried.
"""
import email
import hashlib
import hmac
import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from terminal import PATIENCE, Failure, ask, check, in_time, wait_until_ready

TOKEN = "123456:CANARY-token_of-the-bot"
SECRETS = [TOKEN, "CANARY-discord-hook", "CANARY-webhook-key", "CANARY-mail-password"]


class Server(ThreadingHTTPServer):
    """Answers requests by a script, in order; then well."""

    daemon_threads = True

    def __init__(self, script, good):
        self.requests, self.script, self.good = [], list(script), good
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.path, dict(self.headers), body))
        step = self.server.script.pop(0) if self.server.script else self.server.good
        if step == "hang":
            time.sleep(60)
            return
        status, text, headers = step
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        # Nobody writes to the bot.
        time.sleep(30)

    def log_message(self, *_):
        pass


def mail_server(folder):
    """Starts aiosmtpd with a handler that writes each letter into a file; None without it."""
    place = os.path.join(folder, "venv")
    made = subprocess.run([sys.executable, "-m", "venv", place], capture_output=True)
    pip = subprocess.run([place + "/bin/pip", "install", "-q", "aiosmtpd==1.4.6"], capture_output=True)
    if made.returncode or pip.returncode:
        return None
    script = os.path.join(folder, "smtp.py")
    with open(script, "w") as file:
        file.write(f"""
import asyncio, os, sys, time
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
class Box:
    seen = 0
    async def handle_DATA(self, server, session, envelope):
        Box.seen += 1
        if Box.seen == 1:
            return "451 try again later"
        with open({folder!r} + "/unread%d" % Box.seen, "wb") as out:
            out.write(repr((envelope.mail_from, envelope.rcpt_tos)).encode() + b"\\n")
            out.write(envelope.content)
        # Whoever finds it finds the whole of it.
        os.rename(out.name, {folder!r} + "/letter%d" % Box.seen)
        return "250 taken"
controller = Controller(Box(), hostname="127.0.0.1", port=0)
controller.port = int(sys.argv[1])
controller.start()
print("ready", flush=True)
time.sleep(600)
""")
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([place + "/bin/python", script, str(port)], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process, port


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        ok = (200, '{"ok":true,"result":{"message_id":1}}', {"Content-Type": "application/json"})
        busy = (429, '{"ok":false,"error_code":429,"parameters":{"retry_after":2}}', {})
        telegram = Server([busy, (502, "<html>bad gateway</html>", {}), (500, "\0garbage", {})], ok)
        discord = Server([(429, '{"message":"limited","retry_after":1.5,"global":false}',
                           {"Retry-After": "2"}), "hang"], (200, '{"id":"1"}', {}))
        hook = Server([(503, "", {"Retry-After": "1"})], (204, "", {}))
        mail = mail_server(folder)
        os.mkdir(os.path.join(folder, "config"))
        with open(os.path.join(folder, "config/alerts.yaml"), "w") as file:
            file.write("rules: []\nbatch: 0 s\ntelegram:\n  info: on\n  chat: \"42\"\n"
                       "discord:\n  info: on\n")
            if mail:
                file.write(f"mail:\n  info: on\n  server: 127.0.0.1:{mail[1]}\n  security: none\n"
                           "  from: deck@example.org\n  to: [one@example.org, two@example.org]\n")
        names = {
            "PERPDECK_TELEGRAM_TOKEN": TOKEN, "PERPDECK_TELEGRAM_SERVER": telegram.address,
            "PERPDECK_DISCORD_WEBHOOK": discord.address + "/api/webhooks/1/CANARY-discord-hook",
            "PERPDECK_WEBHOOK_URL": hook.address + "/in", "PERPDECK_WEBHOOK_KEY": "CANARY-webhook-key",
        }

        def say(*words, code=0):
            result = subprocess.run([program, *words, "--data", "data"], cwd=folder,
                                    capture_output=True, text=True, timeout=PATIENCE)
            check(result.returncode == code, f"{words}: exit code {code}", result)
            return result.stdout

        pid, screen = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.environ.update(names, TERM="xterm-256color", SWIFT_BACKTRACE="enable=no")
            os.execv(program, [program, "paper", "--seed", "7", "--data", "data"])
        threading.Thread(target=drain, args=(screen,), daemon=True).start()
        try:
            wait_until_ready(program, folder, "--data", "data")
            note = '<b>&amp; @everyone *x*'
            say("alerts", "add", f'mark(btc) > 1 now once critical note "{note}"')
            wait(lambda: json.loads(say("alerts", "list", "--json"))["alerts"], "the alert")
            for _ in range(3):
                say("alerts", "test", "info")
            began = time.monotonic()
            ask(os.path.join(folder, "data/paper/main/control.sock"), "text status")
            check(in_time(program, time.monotonic() - began, 1),
                  "P08 the program answers while channels hang")
            wait(lambda: texts(telegram.requests[3:]).count("this is a test") >= 3
                 and "everyone" in texts(telegram.requests[3:]), "Telegram has everything", telegram)
            path, _, body = telegram.requests[-1]
            check(path == f"/bot{TOKEN}/sendMessage", path)
            sent = [json.loads(body)["text"] for _, _, body in telegram.requests]
            critical = [text for text in sent if "everyone" in text][-1]
            check("&lt;b&gt;&amp;amp; @everyone" in critical, "S28 HTML", critical)
            check("PAPER" in critical and "BTC-USDT" in critical, "mode and instrument", critical)
            order = "".join(sent[3:])
            check(order.index("everyone") < order.index("this is a test"), "critical first", sent)
            wait(lambda: "everyone" in texts(discord.requests[2:]), "Discord has it", discord)
            for _, _, body in discord.requests:
                message = json.loads(body)
                check(message["allowed_mentions"] == {"parse": []}, "S28 nobody is mentioned")
                check("@everyone" not in message["content"], "S28 Discord", message)
            wait(lambda: len(hook.requests) >= 3, "the webhook has it", hook)
            for _, headers, body in hook.requests:
                stamp, given = headers["X-PerpDeck-Signature"].split(",")
                signed = (stamp[2:] + ".").encode() + body
                proof = hmac.new(b"CANARY-webhook-key", signed, hashlib.sha256).hexdigest()
                check(given == "v1=" + proof, "the signature of the webhook")
            ids = [a["id"] for _, _, body in hook.requests[1:] for a in json.loads(body)["alerts"]
                   if not a["repeat"]]
            check(len(ids) == len(set(ids)), "nothing twice", ids)
            if mail:
                wait(lambda: any(n.startswith("letter") for n in os.listdir(folder)), "a letter")
                name = sorted(n for n in os.listdir(folder) if n.startswith("letter"))[0]
                with open(os.path.join(folder, name), "rb") as file:
                    head, raw = file.read().split(b"\n", 1)
                check(b"deck@example.org" in head and b"two@example.org" in head, "the envelope", head)
                letter = email.message_from_bytes(raw)
                text = letter.get_payload(decode=True).decode()
                check("PAPER" in letter["Subject"] and "everyone" in text, "the letter", letter)
        finally:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
            os.close(screen)
            if mail:
                mail[0].kill()
        for root, _, files in os.walk(os.path.join(folder, "data")):
            for name in files:
                with open(os.path.join(root, name), "rb") as file:
                    content = file.read()
                for secret in SECRETS:
                    check(secret.encode() not in content, f"a secret is in {name}")
        words = "Telegram, Discord, a webhook" + (" and mail" if mail else "; mail was not tried")
    print(f"passed: alerts through {words}, and no secret in any file")


def texts(requests):
    """The texts of requests to Telegram or Discord."""
    return "\n".join(json.loads(body).get("text", json.loads(body).get("content", ""))
                     for _, _, body in requests)


def wait(condition, what, server=None):
    """Waits until something is so."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise Failure(f"{what}: not within 90 s {server.requests if server else ''}")


def drain(screen):
    """Reads what the program draws, so that it never waits for its terminal."""
    try:
        while os.read(screen, 65536):
            pass
    except OSError:
        pass


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
