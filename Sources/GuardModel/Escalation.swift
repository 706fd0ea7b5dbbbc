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
    guard Self.problems(with: steps).isEmpty, (1...Self.maximumWindowMs).contains(windowMs) else { return nil }
    self.init(unchecked: steps, windowMs: windowMs)
  }

  /// What is wrong with some steps, for a person, each with the place of the step that it is about, or none where it is about
  /// all of them; empty when nothing is.
  public static func problems(with steps: [Multiplier]) -> [(place: Int?, problem: String)] {
    if steps.isEmpty { return [(nil, "it has no steps")] }
    var problems: [(place: Int?, problem: String)] = []
    if steps.count > maximumSteps {
      problems.append((nil, "it has \(steps.count) steps, and \(maximumSteps) are the most"))
    }
    for (place, step) in steps.enumerated() {
      if step < .one {
        problems.append((place, "\(step) would make a retry cheaper than the first call"))
      } else if place > 0, step < steps[place - 1] {
        problems.append((place, "\(step) comes after \(steps[place - 1])"))
      }
    }
    return problems
  }

  /// The factor of an attempt.
  ///
  /// - Parameter attempt: 1 for the first call, 2 for its first retry, …; less counts as 1.
  public func multiplier(attempt: Int64) -> Multiplier {
    steps[Int(min(max(attempt, 1), Int64(steps.count))) - 1]
  }
}
