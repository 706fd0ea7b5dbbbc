import Posix
import ScriptedServer
import Testing

/// Where a process may open few files, that is what is said, and not that something is missing or may not be opened.
@Suite struct OpenFilesStoryTests {
  @Test func whatFailsForWantOfFilesSaysSo() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply(#"{"data":[]}"#)
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[provider.openai]\nbase = '\(server.url)/v1'\n[provider.anthropic]\nbase = 'http://127.0.0.1:9'\n")
    try home.write(
      "ask.sh", "exec 2>/dev/null; curl -sS $OPENAI_BASE_URL/models; [ -z \"$1\" ] || curl -sS $ANTHROPIC_BASE_URL\n")
    let outcome = try home.run(
      """
      llmguard run -q --estimate 5 -- true
      # Where that begins depends on what is open already when this is begun.
      for n in $(seq 5 40); do
        (ulimit -n $n; exec llmguard run sh ask.sh) 2>>said >/dev/null
        (ulimit -n $n; exec llmguard budget show) 2>>said >/dev/null
      done
      (ulimit -n 200; exec llmguard run sh ask.sh both) 2>last | head -c 11
      llmguard ledger verify
      """)
    #expect(outcome.output == "{\"data\":[]}ok\n", "\(outcome)")
    let said = String(decoding: try File.readAll(home.path + "/said"), as: UTF8.self)
    let hints = Set(said.split(separator: "\n").filter { $0.hasPrefix("hint: ") })
    #expect(!hints.isEmpty && hints.allSatisfy { $0.contains("'ulimit -n 1024'") }, "\(hints)\n\(said)")
    for part in ["the ledger '\(home.path)", "the gateway cannot be started"] {
      #expect(said.contains(part), "\(part): \(said)")
    }
    let last = String(decoding: try File.readAll(home.path + "/last"), as: UTF8.self)
    #expect(last.contains("hint: check the base address"), "with files enough the address is to blame: \(last)")
  }
}
