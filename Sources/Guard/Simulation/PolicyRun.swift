import Configuration
import GuardModel
import Ledger

/// Replays calls under a policy, through the planner that decides about real ones, with a clock of its own.
///
/// What a call takes is what it took in the trace, but for what the policy changes: a cheaper model is cheaper and answers
/// as long, a maximum that it lowers cuts an answer, a call that waits starts later, and so do those of its script that
/// came after it. Nobody asks again because they were refused.
public final class PolicyRun {
  let settings: Settings
  let scheme: Scheme
  private let planner: Planner
  private let assignments: [String: Assignment]
  private let assumedCachePercent: Int64
  private let users: [String]
  let operations: [String]
  let models: [String]
  let details: [TracedDetails]

  /// By user and operation.
  private var rules: [PolicyRules?]
  var accounts: SimulatedAccounts
  private let learning = SimulatedLearning()
  private var attempts: [AttemptPlace: [Int64]] = [:]

  private struct UnderWay {
    var call: TracedCall
    var held: Charge
    var charge: Charge
    var model: String?
    var usage: TokenUsage
    var places: [Int]
    var heldAt: Int64
    var lanes: [Lane]
  }
  private enum Event {
    case ends(place: Int)
    case wakes(Int32)
    case losesPatience(ticket: Int64, line: Int32)
    case comes(step: Int32)
  }
  /// What is under way, and the places that are free again: events that move stay small.
  private var underWay: [UnderWay] = []
  private var free: [Int] = []
  private var events = EventHeap<Event>()
  private(set) var now: Int64 = 0

  private struct Waiting {
    var ticket: Int64
    var call: TracedCall
    var waiting: WaitingCall
  }
  /// Those that wait, by line: users whose lanes nobody shares stand in lines of their own.
  private var lines: [Int32: [Waiting]] = [:]
  private var wakes: [Int32: Int64] = [:]
  private var lanes: [String: LaneUse] = [:]
  private var turns = TurnMemory()
  private var order: RunOrder
  private var tickets: Int64 = 0
  private var tallies: [PolicyOutcome.Group: Int] = [:]
  var groups: [(group: PolicyOutcome.Group, tally: PolicyTally)] = []

  /// Begins a replay.
  ///
  /// - Parameters:
  ///   - settings: the policy.
  ///   - scheme: how calls are decided about.
  ///   - zone: where the calendar is read.
  ///   - trace: whose names the calls use.
  ///   - assignments: what users were assigned in the ledger.
  ///   - assumedCachePercent: how many of a hundred retries are taken to be answered from the cache.
  public init(
    settings: Settings, scheme: Scheme = .guarded, zone: ZoneOffsets, names trace: Trace,
    assignments: [String: Assignment] = [:], assumedCachePercent: Int64 = 0
  ) {
    self.settings = settings
    self.scheme = scheme
    planner = Planner(settings: settings)
    accounts = SimulatedAccounts(zone: zone)
    self.assignments = assignments
    self.assumedCachePercent = assumedCachePercent
    (users, operations, models) = (trace.users.names, trace.operations.names, trace.models.names)
    details = trace.details
    order = RunOrder(trace.steps)
    rules = [PolicyRules?](repeating: nil, count: users.count * operations.count)
  }

  /// Takes the next call; calls come in the order of their times.
  public func take(_ call: TracedCall) throws(PolicyRunError) {
    try advance(to: call.atUnixMs)
    guard let at = order.arrival(of: call) else { return }
    if at <= now { return try arrive(call) }
    events.add(.comes(step: call.step), atUnixMs: at)
  }

  private func arrive(_ call: TracedCall) throws(PolicyRunError) {
    let rules = try rules(of: call)
    let group = tallyPlace(rules.tier.name, call)
    groups[group].tally.calls += 1
    if call.isRefusedByRun {
      groups[group].tally.refusedOtherwise += 1
      return leave(call)
    }
    let attempt = attempt(call, rules)
    do throws(AmountOverflow) {
      if try isAnswered(call, rules, group, isAssumed: attempt > 1 && isAssumedCached(call)) { return leave(call) }
      switch scheme {
      case .hardWall: try meetWall(call, rules, group)
      case .guarded: try meetGuard(call, rules, group, attempt)
      }
    } catch { throw .overflow }
  }

