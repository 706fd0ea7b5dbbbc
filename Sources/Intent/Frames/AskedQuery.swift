/// Questions how something is done in SQL, as the order to write the query that does it, which answers both: "how do I count the
/// orders per customer in SQL", "SQL: count the orders per customer".
enum AskedQuery {
  /// "Write a SQL query that counts …"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 5, !words.contains(where: isThere) else { return nil }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    var (start, last) = (0, end)
    if isSQL(words[0]), words[1].kind == .pause {
      start = 2
    } else if isSQL(words[1]), words[0].text == "in", words[2].text == "," {
      start = 3
    } else if isSQL(words[end - 1]), end > 6 {
      last = end - 2
      guard words[last].kind == .pause || ["in", "with", "using"].contains(words[last].text) else { return nil }
    } else {
      return nil
    }
    if let question = questions.first(where: { begins(words, start, with: $0) }) { start += question.count }
    guard start + 2 < last, words[start].kind == .word, deeds.contains(words[start]),
      !words[start..<last].contains(where: { isSQL($0) || $0.kind == .pause && $0.text != "," })
    else { return nil }
    return ["write", "a", "sql", "query", "that"].map(InstructionWord.word) + words[start..<last]
  }

  private static func isSQL(_ word: InstructionWord) -> Bool { word.kind == .word && word.text == "sql" }

  private static func begins(_ words: [InstructionWord], _ start: Int, with opening: [String]) -> Bool {
    words[start...].starts(with: opening) { $0.kind == .word && $0.text == $1 }
  }

  private static let questions = [
    ["how", "do", "i"], ["how", "can", "i"], ["how", "would", "i"], ["how", "do", "you"], ["how", "to"],
  ]
  /// What a query does. What is optimized or explained is a query that is there.
  private static let deeds = WordSet([
    "count", "find", "get", "list", "select", "delete", "remove", "update", "calculate", "sum", "fetch", "retrieve",
    "show", "compute",
  ])

  private static func isThere(_ word: InstructionWord) -> Bool {
    word.kind == .payload || word.kind == .word && pointers.contains(word)
  }
  private static let pointers = WordSet([
    "this", "these", "below", "above", "following", "attached", "my", "our", "error", "errors", "server", "why",
    "without", "injection",
  ])
}
