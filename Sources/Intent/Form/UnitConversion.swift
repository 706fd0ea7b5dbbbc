/// Amounts that are to be had in another unit, however that is asked.
extension ImpliedTask {
  /// "Convert 10 miles to km", "10 miles in km", "how many km are 10 miles".
  static func convert(_ clause: inout Clause) {
    guard ["get", "convert", "count", "howmuch"].contains(clause.verb) else { return }
    var target: String?
    var source: String?
    for phrase in clause.phrases {
      var nouns = phrase.nouns
      guard phrase.qualities.isEmpty || phrase.qualities == ["all"] else { return }
      if phrase.role.isEmpty, nouns.count > 1, Units.contains(nouns[0]), ["be", "be+", "in"].contains(nouns[1]) {
        guard target == nil else { return }
        target = nouns[0]
        nouns.removeFirst(2)
        // "How many km are in 10 miles"
        if nouns.isEmpty { continue }
      }
      if nouns.count == 1, Units.contains(nouns[0]), target == nil {
        target = nouns[0]
      } else if nouns.count == 2, nouns[0].hasPrefix("#"), Units.contains(nouns[1]), source == nil {
        source = nouns.joined(separator: " ")
      } else {
        return
      }
    }
    guard let target, let source else { return }
    clause.verb = "convert"
    var from = IntentBuilder.Phrase()
    from.nouns = [source]
    var to = IntentBuilder.Phrase()
    (to.role, to.nouns) = ("to", [target])
    clause.phrases = [from, to]
  }
}

/// Units that one can be turned into another.
enum Units {
  private static let names: Set = [
    "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "ms", "second", "minute", "hour", "day", "week", "month",
    "year", "km", "mile", "meter",
    "cm", "mm",
    "kg", "gram", "pound", "litre", "gallon", "ml", "cup", "tablespoon", "teaspoon", "ounce", "inch", "foot", "dollar",
    "euro", "celsius", "fahrenheit",
  ]
  static func contains(_ name: String) -> Bool { names.contains(name) }
}
