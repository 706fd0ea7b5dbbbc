/// How a text feels, as the order to classify it: "classify the sentiment of this review as positive, negative or neutral",
/// "sentiment of this review (positive/negative/neutral)", "is this review positive, negative or neutral in sentiment".
enum AskedSentiment {
  /// "Classify this review as positive, negative or neutral"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard let sentiment = words.firstIndex(where: { $0.kind == .word && $0.text == "sentiment" }) else { return nil }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    if sentiment > 4, sentiment + 1 == end, words[sentiment - 1].text == "in", words[0].text == "is" {
      // "Is this review … in sentiment"
      guard let first = words[1...].firstIndex(where: isFeeling) else { return nil }
      return classified(words[1..<first], words[first..<(sentiment - 1)])
    }
    guard words[..<sentiment].allSatisfy({ $0.kind == .word && before.contains($0) }), sentiment + 3 < end,
      words[sentiment + 1].text == "of" || words[sentiment + 1].text == "in",
      let first = words[(sentiment + 2)..<end].firstIndex(where: isFeeling)
    else { return nil }
    var text = words[(sentiment + 2)..<first]
    while let last = text.last, last.kind == .pause || last.text == "as" || last.text == "into" {
      text = text.dropLast()
    }
    // How it shall be answered follows in brackets or a sentence of its own.
    let last = words[first..<end].lastIndex(where: isFeeling) ?? first
    let rest = last + 1 < end && words[last + 1].kind == .pause ? last + 1 : end
    return classified(text, words[first..<rest]).map { $0 + words[rest...] }
  }

  /// A word that all have.
  static let triggers = ["sentiment"]

  /// The order to find out which of some feelings a text has, where no more is said.
  private static func classified(_ text: ArraySlice<InstructionWord>, _ feelings: ArraySlice<InstructionWord>)
    -> [InstructionWord]?
  {
    let named = feelings.filter(isFeeling).flatMap { $0.text.split(separator: "/").map(String.init) }
    guard CarrierFrame.isPointed(text), named.count == Set(named).count,
      // Positive or negative alone is known as a form of answer.
      named.count > 1, named.contains("neutral") || named.contains("mixed"),
      feelings.allSatisfy({ isFeeling($0) || $0.kind == .pause || joining.contains($0.text) }),
      !feelings.contains(where: { $0.text == "?" || $0.text == "." })
    else { return nil }
    var choices: [InstructionWord] = []
    for (index, name) in named.enumerated() {
      if index > 0 { choices.append(index + 1 == named.count ? .word("or") : InstructionWord(kind: .pause, text: ",")) }
      choices.append(.word(name))
    }
    return [.word("classify")] + text + [.word("as")] + choices
  }

  private static func isFeeling(_ word: InstructionWord) -> Bool { word.kind == .word && feelings.contains(word) }

  private static let feelings = WordSet(["positive", "negative", "neutral", "mixed", "positive/negative"])
  private static let joining: Set = ["or", "/"]
  private static let before = WordSet([
    "what", "is", "the", "classify", "categorize", "categorise", "determine", "detect", "identify", "tell", "me",
    "please", "analyze", "analyse",
    "label", "give", "can", "you",
  ])
}
