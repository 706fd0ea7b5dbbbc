/// What guards compare of an instruction.
struct GuardFacts: Sendable {
  struct Number: Sendable {
    let value: String
    /// The unit after it, as the lexicon calls it; empty when none is known.
    let unit: String
    /// The word after it.
    let next: String
  }

  private(set) var numbers: [Number] = []
  private(set) var operators: [String] = []
  private(set) var quotes: [String] = []
  private(set) var identifiers: [String] = []
  /// Words with a capital inside a sentence that no lexicon knows, in lower case and in order.
  private(set) var names: [String] = []
  private(set) var words: [String] = []
  /// Words inside a sentence that begin with a capital, and those that do not, in lower case; of texts with such a capital only.
  private(set) var capitalised: [String] = []
  private(set) var small: [String] = []
  /// Whether it asks about what was.
  private(set) var isPast = false
  /// Comparisons, as the lexicon calls them.
  private(set) var bounds: [String] = []
  /// My, your, his, …
  private(set) var owners: [String] = []
  /// What stands between brackets.
  private(set) var bracketed: [String] = []
  /// All words and literals, in order.
  private(set) var sequence: [String] = []
  /// Words that are no part of a known phrase.
  private(set) var plainWords: [String] = []
  /// The parts of names that were cut at a possessive.
  private(set) var unquoted: [String] = []
  private(set) var negations = 0
  /// Languages, formats and tools.
  private(set) var slots: [(kind: ConceptKind, name: String)] = []
  /// What stands right after a preposition, articles left out.
  private(set) var after: [(preposition: String, name: String)] = []

  /// What stands after one preposition; few words, so that a list is quicker than a set.
  func names(after preposition: String) -> [String] {
    after.isEmpty ? [] : after.filter { $0.preposition == preposition }.map(\.name)
  }

  /// What it is written in: 0 for English, and for what is not clear.
  let language: UInt8

  /// Its languages, its formats or its tools.
  func names(of kind: ConceptKind) -> [String] {
    slots.isEmpty ? [] : slots.filter { $0.kind == kind }.map(\.name)
  }

  init(_ text: String) {
    let pieces = InstructionWords(text).words
    let reader = ConceptReader(pieces)
    self.init(text, pieces, reader.concepts, reader.writtenLanguage)
  }

  /// Of a text whose words and concepts are known.
  init(_ text: String, _ pieces: [InstructionWord], _ concepts: [Concept], _ language: UInt8) {
    self.language = language
    words.reserveCapacity(pieces.count)
    sequence.reserveCapacity(pieces.count)
    plainWords.reserveCapacity(pieces.count)
    var isInBrackets = false
    for piece in pieces {
      if piece.kind == .word || piece.kind == .number { words.append(piece.text) }
      if piece.kind == .pause {
        if piece.text == "(" {
          isInBrackets = true
        } else if piece.text.utf8.first == UInt8(ascii: ")") {
          isInBrackets = false
        }
      } else if piece.kind != .possessive {
        sequence.append(piece.kind == .word ? Self.withoutPlural(piece.text) : piece.text)
        if isInBrackets { bracketed.append(piece.text) }
      }
      if piece.kind == .word, GuardWords.modals.contains(piece.text) { plainWords.append(piece.text) }
    }
    for concept in concepts where concept.word.kind == .word && concept.surface == concept.word.text {
      plainWords.append(concept.surface)
    }
    var latest: UInt8 = 0
    for (index, concept) in concepts.enumerated() {
      for reading in concept.readings { latest = max(latest, reading.language) }
      read(concept, at: index, of: concepts)
    }
    readNames(text, latest)
    // "VS Code" and "vs code": a known name of several words.
    if !capitalised.isEmpty {
      for concept in concepts where concept.surface.utf8.count > concept.word.text.utf8.count {
        guard concept.name(.tool) != nil || concept.name(.format) != nil || concept.name(.language) != nil else {
          continue
        }
        let parts = concept.surface.split(separator: " ").map(String.init)
        capitalised.removeAll(where: parts.contains)
      }
    }
  }

  private mutating func read(_ concept: Concept, at index: Int, of concepts: [Concept]) {
    let next = index + 1 < concepts.count ? concepts[index + 1] : nil
    switch concept.word.kind {
    case .number: number(concept.word.text, next)
    case .quote: quotes.append(concept.word.text)
    case .code: identifiers.append(concept.word.text)
    case .sign where "+*/=<>%^".contains(concept.word.text) && touchesNumber(concepts, index):
      operators.append(concept.word.text)
    case .sign where concept.word.text == "->": follow("to", concepts, index)
    default: break
    }
    guard concept.word.kind == .word else { return }
    if let first = concept.readings.first?.kind, first == .verb || first == .thing || first == .give || first == .prep {
      readTime(concept)
    }
    if concept.surface.utf8.count <= 5, let owner = concept.name(.quality), GuardWords.owners.contains(owner) {
      owners.append(owner)
    }
    if let value = concept.name(.number) { number(value, next) }
    if let sign = concept.name(.sign) { operators.append(sign) }
    if concept.name(.not) != nil { negations += 1 }
    if GuardWords.hiddenNegations.contains(concept.word.text), concept.name(.not) == nil { negations += 1 }
    for kind in [ConceptKind.language, .format, .tool] {
      if let name = concept.name(kind) { slots.append((kind, name)) }
    }
    switch concept.word.text {
    case "from", "to", "into", "before", "after", "than", "over", "between":
      follow(concept.word.text == "into" ? "to" : concept.word.text, concepts, index)
    default: break
    }
  }

