import Posix
import ScriptedServer
import Testing

/// A run that is stopped, with its command, while that goes on calling in the background; and a server.
@Suite struct StoppedRunStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      exchange.reply(#"{"model":"gpt-4o","usage":{"prompt_tokens":1,"completion_tokens":1}}"#)
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "tier.default.budgets = ['unlimited']\n[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  /// Whoever is stopped with the ledger in hand keeps every other run out until somebody continues it.
  @Test func whoeverStopsHasNotLockedTheLedger() throws {
    defer { home.remove() }
    try home.write(
      "calls",
      """
      n=0
      for i in 1 2 3 4; do
        while [ ! -e over ]; do
          curl -s -o got-$i "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","messages":["'$i.$((n=n+1))'"]}'
        done &
      done
      for n in $(seq 80); do sleep 0.05; kill -STOP $$; done
      : >over; wait
      """)
    let outcome = try home.run(
      """
      llmguard run -q -- sh calls & run=$!; stops=0; locked=0
      while kill -0 $run 2>/dev/null; do
        read -r _ _ state _ </proc/$run/stat || break
        if [ "$state" = T ]; then
          stops=$((stops+1)); flock -n .local/state/llmguard/ledger.sqlite3.lock true || locked=$((locked+1))
          kill -CONT $run
        fi
        sleep 0.01
      done
      wait $run; echo "ended $?, locked $locked"; [ $stops -ge 40 ] || echo "stopped only $stops times"
      llmguard ledger verify; [ "$(llmguard usage report | cut -f 2)" -ge 40 ] && echo called
      """, limitSeconds: 120)
    #expect(outcome.output == "ended 0, locked 0\nok\ncalled\n", "\(outcome)")
  }

  /// The same of a server that ^Z stops while it has calls.
  @Test func aServerThatStopsHasNotLockedTheLedger() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve --listen 127.0.0.1:0 -q --print-env >env & server=$!; trap 'kill -KILL $server 2>/dev/null' EXIT
      n=0; until [ -s env ]; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done; . ./env
      for i in 1 2 3 4; do
        n=0; while [ ! -e over ]; do
          curl -s -m 5 -o got-$i "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","messages":["'$i.$((n=n+1))'"]}'
        done &
      done
      stops=0; locked=0
      for n in $(seq 800); do
        [ $n -gt 80 ] && [ $stops -ge 40 ] && break
        kill -TSTP $server; sleep 0.03; read -r _ _ state _ </proc/$server/stat
        if [ "$state" = T ]; then
          stops=$((stops+1)); flock -n .local/state/llmguard/ledger.sqlite3.lock true || locked=$((locked+1))
        fi
        kill -CONT $server; sleep 0.03
      done
      : >over; kill $server; wait $server; echo "ended $?, locked $locked"
      [ $stops -ge 40 ] || echo "stopped only $stops times"
      llmguard ledger verify; [ "$(llmguard usage report | cut -f 2)" -ge 40 ] && echo called
      """, limitSeconds: 120)
    #expect(outcome.output == "ended 0, locked 0\nok\ncalled\n", "\(outcome)")
  }
}
