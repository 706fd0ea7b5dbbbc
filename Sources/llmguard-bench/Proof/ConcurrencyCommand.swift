import CommandSpec
import Posix

/// `llmguard-bench concurrency`: many real runs on one small budget: nobody overspends, nobody starves.
enum ConcurrencyCommand {
  static let calls = Option<Int64>(
    "--calls", metavar: "N", summary: "for how many calls of each process the budget has room", defaultText: "20",
    read: ValueReader.wholeNumber(1...10_000))
  static let processes = Option<Int64>(
    "--processes", metavar: "N", summary: "how many processes call at once", defaultText: "64, then 256",
    read: ValueReader.wholeNumber(2...1024))

  static let command = Command<BenchHandler>(
    "concurrency", summary: "Let many real runs share one small budget: nothing overspent, nobody starved",
    description: [
      "Each process calls `llmguard run` again and again until it is refused. The control is a ledger that reads, "
        + "compares and writes in separate steps: it must overspend, or this check could not fail."
    ],
    options: [processes.spec, calls.spec],
    handler: BenchHandler { arguments throws(BenchFailure) in
      var findings = Findings()
      for count in arguments[processes].map({ [$0] }) ?? [64, 256] {
        try RunCrowd(processes: Int(count), calls: arguments[calls] ?? 20).check(&findings)
      }
      try NaiveBudget.control(processes: 64, &findings)
      return findings.status
    })
}
