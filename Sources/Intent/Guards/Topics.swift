/// What a work is about, what it is for and what takes the place of something: "a talk on Docker" is none in it, "a wrapper for
/// Python" need not be written in it, and what is replaced with React is not replaced in it.
enum Topics {
  /// What a preposition says that is not the usual thing.
  static func fact(of words: [InstructionWord], at place: Int) -> String? {
    guard place > 0, place + 1 < words.count, words[place - 1].kind == .word else { return nil }
    switch words[place].text {
    case "for": return served(words, place)
    case "in": return spoken(words, place)
    default: return topic(words, place) ?? work(words, place)
    }
  }

  // MARK: What it is for

  /// "A wrapper for Python", "list compilers for C": of one language and perhaps in another.
  private static func served(_ words: [InstructionWord], _ place: Int) -> String? {
    guard languages.contains(words[place + 1]) || isNamedByLetters(words[place + 1]),
      place + 2 == words.count || words[place + 2].kind != .word || !words[place + 2].isWord([.thing, .work]),
      case let noun = words[place - 1], !ofLanguages.contains(noun)
    else { return nil }
    // "Make the case for Rust", where a test case is code.
    if cases.contains(noun), place < 2 || !testing.contains(words[place - 2]) {
      return "the case for it"
    }
    if codes.contains(noun) { return nil }
    if servers.contains(noun) { return "for a language" }
    let isMade = words[..<place].suffix(4).contains { $0.text == "a" || $0.text == "an" }
    return isMade && !words[..<place].contains { $0.isWord([.format]) } ? "for a language" : nil
  }

  private static func isNamedByLetters(_ word: InstructionWord) -> Bool {
    word.text == "c" || word.text == "C" || word.text.hasPrefix("C++") || word.text.hasPrefix("C#")
  }

  static let languages = WordSet([
    "python", "java", "javascript", "typescript", "kotlin", "swift", "rust", "ruby", "perl", "php", "scala", "lua",
    "bash", "powershell", "golang", "go", "julia", "matlab", "haskell", "elixir", "js", "ts", "dart", "r", "sql",
  ])
  /// What is written in the language that it is for.
  private static let codes = WordSet([
    "function", "functions", "script", "scripts", "code", "snippet", "snippets", "class", "classes", "method",
    "program", "programs", "query", "queries", "regex", "regexes", "expression", "command", "one-liner", "macro",
    "formula", "test", "tests", "loop", "module", "example", "examples", "app", "application", "game", "algorithm",
    "exercise", "pattern", "template", "dockerfile", "makefile", "config", "configuration", "project", "roadmap",
    "plan", "gitignore", "workflow", "pipeline", "setup", "environment", "line", "lines", "case", "cases",
    "decorator", "type", "struct",
  ])
  private static let cases = WordSet(["case", "cases"])
  private static let testing = WordSet(["test", "use", "edge", "switch"])
  /// What is read as one of a language in any case.
  private static let ofLanguages = WordSet(DoubleWords.ofLanguages)
  /// "Python bindings" are for it as well.
  static func isOfLanguage(_ words: [InstructionWord], _ place: Int) -> Bool {
    servers.contains(words[place]) && (languages.contains(words[place - 1]) || isNamedByLetters(words[place - 1]))
  }

  private static let servers = WordSet(ofMany)
  static let ofMany = [
    "compilers", "parsers", "linters", "interpreters", "formatters", "debuggers", "plugins", "bindings", "wrappers",
    "transpilers", "profilers", "highlighters", "sdks",
  ]

  // MARK: What it is about

  /// "A talk on Docker"
  private static func topic(_ words: [InstructionWord], _ place: Int) -> String? {
    guard works.contains(words[place - 1]), words[place + 1].isWord([.tool]) else { return nil }
    return "about a tool"
  }

  private static let works = WordSet([
    "talk", "paper", "slides", "presentation", "book", "essay", "article", "notes", "lecture", "lesson", "video",
    "post", "report", "speech", "thesis", "webinar", "podcast", "deck", "course", "workshop", "seminar", "manual",
    "summary", "review", "curriculum", "series", "chapter", "handbook", "keynote", "training", "tutorial", "guide",
  ])

  /// "Write about a letter"
  private static func work(_ words: [InstructionWord], _ place: Int) -> String? {
    let verb = words[place - 1].text == "me" || words[place - 1].text == "us" ? place - 2 : place - 1
    guard verb >= 0, place < 9, words[verb].isWord([.give]), place + 2 < words.count,
      words[place + 1].isWord([.det]),
      words[(place + 2)...].prefix(2).contains(where: { $0.isWord([.work]) })
    else { return nil }
    return "about a work"
  }

  /// "How to use and in Python": a word of the language.
  private static func spoken(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place > 1, keywords.contains(words[place - 1]), using.contains(words[place - 2]),
      words[place + 1].isWord([.tool])
    else { return nil }
    return "'\(words[place - 1].text)'"
  }

  private static let keywords = WordSet(["and", "or"])
  private static let using = WordSet(["use", "explain", "does", "is"])

  // MARK: What takes the place of it

  /// "Replace jQuery with React": by its place, for commas are replaced with sed.
  static func replaced(_ facts: GuardFacts, _ place: Int) -> String? {
    let words = facts.pieces
    guard place > 1, place + 1 < words.count, words[place + 1].isWord([.tool]),
      words[..<place].prefix(6).contains(where: { $0.kind == .word && replacing.contains($0) })
    else { return nil }
    let isName = words[place - 1].isWord([.tool]) || facts.capitalised.contains(words[place - 1].text)
    return isName || !editing.contains(words[place + 1]) ? "in its place" : nil
  }

  /// What text is replaced with, so that it may be the means.
  private static let editing = WordSet([
    "sed", "awk", "gawk", "perl", "python", "vim", "vi", "emacs", "nano", "bash", "zsh", "shell", "powershell", "grep",
    "jq", "tr", "ruby", "javascript", "js", "java", "node", "excel", "word", "notepad", "vscode", "pandas", "sql",
    "mysql", "postgres", "postgresql", "php", "go", "rust", "regex", "linux", "r", "sqlite", "ansible", "git",
  ])

  private static let replacing = WordSet(["replace", "replacing", "swap", "substitute", "exchange"])

  // MARK: What is written anew

  /// "Formuliere die E-Mail um", where "formuliere eine E-Mail" writes one: the verb's other half stands at the end.
  static func changed(_ facts: GuardFacts, _ place: Int) -> String? {
    let words = facts.pieces
    guard facts.language != 0, place > 1, place + 1 == words.count || words[place + 1].kind == .pause,
      words[..<place].contains(where: { $0.kind == .word && parted.contains($0) })
    else { return nil }
    return "um"
  }

  private static let parted = WordSet([
    "schreibe", "schreib", "schreiben", "formuliere", "formulier", "formulieren", "bau", "baue", "wandle", "stelle",
    "stell", "benenne", "rechne",
  ])
}
