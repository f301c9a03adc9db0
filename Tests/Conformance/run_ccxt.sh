#!/bin/bash
# Runs ccxt, a client of BloFin that we did not write, against a served exchange.
#
#   Tests/Conformance/run_ccxt.sh COMMAND [ARGUMENTS...]
#
# COMMAND starts the server, for example `.build/debug/perpdeck serve-exchange --port 0 --lenient`,
# prints its address and test key and serves until it is ended. Without limits, because the checks ask
# faster than the exchange allows. ccxt and aiohttp are installed under .build on the first run.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || { sed -n 2,9p "$0" | cut -c3-; exit 2; }

environment=${CCXT_ENVIRONMENT:-.build/ccxt-4.5.90}
if [ ! -x "$environment/bin/python" ] || ! "$environment/bin/python" -c 'import ccxt' 2>/dev/null; then
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check ccxt==4.5.90 aiohttp
fi

output=$(mktemp)
"$@" >"$output" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -f "$output"' EXIT

# A debug build takes a while to make up the past of its market.
for _ in $(seq 1200); do
  grep -q '^passphrase' "$output" && break
  kill -0 "$server" 2>/dev/null || { echo "the server ended:"; cat "$output"; exit 1; }
  sleep 0.1
done
grep -q '^passphrase' "$output" || { echo "the server did not start:"; cat "$output"; exit 1; }
field() { sed -n -E "s/^$1:? +//p" "$output" | head -1; }
address=$(sed -n -E 's|^.*http://([0-9.]+:[0-9]+).*$|\1|p' "$output" | head -1)

"$environment/bin/python" Tests/Conformance/ccxt_blofin.py \
  --address "${address:-$(field address)}" --key "$(field 'API key')" --secret "$(field secret)" \
  --passphrase "$(field passphrase)"
