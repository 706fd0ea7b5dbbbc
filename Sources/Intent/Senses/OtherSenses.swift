/// Words that mean something else where they stand than where they are read as another word for it: the meaning of life is no definition of
/// it, a phone directory no folder, craft beer no order to make some.
///
/// What such a word says in its place is compared as it is written. Each is looked for at words that are rare, so that most texts have none.
enum OtherSenses {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text { return nil }
    let (left, right) = (senses(in: a), senses(in: b))
    if left == right { return nil }
    let other = left.first { !right.contains($0) } ?? right.first { !left.contains($0) } ?? left.first ?? right[0]
    return "what is meant by '\(other)'"
  }

  /// What is meant so, in order; empty for most texts.
  static func senses(in facts: GuardFacts) -> [String] {
    let words = facts.said
    guard words.count < longest else { return [] }
    var senses: [String] = []
    for place in words.indices where words[place].kind == .word {
      if triggers.contains(words[place]), let sense = sense(of: words, at: place) { senses.append(sense) }
      if SenseCompounds.firsts.contains(words[place]), place + 1 < words.count,
        let compound = SenseCompounds.compound(words, at: place)
      {
        senses.append(compound)
      }
      if ForeignSenses.triggers.contains(words[place]), let sense = ForeignSenses.sense(of: words, at: place) {
        senses.append(sense)
      }
    }
    LetterPlay.add(to: &senses, in: facts)
    AskedParticles.add(to: &senses, in: facts)
    CommaText.add(to: &senses, in: facts.text)
    addParameters(to: &senses, in: facts)
    return senses
  }

  /// "$1" in a script, where "1 dollar" is an amount.
  private static func addParameters(to senses: inout [String], in facts: GuardFacts) {
    let bytes = facts.text.utf8
    guard let sign = bytes.firstIndex(of: UInt8(ascii: "$")) else { return }
    let rest = bytes[bytes.index(after: sign)...]
    guard let digit = rest.first, digit >= 0x30, digit <= 0x39 else { return }
    let next = rest.dropFirst().first ?? 0x20
    guard !(next >= 0x30 && next <= 0x39), next != UInt8(ascii: "."), next != UInt8(ascii: ","),
      !amounts.isSaid(in: facts.said)
    else { return }
    senses.append("$" + String(UnicodeScalar(digit)))
  }

  /// Who writes more says what is meant.
  private static let longest = 40

  private static func sense(of words: [InstructionWord], at place: Int) -> String? {
    let word = words[place].text
    func text(_ place: Int) -> String { words.indices.contains(place) ? words[place].text : "" }
    func says(_ set: WordSet) -> Bool { set.isSaid(in: words) }
    switch word {
    case "define", "definition": return says(terms) || isTerm(words, behind: place) ? nil : "define"
    case "by":
      // "Sort by price" leaves out what is sorted; "filter by tags" is not "filter tags".
      return sorting.contains(text(place - 1)) && text(place + 1).utf8.last == UInt8(ascii: "s")
        ? text(place - 1) + " by" : nil
    // "When to pick apples"; who picks a name chooses one.
    case "pick": return says(seasons) || words[place...].contains { picked.contains($0) } ? word : nil
    case "show", "list", "shows", "lists":
      return text(0) != "list" && says(git) && words[place...].prefix(5).contains { shown.contains($0) } ? word : nil
    case "status":
      guard text(place + 1) == "code" || text(place + 1) == "codes", says(http) else { return nil }
      let numbers = words.filter { $0.kind == .number }
      return numbers.contains { !(100...599).contains(Int($0.text) ?? 0) } ? "http" : nil
    case "university", "college", "school", "institute", "teacher", "professor", "hall", "man", "house", "bar", "art",
      "cup", "glass", "bottle", "box", "bowl", "band", "king", "queen", "sea", "ring", "field", "bank", "board",
      "court":
      return text(place + 1) == "of" && text(place + 2) != "this" ? word + " of" : nil
    case "language", "line", "day", "piece", "power", "state", "point", "end":
      guard text(place + 1) == "of" else { return nil }
      return idioms.contains(text(place + 2)) || idioms.contains(text(place + 3)) ? word + " of" : nil
    case "explanation", "summary", "comparison", "review":
      return text(place + 1) == "of" && systems.contains(text(place + 2)) ? word + " of" : nil
    case "formal", "informal", "polite", "friendly", "funny", "casual", "professional":
      // Greetings that are formal, and a formal list of them.
      return place < 3 && collecting.contains(text(0)) && !tones.contains(text(place + 1)) ? word : nil
    case "me", "supposed", "told":
      // What somebody else wants done is done by whoever asks, unless it is something to write.
      guard text(place + 1) == "to", place < 7, place + 2 < words.count, word != "told" || text(place - 1) == "was",
        word != "me" || telling.contains(text(place - 1))
      else { return nil }
      return written.contains(words[place + 2]) ? nil : "told to"
    case "now":
      return text(place - 1) == "right" && asking.contains(text(0)) ? "right now" : nil
    default: return nil
    }
  }

  /// Whether what is defined is one word that is no usual one, or stands between quotation marks: "define idempotent".
  private static func isTerm(_ words: [InstructionWord], behind place: Int) -> Bool {
    var rest = words[(place + 1)...].drop {
      $0.text == "of" || $0.text == "the" || $0.text == "term" || $0.text == "word"
    }
    while let last = rest.last, last.kind == .pause { rest.removeLast() }
    guard let first = rest.first else { return true }
    if first.kind != .word { return first.kind == .quote || first.kind == .code }
    if words[..<rest.startIndex].last?.text == "the" { return false }
    return rest.count == 1 && !common.contains(first)
  }

  // MARK: Words

  private static let terms = WordSet(["term", "word", "phrase", "idiom", "acronym", "abbreviation", "expression"])
  /// What has a meaning that no dictionary tells.
  private static let common = WordSet([
    "life", "love", "death", "existence", "dreams", "marriage", "friendship", "art", "freedom", "success", "happiness",
    "home", "family", "christmas", "easter", "halloween", "thanksgiving", "ramadan", "diwali", "suffering", "time",
    "money", "work", "war", "peace", "justice", "truth", "beauty", "faith", "hope", "god", "religion", "music",
    "poetry",
    "stonehenge", "red", "blue", "green", "white", "black", "yellow", "purple", "history", "being", "everything",
  ])
  private static let idioms = WordSet([
    "love", "code", "dead", "time", "attorney", "art", "week", "view", "sale", "flowers", "cake", "mind", "emergency",
  ])
  private static let systems = WordSet(["benefits", "qualifications", "systems", "adjectives", "adverbs"])
  private static let collecting = WordSet(["list", "name", "find", "collect"])
  private static let tones = WordSet(["tone", "voice", "style", "way", "manner", "language", "register"])
  private static let amounts = WordSet([
    "price", "cost", "costs", "pay", "worth", "euro", "euros", "eur", "yen", "pounds", "gbp", "convert", "exchange",
    "spend", "save", "budget", "per", "under", "tax", "gift", "gifts", "million", "billion", "trillion", "k",
    "thousand",
    "invest", "fee", "tip", "salary", "month", "day", "year", "buy", "bill", "coin", "invoice", "plan", "off",
    "discount",
  ])
  private static let sorting = WordSet(["sort", "filter", "order", "arrange", "group", "rank", "search", "sorting"])
  private static let seasons = WordSet(["when", "time", "season", "month", "ripe"])
  private static let picked = WordSet([
    "lock", "locks", "nose", "cotton", "guitar", "fight", "pocket", "pockets", "apples", "berries", "flowers", "grapes",
    "mushrooms", "olives", "strawberries", "tomatoes", "scab", "scabs", "fruit", "bone", "bones",
  ])
  private static let git = WordSet(["git"])
  private static let shown = WordSet(["commit", "changes", "stash", "stashes", "conflicts", "files", "diff"])
  private static let http = WordSet(["http", "https"])
  private static let telling = WordSet(["wants", "want", "asked", "told", "needs", "need", "expects", "asks", "tells"])
  /// What is asked of a model all the same.
  private static let written = WordSet([
    "write", "draft", "compose", "create", "prepare", "make", "summarise", "summarize", "explain", "list", "describe",
    "generate", "produce", "find", "give", "compare", "analyse", "analyze", "rewrite", "outline", "provide",
    "proofread",
    "research", "calculate", "implement", "review", "design", "build", "come", "put", "answer", "classify", "extract",
  ])
  private static let asking = WordSet(["can", "could", "may", "is", "are", "does", "do", "should"])
  /// One of these is where a sense is.
  private static let triggers = WordSet([
    "define", "definition", "by", "pick", "explanation", "summary", "comparison", "review", "formal", "informal",
    "polite",
    "friendly", "funny", "casual", "professional", "point", "show", "list", "shows", "lists", "status", "university",
    "college", "school",
    "institute", "teacher", "professor", "state", "hall", "man", "house", "bar", "art", "language", "line", "piece",
    "power", "cup", "glass", "bottle", "box", "bowl", "day", "end", "band", "king", "queen", "sea", "ring", "field",
    "bank", "board", "court", "me", "supposed", "told", "now",
  ])
}
