import Digest

/// What an instruction asks for in a few hashes, by which another one is known that asks for the same or for much the same.
///
/// Nothing of the text is kept, so that it can stand where texts must not. Likeness alone tells rewordings from look-alikes no
/// better than a coin. So what guards compare and what is meant by each word are hashed and must be equal, which is more than
/// the guards themselves ask for; what may differ is how it is put together, as far as the signs of both vectors differ in few
/// bits.
public struct IntentSketch: Sendable {
  /// Equal for all instructions that can be alike: their literals in order. It follows from `exact`.
  public let group: [UInt8]
  /// The key of the intent where it is understood; else a hash of the normalised text.
  public let exact: [UInt8]
  /// Whether the intent is understood: then `exact` is its key.
  public let isUnderstood: Bool
  /// Concepts, numbers with their units, quotes, identifiers, names, languages, negations, opposites, directions, …
  public let guards: UInt64
  /// Which words there are, and in which order: the same words in another order ask for something else.
  public let words: (kept: UInt32, ordered: UInt32)
  /// On which side of the mean each of the vector's components lies.
  public let signs: UInt64
  /// What guards compare of it is made of this, where it is understood. Most calls need it for the answer that is kept alone, and
  /// nobody waits for that.
  public let unmadeSummary: UnmadeSummary?
  private let intent: CanonicalIntent

  /// The key of its parts in no order; `nil` where the wording of something counts.
  public var parts: [UInt8]? { isUnderstood ? intent.partsKey : nil }

  /// Sketches an instruction; `nil` for one that is too long to be read, or no text at all.
  public init?(_ instruction: String) {
    guard !instruction.isEmpty, instruction.utf8.count <= InstructionWords.maximumBytes, !instruction.utf8.contains(0)
    else { return nil }
    var read = ReadInstruction(instruction)
    intent = read.intent
    let text = intent.isUnderstood ? instruction : String(decoding: NormalisedText.exact(instruction), as: UTF8.self)
    // Most texts are as they are written: their words have been read.
    if !text.utf8.elementsEqual(instruction.utf8) { read = ReadInstruction(wordsOf: text, intent) }
    let (concepts, facts) = (read.concepts, read.facts)
    var literals = Parts()
    isUnderstood = intent.isUnderstood
    if intent.isUnderstood {
      exact = intent.key
      for slot in intent.slots {
        var value = slot.value
        value.withUTF8 { literals.add(literalsOf: $0) }
      }
    } else {
      exact = SHA256.hash(Array(text.utf8))
      for concept in concepts where concept.readings.isEmpty { literals.add(concept.literal.utf8) }
    }
    for text in Self.compared(in: facts) { literals.add(text.utf8) }
    group = literals.hash
    unmadeSummary = intent.isUnderstood ? UnmadeSummary(facts) : nil
    guards = facts.digest(task: intent.task, meanings: Self.meanings(concepts))
    let sequence = facts.sequence
    words = (Self.short(sequence.sorted()), Self.short(sequence))
    signs = SentenceVector(instruction).signBits
  }

  /// Texts, strings and words that the cache compares by their letters: what is asked of others is not asked again.
  private static func compared(in facts: GuardFacts) -> [String] {
    var texts = CarriedText.texts(in: facts.text)
    let string = WorkedStrings.string(in: facts)
    if !string.isEmpty { texts.append(string) }
    return texts + MentionedStrings.words(in: facts) + OtherSenses.senses(in: facts)
      + AskedSmallWords.words(in: facts)
  }

  /// Prepositions that may stand for each other, and are left out: "a summary of", "in this text". A poem for children is none
  /// about them: for, about and with count, as they do for the cache.
  private static func isLight(_ preposition: String) -> Bool {
    switch preposition.utf8.count {
    case 2: ["of", "in", "on", "by", "as"].contains(preposition)
    case 5: preposition == "using"
    default: false
    }
  }

  /// What the words stand for, each once, with the preposition before it where that matters.
  private static func meanings(_ concepts: [Concept]) -> [String] {
    var meanings: [String] = []
    meanings.reserveCapacity(concepts.count + 4)
    var direction: String?
    for concept in concepts {
      if let meaning = meaning(concept) {
        meanings.append(meaning)
        if let word = direction { meanings.append(word + " " + meaning) }
        direction = nil
      }
      let preposition = concept.word.text == "->" ? "to" : concept.name(.prep)
      if let preposition, !isLight(preposition) {
        meanings.append(preposition)
        direction = preposition
      }
    }
    var each: [String] = []
    each.reserveCapacity(meanings.count)
    for meaning in meanings.sorted() where each.last != meaning { each.append(meaning) }
    return each
  }

  /// What a word stands for; `nil` for those that only hold a sentence together.
  private static func meaning(_ concept: Concept) -> String? {
    if concept.readings.isEmpty { return concept.literal }
    var meaning: String?
    for reading in concept.readings {
      switch reading.kind {
      case .filler, .det, .pronoun, .subject, .relative, .prep, .not, .and, .or, .give, .passive, .payload: continue
      default: meaning = (meaning.map { $0 + "/" } ?? "") + Lexicon.shared.name(reading.concept)
      }
    }
    return meaning
  }

  private static func short(_ words: [String]) -> UInt32 {
    var parts = Parts()
    for word in words { parts.add(word.utf8) }
    return parts.hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Everything but the group: 16 bytes of the exact hash, guards, words, signs.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(40)
    bytes += exact.prefix(16)
    for number in [guards, UInt64(words.kept) << 32 | UInt64(words.ordered), signs] {
      withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }
    return bytes
  }

  /// Texts one after the other, hashed at once. No text holds what stands between them.
  struct Parts {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(256) }

    mutating func add(_ text: some Sequence<UInt8>) {
      bytes += text
      bytes.append(0)
    }

    /// Adds the literals of a key's part: one after the other, where they stand.
    mutating func add(literalsOf part: UnsafeBufferPointer<UInt8>) {
      var start = 0
      while start < part.count {
        var end = start
        while end < part.count, !Self.isJoint(part[end]) { end += 1 }
        if end > start, Self.isLiteral(part[start]) { add(UnsafeBufferPointer(rebasing: part[start..<end])) }
        start = end + 1
      }
    }

    /// What stands between the words of a key.
    private static func isJoint(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"): true
      default: false
      }
    }

    /// The marks of literals in a key: see `Concept.literal`.
    private static func isLiteral(_ first: UInt8) -> Bool {
      switch first {
      case UInt8(ascii: "'"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "~"),
        UInt8(ascii: "@"):
        true
      default: false
      }
    }

    var hash: [UInt8] { SHA256.hash(bytes) }
  }
}

extension GuardFacts {
  /// A hash of everything that guards look at, stricter than they are.
  func digest(task: String, meanings: [String]) -> UInt64 {
    var parts = IntentSketch.Parts()
    func add(_ name: String, _ values: some Sequence<String>) {
      parts.add(name.utf8)
      for value in values { parts.add(value.utf8) }
    }
    add("task", CollectionOfOne(task))
    add("meanings", meanings)
    add("numbers", EmptyCollection())
    for number in numbers {
      parts.add(number.value.utf8)
      parts.add(number.unit.utf8)
    }
    add("operators", operators)
    add("quotes", quotes)
    add("identifiers", identifiers.map { $0.lowercased() })
    add("names", names)
    if negations % 2 == 1 { add("negated", EmptyCollection()) }
    add("marked", marked.count < 2 ? marked : Set(marked).sorted())
    return parts.hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
