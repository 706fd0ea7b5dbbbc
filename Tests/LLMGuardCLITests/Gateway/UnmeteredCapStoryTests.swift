import PretendProvider
import Testing

/// What a run may take holds for calls that nobody can meter, and what is said of that.
@Suite(.serialized) struct UnmeteredCapStoryTests {
  let home: ProgramHome
  let provider: PretendProvider

  init() throws {
    home = try ProgramHome()
    provider = try PretendProvider()
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(provider.url)/v1'\n")
    try home.write(
      "image", "curl -s -o /dev/null -w '%{http_code}\\n' https://api.openai.com/v1/images/generations -d '{}'\n")
  }

  @Test(arguments: [
    ("--max-calls 0", "the run may make 0 calls", "raise --max-calls or --run-budget"),
    ("--max-duration 0s", "the run's time is over", "raise --max-duration"),
    ("--run-budget '0 tokens'", "the run may take 0 tokens", "raise --max-calls or --run-budget"),
    ("--run-budget '$0'", "the run may cost $0", "raise --max-calls or --run-budget"),
  ])
  func aRefusalIsToldOnce(options: String, why: String, hint: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard run \(options) sh -c 'sh image; sh image'; llmguard usage list | grep -c refused")
    #expect(outcome.output == "429\n429\n2\n", "\(outcome)")
    #expect(outcome.error.contains("refused: a call to openai by a route that cannot be metered"))
    #expect(outcome.error.contains("): \(why)\n") && outcome.error.contains("hint: \(hint)"), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count { $0.contains(why) } == 1, "\(outcome.error)")
  }

  /// All that is told of a run counts its refusals alike.
  @Test(arguments: ["--strict", "--max-calls 0"]) func aRefusalIsCountedEverywhere(options: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --summary --receipt r --report json j --report junit x \(options) sh -c 'sh image; sh image' 2>said >out
      grep -o '"refused": [0-9]*' r; grep -o '"refusals": [0-9]*' j; grep -o 'name="refusals" value="[0-9]*"' x
      grep -o '[0-9] calls refused' said; llmguard usage report --json | grep -o '"refusals": [0-9]*' | tail -n 1
      """)
    #expect(
      outcome.output == """
        "refused": 2
        "refusals": 2
        name="refusals" value="2"
        2 calls refused
        "refusals": 2

        """, "\(outcome)")
  }

  @Test func whatOnlyTheCacheMayAnswerIsNotSent() throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard run --cache only sh image")
    #expect(outcome.output == "429\n" && outcome.error.contains("--cache only takes no other answers than the cache's"))
  }
}
