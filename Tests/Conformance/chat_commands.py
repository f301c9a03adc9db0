#!/usr/bin/env python3
"""Commands a running program through a hand-made Telegram: what a listed user asks for is answered
or done, what trades asks for a code first, nobody else is heard, and everything is in the journal.

usage: chat_commands.py PERPDECK        (for example .build/debug/perpdeck)
"""
import json
import os
import pty
import queue
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from terminal import Failure, check, until

TOKEN = "123456:CANARY-token_of-the-bot"
OWNER, STRANGER = 5, 6
PATIENCE = 60


class Telegram(ThreadingHTTPServer):
    """The two methods of the Bot API that are used. Source: Telegram Bot API, getUpdates and
    sendMessage."""

    daemon_threads = True

    def __init__(self):
        self.updates, self.number = [], 100
        self.news = threading.Condition()
        self.answers, self.polls = queue.SimpleQueue(), 0
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def write(self, text, user=OWNER):
        """Somebody writes to the bot, alone with it."""
        with self.news:
            self.number += 1
            self.updates.append({"update_id": self.number, "message": {
                "message_id": self.number, "date": int(time.time()), "text": text,
                "from": {"id": user, "is_bot": False}, "chat": {"id": user, "type": "private"}}})
            self.news.notify_all()

    def ask(self, text):
        """Writes and returns the answer."""
        self.write(text)
        try:
            answer = self.answers.get(timeout=PATIENCE)
        except queue.Empty:
            raise Failure(f"{text} is not answered") from None
        check(answer["chat_id"] == str(OWNER), "the answer goes to who asked", answer)
        check(answer["text"].startswith("PAPER main\n"), "it names mode and account", answer)
        return answer["text"].partition("\n")[2]

    def confirm(self, text):
        """Asks for something that trades, gives the code back and returns the answer."""
        return self.ask(code_of(self.ask(text)))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        address = urlparse(self.path)
        if address.path != f"/bot{TOKEN}/getUpdates":
            return self.reply({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        offset = int(parse_qs(address.query)["offset"][0])
        server = self.server
        with server.news:
            server.polls += 1

            def waiting():
                return [one for one in server.updates if one["update_id"] >= offset]

            server.news.wait_for(waiting, timeout=20)
            self.reply({"ok": True, "result": waiting()})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.answers.put(body)
        self.reply({"ok": True, "result": {"message_id": 1}})

    def reply(self, what, status=200):
        text = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def code_of(answer):
    found = re.search(r"answer (\d{6}) within a minute", answer)
    check(found, "it asks for a code first", answer)
    return found[1]


class Bot:
    """The program with its screen, and its second terminal."""

    def __init__(self, program, folder, telegram, commands):
        self.program, self.folder = program, folder
        os.makedirs(os.path.join(folder, "config"), exist_ok=True)
        with open(os.path.join(folder, "config/alerts.yaml"), "w") as file:
            file.write(f"rules: []\ntelegram:\n  warning: off\n  critical: off\n  chat: \"{OWNER}\"\n"
                       f"  commands: {commands}\n  users: [{OWNER}]\n")
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(
                TERM="xterm-256color", SWIFT_BACKTRACE="enable=no", PERPDECK_TELEGRAM_TOKEN=TOKEN,
                PERPDECK_TELEGRAM_SERVER=f"http://127.0.0.1:{telegram.server_port}")
            os.execv(program, [program, "paper", "--seed", "7", "--data", "data"])
        threading.Thread(target=self.drain, daemon=True).start()
        self.until(lambda status: status["ready"], "ready")

    def drain(self):
        try:
            while os.read(self.file, 65536):
                pass
        except OSError:
            pass

    def say(self, *words):
        result = subprocess.run([self.program, *words, "--data", "data"], cwd=self.folder,
                                capture_output=True, text=True, timeout=PATIENCE)
        return result.stdout if result.returncode == 0 else None

    def until(self, condition, what):
        end = time.monotonic() + PATIENCE
        status = None
        while time.monotonic() < end:
            text = self.say("status", "--json")
            status = json.loads(text) if text else None
            if status and condition(status):
                return
            time.sleep(0.1)
        raise Failure(f"{what}: {status}")

    def open(self):
        """A position, by the second terminal."""
        # It is refused while what is known of the market is old, as after a moment in which the
        # machine stood still.
        until("an order can be placed", lambda: self.say("place", "--preview", "buy", "btc", "0.1%",
                                                         "sl", "1%"))
        check(self.say("place", "buy", "btc", "0.1%", "sl", "1%", "--yes"), "an order is placed")
        self.until(lambda status: status["positions"], "the position")

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self.file)


def talk(bot, telegram):
    telegram.write("/flatten", user=STRANGER)
    for text, wanted in [
        ("/status", r"equity [\d,.]+ USDT"), ("/positions", "no open position"),
        ("/orders", "no open order"), ("/profit", "day"), ("/profit week", "week"),
        ("/profit month", "month"), ("/risk", r"margin|peak"), ("/why BTC", "BTC"),
        ("/help", "/flatten"), ("/unheard", "That is no command."),
    ]:
        answer = telegram.ask(text)
        check(re.search(wanted, answer), f"{text} is answered with {wanted}", answer)
    check("paused" in telegram.ask("/pause"), "paused at once")
    bot.until(lambda status: status["state"] == "paused", "paused")
    code = code_of(telegram.ask("/resume"))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    check("not the code" in telegram.ask(wrong), "a wrong code does nothing")
    # The right one comes too late: a wrong one forgets the question.
    check("no command" in telegram.ask(code), "a code is good once")
    bot.until(lambda status: status["state"] == "paused", "still paused")
    telegram.confirm("/resume")
    bot.until(lambda status: status["state"] == "running", "running again")
    bot.open()
    check("BTC-USDT" in telegram.ask("/positions"), "the position is told")
    telegram.confirm("/close BTC")
    bot.until(lambda status: not status["positions"], "closed")
    bot.open()
    telegram.confirm("/flatten")
    bot.until(lambda status: not status["positions"] and not status["triggers"], "flat")
    telegram.ask("/halt")
    bot.until(lambda status: status["state"] == "halted", "halted")
    check(telegram.answers.empty(), "nobody else was answered")
    return code


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    telegram = Telegram()
    with tempfile.TemporaryDirectory() as folder:
        bot = Bot(program, folder, telegram, "false")
        telegram.write("/halt")
        bot.say("alerts", "test", "info")
        bot.end()
        check(telegram.polls == 0 and telegram.answers.empty(), "commands are off unless asked for")
        telegram.updates.clear()
        bot = Bot(program, folder, telegram, "true")
        try:
            code = talk(bot, telegram)
        finally:
            bot.end()
        journal = sqlite3.connect(os.path.join(folder, "data/paper/main/journal.sqlite"))
        notes = "\n".join(text for (text,) in journal.execute("SELECT text FROM notes"))
        journal.close()
        for wanted in [f"user {OWNER} asked for {what}" for what in (
                "status", "pause", "resume", "close BTC", "flatten", "halt")]:
            check(wanted in notes, f"the journal has: {wanted}", notes)
        check(f"passed over a message of user {STRANGER}" in notes, "the stranger is noted", notes)
        check(code not in notes, "no code is in the journal")
        for root, _, files in os.walk(os.path.join(folder, "data")):
            for name in files:
                with open(os.path.join(root, name), "rb") as file:
                    check(TOKEN.encode() not in file.read(), f"the token is in {name}")
    print("passed: commands by Telegram, with codes for what trades, journaled, for listed users")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
