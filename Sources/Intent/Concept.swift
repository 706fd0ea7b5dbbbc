/// A word or phrase as it was understood, or a literal that is kept as it is written.
struct Concept: Sendable {
  enum Form: Sendable { case base, plural, ing, past }

  /// What it may be; empty for a literal.
  var readings = Readings()
  /// What kind of word it is.
  var word: InstructionWord
  /// All its words as they are written.
  var surface: String
  var form = Form.base

  /// The name of its reading of a kind; nil when it has none.
  func name(_ kind: ConceptKind) -> String? {
    readings.first { $0.kind == kind }.map { Lexicon.shared.name($0.concept) }
  }

  /// The literal as it stands in a key. Marks no lexicon name has keep it apart from concepts.
  var literal: String {
    switch word.kind {
    case .word: "'\(word.text)"
    case .number: "#\(word.text)"
    case .quote: "\"\(word.text)\""
    case .code: "`\(word.text)`"
    case .sign: "~\(word.text)"
    case .payload: "@"
    case .possessive, .pause: ""
    }
  }
}

/// Finds concepts in words: the longest known phrase first, as written, then inflected, then with a slip corrected.
struct ConceptReader {
  private let words: [InstructionWord]
  private var language: UInt8 = 0
  /// The last word that may belong to a verb before it, and one that does.
  private var lastParticle: Int?
  private var takenParticle: Int?
  private(set) var concepts: [Concept] = []

  init(_ words: [InstructionWord]) {
    self.words = words
    language = Self.language(of: words)
    concepts.reserveCapacity(words.count)
    if language == 0 { lastParticle = words.lastIndex { $0.kind == .word && Self.particles.contains($0.text) } }
    var index = 0
    while index < words.count {
      if index == takenParticle {
        index += 1
        continue
      }
      guard words[index].kind == .word else {
        concepts.append(Concept(word: words[index], surface: words[index].text))
        index += 1
        continue
      }
      index += read(at: index)
    }
  }

  /// The language that most of the small words are of; English when in doubt.
  private static func language(of words: [InstructionWord]) -> UInt8 {
    var counts = [0, 0, 0, 0]
    for word in words where word.kind == .word {
      var hash = PhraseHash()
      hash.add(word.text.utf8)
      var seen: UInt8 = 0
      Lexicon.shared.forEachReading(hash.value) { reading in
        switch reading.kind {
        case .det, .prep, .pronoun, .and, .or, .not, .relative: seen |= 1 << reading.language
        default: if reading.language != 0 { seen |= 1 << reading.language }
        }
      }
      for index in 0..<4 where seen >> UInt8(index) & 1 == 1 { counts[index] += 1 }
    }
    guard let best = (1...3).max(by: { counts[$0] < counts[$1] }), counts[best] >= 2, counts[best] > counts[0] else {
      return 0
    }
    return UInt8(best)
  }

