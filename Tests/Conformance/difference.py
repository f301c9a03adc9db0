#!/usr/bin/env python3
"""T11: ten thousand random frames, drawn by difference, look in pyte as when repainted in full.

usage: difference.py COMMAND...        (for example swift test --skip-build)
The command must run the tests; those that draw leave their bytes in a folder. Needs: pip install
pyte. Exit code 1 if a frame differs.
"""
import os
import subprocess
import sys
import tempfile

from pseudo import Emulator, Stream, cleaned

COLUMNS, ROWS = 40, 12


def frames(path):
    with open(path, "rb") as file:
        while line := file.readline():
            yield file.read(int(line))


def look(emulator):
    """Every cell as it is seen: of a space only what lies behind it."""
    seen = []
    for y in range(ROWS):
        for x in range(COLUMNS):
            cell = emulator.buffer[y][x]
            if cell.data == " " and not cell.underscore and not cell.reverse:
                seen.append((" ", cell.bg))
            else:
                seen.append(tuple(cell))
    return seen


def compare(folder, level):
    one, other = (Emulator(COLUMNS, ROWS) for _ in range(2))
    streams = Stream(one), Stream(other)
    count = size = 0
    pairs = zip(frames(f"{folder}/{level}-difference"), frames(f"{folder}/{level}-full"))
    for count, (difference, full) in enumerate(pairs, 1):
        streams[0].feed(cleaned(difference))
        streams[1].feed(cleaned(full))
        size += len(difference)
        left, right = look(one), look(other)
        if left != right:
            place = next(i for i, (a, b) in enumerate(zip(left, right)) if a != b)
            print(f"FAIL  {level}, frame {count}, column {place % COLUMNS}, row {place // COLUMNS}")
            print(f"      by difference {left[place]}\n      repainted     {right[place]}")
            return 0
    print(f"ok    {level}: {count} frames are equal, {size // max(1, count)} bytes a frame")
    return count


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PERPDECK_DIFFERENCE": folder}
        command = [*sys.argv[1:], "--filter", "the bytes of ten thousand frames"]
        run = subprocess.run(command, env=environment, capture_output=True, text=True)
        if run.returncode != 0:
            raise SystemExit(run.stdout + run.stderr)
        counts = [compare(folder, level) for level in ("truecolor", "indexed", "sixteen", "mono")]
    sys.exit(0 if all(count == 2500 for count in counts) else 1)


if __name__ == "__main__":
    main()
