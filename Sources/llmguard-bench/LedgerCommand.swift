import CommandSpec
import GuardModel
import Ledger
import Posix
import SQLiteLedger

/// `llmguard-bench ledger`: how fast the ledger is, empty and grown large, alone and crowded.
enum LedgerCommand {
  static let entries = Option<Int64>(
    "--entries", metavar: "N", summary: "how many entries the ledger shall hold",
    read: ValueReader.wholeNumber(1...1_000_000_000))
  static let calls = Option<Int64>(
    "--calls", metavar: "N", summary: "how many calls each process makes",
    read: ValueReader.wholeNumber(1...1_000_000))
  static let processes = Option<Int64>(
    "--processes", metavar: "N", summary: "how many processes call at once", read: ValueReader.wholeNumber(1...1024))
  static let number = Option<Int64>(
    "--number", metavar: "N", summary: "which of the processes this one is", read: ValueReader.wholeNumber(1...1024))

  private static let file = OperandSpec("FILE", summary: "the ledger; made where it is missing", completion: .file)

  static let command = Command<BenchHandler>(
    "ledger", summary: "Measure the ledger: calls alone and crowded, and a report, empty and with millions of entries",
    subcommands: [
      Command(
        "fill", summary: "Let a ledger grow by the calls of a year",
        description: [
          "Every entry is made by the ledger itself, so that what has grown can be verified. A folder in memory "
            + "(`/dev/shm`) spares the disk."
        ], options: [entries.spec], operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try fill(arguments.operands[0], entries: arguments[entries] ?? 1_000_000)
        }),
      Command(
        "calls", summary: "Measure calls, each reserved and settled, by many processes at once",
        options: [processes.spec, calls.spec], operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try LedgerCrowd(
            path: arguments.operands[0], processes: arguments[processes] ?? 64, calls: arguments[calls] ?? 100
          ).run()
        }),
      Command(
        "caller", summary: "Be one of the processes of 'calls'", options: [number.spec, calls.spec], operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try LedgerCrowd.call(
            arguments.operands[0], number: arguments[number] ?? 1, calls: arguments[calls] ?? 100)
        }),
      Command(
        "check", summary: "Measure all of it, in one run, against what is promised",
        description: [
          "A new ledger and, where one is given, a grown one ('fill' makes it) take turns, so that what slows the machine "
            + "slows both. With `--ratios-only` the figures of a machine that does nothing else are printed and not judged."
        ], options: [processes.spec, calls.spec, LedgerCheck.ratiosOnly.spec],
        operands: [OperandSpec("FILE", summary: "a grown ledger", count: .optional, completion: .file)],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try LedgerCheck(
            processes: arguments[processes] ?? 64, calls: arguments[calls] ?? 50, grown: arguments.operands.first,
            ratiosOnly: arguments[LedgerCheck.ratiosOnly]
          ).run()
        }),
      Command(
        "report", summary: "Measure the report of a month, the ledger's last", operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in try report(arguments.operands[0]) }),
    ])

  static func open(_ path: String) throws(BenchFailure) -> SQLiteLedger {
    try tried { () throws(LedgerError) in try SQLiteLedger(path: path, zone: .utc, lockDeadlineMs: 60_000) }
  }

  static func tried<Result>(_ body: () throws(LedgerError) -> Result) throws(BenchFailure) -> Result {
    do throws(LedgerError) { return try body() } catch { throw BenchFailure(error.description, hint: error.hint) }
  }

  static func microseconds(since start: Int64) -> Int64 { (Clock.monotonicNanoseconds - start) / 1000 }

  // MARK: - Growing

  private static let callsPerCommit = 500

  private static func fill(_ path: String, entries: Int64) throws(BenchFailure) -> Int32 {
    let ledger = try open(path)
    let last = try tried { () throws(LedgerError) in try ledger.entries(limit: 1) }.first
    let present = last?.sequence ?? 0
    let yearMs: Int64 = 365 * 86_400_000
    let stepMs = max(1, yearMs / max(1, entries / 2))
    var now = max(last?.atUnixMs ?? 0, Clock.unixMs - yearMs)
    var number = present
    while number < entries {
      // Many calls share one commit: nobody waits for the answer to any of them.
      var failure: LedgerError?
      var areHeld = true
      let mark = try tried { () throws(LedgerError) in
        try ledger.group {
          do throws(LedgerError) {
            for _ in 0..<callsPerCommit where number < entries {
              let call = LedgerCall(number: number)
              if try !call.perform(on: ledger, key: "fill-\(number)", nowUnixMs: now) { areHeld = false }
              number += 2
              now += stepMs
              if number % 1_000_000 < 2 { StandardStreams.complain("\(number) entries\n") }
            }
          } catch { failure = error }
        }
      }
      try tried { () throws(LedgerError) in
        if let failure { throw failure }
        if let mark { try ledger.makeDurable(mark) }
      }
      if !areHeld { throw LedgerCall.notHeld }
    }
    return 0
  }

  // MARK: - Reporting

  /// How long the report of the ledger's last whole month takes: the slowest of several groupings, in microseconds.
  static func slowestReport(_ path: String) throws(BenchFailure) -> Int64 {
    let ledger = try open(path)
    let last = try tried { () throws(LedgerError) in try ledger.entries(limit: 1) }.first
    var wholeMonth = Window.opening(.calendar(.month), at: last?.atUnixMs ?? Clock.unixMs, in: .utc)
    // What was just called now may stand far from what the ledger grew by.
    var isBusy = false
    for _ in 0..<24 where !isBusy {
      wholeMonth = Window.opening(.calendar(.month), at: wholeMonth.startUnixMs - 1, in: .utc)
      var query = UsageQuery(groupBy: [.user])
      (query.sinceUnixMs, query.untilUnixMs) = (wholeMonth.startUnixMs, wholeMonth.endUnixMs)
      let busy = query
      isBusy = try !tried { () throws(LedgerError) in try ledger.usage(busy) }.isEmpty
    }
    // Of a month without calls a report takes no time.
    if !isBusy { throw BenchFailure("the ledger has no whole month of calls", hint: "'ledger fill' makes a year") }
    var slowest: Int64 = 0
    for groups: [UsageDimension] in [[.user], [.operation], [.model], [.user, .operation]] {
      var query = UsageQuery(groupBy: groups)
      (query.sinceUnixMs, query.untilUnixMs) = (wholeMonth.startUnixMs, wholeMonth.endUnixMs)
      var times: [Int64] = []
      for _ in 0..<7 {
        let start = Clock.monotonicNanoseconds
        _ = try tried { () throws(LedgerError) in try ledger.usage(query) }
        times.append(microseconds(since: start))
      }
      slowest = max(slowest, times.sorted()[3])
    }
    return slowest
  }

  private static func report(_ path: String) throws(BenchFailure) -> Int32 {
    let ledger = try open(path)
    let last = try tried { () throws(LedgerError) in try ledger.entries(limit: 1) }.first
    let until = last?.atUnixMs ?? Clock.unixMs
    let month = Window.opening(.calendar(.month), at: until, in: .utc)
    let wholeMonth = Window.opening(.calendar(.month), at: month.startUnixMs - 1, in: .utc)
    var lines = "\(last?.sequence ?? 0) entries\n"
    for groups: [UsageDimension] in [[.user], [.operation], [.model], [.user, .operation]] {
      var query = UsageQuery(groupBy: groups)
      (query.sinceUnixMs, query.untilUnixMs) = (wholeMonth.startUnixMs, wholeMonth.endUnixMs)
      var times: [Int64] = []
      var calls: Int64 = 0
      for _ in 0..<7 {
        let start = Clock.monotonicNanoseconds
        let rows = try tried { () throws(LedgerError) in try ledger.usage(query) }
        times.append(microseconds(since: start))
        calls = rows.reduce(0) { $0 + $1.sums.calls }
      }
      times.sort()
      lines += "a month of \(calls) calls by \(groups.map(\.rawValue).joined(separator: " and ")): "
      lines += "\(times[times.count / 2]) us, at most \(times.last ?? 0) us\n"
    }
    try? StandardStreams.print(lines)
    return 0
  }
}
