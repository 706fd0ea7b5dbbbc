import Configuration
import GuardModel
import Ledger
import Providers

/// Decides how a call goes out. Pure: everything it knows is handed in.
///
/// The steps of a call's life that decide stand here, in order: estimate, price the retry, decide, degrade. Looking in the
/// cache belongs between `shape` and `plan`; queueing belongs after `plan`, before the ledger holds.
public struct Planner: Sendable {
  /// The rules.
  public var settings: Settings { _read { yield inForce.rules } }
  private let inForce: KnownSettings

  /// Makes a planner of some rules.
  public init(settings: Settings) { inForce = KnownSettings(settings) }

  init(_ settings: KnownSettings) { inForce = settings }

  /// What the planner has to know about the outside.
  public struct Knowledge: Sendable {
    /// The user's tier.
    public var tier: Tier
    /// Which attempt at the same thing the call is; `nil` when what it asks for cannot be told.
    public var attempt: Int64?
    /// The budgets that apply, as they stand.
    public var states: [BudgetState]
    /// What the user gives up first.
    public var first: Sacrifice
    /// What past calls of a model showed.
    public var learned: @Sendable (_ model: String?) -> Learned
    /// The ledger's clock.
    public var nowUnixMs: Int64

    /// Gathers what is known.
    public init(
      tier: Tier, attempt: Int64? = nil, states: [BudgetState], first: Sacrifice = .model,
      learned: @escaping @Sendable (_ model: String?) -> Learned, nowUnixMs: Int64
    ) {
      self.tier = tier
      self.attempt = attempt
      self.states = states
      self.first = first
      self.learned = learned
      self.nowUnixMs = nowUnixMs
    }
  }

  /// Decides about a call.
  ///
  /// - Throws: `AmountOverflow` when an estimate or a charge does not fit.
  public func plan(_ request: CallRequest, _ known: Knowledge) throws(AmountOverflow) -> Plan {
    let allowed = try allowance(request, model: request.model, maximum: request.maxOutputTokens, known)
    let asked = try shape(request, model: request.model, maximum: allowed.maximum, known)
    let decision = Decision.on(asked.charge, known.states, nowUnixMs: known.nowUnixMs)

    func plan(
      _ shape: CallShape, _ decision: Decision, _ phase: Phase, _ degradation: Degradation? = nil,
      refusal: RefusalReason? = nil, skipped: [SkippedRung] = []
    ) -> Plan {
      Plan(
        request: request, tier: known.tier.name, shape: shape, asked: asked.charge, attempt: known.attempt,
        escalation: settings.escalation(tier: known.tier, operation: request.operation), states: known.states,
        decision: decision,
        phase: phase, degradation: degradation, cap: allowed.cap, refusal: refusal, skipped: skipped)
    }

    let countsMoney = known.states.contains { $0.budget.limit.unit == .money }
    if countsMoney, asked.charge.costMicroUSD == nil {
      return plan(asked, decision, .hard, refusal: .unknownPrice(model: request.model))
    }
    if let refusal = allowed.refusal { return plan(asked, decision, decision.phase, refusal: refusal) }
    let isDegraded = request.earlier?.isDegraded == true
    if decision.phase < .soft || isDegraded && decision.phase < .hard {
      return plan(asked, decision, max(decision.phase, request.earlier?.phase ?? .ok))
    }
    if !request.mayDegrade, decision.phase < .hard {
      let refused = Decision.refused(
        [CallForm(asked.charge, below: .soft)], known.states, phase: decision.phase, nowUnixMs: known.nowUnixMs)
      return plan(asked, refused, decision.phase, refusal: .wouldDegrade)
    }
    var forms = [CallForm(asked.charge, below: isDegraded ? .hard : .soft)]
    var skipped: [SkippedRung] = []
    func skip(_ rung: Degradation, _ reason: SkippedRung.Reason) {
      guard let model = rung.model, model != request.model, !skipped.contains(where: { $0.model == model }) else {
        return
      }
      skipped.append(SkippedRung(model: model, reason: reason))
    }
    for rung in request.mayDegrade ? rungs(request, known) : [] {
      switch try form(request, on: rung, known) {
      case .closed(let reason): skip(rung, reason)
      case .open(let lowered, let lower):
        let again = Decision.on(lower.charge, known.states, nowUnixMs: known.nowUnixMs)
        if again.phase < .hard {
          return plan(
            lower, again, .soft, Degradation(model: rung.model, maxTokens: lowered, delayMs: rung.delayMs),
            skipped: skipped)
        }
        forms.append(CallForm(lower.charge))
        skip(rung, .noRoom)
      }
    }
    let refused = Decision.refused(forms, known.states, nowUnixMs: known.nowUnixMs)
    return plan(asked, refused, .hard, refusal: .budget, skipped: skipped)
  }

