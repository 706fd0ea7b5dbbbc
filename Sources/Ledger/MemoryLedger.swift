import GuardModel

/// The ledger in memory: what every engine must behave like, in the plainest form.
///
/// Nothing is kept between processes, and one thread uses it at a time.
public final class MemoryLedger: Ledger {
  struct Account {
    var balance: Balance
    let key: BudgetKey
    var isClosed = false
  }

  private struct OpenHold {
    var record: HoldRecord
    var accounts: [Int]
    var whenAbandoned: AbandonedHoldPolicy
  }

  private let zone: ZoneOffsets
  private var clock: Int64 = 0
  var accounts: [Account] = []
  private var open: [Int64: OpenHold] = [:]
  var log: [Entry] = []
  var overruns: [Int64: Int64] = [:]
  private var accountsOfHold: [HoldID: [Int]] = [:]
  private var accountsOfCached: [Int64: [Int]] = [:]
  private var reservations: [String: HoldID] = [:]
  var envelopes: [String: Envelope] = [:]
  var draws: [HoldID: (run: String, amounts: [Int: Int64])] = [:]
  var topUps: [Grant] = []
  private var people: [String: LedgerUser] = [:]
  private var inputs: [String: Learning.Input] = [:]
  private var outputs: [[String]: [Int64: Int64]] = [:]
  private var abandoned: Set<HoldID> = []
  private var attempts: [(key: AttemptKey, hold: HoldID, atUnixMs: Int64)] = []

  var notices: [String: Int64] = [:]

  /// Makes an empty ledger.
  public init(zone: ZoneOffsets) { self.zone = zone }

  /// Pretends that the owner of a hold died.
  public func abandon(_ hold: HoldID) { abandoned.insert(hold) }

  func tick(_ nowUnixMs: Int64) -> Int64 { max(clock, nowUnixMs) }

  @discardableResult
  func append(_ entry: Entry, at now: Int64) -> Int64 {
    clock = max(clock, now)
    var entry = entry
    entry.sequence = Int64(log.count) + 1
    entry.atUnixMs = now
    log.append(entry)
    return entry.sequence
  }

  // MARK: - Calls

  /// Holds a charge on every budget or on none.
  public func reserve(_ request: ReservationRequest, nowUnixMs: Int64) throws(LedgerError) -> ReservationOutcome {
    try request.checkAmounts()
    let now = tick(nowUnixMs)
    if let first = reservations[request.idempotencyKey] {
      guard open[first.number] != nil else { throw .unknownHold(first) }
      return .held(first, states(request.budgets, now, inRun: request.envelope))
    }
    let before = states(request.budgets, now, inRun: request.envelope)
    var facts = request.facts
    if let claim = request.attempt {
      facts.attempt = count(claim.key, claim.escalation.windowMs, now) + 1
      if !claim.isPriced(like: facts.attempt) { return .attemptMoved(facts.attempt, before) }
    }
    let decision = Decision.on(request.charge, before, nowUnixMs: now)
    if decision.phase > request.decidedPhase { return .phaseMoved(decision, before) }
    let places = try change(request.budgets, now) { balance, unit throws(AmountOverflow) in
      try balance.hold(request.charge.amount(in: unit))
    }
    let hold = HoldID(Int64(log.count) + 1)
    append(
      Entry(
        sequence: 0, kind: .reserve, atUnixMs: 0, hold: hold, facts: facts, charge: request.charge,
        surchargeTokens: request.attempt?.surchargeTokens, note: request.degradedBy), at: now
    )
    if let claim = request.attempt { attempts.append((claim.key, hold, now)) }
    reservations[request.idempotencyKey] = hold
    accountsOfHold[hold] = places
    draw(hold, run: request.envelope, request.charge, places)
    let record = HoldRecord(id: hold, facts: facts, charge: request.charge, reservedAtUnixMs: now, ownerPID: 0)
    open[hold.number] = OpenHold(record: record, accounts: places, whenAbandoned: request.whenAbandoned)
    return .held(hold, states(request.budgets, now, inRun: request.envelope))
  }

