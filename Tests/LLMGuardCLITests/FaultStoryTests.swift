import Posix
import Testing

/// What happens to a call that something comes between.
extension StoryTests {
  @Test func failingOpenIsForTheLedgerAlone() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.gold]\nbudgets = ['1M tokens/day']\n")
    _ = try run("llmguard user set-tier ana gold")
    try configure("[model.x]\nprice = { input = 9000000, output = 9000000 }\n[operation.big]\nweight = 1000\n")
    for options in ["-u ana", "-o big -m x --estimate 9223372036854775807"] {
      let outcome = try run("llmguard run --fail-open \(options) -- echo ran; echo $?")
      #expect(outcome.output == "125\n", "\(options): \(outcome.error)")
      #expect(outcome.error.contains("the command was not started"))
      #expect(!outcome.error.contains("--fail-open"), "it would not help: \(outcome.error)")
    }
  }
}
