#!/usr/bin/env bash
# order.sh [PROGRAM]: writes Sources/llmguard/link/order: the functions that a guarded run and the gateway execute, and the
# variables that a run writes to, which the linker then places beside each other. Spread over eleven megabytes a run's would be
# mapped in a hundred pieces, each of which takes a page fault of every run, and a call's would lie in 650 pages, whose
# addresses a processor looks up one by one after others have used it. It needs valgrind, and beside the program
# `llmguard-bench` and `pretend-provider` (`swift build -c release`). Names that the program has no longer do no harm; new ones
# lie elsewhere until this is run again.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-$(swift build -c release --show-bin-path)/llmguard}")
work=$(mktemp -d)
provider=
trap '[ -z "$provider" ] || kill "$provider"; rm -rf "$work"' EXIT
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
# What the gateway executes from one call to the next, in that order: the trace begins at each call's body. The first calls and
# the last one are not as the others. Then what several at once execute beside that.
mkfifo "$work/ends"
"${program%/*}/pretend-provider" <"$work/ends" >"$work/address" &
provider=$!
exec 8>"$work/ends"
while [ ! -s "$work/address" ]; do sleep 0.1; done
printf '[tier.default]\nbudgets = ["1000B tokens/day"]\nescalation = [1]\n' >"$work/home/.config/llmguard/llmguard.toml"
for kind in calls streams crowd; do
  load=(--kind "${kind/crowd/calls}" --connections 1 --calls 6)
  [ "$kind" != crowd ] || load=(--kind calls --connections 16 --calls 8)
  guarded OPENAI_API_KEY=sk OPENAI_BASE_URL="$(cat "$work/address")/v1" valgrind --tool=lackey --trace-superblocks=yes \
    --basic-counts=no --log-file="$work/blocks.$kind" "$work/llmguard" run -- "${program%/*}/llmguard-bench" gateway load \
    "${load[@]}" "$work/load"
done
rm "$work/home/.config/llmguard/llmguard.toml"
exec 8>&-
wait "$provider"
provider=
nm -nS --defined-only "$work/llmguard" | awk 'NF == 4 && $3 ~ /^[tTwW]$/ { print $1, $2, $4 }' >"$work/functions"
python3 - "$work" >"$work/called" <<'PYTHON'
import bisect, sys
work = sys.argv[1]
functions = [line.split() for line in open(work + "/functions")]
starts = [int(start, 16) for start, _, _ in functions]
begins = next(start for start, (_, _, name) in zip(starts, functions) if "16ClientConnectionC9wholeBody" in name)
called = {}
for kind, count in (("calls", 6), ("streams", 6), ("crowd", 128)):
    calls = []
    for line in open(work + "/blocks." + kind):
        if not line.startswith("SB "): continue
        address = int(line[3:], 16)
        if address == begins: calls.append({})
        if calls: calls[-1][address] = None
    if len(calls) != count: sys.exit(f"{len(calls)} {kind} were traced")
    for call in calls[count // 3:-1]:
        for address in call:
            index = bisect.bisect_right(starts, address) - 1
            if index >= 0 and address < starts[index] + int(functions[index][1], 16): called[functions[index][2]] = None
print("\n".join(called))
PYTHON
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
# What only runs execute, what both do, and what only the gateway does: so each of the two lies in one piece.
awk 'NR == FNR { executed[$0]; next } $0 in executed' "$work/executed" "$work/called" >"$work/both"
{
  awk 'NR == FNR { called[$0]; next } !($0 in called)' "$work/called" "$work/executed"
  # What lies before it, and behind the last one, is given back by a gateway.
  echo llmguard_first_called
  cat "$work/both"
  awk 'NR == FNR { both[$0]; next } !($0 in both)' "$work/both" "$work/called"
} >"$work/placed"
{
  awk 'NR == FNR { defined[$0]; next } $0 in defined' "$work/defined" "$work/placed" | grep -vxF llmguard_last_executed
  echo llmguard_last_executed
  cat "$work/written"
} >Sources/llmguard/link/order
wc -l Sources/llmguard/link/order
