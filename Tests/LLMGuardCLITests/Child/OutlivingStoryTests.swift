import Posix
import ScriptedServer
import Testing

/// What a command leaves behind when it ends.
@Suite struct OutlivingStoryTests {
  /// Nobody waits for it. Its call under way is cut, and settled by what came; the gateway is not there for a later one.
  @Test func aChildThatOutlivesItsParentIsNotWaitedForAndNotFree() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let seen = Locked<[String]>([])
    let server = try ScriptedServer { exchange in
      seen.use { $0.append(exchange.text) }
      guard exchange.text.contains("slow") else {
        exchange.reply(#"{"usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
        return true
      }
      exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
      let event = #"data: {"choices":[{"delta":{"content":"Hello there"}}]}"# + "\n\n"
      exchange.send(String(event.utf8.count, radix: 16) + "\r\n" + event + "\r\n")
      let end = Clock.monotonicNanoseconds + 40_000_000_000
      while exchange.socket.pending != .end, Clock.monotonicNanoseconds < end { Clock.sleep(ms: 5) }
      seen.use { $0.append("left") }
      return false
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write(
      "s",
      """
      ask() { curl -sSN "$OPENAI_BASE_URL/chat/completions" -d '{"model":"m","stream":true,"messages":["'"$1"'"]}'; }
      ask slow >answer 2>/dev/null &
      (until [ -e go ]; do sleep 0.05; done; ask late >/dev/null 2>&1; echo "late $?" >told; mv told late) >/dev/null 2>&1 &
      until [ -s answer ]; do sleep 0.05; done
      exit 3

      """)
    let outcome = try home.run(
      """
      llmguard run -q --no-cache sh s; echo $?; : >go; until [ -e late ]; do sleep 0.05; done; cat late answer
      llmguard usage list --json | grep -o '"exactness": "[a-z]*"'; llmguard usage report | cut -f 2; llmguard ledger verify
      """)
    #expect(
      outcome.output.hasPrefix("3\nlate 7\ndata: {\"choices\"") && outcome.output.contains("Hello there"),
      "\(outcome.output) \(outcome.error)")
    #expect(outcome.output.hasSuffix("\n\n\"exactness\": \"estimated\"\n1\nok\n"), "\(outcome.output) \(outcome.error)")
    #expect(seen.wait(until: { $0.contains("left") }) { $0.filter { $0.contains("late") } }.isEmpty)
  }
}
