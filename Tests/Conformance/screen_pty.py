#!/usr/bin/env python3
"""Runs the dashboard on a pseudo-terminal and looks at it with pyte, an emulator others wrote.

usage: screen_pty.py COMMAND [ARGUMENT...]      (for example .build/release/perpdeck paper)
The command must draw a full screen until it is ended. Needs: pip install pyte. Exit code 1 if a
case fails.

P02 S25 T01 T02 T03 T04 T05 T06 T09 T10 T11 T13 T14 T16 T17 T18 T25 T27 T28 T29: see the
names of the cases.
Name cases after `--`, by the letters they begin with, to run only those. Cases run several at a
time, each in a folder of its own; those that measure run alone, after the others.
"""
import concurrent.futures
import contextlib
import fcntl
import io
import json
import multiprocessing
import os
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import sequences
from pseudo import Pseudo
from terminal import PATIENCE, in_time, serve, slowness

ESC = b"\x1b"
MODES = (1049, 2004, 1004, 1000, 1002, 1006, 2026)


class Screen(Pseudo):
    """The command on a terminal of its own."""

    # Those whose end was not seen yet.
    running = []

    def __init__(self, command, columns=120, rows=40, **environment):
        super().__init__(command, columns, rows, **environment)
        Screen.running.append(self)

    def resize(self, columns, rows):
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.emulator.resize(rows, columns)

    def first_frame(self):
        self.wait(lambda: sum(1 for row in self.emulator.display if row.strip()) > 2, "no frame")
        self.read(0.5)

    def wait(self, holds, otherwise):
        """Reads until something holds; fails with what is so otherwise."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, otherwise
            self.read(0.1, holds)

    def prices(self):
        """Waits until the prices are on the screen."""
        self.wait(lambda: re.search(r"BTC-USDT\s+[\d,]+\.\d", shown(self)), "no price")

    def end(self, seconds=PATIENCE):
        """Waits for the end; returns the status, or None if the process had to be killed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                Screen.running.remove(self)
                # What was written last may not have been read.
                while self.read(0.2):
                    pass
                return status
        Screen.running.remove(self)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return None

    def not_given_back(self):
        """What is still switched on, in words."""
        left = []
        for mode in MODES:
            on, off = (self.data.rfind(b"\x1b[?%d%c" % (mode, sign)) for sign in (104, 108))
            if on > off:
                left.append("mode %d" % mode)
        if self.data.count(b"\x1b[>1u") != self.data.count(b"\x1b[<u"):
            left.append("kitty keyboard")
        if self.data.rfind(b"\x1b[?25l") > self.data.rfind(b"\x1b[?25h"):
            left.append("cursor hidden")
        if len(re.findall(rb"\x1b\[22;[\d;]*t", self.data)) != len(
            re.findall(rb"\x1b\[23;[\d;]*t", self.data)
        ):
            left.append("title not restored")
        if termios.tcgetattr(self.file) != self.before:
            left.append("terminal settings")
        return left


def resident_kib(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1])


def bound(command, limit, loose):
    """A limit of a release; of a build without optimization, a loose one on a machine that may be
    busy."""
    return loose * slowness(command[0]) if "debug" in command[0] else limit


def given_back_after(number):
    def case(command):
        screen = Screen(command)
        screen.first_frame()
        os.kill(screen.pid, number)
        status = screen.end()
        assert status is not None, "still running"
        assert not (left := screen.not_given_back()), ", ".join(left)

    return case


def crashes(number):
    """T02 with what follows it: the note on the normal screen, and the signal as the status."""
    def case(command):
        screen = Screen(command)
        screen.first_frame()
        os.kill(screen.pid, number)
        status = screen.end()
        assert status is not None, "still running"
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, f"status {status}"
        assert not (left := screen.not_given_back()), ", ".join(left)
        after = screen.data[screen.data.rfind(b"\x1b[?1049l"):].decode()
        note = re.search(r"\rperpdeck crashed; the log is (\S+)\r\n$", after)
        assert note, f"no note on the normal screen: {after!r}"
        assert os.path.getsize(note[1]) > 0, "the log that the note names is empty"

    return case


