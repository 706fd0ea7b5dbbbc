/// Small words that reading takes for others or leaves out, and that make another request: "or" for "and", the letter of vitamin
/// A, what somebody is doing, whom it is for before "on-call".
enum SmallDifferences {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text { return nil }
    if let words = joins(a, b) ?? versus(a, b) ?? JoinedWords.disagreement(a, b) { return words }
    let (left, right) = (facts(of: a), facts(of: b))
    if left == right { return nil }
    if let noun = PointedThings.disagreement(left, b.pieces) ?? PointedThings.disagreement(right, a.pieces) {
      return "this \(noun) or any"
    }
    if let words = PointedThings.asked(left, b.pieces, right) ?? PointedThings.asked(right, a.pieces, left) {
      return words
    }
    if let words = receivers(left, right) ?? Voices.disagreement(left, right) ?? goals(left, right)
      ?? TwoActs.disagreement(left, right) ?? StrandedWords.disagreement(left, right)
    {
      return words
    }
    if let words = clauseSubjects(left, right) { return words }
    if let noun = single(left, b.pieces) ?? single(right, a.pieces) { return "one or several: '\(noun)'" }
    let one =
      left.first { isOneSided($0) && !right.contains($0) } ?? right.first { isOneSided($0) && !left.contains($0) }
    return one.map { "only one of them says '\($0)'" }
  }

  /// What of a text may count; where it is equal, nothing speaks against two texts.
  static func facts(of facts: GuardFacts) -> [String] {
    var found = Array(repeating: "A", count: letters(in: facts.text, facts.pieces))
    var hasBrief = false
    for (place, word) in facts.pieces.enumerated() where word.kind == .word && marked.contains(word) {
      switch word.text {
      // Where "and" is for "or", there are fewer of these.
      case "or", "oder", "ou", "o", "u": if isOr(facts, at: place) { found.append("or") }
      case "and": if let acts = TwoActs.fact(of: facts.pieces, at: place) { found.append(acts) }
      case "doing": if isActing(facts.pieces, at: place) { found.append(word.text) }
      case "list": if isKept(facts, at: place) { found.append("list of") }
      // "The uses of salt", not its use.
      case "uses":
        if let of = next(facts.pieces, place), of.text == "of" || of.text == "for" { found.append(word.text) }
      case "brief": hasBrief = facts.language != 0
      case "is", "are", "was", "were", "who", "which", "that":
        if let voice = Voices.fact(of: facts.pieces, at: place) ?? Voices.followed(facts.pieces, at: place) {
          found.append(voice)
        }
      case "nach", "zum", "zur": found.append("goal: " + (word.text == "nach" ? "nach" : "zu"))
      case "a", "an": if let noun = counted(facts.pieces, at: place) { found.append("a " + noun) }
      default: if let pair = lost(facts.pieces, at: place) { found.append(pair) }
      }
      if word.text == "that", let subject = next(facts.pieces, place), subject.text == "it" || subject.text == "they" {
        found.append(thatSubject + subject.text)
      }
      if let small = StrandedWords.fact(of: facts.pieces, at: place) { found.append(small) }
    }
    // "A vs B" is a comparison of A and B, and neither is A and B.
    if versusWords.isSaid(in: facts.pieces) || comparisons.isSaid(in: facts.pieces) { found.append("vs") }
    found += JoinedWords.facts(of: facts)
    found += PointedThings.facts(of: facts.pieces)
    if facts.numbers.count > 1, let pair = counts(in: facts.text) { found.append(pair) }
    // Whom it is for, one or several: "my boss", "my bosses".
    for concept in facts.concepts where concept.form == .plural && concept.may(.audience) {
      if GuardWords.owners.contains(concept.word.text) || concept.surface.hasPrefix("my ") {
        found.append(concept.surface)
      }
    }
    // "Einen kurzen Brief": a letter is no brief one.
    if hasBrief, facts.pieces.contains(where: { $0.text.hasPrefix("kurz") }) { found.append("kurz") }
    return found
  }

  private static let marked = WordSet(
    [
      "a", "an", "and", "or", "oder", "ou", "o", "u", "doing", "uses", "list", "brief", "to", "for", "from", "about",
      "by", "with", "of", "nach", "zum", "zur",
    ] + StrandedWords.small + Voices.triggers)

  private static func isOneSided(_ fact: String) -> Bool {
    fact == "A" || fact == "doing" || fact == "list of" || fact == "kurz" || fact == "uses" || fact.hasSuffix("-")
      || fact.hasPrefix("my ")
  }

  private static func next(_ words: [InstructionWord], _ place: Int) -> InstructionWord? {
    place + 1 < words.count && words[place + 1].kind == .word ? words[place + 1] : nil
  }

  // MARK: And, or

  /// "Older than 18 and younger than 30", "older than 18 or younger than 30": one has "and" where the other has "or".
  private static func joins(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (ands, ors) = (ands(a) - ands(b), choices(a) - choices(b))
    return ands > 0 && ors < 0 || ands < 0 && ors > 0 ? "'and' and 'or'" : nil
  }

  /// "Explain TCP vs UDP" sets them against each other, where "explain TCP and UDP" tells of each.
  private static func versus(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let isOpposed = (versusWords.isSaid(in: a.pieces), versusWords.isSaid(in: b.pieces))
    if isOpposed.0 == isOpposed.1 || comparing.isSaid(in: (isOpposed.0 ? b : a).pieces) { return nil }
    return "only one of them sets two things against each other"
  }

  private static let versusWords = WordSet(["vs", "versus"])
  private static let comparisons = WordSet(["compare", "compares", "comparing", "comparison", "compared"])
  private static let comparing = WordSet([
    "difference", "differences", "differ", "differs", "different", "compare", "compares", "comparing", "comparison",
    "compared", "contrast", "distinguish", "distinguishes", "better", "diff", "unterschied", "unterschiede", "or",
  ])

  private static func ands(_ facts: GuardFacts) -> Int {
    facts.pieces.count { word in
      guard word.kind == .word else { return false }
      return switch word.text {
      case "and", "und", "et": true
      case "y", "e": facts.language != 0
      default: false
      }
    }
  }

  private static func choices(_ facts: GuardFacts) -> Int { facts.pieces.indices.count { isOr(facts, at: $0) } }

  /// Single letters join two things in Spanish; elsewhere they are names.
  private static func isOr(_ facts: GuardFacts, at place: Int) -> Bool {
    let word = facts.pieces[place]
    guard word.kind == .word else { return false }
    return switch word.text {
    case "or", "oder", "ou": !isChoice(facts.pieces, at: place)
    case "o", "u": facts.language != 0
    default: false
    }
  }

  /// "Yes or no", "positive or negative": in any other words it is one of two, too.
  private static func isChoice(_ words: [InstructionWord], at place: Int) -> Bool {
    place > 0 && place + 1 < words.count && sides.contains(words[place - 1]) && sides.contains(words[place + 1])
  }

  private static let sides = WordSet(["yes", "no", "positive", "negative", "true", "false", "good", "bad"])

  // MARK: Letters

  /// How many times a capital A stands as a name: "vitamin A", "an A record". At the beginning it is an article, and so it is
  /// before another capital.
  private static func letters(in text: String, _ words: [InstructionWord]) -> Int {
    var count = 0
    var isFirst = false
    var text = text
    text.withUTF8 { bytes in
      // Most texts have none.
      guard bytes.dropFirst().contains(UInt8(ascii: "A")) else { return }
      var last: UInt8 = UInt8(ascii: ".")
      for place in bytes.indices where !InstructionWords.isBlank(bytes[place]) {
        let isAlone =
          bytes[place] == UInt8(ascii: "A") && place > 0 && InstructionWords.isBlank(bytes[place - 1])
          && (place + 1 == bytes.count || !isPart(bytes[place + 1]))
        if isAlone, InstructionWords.isLetter(last) || last == UInt8(ascii: ",") {
          let after = bytes[(place + 1)...].first { !InstructionWords.isBlank($0) }
          if !(after.map(InstructionWords.isCapital) ?? false) { count += 1 }
        }
        // "A or B": the first of two.
        if bytes[place] == UInt8(ascii: "B"), InstructionWords.isBlank(bytes[max(place, 1) - 1]),
          place + 1 == bytes.count || !isPart(bytes[place + 1])
        {
          isFirst = true
        }
        last = bytes[place]
      }
    }
    if isFirst { return 0 }
    if count > 0 { return count }
    // "Vitamin a deficiency"
    return words.indices.dropFirst().count { words[$0].text == "a" && lettered.contains(words[$0 - 1]) }
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    InstructionWords.isLetter(byte) || byte >= 0x80 || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      || "'-/_.+*=&".utf8.contains(byte)
  }

  private static let lettered = WordSet(["vitamin", "hepatitis", "influenza"])

  // MARK: What one does

  /// "What is NASA doing" asks for no definition of it. What a text or a part of a program is doing is what it is.
  private static func isActing(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 2, next(words, place) == nil,
      let asks = words[..<place].lastIndex(where: { $0.kind == .word && $0.text.hasPrefix("what") }), asks + 2 < place
    else { return false }
    let isBelow = words[place - 1].text == "below" || words[place - 1].text == "above"
    let doer = words[isBelow ? place - 2 : place - 1]
    return doer.kind == .word && !Attachment.texts.contains(doer) && !programs.contains(doer)
  }

  private static let programs = WordSet([
    "text", "texts", "line", "lines", "command", "commands", "query", "regex", "method", "loop", "expression",
    "one-liner", "formula", "macro", "block", "test", "this", "it", "that", "workflow", "dockerfile", "makefile",
    "statement", "pipeline", "functions", "scripts", "part", "step", "algorithm", "is", "are",
  ])

  // MARK: Lists of a program

  /// "List of strings in Python" is a list that holds some, where "list strings in Python" prints them.
  private static func isKept(_ facts: GuardFacts, at place: Int) -> Bool {
    let words = facts.pieces
    guard place < 2, place == 0 || words[0].text == "a" || words[0].text == "the", place + 2 < words.count,
      words[place + 1].text == "of", types.contains(words[place + 2])
    else { return false }
    // "List of objects to JSON" converts one.
    return facts.slots.contains { $0.kind == .tool } || place + 3 < words.count && words[place + 3].text == "to"
  }

  private static let types = WordSet([
    "strings", "string", "integers", "integer", "ints", "int", "floats", "numbers", "dictionaries", "dictionary",
    "dicts", "objects", "tuples", "lists", "arrays", "sets", "maps", "structs", "enums", "booleans", "bools",
    "bytes", "chars", "characters", "functions", "lambdas", "classes", "dataframes", "pairs", "nodes", "pointers",
    "vectors", "words",
  ])

  // MARK: One or several

  /// "A two-line poem": its last two words.
  private static func counted(_ words: [InstructionWord], at place: Int) -> String? {
    guard place + 3 < words.count, words[place + 1].kind == .number || isNumber(words[place + 1]),
      words[place + 2].kind == .word, words[place + 3].kind == .word, !answers.contains(words[place + 3])
    else { return nil }
    return words[place + 2].text + " " + words[place + 3].text
  }

  /// One of these is given, however it is asked for.
  private static let answers = WordSet([
    "summary", "overview", "explanation", "description", "answer", "definition", "abstract", "recap",
    "sentence", "paragraph", "bullet", "year", "minute", "day", "week", "month", "hour",
  ])

  /// "Thirty two-page essays" are thirty, and no essays of thirty-two pages.
  private static func counts(in text: String) -> String? {
    var text = text
    // Most texts have no hyphen.
    guard text.withUTF8({ $0.contains(UInt8(ascii: "-")) }) else { return nil }
    let words = text.lowercased().split(separator: " ")
    for (first, second) in zip(words, words.dropFirst()) where second.utf8.contains(UInt8(ascii: "-")) {
      let parts = second.split(separator: "-")
      guard parts.count == 2, !isNumber(.word(String(parts[1]))), isNumber(.word(String(parts[0]))),
        isNumber(.word(String(first)))
      else { continue }
      return "\(first) of \(parts[0])-"
    }
    return nil
  }

  private static func isNumber(_ word: InstructionWord) -> Bool {
    var isNumber = false
    if word.kind == .word { Lexicon.shared.forEachReading(word.hash) { if $0.kind == .number { isNumber = true } } }
    return isNumber
  }

  /// "Two-line poems" where the other text says "a two-line poem".
  private static func single(_ facts: [String], _ words: [InstructionWord]) -> String? {
    facts.first { fact in
      guard fact.hasPrefix("a ") else { return false }
      let one = fact.dropFirst(2)
      return words.indices.dropFirst(2).contains { place in
        let (noun, unit) = (words[place].text, words[place - 1].text)
        guard words[place].kind == .word, noun.hasSuffix("s") else { return false }
        let isOfY = noun.hasSuffix("ies") && one == unit + " " + noun.dropLast(3) + "y"
        return isOfY || one == unit + " " + noun.dropLast() || one == unit + " " + noun.dropLast(2)
      }
    }
  }

  // MARK: Whom it is for

  /// "To the on-call engineer", "about the on-call engineer": the preposition inside takes the place of the one before it.
  private static func lost(_ words: [InstructionWord], at place: Int) -> String? {
    guard place + 3 < words.count, articles.contains(words[place + 1]), inner.contains(words[place + 2]),
      words[place + 3].kind == .word
    else { return nil }
    return "\(words[place].text) the \(words[place + 2].text)"
  }

  private static let articles = WordSet(["the", "an", "a", "my", "our", "your", "their"])
  private static let inner = WordSet(["on", "off", "in", "out", "up", "over", "after", "by", "under", "before"])

  /// "Nach dem Essen", "zum Essen"
  private static func goals(_ one: [String], _ other: [String]) -> String? {
    let (left, right) = (one.filter { $0.hasPrefix("goal") }, other.filter { $0.hasPrefix("goal") })
    return left.isEmpty || right.isEmpty || left == right ? nil : "nach and zu"
  }

  // MARK: Whom a clause is about

  /// "Write that they are late", "write that it is late"
  private static func clauseSubjects(_ one: [String], _ other: [String]) -> String? {
    let (left, right) = (one.filter { $0.hasPrefix(thatSubject) }, other.filter { $0.hasPrefix(thatSubject) })
    return left.isEmpty || right.isEmpty || left == right ? nil : "'it' and 'they'"
  }

  private static let thatSubject = "that is so of: "

  private static func receivers(_ one: [String], _ other: [String]) -> String? {
    let (left, right) = (one.filter { $0.contains(" the ") }, other.filter { $0.contains(" the ") })
    return left.isEmpty || right.isEmpty || left == right ? nil : "'\(left[0])' and '\(right[0])'"
  }
}
