#!/usr/bin/env bash
# Builds the benchmarks in release and prints one table: medians and percentiles.
set -euo pipefail
cd "$(dirname "$0")"
swift package --disable-sandbox benchmark --no-progress --quiet "$@"
