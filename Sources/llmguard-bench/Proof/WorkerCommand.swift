import CommandSpec
import Posix

/// `llmguard-bench worker`: what the proofs start many of.
enum WorkerCommand {
  static let seed = Option<Int64>(
    "--seed", metavar: "N", summary: "what makes a run repeatable", read: ValueReader.wholeNumber(0...Int64.max))
  static let calls = Option<Int64>(
    "--calls", metavar: "N", summary: "how many calls to make; without it they never end",
    read: ValueReader.wholeNumber(1...1_000_000_000))
  static let naive = Flag("--naive", summary: "reserve in separate steps, as a control")

  private static let file = OperandSpec("FILE", summary: "the ledger", completion: .file)
  private static let acknowledged = OperandSpec(
    "ACKNOWLEDGED", summary: "where a line is added for each settlement that was acknowledged", completion: .file)

  static let command = Command<BenchHandler>(
    "worker", summary: "Be a process that a check started",
    subcommands: [
      Command(
        "naive", summary: "Spend a naive budget", operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in try NaiveBudget.spend(arguments.operands[0]) }),
      Command(
        "hold", summary: "Take a lock and keep it", operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in
          do throws(PosixError) {
            let lock = try FileLock(path: arguments.operands[0])
            guard try lock.acquire(deadlineMs: 60_000) else { return 1 }
            try StandardStreams.print("held\n")
            Clock.sleep(ms: 600_000)
            lock.release()
            return 0
          } catch { throw BenchFailure(error) }
        }),
      Command(
        "caller", summary: "Reserve, settle and acknowledge, again and again",
        options: [seed.spec, calls.spec, naive.spec], operands: [file, acknowledged],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try LedgerCaller(
            path: arguments.operands[0], acknowledged: arguments.operands[1], seed: arguments[seed] ?? 1,
            calls: arguments[calls] ?? .max, isNaive: arguments[naive]
          ).run()
        }),
    ], isHidden: true)
}
