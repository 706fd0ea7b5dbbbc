import Posix
import ScriptedServer
import Testing

/// Near a limit: a call that would go out made cheaper is given the answer that it got so before.
@Suite struct DegradedCacheStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    // A client that counts its calls and says which model it is given.
    try File.replace(
      home.path + "/bin/llm",
      with: Array("#!/bin/sh\necho call >>$HOME/calls; echo \"answer $(wc -l <$HOME/calls) of $2\"\n".utf8),
      permissions: 0o700)
  }

  private func configure(_ budget: String, _ more: String = "") throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['\(budget)']\nladder = { models = { gpt-4o = 'gpt-4o-mini' }, max_tokens = 50, delay = '0s' }\n"
        + more)
  }

  @Test func theCheaperAnswerIsGivenAgainAndNamed() throws {
    defer { home.remove() }
    try configure("500 tokens/day")
    let outcome = try home.run(
      """
      ask() { llmguard run "$@" -- llm -m gpt-4o -o max_tokens 800 'three names for a cat'; }
      ask -q; llmguard run --dry-run -- llm -m gpt-4o -o max_tokens 800 'three names for a cat' | sed -n 's/^cache  *//p'
      ask; llmguard run -q -- llm -m gpt-4o -o max_tokens 800 'three names for a dog'
      ask -q --cache only; ask -q --cache off
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    guard lines.count == 6 else {
      Issue.record("\(outcome)")
      return
    }
    #expect(lines[0] == "answer 1 of gpt-4o-mini")
    #expect(lines[1].hasPrefix("the same request was answered by gpt-4o-mini "), "\(outcome)")
    #expect(lines[2...] == [lines[0], "answer 2 of gpt-4o-mini", lines[0], "answer 3 of gpt-4o-mini"], "\(outcome)")
    #expect(outcome.error.hasPrefix("llmguard: cached: the same request was answered by gpt-4o-mini "), "\(outcome)")
    #expect(!outcome.error.contains("retry"))
  }

  /// With room again the model that is asked for answers.
  @Test func withRoomTheModelThatIsAskedForAnswers() throws {
    defer { home.remove() }
    try configure("500 tokens/day")
    let ask = "llmguard run -q -- llm -m gpt-4o -o max_tokens 800 'three names for a cat'"
    #expect(try home.run(ask).output == "answer 1 of gpt-4o-mini\n")
    try configure("50000 tokens/day")
    #expect(try home.run(ask).output == "answer 2 of gpt-4o\n")
    try configure("500 tokens/day")
    #expect(try home.run(ask).output == "answer 2 of gpt-4o\n", "what was asked for is better than what is sent")
  }

  /// Once nothing more goes out, what was answered before still is: what the cache has is not refused.
  @Test func whatIsRefusedIsGivenTheCheaperAnswer() throws {
    defer { home.remove() }
    try configure("500 tokens/day")
    let outcome = try home.run(
      """
      ask() { llmguard run "$@" -- llm -m gpt-4o -o max_tokens 800 'three names for a cat'; echo "status $?"; }
      ask -q; llmguard run -q --estimate 575 -- true; ask
      llmguard run --dry-run -- llm -m gpt-4o -o max_tokens 800 'three names for a cat' | sed -n 's/^cache  *//p'
      ask -q --no-degrade
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    guard lines.count == 6 else {
      Issue.record("\(outcome)")
      return
    }
    #expect(
      lines[...3] == ["answer 1 of gpt-4o-mini", "status 0", "answer 1 of gpt-4o-mini", "status 0"], "\(outcome)")
    #expect(lines[4].hasPrefix("the same request was answered by gpt-4o-mini "), "\(outcome)")
    #expect(lines[5] == "status 75", "whoever takes no cheaper call takes no cheaper answer")
    #expect(outcome.error.hasPrefix("llmguard: cached: the same request was answered by gpt-4o-mini "), "\(outcome)")
  }

  /// What an operation allows one call changes what is sent, too.
  @Test func aCallThatItsOperationCapsIsAnsweredAgain() throws {
    defer { home.remove() }
    try configure("1M tokens/day", "[operation.review]\nmax_tokens_per_call = 100\n")
    let ask = "llmguard run -q -o review -- llm -m gpt-4o -o max_tokens 800 'three names for a cat'"
    #expect(try home.run("\(ask); \(ask)").output == "answer 1 of gpt-4o\nanswer 1 of gpt-4o\n")
  }

  @Test func aScriptsCallIsAnsweredAgainToo() throws {
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply(
        #"{"model":"gpt-4o-mini","choices":[{"message":{"role":"assistant","content":"three"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    try configure("500 tokens/day", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write(
      "script",
      #"curl -sS https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":800,"messages":[{"role":"user","content":"three names"}]}'; echo"#
        + "\n")
    let outcome = try home.run("llmguard run -q sh script; llmguard run sh script")
    #expect(outcome.output.split(separator: "\n").count { $0.contains("three") } == 2, "\(outcome)")
    #expect(outcome.error.hasPrefix("llmguard: cached: the same request was answered by gpt-4o-mini "), "\(outcome)")
  }
}
