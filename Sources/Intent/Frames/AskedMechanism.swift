/// Questions how or why something happens, as the orders to explain it: "how does a heat pump work" and "explain how a heat pump
/// works", "how would you explain Kafka to a child".
enum AskedMechanism {
  /// The order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    var start = 0
    while start < 3, start < words.count, words[start].kind == .word, polite.contains(words[start]) { start += 1 }
    guard words.count - start > 3, words[start].kind == .word else { return nil }
    // Most requests begin otherwise.
    let first = words[start].text
    guard first == "how" || first == "what" || first == "explain" else { return nil }
    let texts = words[start..<(start + 4)].map(\.text)
    switch texts[0] {
    case "how" where start > 0: return nil
    case "what": return start == 0 ? known(words) : nil
    case "how" where texts[1] == "does" || texts[1] == "do": return working(words, start, 2)
    case "how" where texts[2] == "you" && texts[3] == "explain": return explained(words)
    case "explain" where texts[1] == "how": return working(words, start, 2)
    case "explain" where texts[1] == "to" && texts[2] == "me" && texts[3] == "how": return working(words, start, 4)
    default: return nil
    }
  }

  private static let polite = WordSet(["please", "can", "could", "would", "you"])

  /// "How does a heat pump work", "explain how heat pumps work": explain how they work. What I do is done otherwise.
  private static func working(_ words: [InstructionWord], _ first: Int, _ count: Int) -> [InstructionWord]? {
    let start = first + count
    guard
      let verb = words[start...].prefix(7).firstIndex(where: {
        $0.kind == .word && ($0.text == "work" || $0.text == "works")
      }), verb > start, isThing(words[start..<verb]), verb + 1 >= words.count || follows(words[verb + 1])
    else { return nil }
    return words[..<first] + [.word("explain"), .word("how")] + words[start..<verb] + [.word("work")]
      + words[(verb + 1)...]
  }

  /// What is named and works by itself; not I, nor to do something.
  private static func isThing(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.allSatisfy { word in
      switch word.kind {
      case .word:
        !word.isWord([.subject, .relative, .not, .or, .pronoun, .howto]) && word.text != "to" && !people.contains(word)
      case .code, .quote, .payload: true
      default: false
      }
    }
  }

  private static let people = WordSet(["one", "people", "somebody", "someone", "he", "she"])

  /// "Work in simple terms", "work?"; not "work hours" nor "work together".
  private static func follows(_ word: InstructionWord) -> Bool {
    word.kind == .pause || word.kind == .word && (word.text == "in" || word.text == "and" || word.text == "please")
  }

  /// "What is the CAP theorem": explain it. What has no name of its own is asked for.
  private static func known(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 4, words[1].text == "is", words[2].text == "the" else { return nil }
    var end = 3
    while end < words.count, words[end].kind == .word || words[end].kind == .code,
      !words[end].isWord([.prep, .and, .or, .not, .relative, .det, .subject])
    { end += 1 }
    guard end > 4, end < 8, end == words.count || words[end].kind == .pause, kinds.contains(words[end - 1]),
      words[end...].allSatisfy({ $0.kind == .pause }),
      !words[3..<end].contains(where: { $0.isWord([.quality, .number]) || isChosen($0) })
    else { return nil }
    return [.word("explain")] + words[2...]
  }

  /// "The default encryption algorithm", "the longest cycle": which one it is, is asked.
  private static func isChosen(_ word: InstructionWord) -> Bool {
    word.kind == .word
      && (choosing.contains(word) || word.text.hasSuffix("est") && word.text.utf8.count > 5)
  }
  private static let choosing = WordSet([
    "default", "current", "correct", "right", "average", "required", "recommended", "preferred", "standard",
    "official", "underlying", "recurring", "opposite", "net", "usual", "typical", "main", "primary", "actual",
    "next", "last", "latest", "first", "best", "best-known", "famous", "common", "used", "applicable", "governing",
    "minimum", "maximum", "ideal", "optimal", "proper", "exact", "billing", "naming", "retry", "side",
  ])

  private static let kinds = WordSet([
    "theorem", "principle", "paradox", "effect", "theory", "hypothesis", "conjecture", "algorithm", "pattern",
    "protocol", "cycle", "syndrome", "law", "fallacy", "dilemma",
  ])

  /// "How would you explain Kafka to a child": explain it to one.
  private static func explained(_ words: [InstructionWord]) -> [InstructionWord]? {
    // How one does explain it is asked for advice.
    guard words[1].text == "would", words.count > 6,
      let link = words[4...].firstIndex(where: { $0.kind == .word && $0.text == "to" }),
      // What one says to an interviewer is asked for advice.
      words[(link + 1)...].contains(where: AskedReader.isReader)
    else { return nil }
    return Array(words[3...])
  }
}
