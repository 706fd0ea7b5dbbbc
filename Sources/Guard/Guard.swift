import Configuration
import GuardModel
import Ledger
import Providers

/// The pipeline every call passes, whichever way it arrives.
///
///     identify → estimate → decide → degrade → reserve → (send) → settle → announce
///
/// `admit` takes a call up to the reservation; the caller sends it; `settle` or `giveBack` ends it. What the pipeline says
/// to people is left to the caller: a `Plan` and a `SettlementReceipt` hold all of it.
public final class Guard {
  /// The rules. Read in place: a copy would copy all of them.
  public var settings: Settings { _read { yield known.rules } }
  private var known: KnownSettings
  /// What applied to the users and operations that called last, by these rules.
  private var rulesOfCalls = RulesOfCalls()
  let ledger: any Ledger
  let nowUnixMs: () -> Int64
  /// Hears what was done with calls.
  public var observer: (any CallObserver)?
  /// How much models think for what they show, and when that was looked up.
  var thought: [String: (share: ThoughtShare, readUnixMs: Int64)] = [:]

  /// Makes a pipeline over a ledger.
  ///
  /// - Parameters:
  ///   - settings: the rules.
  ///   - ledger: where budgets are kept.
  ///   - nowUnixMs: the wall clock; the ledger corrects it.
  public init(settings: Settings, ledger: any Ledger, nowUnixMs: @escaping () -> Int64) {
    known = KnownSettings(settings)
    self.ledger = ledger
    self.nowUnixMs = nowUnixMs
  }

  /// Goes by other rules from the next step on.
  public func change(_ settings: Settings) {
    known = KnownSettings(settings)
    rulesOfCalls = RulesOfCalls()
  }

  /// What would happen to a call, without holding or recording anything.
  public func plan(_ request: CallRequest) throws(GuardError) -> Plan {
    let budgets = try rules(request)
    return try plan(
      request, budgets, states: ledgerStates(budgets.budgets, inRun: request.envelope ?? request.run),
      attempt: attempt(attemptKey(request), request, budgets.tier))
  }

  /// Holds a call's charge, or refuses it and records that.
  ///
  /// The states are read twice: once to decide, once inside the ledger's transaction. When the second look finds a later
  /// phase, or a dearer attempt, the call is decided again on what was found; each time one of them can only have risen,
  /// or budgets were changed in between, so a few rounds are enough.
  public func admit(_ request: CallRequest) throws(GuardError) -> Admission { try admit(prepare(request)) }

  /// A call that has been planned and not held, with what the plan was made from.
  public struct Prepared: Sendable {
    /// What would happen to the call.
    public let plan: Plan
    fileprivate let rules: Rules
    fileprivate let key: AttemptKey?
  }

  /// Plans a call that is to be held or answered next. Other than `plan`, it takes those who died into account.
  ///
  /// - Parameter asked: its `attemptKey`, where whoever asks has made it before: it takes longer than others need wait.
  public func prepare(_ request: CallRequest, asked: AttemptKey? = nil) throws(GuardError) -> Prepared {
    try recoverAbandoned()
    let (rules, key) = (try rules(request), attemptKey(request, asked))
    let plan = try self.plan(
      request, rules, states: ledgerStates(rules.budgets, inRun: request.envelope ?? request.run),
      attempt: attempt(key, request, rules.tier))
    return Prepared(plan: plan, rules: rules, key: key)
  }

  /// Holds a planned call's charge, or refuses it and records that.
  public func admit(_ prepared: Prepared) throws(GuardError) -> Admission {
    let request = prepared.plan.request
    let budgets = prepared.rules
    var plan = prepared.plan
    var attempt = plan.attempt
    for round in 1...Self.maximumRounds {
      if plan.refusal != nil { return .refused(try record(plan)) }
      let reservation = ReservationRequest(
        idempotencyKey: CallRequest.idempotencyKey(run: request.run, number: request.number), facts: plan.facts,
        charge: plan.shape.charge,
        budgets: budgets.budgets,
        whenAbandoned: settings.abandonedHolds, attempt: try claim(plan, prepared.key), envelope: request.envelope,
        degradedBy: plan.degradedBy)
      let outcome: ReservationOutcome
      do throws(LedgerError) {
        outcome = try ledger.reserve(reservation, nowUnixMs: nowUnixMs())
      } catch { throw .ledger(error) }
      switch outcome {
      case .held(let hold, let states):
        let held = HeldCall(hold: hold, plan: plan, states: states, replacements: ledger.replacements)
        observer?.admitted(held)
        return .admitted(held)
      case .phaseMoved(_, let states):
        if round < Self.maximumRounds { plan = try self.plan(request, budgets, states: states, attempt: attempt) }
      case .attemptMoved(let number, let states):
        attempt = number
        if round < Self.maximumRounds { plan = try self.plan(request, budgets, states: states, attempt: attempt) }
      }
    }
    throw .unsettledDecision
  }

