/// The key somebody probably meant.
enum Nearest {
  /// The name that is the fewest slips of the hand away from what was typed, when those are at most a third of it.
  static func name(to typed: String, among names: [String]) -> String? {
    let nearest = names.map { (name: $0, slips: slips(Array(typed), Array($0))) }.min { $0.slips < $1.slips }
    return nearest.flatMap { $0.slips <= max(1, (typed.count + 1) / 3) ? $0.name : nil }
  }

  /// The name that is one slip of the hand away, or two in a long one: few enough to speak of a name that may be meant. Short
  /// names, and such as differ in a figure, are too near to each other for that.
  static func slip(_ name: String, among names: [String]) -> String? {
    if let same = names.first(where: { $0 != name && $0.lowercased() == name.lowercased() }) { return same }
    guard name.count >= 4, let nearest = Self.name(to: name, among: names.filter { $0 != name && isAlike($0, name) })
    else {
      return nil
    }
    return slips(Array(name), Array(nearest)) <= (name.count < 12 ? 1 : 2) ? nearest : nil
  }

  private static func isAlike(_ a: String, _ b: String) -> Bool { a.filter(\.isNumber) == b.filter(\.isNumber) }

  /// How many letters were left out, added, replaced or swapped with their neighbour.
  ///
  /// *Source:* the optimal string alignment distance (Damerau 1964, restricted), by rows.
  private static func slips(_ a: [Character], _ b: [Character]) -> Int {
    var before: [Int] = []
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var next = [i + 1]
      for (j, other) in b.enumerated() {
        var cost = min(row[j] + (letter == other ? 0 : 1), row[j + 1] + 1, next[j] + 1)
        if i > 0, j > 0, letter == b[j - 1], a[i - 1] == other { cost = min(cost, before[j - 1] + 1) }
        next.append(cost)
      }
      (before, row) = (row, next)
    }
    return row[b.count]
  }
}