  /// Reads the concept that begins at a word, and says how many words it takes.
  private mutating func read(at start: Int) -> Int {
    var best: (hash: UInt64, count: Int, form: Concept.Form)?
    var hash = PhraseHash()
    var stems: [PhraseHash] = []
    for count in 1...Lexicon.shared.longestPhrase {
      guard start + count <= words.count else { break }
      let kind = words[start + count - 1].kind
      guard kind == .word || (kind == .number && count > 1) else { break }
      let word = words[start + count - 1].text.utf8
      let before = hash
      hash.add(word)
      if Lexicon.shared.knows(hash.value, in: language) {
        best = (hash.value, count, .base)
      } else if count == 1 || Lexicon.shared.mayBegin(before.value), let stem = inflected(before, word) {
        best = (stem.hash, count, stem.form)
      } else if count > 1, let known = stems.firstIndex(where: { knows($0, word) }) {
        var phrase = stems[known]
        phrase.add(word)
        best = (phrase.value, count, .ing)
      }
      // A phrase whose first word is inflected: "pulling out".
      if count == 1 {
        Inflection.forEachStem(Array(word)) { stem, _ in
          var phrase = PhraseHash()
          phrase.add(stem)
          if Lexicon.shared.mayBegin(phrase.value) { stems.append(phrase) }
          return false
        }
      } else {
        for index in stems.indices { stems[index].add(word) }
      }
      if !Lexicon.shared.mayBegin(hash.value), !stems.contains(where: { Lexicon.shared.mayBegin($0.value) }) { break }
    }
    if best == nil, let known = Lexicon.shared.correction(of: Array(words[start].text.utf8)) {
      var corrected = PhraseHash()
      corrected.add(known)
      if Lexicon.shared.knows(corrected.value, in: language) {
        best = (corrected.value, 1, .base)
      } else if let stem = inflected(PhraseHash(), known) {
        best = (stem.hash, 1, stem.form)
      }
    }
    if let lastParticle, lastParticle > start + 1, best?.count ?? 1 == 1, let phrase = separated(at: start, stems) {
      var concept = Concept(
        word: words[start], surface: words[start].text + " " + words[phrase.particle].text, form: phrase.form)
      Lexicon.shared.forEachReading(phrase.hash) { if $0.language == 0 { concept.readings.append($0) } }
      concepts.append(concept)
      takenParticle = phrase.particle
      return 1
    }
    guard let best else {
      concepts.append(Concept(word: words[start], surface: words[start].text))
      return 1
    }
    let surface =
      best.count == 1 ? words[start].text : words[start..<(start + best.count)].map(\.text).joined(separator: " ")
    var concept = Concept(word: words[start], surface: surface, form: best.form)
    Lexicon.shared.forEachReading(best.hash) { if $0.language == language { concept.readings.append($0) } }
    if concept.readings.isEmpty {
      Lexicon.shared.forEachReading(best.hash) { if $0.language == 0 { concept.readings.append($0) } }
    }
    concepts.append(concept)
    return best.count
  }

  private static let particles: Set = ["up", "out", "down", "off", "on", "away", "back", "over", "apart"]

  /// A verb whose particle stands after what it is about, at the end of its clause: "sum this up", "turn the light off".
  private func separated(
    at start: Int, _ stems: [PhraseHash]
  ) -> (hash: UInt64, form: Concept.Form, particle: Int)? {
    var whole = PhraseHash()
    whole.add(words[start].text.utf8)
    for place in (start + 1)..<min(start + 6, words.count) {
      if words[place].kind == .pause { return nil }
      guard place > start + 1, words[place].kind == .word, Self.particles.contains(words[place].text),
        endsClause(place + 1)
      else { continue }
      for (verb, form) in [(whole, Concept.Form.base)] + stems.map({ ($0, .ing) }) {
        var phrase = verb
        phrase.add(words[place].text.utf8)
        var isVerb = false
        Lexicon.shared.forEachReading(phrase.value) {
          if $0.language == 0, $0.kind == .verb || $0.kind == .give { isVerb = true }
        }
        if isVerb { return (phrase.value, form, place) }
      }
      return nil
    }
    return nil
  }

  /// Whether a clause ends before a word: nothing follows, or a pause, or what means nothing.
  private func endsClause(_ index: Int) -> Bool {
    if index >= words.count || words[index].kind == .pause { return true }
    var hash = PhraseHash()
    hash.add(words[index].text.utf8)
    var isFiller =
      words[index].text == "for" && index + 1 < words.count && ["me", "us"].contains(words[index + 1].text)
    Lexicon.shared.forEachReading(hash.value) { if $0.kind == .filler, $0.language == 0 { isFiller = true } }
    return isFiller
  }

  private func knows(_ phrase: PhraseHash, _ word: some Sequence<UInt8>) -> Bool {
    var phrase = phrase
    phrase.add(word)
    return Lexicon.shared.knows(phrase.value, in: language)
  }

  private func inflected(_ before: PhraseHash, _ word: some Sequence<UInt8>) -> (hash: UInt64, form: Concept.Form)? {
    var found: (hash: UInt64, form: Concept.Form)?
    Inflection.forEachStem(Array(word)) { stem, form in
      var phrase = before
      phrase.add(stem)
      guard Lexicon.shared.knows(phrase.value, in: language) else { return false }
      var isFit = false
      Lexicon.shared.forEachReading(phrase.value) {
        if $0.language == 0, Inflection.fits(form, $0.kind) { isFit = true }
      }
      if isFit { found = (phrase.value, form) }
      return isFit
    }
    return found
  }
}