  /// Lets everything that is under way end.
  public func finish() throws(PolicyRunError) -> PolicyOutcome {
    try advance(to: .max)
    accounts.close()
    var outcome = PolicyOutcome()
    outcome.groups = groups.sorted { ($0.group.tier, $0.group.operation) < ($1.group.tier, $1.group.operation) }
    for (_, tally) in groups { outcome.total.add(tally) }
    outcome.overrunsByScope = accounts.overruns
    return outcome
  }

  // MARK: - One call

  private func meetGuard(_ call: TracedCall, _ rules: PolicyRules, _ group: Int, _ attempt: Int64)
    throws(AmountOverflow)
  {
    let plan = try plan(call, rules, attempt)
    if let refusal = plan.refusal { return refuse(call, refusal, group) }
    let lanes = settings.lanes(user: plan.request.user, tier: rules.tier, model: plan.shape.model)
    if lanes.isEmpty { return try send(call, plan, rules, group, lanes: []) }
    tickets += 1
    let priority = settings.operations[plan.request.operation]?.priority ?? .normal
    let waiting = WaitingCall(
      ticket: tickets, user: plan.request.user, priority: priority, arrivedAtUnixMs: now, lanes: lanes,
      tokens: plan.shape.charge.tokens)
    let line = settings.modelLanes.isEmpty ? call.user : -1
    lines[line, default: []].append(Waiting(ticket: tickets, call: call, waiting: waiting))
    events.add(.losesPatience(ticket: tickets, line: line), atUnixMs: now + settings.queueWaitMs)
    try dispatch(line)
  }

  private func meetWall(_ call: TracedCall, _ rules: PolicyRules, _ group: Int) throws(AmountOverflow) {
    let states = accounts.states(rules.budgets, now)
    if states.contains(where: { $0.posted >= $0.limit }) { return refuse(call, .budget, group) }
    let model = call.model < 0 ? nil : models[Int(call.model)]
    let user = users[Int(call.user)]
    let lanes = settings.lanes(user: user, tier: rules.tier, model: model)
    let isFull = lanes.contains { !laneUse($0.name).hasRoom(for: 0, under: $0.limits, nowUnixMs: now) }
    if isFull { return refuse(call, .queue(ahead: 0, waitedMs: 0), group) }
    let usage = call.usage(under: nil, details)
    let tokens = try Charge.weighted(
      tokens: usage.total(), by: settings.weights(operation: operations[Int(call.operation)], model: model))
    let cost = try call.cost(of: usage, model, settings.price(of: model), details)
    let charge = Charge(tokens: tokens, costMicroUSD: cost.microUSD)
    enter(lanes, user, tokens: usage.input)
    tally(charge, cost.bound, usage, group)
    begin(
      UnderWay(
        call: call, held: .zero, charge: charge, model: model, usage: usage, places: rules.budgets,
        heldAt: now, lanes: lanes), afterMs: 0)
  }

  private func plan(_ call: TracedCall, _ rules: PolicyRules, _ attempt: Int64) throws(AmountOverflow) -> Plan {
    rules.request.model = call.model < 0 ? nil : models[Int(call.model)]
    rules.request.maxOutputTokens = call.maximum < 0 ? nil : Int64(call.maximum)
    rules.request.countedInputTokens = Int64(call.countedInput)
    learning.look(at: rules.request.operation)
    rules.known.attempt = attempt
    rules.known.states = accounts.states(rules.budgets, now)
    rules.known.nowUnixMs = now
    return try planner.plan(rules.request, rules.known)
  }

  private func send(
    _ call: TracedCall, _ plan: Plan, _ rules: PolicyRules, _ group: Int, lanes: [Lane]
  ) throws(AmountOverflow) {
    let shape = plan.shape
    let usage = call.usage(under: shape.maxOutputTokens, details)
    let (tokens, surcharge) = try shape.chargedTokens(usage.total())
    let cost = try call.cost(of: usage, shape.model, shape.price, details)
    let charge = Charge(tokens: tokens, costMicroUSD: cost.microUSD)
    try accounts.hold(shape.charge, rules.budgets, now)
    remember(call, rules)
    enter(lanes, plan.request.user, tokens: shape.charge.tokens)
    if plan.degradation != nil { groups[group].tally.degraded += 1 }
    if surcharge > 0 {
      groups[group].tally.surcharged += 1
      groups[group].tally.surchargeTokens += surcharge
    }
    tally(charge, cost.bound, usage, group)
    let delay = plan.degradation?.delayMs ?? 0
    begin(
      UnderWay(
        call: call, held: shape.charge, charge: charge, model: shape.model, usage: usage, places: rules.budgets,
        heldAt: now, lanes: lanes), afterMs: delay)
  }

