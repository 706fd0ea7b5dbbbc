import CommandSpec
import Posix
import TextFormats

/// `llmguard-bench gateway`: what the gateway costs in time and memory, beside the same calls without it.
enum GatewayCommand {
  static let rounds = Option<Int64>(
    "--rounds", metavar: "N", summary: "how often each measurement is made, direct and through the gateway in turn",
    defaultText: "5", read: ValueReader.wholeNumber(1...1000))
  static let calls = Option<Int64>(
    "--calls", metavar: "N", summary: "calls of each connection in a round", defaultText: "2000",
    read: ValueReader.wholeNumber(1...1_000_000))
  static let other = Option<String>(
    "--beside", metavar: "URL", summary: "measure another proxy's base address too, such as a LiteLLM proxy's",
    details: "It has to lead to the provider that --port names.")
  static let litellm = Option<String>(
    "--litellm", metavar: "PROGRAM", summary: "measure LiteLLM's proxy too: the path of 'litellm'",
    details:
      "Such as of a virtual environment in which \"pip install 'litellm[proxy]'\" was run; it is started and ended.")
  static let port = Option<Int64>(
    "--port", metavar: "N", summary: "the provider's port", defaultText: "a free one",
    read: ValueReader.wholeNumber(1...65_535))
  static let bytes = Option<Int64>(
    "--bytes", metavar: "N", summary: "the largest body", defaultText: "1000000000",
    read: ValueReader.wholeNumber(1_000_000...1_000_000_000_000))
  static let json = Flag("--json", summary: "print one JSON object")
  private static let file = OperandSpec("FILE", summary: "where the result goes", completion: .file)
  private static let kind = Option<GatewayLoad.Kind>(
    "--kind", metavar: "WORD", summary: "calls, streams or idle", read: ValueReader.choice(GatewayLoad.Kind.self))
  private static let connections = Option<Int64>(
    "--connections", metavar: "N", summary: "how many at once", read: ValueReader.wholeNumber(1...100_000))

  private static let process = Option<Int64>(
    "--process", metavar: "PID", summary: "whose time of the processors is told", defaultText: "the parent's",
    read: ValueReader.wholeNumber(1...Int64(Int32.max)))

  static let command = Command<BenchHandler>(
    "gateway", summary: "Measure the gateway against direct calls, in one run",
    subcommands: [
      Command(
        "measure",
        summary: "Added latency, calls a second, streams, memory and start-up, direct and through the gateway",
        description: [
          "The provider is `pretend-provider`, the program `llmguard`; both stand beside this one. Every call is reserved and "
            + "settled in a ledger on disk."
        ], options: [rounds.spec, calls.spec, other.spec, litellm.spec, port.spec, json.spec],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try GatewayBench(
            rounds: Int(arguments[rounds] ?? 5), calls: Int(arguments[calls] ?? 2000), other: arguments[other],
            port: arguments[port], litellm: arguments[litellm]
          ).run(isJSON: arguments[json])
        }),
      Command(
        "floor",
        summary: "The same calls through the least gateway that keeps the same promise, in turns with llmguard's",
        description: [
          "Direct, and through `gateway-floor`, a C program of one thread beside this one: bytes passed on (pass); each call held "
            + "in a ledger before it is sent and settled after its reply (committed); answered no sooner than its hold is on the "
            + "disk, too (floor); and that with all rows that llmguard writes of a call (whole). Then through `llmguard run`. "
            + "What each adds to a direct call, and how many times the floor's time, or how much of its calls a second, the "
            + "guarded call takes.",
          "The floor plans nothing, has no cache, no users, no checks of what it reads and nothing that a report could be made "
            + "of. It fails when the floor's ledgers do not hold each call once.",
        ], options: [rounds.spec, calls.spec, json.spec],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try GatewayFloor(rounds: Int(arguments[rounds] ?? 5), calls: Int(arguments[calls] ?? 2000)).run(
            isJSON: arguments[json])
        }),
      Command(
        "bodies", summary: "Large bodies through the gateway, and the most memory that it takes for them",
        description: [
          "A stream that is metered, an upload and a download, of a megabyte, of a hundred, and of --bytes, each through a "
            + "gateway of its own. It fails when the largest takes more than \(GatewayBodies.mostGrowthKB) kB more than the "
            + "smallest."
        ], options: [bytes.spec, json.spec],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try GatewayBodies(bytes: arguments[bytes] ?? 1_000_000_000).run(isJSON: arguments[json])
        }),
      Command(
        "load", summary: "Be the client of 'measure'",
        options: [kind.spec, connections.spec, calls.spec, process.spec],
        operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try GatewayLoad(
            arguments[kind] ?? .calls, connections: Int(arguments[connections] ?? 1),
            count: Int(arguments[calls] ?? 2000), process: arguments[process].map { "\($0)" }
          ).run(to: arguments.operands[0])
          return 0
        }),
    ])
}