  /// Replaces a hold by what the call took.
  public func settle(
    _ hold: HoldID, _ settlement: Settlement, nowUnixMs: Int64
  ) throws(LedgerError) -> SettlementReceipt {
    try settlement.checkAmounts()
    guard let held = open[hold.number] else {
      guard let first = log.first(where: { $0.hold == hold && $0.kind == .settle }), first.ending != .abandoned else {
        throw .unknownHold(hold)
      }
      return SettlementReceipt(entry: first.sequence, overrunTokens: overruns[first.sequence] ?? 0)
    }
    let now = tick(nowUnixMs)
    var next = accounts
    for place in held.accounts {
      next[place].balance.release(held.record.charge.amount(in: next[place].key.unit))
      do throws(AmountOverflow) {
        try next[place].balance.post(settlement.charge.amount(in: next[place].key.unit), at: now)
      } catch { throw .overflow }
    }
    accounts = next
    open[hold.number] = nil
    let facts = held.record.facts
    putBack(hold, settlement.charge)
    if !settlement.isAnswered { attempts.removeAll { $0.hold == hold } }
    let overrun = max(0, settlement.charge.tokens - held.record.charge.tokens)
    var entry = Entry(
      sequence: 0, kind: .settle, atUnixMs: 0, hold: hold, facts: facts, usage: settlement.usage,
      charge: settlement.charge, ending: settlement.ending, surchargeTokens: settlement.surchargeTokens)
    (entry.unpriced, entry.note) = (settlement.unpriced, settlement.reason)
    if let stamp = settlement.priceStamp { entry.facts?.priceStamp = stamp }
    let sequence = append(entry, at: now)
    overruns[sequence] = overrun
    learn(facts, settlement)
    met(facts.user, now)
    return SettlementReceipt(entry: sequence, overrunTokens: overrun)
  }

  /// Gives a hold back.
  public func void(_ hold: HoldID, reason: String, nowUnixMs: Int64) throws(LedgerError) {
    guard let held = open[hold.number] else {
      if log.contains(where: { $0.hold == hold && $0.kind == .void }) { return }
      throw .unknownHold(hold)
    }
    for place in held.accounts {
      accounts[place].balance.release(held.record.charge.amount(in: accounts[place].key.unit))
    }
    open[hold.number] = nil
    putBack(hold, nil)
    attempts.removeAll { $0.hold == hold }
    append(
      Entry(
        sequence: 0, kind: .void, atUnixMs: 0, hold: hold, facts: held.record.facts, charge: held.record.charge,
        note: reason), at: tick(nowUnixMs))
  }

  /// Counts the attempts that are remembered.
  public func attempts(_ key: AttemptKey, windowMs: Int64, nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    count(key, windowMs, tick(nowUnixMs))
  }

  private func count(_ key: AttemptKey, _ windowMs: Int64, _ now: Int64) -> Int64 {
    Int64(attempts.filter { key.matches($0.key.bytes) && $0.atUnixMs > now - windowMs }.count)
  }

  /// Records that a call was refused.
  @discardableResult
  public func recordRefusal(_ refusal: Refusal, nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    var entry = Entry(
      sequence: 0, kind: .refuse, atUnixMs: 0, facts: refusal.facts, charge: refusal.charge, note: refusal.note
    )
    entry.route = refusal.route
    return append(entry, at: tick(nowUnixMs))
  }

  /// Records that a request goes out which nobody can meter.
  public func recordUnmetered(_ call: UnmeteredCall, nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    let now = tick(nowUnixMs)
    var entry = Entry(sequence: 0, kind: .unmetered, atUnixMs: 0, facts: call.facts)
    entry.route = call.route
    met(call.facts.user, now)
    return append(entry, at: now)
  }

  /// Records that a call was answered from the cache.
  public func recordCached(_ call: CachedCall, nowUnixMs: Int64) throws(LedgerError) -> CachedOutcome {
    try call.checkAmounts()
    let now = tick(nowUnixMs)
    let before = states(call.chargedBudgets, now)
    let decision = Decision.on(call.charge, before, nowUnixMs: now)
    if decision.phase == .hard { return .overBudget(decision, before) }
    let places = try change(call.chargedBudgets, now) { balance, unit throws(AmountOverflow) in
      try balance.post(call.charge.amount(in: unit), at: now)
    }
    var entry = Entry(sequence: 0, kind: .cached, atUnixMs: 0, facts: call.facts, charge: call.charge)
    (entry.saved, entry.cacheTier, entry.note) = (call.saved, call.tier, call.note)
    let sequence = append(entry, at: now)
    accountsOfCached[sequence] = places
    met(call.facts.user, now)
    return .recorded(sequence)
  }

  private func met(_ user: String, _ now: Int64) {
    people[user, default: LedgerUser(name: user)].lastCallAtUnixMs = now
    people[user]?.removed = false
  }

