/// A day of a month in one way: "March 12th", "the 12th of March" and "12th March" are 12 March.
enum DateText {
  /// The months, each of which may begin or end such a day.
  static let triggers = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// Puts the day that stands around a month in the usual way, and says where to read on.
  static func read(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard !isWritten(words) else { return place }
    let isVerb = words[place].text == "march" || words[place].text == "may"
    // "Step 5 march" and "chapter may 5" name no day, and neither does "why may 2 be odd".
    func isDay(from start: Int) -> Bool {
      var before = start - 1
      if before >= 0, words[before].kind == .word, words[before].text == "the" { before -= 1 }
      guard before >= 0 else { return true }
      if words[before].kind == .pause { return true }
      guard words[before].kind == .word else { return !isVerb && words[before].kind == .number }
      return isVerb ? leading.contains(words[before]) : !parts.contains(words[before])
    }
    // "The 12th of March"
    if place > 0 {
      let isOf = words[place - 1].kind == .word && words[place - 1].text == "of"
      let number = isOf ? place - 2 : place - 1
      if number >= 0, let day = day(words[number], isOrdinal: isOf) {
        // "Why the 5th may be wrong", "line 12 may fail", "step 12 march on"
        guard isOf || !isVerb || isEnd(words, place + 1) else { return place }
        guard isOf || isDay(from: number) else { return place }
        let article = number > 0 && words[number].kind == .code && words[number - 1].text == "the"
        let start = article ? number - 1 : number
        words.replaceSubrange(start..<place, with: [InstructionWord(kind: .number, text: day)])
        return start + 1
      }
    }
    // "March 12th": whoever marches 12 miles does so behind no month.
    guard place + 1 < words.count, let day = day(words[place + 1], isOrdinal: false), isEnd(words, place + 2),
      isDay(from: place), !isVerb || place > 0
    else { return place }
    words[place + 1] = words[place]
    words[place] = InstructionWord(kind: .number, text: day)
    return place + 1
  }

  /// The number of a day: "12", and "12th" where it is written so.
  private static func day(_ word: InstructionWord, isOrdinal: Bool) -> String? {
    let digits = word.text.prefix { $0.isASCII && $0.isNumber }
    guard let day = Int(digits), (1...31).contains(day), digits.count < 3, digits.first != "0" else { return nil }
    switch word.kind {
    case .number: return !isOrdinal && digits.count == word.text.count ? String(day) : nil
    case .code:
      let ending = day % 10 < 4 && day % 10 > 0 && !(11...13).contains(day) ? ["st", "nd", "rd"][day % 10 - 1] : "th"
      return word.text.dropFirst(digits.count).lowercased() == ending ? String(day) : nil
    default: return nil
    }
  }

  /// Whether nothing follows that the month could be a verb for, or the day a number of.
  private static func isEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place < words.count else { return true }
    switch words[place].kind {
    case .pause: return true
    case .number: return words[place].text.count == 4
    case .word: return closing.contains(words[place])
    default: return false
    }
  }

  /// What stands before a day.
  private static let leading = WordSet([
    "on", "from", "to", "until", "till", "by", "before", "after", "since", "between", "and", "for", "of", "about", "or",
    "through", "around", "is", "was", "due", "dated", "starting", "ending",
  ])
  /// What a number stands behind that is no day.
  private static let parts = WordSet([
    "chapter", "page", "step", "section", "version", "class", "item", "line", "part", "volume", "issue", "figure",
    "table", "room", "test", "rule", "level", "grade", "unit", "module", "release", "number", "no",
  ])
  private static let closing = WordSet([
    "and", "to", "until", "till", "at", "in", "from", "for", "or", "about", "please", "with", "of", "by", "on",
  ])

  /// Where it counts how a day is written.
  private static let written = WordSet([
    "format", "formats", "formatted", "regex", "regexp", "match", "matches", "matching", "parse", "parses", "parsing",
    "pattern", "string", "strings", "replace", "search", "grep", "written", "spell", "spelling", "translate",
    "translation", "proofread", "grammatical", "grammar", "correct", "convert", "iso", "ordinal", "suffix", "style",
    "called", "named", "titled", "column", "print", "echo", "rename", "file", "files", "folder", "say", "says",
    "saying", "pronounce", "pronounced", "pronunciation", "read", "abbreviate", "abbreviated", "abbreviation",
    "numerals", "digits", "occurrence", "occurrences", "return", "returns", "returning", "returned", "output",
    "outputs", "display", "displays", "displayed", "cell", "cells", "label", "labels", "header", "heading", "text",
    "log", "logs", "placeholder", "variable", "constant", "default",
  ])
  /// What is done to a day in a text that is there.
  private static let changing = WordSet([
    "find", "count", "highlight", "contain", "contains", "containing", "mention", "mentions", "mentioning", "remove",
    "delete", "add", "insert", "put", "change", "rewrite", "reformat", "normalize", "normalise", "fix", "expand",
    "edit",
  ])
  private static let pointing = WordSet(["this", "these", "below", "following", "text", "above"])

  /// Whether it counts how a day is written: what is written so is asked for, or changed in a text.
  private static func isWritten(_ words: [InstructionWord]) -> Bool {
    if written.isSaid(in: words) || words.contains(where: { $0.kind == .quote }) || isSaidTwice(words) { return true }
    if words.indices.contains(where: { isGiven(words, $0) }) { return true }
    guard changing.isSaid(in: words) else { return false }
    return words.contains { $0.kind == .payload || $0.kind == .word && pointing.contains($0) }
      || words[0].isWord([.verb]) && words[0].text != "count" && changing.contains(words[0])
        && words.count(where: { triggered.contains($0) }) > 1
  }

  /// "March 3 or 3 March": the same day in both ways.
  private static func isSaidTwice(_ words: [InstructionWord]) -> Bool {
    var seen: [String] = []
    for (place, word) in words.enumerated() where word.kind == .word && triggered.contains(word) {
      for number in [place - 2, place - 1, place + 1] where words.indices.contains(number) {
        guard let day = day(words[number], isOrdinal: false) ?? day(words[number], isOrdinal: true) else { continue }
        if seen.contains(word.text + day) { return true }
        seen.append(word.text + day)
        break
      }
    }
    return false
  }

  /// "A function that returns June 5", "show it as June 5", "write June 5 in a letter": letters that are put somewhere.
  private static func isGiven(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard words[place].kind == .word, giving.contains(words[place]), place + 2 < words.count else { return false }
    let rest = words[(place + 1)...].prefix(3)
    if rest.first.map({ triggered.contains($0) }) == true { return true }
    // "Write 5 June", "show the 5th of June"
    guard let first = rest.first,
      first.text == "the" || day(first, isOrdinal: false) != nil || day(first, isOrdinal: true) != nil
    else { return false }
    return rest.contains { $0.kind == .word && triggered.contains($0) }
  }

  private static let giving = WordSet([
    "as", "write", "writes", "type", "types", "enter", "enters", "put", "puts", "show", "shows", "use", "uses", "input",
    "equals", "value", "be", "become", "like", "into",
  ])

  private static let triggered = WordSet(triggers)
}
