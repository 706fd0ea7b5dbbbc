import GuardModel
import Ledger
import SeededGenerator

/// Drives two ledgers through the same random operations and compares every answer.
public final class RandomOperations {
  /// A difference between the two.
  public struct Mismatch: Error, CustomStringConvertible {
    /// Where it happened, what was done, and how the answers differ.
    public let description: String
  }

  private let model: any Ledger
  /// The ledger that is tested. Another one over the same storage may take its place between two operations.
  public var engine: any Ledger
  private let abandon: (HoldID) -> Void
  private var generator: Seeded
  private var now: Int64 = 1_790_000_000_000
  private var holds: [HoldID] = []
  private var keys: [String] = []
  private var history: [String] = []
  private let seed: UInt64
  private var step = 0

  private static let users = ["ana", "ben", "çelik"]
  private static let runs = ["night", "noon"]
  private static let operations = ["default", "review"]
  private static let limits = [
    "1000 tokens/day", "300 tokens/1h", "200 tokens/min burst 400", "9 calls/hour", "$0.002/month",
  ].compactMap { text in if case .limit(let limit)? = try? BudgetSpec(text) { limit } else { nil } }

  /// Makes a driver.
  ///
  /// - Parameters:
  ///   - model: the ledger that is right.
  ///   - engine: the one that is tested.
  ///   - abandon: lets the owner of a hold die in both.
  public init(model: any Ledger, engine: any Ledger, seed: UInt64, abandon: @escaping (HoldID) -> Void) {
    self.model = model
    self.engine = engine
    self.abandon = abandon
    self.seed = seed
    generator = Seeded(seed)
  }

  /// Runs operations until one differs.
  ///
  /// - Throws: `Mismatch`.
  public func run(steps: Int) throws {
    try go(on: steps)
    try check()
  }

  /// Goes on with some more operations.
  ///
  /// - Throws: `Mismatch`.
  public func go(on steps: Int) throws {
    for _ in 0..<steps {
      step += 1
      now += [0, 7, 900, 45_000, 400_000, 5_000_000].randomElement(using: &generator) ?? 0
      if Int.random(in: 0..<50, using: &generator) == 0 { now -= 1_000_000 }
      try perform(step)
      try compare(step, "states") { try $0.states(of: budgets("ana", "default"), nowUnixMs: now) }
      if step % 25 == 0 { try compareEverything(step) }
    }
  }

  /// Compares all that can be read, and has the engine check itself.
  ///
  /// - Throws: `Mismatch`.
  public func check() throws {
    try compareEverything(step)
    let problems = try engine.verify()
    if !problems.isEmpty { throw mismatch(step, "verify", "nothing", "\(problems)") }
  }

