/// Words that mean two things, of which reading knows one: "on the call" and on call, "better over SSH" and over SSH, "to excel" and
/// in Excel.
enum DoubleWords {
  /// The words that are looked at.
  static let triggers =
    [
      "over", "through", "via", "using", "call", "excel", "by", "was", "were", "short", "give", "with", "order",
      "for", "about", "um", "or", "where", "as", "to",
    ] + ofLanguages + Topics.ofMany

  /// What one means that is not the usual thing.
  static func fact(of facts: GuardFacts, at place: Int) -> String? {
    let words = facts.pieces
    if words[place].text == "um" { return Topics.changed(facts, place) }
    guard let next = place + 1 < words.count ? words[place + 1] : nil else {
      if smallWords.contains(words[place]) { return nil }
      return words[place].text == "excel"
        ? excelling(words, place) : words[place].text == "call" ? call(words, place) : language(words, place)
    }
    switch words[place].text {
    // "Advantages of keys over SSH" are set against it.
    case "over", "through": return next.text == "ssh" || next.text == "https" ? weighed(words) : nil
    case "via", "using": return joined(words, place) ?? means(words, place)
    case "in", "on": return means(words, place) ?? Topics.fact(of: words, at: place)
    case "about": return Topics.fact(of: words, at: place)
    case "for": return Topics.fact(of: words, at: place) ?? AskedReader.goesOn(words, at: place)
    case "to": return AskedReader.goesOn(words, at: place)
    case "or", "where", "as": return small(words, place)
    case "call": return call(words, place)
    case "excel": return excelling(words, place)
    case "by": return told(words, place) ?? Topics.replaced(facts, place)
    // "Compare JSON with jq"
    case "with":
      return words[0].text == "compare" && place == 2 && words[1].isWord([.format]) && next.isWord([.tool])
        && !next.isWord([.format])
        ? "by means of it" : means(words, place) ?? Topics.replaced(facts, place)
    // "The process that was using port 80"
    case "was", "were":
      return next.kind == .word && next.text.hasSuffix("ing") && isRelative(words, place) ? "was" : nil
    case "short": return next.text == "for" && isGivenName(words, place, in: facts.text) ? "short for" : nil
    // "Give this article's title": the one that it has.
    case "give": return place < 3 && words.indices.dropLast().contains { isTitle(words, $0) } ? "its title" : nil
    // "Order a table by phone": one is bought, where this one is sorted.
    case "order":
      return place < 3 && (next.text == "a" || next.text == "an") && words[place...].contains { $0.text == "by" }
        ? "order one" : nil
    default: return language(words, place)
    }
  }

  private static let smallWords = WordSet(["or", "where", "as", "to"])

  /// Words that are left out or taken for another one elsewhere.
  private static func small(_ words: [InstructionWord], _ place: Int) -> String? {
    let next = words[place + 1]
    switch words[place].text {
    // "Sort by name or date": by one of the two, where a comma means by both.
    case "or":
      let before = words[..<place]
      return before.contains { $0.text == "by" }
        && before.prefix(4).contains { $0.kind == .word && sorting.contains($0) }
        ? "by one of them" : nil
    // "Where is the Amazon": the river.
    case "where":
      guard place == 0, words.count > 3, next.text == "is" || next.text == "are",
        words[2].text == "the",
        words.count == 4 || words[4].kind == .pause
      else { return nil }
      return "the one"
    // "Parse this as JSON": it is some already.
    case "as":
      return next.isWord([.format]) && words[..<place].prefix(4).contains { $0.text == "parse" }
        ? "it is some" : nil
    default: return nil
    }
  }

  private static let sorting = WordSet(["sort", "order", "group", "rank", "arrange"])

  private static func weighed(_ words: [InstructionWord]) -> String? { weighing.isSaid(in: words) ? "over" : nil }

  private static let weighing = WordSet([
    "why", "advantage", "advantages", "benefit", "benefits", "better", "prefer", "preferred", "choose", "disadvantages",
  ])

  /// "Install using pip", "install in Docker": what is done with it and not to it. One stops using a program, and still it runs.
  private static func means(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place > 0, words[place - 1].kind == .word, words[place + 1].isWord([.tool]) else { return nil }
    // "Explain it in Java"
    if place > 1, pointers.contains(words[place - 1]), explaining.contains(words[place - 2]) { return "by means of it" }
    if words[place].text == "using", ceasing.contains(words[place - 1]) { return words[place - 1].text + " using" }
    return treating.contains(words[place - 1]) ? "by means of it" : nil
  }

