/// Questions for what can only be written: "which sed command replaces …", "what would a Dockerfile look like for …".
enum AskedWork {
  /// The order that asks for the same; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 4, words[0].kind == .word else { return nil }
    if words[1].kind == .word, let order = command(words) { return order }
    switch words[0].text {
    case "which", "what":
      if words[1].text == "would" { return looked(words) }
      return deed(words)
    case "how": return words[1].text == "would" ? looked(words) : nil
    default: return nil
    }
  }

  /// "Which SQL query lists the customers": "write an SQL query that lists the customers".
  ///
  /// What there is already, in a text or among what one has, is chosen from and not written.
  private static func deed(_ words: [InstructionWord]) -> [InstructionWord]? {
    var place = 1
    while place < 3, words[place].isWord([.tool, .language]) { place += 1 }
    guard place > 1 || words[place].text == "regex", place + 2 < words.count, works.contains(words[place]),
      words[place + 1].isDeed, !words.contains(where: isThere)
    else { return nil }
    return [.word("write"), .word("a")] + words[1...place] + [.word("that")] + words[(place + 1)...]
  }

  /// "Ffmpeg command, cut the first 15 seconds …": "ffmpeg command to cut …".
  private static func command(_ words: [InstructionWord]) -> [InstructionWord]? {
    let place = commands.contains(words[1]) ? 1 : words[2].kind == .word && commands.contains(words[2]) ? 2 : 0
    guard place > 0, place + 3 < words.count, words[place + 1].kind == .pause,
      [",", ":"].contains(words[place + 1].text), words[0].isWord([.tool, .language]),
      words[place + 2].isWord([.verb]), !onText.contains(words[place + 2]), !words.contains(where: isThere)
    else { return nil }
    return words[...place] + [.word("to")] + words[(place + 2)...]
  }

  private static let commands = WordSet(["command", "one-liner"])
  /// What is done to a command that is there.
  private static let onText = WordSet([
    "explain", "describe", "fix", "review", "simplify", "shorten", "improve", "correct", "rewrite", "translate",
    "check",
    "optimize", "optimise", "document", "comment", "make", "debug", "test", "run", "use", "why", "is", "does",
    "convert",
    "change", "update", "add", "replace", "format", "can", "should", "may", "was", "were", "are", "do", "mean", "work",
  ])

  /// "What would a Dockerfile look like for a Flask app": "write a Dockerfile for a Flask app".
  private static func looked(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words[2].text == "a" || words[2].text == "an",
      let look = words.prefix(8).firstIndex(where: { $0.text == "look" }), look > 3,
      words[3..<look].contains(where: { $0.isWord([.work]) || programs.contains($0) }),
      words[3..<look].allSatisfy({ $0.kind == .word && !$0.isWord([.prep, .and, .or, .relative]) }),
      !words.contains(where: isThere)
    else { return nil }
    var rest = look + 1
    if words[0].text == "what" {
      guard rest < words.count, words[rest].text == "like" else { return nil }
      rest += 1
    }
    guard rest < words.count, words[rest].kind == .word, ["for", "that", "which", "with"].contains(words[rest].text)
    else { return nil }
    return [.word("write")] + words[2..<look] + words[rest...]
  }

  private static let works = WordSet(["command", "query", "expression", "filter", "one-liner", "regex"])
  private static let programs = WordSet([
    "dockerfile", "makefile", "function", "script", "query", "class", "regex", "config", "configuration", "workflow",
  ])
  private static let pointers = WordSet([
    "this", "these", "those", "below", "above", "following", "attached", "my", "our", "your", "should", "best",
    "better",
  ])

  private static func isThere(_ word: InstructionWord) -> Bool { word.kind == .payload || pointers.contains(word) }
}
