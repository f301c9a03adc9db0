#!/usr/bin/env bash
# Builds the benchmarks in release, measures, and prints one table: medians beside their limits.
# Ends with 1 when a limit is missed.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d "$PWD/.build-figures-XXXXXX")
trap 'rm -rf "$work"' EXIT
run() { "$@" >"$work/log" 2>&1 || { tail -40 "$work/log" >&2; exit 1; }; }

# The tool is called by itself: its package plugin would build everything once more.
echo "Building the benchmarks in release"
run swift build -c release
run swift build -c release --product BenchmarkTool
bin=$(swift build -c release --show-bin-path)
echo "Measuring; the machine should have nothing else to do"
run "$bin/BenchmarkTool" --command run --baseline-storage-path "$work" --grouping benchmark \
  --targets HotPaths --benchmark-executable-paths "$bin/HotPaths" \
  --metrics throughput --metrics wallClock --format jmh --path "$work" --quiet --no-progress
"$bin/Figures" "$work" "$work"/*.jmh.json
