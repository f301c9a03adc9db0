#!/usr/bin/env python3
"""What can happen to the process: signals, a terminal that goes, no descriptors.

usage: process.py PERPDECK [CASE ...]        (for example .build/debug/perpdeck)
Needs Python 3 alone; PAUSE=60 stops the program for so many seconds instead of 12. Each case trades
on the served exchange: a position with its stop and an order that rests.

P01 signals      TERM, INT, HUP and QUIT: ends within three seconds with the terminal as it was, the
                 end of the run in the journal, the stop at the exchange, and orders kept or
                 canceled as it is set; a second one ends at once
P03 terminal     the terminal is closed; without a screen the output is closed, and trading goes on
P04 pause        STOP and CONT, as a machine that sleeps (H15): nothing is sent on what was known
                 before, fills are caught up with
P05 descriptors  none are left: it does not spin, takes commands, cancels and closes
P06 starved      others take the processor: orders, fills and cancels are all seen, at most frames go
keys             the key of another account in .env is refused, by `perpdeck reload` and by a start
A12 R13 account  a second program with another key of the account is refused while the first runs
"""
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios
import time

from served import Exchange, Program, compare_fills, journal_of
from terminal import PATIENCE, Failure, check, in_time, serve, slowness, until

PAUSE = int(os.environ.get("PAUSE", "12"))


def trade(program, exchange):
    """A long with a stop, and an order that rests."""
    program.wait_until_open("btc", "eth")
    program.line_until("the position is open", "buy btc 1 sl 1%",
                       lambda: len(exchange.positions()) == 1)
    program.line_until("the order rests",
                       f"buy eth 1 @ {exchange.price('ETH-USDT') * 0.985:.2f} sl 1%",
                       lambda: exchange.ask("/api/v1/trade/orders-pending"))
    until("the position has its stop", lambda: not exchange.naked())


