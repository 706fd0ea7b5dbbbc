import GuardModel

/// What would still go out where a call is refused by its budgets.
public struct Room: Hashable, Sendable {
  /// What the call would take in its cheapest form.
  public let cheapest: Charge
  /// The most output tokens, of all its answers together, with which it would go out; `nil` where no smaller maximum helps.
  public let maxOutputTokens: Int64?
  /// What lets it go out now, in the form that needs the fewest top-ups, and of those the smallest: all of them together.
  public let topUps: [TopUp]

  /// The cheaper forms in which it would go out with more room.
  public let forms: [CallShape]

  /// Whether it would go out now if it accepted a cheaper form, which it does not.
  public let fitsCheaper: Bool

  /// What is missing on a budget.
  public struct TopUp: Hashable, Sendable {
    /// The budget as it stands.
    public let state: BudgetState
    /// The least top-up with which the call fits.
    public let amount: Int64

    /// States what is missing.
    public init(state: BudgetState, amount: Int64) { (self.state, self.amount) = (state, amount) }
  }
}

extension Planner {
  /// A refused plan with what would still go out; any other as it is.
  public func withRoom(_ plan: Plan, _ known: Knowledge) throws(AmountOverflow) -> Plan {
    guard plan.refusal == .budget || plan.refusal == .wouldDegrade,
      let unit = plan.decision.tightest?.budget.limit.unit
    else { return plan }
    let shapes = try forms(plan.request, known)
    let forms = shapes.map(\.charge)
    let cheapest = forms.min { $0.amount(in: unit) < $1.amount(in: unit) }
    var accepting = plan.request
    accepting.mayDegrade = true
    var fitsCheaper = false
    if !plan.request.mayDegrade { fitsCheaper = try self.plan(accepting, known).refusal == nil }
    let asked = CallForm(plan.shape.charge, below: plan.request.earlier?.isDegraded == true ? .hard : .soft)
    return plan.with(
      Room(
        cheapest: cheapest ?? plan.shape.charge,
        maxOutputTokens: try largestMaximum(plan.request, below: plan.shape.outputTokens, known),
        topUps: Self.topUps([asked] + forms.map { CallForm($0) }, known.states), forms: shapes,
        fitsCheaper: fitsCheaper))
  }

  private static func topUps(_ forms: [CallForm], _ states: [BudgetState]) -> [Room.TopUp] {
    var best: [Room.TopUp]?
    for form in forms {
      let all = states.compactMap { state -> Room.TopUp? in
        let amount = state.lack(for: form.charge, below: form.below)
        return amount > 0 ? Room.TopUp(state: state, amount: amount) : nil
      }
      guard let soFar = best else {
        best = all
        continue
      }
      let isSmaller = zip(all, soFar).allSatisfy {
        $0.state.budget.key != $1.state.budget.key || $0.amount <= $1.amount
      }
      if all.count < soFar.count || all.count == soFar.count && isSmaller { best = all }
    }
    return best ?? []
  }

  /// The largest maximum below what is estimated with which a call would not be refused: the more it may write, the more it
  /// takes, in every form.
  private func largestMaximum(
    _ request: CallRequest, below refused: Int64, _ known: Knowledge
  ) throws(AmountOverflow) -> Int64? {
    // What is stated counts as it is, whatever the maximum.
    if request.statedTokens != nil { return nil }
    var (fits, tooMuch): (Int64, Int64) = (0, refused)
    while tooMuch - fits > 1 {
      let middle = fits + (tooMuch - fits) / 2
      var smaller = request
      smaller.maxOutputTokens = middle
      if try self.plan(smaller, known).refusal == nil { fits = middle } else { tooMuch = middle }
    }
    return fits >= Self.least(request) ? fits : nil
  }
}
