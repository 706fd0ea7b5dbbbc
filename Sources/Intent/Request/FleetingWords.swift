/// A word of a request in small letters, known by the hash that the lexicon finds it by: comparing texts takes ten times as
/// long, and every call is read so.
struct FleetingWord: Equatable, Sendable, ExpressibleByStringLiteral {
  let hash: UInt64
  /// Its first byte.
  let first: UInt8

  init(hash: UInt64, first: UInt8) { (self.hash, self.first) = (hash, first) }

  init(_ word: some StringProtocol) {
    var hash = PhraseHash()
    hash.add(word.utf8)
    self.init(hash: hash.value, first: word.utf8.first ?? 0)
  }

  init(stringLiteral word: StaticString) {
    var hash = PhraseHash()
    word.withUTF8Buffer { for byte in $0 { hash.add(byte: byte) } }
    hash.endWord()
    self.init(hash: hash.value, first: word.withUTF8Buffer { $0.first ?? 0 })
  }

  var beginsWithDigit: Bool { (0x30...0x39).contains(first) }

  static func == (a: FleetingWord, b: FleetingWord) -> Bool { a.hash == b.hash }
}

/// Some words of which any may be asked for.
struct FleetingWords: Sendable {
  /// As they are written.
  let texts: [String]
  private let set: WordSet

  init(_ texts: [String]) {
    self.texts = texts
    set = WordSet(texts)
  }

  func contains(_ word: FleetingWord) -> Bool { set.contains(hash: word.hash) }

  /// Whether one of them is among others.
  func isAny(of words: [FleetingWord]) -> Bool { words.contains { set.contains(hash: $0.hash) } }
}

/// Some phrases of which any may be said.
struct FleetingPhrases: Sendable {
  /// As they are written.
  let texts: [String]
  private let phrases: [[FleetingWord]]
  /// What they begin with: most words begin none.
  private let firsts: WordSet

  init(_ texts: [String]) {
    self.texts = texts
    phrases = texts.map { $0.split(separator: " ").map { FleetingWord($0) } }
    firsts = WordSet(texts.map { String($0.prefix { $0 != " " }) })
  }

  /// Whether one of them stands among words.
  ///
  /// - Parameter isMeant: whether a phrase that does, with these words, says what it is to say.
  func areSaid(in words: [FleetingWord], where isMeant: ([FleetingWord]) -> Bool = { _ in true }) -> Bool {
    for start in words.indices where firsts.contains(hash: words[start].hash) {
      for phrase in phrases where phrase[0] == words[start] && Self.stands(phrase, at: start, in: words) {
        if isMeant(phrase) { return true }
      }
    }
    return false
  }

  private static func stands(_ phrase: [FleetingWord], at start: Int, in words: [FleetingWord]) -> Bool {
    guard start + phrase.count <= words.count else { return false }
    for place in 1..<max(phrase.count, 1) where phrase[place] != words[start + place] { return false }
    return true
  }
}
