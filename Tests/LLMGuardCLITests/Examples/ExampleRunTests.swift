import Posix
import Testing

@testable import LLMGuardCLI

/// Every example of the help, the manual, the README and the documentation is typed as it stands, and does what it shows.
///
/// There is no list of those that are not: a new example is run, and one that fails fails here.
@Suite struct ExampleRunTests {
  private static func stages(of example: ShownExample) -> [ExampleStage] {
    ExampleStage.all.filter { example.text.contains($0.of) || example.place == $0.of }
  }

  @Test func everyExampleDoesWhatItShows() throws {
    let home = try ExampleHome()
    defer { home.remove() }
    var isOneCall = false
    for example in ShownExample.all {
      let stage = Self.stages(of: example).first ?? ExampleStage(of: "")
      let (status, output) = try home.type(example, stage)
      #expect(status == stage.status, "\(example)\n\(output)")
      #expect(output.hasSuffix(stage.ending), "\(example)\n\(output)")
      if example.kind == .console {
        let lines = example.shownOutput.filter { line in !stage.foreign.contains { line.hasPrefix($0) } }
        let missing = ShownOutput(lines: lines, isExact: stage.isExact).missing(in: output)
        #expect(missing == nil, "\(example)\nshows, and the program does not:\n\(missing ?? "")\n\(output)")
      }
      if !isOneCall, example.text.contains("ben$ ./summarise.sh") {
        isOneCall = true
        Self.expectOneWarning(output)
      }
    }
    #expect(isOneCall)
  }

  /// A command that is one call is held by its text and met again at the gateway: what that means is told once.
  private static func expectOneWarning(_ output: String) {
    let lines = output.split(separator: "\n")
    let warnings = lines.indices.filter { lines[$0].hasPrefix("llmguard: warning") }
    #expect(!warnings.isEmpty && warnings.allSatisfy { !lines[$0 + 1].hasPrefix("llmguard: warning") }, "\(lines)")
  }

  @Test func whatIsStagedIsThereOnce() {
    for stage in ExampleStage.all where !stage.of.hasPrefix("help of ") {
      let examples = ShownExample.all.filter { $0.text.contains(stage.of) }
      #expect(examples.count == 1, "'\(stage.of)' stands in \(examples.count) examples")
    }
    for example in ShownExample.all { #expect(Self.stages(of: example).count <= 1, "\(example)") }
  }

  /// The pages show the same examples as the help, and no others.
  @Test func theManualShowsTheSame() throws {
    let folder = "\(ProgramHome.checkout)/man"
    let help = Set(
      ShownExample.all.filter { $0.place.hasPrefix("help of ") }
        .flatMap { $0.text.split(separator: "\n").map(String.init) })
    var manual: Set<String> = []
    for name in try Folder.names(in: folder) {
      manual.formUnion(ShownExample.ofManual(String(decoding: try File.readAll("\(folder)/\(name)"), as: UTF8.self)))
    }
    #expect(manual == help, "\(manual.symmetricDifference(help))")
    #expect(help.count > 50)
  }

  /// What is shown of the configuration can be used as it is.
  @Test func everyShownConfigurationIsGood() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    var count = 0
    let pages = ["Guarding", "Troubleshooting"].map { "Sources/llmguard/llmguard.docc/\($0).md" }
    for name in ["README.md"] + pages {
      let page = String(decoding: try File.readAll("\(ProgramHome.checkout)/\(name)"), as: UTF8.self)
      for block in ShownExample.blocks(page, of: name) where block.language == "toml" {
        count += 1
        try home.write(".config/llmguard/llmguard.toml", block.text + "\n")
        let outcome = try home.run("llmguard config check")
        #expect(outcome.status == 0, "\(block.place): \(outcome.output)\(outcome.error)")
      }
    }
    #expect(count >= 5)
  }

  @Test func whatIsShownIsLookedFor() {
    let shown = ShownOutput(lines: ["$", "a 12 tokens, in 9 h 45 m", "…", "b (17 %)"])
    #expect(shown.missing(in: "$\na 13 tokens, in 2 m\nx\nb (18 %)\n") == nil)
    #expect(shown.missing(in: "$\na 13 tokens, in 2 m\nx\ny\n") == "b (17 %)")
    #expect(shown.missing(in: "$\nx\na 13 tokens, in 2 m\nb (1 %)\n") == "a 12 tokens, in 9 h 45 m")
    #expect(ShownOutput(lines: ["x, opens in 5 h 4 m"]).missing(in: "x, opens in 2 m (at 2026-11-30 00:00)") == nil)
    let message = ShownOutput(lines: ["hint: try again then, or ask for less", "  b"])
    #expect(message.missing(in: "hint: try again\n  then, or ask\n  for less\n  b\n") == nil)
    #expect(message.missing(in: "hint: try again then, or ask for less\n  b\n") == nil)
    #expect(message.missing(in: "hint: try again\n  then, or ask\n  b\n") != nil)
    #expect(message.missing(in: "hint: try again\nthen, or ask for less\n  b\n") != nil)
    #expect(ShownOutput(lines: ["812 of 3 in 5 s"], isExact: true).missing(in: "812 of 3 in 7 h 2 m") == nil)
    #expect(ShownOutput(lines: ["812 of 3 in 5 s"], isExact: true).missing(in: "813 of 3 in 5 s") != nil)
  }
}
