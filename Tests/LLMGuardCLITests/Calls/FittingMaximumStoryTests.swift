import Testing

/// A rehearsal says what would fit where the call as asked does not.
@Suite struct FittingMaximumStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['1000 tokens/day']\n[tier.default.ladder]\nmax_tokens = 100\n")
    _ = try home.run("llmguard run -q --estimate 700 -m gpt-4o-mini -- true")
  }

  /// The number that `estimate --json` names for a maximum; `nil` where it names none.
  private func room(_ options: String) throws -> Int? {
    let outcome = try home.run("llmguard estimate --json \(options) -- llm -m gpt-4o-mini hi")
    let line = outcome.output.split(separator: "\n").first { $0.contains("\"fitting_max_tokens\"") }
    return line.flatMap { Int($0.filter(\.isNumber)) }
  }

  private func fits(_ options: String) throws -> String {
    try home.run("llmguard estimate \(options) -- llm -m gpt-4o-mini hi | sed -n 's/^fits *//p'").output
  }

  @Test func theLargestMaximumIsNamed() throws {
    defer { home.remove() }
    // Degraded as asked: it is the last that is not.
    let unchanged = try #require(try room("-n 400"))
    #expect(try fits("-n 400").contains("degraded") && fits("-n \(unchanged)").contains("yes"))
    #expect(try fits("-n \(unchanged + 1)").contains("degraded"))
    // Refused where nothing may be degraded.
    #expect(try room("-n 400 --no-degrade") == unchanged)
    let text = try home.run("llmguard estimate -n 400 -- llm -m gpt-4o-mini hi").output
    #expect(text.contains("at most \(unchanged) output tokens fit now, undegraded\n"), "\(text)")
    // Nothing is to be said where it fits.
    #expect(try room("-n 100") == nil)
    // Refused by its budgets: it is the last that goes out at all; and where none does, none is named.
    _ = try home.run("llmguard run -q --estimate 430 -m gpt-4o-mini -- true")
    let most = try #require(try room("-n 90"))
    #expect(try fits("-n 90").contains("no") && fits("-n \(most + 1)").contains("no"))
    #expect(try !fits("-n \(most)").contains("no"))
    _ = try home.run("llmguard run -q --estimate \(most) -m gpt-4o-mini -- true")
    #expect(try room("-n 90") == nil && fits("-n 90").contains("no"))
  }
}
