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

/// Why not even a call that nobody can meter goes out.
public enum ShutReason: Hashable, Sendable {
  /// The user's calls are paused.
  case pause
  /// A budget is used up.
  case budget
  /// What its run may take.
  case run(RunCap)
  /// Only the cache may answer, which keeps no such answers.
  case notCached

  /// What refused it, for the record and in words, where it was no budget.
  public var policy: String? {
    switch self {
    case .pause, .budget: nil
    case .run(let cap): RefusalReason.runCap(cap).policy
    case .notCached: RefusalReason.notCached().policy
    }
  }
}

extension Charge {
  /// What the smallest call takes at least.
  static let least = Charge(tokens: 1, costMicroUSD: 1)
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
  /// - Parameter policy: what refused it, in words, where it was no budget.
  /// - Returns: the ledger's entry.
  public func refuse(_ request: UnmeteredRequest, policy: String? = nil) throws(GuardError) -> Int64 {
    let tier = try tier(of: request)
    do throws(LedgerError) {
      return try ledger.recordRefusal(
        Refusal(
          facts: request.facts(tier: tier, phase: .hard), charge: .zero, budget: nil, route: request.route,
          policy: policy),
        nowUnixMs: nowUnixMs())
    } catch { throw .ledger(error) }
  }

  /// Why no call of such a request's user may go out, however small, and when one may, where that is known; `nil` where one may now.
  ///
  /// - Parameter wantsCached: whether only the cache may answer it.
  public func whatShuts(
    _ request: UnmeteredRequest, wantsCached: Bool = false
  ) throws(GuardError) -> (reason: ShutReason, opensAtUnixMs: Int64?)? {
    let states = try states(user: request.user, operations: [request.operation]).states
    if states.contains(where: \.budget.isPause) { return (.pause, nil) }
    if states.contains(where: { $0.phase(after: .least) == .hard }) {
      return (.budget, Decision.refused([CallForm(.least)], states, nowUnixMs: nowUnixMs()).opensAtUnixMs)
    }
    return wantsCached ? (.notCached, nil) : nil
  }

  private func tier(of request: UnmeteredRequest) throws(GuardError) -> String {
    try rules(user: request.user, operation: request.operation).tier.name
  }
}
