import Posix
import Testing

/// What the README shows stands beside its configuration: who copies both has the examples refused, where they do not go
/// together.
@Suite struct ExampleStoryTests {
  private static var readme: String {
    get throws { String(decoding: try File.readAll(ProgramHome.checkout + "/README.md"), as: UTF8.self) }
  }

  /// The first configuration: with limits in money.
  private static var configuration: String {
    get throws {
      let parts = try readme.split(separator: "```toml\n", maxSplits: 1)
      return String(try #require(parts.last).prefix { $0 != "`" })
    }
  }

  @Test func theExamplesGoWithTheConfiguration() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let configuration = try Self.configuration
    #expect(configuration.contains("$5/month"))
    try home.write(".config/llmguard/llmguard.toml", configuration)
    try home.write("bin/llm", "#!/bin/sh\necho Tom, Kit, Puss\n")
    let help = try home.run("chmod +x bin/llm; llmguard --help; llmguard run --help; llmguard submit --help")
    let lines = (try Self.readme + "\n" + help.output).split(separator: "\n").compactMap { line -> Substring? in
      guard let start = line.firstRange(of: "llmguard run "), line.contains(" -- llm ") else { return nil }
      let rest = line[start.lowerBound...].prefix { $0 != "`" }
      // What stands for any command is none.
      if rest.contains("…") { return nil }
      // Of a help line the words behind the example are none of the shell's.
      return rest.firstRange(of: "   ").map { rest[..<$0.lowerBound] } ?? rest
    }
    #expect(lines.count >= 6, "\(lines)")
    let outcome = try home.run(
      lines.map { "echo a log >'{}'; \($0) </dev/null >got || echo \"$?: \"" + Self.quoted($0) }.joined(
        separator: "\n"))
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome)")
  }

  private static func quoted(_ line: Substring) -> String {
    "'" + line.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
