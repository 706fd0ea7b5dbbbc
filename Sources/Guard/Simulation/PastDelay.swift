import Configuration
import GuardModel
import Ledger

/// How long calls of the past were held up.
extension Settings {
  /// How long a call of the past waited before it went out, as the ladder says that its rules have now; 0 where it was not
  /// degraded. The ledger keeps when it was held and when it was settled, and the delay lies between.
  ///
  /// - Parameter chosen: what its user chose to give up first.
  public func delayMs(of call: PastCall, chosen: Sacrifice?) -> Int64 {
    guard call.facts.degraded, let ladder = ladder(operation: call.facts.operation, tier: tier(call.facts.tier))
    else { return 0 }
    let lasted = max(0, call.endedAtUnixMs - call.arrivedAtUnixMs)
    let longer = (try? Amount.scaledUp(ladder.delayMs, by: Ladder.delayFactor, over: 1)) ?? .max
    // Of what kept its model nothing tells whether it gave up time alone, but that it took so long.
    let gaveTime = sacrifice(chosen) == .delay && call.facts.requestedModel == nil && lasted >= longer
    return min(lasted, gaveTime ? longer : ladder.delayMs)
  }

  /// The ladder that applies: the operation's own, else the tier's.
  func ladder(operation: String, tier: Tier?) -> Ladder? { operations[operation]?.ladder ?? tier?.ladder }
}