  /// Settles or voids the holds whose owners are gone.
  public func recover(nowUnixMs: Int64) throws(LedgerError) -> [RecoveredHold] {
    var recovered: [RecoveredHold] = []
    for hold in open.values.filter({ abandoned.contains($0.record.id) }).sorted(by: {
      $0.record.id.number < $1.record.id.number
    }) {
      let facts = hold.record.facts
      switch hold.whenAbandoned {
      case .charge:
        let usage = TokenUsage(input: facts.estimatedInput, output: facts.estimatedOutput, exactness: .estimated)
        _ = try settle(
          hold.record.id,
          Settlement(
            usage: usage, charge: hold.record.charge, ending: .abandoned,
            surchargeTokens: log[Int(hold.record.id.number) - 1].surchargeTokens ?? 0), nowUnixMs: nowUnixMs)
      case .void: try void(hold.record.id, reason: RecoveredHold.note, nowUnixMs: nowUnixMs)
      }
      recovered.append(RecoveredHold(hold: hold.record, action: hold.whenAbandoned))
    }
    return recovered
  }

  /// The calls under way.
  public func holds() throws(LedgerError) -> [HoldRecord] {
    open.values.map(\.record).sorted { $0.id.number < $1.id.number }
  }

  /// The call under way that was reserved under a key.
  public func hold(named idempotencyKey: String) throws(LedgerError) -> HoldRecord? {
    reservations[idempotencyKey].flatMap { hold in open.values.first { $0.record.id == hold }?.record }
  }

  private func learn(_ facts: CallFacts, _ settlement: Settlement) {
    guard settlement.ending == .complete else { return }
    let bucket = Learning.bucket(ofOutput: settlement.outputOfOne)
    outputs[[facts.operation, facts.model ?? ""], default: [:]][bucket, default: 0] += 1
    guard settlement.usage.exactness == .exact, let model = facts.model else { return }
    inputs[model, default: Learning.Input()].add(estimated: facts.estimatedInput, actual: settlement.usage.input)
  }

  // MARK: - Budgets

  /// Of the windows that are open (after a clock was set back it may be two) the one that ends first.
  func current(_ key: BudgetKey, _ now: Int64) -> Int? {
    accounts.indices.filter { accounts[$0].key == key && accounts[$0].balance.window.contains(now) }
      .min { (accounts[$0].balance.window.endUnixMs, $0) < (accounts[$1].balance.window.endUnixMs, $1) }
  }

  /// Changes the balances of budgets, or none of them; a window that is not open yet opens.
  ///
  /// - Returns: their places.
  func change(
    _ budgets: [Budget], _ now: Int64, _ body: (inout Balance, BudgetUnit) throws(AmountOverflow) -> Void
  ) throws(LedgerError) -> [Int] {
    var next = accounts
    var places: [Int] = []
    for budget in budgets where !places.contains(where: { next[$0].key == budget.key }) {
      let place = current(budget.key, now) ?? next.count
      if place == next.count {
        next.append(Account(balance: .opening(budget.limit, at: now, in: zone), key: budget.key))
      }
      next[place].balance.adopt(budget.limit, at: now)
      do throws(AmountOverflow) { try body(&next[place].balance, budget.limit.unit) } catch { throw .overflow }
      places.append(place)
    }
    accounts = next
    return places
  }

  func states(_ budgets: [Budget], _ now: Int64) -> [BudgetState] {
    budgets.map { budget in
      let granted = granted(budget.key, now)
      guard let place = current(budget.key, now) else {
        return Balance.unused(budget, granted: granted, nowUnixMs: now, in: zone)
      }
      return accounts[place].balance.state(of: budget, granted: granted, nowUnixMs: now)
    }
  }

  /// Reads budgets as they stand.
  public func states(of budgets: [Budget], nowUnixMs: Int64) throws(LedgerError) -> [BudgetState] {
    states(budgets, tick(nowUnixMs))
  }

  /// Closes the windows that have ended.
  public func closeDueWindows(actor: String, nowUnixMs: Int64) throws(LedgerError) -> [WindowRecord] {
    let now = tick(nowUnixMs)
    // A call that is still under way posts to the window that reserved, even where it held nothing.
    let inUse = Set(open.values.flatMap(\.accounts)).union(envelopes.values.flatMap(\.remaining.keys))
    let due = accounts.indices.filter {
      !accounts[$0].isClosed && accounts[$0].balance.window.endUnixMs <= now && !inUse.contains($0)
    }.sorted { (accounts[$0].balance.window.endUnixMs, $0) < (accounts[$1].balance.window.endUnixMs, $1) }
    return due.map { place in
      accounts[place].isClosed = true
      let (key, balance) = (accounts[place].key, accounts[place].balance)
      let used = balance.posted - balance.forgiven
      append(
        Entry(
          sequence: 0, kind: .close, atUnixMs: 0, user: key.user, actor: actor,
          note: "\(key.text(of: used)) used of the \(key.label)"
        ),
        at: now)
      return WindowRecord(key: key, window: balance.window, posted: used)
    }
  }