  private func perform(_ step: Int) throws {
    let user = Self.users.randomElement(using: &generator) ?? "ana"
    let operation = Self.operations.randomElement(using: &generator) ?? "default"
    switch Int.random(in: 0..<29, using: &generator) {
    case 0..<8: try reserve(step, user, operation)
    case 8..<12: try settle(step)
    case 12: try withHold(step, "void") { ledger, hold, now in try ledger.void(hold, reason: "test", nowUnixMs: now) }
    case 13:
      let refusal = Refusal(
        facts: facts(user, operation, .hard), charge: Charge(tokens: 5, costMicroUSD: nil), budget: nil,
        route: Bool.random(using: &generator) ? "images" : nil)
      try compare(step, "refuse") { try $0.recordRefusal(refusal, nowUnixMs: now) }
    case 14:
      if let hold = holds.randomElement(using: &generator) { abandon(hold) }
      try compare(step, "recover") {
        try $0.recover(nowUnixMs: now).map { [$0.hold.id.description, $0.action.rawValue] }
      }
    case 15:
      let budget = budgets(user, operation).randomElement(using: &generator)
      guard let key = budget?.key else { return }
      let grant = Grant(
        key: key, amount: Int64.random(in: 1...200, using: &generator), expiresAtUnixMs: now + 3_000_000, reason: "r",
        actor: "test", ceiling: Bool.random(using: &generator) ? nil : 250)
      try compare(step, "grant") { try $0.grant(grant, nowUnixMs: now) }
      try compare(step, "booked") { try $0.booked(key, nowUnixMs: now) }
      let back = TakenBack(
        key: key, amount: Int64.random(in: 1...300, using: &generator), reason: "r", actor: "test")
      if Bool.random(using: &generator) {
        try compare(step, "take back") { try $0.takeBack(back, nowUnixMs: now) }
        try compare(step, "booked") { try $0.booked(key, nowUnixMs: now) }
      }
    case 16:
      guard let key = budgets(user, operation).randomElement(using: &generator)?.key else { return }
      try compare(step, "reset \(key.label)") { try $0.reset(key, reason: "r", actor: "test", nowUnixMs: now) }
      if Bool.random(using: &generator) {
        try compare(step, "undo reset \(key.label)") {
          try $0.undoReset(key, reason: "r", actor: "test", nowUnixMs: now)
        }
      }
    case 17: try compare(step, "close") { try $0.closeDueWindows(actor: "cron", nowUnixMs: now) }
    case 18:
      let change: UserChange =
        [
          .tier("pro"), .tier(nil), .remove, .budgets([]), .sacrifice(.length), .sacrifice(nil), .lowered([]),
          .lowered(budgets(user, operation).map(\.limit)), .runLimits(RunLimits(tokens: 5, durationMs: 7)),
          .runLimits(RunLimits()),
        ].randomElement(using: &generator) ?? .remove
      try compare(step, "change \(user)") { try $0.change(change, of: user, actor: "test", nowUnixMs: now) }
    case 20, 21: try answerFromCache(step, user, operation)
    case 22, 23: try envelope(step, user)
    case 19:
      now -= 3_000_000
      try compare(step, "repair the clock") { try $0.repairClock(reason: "r", actor: "test", nowUnixMs: now) }
    case 26, 27:
      let call = UnmeteredCall(facts: facts(user, operation, .ok), route: "images")
      try compare(step, "let out unmetered") { try $0.recordUnmetered(call, nowUnixMs: now) }
    case 25:
      let notice = Notice(
        key: "notice \(Int.random(in: 0..<4, using: &generator))", untilUnixMs: now + 4_000_000, note: "n", user: user)
      try compare(step, "take \(notice.key)") { try $0.take(notice, nowUnixMs: now) }
    default: try compareEverything(step)
    }
  }

  private func reserve(_ step: Int, _ user: String, _ operation: String) throws {
    let isRepeat = !keys.isEmpty && Int.random(in: 0..<10, using: &generator) == 0
    let key = isRepeat ? keys.randomElement(using: &generator) ?? "k" : "key-\(step)"
    let tokens = Int64.random(in: 0...160, using: &generator)
    var facts = facts(user, operation, [.ok, .warn, .soft].randomElement(using: &generator) ?? .ok)
    if Bool.random(using: &generator) { facts.provider = "openai" }
    if Bool.random(using: &generator) { facts.waitedMs = Int64.random(in: 0...5000, using: &generator) }
    if Bool.random(using: &generator) { facts.run = Self.runs.randomElement(using: &generator) ?? "r" }
    let request = ReservationRequest(
      idempotencyKey: key, facts: facts,
      charge: Charge(tokens: tokens, costMicroUSD: Bool.random(using: &generator) ? tokens * 2 : nil),
      budgets: budgets(user, operation),
      whenAbandoned: Bool.random(using: &generator) ? .charge : .void, attempt: attempt(user, operation),
      envelope: Bool.random(using: &generator) ? Self.runs.randomElement(using: &generator) : nil)
    let outcome = try compare(step, "reserve \(tokens) \(key)") { try $0.reserve(request, nowUnixMs: now) }
    if case .held(let hold, _)? = outcome, !isRepeat {
      holds.append(hold)
      keys.append(key)
    }
  }

  private func envelope(_ step: Int, _ user: String) throws {
    let run = Self.runs.randomElement(using: &generator) ?? "night"
    if Bool.random(using: &generator) {
      try compare(step, "release \(run)") { try $0.releaseEnvelope(run: run, nowUnixMs: now) }
      return
    }
    let parts = budgets(user, "default").map {
      EnvelopeRequest.Part(budget: $0, amount: Int64.random(in: 0...200, using: &generator))
    }
    try compare(step, "envelope \(run)") {
      try $0.holdEnvelope(EnvelopeRequest(run: run, parts: parts), nowUnixMs: now)
    }
    try compare(step, "states in \(run)") { try $0.states(of: budgets(user, "default"), inRun: run, nowUnixMs: now) }
  }

