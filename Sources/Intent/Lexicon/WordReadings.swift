/// What the lexicon says that one word may be, for rules that look at words before whole phrases are read.
extension InstructionWord {
  /// A plain word in small letters.
  static func word(_ text: String) -> InstructionWord { InstructionWord(kind: .word, text: text) }

  /// Whether it may be of one of some kinds in English, also in quotes or as code.
  func mayBe(_ kinds: [ConceptKind]) -> Bool {
    var found = false
    Lexicon.shared.forEachReading(hash) { if $0.language == 0, kinds.contains($0.kind) { found = true } }
    return found
  }

  /// Whether it is a plain word that may be of one of some kinds in English.
  func isWord(_ kinds: [ConceptKind]) -> Bool { kind == .word && mayBe(kinds) }

  /// "Lists", "replaces": whether it is an English verb with the ending of what one person or thing does.
  var isDeed: Bool {
    guard kind == .word, text.utf8.last == UInt8(ascii: "s") else { return false }
    var isVerb = false
    Inflection.forEachStem(text, after: PhraseHash()) { stem, _ in
      Lexicon.shared.forEachReading(stem.value) {
        if $0.language == 0, $0.kind == .verb || $0.kind == .give { isVerb = true }
      }
      return isVerb
    }
    return isVerb
  }
}
