import GuardModel
import Ledger

/// Performs the actions of a scenario, and puts the ledger's answers into words.
///
/// | action | answer |
/// |---|---|
/// | `reserve HOLD USER[/OPERATION] N [as PHASE] [cost N] [or void] [try N] [in RUN]` | `held [again]`, `moved to PHASE`, `is try N` |
/// | `envelope RUN USER N` | `held`, `does not fit: BUDGET`: N of every budget of the user |
/// | `release RUN` | `done` |
/// | `settle HOLD N [cost N] [failed]` | `posted`, `posted again`, with `, overrun N` |
/// | `void HOLD [calls|cache|refusal]` | `done`; with a word, another entry tells of its call |
/// | `abandon HOLD` | `done` |
/// | `recover` | `a charged, b voided`, `nothing` |
/// | `refuse USER[/OPERATION] N` | `done` |
/// | `unmetered USER[/OPERATION] ROUTE` | `done` |
/// | `cached USER[/OPERATION] N [for N]` | `recorded`, `over budget`: N saved tokens, charged N |
/// | `state BUDGET` | `used 5, held 3 of 10, ok` |
/// | `window BUDGET` | `2026-03-29 09:00 to 2026-03-29 15:00`, `none` |
/// | `grant BUDGET N until TIME` | `done` |
/// | `book BUDGET N of CEILING until TIME` | `done`, `over the ceiling: N booked` |
/// | `booked BUDGET` | what its user booked |
/// | `reset BUDGET` | `forgave N`, `nothing` |
/// | `close` | `BUDGET N, BUDGET N`, `nothing` |
/// | `lead` | how far the ledger's clock is ahead, in seconds |
/// | `repair clock` | `back by N s`, `nothing` |
/// | `tier USER TIER`, `limit USER LIMIT`, `lower USER LIMIT`, `remove USER` (`-` for none) | `recorded`, `unchanged` |
/// | `pause USER`, `resume USER` | the same; what is reserved for a paused user has the pause beside its budgets |
/// | `users` | `ana free`, `ben - 100 tokens/day`, `cleo - paused` |
/// | `holds` | the names of open holds |
/// | `usage [USER]` | `ana 2 calls 30 tokens`, with ` 1 refused`, ` 5 over`, ` 1 failed`, ` 1 cached`, ` 9 saved`, ` 1 unmetered` |
/// | `calls [USER]` | newest first: `HOLD settled 30 of 40`, `HOLD given back 40`, `refused 5`, `cached 0`, `images unmetered` |
/// | `entries` | the kinds, oldest first |
///
/// What the ledger refuses to do is answered by `unknown hold` or `overflow`.
struct ScenarioRunner {
  private let ledger: any Ledger
  private let subject: Subject
  private var clock = ScenarioClock()
  private var budgets: [(name: String, budget: Budget)] = []
  private var holds: [String: HoldID] = [:]
  private var settled: [String: Int64] = [:]
  private var now: Int64 = 0

  init(_ subject: Subject) {
    self.subject = subject
    ledger = subject.ledger
  }

  /// Reads `NAME = USER[/OPERATION] LIMIT`.
  mutating func define(_ text: String) throws {
    let words = text.split(separator: " ", maxSplits: 3).map(String.init)
    guard words.count == 4, words[1] == "=", case .limit(let limit) = try BudgetSpec(words[3]) else {
      throw Unreadable("a budget has a name, '=', a scope and a limit")
    }
    let (user, operation) = Self.caller(words[2])
    let scope = operation.map { BudgetScope.operation(user: user, operation: $0) } ?? .user(user)
    let budget = Budget(scope: scope, limit: limit, origin: "scenario")
    budgets.removeAll { $0.name == words[0] }
    budgets.append((words[0], budget))
  }

  /// Performs one action at a time of day.
  mutating func perform(_ action: String, at time: String) throws -> String {
    now = try clock.read(time)
    var words = ScenarioWords(action)
    let verb = try words.next()
    do {
      return try answer(verb, &words)
    } catch LedgerError.unknownHold {
      return "unknown hold"
    } catch LedgerError.overflow {
      return "overflow"
    }
  }