  private static let pointers = WordSet(["it", "this", "that", "these", "those", "them"])
  private static let explaining = WordSet(["explain", "describe", "is", "are", "use", "learn", "teach", "start"])
  private static let ceasing = WordSet(["stop", "start", "quit", "exit", "close", "remove", "avoid"])
  private static let treating = WordSet([
    "install", "uninstall", "upgrade", "update", "deploy", "learn", "teach", "test", "run", "build", "explain", "open",
    "save", "configure", "setup", "up", "debug", "restart", "disable", "delete", "backup", "encrypt", "troubleshoot",
    "start", "started", "begin", "import",
  ])

  /// "A parser for JavaScript", "a Python interpreter": of the language, which they need not be written in.
  private static func language(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place > 0, !words[place - 1].isWord([.format]) else { return nil }
    if Topics.isOfLanguage(words, place) { return "for a language" }
    if words[place - 1].isWord([.tool]) {
      // "A Python parser for logs" is written in it.
      let isOfLogs = place + 1 < words.count && words[place + 1].kind != .pause && words[place + 1].text != "in"
      return place > 1 && words[place - 2].isWord([.det]) && !isOfLogs ? "of the language" : nil
    }
    return place + 2 < words.count && words[place + 1].text == "for" && words[place - 1].isWord([.det])
      && words[place + 2].isWord([.tool]) ? "of the language" : nil
  }

  static let ofLanguages = [
    "compiler", "parser", "linter", "interpreter", "formatter", "lexer", "tokenizer", "transpiler", "decompiler",
    "minifier", "obfuscator", "debugger", "grammar", "profiler", "disassembler",
  ]

  /// "Connect Excel via Python": with Python it would be joined to it. Where both are named, it can only be the way.
  private static func joined(_ words: [InstructionWord], _ place: Int) -> String? {
    guard let verb = words[..<place].prefix(6).firstIndex(where: { $0.kind == .word && joining.contains($0) }),
      !words[verb...].contains(where: { $0.kind == .word && both.contains($0) })
    else { return nil }
    return "via"
  }

  private static let joining = WordSet([
    "connect", "integrate", "combine", "merge", "sync", "link", "pair", "share", "mix", "bundle",
  ])
  private static let both = WordSet(["to", "and", "with", "from", "into"])

  /// "Who is on the call"
  private static func call(_ words: [InstructionWord], _ place: Int) -> String? {
    place > 1 && words[place - 2].text == "on" && words[place - 1].isWord([.det]) ? "on the call" : nil
  }

  /// "How to excel", "how to excel in Excel"
  private static func excelling(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place > 1, words[place - 1].text == "to", words[place - 2].text == "how" else { return nil }
    return "to excel " + words[(place + 1)...].prefix(2).map(\.text).joined(separator: " ")
  }

  /// "Tell me a poem by Goethe": the one that there is.
  private static func told(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place > 1, place < 7, works.contains(words[place - 1]), !words[place + 1].text.hasSuffix("day"),
      words[place + 1].kind == .word, !words[place + 1].isWord([.det, .pronoun]),
      telling.isSaid(in: Array(words[..<place]))
    else { return nil }
    return "there is one"
  }

  private static let works = WordSet([
    "poem", "poems", "story", "stories", "quote", "quotes", "haiku", "sonnet", "song", "joke", "jokes", "tale",
    "speech", "recipe", "letter", "essay", "fable",
  ])
  private static let telling = WordSet(["tell", "show", "give", "recite", "share", "quote", "want"])

  private static func isRelative(_ words: [InstructionWord], _ place: Int) -> Bool {
    place > 0 && ["that", "which", "who"].contains(words[place - 1].text)
  }

  /// "What is Liz short for" asks for a name, where "what does OPEC stand for" asks for words.
  private static func isGivenName(_ words: [InstructionWord], _ place: Int, in text: String) -> Bool {
    guard place > 0, words[place - 1].kind == .word, words[place - 1].text.utf8.count > 1 else { return false }
    let name = words[place - 1].text
    return text.contains(name.prefix(1).uppercased() + name.dropFirst())
  }

  private static func isTitle(_ words: [InstructionWord], _ place: Int) -> Bool {
    words[place].kind == .possessive && words[place + 1].kind == .word && titles.contains(words[place + 1])
  }

  private static let titles = WordSet(["title", "headline", "heading", "caption"])
}
