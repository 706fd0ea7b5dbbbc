/// A word or phrase as it was understood, or a literal that is kept as it is written.
struct Concept: Sendable {
  enum Form: Sendable { case base, plural, ing, past }

  /// What it may be; empty for a literal.
  var readings: [Lexicon.Reading] = []
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
  private let lexicon = Lexicon.shared
  private let words: [InstructionWord]
  private let bytes: [[UInt8]]
  private var language: UInt8 = 0
  private(set) var concepts: [Concept] = []

  init(_ words: [InstructionWord]) {
    self.words = words
    bytes = words.map { $0.kind == .word || $0.kind == .number ? Array($0.text.utf8) : [] }
    language = Self.language(of: words)
    concepts.reserveCapacity(words.count)
    var index = 0
    while index < words.count {
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
    for count in 1...lexicon.longestPhrase {
      guard start + count <= words.count else { break }
      let kind = words[start + count - 1].kind
      guard kind == .word || (kind == .number && count > 1) else { break }
      let word = bytes[start + count - 1]
      let before = hash
      hash.add(word)
      if lexicon.knows(hash.value, in: language) {
        best = (hash.value, count, .base)
      } else if count == 1 || lexicon.mayBegin(before.value), let stem = inflected(before, word) {
        best = (stem.hash, count, stem.form)
      } else if count > 1, let known = stems.firstIndex(where: { knows($0, word) }) {
        var phrase = stems[known]
        phrase.add(word)
        best = (phrase.value, count, .ing)
      }
      // A phrase whose first word is inflected: "pulling out".
      if count == 1 {
        Inflection.forEachStem(word) { stem, _ in
          var phrase = PhraseHash()
          phrase.add(stem)
          if lexicon.mayBegin(phrase.value) { stems.append(phrase) }
          return false
        }
      } else {
        for index in stems.indices { stems[index].add(word) }
      }
      if !lexicon.mayBegin(hash.value), !stems.contains(where: { lexicon.mayBegin($0.value) }) { break }
    }
    if best == nil, let known = lexicon.correction(of: Array(words[start].text.utf8)) {
      var corrected = PhraseHash()
      corrected.add(known)
      if lexicon.knows(corrected.value, in: language) {
        best = (corrected.value, 1, .base)
      } else if let stem = inflected(PhraseHash(), known) {
        best = (stem.hash, 1, stem.form)
      }
    }
    guard let best else {
      concepts.append(Concept(word: words[start], surface: words[start].text))
      return 1
    }
    let surface =
      best.count == 1 ? words[start].text : words[start..<(start + best.count)].map(\.text).joined(separator: " ")
    var concept = Concept(word: words[start], surface: surface, form: best.form)
    lexicon.forEachReading(best.hash) { if $0.language == language { concept.readings.append($0) } }
    if concept.readings.isEmpty {
      lexicon.forEachReading(best.hash) { if $0.language == 0 { concept.readings.append($0) } }
    }
    concepts.append(concept)
    return best.count
  }

  private func knows(_ phrase: PhraseHash, _ word: some Sequence<UInt8>) -> Bool {
    var phrase = phrase
    phrase.add(word)
    return lexicon.knows(phrase.value, in: language)
  }

  private func inflected(_ before: PhraseHash, _ word: some Sequence<UInt8>) -> (hash: UInt64, form: Concept.Form)? {
    var found: (hash: UInt64, form: Concept.Form)?
    Inflection.forEachStem(Array(word)) { stem, form in
      var phrase = before
      phrase.add(stem)
      guard lexicon.knows(phrase.value, in: language) else { return false }
      var isFit = false
      lexicon.forEachReading(phrase.value) { if $0.language == 0, Inflection.fits(form, $0.kind) { isFit = true } }
      if isFit { found = (phrase.value, form) }
      return isFit
    }
    return found
  }
}