  private mutating func answer(_ verb: String, _ words: inout ScenarioWords) throws -> String {
    switch verb {
    case "reserve": return try reserve(&words)
    case "envelope": return try envelope(&words)
    case "release": try ledger.releaseEnvelope(run: try words.next(), nowUnixMs: now)
    case "settle": return try settle(&words)
    case "void":
      let hold = try hold(&words)
      let replacement = try words.nextIfAny().map { word in
        guard let found = Replacement.allCases.first(where: { "\($0)" == word }) else {
          throw Unreadable("nothing replaces a hold as '\(word)'")
        }
        return found
      }
      try ledger.void(hold, reason: replacement?.rawValue ?? "scenario", nowUnixMs: now)
    case "abandon": subject.abandon(try hold(&words))
    case "recover": return try recover()
    case "refuse":
      let facts = Self.facts(try words.next(), phase: .hard)
      let charge = Charge(tokens: try words.nextNumber(), costMicroUSD: 0)
      try ledger.recordRefusal(Refusal(facts: facts, charge: charge, budget: nil), nowUnixMs: now)
    case "unmetered":
      let facts = Self.facts(try words.next(), phase: .ok)
      _ = try ledger.recordUnmetered(UnmeteredCall(facts: facts, route: try words.next()), nowUnixMs: now)
    case "cached": return try answerFromCache(&words)
    case "state":
      let state = try state(&words)
      return "used \(state.posted), held \(state.pending) of \(state.limit), \(state.phase)"
    case "window":
      guard let window = try state(&words).window else { return "none" }
      return "\(ScenarioClock.text(window.startUnixMs)) to \(ScenarioClock.text(window.endUnixMs))"
    case "grant": _ = try grant(&words)
    case "book": return try grant(&words)
    case "take-back": return try takeBack(&words)
    case "booked": return String(try ledger.booked(budget(try words.next()).key, nowUnixMs: now))
    case "reset":
      let key = try budget(try words.next()).key
      let forgiven = try ledger.reset(key, reason: "scenario", actor: "test", nowUnixMs: now)
      return forgiven.map { "forgave \($0)" } ?? "nothing"
    case "undo-reset":
      let key = try budget(try words.next()).key
      let again = try ledger.undoReset(key, reason: "scenario", actor: "test", nowUnixMs: now)
      return again.map { "\($0) again" } ?? "nothing"
    case "close":
      let closed = try ledger.closeDueWindows(actor: "test", nowUnixMs: now)
      return Self.list(closed.map { "\(name(of: $0.key)) \($0.posted)" })
    case "lead": return try "\(ledger.clockLeadMs(over: now) / 1000) s"
    case "repair":
      let leadMs = try ledger.repairClock(reason: "scenario", actor: "test", nowUnixMs: now)
      return leadMs.map { "back by \($0 / 1000) s" } ?? "nothing"
    case "tier", "limit", "lower", "remove", "pause", "resume": return try change(verb, &words)
    case "users": return try users()
    case "holds": return Self.list(try ledger.holds().map { name(of: $0.id) })
    case "usage": return try usage(user: words.nextIfAny())
    case "calls":
      return Self.list(try ledger.calls(CallQuery(user: words.nextIfAny(), limit: 99)).map(text(of:)))
    case "entries": return try ledger.entries(limit: .max).reversed().map(\.kind.rawValue).joined(separator: " ")
    default: throw Unreadable("'\(verb)' is not an action")
    }
    return "done"
  }

  // MARK: - Calls

  private mutating func reserve(_ words: inout ScenarioWords) throws -> String {
    let key = try words.next()
    let caller = try words.next()
    let tokens = try words.nextNumber()
    let phase = Phase(rawValue: words.value(after: "as") ?? "ok") ?? .ok
    let (user, operation) = Self.caller(caller)
    var facts = Self.facts(caller, phase: phase)
    if let run = words.value(after: "in") { facts.run = run }
    let request = ReservationRequest(
      idempotencyKey: key, facts: facts,
      charge: Charge(tokens: tokens, costMicroUSD: words.value(after: "cost").flatMap { Int64($0) }),
      budgets: try budgets.map(\.budget).filter {
        $0.key.user == user && ($0.key.operation == nil || $0.key.operation == operation ?? "default")
      } + pause(of: user),
      whenAbandoned: words.value(after: "or") == "void" ? .void : .charge,
      attempt: words.value(after: "try").flatMap { Int64($0) }.map { number in
        AttemptClaim(
          key: AttemptKey(
            user: user, operation: operation ?? "default",
            fingerprint: Self.fingerprint(wording: words.value(after: "asking"))), number: number, escalation: .standard
        )
      })
    switch try ledger.reserve(request, nowUnixMs: now) {
    case .phaseMoved(let decision, _): return "moved to \(decision.phase)"
    case .attemptMoved(let number, _): return "is try \(number)"
    case .held(let hold, let states):
      if try states != ledger.states(of: request.budgets, inRun: facts.run, nowUnixMs: now) {
        return "held, with states that are not so"
      }
      if let first = holds[key] { return hold == first ? "held again" : "held twice" }
      holds[key] = hold
      return "held"
    }
  }

