/// An answer to a message that is there, as the order to give it: "write a polite reply to this email", "polite response to the
/// complaint below".
enum AskedReply {
  /// "Reply to this email, polite"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    var place = 0
    while place < words.count, place < 5, words[place].kind == .word, opening.contains(words[place]) { place += 1 }
    var tones: [InstructionWord] = []
    while place < words.count, tones.count < 3,
      words[place].isWord([.tone]) || words[place].text == "and" && !tones.isEmpty
    {
      tones.append(words[place])
      place += 1
    }
    guard place + 3 < words.count, words[place].kind == .word, replies.contains(words[place]),
      words[place + 1].text == "to", tones.last?.text != "and",
      // "Reply politely to …" is the order itself.
      !tones.isEmpty || place > 0 || words[place].text != "reply"
    else { return nil }
    var end = place + 2
    while end < words.count, end < place + 7, words[end].kind == .word, !links.contains(words[end]) { end += 1 }
    guard CarrierFrame.isPointed(words[(place + 2)..<end]), end == words.count || words[end].kind != .code else {
      return nil
    }
    let tone = tones.isEmpty ? [] : [InstructionWord(kind: .pause, text: ",")] + tones
    return [.word("reply"), .word("to")] + words[(place + 2)..<end] + tone + words[end...]
  }

  /// What such orders have.
  static let triggers = ["reply", "response"]

  private static let replies = WordSet(triggers)
  private static let opening = WordSet([
    "please", "can", "could", "would", "you", "write", "draft", "compose", "generate", "create", "give", "me", "i",
    "need", "a",
    "an",
  ])
  private static let links = WordSet([
    "in", "that", "which", "with", "and", "for", "as", "offering", "declining", "saying", "apologizing", "thanking",
    "asking", "accepting", "explaining", "using", "from", "without", "about", "to",
  ])
}
