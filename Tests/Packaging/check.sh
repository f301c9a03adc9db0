#!/usr/bin/env bash
# Unpacks a packed program into an empty folder and looks whether it is whole.
#
# usage: check.sh perpdeck-VERSION-linux-MACHINE.tar.gz
# It must start without a Swift toolchain, need no library of Swift, and carry its page, its
# completions, its settings and its unit.
set -euo pipefail
archive=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tar -C "$folder" -xzf "$archive"
cd "$folder"/*
if LC_ALL=C ldd ./perpdeck | grep -E 'libswift|libFoundation|libdispatch|not found'; then
  echo "check: it needs libraries that a machine without Swift does not have" >&2
  exit 1
fi
env -i HOME="$folder" PATH=/usr/bin:/bin ./perpdeck --version
env -i HOME="$folder" PATH=/usr/bin:/bin ./perpdeck --help >/dev/null
env -i HOME="$folder" PATH=/usr/bin:/bin ./perpdeck config check --config config
for name in man/man1/perpdeck.1 completions/perpdeck.bash completions/perpdeck.zsh \
  completions/perpdeck.fish config/risk.yaml config/systemd/perpdeck.service .env.example README.md
do
  [ -s "$name" ] || { echo "check: $name is missing" >&2; exit 1; }
done
bash -n completions/perpdeck.bash
if command -v systemd-analyze >/dev/null; then
  systemd-analyze --user verify config/systemd/perpdeck.service 2>&1 | grep -i 'unknown' && exit 1
fi
size=$(stat -c %s "$archive")
echo "check: the archive is whole, $((size >> 20)) MiB"
