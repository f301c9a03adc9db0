#!/usr/bin/env bash
# Builds the two fuzzers and lets each run for so many seconds: run.sh [SECONDS]. A finding ends it
# with 1 and leaves the input in a file named crash-...
set -euo pipefail
cd "$(dirname "$0")"
export SWIFT_BACKTRACE=enable=no
# The order of the two matters: the fuzzer first would silently drop its counters.
build=(swift build -c release --sanitize=address --sanitize=fuzzer -Xswiftc -enable-testing)
"${build[@]}" --product FuzzLine
"${build[@]}" --product FuzzKeys
bin=$("${build[@]}" --show-bin-path)
for name in FuzzLine FuzzKeys; do
  mkdir -p "corpus/$name"
  "$bin/$name" -max_total_time="${1:-600}" -max_len=512 -timeout=10 -rss_limit_mb=2048 \
    -dict="$name.dict" -print_final_stats=1 "corpus/$name"
done