  /// A call on a rung of the ladder.
  private enum RungForm {
    /// So it may go out.
    case open(maximum: Int64?, shape: CallShape)
    /// It may not.
    case closed(SkippedRung.Reason)
  }

  /// What a call becomes on a rung of the ladder.
  private func form(
    _ request: CallRequest, on rung: Degradation, _ known: Knowledge
  ) throws(AmountOverflow) -> RungForm {
    let countsMoney = known.states.contains { $0.budget.limit.unit == .money }
    if let model = rung.model, model != request.model,
      let reason = obstacle(request, to: model, paidInMoney: countsMoney)
    {
      return .closed(reason)
    }
    let cap = rung.maxTokens.map { max($0, min(Self.least(request), request.maxOutputTokens ?? .max)) }
    let lowered = try allowance(request, model: rung.model, maximum: cap, known)
    if let refusal = lowered.refusal {
      if case .unknownPrice = refusal { return .closed(.unknownPrice) }
      return .closed(.callLimit)
    }
    let lower = try shape(request, model: rung.model, maximum: lowered.maximum, known)
    if countsMoney, lower.charge.costMicroUSD == nil { return .closed(.unknownPrice) }
    // A shorter answer makes any model cheaper: beside the call's own, with an answer as short, it has to be no dearer.
    if rung.model != request.model,
      isDearer(lower, than: try shape(request, model: request.model, maximum: lowered.maximum, known))
    {
      return .closed(.dearer)
    }
    return .open(maximum: lowered.maximum, shape: lower)
  }

  /// Whether a call in one shape costs more than in another, where what it costs is known of both, as it asks to be served.
  private func isDearer(_ a: CallShape, than b: CallShape) -> Bool {
    func cost(_ shape: CallShape) -> Int64? {
      let usage = TokenUsage(input: shape.inputTokens, output: shape.outputTokens, exactness: .estimated)
      guard let price = shape.price, price.unpriced(in: usage, of: shape.serviceTier).isEmpty else { return nil }
      return shape.charge.costMicroUSD
    }
    guard let a = cost(a), let b = cost(b) else { return false }
    return a > b
  }

  /// The cheaper forms of a call that may go out in one; none where nothing may be changed.
  func forms(_ request: CallRequest, _ known: Knowledge) throws(AmountOverflow) -> [CallShape] {
    if !request.mayDegrade || request.earlier?.isDegraded == true { return [] }
    var forms: [CallShape] = []
    for rung in rungs(request, known) {
      if case .open(_, let shape) = try form(request, on: rung, known) { forms.append(shape) }
    }
    return forms
  }

  /// The ladder that applies: the operation's own, else the tier's.
  private func rungs(_ request: CallRequest, _ known: Knowledge) -> [Degradation] {
    let ladder = settings.operations[request.operation]?.ladder ?? known.tier.ladder
    func rungs(canChangeModel: Bool) -> [Degradation] {
      ladder.rungs(
        model: request.model, maxTokens: request.maxOutputTokens, canChangeModel: canChangeModel,
        canCapTokens: request.canCapTokens, first: known.first)
    }
    let all = rungs(canChangeModel: request.canChangeModel)
    guard request.canChangeModel else { return all }
    // Another model may take more tokens than the call's own, as its tokenizer or what was learned of it say, or not be open to
    // the call at all. So the last rung leaves the model, before the call is refused.
    return all + rungs(canChangeModel: false).filter { !all.contains($0) }
  }

