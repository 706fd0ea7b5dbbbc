import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix

/// How a call stands, or a request that nobody can meter: what its reply can say of it at that moment.
enum CallStanding {
  /// It costs nothing, and does not wait for the ledger, which is looked at beside it.
  case free(StandingLook)
  /// Nothing is known but whose it is.
  case unplanned
  /// It went out, and nobody can tell what it takes. The budgets as they stood then.
  case passed([BudgetState])
  /// It was planned and did not go out.
  case planned(Plan)
  /// Its charge is held.
  case held(HeldCall)
  /// It has ended, and took this.
  case settled(HeldCall, TokenUsage, Charge)
  /// It takes nothing. Whether it went out: then the provider has not said so.
  case givenBack(HeldCall, wasSent: Bool)
  /// The ledger cannot be used. The tokens of a call that goes out all the same; `nil` for one that does not.
  case unknown(tokens: Int64?)
}

extension Exchange {
  /// What the head of a reply says of its call.
  func callFields() -> HTTPFields {
    switch standing {
    case .free(let look):
      look.states.map { GatewayHeaders.unplanned($0, nowUnixMs: Clock.unixMs) } ?? GatewayHeaders.unknown(tokens: nil)
    case .unplanned: unplannedFields()
    case .passed(let states): GatewayHeaders.unplanned(states, nowUnixMs: Clock.unixMs, wasSent: true)
    case .planned(let plan): headers(plan, plan.states).notSent()
    case .held(let call): headers(call.plan, gateway.balances.now(call)).held()
    case .settled(let call, let usage, let charge): headers(call.plan, call.states).settled(usage, charge)
    case .givenBack(let call, let wasSent): headers(call.plan, call.states).givenBack(wasSent: wasSent)
    case .unknown(let tokens): GatewayHeaders.unknown(tokens: tokens)
    }
  }

  func headers(_ plan: Plan, _ states: [BudgetState]) -> GatewayHeaders {
    GatewayHeaders(plan: plan, states: states, nowUnixMs: Clock.unixMs, ledgerMark: gateway.ledgerMark, offer: offer)
  }

  /// Of a call that was not planned: how its user's budgets stand.
  private func unplannedFields() -> HTTPFields {
    let user = user
    let looked = try? gateway.desk.perform { tools -> Result<[BudgetState], GuardError> in
      do throws(GuardError) { return .success(try tools.pipeline.states(user: user).states) } catch {
        return .failure(error)
      }
    }
    guard case .success(let states)? = looked?.0 else { return GatewayHeaders.unknown(tokens: nil) }
    return GatewayHeaders.unplanned(states, nowUnixMs: Clock.unixMs)
  }
}