  /// Rounds of deciding before giving up: more than there are phases and steps of an escalation together.
  static let maximumRounds = 32

  /// Records that a call was refused for a reason outside the budgets.
  public func refuse(_ plan: Plan, _ reason: RefusalReason) throws(GuardError) -> Plan {
    try record(plan.refused(reason))
  }

  /// The lanes a planned call takes: those with limits, and those that a provider wants still.
  ///
  /// - Parameters:
  ///   - paused: the lanes that are paused now.
  ///   - account: where the call goes; `nil` where that is not known yet.
  public func lanes(_ plan: Plan, paused: Set<String> = [], account: ProviderAccount? = nil) -> [Lane] {
    guard let tier = settings.tier(plan.tier) else { return [] }
    let (model, provider) = (plan.shape.model, plan.request.provider)
    var lanes = settings.lanes(user: plan.request.user, tier: tier, model: model, provider: provider)
    for name in [model.map { Self.lane(ofModel: $0, at: provider, account) }, provider.map { "provider \($0)" }]
      .compactMap({
        $0
      })
    where paused.contains(name) && !lanes.contains(where: { $0.name == name }) {
      lanes.append(Lane(name: name, limits: LaneLimits()))
    }
    return lanes
  }

  /// The lane of what a provider says of a model: another one that has the model, too, knows nothing of it, and neither
  /// does another server of that name, or another key's owner.
  public static func lane(ofModel model: String, at provider: String?, _ account: ProviderAccount?) -> String {
    "model \(model)" + (provider.map { " at \($0)" } ?? "") + (account.map { " (\($0.text))" } ?? "")
  }

  /// Posts what a call took.
  ///
  /// - Parameters:
  ///   - call: the call that was admitted.
  ///   - usage: its tokens, counted or told by the provider.
  ///   - reportedCostMicroUSD: the cost if the provider stated it; otherwise the model's price decides.
  ///   - tier: how it was served, where the provider said.
  ///   - ending: how it ended.
  ///   - isAnswered: whether anything of an answer reached whoever asked.
  public func settle(
    _ call: HeldCall, usage: TokenUsage, reportedCostMicroUSD: Int64? = nil, in tier: ServiceTier? = nil,
    ending: CallEnding, isAnswered: Bool = true, because reason: String? = nil
  ) throws(GuardError) -> Settled {
    let posted: CallShape.Posted
    do throws(AmountOverflow) {
      posted = try call.plan.shape.posted(usage, reportedCostMicroUSD: reportedCostMicroUSD, in: tier)
    } catch { throw .overflow(error) }
    let call = try held(call)
    do throws(LedgerError) {
      let receipt = try ledger.settle(
        call.hold,
        Settlement(
          usage: usage, charge: posted.charge, ending: ending, surchargeTokens: posted.surcharge,
          unpriced: posted.unpriced, priceStamp: posted.priceStamp, isAnswered: isAnswered,
          answers: call.plan.request.answers, reason: reason),
        nowUnixMs: nowUnixMs())
      let settled = Settled(
        usage: usage, charge: posted.charge, surchargeTokens: posted.surcharge, unpriced: posted.unpriced,
        priceStamp: posted.priceStamp, ending: ending, receipt: receipt)
      observer?.settled(call, settled)
      return settled
    } catch { throw .ledger(error) }
  }