  private func answerFromCache(_ step: Int, _ user: String, _ operation: String) throws {
    let tokens = Int64.random(in: 0...60, using: &generator)
    let charge = Bool.random(using: &generator) ? .zero : Charge(tokens: tokens, costMicroUSD: tokens)
    let call = CachedCall(
      facts: facts(user, operation, .warn), tier: CacheTier.allCases.randomElement(using: &generator) ?? .exact,
      saved: Charge(tokens: tokens * 4, costMicroUSD: Bool.random(using: &generator) ? tokens * 8 : nil),
      charge: charge, budgets: budgets(user, operation))
    try compare(step, "answer from the cache \(charge.tokens)") { try $0.recordCached(call, nowUnixMs: now) }
  }

  /// One of a few things to ask for, claimed to be one of its first attempts, rightly or not.
  private func attempt(_ user: String, _ operation: String) -> AttemptClaim? {
    guard Bool.random(using: &generator) else { return nil }
    let wording = Int.random(in: -1..<4, using: &generator)
    let fingerprint = ScenarioRunner.fingerprint(wording: wording < 0 ? nil : String(wording))
    return AttemptClaim(
      key: AttemptKey(user: user, operation: operation, fingerprint: fingerprint),
      number: Int64.random(in: 1...5, using: &generator), escalation: .standard,
      surchargeTokens: Int64.random(in: 0...9, using: &generator))
  }

  private func settle(_ step: Int) throws {
    let exact = Bool.random(using: &generator)
    func part() -> Int64 { Bool.random(using: &generator) ? 0 : Int64.random(in: 0...30, using: &generator) }
    let usage = TokenUsage(
      input: Int64.random(in: 0...90, using: &generator), output: Int64.random(in: 0...120, using: &generator),
      cachedInput: part(), cacheWrite: part(), reasoning: part(), cacheWriteHour: part(), audioInput: part(),
      audioOutput: part(), toolInput: part(), webSearches: part(), exactness: exact ? .exact : .estimated)
    let unpriced = UsagePart.allCases.filter { _ in Int.random(in: 0..<6, using: &generator) == 0 }
    let charge = Charge(tokens: usage.input + usage.output, costMicroUSD: exact ? usage.output : nil)
    let ending: CallEnding = exact ? .complete : .failed
    try withHold(step, "settle") { ledger, hold, now in
      let receipt = try ledger.settle(
        hold,
        Settlement(
          usage: usage, charge: charge, ending: ending, surchargeTokens: min(charge.tokens, 7), unpriced: unpriced,
          isAnswered: exact || usage.output % 2 == 0), nowUnixMs: now)
      return [receipt.entry, receipt.overrunTokens]
    }
  }

  private func withHold<Answer: Equatable>(
    _ step: Int, _ name: String, _ body: (any Ledger, HoldID, Int64) throws -> Answer
  ) throws {
    guard let hold = holds.randomElement(using: &generator) else { return }
    let now = now
    try compare(step, "\(name) \(hold)") { try body($0, hold, now) }
  }

  private func withHold(_ step: Int, _ name: String, _ body: (any Ledger, HoldID, Int64) throws -> Void) throws {
    try withHold(step, name) { ledger, hold, now in
      try body(ledger, hold, now)
      return true
    }
  }