  /// How far the ledger's clock is ahead.
  public func clockLeadMs(over nowUnixMs: Int64) throws(LedgerError) -> Int64 { max(0, clock - nowUnixMs) }

  /// Sets the ledger's clock back.
  public func repairClock(reason: String, actor: String, nowUnixMs now: Int64) throws(LedgerError) -> Int64? {
    guard clock > now else { return nil }
    let leadMs = clock - now
    for place in accounts.indices {
      if !accounts[place].key.isCalendar { accounts[place].balance.follow(clockSetBackByMs: leadMs, to: now) }
      if accounts[place].balance.window.endUnixMs > now { accounts[place].isClosed = false }
    }
    for place in topUps.indices where topUps[place].expiresAtUnixMs > now { topUps[place].expiresAtUnixMs -= leadMs }
    for (key, until) in notices where until > now { notices[key] = until - leadMs }
    for place in attempts.indices where attempts[place].atUnixMs > now { attempts[place].atUnixMs -= leadMs }
    for (name, user) in people {
      if let last = user.lastCallAtUnixMs, last > now { people[name]?.lastCallAtUnixMs = last - leadMs }
    }
    clock = now
    append(
      Entry(sequence: 0, kind: .clock, atUnixMs: 0, actor: actor, note: "back by \(leadMs) ms: \(reason)"), at: now)
    return leadMs
  }

  /// What past settlements of a model and operation showed.
  public func learned(model: String?, operation: String) throws(LedgerError) -> Learned {
    let input = model.flatMap { inputs[$0] } ?? Learning.Input()
    let counts = (outputs[[operation, model ?? ""]] ?? [:]).sorted { $0.key < $1.key }.map {
      (bucket: $0.key, count: $0.value)
    }
    return Learned(
      exactSettlements: input.settlements, estimatedInput: input.estimated, actualInput: input.actual,
      p95Output: Learning.p95(counts))
  }

  // MARK: - Users and reports

  /// Everybody the ledger knows.
  public func users() throws(LedgerError) -> [LedgerUser] {
    people.values.filter { !$0.removed }.sorted { $0.name < $1.name }
  }

  /// One user's assignments.
  public func user(_ name: String) throws(LedgerError) -> LedgerUser? { people[name] }

  /// Changes who a user is to the ledger.
  public func change(_ change: UserChange, of user: String, actor: String, nowUnixMs: Int64) throws(LedgerError) {
    if people[user] == nil, change == .remove { return }
    let known = people[user] ?? LedgerUser(name: user)
    var next = known
    let note = next.apply(change)
    if next == known { return }
    people[user] = next
    append(Entry(sequence: 0, kind: .user, atUnixMs: 0, user: user, actor: actor, note: note), at: tick(nowUnixMs))
  }

  /// The latest entries, newest first.
  public func entries(limit: Int) throws(LedgerError) -> [Entry] { Array(log.reversed().prefix(limit)) }

  /// Checks that what is held is the sum of the holds and what is posted that of the settlements.
  public func verify() throws(LedgerError) -> [LedgerProblem] {
    accounts.indices.flatMap { place in
      let (unit, balance) = (accounts[place].key.unit, accounts[place].balance)
      let enveloped = envelopes.values.reduce(0) { $0 + ($1.remaining[place] ?? 0) }
      let held = open.values.filter { $0.accounts.contains(place) }.reduce(enveloped) {
        $0 + $1.record.charge.amount(in: unit)
      }
      let settled = log.filter { entry in
        let places =
          entry.kind == .settle ? entry.hold.flatMap { accountsOfHold[$0] } : accountsOfCached[entry.sequence]
        return places?.contains(place) == true
      }.reduce(0) { $0 + ($1.charge?.amount(in: unit) ?? 0) }
      let checks = [
        (held == balance.pending, "pending is not the sum of its holds"),
        (settled == balance.posted, "posted is not the sum of its settlements"),
        (0...balance.posted ~= balance.forgiven, "more was forgiven than posted"),
      ]
      return checks.filter { !$0.0 }.map { LedgerProblem(place: "balance \(place + 1)", problem: $0.1) }
    }
  }
}
