#!/usr/bin/env python3
"""From clone to a first trade on a machine that has the toolchain and nothing else.

usage: bare_root.py [test]
Needs root, an apt mirror and ten minutes; says so and ends with 69 without the first. Makes a root
with debootstrap that has the packages which swift.org asks for, puts the toolchain of this machine
into it, clones the committed tree and follows the README: `make demo`, then the keys of its first
trade. With `test` also `make test`. The clock runs from the clone on.
"""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

from terminal import Failure, check

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
# Source: swift.org, installation on Debian 12, and what every clone needs.
TOOLCHAIN_NEEDS = ["binutils", "gcc", "git", "ca-certificates", "libc6-dev", "libcurl4-openssl-dev",
                   "libedit-dev", "libpython3-dev", "libsqlite3-dev", "libstdc++-12-dev",
                   "libxml2-dev", "libz3-dev", "make", "pkg-config", "tzdata", "zlib1g-dev"]
PATIENCE = 20 * 60


class Root:
    """A root of its own; what was mounted into it is unmounted at the end."""

    def __init__(self, folder):
        self.folder = folder
        self.mounted = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for place in reversed(self.mounted):
            subprocess.run(["umount", "-l", place], check=False)
        with open("/proc/self/mountinfo") as file:
            mounted = any(line.split()[4].startswith(self.folder) for line in file)
        # What is still mounted is not ours to remove.
        if mounted:
            print(f"left behind: {self.folder}, in which something is still mounted")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def make(self):
        with open("/etc/os-release") as file:
            release = dict(line.strip().split("=", 1) for line in file if "=" in line)
        subprocess.run(
            ["debootstrap", "--variant=minbase", "--include=" + ",".join(TOOLCHAIN_NEEDS),
             release["VERSION_CODENAME"].strip('"'), self.folder],
            check=True, stdout=subprocess.DEVNULL)
        # debootstrap has made the devices; nothing of this machine's own is seen in there.
        for kind, place in (("proc", "/proc"), ("devpts", "/dev/pts")):
            subprocess.run(["mount", "-t", kind, kind, self.folder + place], check=True)
            self.mounted.append(self.folder + place)
        toolchain = os.path.realpath(shutil.which("swift") or "")
        self.show(toolchain.rsplit("/usr/bin/", 1)[0])
        self.bin = os.path.dirname(toolchain)
        # Where this machine reaches packages by another way than the network, so does the root.
        for name in ("/etc/gitconfig", "/etc/resolv.conf"):
            if os.path.exists(name):
                shutil.copy(name, self.folder + name)
        told = subprocess.run(["git", "config", "--get-regexp", r"url\..*\.insteadof"],
                              capture_output=True, text=True).stdout
        for place in set(re.findall(r"(?m)^url\.(.*)\.insteadof ", told)):
            if os.path.isdir(place):
                self.show(place.rstrip("/"))
        subprocess.run(["git", "clone", "-q", REPOSITORY, self.folder + "/srv/perpdeck"],
                       check=True)

    def show(self, place):
        """Lets a folder of this machine be read in there."""
        os.makedirs(self.folder + place, exist_ok=True)
        subprocess.run(["mount", "--bind", place, self.folder + place], check=True)
        self.mounted.append(self.folder + place)
        subprocess.run(["mount", "-o", "remount,ro,bind", self.folder + place], check=True)

    def command(self, line):
        return ["chroot", self.folder, "/usr/bin/env", "-i", "HOME=/srv", "LANG=C.UTF-8",
                "TERM=xterm-256color", f"PATH={self.bin}:/usr/sbin:/usr/bin:/sbin:/bin",
                "bash", "-c", "cd /srv/perpdeck && " + line]

    def status(self):
        asked = subprocess.run(self.command(".build/release/perpdeck status --json"),
                               capture_output=True, text=True)
        return json.loads(asked.stdout) if asked.returncode == 0 else None


def demo(root):
    """`make demo` on a terminal, and the keys of a first trade."""
    began = time.monotonic()
    pid, file = pty.fork()
    if pid == 0:
        command = root.command("exec make demo")
        os.execvp(command[0], command)
    fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    state = {}

    def read(seconds):
        nonlocal seen
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([file], [], [], left)[0]:
                try:
                    seen = (seen + os.read(file, 65536))[-100_000:]
                except OSError:
                    return False
        return True

    def wait(what, holds, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            check(read(1), f"make demo goes on until {what}", seen.decode(errors="replace")[-3000:])
            state["now"] = root.status() or {}
            if holds(state["now"]):
                return time.monotonic() - began
        raise Failure(f"{what}: not in time\n{seen.decode(errors='replace')[-3000:]}")

    ready = wait("it is ready", lambda now: now.get("ready"), PATIENCE)
    # Prices come a moment later; a dialog hears nothing in its first.
    read(3)
    for key in "by":
        os.write(file, key.encode())
        read(1)
    traded = wait("a position", lambda now: now.get("positions"), 30)
    check("stop" in state["now"]["positions"][0]["protection"], "it has its stop", state["now"])
    for key in "p4":
        os.write(file, key.encode())
        read(1)
    wait("it is closed", lambda now: now.get("ready") and not now["positions"], 30)
    os.write(file, b"q")
    read(5)
    _, status = os.waitpid(pid, 0)
    check(os.waitstatus_to_exitcode(status) == 0, "make demo ends with 0", status)
    check(traded < 600, f"a first trade took {traded:.0f} s")
    return ready, traded


def main():
    if sys.argv[1:] not in ([], ["test"]):
        raise SystemExit(__doc__)
    if os.geteuid() != 0:
        print("not run: a root of its own needs root")
        raise SystemExit(69)
    if not shutil.which("debootstrap"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends",
                        "debootstrap"], check=True, stdout=subprocess.DEVNULL)
    with Root(tempfile.mkdtemp(prefix="perpdeck-root-", dir="/var/tmp")) as root:
        root.make()
        print("a root with the toolchain and nothing else", flush=True)
        ready, traded = demo(root)
        print(f"passed: make demo: ready after {ready:.0f} s, traded after {traded:.0f} s",
              flush=True)
        if sys.argv[1:] == ["test"]:
            began = time.monotonic()
            ended = subprocess.run(root.command("make test"), stdin=subprocess.DEVNULL)
            check(ended.returncode == 0, "make test passes", ended.returncode)
            print(f"passed: make test: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"FAILED: {failure}")
