/// What was said, so that it is not said again: by keys of which clients make up parts, so that not all of them can be kept.
struct SaidLines {
  /// How many are kept. Of more, all are forgotten, and may be said once more.
  static let most = 1000
  private var keys: Set<String> = []

  /// Notes that something is said. - Returns: whether it was not before, as far as that is known.
  @discardableResult
  mutating func insert(_ key: String) -> Bool {
    if keys.count >= Self.most, !keys.contains(key) { keys = [] }
    return keys.insert(key).inserted
  }
}
