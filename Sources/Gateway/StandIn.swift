import Guard
import Posix

/// The hold of a command that was metered by its text before it started. Its first call through the gateway takes its place,
/// in one commit: what the one gives back the other holds, and nobody can come between.
struct StandIn: Sendable {
  let held: HeldCall
}

extension Gateway {
  /// Holds an admitted call to the caps of the run. Done within the commit of its hold, one call after the other.
  func underCaps(_ admission: Admission, _ pipeline: Guard) throws(GuardError) -> Admission {
    guard case .admitted(let held) = admission,
      let cap = use.use({ $0.take(held.plan.shape.charge, nowUnixMs: Clock.unixMs) })
    else { return admission }
    try pipeline.giveBack(held, reason: "the run may take no more")
    return .refused(try pipeline.refuse(held.plan, .runCap(cap)))
  }

  /// Lets the first metered call take the place of a hold.
  public func standIn(for held: HeldCall) {
    tally.skipNumbers(upTo: held.plan.request.number)
    standIn.use { $0 = StandIn(held: held) }
  }

  /// The hold that no call has replaced, so that its text decides; nothing replaces it afterwards.
  public func takeStandIn() -> HeldCall? {
    standIn.use { standIn in
      defer { standIn = nil }
      return standIn?.held
    }
  }
}