  /// Gives a call's hold back: it did not happen.
  public func giveBack(_ call: HeldCall, reason: String) throws(GuardError) {
    if call.replacements == ledger.replacements { return try giveBack(call.hold, reason: reason) }
    // Its hold went with the file; a backup that was made meanwhile has it, too.
    let request = call.plan.request
    do throws(LedgerError) {
      let key = CallRequest.idempotencyKey(run: request.run, number: request.number)
      guard let hold = try ledger.hold(named: key) else { return }
      try ledger.void(hold.id, reason: reason, nowUnixMs: nowUnixMs())
    } catch { throw .ledger(error) }
  }

  /// A call with a hold in the file that the ledger has now. Where another one was put in its place since the call was held, the
  /// call is held there before it is settled, under its own key: a backup that was made meanwhile has its hold already.
  private func held(_ call: HeldCall) throws(GuardError) -> HeldCall {
    call.replacements == ledger.replacements ? call : try hold(call, again: "")
  }

  /// Holds the charge of a call again that was given back, although the call has gone out: whatever the budgets say by now,
  /// it is charged.
  public func holdAgain(_ call: HeldCall) throws(GuardError) -> HeldCall {
    try hold(call, again: "/again")
  }

  private func hold(_ call: HeldCall, again: String) throws(GuardError) -> HeldCall {
    let request = call.plan.request
    let key = CallRequest.idempotencyKey(run: request.run, number: request.number) + again
    var reservation = ReservationRequest(
      idempotencyKey: key, facts: call.plan.facts, charge: call.plan.shape.charge, budgets: try budgets(ofSent: call),
      whenAbandoned: settings.abandonedHolds, envelope: request.envelope)
    // The phase can only rise, and there are four.
    for _ in 1...Self.maximumRounds {
      let outcome: ReservationOutcome
      do throws(LedgerError) { outcome = try ledger.reserve(reservation, nowUnixMs: nowUnixMs()) } catch {
        throw .ledger(error)
      }
      switch outcome {
      case .held(let hold, let states):
        return HeldCall(hold: hold, plan: call.plan, states: states, replacements: ledger.replacements)
      case .phaseMoved(let decision, _): reservation.facts.phase = decision.phase
      case .attemptMoved: throw .unsettledDecision
      }
    }
    throw .unsettledDecision
  }

  /// The budgets of a call that has gone out: those of now; where its user's tier is none any more, those that it went out by. No
  /// rule makes it free.
  private func budgets(ofSent call: HeldCall) throws(GuardError) -> [Budget] {
    do throws(GuardError) { return try rules(call.plan.request).budgets } catch {
      guard case .settings = error else { throw error }
      return call.states.map(\.budget)
    }
  }

  /// Gives a hold back of which nothing else is known.
  public func giveBack(_ hold: HoldID, reason: String) throws(GuardError) {
    do throws(LedgerError) {
      try ledger.void(hold, reason: reason, nowUnixMs: nowUnixMs())
    } catch { throw .ledger(error) }
  }

  /// The budgets of a user as they stand, for those who only look.
  public func states(user: String) throws(GuardError) -> (tier: String, states: [BudgetState]) {
    let rules = try rules(user: user, operation: nil)
    return (rules.tier.name, try ledgerStates(rules.budgets))
  }

  /// The same, with the quotas of some operations.
  public func states(user: String, operations: [String]) throws(GuardError) -> (tier: String, states: [BudgetState]) {
    let known: LedgerUser?
    do throws(LedgerError) { known = try ledger.user(user) } catch { throw .ledger(error) }
    let all: (tier: Tier, budgets: [Budget])
    do throws(SettingsError) {
      all = try settings.budgets(of: user, known, operations: operations)
    } catch { throw .settings(error) }
    return (all.tier.name, try ledgerStates(all.budgets))
  }

  // MARK: - Steps

  /// What applies to a user's calls: the tier, the budgets, and what the user gives up first.
  typealias Rules = (tier: Tier, budgets: [Budget], first: Sacrifice)

  private func rules(_ request: CallRequest) throws(GuardError) -> Rules {
    try rules(user: request.user, operation: request.operation)
  }

