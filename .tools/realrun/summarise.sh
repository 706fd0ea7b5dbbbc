#!/usr/bin/env bash
# summarise.sh FILE...: what each document says, by a model behind $LLM_URL; every call under llmguard.
set -euo pipefail
export LLMGUARD_OP=summarise

body() {
  python3 -c 'import json, sys
print(json.dumps({"model": "smollm2-135m", "max_tokens": 40, "temperature": 0, "messages": [
  {"role": "user", "content": "Say in one sentence what this program does.\n\n" + sys.stdin.read()}]}))' <"$1"
}

answer() { python3 -c 'import json, sys; print(" ".join(json.load(sys.stdin)["choices"][0]["message"]["content"].split()))'; }

for file in "$@"; do
  reply=$(llmguard run -- curl -sS "$LLM_URL/v1/chat/completions" -d "$(body "$file")") || exit
  printf '%-10s %.66s\n' "$(basename "$file" .txt)" "$(answer <<<"$reply")"
done
