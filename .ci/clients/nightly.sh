#!/usr/bin/env bash
# A job as people have it: six kinds of clients, none of which knows of llmguard. PROVIDER is where a server of the
# company's answers; the clients find it in their own variables.
set -euo pipefail
here=$(dirname "$0")

echo "== curl"
curl -sS "$PROVIDER/v1/chat/completions" -H "Authorization: Bearer $OPENAI_API_KEY" -H 'Content-Type: application/json' \
  -d '{"model": "gpt-4o", "messages": [{"role": "user", "content": "summarise the night"}]}'
echo
curl -sSN "$PROVIDER/v1/chat/completions" -H "Authorization: Bearer $OPENAI_API_KEY" -H 'Content-Type: application/json' \
  -d '{"model": "gpt-4o-mini", "stream": true, "messages": [{"role": "user", "content": "and now in pieces"}]}'
curl -sS -X POST "$PROVIDER/v1/messages" -H "x-api-key: $ANTHROPIC_API_KEY" -H 'anthropic-version: 2023-06-01' \
  -H 'Content-Type: application/json' --data @- <<'JSON'
{"model": "claude-sonnet-4-5", "max_tokens": 40, "messages": [{"role": "user", "content": "what went wrong"}]}
JSON
echo

echo "== HTTPie"
http --ignore-stdin -b post "$PROVIDER/v1/chat/completions" "Authorization:Bearer $OPENAI_API_KEY" model=gpt-4o \
  messages:='[{"role": "user", "content": "how full are the disks"}]'
http --ignore-stdin -bS "$PROVIDER/v1/chat/completions" "Authorization:Bearer $OPENAI_API_KEY" model=gpt-4o-mini stream:=true \
  messages:='[{"role": "user", "content": "disk by disk"}]'
printf '{"model": "gpt-4o", "messages": [{"role": "user", "content": "in chunks"}]}' |
  http -b --chunked "$PROVIDER/v1/chat/completions" "Authorization:Bearer $OPENAI_API_KEY"

echo "== llm"
llm -m gpt-4o-mini --no-log 'three names for a cat'
printf 'a long log' | llm -m gpt-4o --no-log --no-stream -s 'read this'

echo "== Python"
python "$here/ask.py" openai plain gpt-4o 'is the backup whole' openai stream gpt-4o 'is it really' \
  anthropic stream claude-sonnet-4-5 'check the certificates' ollama stream llama3.2 'a local question' &
first=$!
python "$here/ask.py" google-genai plain gemini-2.5-flash 'count the errors' litellm plain anthropic/claude-haiku-4-5 'again' \
  >second.out
wait "$first"
cat second.out

echo "== many at once"
seq 8 | xargs -P 8 -I{} curl -sS "$PROVIDER/api/generate" -o 'part-{}.out' \
  -d '{"model": "llama3.2", "prompt": "file {} of eight", "stream": false}'
cat part-*.out
