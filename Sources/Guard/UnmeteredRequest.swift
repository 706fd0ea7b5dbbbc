import Configuration
import GuardModel
import Ledger

/// A request that nobody can meter.
public struct UnmeteredRequest: Hashable, Sendable {
  /// Whose it is.
  public var user: String
  /// What it is for.
  public var operation: String
  /// The provider it goes to.
  public var provider: String
  /// The kind of its route.
  public var route: String
  /// The run it belongs to.
  public var run: String
  /// The program of the run.
  public var program: String

  /// Makes a request.
  public init(user: String, operation: String, provider: String, route: String, run: String, program: String) {
    self.user = user
    self.operation = operation
    self.provider = provider
    self.route = route
    self.run = run
    self.program = program
  }

  fileprivate func facts(tier: String, phase: Phase) -> CallFacts {
    CallFacts(
      user: user, tier: tier, operation: operation, model: nil, run: run, program: program, phase: phase,
      estimatedInput: 0, estimatedOutput: 0, provider: provider)
  }
}

/// What goes by the budgets because nobody knows what it takes.
extension Guard {
  /// Records that a request goes out which nobody can meter.
  ///
  /// - Returns: the ledger's entry.
  public func letOut(_ request: UnmeteredRequest) throws(GuardError) -> Int64 {
    let tier = try tier(of: request)
    do throws(LedgerError) {
      return try ledger.recordUnmetered(
        UnmeteredCall(facts: request.facts(tier: tier, phase: .ok), route: request.route), nowUnixMs: nowUnixMs())
    } catch { throw .ledger(error) }
  }

  /// Records that such a request was refused.
  ///
  /// - Returns: the ledger's entry.
  public func refuse(_ request: UnmeteredRequest) throws(GuardError) -> Int64 {
    let tier = try tier(of: request)
    do throws(LedgerError) {
      return try ledger.recordRefusal(
        Refusal(facts: request.facts(tier: tier, phase: .hard), charge: .zero, budget: nil, route: request.route),
        nowUnixMs: nowUnixMs())
    } catch { throw .ledger(error) }
  }

  /// Whether no call may go out by the budgets of such a request's user, however small. A pause is none of them: it is a limit of
  /// calls that are metered.
  public func isShut(to request: UnmeteredRequest) throws(GuardError) -> Bool {
    let standing = try states(user: request.user, operations: [request.operation])
    return standing.states.contains {
      !$0.budget.isPause && $0.phase(after: Charge(tokens: 1, costMicroUSD: 1)) == .hard
    }
  }

  private func tier(of request: UnmeteredRequest) throws(GuardError) -> String {
    try rules(user: request.user, operation: request.operation).tier.name
  }
}
