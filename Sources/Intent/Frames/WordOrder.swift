/// The usual order of words that may stand in another one.
enum WordOrder {
  /// The same words with what is inserted put last: "explain in two sentences why …", "write my neighbours a letter about …".
  static func usual(_ words: [InstructionWord]) -> [InstructionWord] {
    var plain = AskedAmount.plain(CarrierFrame.plain(words))
    if let order = AskedUnit.order(plain) { return order }
    if AskedWays.triggers.isSaid(in: plain) {
      if let order = AskedWays.order(plain) { return order }
      plain = AskedWays.plain(plain)
    }
    // Most requests have no such word.
    let mayBeFrame = triggers.isSaid(in: plain)
    let words = mayBeFrame ? SpareWords.plain(plain) : plain
    if let order = AskedFrame.order(words) ?? AskedThing.order(words) ?? AskedText.order(words) { return order }
    if let order = AskedDifference.order(words) ?? AskedTime.order(words) ?? AskedName.order(words)
      ?? AskedFormat.order(words) ?? AskedMechanism.order(words)
    {
      return order
    }
    if mayBeFrame,
      let order = AskedDifference.opposed(words) ?? AskedTone.order(words) ?? AskedVersion.order(words)
        ?? AskedTable.order(words) ?? AskedReply.order(words)
        ?? AskedSentiment.order(words) ?? AskedSides.order(words)
    {
      return order
    }
    if let order = AskedQuery.order(words) { return order }
    return CodePurpose.usual(AskedWork.order(words) ?? AskedCode.order(words) ?? inserted(words))
  }

  /// A word of each of the frames and phrases that are looked for where there is one of these alone.
  private static let triggers = WordSet(
    SpareWords.triggers + AskedVersion.triggers + AskedTable.triggers + AskedDifference.triggers
      + AskedTone.triggers + AskedReply.triggers + AskedSentiment.triggers + AskedSides.triggers)

  private static func inserted(_ words: [InstructionWord]) -> [InstructionWord] {
    // What is sought stands near the beginning.
    for place in words.indices.prefix(9).dropFirst() where words[place].kind == .word && words[place - 1].kind == .word
    {
      if isAdverbial(words[place].text), let end = adverbialEnd(words, place) { return moved(words, place..<end) }
      if words[place].text == "to", let end = readerEnd(words, place) { return moved(words, place..<end) }
      if owners.contains(words[place]), let end = receiverEnd(words, place) {
        return moved(words, place..<end, after: InstructionWord(kind: .word, text: "to"))
      }
    }
    return words
  }

  private static func isAdverbial(_ word: String) -> Bool { word == "in" || word == "within" }

  /// Where "in two sentences" ends that stands between a verb and its question.
  private static func adverbialEnd(_ words: [InstructionWord], _ place: Int) -> Int? {
    guard place + 3 < words.count, isVerb(words[place - 1]), questions.contains(words[place + 3]) else { return nil }
    let (number, unit) = (words[place + 1], words[place + 2])
    let isNumber = number.kind == .number || number.isWord([.number, .quality, .tone])
    guard isNumber, unit.kind == .word, isLengthUnit(unit.text) || unit.text == "terms" || unit.text == "language"
    else {
      return nil
    }
    // "Explain in one sentence how to introduce yourself", "in one line how to copy a list": at the end it may be said of that.
    let isCode = unit.text.hasPrefix("line") || unit.text.hasPrefix("character")
    if isCode, place + 4 < words.count, words[place + 4].text == "to" { return nil }
    if words[(place + 4)...].contains(where: { Attachment.saysSomething($0.text) }) { return nil }
    return place + 3
  }

  /// Where "to a beginner" ends that stands between a verb and its question.
  private static func readerEnd(_ words: [InstructionWord], _ place: Int) -> Int? {
    guard words[place - 1].text == "explain",
      let end = words[(place + 1)...].prefix(5).firstIndex(where: { $0.kind == .word && questions.contains($0) }),
      end > place + 1, words[end - 1].isWord([.audience]) || words[place + 1].text == "a" && end - place == 3,
      words[place..<end].allSatisfy({ $0.kind == .word }),
      // "Explain to a beginner what to say": at the end it would be said to them.
      !words[end...].contains(where: { Attachment.saysSomething($0.text) || $0.text == "to" })
    else { return nil }
    return end
  }

  private static func isLengthUnit(_ word: String) -> Bool {
    LengthUnits.contains(word) || word.hasSuffix("s") && LengthUnits.contains(String(word.dropLast()))
  }

  private static let questions = WordSet(["why", "how", "what", "which", "whether", "when", "where", "who"])
  private static let owners = WordSet(["the", "my", "our", "his", "her", "their", "this", "that", "a", "an"])
  private static let writing = WordSet(["write", "draft", "compose"])
  private static let letters = WordSet([
    "letter", "email", "e-mail", "mail", "note", "message", "reply", "response", "reminder", "postcard", "invitation",
    "apology", "text",
  ])

  /// Where "my neighbours" ends in "write my neighbours a letter".
  private static func receiverEnd(_ words: [InstructionWord], _ place: Int) -> Int? {
    guard writing.contains(words[place - 1]) else { return nil }
    for end in (place + 2)..<max(place + 2, min(place + 5, words.count)) {
      let word = words[end]
      guard word.kind == .word else { return nil }
      if word.text == "a" || word.text == "an" {
        let rest = words[(end + 1)...].prefix(4)
        return rest.contains { $0.kind == .word && letters.contains($0) } ? end : nil
      }
      if word.mayBe([.prep, .and, .or, .not, .relative, .verb, .give]) { return nil }
      if letters.contains(words[end - 1]) { return nil }
    }
    return nil
  }

  private static func isVerb(_ word: InstructionWord) -> Bool { word.mayBe([.verb, .give]) }

  /// Some words put to the end of their clause, behind another one where that is given.
  private static func moved(
    _ words: [InstructionWord], _ range: Range<Int>, after first: InstructionWord? = nil
  ) -> [InstructionWord] {
    let end = words[range.upperBound...].firstIndex { $0.kind == .pause } ?? words.count
    var result = Array(words[..<range.lowerBound])
    result += words[range.upperBound..<end]
    // So that nothing before it is bound to it.
    result.append(first ?? InstructionWord(kind: .pause, text: ","))
    result += words[range]
    result += words[end...]
    return result
  }
}
