/// The frames that are looked for only where one of their words is said.
enum AskedWays {
  /// A word of each of them.
  static let triggers = WordSet(
    AskedCause.triggers + AskedReader.triggers + AskedPurpose.triggers + AskedChange.triggers
      + AskedAnswer.triggers + AskedGeneric.triggers + AskedLength.triggers + AskedSource.triggers)

  /// The plain order; nil where none is known.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    AskedCause.order(words) ?? AskedChange.order(words)
  }

  /// The same words with what may be said in one way.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    let asked = AskedGeneric.plain(AskedAnswer.plain(AskedPurpose.plain(AskedReader.plain(words))))
    return AskedSource.plain(AskedLength.plain(asked))
  }
}
