/// A small word that is itself asked about: "what does for mean", "explain with", "define its". Reading takes most of them off.
enum AskedSmallWords {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text { return nil }
    let (left, right) = (words(in: a), words(in: b))
    if left == right { return nil }
    return (left.first ?? right.first).map { "the word '\($0)'" }
  }

  /// The words that are asked about so, in lower case; most texts have none.
  static func words(in facts: GuardFacts) -> [String] {
    guard facts.pieces.count < longest, triggers.isSaid(in: facts.pieces) else { return [] }
    let tokens = facts.text.utf8.split { InstructionWords.isBlank($0) }.map(word)
    return tokens.indices.dropFirst().filter { place in
      let isLast = place + 1 == tokens.count
      guard isLast || closing.contains(tokens[place + 1]) else { return false }
      return orders.contains(tokens[place - 1]) && isSmall(tokens[place])
        || tokens[place - 1] == "does" && !isLast && meaning.contains(tokens[place + 1]) && isSmall(tokens[place])
    }.map { tokens[$0] }
  }

  /// Who asks about a word says little else.
  private static let longest = 16

  /// Whether it is a word that points at nothing and names nothing.
  private static func isSmall(_ word: String) -> Bool {
    if pointing.contains(word) || word.isEmpty { return false }
    if word.utf8.contains(UInt8(ascii: "'")) { return true }
    var isSmall = false
    Lexicon.shared.forEachReading(PhraseHash.of(word)) { reading in
      switch reading.kind {
      case .prep, .and, .or, .det, .pronoun, .relative, .not, .subject: isSmall = true
      default: break
      }
    }
    return isSmall
  }

  /// A token in lower case, without marks at its end.
  private static func word(_ token: Substring.UTF8View) -> String {
    var end = token.endIndex
    while end > token.startIndex, InstructionWords.isPause(token[token.index(before: end)]) {
      end = token.index(before: end)
    }
    return String(decoding: token[..<end], as: UTF8.self).lowercased()
  }

  // MARK: Words

  private static let orderWords = ["explain", "define", "explique", "explica", "erkläre"]
  private static let orders = WordSet(orderWords)
  private static let meaningWords = ["mean", "means", "stand"]
  private static let meaning = WordSet(meaningWords)
  /// One of these is in each such text.
  private static let triggers = WordSet(orderWords + meaningWords)
  private static let closing = WordSet(meaningWords + ["in"])
  /// What points at a text, or at nothing.
  private static let pointing = WordSet([
    "this", "that", "these", "those", "it", "them", "which", "what", "please", "me", "us", "why", "how", "all", "both",
    "each", "everything", "below", "above", "here", "one", "esto", "eso", "cela", "ça", "ceci", "das", "dies", "es",
    "what's", "that's", "today's", "more", "again",
  ])
}
