import GuardModel
import Ledger
import Posix

/// Each write and sync of a run, failed once by strace.
struct InjectionSweep {
  let every: Int64

  static let name = "injected errors"

  /// What is failed, and how.
  private static let errors: [(call: String, codes: [String])] = [
    ("pwrite64", ["ENOSPC", "EIO"]), ("write", ["ENOSPC", "EIO"]), ("fdatasync", ["EIO", "ENOSPC"]),
    ("fsync", ["EIO", "ENOSPC"]), ("ftruncate", ["EIO", "ENOSPC"]), ("openat", ["EMFILE", "EACCES"]),
    ("mmap", ["ENOMEM"]), ("flock", ["ENOLCK"]), ("fcntl", ["ENOLCK"]),
  ]

  func run(_ table: inout FaultTable) throws(BenchFailure) {
    guard FaultCase.isInstalled("strace") else {
      try? StandardStreams.print("skip \(Self.name): 'strace' is not installed\n")
      return
    }
    for isFirst in [false, true] {
      for (call, codes) in Self.errors {
        for code in codes { try sweep(call, code, isFirstRun: isFirst, &table) }
      }
    }
  }

  private func sweep(_ call: String, _ code: String, isFirstRun: Bool, _ table: inout FaultTable) throws(BenchFailure) {
    var home = try prepared(isFirstRun)
    defer { home.remove() }
    let trace = "strace -qq -o trace -e trace=\(call) \"$llmguard\" run -q --estimate 10 -- true"
    let counted = try home.script("\(trace) && grep -c '(' trace")
    let count = Int64(counted.output.split(separator: "\n").last ?? "") ?? 0
    if count == 0 { return }
    home.remove()
    home = try prepared(isFirstRun)
    var statuses: [Int32: Int] = [:]
    var problems: [String] = []
    var tried = 0
    for number in stride(from: Int64(1), through: count, by: Int64.Stride(every)) {
      if isFirstRun, tried > 0 {
        home.remove()
        home = try prepared(true)
      }
      tried += 1
      let outcome = try home.script(
        """
        strace -qq -o trace -e trace=\(call) -e inject=\(call):error=\(code):when=\(number) \
          "$llmguard" run -q --estimate 10 -o 'n\(number)' -- sh -c 'echo n\(number) >> ran'
        """)
      statuses[outcome.code, default: 0] += 1
      problems += try self.problems(after: outcome, of: call, number, home).map {
        "\(call) \(number) of \(count): \($0)"
      }
      if problems.count > 5 { break }
    }
    let told = statuses.sorted { $0.key < $1.key }.map { "\($0.value) × status \($0.key)" }.joined(separator: ", ")
    let place = isFirstRun ? "of the first run" : "of a run"
    table.add(
      "\(call) \(place): \(code)", status: nil,
      problems.isEmpty ? "\(tried) injected: \(told)" : ([told] + problems).joined(separator: "\n"),
      holds: problems.isEmpty)
  }

  private func prepared(_ isFirstRun: Bool) throws(BenchFailure) -> ProofHome {
    let home = try ProofHome()
    if !isFirstRun {
      let first = try home.script("for n in 1 2 3; do \"$llmguard\" run -q --estimate 10 -- true || exit 1; done")
      if first.code != 0 { throw BenchFailure("a run failed: \(first.error)") }
    }
    return home
  }

  private func problems(
    after outcome: ProofHome.Outcome, of call: String, _ number: Int64, _ home: ProofHome
  ) throws(BenchFailure) -> [String] {
    var problems: [String] = []
    let ran = home.read("ran").split(separator: "\n").contains { $0 == "n\(number)" }
    switch outcome.code {
    // The loader and the kernel could not start it (139); no memory for the command (126), or for anything (134).
    case 126, 134,
      139 where call == "mmap":
      if ran { problems.append("status \(outcome.code), and the command ran") }
    case 0: if !ran { problems.append("status 0, and the command did not run") }
    // 127: the loader could not open a library, which no program survives.
    case 125, 127:
      if ran { problems.append("status \(outcome.code), and the command ran") }
      // The loader has words of its own for it.
      let isTold = outcome.code == 127 ? !outcome.error.isEmpty : outcome.error.contains("llmguard: error: ")
      if !isTold { problems.append("no error is told: \(outcome.error)") }
    default: problems.append("status \(outcome.code): \(outcome.error)")
    }
    // The next run repairs what is left, and then all is in order.
    let next = try home.llmguard("run -q --estimate 10 -- true")
    if next.code != 0 { problems.append("the next run fails: \(next.error)") }
    let verified = try home.llmguard("ledger verify")
    if verified.code != 0 { problems.append("verify: \(verified.output)\(verified.error)") }
    let ledger = try home.openLedger()
    let holds = try LedgerCommand.tried { () throws(LedgerError) in try ledger.holds() }
    if !holds.isEmpty { problems.append("\(holds.count) holds are left") }
    let entries = try LedgerCommand.tried { () throws(LedgerError) in try ledger.entries(limit: 1_000_000) }
    let isCharged = entries.contains { $0.kind == .settle && $0.facts?.operation == "n\(number)" }
    if ran, !isCharged { problems.append("the command ran and was not charged") }
    return problems
  }
}