def in_shell(command, columns=100, rows=30):
    """The command as a job of an interactive shell, with its prices on the screen."""
    screen = Screen(["bash", "--norc", "--noprofile", "-i"], columns, rows)
    screen.wait(lambda: re.search(rb"[#$] ", screen.data), "no prompt")
    press(screen, " ".join(shlex.quote(part) for part in command) + "\n")
    screen.prices()
    return screen


def job_of(screen):
    """The process that the shell on a terminal runs."""
    with open(f"/proc/{screen.pid}/task/{screen.pid}/children") as file:
        return int(file.read().split()[0])


def left_on(screen):
    """What is still switched on; the shell itself asks for bracketed paste at its prompt."""
    return [what for what in screen.not_given_back() if what in ("mode 1049", "mode 1004")]


def leave_shell(screen):
    press(screen, "exit\n", 0)
    assert screen.end() is not None, "still running"


def stopped_in_background(command):
    screen = in_shell(command)
    press(screen, "b", 0)
    screen.wait(lambda: "BUY" in shown(screen), "no ticket")
    os.kill(job_of(screen), signal.SIGTSTP)
    screen.wait(lambda: b"Stopped" in screen.data, "the shell does not know of a stopped job")
    screen.read(0.3)
    assert not (left := left_on(screen)), ", ".join(left)
    start = len(screen.data)
    press(screen, "bg\n", 1)
    # A screen that is not ours is not drawn on, whatever the market does.
    press(screen, "echo usable$((1 + 1))\n", 0)
    screen.wait(lambda: b"usable2" in screen.data[start:], "the shell cannot be used")
    screen.read(1.5)
    assert b"\x1b[?1049h" not in screen.data[start:], "drawn from the background"
    press(screen, "y", 0.3)
    press(screen, "\x15", 0.3)
    screen.emulator.reset()
    start = len(screen.data)
    press(screen, "fg\n", 0)
    screen.wait(lambda: b"\x1b[?1049h" in screen.data[start:], "the terminal is not taken again")
    # The ticket is gone, as whenever somebody looks away.
    screen.wait(lambda: "Positions (" in shown(screen), "the screen is not drawn again")
    press(screen, "\x1b", 0.5)
    assert "Positions (0)" in shown(screen), "a ticket was confirmed while it was stopped"
    start = len(screen.data)
    press(screen, "q", 0)
    screen.wait(lambda: re.search(rb"\x1b\[\?1049l(.|\n)*[#$] ", screen.data[start:])
                and not left_on(screen), "no prompt after the end")
    leave_shell(screen)


def reset_after_kill(command):
    screen = in_shell(command)
    os.kill(job_of(screen), signal.SIGKILL)
    screen.wait(lambda: b"Killed" in screen.data, "the shell does not know of the end")
    assert "mode 1049" in left_on(screen), "nothing was left to clean up"
    press(screen, shlex.quote(command[0]) + " reset-terminal\n", 0)
    screen.wait(lambda: not left_on(screen), "reset-terminal leaves something on")
    # And without it the next start and its end do the same.
    press(screen, " ".join(shlex.quote(part) for part in command) + "\n")
    screen.wait(lambda: "mode 1049" in left_on(screen), "no second start")
    os.kill(job_of(screen), signal.SIGKILL)
    screen.read(1)
    screen.emulator.reset()
    press(screen, " ".join(shlex.quote(part) for part in command) + "\n", 1)
    screen.prices()
    start = len(screen.data)
    press(screen, "q", 0)
    screen.wait(lambda: re.search(rb"\x1b\[\?1049l(.|\n)*[#$] ", screen.data[start:])
                and not left_on(screen), "the start after a kill leaves something on")
    leave_shell(screen)


