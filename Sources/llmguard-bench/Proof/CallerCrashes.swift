import GuardModel
import Ledger
import Posix
import SQLiteLedger

/// Callers of the ledger, four at a time, killed one by one.
struct CallerCrashes {
  let kills: Int64
  let seed: Int64
  private var random: SeededRandom
  private var number: Int64 = 0
  private var acknowledged: Int64 = 0
  private var recovered = 0
  private var looks = 0

  private static let callersAtOnce = 4
  /// The longest pause between two kills.
  private static let pauseMicroseconds: Int64 = 12_000

  init(kills: Int64, seed: Int64) {
    (self.kills, self.seed) = (kills, seed)
    random = SeededRandom(seed: UInt64(bitPattern: seed))
  }

  mutating func check(_ findings: inout Findings) throws(BenchFailure) {
    var done: Int64 = 0
    while done < kills, findings.failures == 0 {
      let home = try ProofHome()
      defer { home.remove() }
      do throws(PosixError) { try Folder.makePrivate(File.parent(of: home.ledgerPath)) } catch {
        throw BenchFailure(error)
      }
      let end = min(kills, done + CrashCommand.killsOfOneLedger)
      while done < end, findings.failures == 0 {
        let count = min(CrashCommand.killsBetweenLooks, end - done)
        try killSome(count, in: home)
        done += count
        try look(home, &findings)
        CrashCommand.progress(done, of: kills, "callers")
      }
    }
    findings.report(
      "\(done) callers of the ledger killed: of \(acknowledged) acknowledged settlements none lost, "
        + "\(recovered) holds left by the dead recovered, \(looks) times verified", holds: findings.failures == 0)
    if acknowledged == 0 || recovered == 0 {
      findings.report("nothing was acknowledged or left behind: the kills came at the wrong instants", holds: false)
    }
  }

  private mutating func killSome(_ count: Int64, in home: ProofHome) throws(BenchFailure) {
    var callers: [Subprocess] = []
    for _ in 0..<min(Self.callersAtOnce, Int(count)) { callers.append(try start(home)) }
    for left in (0..<count).reversed() {
      Clock.sleep(microseconds: Int64.random(in: 0...Self.pauseMicroseconds, using: &random))
      let index = Int.random(in: 0..<callers.count, using: &random)
      callers[index].send(Subprocess.Signal.kill)
      guard callers[index].wait() == .signaled(Subprocess.Signal.kill) else {
        throw BenchFailure("a caller ended by itself: \(home.read("err"))")
      }
      if left >= callers.count { callers[index] = try start(home) } else { callers.remove(at: index) }
    }
  }

  private mutating func start(_ home: ProofHome) throws(BenchFailure) -> Subprocess {
    number += 1
    guard let program = ProcessInfo.executablePath else { throw BenchFailure("/proc is not there") }
    do throws(PosixError) {
      return try Subprocess.start(
        [
          program, "worker", "caller", "--seed", "\(seed % 1_000_000 * 1_000_000 + number)", home.ledgerPath,
          home.path + "/acks",
        ],
        output: .none, error: .file(home.path + "/err"))
    } catch { throw BenchFailure(error) }
  }

  private mutating func look(_ home: ProofHome, _ findings: inout Findings) throws(BenchFailure) {
    let lines = home.read("acks").split(separator: "\n")
    let ledger = try home.openLedger()
    recovered += try LedgerCommand.tried { () throws(LedgerError) in try ledger.recover(nowUnixMs: Clock.unixMs) }.count
    let inspection = try Inspection(ledger, acknowledged: lines.compactMap(LedgerCaller.Acknowledgement.init))
    for problem in inspection.problems { findings.report(problem, holds: false) }
    acknowledged += Int64(inspection.newlyAcknowledged(since: home.read("seen")))
    try home.write("seen", "\(lines.count)")
    looks += 1
  }
}

/// What is to be said against a ledger after a crash; nothing, if it is sound.
struct Inspection {
  private(set) var problems: [String] = []
  private let acknowledged: Int

  /// Looks at a ledger that was recovered.
  init(_ ledger: SQLiteLedger, acknowledged: [LedgerCaller.Acknowledgement]) throws(BenchFailure) {
    self.acknowledged = acknowledged.count
    problems += try LedgerCommand.tried { () throws(LedgerError) in try ledger.verify() }.map { "verify: \($0)" }
    problems += try LedgerCommand.tried { () throws(LedgerError) in try ledger.holds() }.map {
      "hold \($0.id) of \($0.facts.run) is left"
    }
    let entries = try LedgerCommand.tried { () throws(LedgerError) in try ledger.entries(limit: 10_000_000) }
    var settled: Set<LedgerCaller.Acknowledgement> = []
    for entry in entries where entry.kind == .settle && entry.ending != .abandoned {
      settled.insert(
        LedgerCaller.Acknowledgement(
          entry: entry.sequence, run: entry.facts?.run ?? "", tokens: entry.charge?.tokens ?? 0))
    }
    problems += acknowledged.filter { !settled.contains($0) }.map {
      "the settlement \($0.entry) of \($0.run), \($0.tokens) tokens, was acknowledged and is lost"
    }
  }

  func newlyAcknowledged(since seen: String) -> Int { acknowledged - (Int(seen) ?? 0) }
}
