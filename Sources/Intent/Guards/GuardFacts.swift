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
  /// Words inside a sentence that begin with a capital, in lower case.
  private(set) var capitalised: [String] = []
  /// Whether it asks about what was.
  private(set) var isPast = false
  /// Verbs behind their subjects that are in the past, or may be.
  private(set) var pasts: [String] = []
  /// Comparisons, as the lexicon calls them.
  private(set) var bounds: [String] = []
  /// My, your, his, …
  private(set) var owners: [String] = []
  /// What stands between brackets.
  private(set) var bracketed: [String] = []
  /// Words that turn a request into another one or have an opposite, where they are no part of a known phrase.
  private(set) var marked: [String] = []
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

  let text: String
  let pieces: [InstructionWord]
  /// The pieces with those that are politeness, or only point at a text.
  let said: [InstructionWord]
  let concepts: [Concept]
  /// What stands before the request, or right behind its verb.
  let fronts: [FrontPhrase]
  /// Blanks that are more than one between two words.
  let spacing: [String]
  /// How many words and literals there are.
  private(set) var length = 0

  /// A word that another text spells otherwise, where that counts.
  func spellsOtherwise(than other: GuardFacts) -> String? {
    pieces == other.pieces ? nil : Spelling.disagreement(pieces, other.pieces)
  }

  /// How many words stand in front of its first comma, where a preposition opens it; else 0.
  var fronted: Int {
    guard let comma = pieces.firstIndex(where: { $0.kind == .pause }), pieces[comma].text == ",", comma < 8,
      ["in", "as", "with", "for", "without", "using"].contains(pieces[0].text)
    else { return 0 }
    return pieces[..<comma].contains { $0.kind == .possessive } ? 0 : comma
  }

  /// Whether it holds a word or a number.
  func says(_ word: String) -> Bool {
    pieces.contains { ($0.kind == .word || $0.kind == .number) && $0.text == word }
  }

  /// Whether it holds one of some words.
  func saysOne(of words: Set<String>) -> Bool {
    pieces.contains { ($0.kind == .word || $0.kind == .number) && words.contains($0.text) }
  }

  /// All words and numbers, in order.
  var words: [String] {
    pieces.compactMap { $0.kind == .word || $0.kind == .number ? $0.text : nil }
  }

  /// All words and literals, in order.
  var sequence: [String] { Self.sequence(pieces) }

  /// The same in their usual order.
  var usualSequence: [String] { Self.sequence(WordOrder.usual(pieces)) }

  private static func sequence(_ pieces: [InstructionWord]) -> [String] {
    pieces.compactMap { piece in
      if piece.kind == .pause || piece.kind == .possessive { return nil }
      return piece.kind == .word ? withoutPlural(piece.text) : piece.text
    }
  }

  init(_ text: String) {
    let pieces = InstructionWords(text).words
    let reader = ConceptReader(pieces)
    self.init(text, pieces, reader.concepts, reader.writtenLanguage)
  }

  /// Of a text whose words and concepts are known.
  init(_ text: String, _ pieces: [InstructionWord], _ concepts: [Concept], _ language: UInt8) {
    let bare = PoliteWords.without(pieces)
    let concepts = PoliteWords.areOnlyMarks(pieces, without: bare) ? concepts : ConceptReader(bare).concepts
    (self.text, self.pieces, self.language, self.concepts) = (text, bare, language, concepts)
    said = pieces
    (fronts, spacing) = (FrontPhrase.all(in: concepts), Spacing.runs(in: text))
    var isInBrackets = false
    for piece in bare {
      if piece.kind == .pause {
        if piece.text == "(" {
          isInBrackets = true
        } else if piece.text.utf8.first == UInt8(ascii: ")") {
          isInBrackets = false
        }
      } else if piece.kind != .possessive {
        length += 1
        if isInBrackets { bracketed.append(piece.text) }
        if piece.kind == .word, GuardWords.modals.contains(piece) { marked.append(piece.text) }
      }
    }
    var latest: UInt8 = 0
    for index in concepts.indices { latest = max(latest, read(concepts, at: index)) }
    // Most instructions have no capital but at their beginning.
    if hasCapitalInside { readNames(latest) }
    // "VS Code" and "vs code": a known name of several words.
    if !capitalised.isEmpty || !names.isEmpty {
      for concept in concepts where concept.surface.utf8.count > concept.word.text.utf8.count {
        if concept.may(.thing) || concept.may(.work) { names.removeAll { Self.isWord($0, of: concept.surface) } }
        guard concept.may(.tool) || concept.may(.format) || concept.may(.language) else {
          continue
        }
        capitalised.removeAll { Self.isWord($0, of: concept.surface) }
      }
    }
  }

  /// Whether a word is one of a phrase.
  private static func isWord(_ word: String, of phrase: String) -> Bool {
    var (word, phrase) = (word, phrase)
    return word.withUTF8 { word in
      phrase.withUTF8 { phrase in
        phrase.split(separator: 0x20).contains { $0.elementsEqual(word) }
      }
    }
  }

  /// Gathers what one concept says, and gives the greatest number of a language that it may be of.
  private mutating func read(_ concepts: [Concept], at index: Int) -> UInt8 {
    let concept = concepts[index]
    switch concept.word.kind {
    case .number: number(concept.word.text, concepts, index)
    case .quote: quotes.append(concept.word.text)
    case .code: identifiers.append(concept.word.text)
    case .sign where "+*/=<>%^".contains(concept.word.text) && touchesNumber(concepts, index):
      operators.append(concept.word.text)
    case .sign where concept.word.text == "->": follow("to", concepts, index)
    default: break
    }
    guard concept.word.kind == .word else { return concept.readings.latestLanguage }
    if let past = Self.pastVerb(concepts, at: index) { pasts.append(past) }
    if GuardWords.marked.contains(concept.word), concept.surface == concept.word.text || concept.name(.prep) == "only" {
      marked.append(concept.word.text)
    }
    if let first = concept.readings.first?.kind, first == .verb || first == .thing || first == .give || first == .prep {
      readTime(concept, before: index + 1 < concepts.count ? concepts[index + 1] : nil)
    }
    if concept.may(.quality), concept.surface.utf8.count <= 5, let owner = concept.name(.quality),
      GuardWords.owners.contains(owner)
    {
      owners.append(owner)
    }
    if let value = concept.name(.number) { number(value, concepts, index) }
    if let sign = concept.name(.sign) { operators.append(sign) }
    if concept.may(.not) || GuardWords.hiddenNegations.contains(concept.word) { negations += 1 }
    if let name = concept.name(.language) { slots.append((.language, name)) }
    if let name = concept.name(.format) { slots.append((.format, name)) }
    if let name = concept.name(.tool) { slots.append((.tool, name)) }
    if let direction = Self.direction(concept.word.text) { follow(direction, concepts, index) }
    return concept.readings.latestLanguage
  }

  /// A word of which it counts what follows. By its length first: it is asked of every word.
  private static func direction(_ word: String) -> String? {
    switch word.utf8.count {
    case 2: word == "to" ? word : nil
    case 4: word == "into" ? "to" : word == "from" || word == "than" || word == "over" ? word : nil
    case 5: word == "after" ? word : nil
    case 6: word == "before" ? word : nil
    case 7: word == "between" ? word : nil
    default: nil
    }
  }

  /// What asks about the past, and what compares.
  private mutating func readTime(_ concept: Concept, before next: Concept?) {
    if let bound = concept.name(.prep).flatMap(GuardWords.bound), !isPlace(concept, before: next) {
      bounds.append(bound)
      bounds.sort()
    }
    if isPast { return }
    isPast = isPast(concept, .verb) || isPast(concept, .give) || isPast(concept, .thing)
  }

  /// "The text below": where something stands, and no bound.
  private func isPlace(_ concept: Concept, before next: Concept?) -> Bool {
    guard concept.surface == "below" || concept.surface == "above" else { return false }
    return next.map { $0.word.kind == .pause || $0.may(.prep) || $0.may(.and) || $0.may(.relative) } ?? true
  }

  private func isPast(_ concept: Concept, _ kind: ConceptKind) -> Bool {
    guard let number = concept.concept(kind) else { return false }
    // Most names end otherwise.
    switch Lexicon.shared.lastLetter(number) {
    case UInt8(ascii: "s"), UInt8(ascii: "d"): return GuardWords.past.contains(Lexicon.shared.name(number))
    case UInt8(ascii: "t"): return Lexicon.shared.name(number).hasSuffix("_past")
    default: return false
    }
  }

  /// So that an order of words is one for "column" and "columns", too.
  private static func withoutPlural(_ word: String) -> String {
    word.utf8.count > 3 && word.utf8.last == UInt8(ascii: "s")
      ? String(decoding: word.utf8.dropLast(), as: UTF8.self) : word
  }

  private func touchesNumber(_ concepts: [Concept], _ index: Int) -> Bool {
    [index - 1, index + 1].contains { concepts.indices.contains($0) && concepts[$0].word.kind == .number }
  }

  private mutating func number(_ value: String, _ concepts: [Concept], _ index: Int) {
    let next = index + 1 < concepts.count ? concepts[index + 1] : nil
    numbers.append(Number(value: value, unit: next?.name(.unit) ?? "", next: next.map(Self.name) ?? ""))
  }

  private mutating func follow(_ word: String, _ concepts: [Concept], _ index: Int) {
    var index = index + 1
    while index < concepts.count, concepts[index].may(.det) || concepts[index].may(.filler) {
      index += 1
    }
    guard index < concepts.count, concepts[index].word.kind != .pause else { return }
    after.append((word, Self.name(concepts[index])))
  }

  private static func name(_ concept: Concept) -> String {
    for kind in nameKinds where concept.may(kind) {
      if let name = concept.name(kind) { return name }
    }
    return concept.readings.first.map { Lexicon.shared.name($0.concept) } ?? concept.word.text.lowercased()
  }

  private static let nameKinds: [ConceptKind] = [.unit, .language, .format, .tool, .thing, .work, .number]

  // MARK: Capitals

  /// Languages, formats and tools whose names are no other words: "python" is Python.
  static func isAlwaysAName(_ lower: InstructionWord) -> Bool {
    if GuardWords.namesAndWords.contains(lower) { return false }
    if GuardWords.acronyms.contains(lower) { return true }
    var isName = false
    Lexicon.shared.forEachReading(lower.hash) { reading in
      switch reading.kind {
      case .language, .format, .tool, .filler, .det, .verb, .give, .howto, .pronoun, .unit, .number: isName = true
      default: break
      }
    }
    return isName
  }

  /// A name as it is spelt, where it was read so.
  private func meant(by name: InstructionWord) -> InstructionWord {
    if Lexicon.shared.knows(name.hash) || says(name.text) { return name }
    guard let letters = Spelling.nameMeant(by: Array(name.text.utf8)) else { return name }
    let right = InstructionWord(kind: .word, text: String(decoding: letters, as: UTF8.self))
    return says(right.text) ? right : name
  }

  /// A capital that no sentence asks for makes a name.
  private mutating func readNames(_ language: UInt8) {
    var (capitalised, unquoted, names): ([String], [String], [String]) = ([], [], [])
    forEachName { name in
      guard InstructionWords.isCapital(name.letters[0]), !name.startsSentence else { return }
      let lower = meant(by: InstructionWord(kind: .word, text: name.lower))
      if !Self.isAlwaysAName(lower) { capitalised.append(lower.text) }
      let one = InstructionWords.acronym(name.letters) ?? lower.text
      unquoted += [lower.text, one]
      if !Lexicon.shared.knows(lower.hash, in: language), name.isWhole, !names.contains(one) { names.append(one) }
    }
    // "Microsoft Excel" was read as Excel.
    for spare in names where InstructionWords.mayBeSpare(spare) && !says(spare) {
      names.removeAll { $0 == spare }
      capitalised.removeAll { $0 == spare }
    }
    (self.capitalised, self.unquoted, self.names) = (capitalised, unquoted, names)
  }
}
