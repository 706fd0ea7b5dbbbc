import CommandSpec
import Posix

/// `llmguard-bench child`: commands under the guard beside the same commands alone, and ten gigabytes through each pipe.
enum ChildBench {
  static let bytes = Option<Int64>(
    "--bytes", metavar: "N", summary: "how many bytes go through each pipe", defaultText: "10000000000",
    read: ValueReader.wholeNumber(1...1_000_000_000_000))

  static let command = Command<BenchHandler>(
    "child", summary: "Compare commands under the guard with the same commands alone, byte for byte",
    description: [
      "Streams, terminals, signals, job control, process 1: the checks of `.ci/child`, with as many bytes through the pipes "
        + "as a long night brings. It fails when one is different, or when the guard takes more than 20 MB of memory."
    ],
    options: [bytes.spec],
    handler: BenchHandler { arguments throws(BenchFailure) in
      let status = ChildCommand(
        arguments: [try Tools.check("child"), String(arguments[bytes] ?? 10_000_000_000)]
      ).run()
      if case .notStarted(let error) = status { throw BenchFailure(error) }
      return status.shellStatus
    })
}
