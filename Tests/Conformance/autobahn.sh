#!/usr/bin/env bash
# Runs the cases of Autobahn|Testsuite against our WebSocket client and fails when one fails.
#
# usage: autobahn.sh COMMAND [ARGUMENT...]
# The command gets the address of the suite's server as its last argument and echoes every message
# of every case, for example: autobahn.sh .build/release/perpdeck ws-echo
#
# The suite is written in Python 2.7; set PYTHON27 when it is not found. Its packages are kept in
# the cache folder. Without a Python 2.7 nothing is run and the status is 69. Left out: 9.* (limits
# and speed), 12.* and 13.* (compression, which the client does not offer).
set -euo pipefail

[ $# -ge 1 ] || { sed -n '4,6s/^# \{0,1\}//p' "$0" >&2; exit 64; }

find_python() {
  local candidate
  for candidate in "${PYTHON27:-}" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/2.7.*/bin/python2.7 \
    "$(command -v python2.7 || true)"; do
    if [ -n "$candidate" ] && "$candidate" -m pip --version >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
}

python=$(find_python)
if [ -z "$python" ]; then
  echo "autobahn: no Python 2.7 with pip found; install one (pyenv install 2.7.18) or set PYTHON27" >&2
  exit 69
fi

cache=${XDG_CACHE_HOME:-$HOME/.cache}/perpdeck/autobahn-0.8.2
if [ ! -e "$cache/complete" ]; then
  echo "autobahn: installing the suite into $cache"
  rm -rf "$cache"
  mkdir -p "$cache"
  "$python" -m pip install --quiet --disable-pip-version-check --target "$cache/site" \
    'autobahntestsuite==0.8.2' 'autobahn==0.10.9' 'Twisted==20.3.0' 2>&1 |
    grep -v DEPRECATION || true
  [ -d "$cache/site/autobahntestsuite" ] || { echo "autobahn: the installation failed" >&2; exit 1; }
  touch "$cache/complete"
fi

work=$(mktemp -d)
server=
cleanup() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  rm -rf "$work"
}
trap cleanup EXIT

port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$work/spec.json" <<END
{
  "url": "ws://127.0.0.1:$port", "outdir": "$work/report", "webport": 0,
  "cases": ["*"], "exclude-cases": ["9.*", "12.*", "13.*"], "exclude-agent-cases": {}
}
END
(
  cd "$work"
  # As a site folder, for the suite's packages share the namespace "zope" by .pth files.
  exec "$python" -W ignore -c \
    'import site, sys; site.addsitedir(sys.argv.pop(1)); sys.path.insert(0, sys.path.pop())
from autobahntestsuite.wstest import run; run()' "$cache/site" -m fuzzingserver -s spec.json
) >"$work/server.log" 2>&1 &
server=$!

for _ in $(seq 200); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  if ! kill -0 "$server" 2>/dev/null; then
    echo "autobahn: the suite's server did not start:" >&2
    tail -20 "$work/server.log" >&2
    exit 1
  fi
  sleep 0.1
done

timeout "${AUTOBAHN_SECONDS:-300}" "$@" "ws://127.0.0.1:$port" ||
  { echo "autobahn: the client ended with status $?" >&2; exit 1; }

"$python" - "$work/report/index.json" <<'END'
from __future__ import print_function
import collections, json, sys

EXPECTED = 247
GOOD = ("OK", "NON-STRICT", "INFORMATIONAL")
results = {}
for agent in json.load(open(sys.argv[1])).values():
    results.update(agent)
counts = collections.Counter(result["behavior"] for result in results.values())
failed = sorted(
    name for name, result in results.items()
    if result["behavior"] not in GOOD or result["behaviorClose"] not in GOOD)
for name in failed:
    result = results[name]
    print("autobahn: case %s: %s, closing: %s" % (name, result["behavior"], result["behaviorClose"]))
print("autobahn: %d cases: %s; failed: %d" % (
    len(results), ", ".join("%d %s" % (count, name) for name, count in counts.most_common()),
    len(failed)))
if len(results) != EXPECTED:
    print("autobahn: %d cases were expected" % EXPECTED)
sys.exit(1 if failed or len(results) != EXPECTED else 0)
END
