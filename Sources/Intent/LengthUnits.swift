/// Units an answer's length is given in.
enum LengthUnits {
  private static let names: Set = ["sentence", "word", "paragraph", "bullet", "line", "page", "character"]
  private static let roles: Set = ["", "in", "to", "with", "using", "as", "for", "less", "atmost", "atleast"]

  /// The length that a phrase states; nil when it says anything else.
  static func length(_ phrase: IntentBuilder.Phrase) -> String? {
    guard phrase.qualities.isEmpty || phrase.qualities == ["exactly"], phrase.heads.isEmpty,
      roles.contains(phrase.role), !phrase.isDirect,
      phrase.nouns.count == 2, phrase.nouns[0].hasPrefix("#"), names.contains(phrase.nouns[1])
    else { return nil }
    return phrase.nouns.joined(separator: " ")
  }

  /// Whether a concept is one of these units.
  static func contains(_ name: String) -> Bool { names.contains(name) }
}
