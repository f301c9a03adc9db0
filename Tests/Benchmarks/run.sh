#!/usr/bin/env bash
# Builds the benchmarks in release, measures, and prints one table: medians beside their limits.
# Ends with 1 when a limit is missed.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d ./.build-figures-XXXXXX)
trap 'rm -rf "$work"' EXIT
swift build -c release --product Figures --quiet
swift package --disable-sandbox benchmark --no-progress --quiet --format jmh --path "$work" >"$work/log" 2>&1 ||
  { tail -40 "$work/log" >&2; exit 1; }
.build/release/Figures "$work" "$work"/*.jmh.json
