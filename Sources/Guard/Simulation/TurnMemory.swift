import GuardModel

/// The turns that count for a waiting line: of calls under way, and of those that ended while somebody waited.
struct TurnMemory {
  private var running: [String: Int64] = [:]
  private var ended: [(user: String, startedAtUnixMs: Int64)] = []

  /// A call begins.
  mutating func begin(_ user: String) { running[user, default: 0] += 1 }

  /// A call ends.
  ///
  /// - Parameter isRemembered: whether somebody waits in the same line.
  mutating func end(_ user: String, startedAtUnixMs: Int64, isRemembered: Bool) {
    running[user, default: 1] -= 1
    if isRemembered { ended.append((user, startedAtUnixMs)) }
  }

  /// Calls by user that are under way, or began since the first of those who wait came.
  mutating func begun(while waiting: [WaitingCall]) -> [String: Int64] {
    guard let since = WaitingLine.memoryBeginsAtUnixMs(waiting) else { return running }
    ended.removeAll { $0.startedAtUnixMs < since }
    return ended.reduce(into: running) { $0[$1.user, default: 0] += 1 }
  }
}
