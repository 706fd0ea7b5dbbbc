/// Words at the edges of a request that reading leaves out or takes for the task, and that ask for something else: "how many eggs
/// are needed", "what is in this", "what is refactoring", "has this been fixed".
enum EdgeWords {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (facts(of: a), facts(of: b))
    if left == right { return nil }
    return (left.first { !right.contains($0) } ?? right.first { !left.contains($0) }).map {
      "only one of them says '\($0)'"
    }
  }

  /// What of a text may count; most have nothing of it.
  static func facts(of facts: GuardFacts) -> [String] {
    let words = facts.pieces
    guard let first = words.first, first.kind == .word else { return [] }
    var found: [String] = []
    if first.text == "the" || first.text == "this", isStatement(words) { found.append("is") }
    if has(first), let fact = past(words) { found.append(fact) }
    if first.text == "what" || first.text == "whats", let task = asked(facts) { found.append("what is \(task)") }
    for (place, word) in words.enumerated() where word.kind == .word && marked.contains(word) {
      switch word.text {
      case "in", "on":
        if isIn(words, at: place) { found.append("\(word.text) it") }
        if let fact = DoubleWords.fact(of: facts, at: place) { found.append(fact) }
      // "The given name", where "the given text" is the text.
      case "given":
        if place + 1 < words.count, words[place + 1].text.hasPrefix("name") { found.append("given name") }
      case "me": if isForMe(words, at: place) { found.append("for me") }
      case "cause": if isEffect(words, at: place) { found.append("cause") }
      case "needed", "required", "wanted", "requested", "desired":
        if isNeeded(facts, at: place) { found.append(word.text == "required" ? "needed" : word.text) }
      case "all", "every", "each", "only", "few", "little", "exactly", "precisely", "last", "first", "next", "past",
        "previous", "final", "maximum", "max", "minimum", "min":
        if let fact = SmallAmounts.fact(of: words, at: place) { found.append(fact) }
      default: if let fact = DoubleWords.fact(of: facts, at: place) { found.append(fact) }
      }
    }
    return found.count < 2 ? found : Array(Set(found)).sorted()
  }

  private static let marked = WordSet(
    ["needed", "required", "wanted", "requested", "desired", "in", "on", "cause", "given", "me"] + DoubleWords.triggers
      + SmallAmounts.triggers)

  // MARK: What is so

  /// "The server is down", which is no question which one is.
  private static func isStatement(_ words: [InstructionWord]) -> Bool {
    guard let place = words.prefix(5).firstIndex(where: { $0.kind == .word && being.contains($0) }), place > 1,
      place + 1 < words.count, words.allSatisfy({ $0.kind == .word || $0.kind == .pause })
    else { return false }
    // "Faust was written by whom"
    if let last = words.last(where: { $0.kind == .word }), last.text == "whom" || last.text == "who" { return false }
    return !words[..<place].contains { relating.contains($0) || $0.kind == .pause }
  }

  private static let being = WordSet(["is", "are", "was", "were"])
  private static let relating = WordSet(["that", "which", "who", "what", "of"])

  // MARK: What is needed

  /// "How many eggs are needed", "list the documents required": said of them, where "SQL query needed" asks for one.
  private static func isNeeded(_ facts: GuardFacts, at place: Int) -> Bool {
    let words = facts.pieces
    guard place > 1, words[place - 1].kind == .word,
      place + 1 == words.count || words[place + 1].kind == .pause || words[place + 1].kind == .word,
      let first = facts.concepts.first(where: { $0.word.kind != .pause && !$0.may(.filler) && !$0.may(.pronoun) })
    else { return false }
    return first.may(.verb) || first.may(.give) || Attachment.questions.contains(first.word)
      || asking.contains(first.word)
  }

  private static let asking = WordSet(["is", "are", "was", "were", "what", "which", "who", "how", "why"])

  // MARK: Whom it is so for

  /// "Is it safe for me", where "write a poem for me" asks for a poem.
  private static func isForMe(_ words: [InstructionWord], at place: Int) -> Bool {
    place > 1 && words[place - 1].text == "for" && stating.contains(words[0])
  }

  static let stating = WordSet([
    "is", "are", "was", "were", "does", "did", "should", "will", "has", "why", "when", "where", "who",
  ])

  // MARK: What is in it

  /// "What is in this", where "what is this" asks for it.
  private static func isIn(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 1, place + 1 < words.count, words[place - 1].text == "is" || words[place - 1].text == "are",
      words[0].text == "what" || words[0].text == "who"
    else { return false }
    return pointers.contains(words[place + 1]) && words[(place + 2)...].allSatisfy { $0.kind == .pause }
  }

  private static let pointers = WordSet(["it", "this", "that", "there", "here", "them", "these", "those"])

  // MARK: What a task is

  /// "What is refactoring", "what is feedback": no order to do or to give it.
  private static func asked(_ facts: GuardFacts) -> String? {
    let words = facts.pieces
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard end == 3 || end == 4, words[1].text == "is", let last = facts.concepts.last(where: { $0.word.kind == .word }),
      last.may(.nominal) || last.form == .ing && last.may(.verb), last.surface.hasSuffix(words[end - 1].text)
    else { return nil }
    return last.surface
  }

  // MARK: What was done

  private static func has(_ word: InstructionWord) -> Bool {
    word.text == "has" || word.text == "have" || word.text == "what"
  }

  /// "Has this been fixed", "what fixed this"
  private static func past(_ words: [InstructionWord]) -> String? {
    if words[0].text == "what" {
      return words.count > 2 && words[1].text.hasSuffix("ed") && words[1].kind == .word && pointers.contains(words[2])
        ? words[1].text : nil
    }
    return words.prefix(8).contains { $0.kind == .word && $0.text == "been" } ? "been" : nil
  }

  // MARK: What it causes

  /// "What does stress cause", which is not the cause of stress.
  private static func isEffect(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 2, place + 1 == words.count || words[place + 1].kind == .pause else { return false }
    return words[..<place].contains { $0.kind == .word && ($0.text == "does" || $0.text == "do" || $0.text == "did") }
  }
}
