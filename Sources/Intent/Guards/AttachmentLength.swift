/// Whether a length at the end may be that of what a clause before it says or writes.
extension Attachment {
  /// "Explain how to introduce yourself in one sentence", "how to copy a list in one line", "a review of a story in six words".
  var mayBeLengthOfClause: Bool {
    guard let verb, let last = segments.last, verb < last.endIndex else { return false }
    switch task {
    case .makes:
      return segments.dropFirst().contains { segment in
        segment.first.map { $0.word.text == "a" || $0.word.text == "an" } ?? false
          && segment.contains { $0.name(.work).map(Self.told.contains) ?? false }
      }
    case .explains, .asksHow, .asks:
      if mayHaveLength(segments[0]) { return true }
      if concepts[(verb + 1)..<last.endIndex].contains(where: { Self.saysSomething($0.word.text) }) { return true }
      let isCode = words.contains { ["line", "character"].contains($0.name(.unit) ?? "") }
      return isCode && (task == .asksHow || concepts[...verb].contains { $0.surface.hasSuffix("how to") })
    default: return false
    }
  }

  /// "A story in six words", "a neural network in 20 lines": one of its kind that may have that length.
  private func mayHaveLength(_ object: ArraySlice<Concept>) -> Bool {
    guard let article = object.first?.word.text, article == "a" || article == "an" else { return false }
    return words.contains { ["line", "character"].contains($0.name(.unit) ?? "") }
      || object.contains {
        $0.may(.work) || $0.may(.payload) || Self.texts.contains($0.word) || Self.pitched.contains($0.word)
      }
  }

  private static let pitched = WordSet(["slide", "pitch", "tweet", "ad", "post", "bio", "toast", "ballad"])

  /// Works that are told in so many words.
  private static let told: Set = ["story", "short_story", "tale", "poem", "haiku", "limerick", "joke", "song"]

  /// Whether a word is a verb of what is done in words.
  static func saysSomething(_ word: String) -> Bool {
    if saying.contains(word) { return true }
    return ["s", "es", "d", "ed", "ing"].contains {
      word.hasSuffix($0) && saying.contains(String(word.dropLast($0.count)))
    }
  }

  /// What is done in words, which may be counted.
  private static let saying: Set = [
    "announce", "announc", "answer", "apologize", "apologise", "argue", "ask", "compliment", "complain", "convince",
    "decline", "define", "defin", "describe", "describ", "explain", "express", "gave", "give", "giv", "given", "greet",
    "introduce", "introduc", "invite", "narrate", "persuade", "phrase", "pitch", "praise", "propose", "propos",
    "refuse",
    "refus", "reject", "reply", "replies", "replied", "report", "respond", "retell", "retold", "said", "say", "sell",
    "speak", "spoke", "state", "summarize", "summarise", "summariz", "summaris", "talk", "teach", "tell", "told",
    "thank",
    "translate", "translat", "write", "writ", "wrote", "written",
  ]
}
