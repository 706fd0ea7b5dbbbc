/// How an answer shall be, in the one way to say so: "separated by commas", "in a single word, …", "one line at a time", "when did it
/// fall? Just the year".
enum AskedAnswer {
  /// The same words with it.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 3 else { return words }
    return year(words) ?? faulty(words) ?? commanded(words) ?? shown(separated(joined(stepwise(weighed(words)))))
  }

  /// A word of each of its frames.
  static let triggers = [
    "bugs", "issues", "problems", "vulnerabilities", "flaws",
    "comma", "commas", "comma-separated", "time", "year", "output", "return", "answer", "reply", "respond",
    "any", "word", "most", "every", "kilos", "kilo", "command",
  ]

  /// "Encrypt a file with gpg, what's the command?", "…, git command please": the command to do it.
  private static func commanded(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard let last = words.lastIndex(where: { $0.kind != .pause }),
      let pause = words[..<last].lastIndex(where: { $0.kind == .pause }), pause > 2, last - pause < 5
    else { return nil }
    var rest = words[(pause + 1)...last]
    if rest.last?.text == "please" { rest = rest.dropLast() }
    guard rest.last?.text == "command", rest.allSatisfy({ $0.kind == .word }) else { return nil }
    rest = rest.dropLast()
    // "Write a poem about ls, the command": it is one.
    if rest.map(\.text).starts(with: ["what", "is", "the"]) {
      rest = rest.dropFirst(3)
    } else if rest.first?.text == "which" {
      rest = rest.dropFirst()
    } else if rest.first?.text == "the", rest.count > 1 {
      rest = rest.dropFirst()
    } else if rest.isEmpty, words[last].text != "please" {
      return nil
    }
    let head = words[..<pause]
    guard rest.isEmpty || rest.count == 1 && rest.first?.isWord([.tool]) == true, let first = head.first,
      first.isWord([.verb, .give]), !head.contains(where: { $0.kind == .pause || $0.kind == .payload }),
      !CarrierFrame.pointsAtText(head)
    else { return nil }
    return rest + ["command", "to"].map(InstructionWord.word) + head
  }

  /// "When did the wall fall? Just the year": in which year did it fall.
  private static func year(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words[0].text == "when", ["did", "was", "were"].contains(words[1].text),
      let pause = words.firstIndex(where: { $0.kind == .pause }), pause > 3
    else { return nil }
    var rest = words[(pause + 1)...].filter { $0.kind != .pause }
    let isOnly = rest.count == words[(pause + 1)...].count || rest.count + 1 == words[(pause + 1)...].count
    rest.removeAll { $0.text == "please" }
    let texts = rest.map(\.text)
    guard isOnly,
      years.contains(texts)
    else { return nil }
    return ["in", "which", "year"].map(InstructionWord.word) + words[1...pause]
  }

  private static let years: Set<[String]> = [
    ["just", "the", "year"], ["only", "the", "year"], ["the", "year", "only"], ["year", "only"],
    ["just", "give", "me", "the", "year"], ["just", "the", "year"], ["give", "only", "the", "year"],
    ["answer", "with", "the", "year", "only"], ["reply", "with", "just", "the", "year"],
  ]

  /// "…, separated by commas": as a comma-separated list. What stands so in a text that is there has no comma before it.
  private static func separated(_ words: [InstructionWord]) -> [InstructionWord] {
    var end = words.count
    while end > 0, words[end - 1].kind == .pause { end -= 1 }
    for form in forms where end > form.count + 2 && words[end - form.count - 1].kind == .pause {
      guard words[(end - form.count)..<end].elementsEqual(form, by: { $0.kind == .word && $0.text == $1 }) else {
        continue
      }
      let head = words[..<(end - form.count - 1)]
      // "Sort these names, separated by commas" says how they are.
      guard
        head.first?.kind == .number || head.first?.isWord([.number]) == true
          || head.prefix(4).contains(where: { $0.kind == .word && listing.contains($0) })
      else { return words }
      guard !head.contains(where: { $0.kind == .pause && $0.text != "," }) else { return words }
      return head + [.init(kind: .pause, text: ",")]
        + ["as", "a", "comma-separated", "list"].map(InstructionWord.word)
    }
    return words
  }

  /// "Five comma-separated keywords": five, as such a list.
  private static func joined(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let place = words.prefix(7).firstIndex(where: { $0.kind == .word && $0.text.hasPrefix("comma") }),
      place > 0, words[place - 1].kind == .number || words[place - 1].isWord([.number]),
      // Those that are to be sorted or read stand so already.
      words[..<(place - 1)].allSatisfy({ $0.kind == .word && ordering.contains($0) })
    else { return words }
    let isOne = words[place].text == "comma-separated"
    let next = isOne ? place + 1 : place + 2
    guard isOne || words[place].text == "comma" && next - 1 < words.count && words[next - 1].text == "separated",
      next < words.count, words[next].kind == .word, words[next].text.hasSuffix("s"), words[next].text != "values",
      !words.contains(where: { $0.kind == .pause && $0.text != "." && $0.text != "?" })
    else { return words }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    return words[..<place] + words[next..<end] + [.init(kind: .pause, text: ",")]
      + ["as", "a", "comma-separated", "list"].map(InstructionWord.word)
  }

  private static let ordering = WordSet([
    "please", "can", "could", "would", "you", "give", "me", "list", "suggest", "generate", "write", "extract",
    "provide",
    "i", "need", "want", "name", "find",
  ])
  private static let forms = [
    ["comma", "separated"], ["comma-separated"], ["separated", "by", "commas"], ["separated", "with", "commas"],
    ["separate", "them", "with", "commas"], ["separate", "them", "by", "commas"], ["separated", "by", "a", "comma"],
    ["separate", "with", "commas"], ["with", "commas", "between", "them"],
  ]

  /// "One line at a time": line by line.
  private static func stepwise(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let time = words.firstIndex(where: { $0.kind == .word && $0.text == "time" }), time > 4,
      words[time - 1].text == "a", words[time - 2].text == "at", steps.contains(words[time - 3]),
      words[time - 4].text == "one" || words[time - 4].text == "1" || words[time - 4].text == "a"
    else { return words }
    var words = words
    words.replaceSubrange((time - 4)...time, with: [words[time - 3], .word("by"), words[time - 3]])
    return words
  }

  private static let steps = WordSet(["line", "byte", "character", "row"])
  private static let listing = WordSet([
    "give", "list", "extract", "suggest", "name", "find", "generate", "what", "write", "get", "propose",
  ])

  // MARK: What alone is to be said

  /// "Output just the code", "reply with the code only", "the code and nothing else": reply with only the code.
  ///
  /// Where something is to be done to a text that is there. A function returns what it is told to.
  private static func shown(_ words: [InstructionWord]) -> [InstructionWord] {
    guard
      let pause = words.lastIndex(where: { $0.kind != .pause }).flatMap({ last in
        words[..<last].lastIndex { $0.kind == .pause || $0.kind == .word && $0.text == "and" }
      }), pause > 2
    else { return words }
    var end = words.count
    while words[end - 1].kind == .pause { end -= 1 }
    var place = pause + 1
    guard place + 2 < end, words[place].kind == .word, answering.contains(words[place]),
      CarrierFrame.pointsAtText(words[..<pause]),
      !words[..<pause].contains(where: { $0.kind == .word && programs.contains($0) })
    else { return words }
    let isPrinted = printing.contains(words[place])
    place += 1
    var isOnly = false
    if words[place].text == "only" || words[place].text == "just" { (isOnly, place) = (true, place + 1) }
    if !isPrinted {
      guard words[place].text == "with" else { return words }
      place += 1
      if place < end, words[place].text == "only" || words[place].text == "just" { (isOnly, place) = (true, place + 1) }
    }
    if end - place > 1, words[end - 1].text == "only" { (isOnly, end) = (true, end - 1) }
    guard isOnly, place < end,
      words[place..<end].allSatisfy({ $0.kind == .word || $0.kind == .code || $0.kind == .number }),
      !words[place..<end].contains(where: { $0.isWord([.and, .or, .not, .relative, .verb]) })
    else { return words }
    return words[..<pause] + [InstructionWord(kind: .pause, text: ".")]
      + ["reply", "with", "only"].map(InstructionWord.word)
      + words[place..<end]
  }

  private static let answering = WordSet(["output", "return", "print", "answer", "reply", "respond"])
  private static let printing = WordSet(["output", "return", "print"])
  private static let programs = WordSet([
    "function", "script", "query", "program", "code", "command", "regex", "sql", "class", "method", "prompt",
  ])

  // MARK: Choices

  /// "Is any name in this text", "tell me in one word whether …".
  private static func weighed(_ words: [InstructionWord]) -> [InstructionWord] {
    var words = words
    if words[0].text == "is" || words[0].text == "are", words[1].text == "any" {
      let end = words.firstIndex { $0.kind == .pause } ?? words.count
      if let link = words[2..<max(2, end)].lastIndex(where: { $0.kind == .word && $0.text == "in" }), link > 2,
        CarrierFrame.isPointed(words[(link + 1)..<end]),
        !words[2..<link].contains(where: { $0.isWord([.prep, .and, .or, .not, .relative]) })
      {
        words[0] = .word("is")
        words[1] = .word("there")
      }
    }
    if words.count > 8, words[0].text == "tell", words[1].text == "me",
      words[2].text == "in" || words[2].text == "with",
      words[3].text == "one" || words[3].text == "a" && words[4].text == "single",
      case let unit = words[3].text == "one" ? 4 : 5, words[unit].text == "word",
      words[unit + 1].text == "whether"
        || words[unit + 1].text == "if"
    {
      var end = words.count
      while words[end - 1].kind == .pause { end -= 1 }
      words =
        [.word("decide"), .word("whether")] + words[(unit + 2)..<end]
        + [InstructionWord(kind: .pause, text: ".")] + ["answer", "with", "one", "word"].map(InstructionWord.word)
    }
    return ranked(measured(words))
  }

  /// "Are there any bugs in this code": check it for bugs. Where only yes or no is asked, it is said.
  private static func faulty(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 5, words[0].text == "are" || words[0].text == "is", words[1].text == "there" else { return nil }
    let first = words[2].text == "any" ? 3 : 2
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    let tail = words[end...].filter { $0.kind != .pause }.map(\.text)
    guard tail.isEmpty || tail == ["list", "them"],
      let link = words[first..<max(first, end)].firstIndex(where: { $0.kind == .word && $0.text == "in" }),
      link > first, link - first < 4,
      faults.contains(words[link - 1]),
      words[first..<link].allSatisfy({ $0.kind == .word && !$0.isWord([.and, .or, .not]) }),
      CarrierFrame.isPointed(words[(link + 1)..<end]),
      words[(link + 1)..<end].contains(where: { $0.kind == .word && codes.contains($0) })
    else { return nil }
    return [.word("check")] + words[(link + 1)..<end] + [.word("for")] + words[first..<link]
  }

  private static let faults = WordSet(["bugs", "issues", "problems", "vulnerabilities", "flaws"])
  private static let codes = WordSet(["code", "function", "script", "class", "dockerfile", "query", "config", "diff"])

  /// "The complaints that come up most": the most common ones. "Every occurrence" are all of them.
  private static func ranked(_ words: [InstructionWord]) -> [InstructionWord] {
    var words = words
    if let most = words.firstIndex(where: { $0.kind == .word && $0.text == "most" }), most > 4,
      words[most - 1].text != "the"
    {
      let texts = words[..<most].map(\.text)
      let count = [["that", "come", "up"], ["that", "occur"], ["that", "appear"]].first {
        texts.suffix($0.count) == $0[...]
      }?.count
      if let count, case let noun = most - count - 1, noun > 0,
        words[noun - 1].isWord([.number]) || words[noun - 1].kind == .number
      {
        let isOften = most + 1 < words.count && ["often", "frequently"].contains(words[most + 1].text)
        words.removeSubrange((noun + 1)...(isOften ? most + 1 : most))
        words.insert(contentsOf: [.word("most"), .word("common")], at: noun)
      }
    }
    for place in words.indices.dropLast(2)
    where words[place].kind == .word && words[place].text == "every" && words[place + 1].text == "occurrence"
      && words[place + 2].text == "of"
    {
      words[place] = .word("all")
      words[place + 1] = .word("occurrences")
    }
    return words
  }

  /// "82 kilos": 82 kg.
  private static func measured(_ words: [InstructionWord]) -> [InstructionWord] {
    guard
      let place = words.dropFirst().firstIndex(where: { $0.kind == .word && ($0.text == "kilos" || $0.text == "kilo") }
      ),
      words[place - 1].kind == .number, words.contains(where: { $0.kind == .word && masses.contains($0) })
    else { return words }
    var words = words
    words[place] = .word("kg")
    return words
  }

  private static let masses = WordSet(["pound", "pounds", "lb", "lbs", "ounces", "stone", "grams"])
}
