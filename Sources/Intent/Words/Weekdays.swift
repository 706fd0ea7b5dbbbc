/// The days that cron runs something on, in one way: "weekdays", "Monday to Friday", "Mon-Fri" are every weekday, "Mondays" every
/// Monday.
///
/// Elsewhere Monday to Friday may be five days of one week: "I am away Monday to Friday".
enum Weekdays {
  static let triggers = ["weekday", "weekdays", "monday", "mon-fri", "mon-friday"] + plurals.keys

  /// Puts the days that begin with a word as "every weekday", behind "every 15 minutes" as "on weekdays".
  static func read(_ words: inout [InstructionWord], at place: Int) {
    guard cron.isSaid(in: words) else { return }
    guard let end = end(words, place) else { return readPlural(&words, place) }
    var start = place
    while start > 0, words[start - 1].kind == .word, leading.contains(words[start - 1]) { start -= 1 }
    let isEvery = words[..<start].contains { $0.text == "every" } || words[end...].contains { $0.text == "every" }
    words.replaceSubrange(
      start..<end, with: (isEvery ? ["on", "weekdays"] : ["every", "weekday"]).map(InstructionWord.word))
  }

  /// Each day in the plural.
  static let plurals = [
    "mondays": "monday", "tuesdays": "tuesday", "wednesdays": "wednesday", "thursdays": "thursday", "fridays": "friday",
    "saturdays": "saturday", "sundays": "sunday",
  ]

  /// "On Sundays", "for Mondays at 3:00": every Sunday, where no other day is named.
  private static func readPlural(_ words: inout [InstructionWord], _ place: Int) {
    guard place > 0, let day = plurals[words[place].text], words[place - 1].kind == .word,
      words[place - 1].text == "on" || words[place - 1].text == "for",
      !words.contains(where: { $0.kind == .word && joining.contains($0) }),
      place < 2 || isScheduled(words[place - 2], behind: words[place - 1].text),
      words.count(where: { plurals[$0.text] != nil || plurals[$0.text + "s"] != nil }) == 1
    else { return }
    let start = words[place - 1].text == "for" ? place : place - 1
    words.replaceSubrange(start...place, with: [.word("every"), .word(day)])
  }

  /// "A job on Sundays", "an entry for Mondays": what runs then. Files that were created on Sundays were not so every Sunday.
  private static func isScheduled(_ word: InstructionWord, behind preposition: String) -> Bool {
    guard word.kind == .word else { return true }
    if preposition == "for" { return entries.contains(word) || cron.contains(word) }
    return running.contains(word) || !word.text.hasSuffix("ed") && !past.contains(word)
  }

  private static let entries = WordSet(["expression", "line", "entry", "job", "schedule", "syntax", "string", "it"])
  private static let running = WordSet(["scheduled", "executed", "triggered", "started", "fired"])
  private static let past = WordSet([
    "written", "made", "sent", "taken", "built", "born", "left", "seen", "bought", "sold", "paid", "begun", "set",
    "put", "done", "found", "kept", "lost", "won", "given", "drawn", "shot", "recorded", "caught", "read", "was",
    "were",
  ])

  private static let joining = WordSet(["every", "each", "and", "or", "except", "but", "not", "from", "first", "last"])
  private static let cron = WordSet(["cron", "crontab", "cronjob"])
  private static let leading = WordSet(["on", "every", "each", "from"])

  /// Where the days end.
  private static func end(_ words: [InstructionWord], _ place: Int) -> Int? {
    switch words[place].text {
    case "monday", "mondays":
      guard place + 2 < words.count, words[place + 1].kind == .word, spans.contains(words[place + 1]),
        words[place + 2].text == "friday" || words[place + 2].text == "fridays"
      else { return nil }
      return place + 3
    // "The first weekday of the month", "the weekday field": one of five.
    case "weekday":
      guard place > 0, words[place - 1].text == "every" || words[place - 1].text == "each" else {
        return nil
      }
      return place + 1
    case "weekdays": return place > 0 && isCounted(words[place - 1]) ? nil : place + 1
    case "mon-fri", "mon-friday": return place + 1
    default: return nil
    }
  }

  /// "The last weekdays of the month", "two weekdays"
  private static func isCounted(_ word: InstructionWord) -> Bool {
    word.kind == .number || word.isWord([.number]) || word.kind == .code || some.contains(word)
  }
  private static let some = WordSet([
    "first", "last", "second", "third", "other", "next", "which", "some",
  ])

  private static let spans = WordSet(["to", "through", "thru", "till", "until"])
}