  private func begin(_ call: UnderWay, afterMs delay: Int64) {
    let place = free.popLast() ?? underWay.count
    if place == underWay.count { underWay.append(call) } else { underWay[place] = call }
    events.add(.ends(place: place), atUnixMs: now + delay + Int64(call.call.durationMs))
  }

  private func tally(_ charge: Charge, _ bound: CostBound, _ usage: TokenUsage, _ group: Int) {
    groups[group].tally.tokens += usage.input + usage.output
    groups[group].tally.chargeTokens += charge.tokens
    groups[group].tally.costMicroUSD += charge.costMicroUSD ?? 0
    groups[group].tally.count(bound)
  }

  private func refuse(_ call: TracedCall, _ reason: RefusalReason, _ group: Int) {
    leave(call)
    switch reason {
    case .budget, .wouldDegrade: groups[group].tally.refusedByBudget += 1
    case .queue: groups[group].tally.refusedByQueue += 1
    case .unknownPrice:
      groups[group].tally.refusedOtherwise += 1
      groups[group].tally.refusedByPrice += 1
    case .callLimit, .runCap, .notCached: groups[group].tally.refusedOtherwise += 1
    }
  }

  // MARK: - Time

  /// A call is over: what waited for its end comes.
  private func leave(_ call: TracedCall) {
    for (step, at) in order.end(call, now) { events.add(.comes(step: step), atUnixMs: at) }
  }

  private func advance(to instant: Int64) throws(PolicyRunError) {
    while let next = events.nextUnixMs, next <= instant, let (at, event) = events.removeFirst() {
      now = at
      if case .comes(let step) = event {
        if let call = order.call(step) { try arrive(call) }
        continue
      }
      do throws(AmountOverflow) { try happen(event) } catch { throw .overflow }
    }
    if instant != .max { now = instant }
  }

  private func happen(_ event: Event) throws(AmountOverflow) {
    switch event {
    case .ends(let place):
      free.append(place)
      try end(underWay[place])
    case .wakes(let line):
      if wakes[line] == now { wakes[line] = nil }
      try dispatch(line)
    case .losesPatience(let ticket, let line): losePatience(ticket, line)
    case .comes: break
    }
  }

  private func end(_ under: UnderWay) throws(AmountOverflow) {
    leave(under.call)
    switch scheme {
    case .guarded:
      try accounts.settle(under.held, under.charge, under.places, heldAt: under.heldAt, now)
      learning.learn(operations[Int(under.call.operation)], under.model, under.usage)
    case .hardWall: try accounts.post(under.charge, under.places, now)
    }
    if under.lanes.isEmpty { return }
    for lane in under.lanes { lanes[lane.name]?.running -= 1 }
    let line = settings.modelLanes.isEmpty ? under.call.user : -1
    turns.end(
      users[Int(under.call.user)], startedAtUnixMs: under.heldAt, isRemembered: line < 0 && lines[-1]?.isEmpty == false)
    try dispatch(line)
  }

  private func enter(_ taken: [Lane], _ user: String, tokens: Int64) {
    if taken.isEmpty { return }
    for lane in taken {
      var use = laneUse(lane.name)
      use.start(tokens, atUnixMs: now)
      lanes[lane.name] = use
    }
    turns.begin(user)
  }

  private func laneUse(_ name: String) -> LaneUse {
    var use = lanes[name] ?? LaneUse()
    use.starts.removeAll { $0.atUnixMs <= now - LaneUse.windowMs }
    return use
  }

  private func dispatch(_ line: Int32) throws(AmountOverflow) {
    guard scheme == .guarded, let waiting = lines[line], !waiting.isEmpty else { return }
    let calls = waiting.map(\.waiting)
    let next = WaitingLine.turns(calls, lanes: lanes, begun: turns.begun(while: calls), nowUnixMs: now)
    let starting = Set(next.start.map(\.ticket))
    if !starting.isEmpty {
      lines[line] = waiting.filter { !starting.contains($0.ticket) }
      for entry in waiting where starting.contains(entry.ticket) { try start(entry) }
    }
    // A rate makes room when its oldest start is a minute old, which no call tells.
    let names = Set(next.wait.flatMap { $0.lanes.map(\.name) })
    let wake = names.compactMap { laneUse($0).starts.first?.atUnixMs }.min().map { $0 + LaneUse.windowMs }
    if let wake, wakes[line] ?? .max > wake {
      wakes[line] = wake
      events.add(.wakes(line), atUnixMs: max(wake, now + 1))
    }
  }

