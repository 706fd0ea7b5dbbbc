import GuardModel
import Ledger
import Posix
import SQLiteLedger

/// Real runs, four at a time, killed at random instants of their lives.
struct RunCrashes {
  let kills: Int64
  let seed: Int64
  private var random: SeededRandom
  private var number: Int64 = 0
  /// How long a run takes that nobody kills.
  private var lifeMicroseconds: Int64 = 0
  /// Where the kills fell: before anything was held, while it was, after the settlement.
  private var before = 0
  private var between = 0
  private var after = 0
  private var acknowledged = 0

  /// How often a killed run's command had not quite started when the next run looked.
  private var lateRecoveries = 0

  private static let runsAtOnce = 4
  /// How long a process may take from being made to being the command, on a busy machine.
  private static let mostMsToStart: Int64 = 5000

  init(kills: Int64, seed: Int64) {
    (self.kills, self.seed) = (kills, seed)
    random = SeededRandom(seed: UInt64(bitPattern: seed) ^ 0x5255_4E53)
  }

  mutating func check(_ findings: inout Findings) throws(BenchFailure) {
    var done: Int64 = 0
    while done < kills, findings.failures == 0 {
      let home = try ProofHome(configuration: "[tier.default]\nbudgets = ['1000M tokens/1000h']\n")
      defer { home.remove() }
      let end = min(kills, done + CrashCommand.killsOfOneLedger)
      var fates: [String: Bool] = [:]
      if lifeMicroseconds == 0 { lifeMicroseconds = try typicalLife(home) }
      while done < end, findings.failures == 0 {
        let goal = min(end, done + CrashCommand.killsBetweenLooks)
        while done < goal { done += try killSome(home, atMost: goal - done, &fates) }
        try look(home, fates, &findings)
        CrashCommand.progress(done, of: kills, "runs")
      }
      try countFates(home, fates)
    }
    findings.report(
      "\(done) runs killed (\(before) before anything was held, \(between) while it was, \(after) after the settlement): "
        + "of \(acknowledged) runs that ended by themselves no settlement lost, no hold left after the next run"
        + (lateRecoveries == 0 ? "" : " (\(lateRecoveries) times after one more: a command was just being started)"),
      holds: findings.failures == 0)
    if kills >= 500, min(before, between, after) == 0 {
      findings.report("the kills did not fall everywhere", holds: false)
    }
  }

  private mutating func start(_ home: ProofHome) throws(BenchFailure) -> (name: String, process: Subprocess) {
    number += 1
    let name = "k\(number)"
    let run = ["run", "-q", "-o", name, "--estimate", "\(10 + number % 90)", "--", "true"]
    return (name, try home.start(run, error: .file(home.path + "/err")))
  }

  private mutating func typicalLife(_ home: ProofHome) throws(BenchFailure) -> Int64 {
    var lives: [Int64] = []
    for _ in 0..<10 {
      let start = Clock.monotonicNanoseconds
      var running: [Subprocess] = []
      for _ in 0..<Self.runsAtOnce { running.append(try self.start(home).process) }
      for process in running where process.wait() != .exited(0) {
        throw BenchFailure("a run failed: \(home.read("err"))")
      }
      lives.append((Clock.monotonicNanoseconds - start) / 1000)
    }
    return lives.sorted()[lives.count / 2]
  }

  /// Starts a few, and kills each at an instant of its life, if it has not ended before.
  ///
  /// - Returns: how many were killed.
  private mutating func killSome(
    _ home: ProofHome, atMost: Int64, _ fates: inout [String: Bool]
  ) throws(BenchFailure) -> Int64 {
    var killed: Int64 = 0
    let count = min(Self.runsAtOnce, Int(atMost))
    var runs: [(at: Int64, name: String, process: Subprocess)] = []
    for _ in 0..<count {
      let (name, process) = try self.start(home)
      let instant = Int64.random(in: 0...lifeMicroseconds * 5 / 4, using: &random)
      runs.append((Clock.monotonicNanoseconds / 1000 + instant, name, process))
    }
    for run in runs.sorted(by: { $0.at < $1.at }) {
      let left = run.at - Clock.monotonicNanoseconds / 1000
      if left > 0 { Clock.sleep(microseconds: left) }
      run.process.send(Subprocess.Signal.kill)
      switch run.process.wait() {
      case .exited(0): fates[run.name] = true
      case .signaled(Subprocess.Signal.kill):
        fates[run.name] = false
        killed += 1
      case let other:
        let lived = Clock.monotonicNanoseconds / 1_000_000 - run.at / 1000
        throw BenchFailure(
          "run \(run.name) ended with \(other.shellStatus), \(lived) ms after it was to be killed: \(home.read("err"))")
      }
    }
    return killed
  }

  private static func holds(_ ledger: SQLiteLedger) throws(BenchFailure) -> [HoldRecord] {
    try LedgerCommand.tried { () throws(LedgerError) in try ledger.holds() }
  }

  private mutating func look(_ home: ProofHome, _ fates: [String: Bool], _ findings: inout Findings)
    throws(BenchFailure)
  {
    let next = try home.llmguard("run -q --estimate 1 -- true")
    if next.code != 0 { findings.report("the next run failed: \(next.error)", holds: false) }
    let verified = try home.llmguard("ledger verify")
    if verified.code != 0 { findings.report("verify: \(verified.output)\(verified.error)", holds: false) }
    let ledger = try home.openLedger()
    // A process that was about to become the command when its run was killed owns the hold until it is the command, or has not
    // found it. Then nobody does, and the next run after that recovers it.
    let end = Clock.monotonicNanoseconds + Self.mostMsToStart * 1_000_000
    while try !Self.holds(ledger).isEmpty, Clock.monotonicNanoseconds < end {
      lateRecoveries += 1
      Clock.sleep(ms: 50)
      _ = try home.llmguard("run -q --estimate 1 -- true")
    }
    for hold in try Self.holds(ledger) {
      findings.report("the next run has left hold \(hold.id) of \(hold.facts.operation)", holds: false)
    }
    let settled = try endings(home)
    for (name, endedItself) in fates where endedItself && settled[name] != .complete {
      findings.report("run \(name) ended with 0, and its settlement is lost", holds: false)
    }
  }

  private func endings(_ home: ProofHome) throws(BenchFailure) -> [String: CallEnding] {
    let ledger = try home.openLedger()
    let entries = try LedgerCommand.tried { () throws(LedgerError) in try ledger.entries(limit: 10_000_000) }
    return entries.reduce(into: [:]) { result, entry in
      if entry.kind == .settle, let name = entry.facts?.operation { result[name] = entry.ending }
    }
  }

  private mutating func countFates(_ home: ProofHome, _ fates: [String: Bool]) throws(BenchFailure) {
    let settled = try endings(home)
    for (name, endedItself) in fates {
      if endedItself {
        acknowledged += 1
      } else if settled[name] == nil {
        before += 1
      } else {
        if settled[name] == .abandoned { between += 1 } else { after += 1 }
      }
    }
  }
}