  /// One question in a number of wordings, of which each differs from the next in its words, and from those farther away in
  /// too many signs.
  static func fingerprint(wording: String?) -> Fingerprint {
    guard let number = wording.flatMap(UInt64.init) else { return Fingerprint([1]) }
    var sketch = [UInt8](repeating: UInt8(number), count: 16) + [UInt8](repeating: 0, count: 8)
    sketch += [UInt8](repeating: UInt8(number), count: 8)
    let signs = UInt64(1) << (number * UInt64(AttemptKey.maximumDistance)) - 1
    withUnsafeBytes(of: signs.bigEndian) { sketch += $0 }
    return Fingerprint([1], wording: Fingerprint.Wording(group: [1], sketch: sketch))
  }

  private mutating func settle(_ words: inout ScenarioWords) throws -> String {
    let key = try words.next()
    guard let hold = holds[key] else { throw Unreadable("nothing is held as '\(key)'") }
    let tokens = try words.nextNumber()
    let settlement = Settlement(
      usage: TokenUsage(input: tokens, output: 0, exactness: .exact),
      charge: Charge(tokens: tokens, costMicroUSD: words.value(after: "cost").flatMap { Int64($0) }),
      ending: words.contains("failed") ? .failed : .complete, isAnswered: !words.contains("unanswered"))
    let receipt = try ledger.settle(hold, settlement, nowUnixMs: now)
    let first = settled.updateValue(receipt.entry, forKey: key)
    let again = first == nil ? "" : first == receipt.entry ? " again" : " twice"
    return "posted" + again + (receipt.overrunTokens > 0 ? ", overrun \(receipt.overrunTokens)" : "")
  }

  private func envelope(_ words: inout ScenarioWords) throws -> String {
    let (run, user, amount) = (try words.next(), try words.next(), try words.nextNumber())
    let parts = try (budgets.map(\.budget).filter { $0.key.user == user } + pause(of: user)).map {
      EnvelopeRequest.Part(budget: $0, amount: amount)
    }
    switch try ledger.holdEnvelope(EnvelopeRequest(run: run, parts: parts), nowUnixMs: now) {
    case .held: return "held"
    case .alreadyHeld: return "held already"
    case .doesNotFit(let state, _): return "does not fit: \(name(of: state.budget.key))"
    }
  }

  private func answerFromCache(_ words: inout ScenarioWords) throws -> String {
    let caller = try words.next()
    let saved = try words.nextNumber()
    let charged = words.value(after: "for").flatMap { Int64($0) } ?? 0
    let user = Self.caller(caller).user
    let call = CachedCall(
      facts: Self.facts(caller, phase: .ok), tier: .intent, saved: Charge(tokens: saved, costMicroUSD: saved),
      charge: Charge(tokens: charged, costMicroUSD: charged),
      budgets: try budgets.map(\.budget).filter { $0.key.user == user } + pause(of: user))
    switch try ledger.recordCached(call, nowUnixMs: now) {
    case .recorded: return "recorded"
    case .overBudget: return "over budget"
    }
  }

  private func recover() throws -> String {
    let recovered = try ledger.recover(nowUnixMs: now)
    return Self.list(recovered.map { "\(name(of: $0.hold.id)) \($0.action == .charge ? "charged" : "voided")" })
  }

  private func hold(_ words: inout ScenarioWords) throws -> HoldID {
    let key = try words.next()
    guard let hold = holds[key] else { throw Unreadable("nothing is held as '\(key)'") }
    return hold
  }

  // MARK: - Budgets and users

  private func state(_ words: inout ScenarioWords) throws -> BudgetState {
    let states = try ledger.states(of: [budget(try words.next())], nowUnixMs: now)
    guard states.count == 1 else { throw Unreadable("one budget has \(states.count) states") }
    return states[0]
  }

  private mutating func grant(_ words: inout ScenarioWords) throws -> String {
    let key = try budget(try words.next()).key
    let amount = try words.nextNumber()
    let ceiling = words.value(after: "of").flatMap { Int64($0) }
    var reader = clock
    guard let time = words.rest(after: "until") else { throw Unreadable("a grant ends: 'until TIME'") }
    let grant = Grant(
      key: key, amount: amount, expiresAtUnixMs: try reader.read(time), reason: "scenario", actor: "test",
      ceiling: ceiling)
    switch try ledger.grant(grant, nowUnixMs: now) {
    case .granted: return "done"
    case .overCeiling(let booked): return "over the ceiling: \(booked) booked"
    }
  }

