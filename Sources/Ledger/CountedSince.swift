import GuardModel

extension Ledger {
  /// Since when a budget has counted what is used of it in its open window: the beginning of the window; later where it was set,
  /// or taken back to zero, or came by the configuration, in the middle of it. `nil` when no window is open.
  public func countedSince(_ state: BudgetState) throws(LedgerError) -> Int64? {
    guard let window = state.window else { return nil }
    let key = state.budget.key
    guard let first = state.countsFromUnixMs, first > window.startUnixMs else { return window.startUnixMs }
    if case .replenishing = state.budget.limit.rule { return window.startUnixMs }
    let change = try administration(
      sinceUnixMs: window.startUnixMs, untilUnixMs: first + 1, limit: Self.mostChanges
    ).last { entry in
      guard entry.user == key.user, let note = entry.note else { return false }
      return switch entry.kind {
      case .user: note.contains(state.budget.limit.description)
      case .reset: note.contains(" of the \(key.label): ")
      default: false
      }
    }
    if let change { return change.atUnixMs }
    // Had it been there, the first of these calls would have been counted.
    let query = CallQuery(
      sinceUnixMs: window.startUnixMs, untilUnixMs: first, user: key.user, operation: key.operation,
      order: .oldestFirst(after: nil), limit: Self.mostCalls)
    let isLate = try calls(query).contains { call in
      call.posted != nil && call.reservedAtUnixMs.map { $0 >= window.startUnixMs && $0 < first } == true
    }
    return isLate ? first : window.startUnixMs
  }

  /// So many entries of a window, and of its first calls, are looked at.
  private static var mostChanges: Int { 10_000 }
  private static var mostCalls: Int { 200 }
}
