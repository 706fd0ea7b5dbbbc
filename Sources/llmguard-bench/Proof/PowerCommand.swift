import CommandSpec
import Posix

/// `llmguard-bench power`: what a power loss leaves, at thousands of instants.
enum PowerCommand {
  static let points = Option<Int64>(
    "--points", metavar: "N", summary: "at how many instants the power fails", defaultText: "2000",
    read: ValueReader.wholeNumber(1...10_000_000))
  static let seed = Option<Int64>(
    "--seed", metavar: "N", summary: "what the instants and the lost sectors are drawn from", defaultText: "1",
    read: ValueReader.wholeNumber(0...Int64.max))

  static let command = Command<BenchHandler>(
    "power", summary: "Let the power fail at many instants of a recorded life of the ledger",
    description: [
      "Callers, real runs, a backup and a compaction are recorded: every write, sync, truncation, removal and renaming of "
        + "the ledger's files, and every acknowledgement. Then the record is played up to an instant; of what was not "
        + "synced by then, sectors of 512 bytes survive or are lost by chance, each write whole, torn or not at all. What is "
        + "left must open as a sound ledger that has every settlement acknowledged before.",
      "Two controls must be found out: a disk that says it has synced and has not, and a charge that is taken in a "
        + "transaction of its own. A C compiler is needed (`cc` or `clang`).",
    ],
    options: [points.spec, seed.spec],
    handler: BenchHandler { arguments throws(BenchFailure) in
      var findings = Findings()
      let (points, seed) = (arguments[points] ?? 2000, arguments[seed] ?? 1)
      findings.report("seed \(seed)")
      let recording = try PowerRecording(seed: seed)
      defer { recording.home.remove() }
      try recording.recordLife()
      var replay = try PowerReplay(recording, points: points, seed: seed)
      try replay.check(&findings)

      var lying = try PowerReplay(recording, points: min(points, 300), seed: seed, isDiskLying: true)
      let lost = try lying.firstProblem()
      findings.report("control: a disk whose sync lies is found out: \(lost ?? "no")", holds: lost != nil)

      let naive = try PowerRecording(seed: seed)
      defer { naive.home.remove() }
      try naive.recordNaiveReserves()
      var broken = try PowerReplay(naive, points: 300, seed: seed)
      let problem = try broken.firstProblem()
      findings.report("control: a charge taken in two steps is found out: \(problem ?? "no")", holds: problem != nil)
      return findings.status
    })
}