def size_storm(command):
    screen = Screen(command, 80, 24)
    screen.first_frame()
    for _ in range(50):
        for columns, rows in ((1, 1), (20, 5), (500, 200), (80, 24), (200, 60)):
            screen.resize(columns, rows)
            os.kill(screen.pid, signal.SIGWINCH)
            screen.read(0.01)
    # What the emulator has not drawn yet would count as the program's time.
    screen.read(1)
    taken = []
    # Two sizes in turn, of which the best time counts: other cases run beside this one.
    for rows in (30, 31, 30, 31, 30):
        screen.resize(100, rows)
        began = time.monotonic()
        os.kill(screen.pid, signal.SIGWINCH)
        screen.wait(lambda: "F8 flatten" in screen.row(rows - 1), "not drawn at the last size")
        taken.append(screen.arrived - began)
        if min(taken) <= 0.1:
            break
        screen.read(0.5)
    assert min(taken) <= bound(command, 0.1, 0.5), f"the frame after the storm took {taken}"
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.end() is not None, "still running"


def stalled_terminal(command):
    screen = Screen(command, 200, 60)
    screen.first_frame()
    before = resident_kib(screen.pid)
    started = screen.cpu_seconds()
    time.sleep(10)
    grown = resident_kib(screen.pid) - before
    assert grown < 4096, f"{grown} KiB more after a stall of 10 s"
    used = screen.cpu_seconds() - started
    assert used < bound(command, 2, 5), f"busy while the terminal does not read: {used:.1f} s"
    before = len(screen.data)
    screen.wait(lambda: len(screen.data) > before, "no frame after the stall")
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.end() is not None, "still running"


def ends_on_stalled_terminal(command):
    screen = Screen(command, 200, 60)
    screen.first_frame()
    time.sleep(3)
    os.kill(screen.pid, signal.SIGTERM)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and os.waitpid(screen.pid, os.WNOHANG)[0] == 0:
        time.sleep(0.05)
    Screen.running.remove(screen)
    assert time.monotonic() < end, "does not end while the terminal does not read"


def balanced_updates(command):
    screen = Screen(command)
    screen.first_frame()
    screen.read(3)
    os.kill(screen.pid, signal.SIGTERM)
    screen.end()
    begun, ended = (screen.data.count(b"\x1b[?2026" + end) for end in (b"h", b"l"))
    assert begun > 0 and begun == ended, f"{begun} begun, {ended} ended"


def press(screen, keys, seconds=0.4):
    os.write(screen.file, keys.encode())
    return screen.read(seconds)


def shown(screen):
    return "\n".join(screen.emulator.display)


def finish(screen):
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.end() is not None, "still running"


def quits_by_key(key):
    def case(command):
        screen = Screen(command)
        screen.first_frame()
        screen.read(1)
        press(screen, key)
        assert screen.end() == 0, "did not end with status 0"
        assert not (left := screen.not_given_back()), ", ".join(left)

    return case


def stopped_and_continued(command):
    screen = in_shell(command)
    press(screen, "b", 0)
    screen.wait(lambda: "BUY" in shown(screen), "no ticket")
    press(screen, "\x1a", 1.5)
    assert "BUY" in shown(screen), "Ctrl-Z acted in the ticket"
    press(screen, "\x1b", 0)
    screen.wait(lambda: "BUY" not in shown(screen), "Esc does not close the ticket")
    press(screen, "\x1a", 0)
    screen.wait(lambda: b"Stopped" in screen.data, "the shell does not know of a stopped job")
    screen.read(0.3)
    assert not (left := left_on(screen)), ", ".join(left)
    screen.resize(120, 40)
    # What was on the screen and what was said before must not stand for what comes now.
    screen.emulator.reset()
    start = len(screen.data)
    press(screen, "fg\n", 0)
    screen.wait(lambda: b"\x1b[?1049h" in screen.data[start:], "the terminal is not taken again")
    screen.wait(lambda: len([row for row in screen.emulator.display if row.strip()]) > 30,
                "not drawn again")
    screen.wait(lambda: "Positions (" in shown(screen), "no positions are drawn")
    assert "Positions (0)" in shown(screen), "something was sent"
    start = len(screen.data)
    press(screen, "q", 0)
    # What is typed before the prompt comes might be thrown away.
    screen.wait(lambda: re.search(rb"\x1b\[\?1049l(.|\n)*[#$] ", screen.data[start:])
                and not [mode for mode in screen.not_given_back() if mode == "mode 1049"],
                "no prompt after the end")
    leave_shell(screen)