  /// Why a call cannot be changed to another model, whoever put it on the ladder; `nil` where it can: it can be had there, is
  /// served as the call asks, and where money pays, its price is known. The fast mode and the United States are for some models
  /// alone; of another one the provider refuses the call.
  ///
  /// *Source:* Anthropic's documentation, "Data residency"; Google Cloud's of Claude's fast mode: both return status 400.
  private func obstacle(_ request: CallRequest, to model: String, paidInMoney: Bool) -> SkippedRung.Reason? {
    if let reachable = request.reachableModels, !reachable.contains(model) { return .unreachable }
    let tier = request.serviceTier
    let isApart = tier == .fast || tier == .us || tier == .fastInUS
    guard isApart || paidInMoney else { return nil }
    guard let price = settings.price(of: model) else { return .unknownPrice }
    return isApart && !price.variants.contains { $0.serviceTier == tier } ? .notServedSo : nil
  }

  /// What the operation allows one call.
  private struct Allowance {
    /// The most output tokens it may ask for.
    var maximum: Int64?
    /// The limit that lowered it.
    var cap: CallLimit?
    /// Why it may not go out at all.
    var refusal: RefusalReason?
  }

  /// Holds a call to what its operation allows one: its maximum is lowered to fit where that can be done (and accepted);
  /// else a call that would take more is refused.
  private func allowance(
    _ request: CallRequest, model: String?, maximum: Int64?, _ known: Knowledge
  ) throws(AmountOverflow) -> Allowance {
    guard let rules = settings.operations[request.operation],
      rules.maxTokensPerCall != nil || rules.maxCostMicroUSDPerCall != nil
    else { return Allowance(maximum: maximum) }
    let asked = try shape(request, model: model, maximum: maximum, known)
    var room: (output: Int64, limit: CallLimit)?
    let predicted = request.statedTokens == nil ? request.predictedTokens : 0
    if let most = rules.maxTokensPerCall { room = (most - asked.inputTokens - predicted, .tokens(most)) }
    if let most = rules.maxCostMicroUSDPerCall {
      guard let price = priced(asked.price, request, asked.inputTokens) else {
        return Allowance(maximum: maximum, refusal: .unknownPrice(model: model))
      }
      let left = most - (try mostCost(of: taken(by: request, input: asked.inputTokens, output: predicted), at: price))
      let outputPrice = max(1, price.outputMicroUSDPerMillion)
      let output = left < 0 ? -1 : (try? Amount.scaledDown(left, by: 1_000_000, over: outputPrice)) ?? .max
      if output < room?.output ?? .max { room = (output, .cost(microUSD: most)) }
    }
    let output = asked.outputTokens - predicted
    guard let room, output > room.output || (maximum == nil && request.canCapTokens) else {
      return Allowance(maximum: maximum)
    }
    if request.canCapTokens, request.mayDegrade, request.statedTokens == nil, room.output >= Self.least(request) {
      return Allowance(
        maximum: room.output, cap: maximum == nil && output <= room.output ? nil : room.limit)
    }
    return output > room.output
      ? Allowance(maximum: maximum, refusal: .callLimit(room.limit)) : Allowance(maximum: maximum)
  }

  /// The least maximum of a call that can be asked for: none of its answers can be asked for without a token.
  static func least(_ request: CallRequest) -> Int64 { max(1, request.answers) }

