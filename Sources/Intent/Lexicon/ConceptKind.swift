/// What a concept does in a sentence; the first word of its line in the lexicon.
///
/// The compiled lexicon holds the numbers: their order is that of `.tools/compile-lexicon`.
enum ConceptKind: UInt8, Sendable, CaseIterable {
  /// Carries nothing: politeness, fillers. `edge` does so at the beginning or the end of a clause alone, `aux` (forms of "be") and
  /// `given` before what they belong to, `explained` after "explain".
  case filler
  /// An article or the like: a noun follows.
  case det
  /// Opens a request, as "can you" does: a verb follows. `self` ("I have to") does so at its very beginning alone.
  case pronoun
  /// A pronoun as a subject: it is kept, and a verb follows.
  case subject
  /// Opens a relative clause or an infinitive: a verb follows that belongs to what stands before.
  case relative
  /// A preposition, or a phrase that is used as one.
  case prep
  /// Not, no, without.
  case not
  /// And, or.
  case and
  case or
  /// What is to be done.
  case verb
  /// The noun of a task: "a summary of". Its name is that of the verb.
  case nominal
  /// Gives or makes: leaves the task to what it is given or made.
  case give
  /// "Should be", "is to be": the verb of what stands before follows in the past.
  case passive
  /// Asks how something is done.
  case howto
  /// Something that is written on request; asked for, it is to be made.
  case work
  case thing
  /// A sign of arithmetic in words.
  case sign
  case quality
  /// How things are sorted.
  case order
  case unit
  /// A number in words; the name is its digits.
  case number
  case language
  case format
  case tool
  case audience
  case tone
  /// A word that only points at the payload: "text" in "summarise this text".
  case payload

  /// The word for it in the lexicon, and in a key.
  var name: String {
    switch self {
    case .language: "language"
    case .format: "format"
    case .tool: "tool"
    case .audience: "audience"
    case .tone: "tone"
    case .order: "order"
    default: String(describing: self)
    }
  }
}
