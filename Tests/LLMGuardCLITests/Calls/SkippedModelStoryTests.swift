import ScriptedServer
import Testing

/// A ladder that leads to a model which a call does not go to.
@Suite struct SkippedModelStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      exchange.reply(#"{"choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":2}}"#)
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ["1000 tokens/day"]
      ladder = { models = { gpt-4o = "gpt-4", gpt-4 = "gpt-4o-mini" }, max_tokens = 100, delay = "0s" }
      [provider.openai]
      base = '\(server.url)/v1'

      """)
  }

  private func call(_ maximum: Int, model: String = "gpt-4o") -> String {
    """
    curl -sS https://api.openai.com/v1/chat/completions \
    -d '{"model":"\(model)","max_tokens":\(maximum),"messages":[{"role":"user","content":"hello \(maximum)"}]}'
    """
  }

  /// Whatever the budget counts: near its end no call becomes dearer, and the line says why it did not go there.
  @Test func aDearerOneIsPassedOverAndNamed() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -- \(call(1500)) >/dev/null; llmguard usage list | cut -f 11,12
      llmguard run --dry-run --json -- \(call(1501)) | tr -d ' \\n' | grep -o '"skipped_models":[^]]*]'
      llmguard run --dry-run --json -- \(call(5)) | grep -c 'skipped_models": \\[\\]'
      llmguard run -- sh -c "\(call(1502).replacing("\"", with: "\\\""))" >/dev/null
      """)
    #expect(
      outcome.output == """
        gpt-4o-mini\tgpt-4o
        "skipped_models":[{"model":"gpt-4","reason":"dearer"}]
        1

        """, "\(outcome)")
    #expect(
      outcome.error.hasPrefix(
        "llmguard: degraded: model gpt-4o → gpt-4o-mini, max tokens 1502 → 100 (not gpt-4: dearer); daily token budget: "
      ),
      "\(outcome.error)")
  }

  /// A refusal names it where it says what the call needs, to people and to programs.
  @Test func aRefusalNamesIt() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 1190 -- true
      llmguard run -- sh -c "\(call(1500).replacing("\"", with: "\\\""))" | tr -d ' \\n' | grep -o '"skipped_models":[^]]*]'
      """)
    #expect(
      outcome.output
        == #""skipped_models":[{"model":"gpt-4","reason":"dearer"},{"model":"gpt-4o-mini","reason":"no_room"}]"# + "\n",
      "\(outcome)")
    #expect(outcome.error.contains(" at its cheapest; not gpt-4: dearer), 10 are left up to "), "\(outcome.error)")
  }
}
