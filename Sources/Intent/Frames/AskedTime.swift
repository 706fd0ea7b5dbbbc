/// Questions for a moment in another time zone, as the order that asks for the same: "what time is 3 pm PST in CET", "14:00 UTC in
/// Tokyo time", "if it is 3 pm UTC, what time is it in Tokyo".
enum AskedTime {
  /// "Convert 3 pm PST to CET"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    if let order = elsewhere(words) ?? when(words) ?? placed(words) { return order }
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
      zone < pause, place < end, let order = converted(words, 3..<zone, zone..<pause, place..<end)
    else { return nil }
    return order
  }

  /// "What time is it in Tokyo when it is 3 pm UTC"
  private static func when(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 9, let question = questions.first(where: { begins(words, 0, with: $0) }),
      let link = words[question.count...].prefix(4).firstIndex(where: { $0.kind == .word && whens.contains($0) }),
      begins(words, link + 1, with: ["it", "is"]), let zone = moment(words, link + 3)
    else { return nil }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    guard zone < end, let order = converted(words, (link + 3)..<zone, zone..<end, question.count..<link) else {
      return nil
    }
    return order
  }

  private static let whens = WordSet(["when", "if"])

  /// "What time is 3 pm New York time in Berlin", "3 pm in New York is what time in Berlin", "convert 3 pm New York time to Berlin time"
  private static func placed(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 4 else { return nil }
    var place = 0
    if begins(words, 0, with: ["what", "time", "is"]) { place = 3 } else if words[0].text == "convert" { place = 1 }
    guard words.count > place + 4, let zone = moment(words, place) else { return nil }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    let asked = [["is", "what", "time", "in"]]
    for link in words.indices[zone...] where link > zone && link < end && words[link].kind == .word {
      if place == 0, begins(words, link, with: asked[0]) {
        return converted(words, place..<zone, zone..<link, (link + 4)..<end)
      }
      // "9 am London time in Tokyo", "convert 9 am in London to Tokyo time"
      let isZone = words[link - 1].text == "time" || place == 1 && words[zone].text == "in"
      if words[link].text == (place == 1 ? "to" : "in"), isZone {
        return converted(words, place..<zone, zone..<link, (link + 1)..<end)
      }
    }
    return nil
  }

  /// A moment of one place in another one: "UTC", "Tokyo", "New York time".
  private static func converted(
    _ words: [InstructionWord], _ moment: Range<Int>, _ zone: Range<Int>, _ place: Range<Int>
  ) -> [InstructionWord]? {
    var (zone, place) = (zone, place)
    if let first = zone.first, words[first].text == "in" { zone = (first + 1)..<zone.upperBound }
    if let last = zone.last, words[last].text == "time" { zone = zone.lowerBound..<last }
    if let last = place.last, words[last].text == "time" { place = place.lowerBound..<last }
    guard (1...2).contains(zone.count), (1...3).contains(place.count), words[zone].allSatisfy(isName),
      words[place].allSatisfy(isName)
    else { return nil }
    return [.word("convert")] + words[moment] + words[zone] + [.word("to")] + words[place]
  }

  private static let questions = [["what", "time", "is", "it", "in"], ["what", "is", "the", "time", "in"]]

  private static func begins(_ words: [InstructionWord], _ start: Int, with opening: [String]) -> Bool {
    start < words.count && words[start...].starts(with: opening) { $0.kind == .word && $0.text == $1 }
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
