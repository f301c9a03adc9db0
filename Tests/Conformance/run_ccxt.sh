#!/usr/bin/env bash
# Runs ccxt, a client of BloFin that we did not write, against `perpdeck serve-exchange`.
#
# usage: run_ccxt.sh [PERPDECK [OPTION...]]
# PERPDECK is the program, .build/debug/perpdeck when left out; options go to ccxt_blofin.py, for
# example `--only hedge --verbose`. Two exchanges are served: one without limits, because the checks
# ask faster than the exchange allows, and one with BloFin's own for the checks of those.
# ccxt is installed under .build on the first run. The last line is `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${1:-.build/debug/perpdeck}
shift || true
[ -x "$program" ] || {
  echo "run_ccxt: there is no $program; build it with: swift build --product perpdeck" >&2
  exit 66
}

version=4.5.90
environment=.build/conformance
if [ "$(cat "$environment/ccxt-version" 2>/dev/null)" != "$version" ]; then
  rm -rf "$environment"
  if command -v uv >/dev/null; then
    uv venv --quiet "$environment"
    uv pip install --quiet --python "$environment/bin/python" "ccxt==$version"
  else
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check "ccxt==$version"
  fi
  echo "$version" >"$environment/ccxt-version"
fi

scratch=$(mktemp -d)
servers=()
finish() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap finish EXIT

# serve NAME OPTION...: serves an exchange on a free port; what it prints goes to $scratch/NAME.
serve() {
  local name=$1
  shift
  "$program" serve-exchange --port 0 "$@" >"$scratch/$name" 2>&1 &
  servers+=($!)
}

# await NAME PID: waits until that exchange has said where it listens.
await() {
  # A debug build takes a while to make up the past of its market.
  for _ in $(seq 1800); do
    grep -q '^passphrase: ' "$scratch/$1" && return
    kill -0 "$2" 2>/dev/null || break
    sleep 0.1
  done
  echo "run_ccxt: the exchange did not start:" >&2
  cat "$scratch/$1" >&2
  exit 70
}

# field NAME WORD: prints what follows `WORD: `.
field() { sed -n "s/^$2: //p" "$scratch/$1" | head -1; }

serve lenient --lenient
serve strict
await lenient "${servers[0]}"
await strict "${servers[1]}"
"$environment/bin/python" Tests/Conformance/ccxt_blofin.py \
  --address "$(field lenient address)" --strict-address "$(field strict address)" \
  --key "$(field lenient 'API key')" --secret "$(field lenient secret)" \
  --passphrase "$(field lenient passphrase)" "$@"