  private func start(_ entry: Waiting) throws(AmountOverflow) {
    guard let rules = try? rules(of: entry.call) else { return }
    let group = tallyPlace(rules.tier.name, entry.call)
    let plan = try plan(entry.call, rules, attempt(entry.call, rules))
    if let refusal = plan.refusal { return refuse(entry.call, refusal, group) }
    let waited = now - entry.waiting.arrivedAtUnixMs
    if waited > 0 {
      groups[group].tally.queued += 1
      groups[group].tally.waitsMs.append(Int32(clamping: waited))
    }
    try send(entry.call, plan, rules, group, lanes: entry.waiting.lanes)
  }

  private func losePatience(_ ticket: Int64, _ line: Int32) {
    guard let place = lines[line]?.firstIndex(where: { $0.ticket == ticket }),
      let entry = lines[line]?.remove(at: place), let rules = try? rules(of: entry.call)
    else { return }
    let group = tallyPlace(rules.tier.name, entry.call)
    groups[group].tally.queued += 1
    refuse(entry.call, .queue(ahead: Int64(place), waitedMs: settings.queueWaitMs), group)
  }

  // MARK: - Who and what

  private func rules(of call: TracedCall) throws(PolicyRunError) -> PolicyRules {
    let key = Int(call.user) * operations.count + Int(call.operation)
    if let known = rules[key] { return known }
    let user = users[Int(call.user)]
    let assigned = assignments[user]
    // A tier that the new policy does not have any more is the default one's business.
    let tier = assigned?.tier.flatMap { settings.tiers[$0] == nil ? nil : $0 }
    do throws(SettingsError) {
      let (tier, budgets) = try settings.budgets(
        user: user, ledgerTier: tier, ledgerBudgets: assigned?.budgets ?? [], lowered: assigned?.lowered ?? [],
        operation: operations[Int(call.operation)])
      let operation = operations[Int(call.operation)]
      let learning = learning
      let found = PolicyRules(
        tier, accounts.places(of: budgets, tier: tier.name),
        windowMs: settings.escalation(tier: tier, operation: operation).windowMs,
        cache: settings.cache.applying(tier.cache, settings.operations[operation]?.cache),
        CallRequest(
          user: user, operation: operation, countedInputTokens: 0, run: "", program: "", canChangeModel: true,
          canCapTokens: true),
        Planner.Knowledge(
          tier: tier, states: [], first: settings.sacrifice(assigned?.givesUpFirst), learned: { learning.learned($0) },
          nowUnixMs: now))
      rules[key] = found
      return found
    } catch { throw .settings(error) }
  }

  private func attempt(_ call: TracedCall, _ rules: PolicyRules) -> Int64 {
    guard call.question != 0 else { return Int64(call.attempt) }
    let since = now - rules.windowMs
    return Int64((attempts[AttemptPlace(call)] ?? []).reduce(1) { $0 + ($1 > since ? 1 : 0) })
  }

  private func remember(_ call: TracedCall, _ rules: PolicyRules) {
    guard call.question != 0 else { return }
    let (now, since) = (now, now - rules.windowMs)
    func add(to times: inout [Int64]) {
      times.removeAll { $0 <= since }
      times.append(now)
    }
    add(to: &attempts[AttemptPlace(call), default: []])
  }

  private func isAssumedCached(_ call: TracedCall) -> Bool {
    // A multiplication spreads the times: which retries are answered depends on nothing else.
    assumedCachePercent > 0
      && Int64(UInt64(bitPattern: call.atUnixMs &* 31 &+ Int64(call.user)) &* 0x9E37_79B9_7F4A_7C15 >> 33 % 100)
        < assumedCachePercent
  }

  private func tallyPlace(_ tier: String, _ call: TracedCall) -> Int {
    let group = PolicyOutcome.Group(tier: tier, operation: operations[Int(call.operation)])
    if let place = tallies[group] { return place }
    groups.append((group, PolicyTally()))
    tallies[group] = groups.count - 1
    return groups.count - 1
  }
}
