import GuardModel
import Ledger
import Reports
import Terminal
import Testing

/// A ledger whose every number is worked out by hand.
///
/// Two days. Ana's budget is 1,000 tokens a day, Ben's 10,000; Eve has none.
///
/// | when | who | what | tokens (estimated) | charge |
/// |---|---|---|---|---|
/// | day 1, 09:00 | ana | review, ok | 400 (500) | 400 |
/// | day 1, 10:00 | ana | review, warn, a retry | 400 (400) | 600, 200 of it a surcharge |
/// | day 1, 11:00 | ana | review, soft | 100 (200) | 100 |
/// | day 1, 12:00 | ana | refused by her budget | | |
/// | day 1, 13:00 | ben | notes, ok, above its hold | 900 (600) | 900, 300 above what was held |
/// | day 1, 14:00 | ben | notes; its llmguard was killed | ~600 (600) | 600 |
/// | day 2, 00:02 | ana | review, ok | 400 (500) | 400 |
/// | day 2, 08:00 | ben | notes, ok | 1000 (1000) | 1000 |
/// | day 2, 08:30 | ben | notes, answered from the cache | | 0 |
/// | day 2, 09:00 | eve | refused for an unknown price | | |
/// | day 2, 10:00 | eve, fay | a request each that nobody can meter | | |
///
/// Ana's calls stood in the line for 200, 0, 50 and 1500 ms; nobody else's had to.
@Suite struct MetricsTests {
  static let day1: Int64 = 1_795_478_400_000
  static let hour: Int64 = 3_600_000

  let ledger = MemoryLedger(zone: .utc)

  init() throws {
    try call("ana", "review", .ok, hour: 9, estimated: 500, tokens: 400, charge: 400, waitedMs: 200)
    try call("ana", "review", .warn, hour: 10, estimated: 400, tokens: 400, charge: 600, surcharge: 200, waitedMs: 0)
    try call("ana", "review", .soft, hour: 11, estimated: 200, tokens: 100, charge: 100, waitedMs: 50)
    try refuse("ana", "review", hour: 12, by: Self.budget("ana", 1000).key)
    try call("ben", "notes", .ok, hour: 13, estimated: 600, tokens: 900, charge: 900)
    try call("ben", "notes", .ok, hour: 14, estimated: 600, tokens: nil, charge: 600)
    // Two minutes after midnight: ana has waited for it.
    try call("ana", "review", .ok, hour: 24, minute: 2, estimated: 500, tokens: 400, charge: 400, waitedMs: 1500)
    try call("ben", "notes", .ok, hour: 32, estimated: 1000, tokens: 1000, charge: 1000)
    _ = try ledger.recordCached(
      CachedCall(
        facts: facts("ben", "notes", .ok, 0, attempt: 1), tier: .exact, saved: Charge(tokens: 1000, costMicroUSD: 2000)),
      nowUnixMs: Self.day1 + 32 * Self.hour + Self.hour / 2)
    try refuse("eve", "notes", hour: 33, by: nil)
    try giveBack("fay", hour: 33, "connection refused")
    try giveBack("eve", hour: 33, Replacement.calls.rawValue)
    for user in ["eve", "fay"] {
      _ = try ledger.recordUnmetered(
        UnmeteredCall(facts: facts(user, "images", .ok, 0, attempt: 1), route: "images"),
        nowUnixMs: Self.day1 + 34 * Self.hour)
    }
  }

  static func budget(_ user: String, _ tokens: Int64) throws -> Budget {
    guard case .limit(let limit) = try BudgetSpec("\(tokens) tokens/day") else { throw AmountOverflow() }
    return Budget(scope: .user(user), limit: limit, origin: "test")
  }

  private func facts(_ user: String, _ operation: String, _ phase: Phase, _ estimated: Int64, attempt: Int64)
    -> CallFacts
  {
    CallFacts(
      user: user, tier: "free", operation: operation, model: "m", run: "r", program: "p", phase: phase,
      degraded: phase == .soft, estimatedInput: estimated, estimatedOutput: 0, attempt: attempt)
  }