  /// Estimates a call with a given model and maximum.
  private func shape(
    _ request: CallRequest, model: String?, maximum: Int64?, _ known: Knowledge
  ) throws(AmountOverflow) -> CallShape {
    let learned = known.learned(model)
    let (input, output, basis) = estimate(request, maximum: maximum, learned)
    let price = settings.price(of: model)
    let weights = settings.weights(operation: request.operation, model: model)
    let usage = taken(by: request, input: input, output: output)
    let escalation = settings.escalation(tier: known.tier, operation: request.operation)
    let retry = known.attempt.map { escalation.multiplier(attempt: $0) } ?? .one
    let tokens = try Charge.weighted(tokens: usage.total(), by: retry == .one ? weights : weights + [retry])
    let cost = try priced(price, request, input).map { price throws(AmountOverflow) in
      try max(mostCost(of: usage, at: price), mostCost(ofStated: request.statedTokens, maximum, at: price))
    }
    return CallShape(
      model: model, maxOutputTokens: maximum, inputTokens: input, outputTokens: output, outputBasis: basis,
      price: price, serviceTier: request.serviceTier, weights: weights, retryMultiplier: retry,
      charge: Charge(tokens: tokens, costMicroUSD: cost))
  }

  /// The price of a call as it asks to be served, and of a length that it may have.
  private func priced(_ price: ModelPrice?, _ request: CallRequest, _ inputTokens: Int64) -> ModelPrice? {
    price?.applied(in: request.serviceTier, inputTokens: CallShape.lengthInDoubt(inputTokens))
  }

  /// What a call takes, with what its provider may keep of it.
  private func taken(by request: CallRequest, input: Int64, output: Int64) -> TokenUsage {
    let kept = kept(request, of: input)
    return TokenUsage(
      input: input, output: output, cacheWrite: kept,
      cacheWriteHour: request.promptCacheWrite?.isForAnHour == true ? kept : 0, exactness: .estimated)
  }

  /// What that costs at most: what may be kept need not be, and where keeping takes nothing, reading does.
  private func mostCost(of usage: TokenUsage, at price: ModelPrice) throws(AmountOverflow) -> Int64 {
    let kept = try price.costMicroUSD(of: usage)
    if usage.cacheWrite == 0 { return kept }
    let read = TokenUsage(input: usage.input, output: usage.output, exactness: usage.exactness)
    return max(kept, try price.costMicroUSD(of: read))
  }

  /// What tokens cost at most of which only the sum is stated: as input, or as much of them as may be as output.
  private func mostCost(
    ofStated stated: Int64?, _ maximum: Int64?, at price: ModelPrice
  ) throws(AmountOverflow) -> Int64 {
    guard let stated else { return 0 }
    let output = min(stated, maximum ?? stated)
    let written = TokenUsage(input: stated - output, output: output, exactness: .estimated)
    let read = TokenUsage(input: stated, output: 0, exactness: .estimated)
    return try max(price.costMicroUSD(of: written), price.costMicroUSD(of: read))
  }

  /// How much of a call's input its provider may keep, in proportion where what was learned corrects the count: nobody knows
  /// before its reply what the provider has already.
  private func kept(_ request: CallRequest, of input: Int64) -> Int64 {
    guard let write = request.promptCacheWrite, request.statedTokens == nil, request.countedInputTokens > 0 else {
      return 0
    }
    let share = Int128(input) * Int128(min(write.tokens, request.countedInputTokens))
    return Int64(clamping: share / Int128(request.countedInputTokens))
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 { (try? Amount.sum(a, b)) ?? .max }

  private func estimate(
    _ request: CallRequest, maximum: Int64?, _ learned: Learned
  ) -> (input: Int64, output: Int64, basis: OutputBasis) {
    if let stated = request.statedTokens {
      let output = min(stated, maximum ?? 0)
      return (stated - output, output, .stated)
    }
    let input = Estimate.input(
      counted: request.countedInputTokens, exactSettlements: learned.exactSettlements,
      estimated: learned.estimatedInput, actual: learned.actualInput)
    if let maximum { return (input, Self.sum(maximum, request.predictedTokens), .maximum) }
    // Each answer may be as long as one that is asked for alone.
    let one = learned.p95Output ?? settings.defaultMaxOutputTokens
    let (all, isTooMuch) = one.multipliedReportingOverflow(by: max(1, request.answers))
    return (
      input, isTooMuch ? .max : Self.sum(all, request.predictedTokens), learned.p95Output == nil ? .standard : .history
    )
  }
}
