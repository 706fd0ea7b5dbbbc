import CommandSpec
import Posix

/// `llmguard-bench faults`: what can be broken is broken, one thing at a time.
enum FaultsCommand {
  static let every = Option<Int64>(
    "--every", metavar: "N", summary: "let only each N-th of the system calls of a run fail", defaultText: "1",
    read: ValueReader.wholeNumber(1...1000))
  static let only = Option<String>(
    "--only", metavar: "TEXT", summary: "only the cases whose names have this in them", read: { .success($0) })

  static let command = Command<BenchHandler>(
    "faults", summary: "Break one thing at a time: each run ends right or in a clear error, and the ledger recovers",
    description: [
      "Full disks, failing writes and syncs, files that are damaged, cut, missing or forbidden, clocks that are wrong, a "
        + "stopped holder of the lock, too few descriptors, too little memory. For each: what happened, and the exit "
        + "status. After each the ledger must be sound again, by the steps that the README gives where it needs any.",
      "Needs `strace`, `faketime`, `setpriv` and, for full disks, root; what is not there is reported as skipped.",
    ],
    options: [every.spec, only.spec],
    handler: BenchHandler { arguments throws(BenchFailure) in
      var table = FaultTable(only: arguments[only])
      for fault in FaultCase.all { try table.run(fault) }
      if table.wants(InjectionSweep.name) { try InjectionSweep(every: arguments[every] ?? 1).run(&table) }
      return table.finish()
    })
}

/// Cases, their outcomes and exit statuses, as they come.
struct FaultTable {
  private let only: String?
  private var failures = 0
  private var cases = 0
  private var skipped = 0

  init(only: String?) { self.only = only }

  func wants(_ name: String) -> Bool { only.map { name.contains($0) } ?? true }

  /// A line of the table.
  mutating func add(_ name: String, status: Int32?, _ outcome: String, holds: Bool) {
    cases += 1
    if !holds { failures += 1 }
    let padded = name + String(repeating: " ", count: max(1, 44 - name.count))
    let code = status.map(String.init) ?? "-"
    let text = outcome.split(separator: "\n").first.map(String.init) ?? ""
    try? StandardStreams.print(
      "\(holds ? "ok  " : "FAIL") \(padded)\(String(repeating: " ", count: max(0, 4 - code.count)))\(code)  \(text)\n")
    if !holds {
      try? StandardStreams.print(outcome.split(separator: "\n").dropFirst().map { "       \($0)\n" }.joined())
    }
  }

  mutating func run(_ fault: FaultCase) throws(BenchFailure) {
    guard wants(fault.name) else { return }
    if let missing = try fault.missing() {
      skipped += 1
      try? StandardStreams.print("skip \(fault.name): \(missing)\n")
      return
    }
    let home = try ProofHome(configuration: fault.configuration)
    defer {
      _ = try? home.script("umount -l full 2>/dev/null; chmod -R u+rwX . 2>/dev/null")
      home.remove()
    }
    let outcome = try home.script(FaultCase.prelude + fault.script)
    let said = outcome.output + outcome.error
    // The script's last word is the status that counts: the one of the run in trouble.
    let status = home.read("status").split(separator: "\n").last.flatMap { Int32($0) }
    var problems: [String] = []
    if outcome.code != 0 { problems.append("the case's script ended with \(outcome.code)") }
    if let status {
      if !fault.statuses.contains(status) { problems.append("status \(status) is not one of \(fault.statuses)") }
    } else {
      problems.append("no status was noted")
    }
    for part in fault.says where !home.read("said").contains(part) { problems.append("it does not say '\(part)'") }
    let words = home.read("said").split(separator: "\n").first.map(String.init) ?? "as always"
    let shortened = words.replacing(home.path, with: "~")
    add(
      fault.name, status: status,
      problems.isEmpty ? shortened : (problems + [said, home.read("said")]).joined(separator: "\n"),
      holds: problems.isEmpty)
  }

  /// Says how it went; the exit status.
  func finish() -> Int32 {
    try? StandardStreams.print("\(cases) cases, \(failures) failed\(skipped > 0 ? ", \(skipped) skipped" : "")\n")
    return failures == 0 ? 0 : 1
  }
}