  private func call(
    _ user: String, _ operation: String, _ phase: Phase, hour: Int64, minute: Int64 = 0, estimated: Int64,
    tokens: Int64?,
    charge: Int64, surcharge: Int64 = 0, waitedMs: Int64? = nil
  ) throws {
    let now = Self.day1 + hour * Self.hour + minute * 60_000
    var facts = facts(user, operation, phase, estimated, attempt: surcharge > 0 ? 3 : 1)
    facts.waitedMs = waitedMs
    let request = ReservationRequest(
      idempotencyKey: "\(user) \(operation) \(hour):\(minute)", facts: facts,
      charge: Charge(tokens: estimated, costMicroUSD: 0),
      budgets: [try Self.budget(user, user == "ana" ? 1000 : 10_000)])
    guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else {
      Issue.record("not held: \(user) \(hour)")
      return
    }
    guard let tokens else {
      ledger.abandon(hold)
      _ = try ledger.recover(nowUnixMs: now)
      return
    }
    _ = try ledger.settle(
      hold,
      Settlement(
        usage: TokenUsage(input: tokens, output: 0, exactness: .exact),
        charge: Charge(tokens: charge, costMicroUSD: tokens * 2), ending: .complete, surchargeTokens: surcharge),
      nowUnixMs: now)
  }

  private func giveBack(_ user: String, hour: Int64, _ reason: String) throws {
    let now = Self.day1 + hour * Self.hour
    let request = ReservationRequest(
      idempotencyKey: "void \(user)", facts: facts(user, "notes", .ok, 10, attempt: 1), charge: .zero,
      budgets: [try Self.budget(user, 10_000)])
    guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else { throw AmountOverflow() }
    try ledger.void(hold, reason: reason, nowUnixMs: now)
  }

  private func refuse(_ user: String, _ operation: String, hour: Int64, by budget: BudgetKey?) throws {
    try ledger.recordRefusal(
      Refusal(facts: facts(user, operation, .hard, 50, attempt: 1), charge: .zero, budget: budget),
      nowUnixMs: Self.day1 + hour * Self.hour)
  }

  private func metrics(since: Int64 = day1, until: Int64 = day1 + 48 * hour) throws -> Metrics {
    try Metrics(of: ledger, sinceUnixMs: since, untilUnixMs: until)
  }

  /// A refusal that no budget made does not fill one, also of a user whom a budget refused at another time.
  @Test func aPolicysRefusalIsNoPentUpDemand() throws {
    try refuse("ana", "review", hour: 40, by: nil)
    try call("ana", "review", .ok, hour: 48, minute: 1, estimated: 500, tokens: 400, charge: 400)
    let later = try metrics(until: Self.day1 + 72 * Self.hour)
    #expect(later.value("reset_to_next_call_median_seconds")?.text == "120")
    #expect(later.resetToCall.count == 1, "the second day was not used up")
  }

  @Test(arguments: [
    // One of three users: ana. Eve was refused, but by no budget.
    ("budget_exhaustion_ratio", "0.333333"),
    // Of the two calls in warn and soft, one asked again; of all seven, one did.
    ("retry_after_warning_ratio", "0.5"), ("retry_ratio", "0.142857"),
    // Two of twelve that were asked for, two of them unmetered; one of eight answers.
    ("refusal_ratio", "0.166667"), ("cached_ratio", "0.125"), ("cached_calls_total", "1"),
    // 100 of 400 + 600 + 100 + 900 + 600 + 400 + 1000 = 4000.
    ("soft_spend_ratio", "0.025"),
    // Above what was held: 600 - 400 of ana's retry and 900 - 600 of ben's call: 500 of 4000.
    ("overrun_ratio", "0.125"),
    // Six were counted: off by 100/400, 0/400, 100/100, 300/900, 100/400, 0/1000; the third and the fourth of them in order
    // are 0.25. They took 400/500, 400/400, 100/200, 900/600, 400/500, 1000/1000 of what was held: 0.8 and 1 are in the middle.
    ("input_estimate_error_median_ratio", "0.25"), ("estimate_used_median_ratio", "0.9"),
    // Ana used the first day up, and came back two minutes after it; ben did not use it up.
    ("reset_to_next_call_median_seconds", "120"), ("hold_recoveries", "1"),
    // Fay's alone: of the other call another entry tells.
    ("calls_given_back", "1"),
    ("calls_total", "7"), ("refusals_total", "2"), ("charge_tokens_total", "4000"),
    // Two millionths a token for the six that were counted, and nothing for the killed one.
    ("cost_dollars_total", "0.0064"), ("calls_of_unknown_cost_total", "0"),
    // Who waited for nothing did not stand in the line. Of 50, 200 and 1500 ms the second is half-way, and the third is the
    // first that 95 % do not exceed.
    ("queue_wait_p50_seconds", "0.2"), ("queue_wait_p95_seconds", "1.5"),
    // Two beside seven calls.
    ("unmetered_ratio", "0.222222"), ("unmetered_requests_total", "2"),
  ])
  func isWorkedOutByHand(name: String, value: String) throws {
    #expect(try metrics().value(name)?.text == value)
  }