  private func takeBack(_ words: inout ScenarioWords) throws -> String {
    let key = try budget(try words.next()).key
    let topUp = TakenBack(key: key, amount: try words.nextNumber(), reason: "scenario", actor: "test")
    switch try ledger.takeBack(topUp, nowUnixMs: now) {
    case .takenBack(let left): return "done: \(left) on top"
    case .tooMuch(let onTop): return "no more than \(onTop) on top"
    }
  }

  private func change(_ verb: String, _ words: inout ScenarioWords) throws -> String {
    let user = try words.next()
    let value = words.rest()
    let change: UserChange
    switch (verb, value) {
    case ("tier", _): change = .tier(value == "-" ? nil : value)
    case ("limit", "-"): change = .budgets([])
    case ("lower", "-"): change = .lowered([])
    case ("limit", _), ("lower", _):
      guard case .limit(let limit) = try BudgetSpec(value) else { throw Unreadable("'\(value)' is not a limit") }
      change = verb == "limit" ? .budgets([limit]) : .lowered([limit])
    case ("pause", _), ("resume", _): change = .paused(verb == "pause", reason: "scenario")
    default: change = .remove
    }
    let before = try ledger.entries(limit: 1)
    try ledger.change(change, of: user, actor: "test", nowUnixMs: now)
    return try ledger.entries(limit: 1) == before ? "unchanged" : "recorded"
  }

  private func users() throws -> String {
    Self.list(
      try ledger.users().map { user in
        ([user.name, user.tier ?? "-"] + user.budgets.map(\.description) + (user.isPaused ? ["paused"] : [])).joined(
          separator: " ")
      })
  }

  private func usage(user: String?) throws -> String {
    Self.list(
      try ledger.usage(UsageQuery(user: user, groupBy: [.user])).map { row in
        let sums = row.sums
        let extras = [
          (sums.refusals, "refused"), (sums.overrunTokens, "over"), (sums.failed, "failed"), (sums.cached, "cached"),
          (sums.savedTokens, "saved"), (sums.unmetered, "unmetered"),
        ]
        return "\(row.group[0]) \(sums.calls) calls \(sums.chargeTokens) tokens"
          + extras.filter { $0.0 > 0 }.map { " \($0.0) \($0.1)" }.joined()
      })
  }

  private func text(of call: CallRecord) -> String {
    let tokens = call.entry.charge?.tokens ?? 0
    switch call.entry.kind {
    case .settle: return "\(name(of: HoldID(call.number))) settled \(tokens) of \(call.held?.tokens ?? 0)"
    case .void: return "\(name(of: HoldID(call.number))) given back \(tokens)"
    case .cached: return "cached \(tokens)"
    case .unmetered: return "\(call.entry.route ?? "?") unmetered"
    default: return "refused \(tokens)"
    }
  }

  // MARK: - Words

  /// The budget that stands beside those of a user whom the ledger knows to be paused.
  private func pause(of user: String) throws -> [Budget] {
    guard try ledger.user(user)?.isPaused == true else { return [] }
    return [Budget(scope: .user(user), limit: .pause, origin: Budget.pauseOrigin)]
  }

  private func budget(_ name: String) throws -> Budget {
    guard let found = budgets.first(where: { $0.name == name }) else { throw Unreadable("no budget '\(name)'") }
    return found.budget
  }

  private func name(of key: BudgetKey) -> String {
    key == BudgetKey(scope: key.scope, limit: .pause)
      ? "pause" : budgets.first { $0.budget.key == key }?.name ?? key.label
  }
  private func name(of hold: HoldID) -> String { holds.first { $0.value == hold }?.key ?? hold.description }
  private static func list(_ items: [String]) -> String { items.isEmpty ? "nothing" : items.joined(separator: ", ") }

  private static func caller(_ text: String) -> (user: String, operation: String?) {
    let parts = text.split(separator: "/").map(String.init)
    return (parts[0], parts.count > 1 ? parts[1] : nil)
  }

  private static func facts(_ text: String, phase: Phase) -> CallFacts {
    let (user, operation) = caller(text)
    return CallFacts(
      user: user, tier: "free", operation: operation ?? "default", model: "m", run: "r", program: "test", phase: phase,
      estimatedInput: 1, estimatedOutput: 1)
  }
}
