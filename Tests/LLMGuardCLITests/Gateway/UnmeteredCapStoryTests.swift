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

  @Test func whatOnlyTheCacheMayAnswerIsNotSent() throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard run --cache only sh image")
    #expect(outcome.output == "429\n" && outcome.error.contains("--cache only takes no other answers than the cache's"))
  }
}
