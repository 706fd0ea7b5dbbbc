/// Times of the day: "3:30 AM", "3:30am" and "3:30 a.m." are one, and "3 pm" is 15:00.
extension InstructionWords {
  /// Whether letters are hours and minutes: "14:00".
  static func isClock(_ text: some Collection<UInt8>) -> Bool {
    let text = Array(text)
    guard text.count == 4 || text.count == 5, text[text.count - 3] == UInt8(ascii: ":") else { return false }
    return text.indices.allSatisfy { $0 == text.count - 3 || NumberText.isDigit(text[$0]) }
  }

  /// The half of the day of a time that is written close to it or behind it, as two words; `nil` where there is none.
  static func clock(_ lower: [UInt8]) -> (time: ArraySlice<UInt8>, half: ArraySlice<UInt8>)? {
    guard lower.count > 5, isHalf(lower.suffix(2)), isClock(lower.dropLast(2)) else { return nil }
    return (lower.dropLast(2), lower.suffix(2))
  }

  /// "Am" or "pm".
  static func isHalf(_ lower: some BidirectionalCollection<UInt8>) -> Bool {
    lower.count == 2 && lower.last == UInt8(ascii: "m")
      && (lower.first == UInt8(ascii: "a") || lower.first == UInt8(ascii: "p"))
  }

  /// Puts "3 pm" and "3:30pm" as 15:00 and 15:30, unless a text may be about how times are written.
  static func readClocks(_ words: inout [InstructionWord]) {
    guard words.contains(where: { $0.text.utf8.count == 2 && $0.kind == .word && halves.contains($0) }),
      !words.contains(where: { $0.kind == .quote || $0.kind == .word && writings.contains($0) })
    else { return }
    let isSpan = words.contains { $0.text == "from" || $0.text == "between" }
    var result = words
    var place = 1
    while place < result.count {
      if result[place].kind == .word, halves.contains(result[place]) {
        // One that is not read may be set against the others.
        // "From 3 pm to 15:00" is about how they are written.
        guard let time = time(result, at: place, isSpan: isSpan), !words.contains(where: { $0.text == time }) else {
          return
        }
        result[place - 1] = InstructionWord(kind: .code, text: time)
        result.remove(at: place)
      } else {
        place += 1
      }
    }
    words = result
  }

  private static func time(_ words: [InstructionWord], at place: Int, isSpan: Bool) -> String? {
    let before = words[place - 1]
    let parts = before.text.split(separator: ":")
    guard before.kind == .number && parts.count == 1 || before.kind == .code && isClock(before.text.utf8),
      let hour = Int(parts[0]), hour > 0, hour < 13,
      isWhen(words, place - 1, isSpan: isSpan) || place + 1 < words.count && zones.contains(words[place + 1])
    else { return nil }
    let of24 = hour % 12 + (words[place].text == "am" ? 0 : 12)
    return (of24 < 10 ? "0" : "") + "\(of24):" + (parts.count > 1 ? parts[1] : "00")
  }

  /// "At 7 pm", "Saturday 7 pm", "Saturday's 7 pm call": what is explained, written or found is no time of something.
  private static func isWhen(_ words: [InstructionWord], _ place: Int, isSpan: Bool) -> Bool {
    guard place > 0 else { return false }
    let before = words[place - 1]
    if before.kind == .possessive { return place > 1 && leading.contains(words[place - 2]) }
    guard before.kind == .word else { return false }
    return leading.contains(before) || isSpan && (before.text == "to" || before.text == "and")
  }

  private static let halves = WordSet(["am", "pm"])
  private static let leading = WordSet([
    "at", "by", "from", "until", "till", "before", "after", "between", "for", "every", "around", "since", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "today", "tonight",
  ])
  private static let zones = WordSet([
    "utc", "gmt", "pst", "pdt", "mst", "mdt", "cst", "cdt", "est", "edt", "cet", "cest", "bst", "ist", "jst", "aest",
    "pt", "et",
  ])
  /// Where it counts how a time is written.
  private static let writings = WordSet([
    "format", "formats", "formatted", "24h", "12h", "24-hour", "12-hour", "hour", "military", "clock", "notation",
    "regex", "regexp", "match",
    "matches", "matching", "parse", "parses", "pattern", "string", "strings", "replace", "search", "grep", "find",
    "count", "written", "spell", "spelt", "say", "said", "mean", "means", "stand", "stands", "noon", "midnight", "word",
    "words", "character",
    "characters", "times", "slots", "sign", "display", "proofread", "grammatical", "correct", "translate",
    "translation", "regular", "column", "called", "named", "titled",
  ])
}
