import Posix
import ScriptedServer
import Testing

/// What is said of the degraded calls of a run: the first of a kind, and at the end how many more there were.
@Suite struct DegradedCallsStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
  }

  private func configure(_ rules: String) throws {
    try Folder.makePrivate(home.path + "/.config/llmguard")
    try home.write(
      ".config/llmguard/llmguard.toml", "\(rules)\n[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  private static let call =
    #"curl -sS https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":50,"messages":[]}'"#

  /// Whoever reads a cron job's mail learns how many answers came from the cheaper model, and not of the first alone.
  @Test(arguments: [(1, nil), (2, "1 more call"), (4, "3 more calls")] as [(Int, String?)])
  func degradedCallsAreCountedAtTheEnd(calls: Int, words: String?) throws {
    defer { home.remove() }
    try configure(
      """
      [tier.default]
      budgets = ["60 tokens/day"]
      warn = 1
      soft = 2
      hard = 900
      [tier.default.ladder]
      delay = "0"
      """)
    try home.write("s", String(repeating: Self.call + "\n", count: calls))
    let outcome = try home.run("llmguard run --no-cache sh s >/dev/null")
    let told = outcome.error.split(separator: "\n").filter { $0.hasPrefix("llmguard: degraded: ") }
    #expect(told.count == (words == nil ? 1 : 2), "\(outcome)")
    if let words { #expect(told.last.map(String.init) == "llmguard: degraded: \(words) of this run", "\(outcome)") }
  }

  /// Whoever asks afterwards why an answer came from the cheaper model is told which budget it was.
  @Test func theStoryOfACallNamesTheBudgetThatDegradedIt() throws {
    defer { home.remove() }
    try configure(
      """
      [tier.default]
      budgets = ["1M tokens/day", "$0.0008/month"]
      hard = 900
      ladder = { models = { "gpt-4o" = "gpt-4o-mini" }, delay = "0" }
      """)
    try home.write("s", String(repeating: Self.call + "\n", count: 3))
    let outcome = try home.run(
      """
      llmguard run --no-cache sh s >/dev/null 2>&1; call=$(llmguard usage list --phase soft -n 1 | cut -f 1)
      NO_COLOR=1 script -qec "stty cols 250; llmguard usage show $call" /dev/null </dev/null | tr -d '\\r' |
        grep -oE '(the|a) [a-z ]*budget came|degraded by the .*'
      llmguard usage show $call --json | grep -c '"note": "monthly money budget"'; llmguard ledger verify
      llmguard usage show 1 --json | grep -c '"note": "monthly'
      llmguard run --no-cache -- \(Self.call.replacing("50", with: "51")) >/dev/null 2>&1
      call=$(llmguard usage list --phase soft -n 1); echo "$call" | cut -f 9
      llmguard usage show "$(echo "$call" | cut -f 1)" --json | grep -c '"note": "monthly money budget"'
      """)
    #expect(
      outcome.output == """
        the monthly money budget came
        degraded by the monthly money budget
        1
        ok
        0
        curl
        1

        """, "\(outcome)")
  }

  /// The command's own degradation stands for one of its calls, whether that asks for the cheaper model or for the dearer one.
  @Test(arguments: ["gpt-4o", "gpt-4o-mini"]) func whatACommandWasToldOfIsOneOfItsCalls(first: String) throws {
    defer { home.remove() }
    try configure(
      """
      [tier.default]
      budgets = ["200 tokens/day"]
      warn = 1
      soft = 2
      hard = 900
      [tier.default.ladder]
      models = { "gpt-4o" = "gpt-4o-mini" }
      max_tokens = 20
      delay = "0"
      [client.mycli]
      program = "mycli"
      model_options = ["-m"]
      """)
    let models = [first, "gpt-4o", "gpt-4o-mini", "gpt-4o"]
    let calls = models.map { Self.call.replacing("\"gpt-4o\"", with: "\"\($0)\"") }
    try home.write("mycli", "#!/bin/sh\n" + calls.joined(separator: "\n") + "\n")
    let outcome = try home.run("chmod +x mycli; llmguard run --no-cache -- ./mycli -m gpt-4o hello >/dev/null")
    let told = outcome.error.split(separator: "\n").filter { $0.hasPrefix("llmguard: degraded: ") }
    #expect(told.count == 2, "\(outcome)")
    #expect(told.last == "llmguard: degraded: 3 more calls of this run", "\(outcome)")
  }
}
