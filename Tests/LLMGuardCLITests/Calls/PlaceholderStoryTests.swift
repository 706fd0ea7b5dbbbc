import Testing

/// `{model}` and `{max_tokens}` in the arguments of a command that llmguard does not know.
@Suite struct PlaceholderStoryTests {
  private let home: ProgramHome

  init() throws { home = try ProgramHome() }

  /// Nothing is there to put in such a place: the command gets it as it stands, and its reader is told.
  @Test(
    arguments: [
      ("-m gpt-4o", "gpt-4o {max_tokens}", ["'{max_tokens}' stays as it is"], ["'{model}'"]),
      ("-n 20", "{model} 20", ["'{model}' stays as it is"], ["'{max_tokens}'"]),
      ("-m gpt-4o -n 20", "gpt-4o 20", [], ["stays as it is"]),
      ("-q -m gpt-4o", "gpt-4o {max_tokens}", [], ["stays as it is"]),
    ] as [(String, String, [String], [String])])
  func aPlaceWithoutAValueIsSaid(options: String, output: String, says: [String], not: [String]) throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard run \(options) -- echo '{model}' '{max_tokens}'")
    #expect(outcome.output == output + "\n" && outcome.status == 0, "\(outcome)")
    for text in says { #expect(outcome.error.contains("warning: \(text)"), "\(outcome)") }
    for text in not { #expect(!outcome.error.contains(text), "\(outcome)") }
  }
}
