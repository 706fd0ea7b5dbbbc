@testable import GuardModel

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
