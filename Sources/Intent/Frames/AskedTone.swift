/// How a text shall sound, as the plain order: "make this email sound friendlier", "rewrite it so that it sounds more formal".
enum AskedTone {
  /// "Make this email friendlier"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    var start = 0
    while start < 3, start < words.count, words[start].kind == .word, polite.contains(words[start]) { start += 1 }
    guard words.count - start > 4, words[start].kind == .word else { return nil }
    let isMade = words[start].text == "make"
    guard isMade || rewriting.contains(words[start]),
      let link = words[(start + 2)...].prefix(6).firstIndex(where: { $0.kind == .word && links.contains($0) }),
      case let text = words[(start + 1)..<link], CarrierFrame.isPointed(text), let last = thing(text),
      written.contains(last)
    else { return nil }
    guard var place = isMade ? (words[link].text == "sound" ? link + 1 : nil) : purpose(words, link) else { return nil }
    let way = place
    if place < words.count, words[place].text == "more" || words[place].text == "less" { place += 1 }
    guard place < words.count, words[place].kind == .word, tones.contains(words[place]), isEnd(words, place + 1) else {
      return nil
    }
    return words[..<start] + [.word("make")] + text + words[way...]
  }

  /// A word of each of its frames.
  static let triggers = ["sound", "sounds"]

  private static let polite = WordSet(["please", "can", "could", "would", "you"])
  private static let rewriting = WordSet(["rewrite", "reword", "rephrase"])
  private static let links = WordSet(["so", "to", "sound"])

  /// Where the way begins in which it shall sound: behind "so that it sounds", "so it will sound", "to sound".
  private static func purpose(_ words: [InstructionWord], _ link: Int) -> Int? {
    guard link + 2 < words.count else { return nil }
    if words[link].text == "to" { return words[link + 1].text == "sound" ? link + 2 : nil }
    guard words[link].text == "so" else { return nil }
    var place = words[link + 1].text == "that" ? link + 2 : link + 1
    guard place + 1 < words.count, words[place].text == "it" else { return nil }
    place += 1
    return words[place].text == "sounds" ? place + 1 : nil
  }

  /// What is pointed at: the last word but "below".
  private static func thing(_ text: ArraySlice<InstructionWord>) -> InstructionWord? {
    text.last { $0.kind == .word && $0.text != "below" && $0.text != "above" }
  }

  /// What is read. A guitar that sounds warmer is no warmer guitar.
  private static let written = WordSet([
    "text", "email", "e-mail", "mail", "letter", "message", "paragraph", "reply", "note", "post", "announcement",
    "article", "sentence", "memo", "review", "abstract", "introduction", "bio", "description", "essay",
  ])
  /// What a text can be as well as sound. One that sounds urgent is not yet so.
  private static let tones = WordSet([
    "formal", "informal", "casual", "polite", "politer", "friendly", "friendlier", "professional",
  ])

  private static func isEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    place >= words.count || words[place].kind == .pause || words[place].kind == .word && words[place].text == "please"
  }
}