def repainted(command):
    """What was drawn by difference is what a repaint after a change of size shows."""
    screen = Screen(command, 120, 40)
    screen.first_frame()
    screen.prices()
    for keys in ("\x1bOR", "\x1bOS", "\x1b[15~"):
        press(screen, keys, 0.3)
    # An Esc that another key follows too soon is none: each sheet is waited for, and its end.
    for keys, title in (("?", "Keys and commands"), ("b", "BUY")):
        press(screen, keys, 0)
        screen.wait(lambda: title in shown(screen), f"{keys} opens nothing")
        press(screen, "\x1b", 0)
        screen.wait(lambda: title not in shown(screen), f"Esc does not close what {keys} opens")
    for keys in "5zz1":
        press(screen, keys, 0.3)
    screen.wait(lambda: "┏━ 1 Markets" in shown(screen), "the last key chooses no panel")
    before = [row[:12] for row in screen.emulator.display[2:4]]
    screen.resize(120, 41)
    os.kill(screen.pid, signal.SIGWINCH)
    # Two changes at once would be none.
    screen.wait(lambda: "F8 flatten" in screen.row(40), "not drawn at another size")
    screen.resize(120, 40)
    screen.emulator.reset()
    os.kill(screen.pid, signal.SIGWINCH)
    screen.wait(lambda: before == [row[:12] for row in screen.emulator.display[2:4]],
                f"a repaint does not show {before}")
    finish(screen)


def traffic(command):
    screen = Screen(command, 120, 40)
    screen.first_frame()
    screen.read(3)
    busy = screen.cpu_seconds()
    frames = screen.data.count(b"\x1b[?2026h")
    got = len(screen.read(10))
    busy = (screen.cpu_seconds() - busy) / 10
    frames = (screen.data.count(b"\x1b[?2026h") - frames) / 10
    print(f"        {got / 10:.0f} bytes/s, {busy * 100:.2f} % of a core, {frames:.1f} frames/s")
    assert got / 10 <= 20_000, "more than 20 kB/s"
    assert frames <= 30, "more than 30 frames/s"
    assert busy <= (limit := bound(command, 0.02, 0.2)), f"more than {limit * 100:.0f} % of a core"
    finish(screen)


def echo(command):
    screen = Screen(command, 120, 40)
    screen.first_frame()
    screen.read(2)
    times = []
    os.write(screen.file, b"n")
    screen.read(0.5)
    for number in range(100):
        letter = "abcdefghij"[number % 10]
        wanted = screen.emulator.display[-2].rstrip() + letter
        start = time.monotonic()
        os.write(screen.file, letter.encode())
        screen.read(1, lambda: screen.emulator.display[-2].rstrip() == wanted)
        times.append(screen.arrived - start)
        screen.read(0.04 + number % 7 * 0.01)
    times.sort()
    print(f"        p50 {times[50] * 1000:.1f} ms, p99 {times[98] * 1000:.1f} ms")
    assert times[50] <= (limit := bound(command, 0.016, 0.1)), f"p50 above {limit * 1000:.0f} ms"
    assert times[98] <= (limit := bound(command, 0.05, 0.3)), f"p99 above {limit * 1000:.0f} ms"
    finish(screen)


def no_terminal(command):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 1)
        os.dup2(write, 2)
        os.setsid()
        os.execvp(command[0], command)
    os.close(write)
    _, status = os.waitpid(pid, 0)
    text = os.read(read, 65536)
    assert os.WEXITSTATUS(status) != 0, "ended well without a terminal"
    assert ESC not in text, "escape sequences went into a pipe"
    assert text.strip(), "nothing was said"


def colorless(command):
    screen = Screen(command, NO_COLOR="1")
    screen.first_frame()
    colored = re.findall(rb"\x1b\[[\d;]*[34]8[;:][\d;:]*m|\x1b\[(?:3|4|9)[0-7]m", screen.data)
    assert not colored, f"colors in spite of NO_COLOR: {colored[:3]}"
    finish(screen)


def ascii_only(command):
    screen = Screen(command, LANG="C", LC_ALL="C")
    screen.first_frame()
    assert all(byte < 0x80 for byte in screen.data), "not ASCII in the locale C"
    finish(screen)


