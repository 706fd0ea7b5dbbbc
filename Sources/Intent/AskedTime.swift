/// Questions for a moment in another time zone, as the order that asks for the same: "what time is 3 pm PST in CET", "14:00 UTC in
/// Tokyo time".
enum AskedTime {
  /// "Convert 3 pm PST to CET"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
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
