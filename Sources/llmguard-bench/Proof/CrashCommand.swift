import CommandSpec
import Posix

/// `llmguard-bench crash`: processes killed at random instants: nothing acknowledged is lost, nothing stays held.
enum CrashCommand {
  static let kills = Option<Int64>(
    "--kills", metavar: "N", summary: "how many processes to kill, of each sort", defaultText: "5000",
    read: ValueReader.wholeNumber(1...10_000_000))
  static let seed = Option<Int64>(
    "--seed", metavar: "N", summary: "what the instants are drawn from", defaultText: "1",
    read: ValueReader.wholeNumber(0...Int64.max))

  static let command = Command<BenchHandler>(
    "crash", summary: "Kill runs and callers of the ledger at random instants, and look what is left",
    description: [
      "Two sorts are killed with `kill -9`: callers that use the ledger without pause and write down each settlement "
        + "that was acknowledged, and real `llmguard run` processes, whose exit status is their acknowledgement. After "
        + "every fifty kills the ledger is recovered: no settlement that was acknowledged may be missing, no hold may be "
        + "left, and `ledger verify` must find nothing."
    ],
    options: [kills.spec, seed.spec],
    handler: BenchHandler { arguments throws(BenchFailure) in
      var findings = Findings()
      let (kills, seed) = (arguments[kills] ?? 5000, arguments[seed] ?? 1)
      findings.report("seed \(seed)")
      var callers = CallerCrashes(kills: kills, seed: seed)
      try callers.check(&findings)
      var runs = RunCrashes(kills: kills, seed: seed)
      try runs.check(&findings)
      return findings.status
    })

  /// How many are killed between two looks at the ledger, …
  static let killsBetweenLooks: Int64 = 50
  /// … and before a new ledger is begun.
  static let killsOfOneLedger: Int64 = 500

  static func progress(_ done: Int64, of kills: Int64, _ what: String) {
    if FileDescriptor.error.isTerminal { StandardStreams.complain("\r\(what): \(done) of \(kills) kills ") }
    if done >= kills, FileDescriptor.error.isTerminal { StandardStreams.complain("\n") }
  }
}