def mouse_is_off(command):
    screen = Screen(command)
    screen.first_frame()
    assert not re.search(rb"\x1b\[\?100[0236]h", screen.data), "mouse events were asked for"
    press(screen, "\x1b[<0;30;20M\x1b[<0;30;20m")
    screen.wait(lambda: "Positions (" in shown(screen), "no positions are drawn")
    assert "Positions (0)" in shown(screen), "a click did something"
    finish(screen)


def mouse_is_on(command):
    screen = Screen([*command, "--set", "display.mouse=true"])
    screen.first_frame()
    assert re.search(rb"\x1b\[\?100[023]h", screen.data), "no mouse events were asked for"

    def click(text, right=0, down=0, times=1):
        """Clicks beside a text on the screen."""
        screen.wait(lambda: text in shown(screen), f"no {text} on the screen")
        for y, row in enumerate(screen.emulator.display):
            if text in row:
                at = (row.index(text) + right + 1, y + down + 1)
                press(screen, ("\x1b[<0;%d;%dM" % at + "\x1b[<0;%d;%dm" % at) * times)
                return

    screen.prices()
    click("ETH-USDT")
    screen.wait(lambda: re.search(r"Book ETH-USDT(.*\n){3}.*\d\.\d", shown(screen)),
                "a click chose nothing")
    click("Book ETH-USDT", 4, 3)
    screen.wait(lambda: "SELL (short) ETH-USDT" in shown(screen),
                "a click in the book opened no ticket")
    click("SELL (short)", times=5)
    press(screen, "\x1b", 0)
    screen.wait(lambda: "SELL (short)" not in shown(screen), "Esc does not close the ticket")
    screen.read(0.5)
    assert "Positions (0)" in shown(screen), "clicks sent an order"
    finish(screen)


def large_paste(command):
    screen = Screen(command)
    screen.first_frame()
    screen.prices()
    press(screen, "b")
    screen.wait(lambda: "BUY" in shown(screen), "no ticket")
    body = b"\x1b[200~" + b"y\n y\n" * 200_000 + b"\x1b[201~"
    view = memoryview(body)
    began = time.monotonic()
    while view:
        assert time.monotonic() - began < 10 * PATIENCE, "a megabyte is not taken"
        if select.select([], [screen.file], [], 5)[1]:
            view = view[os.write(screen.file, view[:4096]) :]
        screen.read(0)
    assert in_time(command[0], time.monotonic() - began, 30), "a megabyte takes more than 30 s"
    screen.read(2)
    assert "Positions (0)" in shown(screen), "pasted text sent an order"
    assert "BUY" in shown(screen), "pasted text closed the ticket"
    finish(screen)


def split_keys(command):
    screen = Screen(command)
    screen.first_frame()
    press(screen, "j", 0.5)
    for part in ("\x1b", "[", "A"):
        os.write(screen.file, part.encode())
        screen.read(0.02)
    screen.read(0.4)
    press(screen, "\x1b[999~\x1b[5;5;5;5X", 0.3)
    assert "Sure?" not in shown(screen) and "BUY" not in shown(screen), "a phantom key"
    taken = []
    for _ in range(5):
        press(screen, "?", 0)
        screen.wait(lambda: "Keys and commands" in shown(screen), "no help")
        start = time.monotonic()
        os.write(screen.file, b"\x1b")
        screen.wait(lambda: "Keys and commands" not in shown(screen), "Esc does not close the help")
        taken.append(time.monotonic() - start)
    assert in_time(command[0], min(taken), 0.3), "a lone Esc is slow"
    finish(screen)


def quiet_children(command):
    """Whatever the process writes to standard error lands in the log, not on the screen."""
    screen = Screen(command)
    screen.first_frame()
    targets = [os.readlink(f"/proc/{screen.pid}/fd/{number}") for number in (1, 2)]
    assert all("/dev/pts" not in target for target in targets), f"{targets}"
    finish(screen)


# Texts that would do something to a terminal that obeyed them; what they say is seen all the same.
HOSTILE = ("pwned\x1b]0;x\x07\x1b]52;c;aGk=\x07\x1b]8;;http://a\x07\x1b[2J\x1b[31m\x1bPq\x1b\\"
           "\u009b31m\u202e\u2066\u200b\u200d" + "o\u0301\u0302\u0303\u0304" + "\x07\x08\x7f\r")


