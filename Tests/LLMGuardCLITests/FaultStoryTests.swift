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

  @Test(arguments: [("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131), ("USR1", 138)] as [(String, Int)])
  func aSignalDuringTheDelayGivesTheChargeBack(signal: String, status: Int) throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder = { delay = '50s' }\n")
    let outcome = try run(
      """
      ( while ! grep -qs delay said; do sleep 0.05; done; sleep 0.1; kill -\(signal) $(cat pid) ) &
      sh -c 'echo $$ > pid; exec llmguard run --receipt r -n 1100 --estimate 1100 -- echo never 2> said'; echo $?
      llmguard budget reset; llmguard budget show | cut -f 4; llmguard ledger verify
      grep -o '"exit_status": [0-9]*' r
      """)
    #expect(outcome.output == "\(status)\n0\nok\n\"exit_status\": \(status)\n", "\(outcome.error)")
  }
}
