import Posix
import Testing

/// What calls are for, on the command line.
extension StoryTests {
  private func operations(_ rules: String, _ lines: String) throws -> String {
    try configure(rules)
    for name in ["llm", "curl"] {
      try File.replace(home + "/bin/\(name)", with: Array("#!/bin/sh\necho \"$@\"\n".utf8), permissions: 0o700)
    }
    let outcome = try run(
      "op() { llmguard run --dry-run --json \"$@\" | sed -n 's/.*\"operation\": \"\\(.*\\)\".*/\\1/p'; }\n" + lines)
    return outcome.output.split(separator: "\n").joined(separator: " ") + outcome.error
  }

  @Test func rulesSayWhatCallsAreFor() throws {
    defer { try? Folder.removeTree(home) }
    let rules = """
      [[rule]]
      operation = "review"
      instruction = "review|find bugs"
      [[rule]]
      operation = "large"
      model = "gpt-4*"
      [[rule]]
      operation = "chat"
      route = "/v1/chat/*"
      [[rule]]
      operation = "nightly"
      script = "nightly*.sh"
      """
    let lines = """
      op -- llm 'please REVIEW this'; op -- llm -m gpt-4o hello; op -- llm hello; echo 'find bugs' | op -- llm
      body='{"messages":[{"role":"system","content":"review"},{"role":"user","content":"hi"}]}'
      op -- curl -d "$body" 'http://127.0.0.1:9/v1/chat/completions?x=1'; op -- curl -d "$body" http://127.0.0.1:9/v1/other
      op -- ./nightly-3.sh; op -- ./other.sh; op --op mine -- llm -m gpt-4o review; LLMGUARD_OP=theirs op -- llm review
      """
    // The calls of a script that no rule knows have each their own.
    #expect(try operations(rules, lines) == "review large llm review chat curl nightly mine theirs")
  }

  @Test func theRuleIsNamed() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[[rule]]\noperation = 'review'\ninstruction = 'review'\n")
    let outcome = try run(
      "op() { llmguard run --prompt-from args \"$@\"; }; op --dry-run -- echo review; op -q --receipt r -- echo review; cat r"
    )
    #expect(outcome.output.contains("operation  review (by the rule of \(home)/.config/llmguard/llmguard.toml:2)"))
    #expect(outcome.output.contains("\"operation_basis\": \"rule\""))
    #expect(try run("llmguard usage report --by operation").output.contains("review\t1"))
  }

  @Test func whatAnOperationAllowsIsSaid() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[operation.small]\nmax_tokens_per_call = 100\n")
    try File.replace(home + "/bin/llm", with: Array("#!/bin/sh\necho \"$@\"\n".utf8), permissions: 0o700)
    let outcome = try run("llmguard run --op small -- llm -o max_tokens 500 hi")
    #expect(outcome.output.hasPrefix("-o max_tokens 9"))
    #expect(outcome.error.hasPrefix("llmguard: max tokens 500 → 9"))
    #expect(outcome.error.hasSuffix(": operation small allows a call 100 tokens\n"))
    let refused = try run("llmguard run --op small --no-degrade -- llm -o max_tokens 500 hi")
    #expect(refused.status == 75)
    #expect(refused.error.contains("refused: operation small allows a call 100 tokens, and this one would take 50"))
    #expect(try run("llmguard usage report --by operation | cut -f 1,7-8").output == "small\t0\t1\n")
  }
}
