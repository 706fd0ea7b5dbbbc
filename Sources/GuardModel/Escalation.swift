/// What asking for the same thing again costs: a factor for each attempt within a window.
///
/// Regenerating an answer a tenth time is worth less than asking once; a price that rises step by step says so without
/// forbidding anything.
///
/// Invariants: there is at least one step; every step is ≥ 1 and none is below the one before; the window is positive.
public struct Escalation: Hashable, Sendable {
  /// The factors: the first attempt's, the second's, …; the last one stays.
  public let steps: [Multiplier]
  /// How long an attempt is remembered.
  public let windowMs: Int64

  /// The longest list of steps.
  public static let maximumSteps = 16
  /// The longest window: attempts are kept for no longer.
  public static let maximumWindowMs: Int64 = 86_400_000

  /// The first retry is free; from the second on it gets dearer, to three times the charge.
  public static let standard = Escalation(
    unchecked: [1000, 1000, 1500, 2000, 3000].compactMap(Multiplier.init(thousandths:)), windowMs: 1_800_000)

  private init(unchecked steps: [Multiplier], windowMs: Int64) {
    self.steps = steps
    self.windowMs = windowMs
  }

  /// Makes an escalation; `nil` when an invariant is broken.
  public init?(steps: [Multiplier], windowMs: Int64) {
    guard Self.problem(with: steps) == nil, (1...Self.maximumWindowMs).contains(windowMs) else { return nil }
    self.init(unchecked: steps, windowMs: windowMs)
  }

  /// What is wrong with some steps, for a person; `nil` when nothing is.
  public static func problem(with steps: [Multiplier]) -> String? {
    if steps.isEmpty { return "it has no steps" }
    if steps.count > maximumSteps { return "it has \(steps.count) steps, and \(maximumSteps) are the most" }
    if let low = steps.first(where: { $0 < .one }) { return "\(low) would make a retry cheaper than the first call" }
    for (step, next) in zip(steps, steps.dropFirst()) where next < step { return "\(next) comes after \(step)" }
    return nil
  }

  /// The factor of an attempt.
  ///
  /// - Parameter attempt: 1 for the first call, 2 for its first retry, …; less counts as 1.
  public func multiplier(attempt: Int64) -> Multiplier {
    steps[Int(min(max(attempt, 1), Int64(steps.count))) - 1]
  }
}
