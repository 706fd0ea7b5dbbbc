/// How fast a budget is used: what was used and held of it from an instant on. Whoever says when a budget runs out asks this.
public struct UsePace: Hashable, Sendable {
  /// Since when.
  public let sinceUnixMs: Int64
  /// Until when: now.
  public let nowUnixMs: Int64
  /// How much.
  public let amount: Int64

  /// The pace of a budget in its open window; `nil` when nothing is used, or when the time is too short to tell.
  ///
  /// - Parameters:
  ///   - state: the budget as it stands; what replenishes has no pace of this kind.
  ///   - sinceUnixMs: since when it has counted what is used of it in this window.
  public init?(of state: BudgetState, sinceUnixMs: Int64, nowUnixMs: Int64) {
    if case .replenishing = state.budget.limit.rule { return nil }
    guard let window = state.window, state.taken > 0,
      nowUnixMs - sinceUnixMs >= Self.leastMs(of: window)
    else { return nil }
    (self.sinceUnixMs, self.nowUnixMs, amount) = (sinceUnixMs, nowUnixMs, state.taken)
  }

  /// A single call looks like a flood when only its own second is looked at.
  private static func leastMs(of window: Window) -> Int64 {
    let length = window.endUnixMs == .max ? .max : window.endUnixMs - window.startUnixMs
    return max(1000, min(60_000, length / 24))
  }

  /// When as much again as is left is used up.
  public func end(of left: Int64) -> Int64? {
    guard let wait = try? Amount.scaledDown(left, by: nowUnixMs - sinceUnixMs, over: amount) else { return nil }
    let (end, isTooFar) = nowUnixMs.addingReportingOverflow(wait)
    return isTooFar ? nil : end
  }
}
