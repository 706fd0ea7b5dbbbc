/// An instruction that was read once, for all that compares it: its key and what guards look at come of the same words.
public struct ReadInstruction: Sendable {
  /// As it is written.
  public let text: String
  /// What it asks for.
  public let intent: CanonicalIntent
  private let words: [InstructionWord]
  /// The words and what each may stand for.
  let concepts: [Concept]
  private let language: UInt8
  /// Whether it is short and clean enough to be read.
  let isReadable: Bool

  /// Reads an instruction; see `CanonicalIntent.read`.
  public init(_ text: String) {
    var text = text
    text.makeContiguousUTF8()
    self.text = text
    isReadable = CanonicalIntent.isReadable(text)
    guard isReadable else {
      (words, concepts, language) = ([], [], 0)
      intent = CanonicalIntent(asWritten: text)
      return
    }
    words = InstructionWords(text).words
    let reader = ConceptReader(words)
    (concepts, language) = (reader.concepts, reader.writtenLanguage)
    intent = CanonicalIntent.read(text, concepts)
  }

  /// Reads the words of a text that asks for what is known.
  init(wordsOf text: String, _ intent: CanonicalIntent) {
    self.text = text
    isReadable = CanonicalIntent.isReadable(text)
    words = InstructionWords(text).words
    let reader = ConceptReader(words)
    (concepts, language) = (reader.concepts, reader.writtenLanguage)
    self.intent = intent
  }

  /// What guards compare of it.
  var facts: GuardFacts { GuardFacts(text, words, concepts, language) }

  /// Its words in small letters, without marks and politeness; its text where it cannot be read. Who writes them again with a question
  /// mark, a capital or "please" asks the same.
  public var plainWords: String {
    guard isReadable else { return text }
    return PoliteWords.without(words).lazy.filter { $0.kind != .pause }.map(\.text).joined(separator: " ")
  }

  /// Its words in their simplest form, without articles and what only fills as well: with "when you have time", or another number of a
  /// verb, the same is asked.
  public var simplestWords: String {
    guard isReadable else { return text }
    let bare = PoliteWords.without(words)
    let concepts = PoliteWords.areOnlyMarks(words, without: bare) ? concepts : ConceptReader(bare).concepts
    let plain = concepts.enumerated().compactMap { Self.plain($1, isFirst: $0 == 0) }
    return plain.isEmpty ? text : plain.joined(separator: " ")
  }

  private static func plain(_ concept: Concept, isFirst: Bool) -> String? {
    switch concept.word.kind {
    case .pause, .possessive: return nil
    // "- Suggest three names"
    case .sign where isFirst && concept.word.text == "-": return nil
    case .word:
      if concept.may(.filler) || concept.may(.det) { return nil }
      return concept.name(.number) ?? SaidWords.stem(concept.surface).lowercased()
    default: return concept.word.text
    }
  }

  /// What guards compare of it, in a few bytes; `nil` where that does not say enough.
  public var summary: GuardSummary? { isReadable ? facts.summary : nil }
}
