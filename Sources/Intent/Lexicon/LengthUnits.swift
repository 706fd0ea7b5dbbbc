/// Units an answer's length is given in.
enum LengthUnits {
  private static let names: Set = ["sentence", "word", "paragraph", "bullet", "line", "page", "character"]
  private static let roles: Set = ["", "in", "to", "with", "using", "as", "for", "less", "atmost", "atleast"]

  /// The length that a phrase states; nil when it says anything else.
  static func length(_ phrase: IntentBuilder.Phrase) -> String? {
    // Most phrases are no length, and this tells so first.
    guard phrase.nouns.count == 2, phrase.nouns[0].utf8.first == UInt8(ascii: "#"), phrase.heads.isEmpty,
      !phrase.isDirect, phrase.qualities.isEmpty || phrase.qualities == ["exactly"], names.contains(phrase.nouns[1]),
      roles.contains(phrase.role)
    else { return nil }
    return phrase.nouns.joined(separator: " ")
  }

  /// Whether a concept is one of these units.
  static func contains(_ name: String) -> Bool { names.contains(name) }
}
