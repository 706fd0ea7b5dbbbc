/// What a server's log says again and again: each thing a line a minute at most, and how often it happened besides.
///
/// The first line tells of an outage, what is due a minute later how much it hit, and one that begins when the last is long over
/// is told anew.
struct RepeatedLines {
  /// How long a line stands alone.
  static let intervalMs: Int64 = 60_000
  /// Of how many things it is known; clients make up parts of what they are called by.
  private static let most = 1000

  /// What tells of those that were not told one by one.
  typealias More = @Sendable (_ count: Int64) -> String

  private struct Told {
    var atMs: Int64
    var untold: Int64 = 0
    let kind: Context.Notice
    let more: More
  }

  private var told: [String: Told] = [:]

  /// Notes that there is something to say. - Returns: whether it is to be said now.
  mutating func note(_ key: String, _ kind: Context.Notice, atMs nowMs: Int64, more: @escaping More) -> Bool {
    if let last = told[key], last.untold > 0 || nowMs - last.atMs < Self.intervalMs {
      told[key]?.untold += 1
      return false
    }
    if told.count >= Self.most {
      told = told.filter { $0.value.untold > 0 || nowMs - $0.value.atMs < Self.intervalMs }
      if told.count >= Self.most, told[key] == nil { return false }
    }
    told[key] = Told(atMs: nowMs, kind: kind, more: more)
    return true
  }

  /// What was not told and whose minute is over; it counts as told from now on.
  ///
  /// - Parameter isEnd: whether nobody is asked again: then all of it.
  mutating func due(atMs nowMs: Int64, isEnd: Bool = false) -> [(kind: Context.Notice, text: String)] {
    var due: [(key: String, kind: Context.Notice, text: String)] = []
    for (key, last) in told where last.untold > 0 && (isEnd || nowMs - last.atMs >= Self.intervalMs) {
      due.append((key, last.kind, last.more(last.untold)))
      told[key] = Told(atMs: nowMs, kind: last.kind, more: last.more)
    }
    return due.sorted { $0.key < $1.key }.map { ($0.kind, $0.text) }
  }
}
