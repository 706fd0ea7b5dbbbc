import CommandSpec
import Configuration
import Guard
import GuardModel
import Posix

/// `llmguard-bench simulate`: what degradation does against a wall, and how fast a replay is.
enum SimulateBench {
  static let calls = Option<Int64>(
    "--calls", metavar: "N", summary: "how many calls to replay", read: ValueReader.wholeNumber(1...100_000_000))
  private static let file = OperandSpec("TRACE", summary: "TIMESTAMP,ContextTokens,GeneratedTokens", completion: .file)

  static let command = Command<BenchHandler>(
    "simulate", summary: "Measure degradation against a hard wall on a trace, and the speed of a replay",
    subcommands: [
      Command(
        "collisions", summary: "Count refusals of a hard wall and of a policy of the same ceiling", operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in try collisions(try read(arguments.operands[0])) }),
      Command(
        "speed", summary: "Replay a trace again and again under two policies", options: [calls.spec], operands: [file],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try speed(try read(arguments.operands[0]), calls: arguments[calls] ?? 10_000_000)
        }),
    ])

  private static func read(_ path: String) throws(BenchFailure) -> Trace {
    let bytes: [UInt8]
    do throws(PosixError) { bytes = try File.readAll(path) } catch { throw BenchFailure(error) }
    do throws(TraceFile.Fault) {
      return try TraceFile.read(bytes, user: "user", operation: "default", model: "gpt-4o")
    } catch { throw BenchFailure("\(path): \(error)") }
  }

  static func settings(_ toml: String) -> Settings {
    ConfigReader.read([ConfigSource(path: "bench", bytes: Array(toml.utf8), kind: .user)]) { _ in true }.settings
  }

  static func replay(_ trace: Trace, _ settings: Settings, _ scheme: PolicyRun.Scheme) throws(BenchFailure)
    -> PolicyOutcome
  {
    let run = PolicyRun(settings: settings, scheme: scheme, zone: .utc, names: trace)
    do throws(PolicyRunError) {
      for call in trace.calls { try run.take(call) }
      return try run.finish()
    } catch { throw BenchFailure(error.description, hint: error.hint) }
  }

  // MARK: - Collisions

  /// Shares of the ceiling at which degradation may begin, in percent, the latest first.
  private static let starts: [Int64] = [80, 70, 60, 50, 40, 30, 20, 10]
  private static let rule = """
    The office: every call of the trace is given to one of 200 users, the k-th busiest with the weight 1/k. One call in ten
    is asked again 20 s later, and every second retry once more, up to four times. One call in two hundred begins a burst of
    twenty more of its size, a second apart. Everybody asks gpt-4o. Numbers are drawn by SplitMix64 from the seed.
    The budget: what 80, 90, 95 and 98 % of the users of the seeds 1 to 3 spend in the trace or less, as money a day.
    The wall: refuses what comes once the budget is spent; its counter is raised when a call has ended.
    The policy: the same budget as the most that can be held (hard = 100 %), and the built-in ladder from a share of it on.
    The share: the largest of \(starts.map(String.init).joined(separator: ", ")) % with which the seeds 1 to 3 have
    85 % fewer refusals than the wall; if none has, the smallest. The figures are those of the seeds 4 to 8, which chose nothing.

    """

  private static func collisions(_ trace: Trace) throws(BenchFailure) -> Int32 {
    let training = (1...3).map { Office(trace, seed: UInt64($0)).trace }
    let proof = (4...8).map { Office(trace, seed: UInt64($0)).trace }
    var text = rule
    text +=
      "budget\tdollars/day\tdegraded from\tcalls\trefused by wall\trefused by policy\tfewer\tdegraded\tbeyond wall's\t"
    text += "beyond policy's\tworst user\n"
    var met = 0
    for percent in [80, 90, 95, 98] {
      let budget = try demand(training, percentile: percent)
      let wall = try sum(training, budget, start: nil)
      var start = starts[starts.count - 1]
      for candidate in starts {
        let outcome = try sum(training, budget, start: candidate)
        if outcome.refused * 100 <= wall.refused * 15 {
          start = candidate
          break
        }
      }
      let (before, after) = (try sum(proof, budget, start: nil), try sum(proof, budget, start: start))
      let fewer = before.refused > 0 ? 1000 - after.refused * 1000 / before.refused : 0
      if fewer >= 800, after.beyondPermille <= 30 { met += 1 }
      text +=
        "\(percent) % of users\t\(Decimal.text(budget, decimals: 6))\t\(start) %\t\(after.calls)\t\(before.refused)\t"
      text += "\(after.refused)\t\(fewer / 10).\(fewer % 10) %\t\(after.degraded * 100 / max(1, after.calls)) %\t"
      text +=
        "\(permille(before.beyondPermille))\t\(permille(after.beyondPermille))\t\(permille(after.worstPermille))\n"
    }
    text += "80 % fewer and at most 3 % beyond: \(met) of 4 budgets\n"
    try? StandardStreams.print(text)
    return met >= 3 ? 0 : 1
  }

  private static func permille(_ value: Int64) -> String { "\(value / 10).\(value % 10) %" }

  private struct Sums {
    var calls: Int64 = 0
    var refused: Int64 = 0
    var degraded: Int64 = 0
    var beyond: Int64 = 0
    var limits: Int64 = 0
    var worstPermille: Int64 = 0
    var beyondPermille: Int64 { limits > 0 ? beyond * 1000 / limits : 0 }
  }

  private static func sum(_ traces: [Trace], _ budget: Int64, start: Int64?) throws(BenchFailure) -> Sums {
    let soft = start ?? 100
    let rules = """
      [tier.default]
      budgets = ["$\(Decimal.text(budget, decimals: 6))/day"]
      warn = \(soft)
      soft = \(soft)
      hard = 100
      """
    var sums = Sums()
    for trace in traces {
      let outcome = try replay(trace, settings(rules), start == nil ? .hardWall : .guarded)
      sums.calls += outcome.total.calls
      sums.refused += outcome.total.refused
      sums.degraded += outcome.total.degraded
      let overrun = outcome.overruns[.money] ?? PolicyOverrun()
      sums.beyond += overrun.beyond
      sums.limits += overrun.limits
      sums.worstPermille = max(sums.worstPermille, overrun.worstPermille)
    }
    return sums
  }

  /// What a share of users spend or less.
  private static func demand(_ traces: [Trace], percentile: Int) throws(BenchFailure) -> Int64 {
    guard let price = Settings().price(of: "gpt-4o") else { throw BenchFailure("gpt-4o has no price") }
    var spent: [Int64] = []
    for trace in traces {
      var users = [Int64](repeating: 0, count: trace.users.names.count)
      for call in trace.calls {
        let usage = TokenUsage(input: Int64(call.input), output: Int64(call.output), exactness: .exact)
        users[Int(call.user)] += (try? price.costMicroUSD(of: usage)) ?? 0
      }
      spent += users
    }
    spent.sort()
    return max(1, spent[min(spent.count - 1, spent.count * percentile / 100)])
  }

  // MARK: - Speed

  private static func speed(_ trace: Trace, calls: Int64) throws(BenchFailure) -> Int32 {
    let office = Office(trace, seed: 1).trace
    guard let first = office.calls.first, let last = office.calls.last else { throw BenchFailure("the trace is empty") }
    let lengthMs = last.atUnixMs - first.atUnixMs + 60_000
    let rules = "[tier.default]\nbudgets = [\"2M tokens/day\", \"$5/month\"]\n"
    let policies = [settings(rules), settings(rules + "warn = 50\nsoft = 60\n")]
    let start = Clock.monotonicNanoseconds
    let replays = policies.map { PolicyReplay(PolicyRun(settings: $0, zone: .utc, names: office)) }
    Thread.together(
      replays.map { replay -> @Sendable () -> Void in
        { replay.replay(Again(calls: office.calls, lengthMs: lengthMs, left: Int(calls))) }
      })
    let done = calls
    do throws(PolicyRunError) {
      let outcomes = try replays.map { replay throws(PolicyRunError) in
        try replay.result?.get() ?? PolicyOutcome()
      }
      let elapsedMs = (Clock.monotonicNanoseconds - start) / 1_000_000
      try? StandardStreams.print(
        """
        \(done) calls under \(replays.count) policies in \(elapsedMs) ms: \(elapsedMs * 1_000_000 / max(1, done)) ns a call
        refused \(outcomes.map { String($0.total.refused) }.joined(separator: ", ")); \
        degraded \(outcomes.map { String($0.total.degraded) }.joined(separator: ", "))

        """)
    } catch { throw BenchFailure(error.description, hint: error.hint) }
    return 0
  }
}

