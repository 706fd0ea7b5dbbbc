@testable import GuardModel

/// A seeded generator (SplitMix64): the same seed gives the same test on every machine.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The instant of a UTC date and time, in Unix seconds.
func utc(_ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64 = 0, _ minute: Int64 = 0) -> Int64 {
  CivilDate(year: year, month: month, day: day).dayNumber * 86_400 + hour * 3600 + minute * 60
}

/// A zone that starts at one offset and changes at instants.
func zone(_ name: String, _ first: Int64, _ changes: [(at: Int64, offset: Int64)] = []) -> ZoneOffsets {
  ZoneOffsets(name: name) { instant in changes.last { $0.at <= instant }?.offset ?? first }
}

func limit(_ text: String) throws -> BudgetLimit {
  guard case .limit(let limit) = try BudgetSpec(text) else { throw BudgetSpecError(text: text, problem: "no limit") }
  return limit
}

func state(
  _ text: String, posted: Int64 = 0, pending: Int64 = 0, granted: Int64 = 0, endsAtUnixMs: Int64? = 10_000,
  user: String = "alice"
) throws -> BudgetState {
  BudgetState(
    budget: Budget(scope: .user(user), limit: try limit(text), origin: "tier free"),
    window: endsAtUnixMs.map { Window(startUnixMs: 0, endUnixMs: $0) }, posted: posted, pending: pending,
    granted: granted)
}
