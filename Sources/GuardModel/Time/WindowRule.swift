/// How the window of a budget comes about.
public enum WindowRule: Hashable, Sendable {
  /// Opens at the first call and lasts a fixed time: `50k tokens/6h`.
  case rolling(seconds: Int64)
  /// A period of the calendar in the configured time zone: `200k tokens/day`.
  case calendar(CalendarPeriod)
  /// A bucket of `burst` that refills at `amount` per `seconds` and never ends: `10k tokens/min burst 50k`.
  ///
  /// The amount of the budget is the refill; the burst is what may be used at once.
  case replenishing(seconds: Int64, burst: Int64)
}

/// A period of the calendar. A week begins on Monday (ISO 8601).
public enum CalendarPeriod: String, Hashable, Sendable, CaseIterable {
  /// Sixty minutes by the wall clock.
  case hour
  /// From midnight to midnight: 23 to 25 hours where clocks change.
  case day
  /// Seven days from Monday.
  case week
  /// A month of the calendar.
  case month
}

/// What a budget counts.
public enum BudgetUnit: String, Hashable, Sendable, CaseIterable {
  /// Tokens, weighted: the *charge* of a call.
  case tokens
  /// Money as the provider takes it, in millionths of a US dollar.
  case money
  /// Calls, one each.
  case calls
}
