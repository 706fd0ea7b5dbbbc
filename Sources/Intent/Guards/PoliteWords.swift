/// What is only said to be polite, around what is asked for: "can you please … ?", "hi, …", "…, thanks!". Guards look at what is left,
/// so that nothing is out of its place for them: what is apart without a "please" is apart with it.
enum PoliteWords {
  /// The same words without it.
  static func without(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let first = words.first, let last = words.last,
      first.kind == .word && opening.contains(first) || first.text == "ChatGPT" || last.kind == .pause
        || closing.contains(last)
    else { return words }
    var (start, end) = (0, words.count)
    while start < end - 2, let length = opened(words, start) { start += length }
    if end > start + 2, closed(words[start..<end]) != nil, PlacedWords.isSign(words) { return words }
    while end > start + 2, let length = closed(words[start..<end]) { end -= length }
    // The mark at the end; that of a question belongs to it, unless it was one out of politeness.
    while end > start, words[end - 1].kind == .pause, words[end - 1].text != "?" || start > 0 { end -= 1 }
    return start == 0 && end == words.count ? words : Array(words[start..<end])
  }

  /// Whether only marks are left out, so that what is read stays as it is.
  static func areOnlyMarks(_ words: [InstructionWord], without bare: [InstructionWord]) -> Bool {
    words.count == bare.count || words[bare.count...].allSatisfy { $0.kind == .pause } && words.starts(with: bare)
  }

  /// How many words of politeness, and marks behind them, stand at a place.
  private static func opened(_ words: [InstructionWord], _ start: Int) -> Int? {
    if let length = greeted(words, start) { return length }
    guard words[start].kind == .word else { return nil }
    for phrase in phrases where words[start...].starts(with: phrase, by: { $0.kind == .word && $0.text == $1 }) {
      let end = start + phrase.count
      guard end < words.count else { return nil }
      if phrase.count > 1 || phrase[0] == "now" {
        // "Can you how …"; "can you, please, …"
        guard words[end].isWord([.verb, .give]) || words[end].text == "please" || words[end].text == "," else {
          continue
        }
      }
      return words[end].kind == .pause && words[end].text != "?" ? phrase.count + 1 : phrase.count
    }
    return nil
  }

  /// "Hey there, …", "ok, so: …"
  private static func greeted(_ words: [InstructionWord], _ start: Int) -> Int? {
    var end = start
    while end < words.count, end < start + 4, isGreeting(words[end]) { end += 1 }
    guard end > start, end + 1 < words.count, words[end].kind == .pause, words[end].text != "?" else { return nil }
    return end + 1 - start
  }

  private static func isGreeting(_ word: InstructionWord) -> Bool {
    word.kind == .word && greetings.contains(word) || word.kind == .code && word.text == "ChatGPT"
  }
  private static let greetings = WordSet([
    "hey", "hi", "hello", "there", "good", "morning", "afternoon", "evening", "ok", "okay", "so", "now", "well", "next",
    "chatgpt", "claude", "gemini", "quick", "question", "task", "dear",
  ])

  /// How many words of politeness, and marks before them, stand at the end.
  private static func closed(_ words: ArraySlice<InstructionWord>) -> Int? {
    var end = words.endIndex
    while end > words.startIndex, words[end - 1].kind == .pause, words[end - 1].text != "?" { end -= 1 }
    guard end > words.startIndex, closing.contains(words[end - 1]) else { return nil }
    for phrase in thanks
    where words[..<end].suffix(phrase.count).elementsEqual(phrase, by: { $0.kind == .word && $0.text == $1 }) {
      let start = end - phrase.count
      guard start > words.startIndex else { return nil }
      // "Is it safe for me"
      if phrase[0] == "for", EdgeWords.stating.contains(words[words.startIndex]) { return nil }
      // "Define asap"
      if start == words.startIndex + 1, SpokenWords.meaning.contains(words[words.startIndex]) { return nil }
      // "A card that gives thanks"
      let isApart = words[start - 1].kind == .pause
      guard isApart || !["thanks", "thank", "danke"].contains(phrase[0]) else { return nil }
      return words.endIndex - (isApart && words[start - 1].text == "," ? start - 1 : start)
    }
    return nil
  }

  private static let phrases = [
    ["please"], ["pls"], ["plz"], ["kindly"], ["hey"], ["hi"], ["hello"], ["bitte"], ["can", "you"], ["could", "you"],
    ["would", "you"], ["will", "you"], ["i", "need", "you", "to"], ["i", "want", "you", "to"],
    ["i", "would", "like", "you", "to"], ["your", "task", "is", "to"], ["go", "ahead", "and"], ["help", "me"], ["now"],
    ["i", "need", "to"], ["i", "want", "to"], ["i", "would", "like", "to"], ["we", "need", "to"], ["we", "want", "to"],
  ]
  private static let opening = WordSet([
    "please", "pls", "plz", "kindly", "hey", "hi", "hello", "bitte", "can", "could", "would", "will", "i", "we", "your",
    "go", "help", "good", "ok", "okay", "so", "now", "well", "next", "chatgpt", "claude", "gemini", "quick", "question",
    "task", "dear",
  ])
  private static let thanks = [
    ["please"], ["pls"], ["plz"], ["bitte"], ["asap"], ["for", "me"], ["thanks"], ["thank", "you"], ["danke"],
  ]
  private static let closing = WordSet(["please", "pls", "plz", "asap", "me", "thanks", "you", "bitte", "danke"])
}
