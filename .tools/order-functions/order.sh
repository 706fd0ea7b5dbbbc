#!/usr/bin/env bash
# order.sh [PROGRAM]: writes Sources/llmguard/link/order: the functions that a guarded run executes, and the variables that it
# writes to, which the linker then places beside each other. Spread over eleven megabytes they would be mapped in a hundred
# pieces, each of which takes a page fault of every run. It needs valgrind. Names that the program has no longer do no harm; new
# ones lie elsewhere until this is run again.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-$(swift build -c release --show-bin-path)/llmguard}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/home/.config/llmguard" "$work/bin"
printf '#!/bin/sh\necho answer\n' >"$work/bin/llm"
chmod 700 "$work/bin/llm"
# valgrind does not read all of what debuggers are told.
objcopy --strip-debug "$program" "$work/llmguard"

guarded() { env -i HOME="$work/home" PATH="$work/bin:/usr/bin:/bin" "$@" </dev/null >/dev/null 2>&1 || true; }

# What is listed first lies first: what every run needs, then what some do.
count=0
while read -r line; do
  count=$((count + 1))
  read -ra words <<<"$line"
  guarded "$work/llmguard" "${words[@]}"
  guarded valgrind --tool=callgrind --demangle=no --callgrind-out-file="$work/calls.$count" "$work/llmguard" "${words[@]}"
done <<'COMMANDS'
run --no-gateway -- true
run -- true
run -q -- llm three names for a cat
run -q --cache off -- llm three names for a dog
run --no-gateway --estimate 2000000 -- true
COMMANDS
for number in $(seq 1 "$count"); do
  grep -ohE '^c?fn=\([0-9]+\) .+' "$work/calls.$number" | sed -E "s/^c?fn=\([0-9]+\) //; s/'[0-9]+\$//" | LC_ALL=C sort -u
done | awk '!seen[$0]++' >"$work/executed"
# What one call writes to, and then what an answer from the cache does, between the names that tell the program where that
# begins and ends (`CPosixStart.c`); the heaps of SQLite and of the runtime behind it, of which only the beginning is used.
guarded valgrind --tool=lackey --trace-mem=yes --log-file="$work/stores.1" "$work/llmguard" run --no-gateway -- true
guarded valgrind --tool=lackey --trace-mem=yes --log-file="$work/stores.2" "$work/llmguard" run -q -- llm three names for a cat
nm -nS --defined-only "$work/llmguard" | awk 'NF == 4 && $3 ~ /^[dDbB]$/ { print $1, $2, tolower($3), $4 }' >"$work/variables"
for number in 1 2; do
  awk '/^ [SM]/ { sub(/,.*/, "", $2); print $2 }' "$work/stores.$number" | LC_ALL=C sort -u
done >"$work/addresses"
python3 - "$work" >"$work/written" <<'PYTHON'
import bisect, sys
work = sys.argv[1]
variables = [line.split() for line in open(work + "/variables")]
starts = [int(start, 16) for start, _, _, _ in variables]
written, seen = {"d": [], "b": []}, set()
for line in open(work + "/addresses"):
    address = int(line, 16)
    index = bisect.bisect_right(starts, address) - 1
    if index < 0 or address >= starts[index] + int(variables[index][1], 16): continue
    _, _, kind, name = variables[index]
    if name in seen or name.startswith("llmguard_"): continue
    seen.add(name)
    written[kind].append(name)
last = [name for name in ("_ZL21InitialAllocationPool", "lists", "used", "ready", "piece") if name in seen]
for kind, end in (("d", "written"), ("b", "zero")):
    names = [name for name in written[kind] if name not in last]
    print("\n".join(["llmguard_first_" + end] + names + ["llmguard_last_" + end]))
print("\n".join(last))
PYTHON
# Only what is defined in the program: functions of shared libraries lie where they lie.
nm --defined-only "$work/llmguard" | awk '$2 ~ /^[tTwW]$/ { print $3 }' | LC_ALL=C sort -u >"$work/defined"
{
  awk 'NR == FNR { defined[$0]; next } $0 in defined' "$work/defined" "$work/executed"
  cat "$work/written"
} >Sources/llmguard/link/order
wc -l Sources/llmguard/link/order