  private func compareCalls(_ step: Int) throws {
    func compare(_ name: String, _ query: CallQuery) throws -> [CallRecord] {
      try self.compare(step, name) { try $0.calls(query) } ?? []
    }
    let newest = try compare("newest calls", CallQuery(limit: 9))
    if let last = newest.last {
      _ = try compare("calls before", CallQuery(order: .newestFirst(before: last.place), limit: 9))
      _ = try compare("calls after", CallQuery(order: .oldestFirst(after: last.place), limit: 9))
      _ = try compare("calls since recorded", CallQuery(order: .asRecorded(after: last.entry.sequence), limit: 9))
      let (user, model) = (last.facts.user, last.facts.model)
      _ = try compare("a user's calls before", CallQuery(user: user, order: .newestFirst(before: last.place), limit: 9))
      _ = try compare(
        "a model's calls after", CallQuery(model: model, order: .oldestFirst(after: last.place), limit: 9))
      _ = try compare("all of a user's calls", CallQuery(user: user, limit: 9999))
      _ = try compare(
        "all of a user's, oldest first", CallQuery(user: user, order: .oldestFirst(after: nil), limit: 9999))
      _ = try compare("calls of a run", CallQuery(run: last.facts.run, limit: 9))
      for number in [last.number, last.entry.sequence] {
        try self.compare(step, "entries of a call") { try $0.entries(ofCall: number) }
      }
    }
    let edge = now - 2_000_000
    _ = try compare(
      "calls of ana", CallQuery(sinceUnixMs: edge, user: "ana", order: .oldestFirst(after: nil), limit: 9))
    _ = try compare(
      "refused calls", CallQuery(isRefusedOnly: true, order: .newestFirst(before: nil), limit: 9))
    _ = try compare(
      "soft calls", CallQuery(untilUnixMs: edge, operation: "review", model: "m", phase: .soft, limit: 9))
    try self.compare(step, "sizes") { try $0.sizes(UsageQuery(sinceUnixMs: edge, operation: "review"), limit: 9) }
    try self.compare(step, "refusals") { try $0.refusals(sinceUnixMs: edge, untilUnixMs: now) }
    try self.compare(step, "calls of nothing") {
      try $0.callsOfNothing(UsageQuery(sinceUnixMs: edge, untilUnixMs: now))
    }
    try self.compare(step, "ana's of nothing") { try $0.callsOfNothing(UsageQuery(user: "ana", operation: "review")) }
    try self.compare(step, "recoveries") { try $0.recoveries(sinceUnixMs: edge, untilUnixMs: now) }
    try self.compare(step, "windows") { try $0.windows(endingFrom: edge - 9_000_000, until: now) }
    try self.compare(step, "administration") {
      try $0.administration(sinceUnixMs: edge, untilUnixMs: now, limit: 9)
    }
  }

  private func compareEverything(_ step: Int) throws {
    try compareCalls(step)
    let edge = now - 2_000_000
    try compare(step, "holds") { try $0.holds().map { [$0.id.number, $0.charge.tokens, $0.reservedAtUnixMs] } }
    for key in keys.suffix(3) + ["nobody's"] {
      try compare(step, "hold named \(key)") { try $0.hold(named: key).map { [$0.id.number, $0.charge.tokens] } }
    }
    try compare(step, "users") { try $0.users() }
    try compare(step, "entries") { try $0.entries(limit: 60) }
    try compare(step, "learned") { try $0.learned(model: "m", operation: "default") }
    for groups: [UsageDimension] in [
      [], [.user], [.operation, .model], [.quarterHour], [.tier, .phase], [.run], [.program],
    ] {
      try compare(step, "usage \(groups)") { try $0.usage(UsageQuery(groupBy: groups)) }
      try compare(step, "usage \(groups) in a range") {
        try $0.usage(UsageQuery(sinceUnixMs: edge, untilUnixMs: now, user: "ana", groupBy: groups))
      }
    }
  }

  @discardableResult
  private func compare<Answer: Equatable>(
    _ step: Int, _ name: String, _ body: (any Ledger) throws -> Answer
  ) throws -> Answer? {
    history.append("\(step): \(name) at \(now)")
    func answer(_ ledger: any Ledger) -> Result<Answer, LedgerError> {
      do { return .success(try body(ledger)) } catch let error as LedgerError { return .failure(error) } catch {
        return .failure(.overflow)
      }
    }
    let (expected, actual) = (answer(model), answer(engine))
    if expected != actual { throw mismatch(step, name, "\(expected)", "\(actual)") }
    return try? actual.get()
  }

  private func compare(_ step: Int, _ name: String, _ body: (any Ledger) throws -> Void) throws {
    try compare(step, name) { ledger in
      try body(ledger)
      return true
    }
  }

  private func mismatch(_ step: Int, _ name: String, _ expected: String, _ actual: String) -> Mismatch {
    Mismatch(
      description: "seed \(seed), step \(step), \(name)\nexpected \(expected)\nactual   \(actual)\nbefore:\n"
        + history.suffix(20).joined(separator: "\n"))
  }

  private func facts(_ user: String, _ operation: String, _ phase: Phase) -> CallFacts {
    CallFacts(
      user: user, tier: "free", operation: operation, model: user == "ben" ? nil : "m", run: "run-\(now % 7)",
      program: "test", phase: phase, degraded: phase == .soft, estimatedInput: 40, estimatedOutput: 60)
  }

  private func budgets(_ user: String, _ operation: String) -> [Budget] {
    Self.limits.enumerated().map { index, limit in
      let scope: BudgetScope = index == 3 ? .operation(user: user, operation: operation) : .user(user)
      return Budget(scope: scope, limit: limit, origin: "test")
    }
  }
}
