import Posix
import ScriptedServer
import Testing

/// A call that is metered by its text, and again on its way, is told of once.
@Suite struct ToldOnceStoryTests {
  /// A client that takes the model that it is told, and no maximum: its call is degraded by its text, and once more on its
  /// way, where it has asked for more than it was told.
  @Test func aDegradationIsToldOnce() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply(#"{"model":"gpt-4o-mini","usage":{"prompt_tokens":8,"completion_tokens":11}}"#)
      return true
    }
    try File.replace(
      home.path + "/bin/llm",
      with: Array(
        """
        #!/bin/sh
        while [ $# -gt 0 ]; do case $1 in -m) model=$2; shift 2 ;; -o) shift 3 ;; *) shift ;; esac; done
        curl -sS $OPENAI_BASE_URL/chat/completions -d '{"model":"'$model'","messages":[{"role":"user","content":"names"}]}'

        """.utf8), permissions: 0o700)
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['1000 tokens/day']
      [tier.default.ladder]
      max_tokens = 100
      delay = '0ms'
      [provider.openai]
      base = '\(server.url)/v1'

      """)
    let outcome = try home.run(
      """
      for i in 1 2 3 4; do llmguard run --no-cache -- llm -m gpt-4o names >/dev/null 2>>said; echo >>said; done
      llmguard usage list | cut -f 11,12; cat said
      """)
    let told = outcome.output.split(separator: "\n").drop { !$0.hasPrefix("llmguard: ") }.joined(separator: "\n")
    #expect(told.split(separator: "\n").count { $0.contains("degraded: ") } == 4, "\(outcome)")
    #expect(outcome.output.hasPrefix(String(repeating: "gpt-4o-mini\tgpt-4o\n", count: 4)), "\(outcome)")
    #expect(told.contains("retry 2 of the same request: charges 1.5×"), "\(outcome)")
    #expect(told.contains("retry 3 of the same request: charges 2×"), "\(outcome)")
  }
}
