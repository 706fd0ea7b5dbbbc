/// The days that cron runs something on, in one way: "weekdays", "Monday to Friday", "Mon-Fri" are every weekday, "Mondays" every
/// Monday.
///
/// Elsewhere Monday to Friday may be five days of one week: "I am away Monday to Friday".
enum Weekdays {
  static let triggers = ["weekday", "weekdays", "monday", "mondays", "mon-fri", "mon-friday"]

  /// Puts the days that begin with a word as "every weekday", behind "every 15 minutes" as "on weekdays".
  static func read(_ words: inout [InstructionWord], at place: Int) {
    guard cron.isSaid(in: words), let end = end(words, place) else { return }
    var start = place
    while start > 0, words[start - 1].kind == .word, leading.contains(words[start - 1]) { start -= 1 }
    let isEvery = words[..<start].contains { $0.text == "every" } || words[end...].contains { $0.text == "every" }
    words.replaceSubrange(
      start..<end, with: (isEvery ? ["on", "weekdays"] : ["every", "weekday"]).map(InstructionWord.word))
  }

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
    default: return place + 1
    }
  }

  private static let spans = WordSet(["to", "through", "thru", "till", "until"])
}
