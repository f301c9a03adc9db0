#!/usr/bin/env bash
# Builds the fuzzers and lets each run for so many seconds: run.sh [SECONDS [NAME...]]. A finding
# ends it with 1 and leaves the input in a file named crash-...
set -euo pipefail
cd "$(dirname "$0")"
export SWIFT_BACKTRACE=enable=no
# The last word on sanitizers counts: where the fuzzer stands before the address sanitizer, the
# counters are dropped without a word, and the package manager puts the two in any order.
build=(swift build -c release --sanitize=fuzzer -Xswiftc -sanitize=address,fuzzer -Xswiftc -enable-testing)
seconds=${1:-600}
names=("${@:2}")
[ ${#names[@]} -gt 0 ] || names=(FuzzLine FuzzKeys FuzzAlerts)
for name in "${names[@]}"; do "${build[@]}" --product "$name"; done
bin=$("${build[@]}" --show-bin-path)
# The corpus of rules is where the fuzzer of rules begins: a file for each line.
mkdir -p .build/corpus/FuzzAlerts
grep -v '^# ' ../AlertsTests/Corpus/conditions.txt | split -l 1 -a 3 - .build/corpus/FuzzAlerts/rule-
for name in "${names[@]}"; do
  [[ $("$bin/$name" -runs=0 2>&1) == *'INFO: Loaded 1 modules'* ]] ||
    { echo "$name was built without counters, so it would search blindly" >&2; exit 1; }
  mkdir -p ".build/corpus/$name"
  "$bin/$name" -max_total_time="$seconds" -max_len=512 -timeout=10 -rss_limit_mb=2048 \
    -dict="$name.dict" -print_final_stats=1 ".build/corpus/$name"
done
