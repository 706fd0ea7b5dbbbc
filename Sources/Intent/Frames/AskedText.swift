/// What is asked of a text that is there, as the plain question: in which language it is, how often something occurs in it. And
/// letters that ask for something, which are written to ask for it.
enum AskedText {
  /// The plain order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 3, words[0].kind == .word, openings.contains(words[0]) else { return nil }
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard end > 3 else { return nil }
    return language(words, end) ?? occurrences(words, end) ?? asking(words, end)
  }

  private static let openings = WordSet([
    "what", "which", "detect", "determine", "recognize", "recognise", "how", "count", "number", "write", "draft",
    "compose",
    "email", "letter", "message", "note", "an", "a", "the",
  ])

  /// "Which language is this text written in", "detect the language of this text".
  private static func language(_ words: [InstructionWord], _ end: Int) -> [InstructionWord]? {
    var text: ArraySlice<InstructionWord>
    switch words[0].text {
    case "what", "which":
      guard words[1].text == "language", words[2].text == "is" else { return nil }
      text = words[3..<end]
      if text.last?.text == "in" { text = text.dropLast() }
      if text.last?.text == "written" { text = text.dropLast() }
    case "detect", "determine", "recognize", "recognise":
      guard end > 4, words[1].text == "the", words[2].text == "language", words[3].text == "of" else { return nil }
      text = words[4..<end]
    default: return nil
    }
    guard isPointed(text) else { return nil }
    // "Which language is this in"
    let named = text.count == 1 && text.first?.kind == .word ? ["this", "text"].map(InstructionWord.word)[...] : text
    return ["identify", "the", "language", "of"].map(InstructionWord.word) + named + words[end...]
  }

  /// "How often does "error" appear in this log", "number of times "error" occurs in this log".
  private static func occurrences(_ words: [InstructionWord], _ end: Int) -> [InstructionWord]? {
    var place = 0
    if words[0].text == "count" { place = words[1].text == "the" ? 2 : 1 }
    if words[0].text == "the" { place = 1 }
    guard let opening = times.first(where: { words[place...].starts(with: $0, by: { $0.text == $1 }) }) else {
      return nil
    }
    place += opening.count
    if place < end, words[place].text == "does" { place += 1 }
    guard place + 3 < end, words[place].kind == .quote, words[place + 1].kind == .word else { return nil }
    let quote = words[place]
    if !opening.contains("occurrences") {
      guard occurring.contains(words[place + 1]) else { return nil }
      place += 1
    }
    guard words[place + 1].text == "in", isPointed(words[(place + 2)..<end]) else { return nil }
    return ["count", "the", "occurrences", "of"].map(InstructionWord.word) + [quote] + words[(place + 1)...]
  }

  private static let times = [
    ["how", "often"], ["how", "many", "times"], ["number", "of", "times"], ["number", "of", "occurrences", "of"],
    ["occurrences", "of"],
  ]
  private static let occurring = WordSet(["appear", "appears", "occur", "occurs"])

  /// "An email asking for a refund": one to ask for it. What an email asks that is there is not to be written.
  private static func asking(_ words: [InstructionWord], _ end: Int) -> [InstructionWord]? {
    guard let place = words[..<end].prefix(7).firstIndex(where: { $0.kind == .word && $0.text == "asking" }), place > 0,
      letters.contains(words[place - 1]), place + 2 < end, words[place + 1].text == "for",
      !words.contains(where: { $0.kind == .payload || $0.kind == .word && pointers.contains($0) }),
      words[..<(place - 1)].allSatisfy({ $0.kind == .word && (before.contains($0) || $0.isWord([.tone])) })
    else { return nil }
    return words[..<place] + [.word("to"), .word("ask")] + words[(place + 1)...]
  }

  private static let letters = WordSet(["email", "e-mail", "letter", "message", "note"])
  private static let before = WordSet(["write", "draft", "compose", "me", "a", "an", "short", "polite", "formal"])
  private static let pointers = WordSet(["this", "these", "those", "below", "above", "following", "attached"])

  /// "This text", "the log below"
  private static func isPointed(_ words: ArraySlice<InstructionWord>) -> Bool {
    guard let first = words.first, words.count < 5,
      words.allSatisfy({
        $0.kind == .payload || $0.kind == .word && ($0.text == "below" || !$0.isWord([.prep, .and, .or, .not]))
      })
    else { return false }
    return first.kind == .payload || first.text == "this"
      || first.text == "the" && (words.last?.text == "below" || words.dropFirst().first?.text == "following")
  }
}