def ended(program):
    """Waits for the end; returns the exit code and how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        pid, status = os.waitpid(program.pid, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status), time.monotonic() - began
        time.sleep(0.01)
    os.kill(program.pid, signal.SIGKILL)
    os.waitpid(program.pid, 0)
    raise Failure(f"it has not ended after {PATIENCE} s")


def reason(folder):
    return journal_of(folder).execute(
        "select end_reason from runs order by number desc limit 1").fetchone()[0]


def start(world, *options):
    """A program on a terminal whose settings are looked at before and after."""
    program = Program(world.program, world.folder, world.address, world.key, *options)
    return program, termios.tcgetattr(program.file)


def signals(world):
    told = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        program, before = start(world)
        if number == signal.SIGTERM:
            trade(program, world.exchange)
        program.wait_until_ready()
        os.kill(program.pid, number)
        code, taken = ended(program)
        name = signal.Signals(number).name
        check(code == 0 and in_time(world.program, taken, 3),
              f"{name} ends it within three seconds", code, taken)
        check(termios.tcgetattr(program.file) == before, f"{name}: the terminal is as it was")
        check(program.text().rfind("\x1b[?1049l") > program.text().rfind("\x1b[?1049h"),
              f"{name}: the screen is given back")
        check(reason(world.folder) == "stopped by a signal", f"{name}: the journal has the end")
        check(not world.exchange.naked(), f"{name}: the stop stays at the exchange")
        check(not os.path.exists(world.socket), f"{name}: the socket is gone")
        told.append(f"{name[3:]} {taken * 1000:.0f} ms")
    check(world.exchange.ask("/api/v1/trade/orders-pending"), "what rests stays, as it is set")
    program, _ = start(world, "--set", "risk.ordersAtExit=cancel")
    program.wait_until_ready()
    os.kill(program.pid, signal.SIGTERM)
    code, taken = ended(program)
    check(code == 0 and in_time(world.program, taken, 3), "it ends within three seconds", code,
          taken)
    check(not world.exchange.ask("/api/v1/trade/orders-pending"), "what rests was canceled")
    check(len(world.exchange.positions()) == 1 and not world.exchange.naked(),
          "the position stays with its stop")
    # The journal is waited for half a second: what stood still meanwhile comes too late.
    for _ in range(3):
        program, before = start(world)
        program.wait_until_ready()
        # Somebody holds the journal, so that the end has to wait.
        holder = sqlite3.connect(os.path.join(world.folder, "data/demo/main/journal.sqlite"),
                                 isolation_level=None)
        holder.execute("begin immediate")
        os.kill(program.pid, signal.SIGTERM)
        # With the first one the socket goes; two at once would be one.
        until("the first one is taken in", lambda: not os.path.exists(world.socket), every=0.01)
        os.kill(program.pid, signal.SIGTERM)
        code, taken = ended(program)
        holder.execute("rollback")
        holder.close()
        check(termios.tcgetattr(program.file) == before, "the terminal is as it was")
        if code == 128 + signal.SIGTERM and in_time(world.program, taken, 0.5):
            break
    else:
        raise Failure(f"a second one does not end it at once: {code} after {taken:.2f} s")
    return ", ".join(told) + f", a second one {taken * 1000:.0f} ms"


def terminal(world):
    program, _ = start(world)
    trade(program, world.exchange)
    os.close(program.file)
    code, taken = ended(program)
    check(code == 0 and in_time(world.program, taken, 3), "it ends within three seconds", code,
          taken)
    # The kernel sends a HUP as well; which of the two is heard first is chance.
    check(reason(world.folder) in ("the terminal was closed", "stopped by a signal"),
          "the journal says why", reason(world.folder))
    check(not world.exchange.naked(), "the stop stays at the exchange")
    # Without a screen: who read its output is gone.
    process = subprocess.Popen(
        [world.program, "demo", "--headless", "--server", world.address, "--data", "data"],
        cwd=world.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, **world.key}, start_new_session=True)
    process.stdout.close()
    process.stderr.close()
    try:
        until("it is ready", lambda: (program.status() or {}).get("ready"))
        check(program.say("close", "BTC"), "it takes commands")
        until("it trades", lambda: not world.exchange.positions())
        check(process.poll() is None, "it goes on")
    finally:
        process.send_signal(signal.SIGTERM)
        check(process.wait(PATIENCE) == 0, "it ends with 0", process.returncode)
    return f"closed terminal {taken * 1000:.0f} ms; without output it goes on"


def pause(world):
    program, _ = start(world)
    trade(program, world.exchange)
    os.kill(program.pid, signal.SIGSTOP)
    began = time.monotonic()
    time.sleep(1)
    # Meanwhile somebody buys more, at the exchange itself.
    world.exchange.act(do="external_fill", instId="BTC-USDT", side="buy", size="1")
    orders = len(world.exchange.orders())
    # Whoever asks meanwhile is told that it hangs, and it must not be done behind their back (J05).
    check(program.say("place", "--yes", "buy", "sol", "1", "sl", "1%") is None, "nobody answers")
    told = program.told("status")
    check(f"(process {program.pid}) was stopped" in told and f"kill -CONT {program.pid}" in told,
          "and it is told that it was stopped and how it goes on", told)
    # What is typed meanwhile is about a market that has moved on.
    program.type(":buy sol 1 sl 1%\r")
    time.sleep(max(0, PAUSE - (time.monotonic() - began)))
    os.kill(program.pid, signal.SIGCONT)
    woke = time.monotonic()
    time.sleep(0.5)
    check(len(world.exchange.orders()) == orders, "nothing was sent at once")
    program.type("\x1b")

    def sees():
        held = [row for row in (program.status() or {}).get("positions", [])
                if row["instrument"] == "BTC-USDT"]
        return held and float(held[0]["contracts"]) == 2

    until("what happened is seen", sees)
    until("and it is ready", lambda: (program.status() or {}).get("ready"))
    taken = time.monotonic() - woke
    until("the whole position is protected", lambda: not world.exchange.naked())
    program.say("flatten")
    until("flat", lambda: not world.exchange.positions())
    compare_fills(world.exchange, world.folder)
    program.kill(signal.SIGTERM)
    return f"stopped for {PAUSE} s, ready {taken:.1f} s after"


def processor(pid):
    """Seconds of processor time that a process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def descriptors(world):
    program, _ = start(world)
    trade(program, world.exchange)
    usual = resource.prlimit(program.pid, resource.RLIMIT_NOFILE)
    # None beyond those in use can be had any more.
    highest = max(map(int, os.listdir(f"/proc/{program.pid}/fd")))
    resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (highest + 1, usual[1]))
    began, used = time.monotonic(), processor(program.pid)
    check(program.status(), "a second terminal is answered")
    program.say("cancel-all")
    until("the cancel leaves", lambda: not world.exchange.ask("/api/v1/trade/orders-pending"))
    program.say("close", "BTC")
    until("the exit leaves", lambda: not world.exchange.positions())
    time.sleep(max(0, 5 - (time.monotonic() - began)))
    share = (processor(program.pid) - used) / (time.monotonic() - began)
    limit = max(0.6, 0.15 * slowness(world.program))
    check(share < limit, f"it does not spin: {share:.0%} of a core")
    resource.prlimit(program.pid, resource.RLIMIT_NOFILE, usual)
    until("it is ready again", lambda: (program.status() or {}).get("ready"))
    program.kill(signal.SIGTERM)
    return f"{share:.0%} of a core without descriptors"


