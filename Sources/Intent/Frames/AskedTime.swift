/// Questions for a moment in another time zone, as the order that asks for the same: "what time is 3 pm PST in CET", "14:00 UTC in
/// Tokyo time", "if it is 3 pm UTC, what time is it in Tokyo".
enum AskedTime {
  /// "Convert 3 pm PST to CET"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    if let order = elsewhere(words) { return order }
    var place = 0
    var isAsked = false
    for opening in openings where words.count > opening.count + 2 {
      guard words.starts(with: opening, by: { $0.kind == .word && $0.text == $1 }) else { continue }
      (place, isAsked) = (opening.count, opening.count > 2 || opening[0] == "convert")
      break
    }
    guard let moment = moment(words, place) else { return nil }
    // Its zone stands between it and the place.
    guard let link = words[moment...].prefix(4).firstIndex(where: { links.contains($0) && $0.kind == .word }),
      link - moment < 3, isAsked || link > moment,
      words[moment..<link].allSatisfy({ $0.kind == .word || $0.kind == .code })
    else { return nil }
    var end = words[link...].firstIndex { $0.kind == .pause } ?? words.count
    guard words[end...].allSatisfy({ $0.kind == .pause }) else { return nil }
    if words[end - 1].text == "time" { end -= 1 }
    guard link + 1 < end, end - link < 5,
      words[(link + 1)..<end].allSatisfy({ $0.kind == .word || $0.kind == .code })
    else { return nil }
    return [.word("convert")] + words[place..<link] + [.word("to")] + words[(link + 1)..<end]
  }

  /// "If it is 3 pm UTC, what time is it in Tokyo". Where the time of a place is asked for in front, it may be the time now.
  private static func elsewhere(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 9, words[0].kind == .word, words[0].text == "if", begins(words, 1, with: ["it", "is"]) else {
      return nil
    }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    guard let pause = words[3..<end].firstIndex(where: { $0.kind == .pause }), words[pause].text == ",",
      let question = questions.first(where: { begins(words, pause + 1, with: $0) }),
      case let place = pause + 1 + question.count, let zone = moment(words, 3),
      // "UTC"; "Tokyo", "New York"
      zone < pause, pause - zone < 3, words[zone..<pause].allSatisfy(isName), place < end, end - place < 4,
      words[place..<end].allSatisfy(isName)
    else { return nil }
    return [.word("convert")] + words[3..<pause] + [.word("to")] + words[place..<end]
  }

  private static let questions = [["what", "time", "is", "it", "in"], ["what", "is", "the", "time", "in"]]

  private static func begins(_ words: [InstructionWord], _ start: Int, with opening: [String]) -> Bool {
    words[start...].starts(with: opening) { $0.kind == .word && $0.text == $1 }
  }

  private static func isName(_ word: InstructionWord) -> Bool {
    word.kind == .code || word.kind == .word && !word.isWord([.prep, .and, .or, .not, .relative, .subject, .pronoun])
  }

  /// Where "3 pm" or "14:00" ends.
  private static func moment(_ words: [InstructionWord], _ place: Int) -> Int? {
    guard place + 1 < words.count else { return nil }
    let isHalf = halves.contains(words[place + 1]) && words[place + 1].kind == .word
    switch words[place].kind {
    case .number: return isHalf ? place + 2 : nil
    case .code: return InstructionWords.isClock(Array(words[place].text.utf8)) ? place + (isHalf ? 2 : 1) : nil
    default: return nil
    }
  }

  private static let openings = [["what", "time", "is"], ["what", "is"], ["convert"]]
  private static let halves = WordSet(["am", "pm"])
  private static let links = WordSet(["in", "to", "into"])
}
