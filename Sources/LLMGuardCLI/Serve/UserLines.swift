/// When something is said again of a user: a line a minute at most, and how many were not told meanwhile.
struct UserLines {
  /// How long a line of a user stands alone.
  private let intervalMs: Int64
  /// Of how many users it is known; users have keys that somebody gave them, so more are hardly there.
  private static let most = 10_000

  private struct Told {
    var atMs: Int64
    var untold: Int64 = 0
  }

  private var told: [String: Told] = [:]

  init(intervalMs: Int64 = 60_000) { self.intervalMs = intervalMs }

  /// Notes that there is something to say of a user. - Returns: how many were not told before, where it is to be said now.
  mutating func note(_ user: String, atMs nowMs: Int64) -> Int64? {
    if let last = told[user], nowMs - last.atMs < intervalMs {
      told[user]?.untold += 1
      return nil
    }
    if told.count >= Self.most { told = told.filter { nowMs - $0.value.atMs < intervalMs } }
    return told.updateValue(Told(atMs: nowMs), forKey: user)?.untold ?? 0
  }

  /// The users of whom something was not told and whose minute is over, by name, with how much; it counts as told from now on.
  ///
  /// - Parameter isEnd: whether nobody is asked again: then all of them.
  mutating func due(atMs nowMs: Int64, isEnd: Bool = false) -> [(user: String, untold: Int64)] {
    var due: [(user: String, untold: Int64)] = []
    for (user, last) in told where last.untold > 0 && (isEnd || nowMs - last.atMs >= intervalMs) {
      due.append((user, last.untold))
      told[user] = Told(atMs: nowMs)
    }
    return due.sorted { $0.user < $1.user }
  }
}
