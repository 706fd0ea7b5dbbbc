import GuardModel
import Ledger
import Posix

/// Processes that each call `llmguard run` until the budget they share refuses them.
struct RunCrowd {
  let processes: Int
  /// For how many calls of each the budget has room.
  let calls: Int64

  /// What one call is charged; its command takes exactly that.
  private static let charge: Int64 = 100

  /// Lets them call, and checks what they and the ledger say.
  func check(_ findings: inout Findings) throws(BenchFailure) {
    let room = Int64(processes) * calls
    // Refused above 100 %, and never degraded: a cheaper call would blur what is counted here.
    let limit = room * Self.charge + Self.charge / 2
    let home = try ProofHome(
      configuration: "[tier.default]\nbudgets = ['\(limit) tokens/1000h']\nsoft = 100\nhard = 100\n")
    defer { home.remove() }
    let took = try letThemCall(home)

    let ledger = try home.openLedger()
    let entries = try LedgerCommand.tried { () throws(LedgerError) in try ledger.entries(limit: 10_000_000) }
    let settled = entries.filter { $0.kind == .settle }
    let spent = settled.reduce(0) { $0 + ($1.charge?.tokens ?? 0) }
    findings.report(
      "\(processes) processes on a budget of \(limit) tokens: \(settled.count) calls, \(spent) tokens spent, "
        + "\(max(0, spent - limit)) overspent", holds: spent <= limit && spent == Int64(settled.count) * Self.charge
    )
    findings.report("no room left unused: \(limit - spent) tokens", holds: limit - spent < Self.charge)
    let admitted = took.admitted.reduce(0, +)
    findings.report(
      "exit statuses and entries agree: \(admitted) calls, \(took.refused) refusals, \(took.strange.count) others",
      holds: Int(admitted) == settled.count && took.refused == entries.filter { $0.kind == .refuse }.count
        && took.strange.isEmpty)
    for line in took.strange.prefix(5) { findings.report(line, holds: false) }
    // Every call is charged alike and gives nothing back: a refusal is right only when no later call found room.
    let lastHold = entries.lazy.filter { $0.kind == .reserve }.map(\.sequence).max() ?? 0
    let early = entries.filter { $0.kind == .refuse && $0.sequence < lastHold }.count
    findings.report("every refusal right: \(early) came before the budget was full", holds: early == 0)
    let fairness = Self.jain(took.admitted)
    let (least, most) = (took.admitted.min() ?? 0, took.admitted.max() ?? 0)
    findings.report(
      "Jain fairness \(fairness / 1000).\(String(1000 + fairness % 1000).dropFirst()) (each had \(least) to \(most) calls)",
      holds: fairness >= 900)
    findings.report(
      "nobody starved: a run took \(took.waitsMs[took.waitsMs.count / 2]) ms (median), at most "
        + "\(took.waitsMs.last ?? 0) ms, of \(took.elapsedMs) ms together", holds: least > 0)
    let problems = try LedgerCommand.tried { () throws(LedgerError) in try ledger.verify() }
    findings.report("the ledger is sound\(problems.map { "\n      \($0)" }.joined())", holds: problems.isEmpty)
  }

  /// What they saw.
  private struct Taken {
    var admitted: [Int64]
    var refused = 0
    var strange: [String] = []
    var waitsMs: [Int64] = []
    var elapsedMs: Int64 = 0
  }

  private func letThemCall(_ home: ProofHome) throws(BenchFailure) -> Taken {
    var taken = Taken(admitted: [Int64](repeating: 0, count: processes))
    var running: [Subprocess: (number: Int, start: Int64)] = [:]
    func start(_ number: Int) throws(BenchFailure) {
      let process = try home.start(
        ["run", "-q", "--estimate", "\(Self.charge)", "--", "true"], error: .file("\(home.path)/err-\(number)"))
      running[process] = (number, Clock.monotonicNanoseconds)
    }
    let began = Clock.monotonicNanoseconds
    for number in 0..<processes { try start(number) }
    while !running.isEmpty, let (process, status) = Subprocess.waitForAny() {
      guard let (number, since) = running.removeValue(forKey: process) else { continue }
      taken.waitsMs.append((Clock.monotonicNanoseconds - since) / 1_000_000)
      switch status.shellStatus {
      case 0:
        taken.admitted[number] += 1
        if taken.waitsMs.count < 4 * processes * Int(calls) { try start(number) }
      case 75: taken.refused += 1
      default: taken.strange.append("status \(status.shellStatus): \(home.read("err-\(number)").prefix(300))")
      }
    }
    taken.elapsedMs = (Clock.monotonicNanoseconds - began) / 1_000_000
    taken.waitsMs.sort()
    return taken
  }

  /// Jain's index of fairness in thousandths: 1000 when all had the same.
  static func jain(_ shares: [Int64]) -> Int64 {
    let sum = shares.reduce(0, +)
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    return squares == 0 ? 0 : sum * sum * 1000 / (Int64(shares.count) * squares)
  }
}
