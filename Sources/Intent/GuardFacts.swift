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

  /// Its languages, its formats or its tools.
  func names(of kind: ConceptKind) -> [String] {
    slots.isEmpty ? [] : slots.filter { $0.kind == kind }.map(\.name)
  }

  init(_ text: String) {
    let pieces = InstructionWords(text).words
    self.init(text, pieces, ConceptReader(pieces).concepts)
  }

  /// Of a text whose words and concepts are known.
  init(_ text: String, _ pieces: [InstructionWord], _ concepts: [Concept]) {
    words.reserveCapacity(pieces.count)
    sequence.reserveCapacity(pieces.count)
    plainWords.reserveCapacity(pieces.count)
    for piece in pieces {
      if piece.kind == .word || piece.kind == .number { words.append(piece.text) }
      if piece.kind != .pause, piece.kind != .possessive { sequence.append(piece.text) }
      if piece.kind == .word, GuardWords.modals.contains(piece.text) { plainWords.append(piece.text) }
    }
    for concept in concepts where concept.word.kind == .word && concept.surface == concept.word.text {
      plainWords.append(concept.surface)
    }
    var language: UInt8 = 0
    for (index, concept) in concepts.enumerated() {
      for reading in concept.readings { language = max(language, reading.language) }
      read(concept, at: index, of: concepts)
    }
    readNames(text, language)
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

  /// A capital that no sentence asks for makes a name.
  private mutating func readNames(_ text: String, _ language: UInt8) {
    var text = text
    text.withUTF8 { bytes in
      // Most instructions have none but at their beginning.
      guard bytes.dropFirst().contains(where: InstructionWords.isCapital) else { return }
      var startsSentence = true
      var place = 0
      while place < bytes.count {
        if InstructionWords.isBlank(bytes[place]) {
          place += 1
          continue
        }
        var end = place + 1
        while end < bytes.count, !InstructionWords.isBlank(bytes[end]) { end += 1 }
        if !startsSentence { readName(UnsafeBufferPointer(rebasing: bytes[place..<end]), language) }
        startsSentence = ".?!:".utf8.contains(bytes[end - 1])
        place = end
      }
    }
  }

  /// A name at the beginning of a piece of text, after quotation marks and brackets.
  private mutating func readName(_ piece: UnsafeBufferPointer<UInt8>, _ language: UInt8) {
    var start = 0
    while start < piece.count, !InstructionWords.isLetter(piece[start]) { start += 1 }
    guard start < piece.count, InstructionWords.isCapital(piece[start]) else { return }
    var end = start
    while end < piece.count, InstructionWords.isLetter(piece[end]), piece[end] < 0x80 { end += 1 }
    guard end > start + 1 else { return }
    let lower = String(decoding: InstructionWords.lowercased(Array(piece[start..<end])[...]), as: UTF8.self)
    unquoted.append(lower)
    var hash = PhraseHash()
    hash.add(lower.utf8)
    let isWhole = end == piece.count || piece[end] == UInt8(ascii: "'")
    if isWhole, !Lexicon.shared.knows(hash.value, in: language), !names.contains(lower) { names.append(lower) }
  }
}
