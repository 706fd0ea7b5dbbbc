/// Queries, expressions and files of configuration by what they are for: "SQL to get the orders", "a regex to validate a date", "a
/// Dockerfile that runs a Flask app", "the 10 customers with the highest revenue".
enum AskedPurpose {
  /// The same words with the plain order.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 3 else { return words }
    var words = configured(queried(words))
    for place in words.indices where place < words.count && words[place].kind == .word {
      switch words[place].text {
      case "regex", "expression": validated(&words, place)
      case "dockerfile": running(&words, place)
      case "with": ranked(&words, place)
      case "tests": tested(&words, place)
      case "questions", "question": about(&words, place)
      default: break
      }
    }
    return words
  }

  /// A word of each of its frames.
  static let triggers = [
    "tests", "redirect", "sql", "regex", "expression", "dockerfile", "highest", "largest", "greatest", "questions",
    "question",
  ]

  /// "SQL to get the orders of today": a query to get them. "How do I query the orders in SQL": a query for them.
  private static func queried(_ words: [InstructionWord]) -> [InstructionWord] {
    if words[0].text == "sql", words[0].kind == .word, words[1].text == "to" || words[1].text == "for",
      words[2].kind == .word, !words[2].isWord([.format, .tool, .language])
    {
      // "SQL to JSON", "SQL to pandas": what it shall become. What else it does is asked as how to do it.
      guard words[1].text == "for" || showing.contains(words[2]) else { return words }
      let rest = words[1].text == "for" ? 2 : words[3].text == "me" ? 4 : 3
      guard rest < words.count else { return words }
      return ["write", "an", "sql", "query", "for"].map(InstructionWord.word) + words[rest...]
    }
    guard words[0].text == "how", ["do", "can", "would"].contains(words[1].text), words[2].text == "i", words.count > 6,
      words[3].text == "query", let end = words.lastIndex(where: { $0.kind != .pause }), end > 5,
      words[end].text == "sql", words[end - 1].text == "in" || words[end - 1].text == "with",
      words[4..<(end - 1)].allSatisfy({ $0.kind != .pause })
    else { return words }
    return ["write", "an", "sql", "query", "for"].map(InstructionWord.word) + words[4..<(end - 1)]
  }

  /// "How do I redirect HTTP to HTTPS in nginx", "the nginx config for an HTTP to HTTPS redirect": a configuration to redirect it.
  private static func configured(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let end = words.lastIndex(where: { $0.kind != .pause }), end > 5,
      words[..<end].allSatisfy({ $0.kind != .pause })
    else { return words }
    if words[0].text == "how", ["do", "can"].contains(words[1].text), words[2].text == "i", words[3].text == "redirect",
      words[end - 1].text == "in" || words[end - 1].text == "with", servers.contains(words[end])
    {
      return [.word("write"), .word("a"), words[end], .word("config"), .word("to")] + words[3..<(end - 1)]
    }
    guard words[end].text == "redirect", words[end - 2].text == "to",
      words[end - 4].text == "a" || words[end - 4].text == "an",
      words[end - 5].text == "for", end > 6, ["config", "configuration"].contains(words[end - 6].text),
      servers.contains(words[end - 7]), words[..<(end - 7)].allSatisfy({ $0.kind == .word && asking.contains($0) })
    else { return words }
    return [.word("write"), .word("a"), words[end - 7], .word("config"), .word("to"), words[end]]
      + words[(end - 3)...(end - 1)]
  }

  /// What only asks for a file; who wants one deleted or explained says another verb.
  private static let asking = WordSet([
    "please", "give", "show", "write", "create", "generate", "make", "provide", "me", "i", "need", "want", "a", "an",
    "the",
  ])
  /// What is set up by a file alone.
  private static let servers = WordSet(["nginx", "apache", "caddy", "haproxy"])

  private static let showing = WordSet(["get", "list", "find", "show", "return", "select", "fetch", "retrieve"])

  /// "A regex to validate a date": one that matches it. To find some in a text takes another one.
  private static func validated(_ words: inout [InstructionWord], _ place: Int) {
    guard words[place].text == "regex" || place > 0 && words[place - 1].text == "regular", place + 2 < words.count
    else { return }
    let (first, second) = (words[place + 1].text, words[place + 2].text)
    let count: Int
    switch (first, second) {
    case ("to", "validate"), ("that", "validates"), ("which", "validates"), ("for", "validating"): count = 2
    case ("to", "recognize"), ("to", "recognise"), ("that", "recognizes"), ("that", "recognises"): count = 2
    case ("validating", _): count = 1
    default: return
    }
    guard place + count + 1 < words.count else { return }
    words.replaceSubrange((place + 1)...(place + count), with: [.word("for")])
  }

  /// "A Dockerfile that runs a Flask app": one for it.
  private static func running(_ words: inout [InstructionWord], _ place: Int) {
    guard place + 4 < words.count, words[place + 3].text == "a" || words[place + 3].text == "an" else { return }
    let link = words[place + 1].text
    guard
      words[place + 2].text == "runs" && (link == "that" || link == "which")
        || words[place + 2].text == "run" && link == "to",
      let end = words[(place + 4)...].firstIndex(where: { $0.kind == .pause }) ?? Optional(words.count),
      end - place < 8, words[end - 1].text == "app" || words[end - 1].text == "application",
      !words[(place + 4)..<end].contains(where: { $0.isWord([.prep, .and, .or, .not, .relative]) })
    else { return }
    words.replaceSubrange((place + 1)...(place + 2), with: [.word("for")])
  }

  /// "The 10 customers with the highest revenue": the top 10 customers by revenue. The fewest strokes make the top of golf.
  private static func ranked(_ words: inout [InstructionWord], _ place: Int) {
    guard place > 1, place + 3 < words.count, words[place + 1].text == "the", most.contains(words[place + 2]),
      words[place - 1].kind == .word, words[place - 1].text.hasSuffix("s"),
      let number = words[..<place].lastIndex(where: { $0.kind == .number || $0.isWord([.number]) }), number > 0,
      place - number < 4,
      words[(number + 1)..<place].allSatisfy({ $0.kind == .word && !$0.isWord([.prep, .and, .or]) }),
      // "At least 10 customers"
      ["the", "list", "get", "name", "show", "find", "return", "which", "what"].contains(words[number - 1].text),
      let end = words[place...].firstIndex(where: { $0.kind == .pause || $0.isWord([.prep]) && $0.text != "with" })
        ?? Optional(words.count),
      end - place < 6, end > place + 3, measures.contains(words[end - 1]),
      words[(place + 3)..<end].allSatisfy({ $0.kind == .word && !$0.isWord([.and, .or, .not, .relative]) })
    else { return }
    words.replaceSubrange(place...(place + 2), with: [.word("by")])
    words.insert(.word("top"), at: number)
  }

  private static let most = WordSet(["highest", "largest", "greatest"])
  /// Of what the most is the top.
  private static let measures = WordSet([
    "revenue", "revenues", "sales", "population", "populations", "gdp", "profit", "profits", "income", "turnover",
    "earnings", "salary", "salaries", "spending", "budget", "budgets",
  ])

  /// "Tests for this function": of one function, a class or a method there are unit tests alone.
  private static func tested(_ words: inout [InstructionWord], _ place: Int) {
    guard place > 0, words[place - 1].kind == .word, makers.contains(words[place - 1]), place + 3 < words.count,
      words[place + 1].text == "for",
      case let end = words[place...].firstIndex(where: { $0.kind == .pause }) ?? words.count,
      CarrierFrame.isPointed(words[(place + 2)..<end].prefix(3)),
      words[(place + 2)..<end].prefix(3).contains(where: {
        $0.kind == .word && ["function", "method", "class"].contains($0.text)
      })
    else { return }
    words.insert(.word("unit"), at: place)
  }

  private static let makers = WordSet(["write", "generate", "create", "pytest", "jest", "junit", "some", "add"])

  /// "Three Kubernetes questions": three about it.
  private static func about(_ words: inout [InstructionWord], _ place: Int) {
    guard place > 2, words[place - 1].isWord([.tool]),
      words[0].text == "ask" || words.contains(where: { $0.text == "ask" }),
      words[place - 2].kind == .number || words[place - 2].isWord([.number]),
      place + 1 == words.count || words[place + 1].kind == .pause
    else { return }
    let tool = words.remove(at: place - 1)
    words.insert(contentsOf: [.word("about"), tool], at: place)
  }
}
