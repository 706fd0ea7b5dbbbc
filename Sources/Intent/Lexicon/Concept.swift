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
    concept(kind).map(Lexicon.shared.name)
  }

  /// Whether it has a reading of a kind.
  func may(_ kind: ConceptKind) -> Bool { readings.has(kind) }

  /// The number of what its reading of a kind stands for.
  func concept(_ kind: ConceptKind) -> UInt16? {
    guard readings.has(kind) else { return nil }
    return readings.first { $0.kind == kind }?.concept
  }

  /// Its words without the ending of one that is inflected: what it is where it is not certain that another word for it would do.
  var lemma: String {
    if form == .base { return surface.hasSuffix("ise") ? surface.dropLast(2) + "ze" : surface }
    let first = word.text
    var stem = first
    Inflection.forEachStem(first, after: PhraseHash()) { hash, _ in
      guard let form = Lexicon.shared.form(hash.value), form.isKnown || form.beginsPhrase else { return false }
      stem = Inflection.stem(first, with: hash)
      return true
    }
    stem += surface.dropFirst(first.utf8.count)
    return stem.hasSuffix("ise") ? stem.dropLast(2) + "ze" : stem
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
    let words = WordOrder.usual(words)
    self.words = words
    language = Self.language(of: words)
    concepts.reserveCapacity(words.count)
    if language == 0 {
      let particles = Self.particles
      lastParticle = words.lastIndex { $0.kind == .word && particles.contains($0) }
    }
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
  static func language(of words: [InstructionWord]) -> UInt8 {
    var counts = SIMD4<Int32>()
    for word in words where word.kind == .word {
      var seen: UInt8 = 0
      Lexicon.shared.forEachReading(word.hash) { reading in
        switch reading.kind {
        case .det, .prep, .pronoun, .and, .or, .not, .relative: seen |= 1 << reading.language
        default: if reading.language != 0 { seen |= 1 << reading.language }
        }
      }
      if seen == 0 { continue }
      for index in 0..<4 where seen >> UInt8(index) & 1 == 1 { counts[index] += 1 }
    }
    var best = 1
    for index in 2...3 where counts[index] > counts[best] { best = index }
    return counts[best] >= 2 && counts[best] > counts[0] ? UInt8(best) : 0
  }

  /// The language that the instruction is written in, where two words of it are of no other: 0 for English, and for what is
  /// not clear. "Summarise this e-mail thread in three points" has three words that German has, too.
  var writtenLanguage: UInt8 {
    guard language != 0 else { return 0 }
    let own = words.count { word in
      guard word.kind == .word else { return false }
      var (isOf, isEnglish) = (false, false)
      Lexicon.shared.forEachReading(word.hash) { reading in
        if reading.language == language { isOf = true }
        if reading.language == 0 { isEnglish = true }
      }
      return isOf && !isEnglish
    }
    return own >= 2 ? language : 0
  }

  /// Reads the concept that begins at a word, and says how many words it takes.
  private mutating func read(at start: Int) -> Int {
    let lexicon = Lexicon.shared
    var best: Found?
    var count = 0
    var hash = PhraseHash()
    /// The phrase so far with its first word's ending taken off: "pulling out".
    var stems: [PhraseHash] = []
    var mayGoOn = true
    while count < lexicon.longestPhrase, start + count < words.count {
      let word = words[start + count]
      guard word.kind == .word || (word.kind == .number && count > 0) else { break }
      count += 1
      let before = hash
      if count == 1 { hash = PhraseHash(word) } else { hash.add(word.text) }
      let form = lexicon.form(hash.value)
      var stemMayGoOn = false
      var known: Lexicon.Form?
      for index in stems.indices {
        stems[index].add(word.text)
        guard let form = lexicon.form(stems[index].value) else { continue }
        if form.beginsPhrase { stemMayGoOn = true }
        if known == nil, form.isKnown(in: language) { known = form }
      }
      if let form, form.isKnown(in: language) {
        best = Found(form: form, count: count, ending: .base)
      } else if mayGoOn, let stem = inflected(before, word.text) {
        best = Found(form: stem.form, count: count, ending: stem.ending)
      } else if let known {
        best = Found(form: known, count: count, ending: .ing)
      }
      if count == 1 {
        Inflection.forEachStem(word.text, after: PhraseHash()) { stem, _ in
          if lexicon.form(stem.value)?.beginsPhrase ?? false { stems.append(stem) }
          return false
        }
        stemMayGoOn = !stems.isEmpty
      }
      mayGoOn = form?.beginsPhrase ?? false
      if !mayGoOn, !stemMayGoOn { break }
    }
    if best == nil { best = corrected(at: start) }
    if let lastParticle, lastParticle > start + 1, best?.count ?? 1 == 1 {
      if let phrase = separated(at: start) {
        concepts.append(
          Concept(
            readings: lexicon.readings(phrase.form, in: 0), word: words[start],
            surface: words[start].text + " " + words[phrase.particle].text, form: phrase.ending))
        takenParticle = phrase.particle
        return 1
      }
    }
    guard let best else {
      concepts.append(Concept(word: words[start], surface: words[start].text))
      return 1
    }
    var surface = words[start].text
    for word in words[start..<(start + best.count)].dropFirst() { surface += " " + word.text }
    var readings = lexicon.readings(best.form, in: language)
    if readings.isEmpty { readings = lexicon.readings(best.form, in: 0) }
    concepts.append(Concept(readings: readings, word: words[start], surface: surface, form: best.ending))
    return best.count
  }

  private struct Found {
    let form: Lexicon.Form
    let count: Int
    let ending: Concept.Form
  }

  /// A long word with a likely slip in it.
  private func corrected(at place: Int) -> Found? {
    let letters = Array(words[place].text.utf8)
    guard letters.count >= Slip.minimumLength - 1, let known = Lexicon.shared.correction(of: letters),
      !KnownWords.shared.isWord(letters),
      Slip.isForgiven(letters, for: known, max(KnownWords.shared.use(PhraseHash(known[...])), .common)),
      !ExactWords.has(words, at: place)
    else { return nil }
    var hash = PhraseHash()
    hash.add(known)
    if let form = Lexicon.shared.form(hash.value), form.isKnown(in: language) {
      return Found(form: form, count: 1, ending: .base)
    }
    return inflected(PhraseHash(), String(decoding: known, as: UTF8.self)).map {
      Found(form: $0.form, count: 1, ending: $0.ending)
    }
  }

  private static let particles = WordSet(["up", "out", "down", "off", "on", "away", "back", "over", "apart"])

  /// A verb whose particle stands after what it is about, at the end of its clause: "sum this up", "turn the light off".
  private func separated(at start: Int) -> (form: Lexicon.Form, ending: Concept.Form, particle: Int)? {
    for place in (start + 1)..<min(start + 6, words.count) {
      if words[place].kind == .pause { return nil }
      guard place > start + 1, words[place].kind == .word, Self.particles.contains(words[place]),
        endsClause(place + 1)
      else { continue }
      let particle = words[place].text
      var whole = PhraseHash(words[start])
      whole.add(particle)
      if let form = verb(whole) { return (form, .base, place) }
      var found: Lexicon.Form?
      Inflection.forEachStem(words[start].text, after: PhraseHash()) { stem, _ in
        var phrase = stem
        phrase.add(particle)
        found = verb(phrase)
        return found != nil
      }
      return found.map { ($0, .ing, place) }
    }
    return nil
  }

  /// What is known of an English verb.
  private func verb(_ phrase: PhraseHash) -> Lexicon.Form? {
    guard let form = Lexicon.shared.form(phrase.value),
      Lexicon.shared.readings(form, in: 0).contains(where: { $0.kind == .verb || $0.kind == .give })
    else { return nil }
    return form
  }

  /// Whether a clause ends before a word: nothing follows, or a pause, or what means nothing.
  private func endsClause(_ index: Int) -> Bool {
    if index >= words.count || words[index].kind == .pause { return true }
    var isFiller =
      words[index].text == "for" && index + 1 < words.count && ["me", "us"].contains(words[index + 1].text)
    Lexicon.shared.forEachReading(words[index].hash) { if $0.kind == .filler, $0.language == 0 { isFiller = true } }
    return isFiller
  }

  private func inflected(_ before: PhraseHash, _ word: String) -> (form: Lexicon.Form, ending: Concept.Form)? {
    Self.inflected(before, word, in: language)
  }

  /// Apart from the reader, of which each stem that is tried would else take a copy.
  private static func inflected(
    _ before: PhraseHash, _ word: String, in language: UInt8
  ) -> (form: Lexicon.Form, ending: Concept.Form)? {
    var found: (form: Lexicon.Form, ending: Concept.Form)?
    Inflection.forEachStem(word, after: before, isEnglish: language == 0) { stem, ending in
      guard let form = Lexicon.shared.form(stem.value), form.isKnown(in: language),
        Lexicon.shared.readings(form, in: 0).contains(where: { Inflection.fits(ending, $0.kind) })
      else { return false }
      found = (form, ending)
      return true
    }
    return found
  }
}