  func rules(user: String, operation: String?) throws(GuardError) -> Rules {
    let known: LedgerUser?
    do throws(LedgerError) { known = try ledger.user(user) } catch { throw .ledger(error) }
    if let rules = rulesOfCalls.rules(user, known, operation) { return rules }
    let settings = self.known
    do throws(SettingsError) {
      let (tier, budgets) = try settings.rules.budgets(of: user, known, operation: operation)
      let rules = (tier: tier, budgets: budgets, first: settings.rules.sacrifice(known?.givesUpFirst))
      rulesOfCalls.note(rules, user, known, operation)
      return rules
    } catch { throw .settings(error) }
  }

  private func ledgerStates(_ budgets: [Budget], inRun run: String) throws(GuardError) -> [BudgetState] {
    do throws(LedgerError) {
      return try ledger.states(of: budgets, inRun: run, nowUnixMs: nowUnixMs())
    } catch { throw .ledger(error) }
  }

  private func ledgerStates(_ budgets: [Budget]) throws(GuardError) -> [BudgetState] {
    do throws(LedgerError) {
      return try ledger.states(of: budgets, nowUnixMs: nowUnixMs())
    } catch { throw .ledger(error) }
  }

  private func plan(
    _ request: CallRequest, _ budgets: Rules, states: [BudgetState], attempt: Int64?
  ) throws(GuardError) -> Plan {
    var learned: [(model: String?, showed: Learned)] = []
    let settings = self.known
    let ladder = settings.rules.operations[request.operation]?.ladder ?? budgets.tier.ladder
    do throws(LedgerError) {
      for model in [request.model] + ladder.chain(from: request.model).map(Optional.some) {
        learned.append((model, try ledger.learned(model: model, operation: request.operation)))
      }
    } catch { throw .ledger(error) }
    let known = learned
    do throws(AmountOverflow) {
      let planner = Planner(settings)
      let knowledge = Planner.Knowledge(
        tier: budgets.tier, attempt: attempt, states: states, first: budgets.first,
        learned: { model in known.first { $0.model == model }?.showed ?? .nothing }, nowUnixMs: nowUnixMs())
      return try planner.withRoom(planner.plan(request, knowledge), knowledge)
    } catch { throw .overflow(error) }
  }

  /// Which attempt at the same thing a call is.
  private func attempt(_ key: AttemptKey?, _ request: CallRequest, _ tier: Tier) throws(GuardError) -> Int64? {
    guard let key else { return nil }
    let settings = self.known
    let windowMs = settings.rules.escalation(tier: tier, operation: request.operation).windowMs
    do throws(LedgerError) {
      return try ledger.attempts(key, windowMs: windowMs, nowUnixMs: nowUnixMs()) + 1
    } catch { throw .ledger(error) }
  }

  private func attemptKey(_ request: CallRequest, _ asked: AttemptKey? = nil) -> AttemptKey? {
    if request.isOwed || request.earlier?.isOwed == true { return nil }
    return asked ?? request.attemptKey
  }

  private func claim(_ plan: Plan, _ key: AttemptKey?) throws(GuardError) -> AttemptClaim? {
    guard let key, let number = plan.attempt else { return nil }
    do throws(AmountOverflow) {
      let tokens = try Amount.sum(plan.shape.inputTokens, plan.shape.outputTokens)
      return AttemptClaim(
        key: key, number: number, escalation: plan.escalation,
        surchargeTokens: try plan.shape.chargedTokens(tokens).surcharge)
    } catch { throw .overflow(error) }
  }

  private func recoverAbandoned() throws(GuardError) {
    do throws(LedgerError) { _ = try ledger.recover(nowUnixMs: nowUnixMs()) } catch { throw .ledger(error) }
  }

  private func record(_ plan: Plan) throws(GuardError) -> Plan {
    let budget = plan.refusal == .budget || plan.refusal == .wouldDegrade ? plan.decision.tightest?.budget.key : nil
    let recorded: Plan
    do throws(LedgerError) {
      recorded = plan.recorded(
        as: try ledger.recordRefusal(
          Refusal(facts: plan.facts, charge: plan.shape.charge, budget: budget, policy: plan.refusal?.policy),
          nowUnixMs: nowUnixMs()))
    } catch { throw .ledger(error) }
    observer?.refused(recorded)
    return recorded
  }
}