def sent_nothing_foreign(screen):
    """Ends the program; all that it ever sent to the terminal is text and sequences of its own."""
    finish(screen)
    sequences.prove()
    found = sequences.foreign(screen.data)
    assert not found, f"{len(found)} foreign parts, the first: {found[:5]}"
    assert len(screen.data) > 5_000, "too little was drawn to say anything"


def hostile_file_and_note(command):
    name = HOSTILE.replace("/", "|") + "_1m.csv"
    with open(name, "w") as file:
        file.write("timestamp_ms,open,high,low,close,volume\n")
        for minute in range(3_000):
            file.write(f"{1_767_225_600_000 + minute * 60_000},60000,60010,59990,60005,7.5\n")
    screen = Screen([*command, "--candles", name, "--instrument", "BTC-USDT"], 160, 40)
    screen.first_frame()
    screen.wait(lambda: "pwned" in shown(screen), "the name of the recording is nowhere")
    press(screen, ":", 0.3)
    # What a paste holds is text; an end of a paste inside it would be the end.
    press(screen, "\x1b[200~note " + HOSTILE + "\x1b[201~", 0.5)
    press(screen, "\r", 1)
    for keys in ("?", "\x1b", "\x1bOR", "\x1bOS", "z", "z"):
        press(screen, keys, 0.5)
    sent_nothing_foreign(screen)


def hostile_words_of_an_exchange(command):
    with open("plan.jsonl", "w") as file:
        for call in ("POST trade/order", "POST trade/order-tpsl", "POST trade/cancel-order"):
            file.write(json.dumps({"match": call, "count": 0, "do": "reject", "code": "103003",
                                   "text": HOSTILE}) + "\n")
        # A name of the exchange is at most 32 bytes long.
        file.write(json.dumps({"match": "GET market/instruments", "count": 0, "do": "replace",
                               "find": '"instId":"SOL-USDT"',
                               "with": '"instId":"\\u001b[2J\\u202eS\\u0007-USDT"'}) + "\n")
    server, address, names = serve(command[0], os.getcwd(), "--faults", "plan.jsonl")
    try:
        screen = Screen([command[0], "demo", "--server", address], 160, 40, **names)
        screen.first_frame()
        screen.prices()
        # Until the account is known the key is refused in words of ours.
        end = time.monotonic() + PATIENCE
        while "pwned" not in shown(screen):
            assert time.monotonic() < end, "the refusal is not shown"
            press(screen, "b", 1)
            press(screen, "y", 1.5)
            if "BUY" in shown(screen):
                press(screen, "\x1b", 0.5)
        press(screen, "/S", 0.5)
        press(screen, "\x1b", 0.5)
        sent_nothing_foreign(screen)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)


def in_tmux(command):
    folder = tempfile.mkdtemp()
    words = ["tmux", "-L", f"perpdeck{os.getpid()}", "-f", "/dev/null"]

    def tmux(*arguments):
        return subprocess.run(
            [*words, *arguments], capture_output=True, text=True, cwd=folder
        ).stdout

    line = " ".join(shlex.quote(part) for part in command)
    tmux("new-session", "-d", "-x", "80", "-y", "24", line)

    def footer(row):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            rows = tmux("capture-pane", "-p").splitlines()
            if len(rows) > row and "F8 flatten" in rows[row]:
                return True
            time.sleep(0.1)
        return False

    try:
        assert footer(23), "no footer at 80x24"
        tmux("resize-window", "-x", "120", "-y", "40")
        assert footer(39), "no footer at 120x40"
    finally:
        tmux("kill-server")


def refuses(wanted, **environment):
    def case(command):
        screen = Screen(command, **environment)
        status = screen.end()
        assert status is not None and os.WEXITSTATUS(status) != 0, f"status {status}"
        assert ESC not in screen.data, "escape sequences were written"
        assert wanted in screen.data, screen.data.decode(errors="replace")

    return case


