import CommandSpec
import GuardModel
import Ledger
import Posix

/// The ledger's speed against what is promised of it.
struct LedgerCheck {
  let processes: Int64
  let calls: Int64
  /// A ledger of millions of entries, if there is one.
  let grown: String?
  /// Whether only ratios are judged: on a machine that is busy with other things.
  let ratiosOnly: Bool

  static let ratiosOnly = Flag("--ratios-only", summary: "judge only what does not depend on how busy the machine is")

  func run() throws(BenchFailure) -> Int32 {
    let home = try ProofHome()
    defer { home.remove() }
    // Both ledgers on one disk: a copy of the grown one would take long, so the new one goes beside it.
    let empty =
      grown.map { File.parent(of: $0) + "/llmguard-empty-\(Random.hexadecimal(bytes: 4)).sqlite3" } ?? home.path
      + "/empty.sqlite3"
    defer { for suffix in ["", "-wal", "-shm", ".lock", ".owners", ".head"] { try? File.remove(empty + suffix) } }
    var findings = Findings()
    try crowded(empty, &findings)
    try alone(empty, &findings)
    try syncs(home, &findings)
    if let grown {
      let report = try LedgerCommand.slowestReport(grown)
      findings.report("a month's report: \(report / 1000) ms (promised: 200 ms)", holds: report <= 200_000)
      try pages(grown, &findings)
    }
    return findings.status
  }

  private func crowded(_ empty: String, _ findings: inout Findings) throws(BenchFailure) {
    var best: LedgerCrowd.Measure?
    for _ in 0..<3 {
      let measure = try LedgerCrowd(path: empty, processes: processes, calls: calls).measure()
      if measure.callsPerSecond > best?.callsPerSecond ?? 0 { best = measure }
    }
    guard let best else { return }
    findings.report(
      "\(processes) processes: \(best.callsPerSecond) calls/s, the best of three (promised: 1500)",
      holds: ratiosOnly || best.callsPerSecond >= 1500)
    findings.report(
      "one of them: median \(best.percentile(50) / 1000) ms, 99 % within \(best.percentile(99) / 1000) ms (promised: 150)",
      holds: ratiosOnly || best.percentile(99) <= 150_000)
  }

  /// One process on each ledger in turn, in short rounds: the medians of the rounds are compared.
  private func alone(_ empty: String, _ findings: inout Findings) throws(BenchFailure) {
    guard let grown else { return }
    var times: [[Int64]] = [[], []]
    let ledgers = [try LedgerCommand.open(empty), try LedgerCommand.open(grown)]
    let last = try LedgerCommand.tried { () throws(LedgerError) in try ledgers[1].entries(limit: 1) }.first
    let name = Random.hexadecimal(bytes: 8)
    for round in 0..<3000 {
      for (index, ledger) in ledgers.enumerated() {
        let start = Clock.monotonicNanoseconds
        let isHeld = try LedgerCommand.tried { () throws(LedgerError) in
          try LedgerCall(number: Int64(round)).perform(on: ledger, key: "\(name)-\(round)", nowUnixMs: Clock.unixMs)
        }
        if !isHeld { throw LedgerCall.notHeld }
        times[index].append(LedgerCommand.microseconds(since: start))
      }
    }
    let medians = times.map { $0.sorted()[$0.count / 2] }
    let percent = medians[1] * 100 / max(1, medians[0])
    findings.report(
      "a call takes \(medians[1]) us at \(last?.sequence ?? 0) entries and \(medians[0]) us in a new ledger: \(percent) % "
        + "(promised: 120 %)", holds: percent <= 120)
  }

  /// Pages of calls at the beginning and at the end of a month, in turn, and a list of somebody who never called.
  private func pages(_ grown: String, _ findings: inout Findings) throws(BenchFailure) {
    let ledger = try LedgerCommand.open(grown)
    let last = try LedgerCommand.tried { () throws(LedgerError) in try ledger.entries(limit: 1) }.first
    guard let last else { return }
    let since = last.atUnixMs - 30 * 86_400_000
    var times: [[Int64]] = [[], [], []]
    for _ in 0..<25 {
      let orders: [CallQuery] = [
        CallQuery(sinceUnixMs: since, order: .oldestFirst(after: nil), limit: 200),
        CallQuery(
          sinceUnixMs: since,
          order: .oldestFirst(after: CallQuery.Place(atUnixMs: last.atUnixMs - 86_400_000, sequence: 0)), limit: 200),
        CallQuery(user: "nobody of that name", limit: 50),
      ]
      for (index, query) in orders.enumerated() {
        let start = Clock.monotonicNanoseconds
        _ = try LedgerCommand.tried { () throws(LedgerError) in try ledger.calls(query) }
        times[index].append(LedgerCommand.microseconds(since: start))
      }
    }
    let medians = times.map { $0.sorted()[$0.count / 2] }
    let percent = medians[1] * 100 / max(1, medians[0])
    findings.report(
      "the last page of a month takes \(medians[1]) us and the first \(medians[0]) us: \(percent) % (promised: 200 %)",
      holds: percent <= 200)
    findings.report(
      "to find none of somebody's calls takes \(medians[2] / 1000) ms (promised: 200 ms)",
      holds: ratiosOnly || medians[2] <= 200_000)
  }

  /// What a run asks of the disk.
  private func syncs(_ home: ProofHome, _ findings: inout Findings) throws(BenchFailure) {
    guard FaultCase.isInstalled("strace") else { return findings.report("strace is not installed: syncs not counted") }
    let outcome = try home.script(
      """
      "$llmguard" run -q --estimate 10 -- true && strace -qq -c -o trace "$llmguard" run -q --estimate 10 -- true &&
        awk '$NF == "total" { total = $4 } $NF ~ /^(fsync|fdatasync)$/ { syncs += $4 }
          END { print total, syncs }' trace
      """)
    let words = outcome.output.split(whereSeparator: { $0 == " " || $0 == "\n" }).compactMap { Int($0) }
    guard outcome.code == 0, words.count == 2 else { throw BenchFailure("strace failed: \(outcome.error)") }
    findings.report(
      "a run makes \(words[0]) system calls, \(words[1]) of them syncs (promised: 2)", holds: words[1] == 2)
  }
}
