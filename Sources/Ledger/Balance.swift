import GuardModel

/// What is held and posted of one budget in one window. Both engines keep their money in these.
///
/// What is used of a window is what was posted, less what a reset forgave, less what has drained from a replenishing
/// budget since its anchor. The anchor moves only when the bucket is empty (or its rate changes), so that draining never
/// rounds twice.
///
/// Invariants: `pending, posted, forgiven ≥ 0`; `forgiven ≤ posted`.
public struct Balance: Hashable, Sendable {
  /// How a replenishing budget drains.
  public struct Refill: Hashable, Sendable {
    /// This much …
    public var amount: Int64
    /// … in this time.
    public var seconds: Int64

    /// Makes a rate; both > 0.
    public init(amount: Int64, seconds: Int64) {
      self.amount = amount
      self.seconds = seconds
    }

    init?(_ limit: BudgetLimit) {
      guard case .replenishing(let seconds, _) = limit.rule else { return nil }
      self.init(amount: limit.amount, seconds: seconds)
    }
  }

  /// When it counts.
  public var window: Window
  /// Held for open calls.
  public var pending: Int64
  /// Settled in this window, ever.
  public var posted: Int64
  /// Taken off again by resets, drains and re-anchoring.
  public var forgiven: Int64
  /// Since when the rest drains.
  public var anchorUnixMs: Int64
  /// How fast it drains; `nil` when it does not.
  public var refill: Refill?

  /// Makes a balance from its parts.
  public init(
    window: Window, pending: Int64 = 0, posted: Int64 = 0, forgiven: Int64 = 0, anchorUnixMs: Int64, refill: Refill?
  ) {
    self.window = window
    self.pending = pending
    self.posted = posted
    self.forgiven = forgiven
    self.anchorUnixMs = anchorUnixMs
    self.refill = refill
  }

  /// The balance of a budget whose window opens now.
  public static func opening(_ limit: BudgetLimit, at nowUnixMs: Int64, in zone: ZoneOffsets) -> Balance {
    Balance(
      window: .opening(limit.rule, at: nowUnixMs, in: zone), anchorUnixMs: nowUnixMs, refill: Refill(limit))
  }

  /// What is used at an instant, without what is held.
  public func used(at nowUnixMs: Int64) -> Int64 {
    max(0, posted - forgiven - min(drained(at: nowUnixMs), posted - forgiven))
  }

  /// What has drained of the next unit, see `BudgetState.drainedPart`. An empty bucket saves nothing up: what is held drains from
  /// when it is posted.
  private func drainedPart(at nowUnixMs: Int64) -> Int64 {
    guard let refill, nowUnixMs > anchorUnixMs, used(at: nowUnixMs) > 0 else { return 0 }
    return Int64(Int128(nowUnixMs - anchorUnixMs) * Int128(refill.amount) % (Int128(refill.seconds) * 1000))
  }

  private func drained(at nowUnixMs: Int64) -> Int64 {
    guard let refill, nowUnixMs > anchorUnixMs else { return 0 }
    return (try? Amount.scaledDown(nowUnixMs - anchorUnixMs, by: refill.amount, over: refill.seconds * 1000)) ?? .max
  }

  /// Holds an amount.
  public mutating func hold(_ amount: Int64) throws(AmountOverflow) {
    pending = try Amount.sum(pending, amount)
    // What is used and held must stay countable.
    _ = try Amount.sum(pending, posted)
  }

  /// Lets go of a held amount.
  public mutating func release(_ amount: Int64) { pending = max(0, pending - amount) }

  /// Posts an amount.
  public mutating func post(_ amount: Int64, at nowUnixMs: Int64) throws(AmountOverflow) {
    if refill != nil, used(at: nowUnixMs) == 0 { empty(at: nowUnixMs) }
    posted = try Amount.sum(posted, amount)
    _ = try Amount.sum(pending, posted)
  }

  /// Takes what is used back to zero.
  public mutating func empty(at nowUnixMs: Int64) {
    forgiven = posted
    anchorUnixMs = max(anchorUnixMs, nowUnixMs)
  }

  /// Counts again what resets took off; nothing of a bucket, which would have drained by now.
  ///
  /// - Returns: how much counts again, ≥ 0.
  public mutating func recount() -> Int64 {
    guard refill == nil else { return 0 }
    let amount = forgiven
    forgiven = 0
    if amount > 0 { anchorUnixMs = min(anchorUnixMs, window.startUnixMs) }
    return amount
  }

  /// Drains at another rate from now on; what has drained so far stays drained.
  public mutating func adopt(_ limit: BudgetLimit, at nowUnixMs: Int64) {
    guard let next = Refill(limit), next != refill else { return }
    forgiven = posted - used(at: nowUnixMs)
    anchorUnixMs = max(anchorUnixMs, nowUnixMs)
    refill = next
  }

  /// Follows a clock that is set back: what began later than it shows now begins as much earlier.
  public mutating func follow(clockSetBackByMs leadMs: Int64, to nowUnixMs: Int64) {
    if anchorUnixMs > nowUnixMs { anchorUnixMs -= leadMs }
    guard window.startUnixMs > nowUnixMs else { return }
    let end = window.endUnixMs == .max ? .max : window.endUnixMs - leadMs
    window = Window(startUnixMs: window.startUnixMs - leadMs, endUnixMs: end)
  }

  /// The state of a budget that is kept here.
  public func state(of budget: Budget, granted: Int64, nowUnixMs: Int64) -> BudgetState {
    var current = self
    current.adopt(budget.limit, at: nowUnixMs)
    return BudgetState(
      budget: budget, window: window, posted: current.used(at: nowUnixMs), pending: pending, granted: granted,
      countsFromUnixMs: anchorUnixMs, drainedPart: current.drainedPart(at: nowUnixMs),
      drainedAtUnixMs: current.refill == nil ? 0 : nowUnixMs)
  }

  /// The state of a budget of which nothing was used in the window that is open or would open now.
  public static func unused(
    _ budget: Budget, granted: Int64, nowUnixMs: Int64, in zone: ZoneOffsets
  ) -> BudgetState {
    var window: Window?
    if case .calendar = budget.limit.rule { window = .opening(budget.limit.rule, at: nowUnixMs, in: zone) }
    return BudgetState(budget: budget, window: window, posted: 0, pending: 0, granted: granted)
  }
}