def starved(world):
    program, _ = start(world)
    program.wait_until_open("btc", "eth")
    for thread in os.listdir(f"/proc/{program.pid}/task"):
        os.setpriority(os.PRIO_PROCESS, int(thread), 19)
    # A machine that is busy starves it as it is.
    count = 2 * (os.cpu_count() or 1) if slowness(world.program) < 2 else 0
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
               for _ in range(count)]
    try:
        began = time.monotonic()
        world.exchange.act(do="flood", instId="BTC-USDT", count=2_000, perSecond=500)
        for coin, number in (("btc", 1), ("eth", 2)):
            program.line_until(f"{coin} is open", f"buy {coin} 1 sl 1%",
                               lambda: len(world.exchange.positions()) == number)
            until("it has its stop", lambda: not world.exchange.naked())
        # What others fill is seen as well.
        world.exchange.act(do="external_fill", instId="BTC-USDT", side="buy", size="2")

        def sees():
            return any(row["instrument"] == "BTC-USDT" and float(row["contracts"]) == 3
                       for row in (program.status() or {}).get("positions", []))

        until("what another bought is seen", sees)
        until("all of it is protected", lambda: not world.exchange.naked())
        program.say("flatten")
        until("flat", lambda: not world.exchange.positions())
        taken = time.monotonic() - began
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()
    compare_fills(world.exchange, world.folder)
    program.kill(signal.SIGTERM)
    return f"traded and flat after {taken:.1f} s at the lowest priority"


def write_keys(folder, key):
    path = os.path.join(folder, ".env")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in key.items())


def next_key(world):
    """The key of the second account, which the server names after the first."""
    words = {"API key": "KEY", "secret": "SECRET", "passphrase": "PASSPHRASE"}
    key = {}
    while len(key) < len(words):
        name, _, value = world.server.stdout.readline().partition(":")
        if name in words:
            key["BLOFIN_DEMO_API_" + words[name]] = value.strip()
    return key


def keys(world):
    write_keys(world.folder, world.key)
    program = Program(world.program, world.folder, world.address, {})
    trade(program, world.exchange)
    log = os.path.join(world.folder, "data/demo/main/perpdeck.log")

    def lines(text):
        with open(log, encoding="utf-8") as file:
            return file.read().count(text)

    spoiled = {name: value[::-1] if name.endswith("SECRET") else value
               for name, value in world.key.items()}
    for key, why in ((spoiled, "whose it is was not found out"), (next_key(world), "100002")):
        told = lines("the new key was not taken")
        write_keys(world.folder, key)
        said = program.say("reload") or ""
        check("once the exchange says" in said, "whose the new key is is asked first", said)
        check(not any(value in said for value in key.values()), "and it is not shown", said)
        until("the new key is not taken", lambda: lines("the new key was not taken") > told)
        check(lines(why) > 0, "and it is said why", why)
    # Requests are signed with the first one as before.
    until("orders are taken",
          lambda: program.say("place", "--yes", "buy", "sol", "1", "sl", "1%")
          and len(world.exchange.positions()) == 2, every=2)
    until("every position has its stop", lambda: not world.exchange.naked())
    program.kill(signal.SIGTERM)
    # Nor does a start take the key of the second account: its journal is that of the first.
    program = Program(world.program, world.folder, world.address, {})
    code, _ = ended(program)
    program.drainer.join(10)
    check(code == 1 and "100002" in program.text(), "a start with it is refused", code)
    return "the key of another account is refused, while it runs and at the start"


def account(world):
    first, _ = start(world)
    trade(first, world.exchange)
    # From here on the exchange says of every key that it is of the first account.
    world.exchange.rule(match="GET user/query-apikey", count=0, do="replace",
                        **{"find": '"100002"', "with": '"100001"'})
    folder = os.path.join(world.folder, "elsewhere")
    os.mkdir(folder)
    key = next_key(world)
    second = Program(world.program, folder, world.address, key)
    code, _ = ended(second)
    second.drainer.join(10)
    text = " ".join(second.text().split())
    check(code == 1 and f"(process {first.pid}) already trades this account" in text
          and "another API key" in text,
          "a second program with another key of the account is refused", code, text[-2000:])
    check(reason(folder) == "another program trades the account", "its journal says why",
          reason(folder))
    check(len(world.exchange.positions()) == 1 and not world.exchange.naked(),
          "the first one's position and stop are as they were")
    check(first.kill(signal.SIGTERM) == 0, "the first one ends in order")
    second = Program(world.program, folder, world.address, key)
    second.wait_until_ready()
    check(second.kill(signal.SIGTERM) == 0, "with the first one gone the second may follow")
    return "one program on an account, whichever keys it has"


class World:
    """A folder with a served exchange."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.server, self.address, self.key = serve(
            program, folder, "--lenient", "--fault-door", "--accounts", "2")
        self.exchange = Exchange(self.address, self.key)
        self.socket = os.path.join(folder, "data/demo/main/control.sock")


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    for case in (signals, terminal, pause, descriptors, starved, keys, account):
        if len(sys.argv) > 2 and case.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            world = World(os.path.abspath(sys.argv[1]), folder)
            try:
                print(f"passed: {case.__name__}: {case(world)}", flush=True)
            except Failure as failure:
                raise SystemExit(f"FAILED in {case.__name__}: {failure}") from None
            finally:
                world.server.kill()
                world.server.wait()


if __name__ == "__main__":
    main()
