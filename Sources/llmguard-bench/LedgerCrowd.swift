import GuardModel
import Ledger
import Posix

/// Many processes that call at once.
struct LedgerCrowd {
  let path: String
  let processes: Int64
  let calls: Int64

  /// What many processes did.
  struct Measure {
    /// How many entries there were before.
    var entries: Int64
    var callsPerSecond: Int64
    /// How long each call took, in microseconds, the shortest first.
    var times: [Int64]

    func percentile(_ percent: Int) -> Int64 { times[min(times.count - 1, times.count * percent / 100)] }
  }

  /// Prints how many calls a second they made and how long one took.
  func run() throws(BenchFailure) -> Int32 {
    let measure = try measure()
    try? StandardStreams.print(
      """
      \(measure.entries) entries, \(processes) processes, \(measure.times.count) calls
      \(measure.callsPerSecond) calls/s
      one call: median \(measure.percentile(50)) us, 99 % within \(measure.percentile(99)) us, all within \
      \(measure.times.last ?? 0) us

      """)
    return 0
  }

  /// Starts them together, and waits for all.
  func measure() throws(BenchFailure) -> Measure {
    guard let program = ProcessInfo.executablePath else { throw BenchFailure("/proc is not there") }
    let ledger = try LedgerCommand.open(path)
    let before = try LedgerCommand.tried { () throws(LedgerError) in try ledger.entries(limit: 1) }.first?.sequence ?? 0
    let start = Clock.monotonicNanoseconds
    let script = """
      i=0
      while [ "$i" -lt \(processes) ]; do
        i=$((i + 1)); "$1" ledger caller --number "$i" --calls \(calls) "$2" &
      done
      wait
      """
    let status = ChildCommand(arguments: ["sh", "-c", script, "sh", program, path]).run()
    let elapsed = LedgerCommand.microseconds(since: start)
    guard status.shellStatus == 0 else { throw BenchFailure("a caller failed") }
    var times: [Int64] = []
    for number in 1...processes {
      let file = Self.timesPath(path, number)
      do throws(PosixError) {
        let bytes = try File.readAll(file)
        times += String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int64($0) }
        try File.remove(file)
      } catch { throw BenchFailure(error) }
    }
    guard times.count == Int(processes * calls) else { throw BenchFailure("some calls are missing") }
    times.sort()
    return Measure(
      entries: before, callsPerSecond: Int64(times.count) * 1_000_000 / max(1, elapsed), times: times)
  }

  /// Makes calls and writes how many microseconds each took.
  static func call(_ path: String, number: Int64, calls: Int64) throws(BenchFailure) -> Int32 {
    let ledger = try LedgerCommand.open(path)
    let name = Random.hexadecimal(bytes: 8)
    var times = ""
    for index in 0..<calls {
      let start = Clock.monotonicNanoseconds
      let isHeld = try LedgerCommand.tried { () throws(LedgerError) in
        try LedgerCall(number: number).perform(on: ledger, key: "\(name)-\(index)", nowUnixMs: Clock.unixMs)
      }
      if !isHeld { throw LedgerCall.notHeld }
      times += "\(LedgerCommand.microseconds(since: start))\n"
    }
    do throws(PosixError) {
      try File.replace(timesPath(path, number), with: Array(times.utf8))
    } catch { throw BenchFailure(error) }
    return 0
  }

  private static func timesPath(_ path: String, _ number: Int64) -> String { "\(path).times-\(number)" }
}

/// A call as a busy office makes them: 24 users, some far busier than others, six operations, three models.
struct LedgerCall {
  /// Tells the calls apart.
  let number: Int64

  static let notHeld = BenchFailure("a call was not held", hint: "its ledger has little room left: take another one")

  private static let limits: [BudgetLimit] = ["1000B tokens/day", "$1000000/month", "1000M calls/hour"].compactMap {
    if case .limit(let limit)? = try? BudgetSpec($0) { limit } else { nil }
  }

  /// Reserves and settles it. - Returns: whether it was held; one that was not is no call, and takes less time.
  func perform(on ledger: any Ledger, key: String, nowUnixMs: Int64) throws(LedgerError) -> Bool {
    // A multiplication spreads the numbers; squaring makes low ones likelier.
    let spread = UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15 >> 32
    let (user, operation) = ((spread & 0xFFFF) * (spread & 0xFFFF) * 24 >> 32, (spread >> 16 & 0xFF) * 6 >> 8)
    let tokens = Int64(spread & 0xFFF) + 100
    let facts = CallFacts(
      user: "user-\(user)", tier: user < 4 ? "pro" : "free", operation: "operation-\(operation)",
      model: "model-\(operation / 2)", run: key, program: "bench", phase: .ok, estimatedInput: tokens,
      estimatedOutput: 200, priceStamp: "built-in")
    let request = ReservationRequest(
      idempotencyKey: key, facts: facts, charge: Charge(tokens: tokens + 200, costMicroUSD: tokens),
      budgets: Self.limits.map { Budget(scope: .user(facts.user), limit: $0, origin: "bench") })
    guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: nowUnixMs) else { return false }
    _ = try ledger.settle(
      hold,
      Settlement(
        usage: TokenUsage(input: tokens, output: 150, exactness: .exact),
        charge: Charge(tokens: tokens + 150, costMicroUSD: tokens - 50), ending: .complete), nowUnixMs: nowUnixMs)
    return true
  }
}