CASES = {
    "T01 given back after q": quits_by_key("q"),
    "T01 given back after Ctrl-C": quits_by_key("\x03"),
    "T01 given back after TERM": given_back_after(signal.SIGTERM),
    "T01 given back after HUP": given_back_after(signal.SIGHUP),
    "T01 given back after QUIT": given_back_after(signal.SIGQUIT),
    "T01 given back after INT": given_back_after(signal.SIGINT),
    "T02 P02 given back after SEGV": crashes(signal.SIGSEGV),
    "T02 given back after ABRT": crashes(signal.SIGABRT),
    "T02 P02 given back after ILL, which a Swift trap raises": crashes(signal.SIGILL),
    "T02 given back after BUS": crashes(signal.SIGBUS),
    "T02 given back after FPE": crashes(signal.SIGFPE),
    "T03 reset-terminal, or the next start, after kill -9": reset_after_kill,
    "T04 stopped and continued in a ticket": stopped_and_continued,
    "T04 kill -TSTP in a ticket, bg and fg": stopped_in_background,
    "T05 a storm of sizes": size_storm,
    "T06 a terminal that stalls": stalled_terminal,
    "T06 ends on a terminal that stalls": ends_on_stalled_terminal,
    "T09 bytes, processor and frames of a moving market": traffic,
    "T10 from key to echo": echo,
    "T11 differences equal a repaint": repainted,
    "T13 TERM=dumb is refused": refuses(b"TERM=dumb", TERM="dumb"),
    "T13 an unknown TERM is refused": refuses(b"terminfo", TERM="no-such-terminal"),
    "T13 no terminal is refused without escape sequences": no_terminal,
    "T14 NO_COLOR": colorless,
    "T16 the locale C": ascii_only,
    "T17 the mouse is off": mouse_is_off,
    "T17 the mouse is on: clicks choose and open, nothing is sent": mouse_is_on,
    "T18 a megabyte pasted into a ticket": large_paste,
    "T25 split and unknown keys": split_keys,
    "S25 a recording and a note with hostile names": hostile_file_and_note,
    "S25 hostile words and names of an exchange": hostile_words_of_an_exchange,
    "T27 in tmux, at two sizes": in_tmux,
    "T28 synchronized updates are balanced": balanced_updates,
    "T29 standard output and error are not the screen": quiet_children,
}


# Those that measure: nothing else may run beside them.
ALONE = (traffic, echo, stalled_terminal)


def run(name, command):
    """Runs a case in a folder of its own; returns what it printed, and what failed."""
    said, problem = io.StringIO(), None
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        # The lock of the account, the journal and the log are below the home folder.
        os.environ.update(HOME=folder, XDG_DATA_HOME=folder)
        with contextlib.redirect_stdout(said):
            try:
                CASES[name](command)
            except AssertionError as failure:
                problem = str(failure) or "failed"
        for screen in list(Screen.running):
            screen.end(0)
        os.chdir("/")
    return said.getvalue(), problem


def results(cases, command):
    """Each case with its result, in order; those that measure come last."""
    alone = [name for name in cases if CASES[name] in ALONE]
    # A process for each case: what one changes of signals and folders is its own.
    with concurrent.futures.ProcessPoolExecutor(
        4, mp_context=multiprocessing.get_context("fork"), max_tasks_per_child=None
    ) as pool:
        together = {name: pool.submit(run, name, command) for name in cases if name not in alone}
        for name, result in together.items():
            yield name, *result.result()
        for name in alone:
            yield name, *pool.submit(run, name, command).result()


def main():
    command = sys.argv[1:]
    wanted = ()
    if "--" in command:
        place = command.index("--")
        command, wanted = command[:place], tuple(command[place + 1 :])
    if not command:
        sys.exit(__doc__)
    command[0] = os.path.abspath(command[0])
    cases = [name for name in CASES if name.startswith(wanted or "")]
    failed = 0
    for name, said, problem in results(cases, command):
        failed += problem is not None
        print(f"passed  {name}" if problem is None else f"FAILED  {name}: {problem}")
        print(said, end="", flush=True)
    print(f"{len(cases) - failed} of {len(cases)} passed")
    sys.exit(1 if failed else 0)


main()
