/// The name somebody probably meant.
public enum NearestName {
  /// The nearest of some names, if one is near enough to be meant: the only one that begins so, or one from which at
  /// most a third of the letters differ (swapped neighbours count once). A single letter tells nothing.
  public static func suggestion(for typed: String, among names: [String]) -> String? {
    guard typed.drop(while: { $0 == "-" }).count >= 2 else { return nil }
    let beginning = names.filter { $0.hasPrefix(typed) }
    if beginning.count == 1 { return beginning[0] }
    // Lengths that differ by more than this need no table, however long what was typed is.
    let most = max(1, typed.count / 3)
    let best = names.filter { abs($0.count - typed.count) <= most }
      .map { (name: $0, distance: distance(Array(typed), Array($0))) }.min { $0.distance < $1.distance }
    return best.flatMap { $0.distance <= most ? $0.name : nil }
  }

  /// Whether one slip of the hand lies between two names: a letter left out, added or replaced, or two neighbours swapped.
  public static func isOneSlip(from typed: String, to name: String) -> Bool {
    abs(typed.count - name.count) <= 1 && distance(Array(typed), Array(name)) == 1
  }

  /// Insertions, deletions, replacements and swaps of neighbours from one text to the other.
  ///
  /// *Source:* the optimal string alignment distance (Damerau 1964, restricted).
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 1...max(1, a.count) where i <= a.count {
      var row = [i]
      for j in 1...max(1, b.count) where j <= b.count {
        var cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, rows[i - 2][j - 2] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