  @Test func tokensPerOperation() throws {
    let samples = try metrics().all.first { $0.definition.name == "tokens_per_call_average" }?.samples
    // Review: 400 + 400 + 100 + 400 in four calls; notes: 900 + 600 + 1000 in three.
    #expect(samples?.map { "\($0.labels[0].value) \($0.value.text)" } == ["review 325", "notes 833.333333"])
  }

  @Test func aRangeLeavesOutWhatIsNotInIt() throws {
    let second = try metrics(since: Self.day1 + 24 * Self.hour)
    #expect(second.value("budget_exhaustion_ratio")?.text == "0")
    #expect(second.value("refusal_ratio")?.text == "0.166667")
    #expect(second.value("calls_total")?.text == "7")
  }

  @Test func nothingIsNoZero() throws {
    let empty = try Metrics(of: MemoryLedger(zone: .utc), sinceUnixMs: 0, untilUnixMs: .max)
    for metric in empty.all where metric.definition.unit == .ratio { #expect(metric.samples.isEmpty) }
    #expect(empty.prometheus.contains("llmguard_calls_total 0\n"))
    #expect(!empty.prometheus.contains("llmguard_refusal_ratio"))
  }

  /// Six per cent of what was held wants a word: where no column has it, a line under the table does.
  @Test func whyLittleIsTakenIsExplainedToPeople() throws {
    func text(_ columns: Int, isTerminal: Bool = true) throws -> String {
      try metrics().text(Style(isColored: false, isTerminal: isTerminal, columns: columns, isUnicode: true))
    }
    for columns in [60, 80, 139] {
      let lines = try text(columns).split(separator: "\n")
      #expect(
        lines.contains { $0.hasPrefix("what was held: the longest answer that a call may get is") }, "\(columns)")
      #expect(lines.allSatisfy { $0.count <= columns }, "\(columns)")
    }
    #expect(try !text(140).contains("what was held:"))
    #expect(try text(140).contains("the longest answer that"))
    #expect(try !text(80, isTerminal: false).contains("what was held:"))
    let empty = try metrics(since: Self.day1 + 1000 * Self.hour, until: Self.day1 + 1001 * Self.hour)
    #expect(
      !empty.text(Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)).contains("what was held:"))
  }

  @Test func labelsAreBoundedAndEscaped() throws {
    for number in 0..<60 {
      try call(
        "ben", "op \"\(number)\"\\\n", .ok, hour: 40, minute: Int64(number % 50), estimated: 1, tokens: 1, charge: 1)
    }
    let text = try metrics().prometheus
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("llmguard_tokens_per_call_average") }
    #expect(lines.count <= Metric.maximumLabels)
    for line in lines {
      #expect(line.hasSuffix("\"} 1") || line.contains("review") || line.contains("notes"), "\(line)")
    }
  }

  /// An operation that somebody named as the rest is named is one of the rest: two values of one name are none for a program.
  @Test func theRestHasItsNameAlone() throws {
    for number in 0..<60 {
      try call("ben", "op\(number)", .ok, hour: 40, minute: Int64(number), estimated: 10, tokens: 10, charge: 10)
    }
    for minute in 0..<3 {
      try call("ben", "other", .ok, hour: 41, minute: Int64(minute), estimated: 1, tokens: 1, charge: 1)
    }
    let samples = try metrics().all.first { $0.definition.name == "tokens_per_call_average" }?.samples ?? []
    let names = samples.map { $0.labels[0].value }
    #expect(names.count == Set(names).count && names.filter { $0 == "other" }.count == 1, "\(names)")
    #expect(names.count <= Metric.maximumLabels)
  }

  /// Who hammers is seen in the counters of each user: they sum up to everybody's, and whoever has most comes first.
  @Test func usersAreToldApart() throws {
    func values(_ name: String) throws -> [String] {
      let samples = try metrics().all.first { $0.definition.name == name }?.samples ?? []
      return samples.map { "\($0.labels.map { "\($0.name)=\($0.value)" }.joined()) \($0.value.text)" }
    }
    #expect(
      try values("user_charge_tokens_total") == ["user=ben 2500", "user=ana 1500", "user=eve 0", "user=fay 0"])
    #expect(try values("user_refusals_total") == ["user=ana 1", "user=eve 1", "user=ben 0", "user=fay 0"])
    #expect(try metrics().value("charge_tokens_total")?.text == "4000")
    for number in 0..<60 {
      try call(
        "u\(number)", "o", .ok, hour: 40, minute: Int64(number), estimated: 1, tokens: 1, charge: Int64(100 + number))
    }
    let charged = try values("user_charge_tokens_total")
    #expect(charged.count == Metric.maximumLabels && charged.first == "user=ben 2500" && charged.last == "user=u12 112")
  }

  @Test func everyMetricIsDefinedInOneSentence() {
    for definition in Metrics.definitions {
      #expect(definition.meaning.hasSuffix("."))
      #expect(!definition.meaning.dropLast().contains(". "))
    }
  }

  /// Whoever asks for one user has that user's numbers.
  @Test func oneUsersNumbersAreTheirOwn() throws {
    func metrics(_ user: String) throws -> Metrics {
      try Metrics(of: ledger, sinceUnixMs: Self.day1, untilUnixMs: Self.day1 + 48 * Self.hour, user: user)
    }
    let (ana, ben) = (try metrics("ana"), try metrics("ben"))
    #expect(ana.sums.refusals == 1 && ben.sums.refusals == 0)
    #expect(ana.sums.calls + ben.sums.calls == 7)
    #expect(ana.value("refusal_ratio")?.text == "0.2" && ben.value("refusal_ratio")?.text == "0")
    #expect(ana.value("budget_exhaustion_ratio")?.text == "1" && ben.value("budget_exhaustion_ratio")?.text == "0")
    #expect(ana.value("overrun_ratio") != ben.value("overrun_ratio"))
    #expect(ana.resetToCall.count == 1 && ben.resetToCall.count == 0)
    #expect(try metrics("nobody").sums.asked == 0)
  }

  /// A budget that is taken back to zero opens then; a call that was held before and ends after it has waited for nothing.
  @Test func aResetOpensABudget() throws {
    func held(_ user: String, at unixMs: Int64) throws -> HoldID {
      let request = ReservationRequest(
        idempotencyKey: "\(user) \(unixMs)", facts: facts(user, "notes", .ok, 10, attempt: 1),
        charge: Charge(tokens: 10, costMicroUSD: 0), budgets: [try Self.budget(user, 10_000)])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: unixMs) else { throw AmountOverflow() }
      return hold
    }
    let reset = Self.day1 + 40 * Self.hour
    for user in ["gil", "hal"] { try call(user, "notes", .soft, hour: 36, estimated: 10, tokens: 10, charge: 10) }
    let early = try held("hal", at: reset - 60_000)
    for user in ["gil", "hal"] {
      _ = try ledger.reset(try Self.budget(user, 10_000).key, reason: "a slip", actor: "ana", nowUnixMs: reset)
    }
    _ = try ledger.settle(
      early,
      Settlement(
        usage: TokenUsage(input: 1, output: 0, exactness: .exact), charge: Charge(tokens: 1, costMicroUSD: 0),
        ending: .complete), nowUnixMs: reset + 60_000)
    try call("gil", "notes", .ok, hour: 40, minute: 5, estimated: 10, tokens: 10, charge: 10)
    let gaps = try metrics().resetToCall
    #expect(gaps.count == 3 && gaps.maximum == 300_000 && gaps.percentile(1) == 0)
  }

  /// Whoever is paused has used nothing up.
  @Test func aPauseIsNoBudgetThatWasUsedUp() throws {
    try refuse("dan", "notes", hour: 20, by: BudgetKey(scope: .user("dan"), limit: .pause))
    let alone = try Metrics(of: ledger, sinceUnixMs: Self.day1, untilUnixMs: Self.day1 + 48 * Self.hour, user: "dan")
    #expect(alone.value("budget_exhaustion_ratio")?.text == "0", "\(alone.all)")
  }
}
