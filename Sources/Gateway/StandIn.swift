import Guard

/// The hold of a command that was metered by its text before it started. Its first call through the gateway takes its place,
/// in one commit: what the one gives back the other holds, and nobody can come between.
struct StandIn: Sendable {
  let held: HeldCall
}

extension Gateway {
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