  /// What asks about the past, and what compares.
  private mutating func readTime(_ concept: Concept) {
    if let bound = concept.name(.prep).flatMap({ GuardWords.bounds[$0] }) {
      bounds.append(bound)
      bounds.sort()
    }
    for kind in [ConceptKind.verb, .give, .thing] {
      if let name = concept.name(kind), GuardWords.past.contains(name) || name.hasSuffix("_past") { isPast = true }
    }
  }

  /// So that an order of words is one for "column" and "columns", too.
  private static func withoutPlural(_ word: String) -> String {
    word.utf8.count > 3 && word.utf8.last == UInt8(ascii: "s") ? String(word.dropLast()) : word
  }

  private func touchesNumber(_ concepts: [Concept], _ index: Int) -> Bool {
    [index - 1, index + 1].contains { concepts.indices.contains($0) && concepts[$0].word.kind == .number }
  }

  private mutating func number(_ value: String, _ next: Concept?) {
    numbers.append(Number(value: value, unit: next?.name(.unit) ?? "", next: next.map(Self.name) ?? ""))
  }

  private mutating func follow(_ word: String, _ concepts: [Concept], _ index: Int) {
    var index = index + 1
    while index < concepts.count, concepts[index].name(.det) != nil || concepts[index].name(.filler) != nil {
      index += 1
    }
    guard index < concepts.count, concepts[index].word.kind != .pause else { return }
    after.append((word, Self.name(concepts[index])))
  }

  private static func name(_ concept: Concept) -> String {
    for kind in [ConceptKind.unit, .language, .format, .tool, .thing, .work, .number] {
      if let name = concept.name(kind) { return name }
    }
    return concept.readings.first.map { Lexicon.shared.name($0.concept) } ?? concept.word.text.lowercased()
  }

  private static let toolPrepositions: Set = [
    Array("in".utf8), Array("with".utf8), Array("using".utf8), Array("on".utf8),
  ]

  private static func isTool(_ lower: [UInt8]) -> Bool {
    var hash = PhraseHash()
    hash.add(lower)
    var isTool = false
    Lexicon.shared.forEachReading(hash.value) { if $0.kind == .tool || $0.kind == .language { isTool = true } }
    return isTool
  }

  /// Languages, formats and tools whose names are no other words: "python" is Python.
  private static func isAlwaysAName(_ lower: String) -> Bool {
    if GuardWords.namesAndWords.contains(lower) { return false }
    if GuardWords.acronyms.contains(lower) { return true }
    var hash = PhraseHash()
    hash.add(lower.utf8)
    var isName = false
    Lexicon.shared.forEachReading(hash.value) { reading in
      switch reading.kind {
      case .language, .format, .tool, .filler, .det, .verb, .give, .howto, .pronoun, .unit, .number: isName = true
      default: break
      }
    }
    return isName
  }

  /// A capital that no sentence asks for makes a name.
  private mutating func readNames(_ text: String, _ language: UInt8) {
    // Most instructions have none but at their beginning.
    guard text.utf8.dropFirst().contains(where: InstructionWords.isCapital) else {
      small = text.utf8.first.map(InstructionWords.isCapital) ?? false ? Array(words.dropFirst()) : words
      return
    }
    var startsSentence = true
    var before: [UInt8] = []
    for piece in text.utf8.split(whereSeparator: InstructionWords.isBlank) {
      let word = piece.drop { !InstructionWords.isLetter($0) }
      let name = word.prefix { InstructionWords.isLetter($0) && $0 < 0x80 }
      defer { startsSentence = piece.last.map { ".?!:".utf8.contains($0) } ?? false }
      // "In swift" is in Swift.
      let isTool = Self.toolPrepositions.contains(before)
      before = InstructionWords.lowercased(Array(name)[...])
      guard name.count > 1, let first = name.first else { continue }
      if isTool, Self.isTool(before) { continue }
      guard InstructionWords.isCapital(first) else {
        small.append(String(decoding: name, as: UTF8.self))
        continue
      }
      let lower = String(decoding: InstructionWords.lowercased(Array(name)[...]), as: UTF8.self)
      if startsSentence { continue }
      if !Self.isAlwaysAName(lower) { capitalised.append(lower) }
      unquoted.append(lower)
      var hash = PhraseHash()
      hash.add(lower.utf8)
      if !Lexicon.shared.knows(hash.value, in: language),
        name.count == word.count || word.dropFirst(name.count).first == UInt8(ascii: "'")
      {
        if !names.contains(lower) { names.append(lower) }
      }
    }
  }
}