/// The same calls again and again, each time later.
private struct Again: Sequence, IteratorProtocol {
  let calls: [TracedCall]
  let lengthMs: Int64
  var left: Int
  private var place = 0
  private var shift: Int64 = 0

  init(calls: [TracedCall], lengthMs: Int64, left: Int) {
    (self.calls, self.lengthMs, self.left) = (calls, lengthMs, left)
  }

  mutating func next() -> TracedCall? {
    if left == 0 || calls.isEmpty { return nil }
    left -= 1
    if place == calls.count { (place, shift) = (0, shift + lengthMs) }
    defer { place += 1 }
    var call = calls[place]
    call.atUnixMs += shift
    return call
  }
}

/// An office of 200 users that makes the calls of a trace, by a seeded rule.
struct Office {
  private(set) var trace = Trace()

  init(_ calls: Trace, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let weights = (1...200).map { 1_000_000 / UInt64($0) }
    let total = weights.reduce(0, +)
    for user in 1...200 { _ = trace.users.place(of: "user-\(user)") }
    _ = trace.operations.place(of: "default")
    _ = trace.models.place(of: "gpt-4o")
    var question: UInt64 = 0
    for original in calls.calls {
      var draw = random.next() % total
      var user = 0
      while draw >= weights[user] {
        draw -= weights[user]
        user += 1
      }
      question += 1
      var call = original
      (call.user, call.operation, call.model, call.question) = (Int32(user), 0, 0, question)
      trace.calls.append(call)
      var again = random.next() % 10 == 0 ? 1 : 0
      while again > 0, again <= 4 {
        call.atUnixMs += 20_000
        trace.calls.append(call)
        again = random.next() % 2 == 0 ? again + 1 : 0
      }
      if random.next() % 200 == 0 {
        var burst = original
        (burst.user, burst.operation, burst.model) = (Int32(user), 0, 0)
        for _ in 1...20 {
          question += 1
          burst.atUnixMs += 1000
          burst.question = question
          trace.calls.append(burst)
        }
      }
    }
    trace.calls.sort { ($0.atUnixMs, $0.user, $0.question) < ($1.atUnixMs, $1.user, $1.question) }
  }
}

/// A small generator of numbers that anybody can make again.
///
/// *Source:* G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators" (2014).
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
