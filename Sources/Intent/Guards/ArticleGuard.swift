/// Articles that make another word of the noun behind them.
///
/// Three kinds of them: nouns of one gender and another (`der See`, `die See`; `le tour`, `la tour`), where the article tells who
/// does what (`der Hund`, `den Hund`), and English ones that mean something of their own with "the" (`the web`, `the who`).
enum ArticleGuard {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    if a == b { return nil }
    if let words = named(a, b) ?? named(b, a) ?? stuff(a, b) ?? stuff(b, a) { return words }
    return gender(a, b) ?? definite(a, b) ?? counted(a, b) ?? counted(b, a) ?? known(a, b) ?? event(a, b)
      ?? GivenNames.disagreement(a, b) ?? keyword(a, b) ?? keyword(b, a)
  }

  /// What articles of a text may count; where it is equal, nothing speaks against two texts.
  static func facts(of words: [InstructionWord]) -> [String] {
    var found: [String] = []
    let defines = defining.isSaid(in: words)
    for (place, word) in words.enumerated() where word.kind == .word {
      let kind = classOf(word.text)
      if kind != 0 { found.append("\(kind)") }
      if changing.contains(word), isAlone(words, place) { found.append("\(article(words, place)) \(word.text)") }
      if events.contains(word), case let lead = lead(words, place), lead != .none {
        found.append("\(lead) \(word.text)")
      }
      if uncounted.contains(word) || bareNames.contains(word), isOne(words, place) { found.append("a \(word.text)") }
      if bareNames.contains(word), isThe(words, place), word.text != "shell" { found.append("the \(word.text)") }
      if defines, isDefined(words, place), isCommon(word) { found.append("one \(word.text)") }
      if let name = GivenNames.fact(of: words, at: place) { found.append(name) }
      if word.text == "the", asks(words, at: place) { found.append("the") }
      if word.text == "this", isPronoun(words, place), words.contains(where: objects.contains) { found.append("this") }
    }
    return found
  }

  // MARK: German, French and Spanish

  /// Two texts of the same words in the same order, but for an article of another gender, number or case.
  private static func gender(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    guard a.count == b.count else { return nil }
    var found: String?
    for (one, other) in zip(a, b) where one != other {
      let (left, right) = (classOf(one.text), classOf(other.text))
      if left == 0 || right == 0 { return nil }
      if left != right { found = "'\(one.text)' and '\(other.text)'" }
    }
    return found
  }

  /// One number for the articles that are one before a noun; 0 for all other words. By its length first.
  private static func classOf(_ word: String) -> Int {
    switch word.utf8.count {
    case 2: word == "le" || word == "el" || word == "ce" || word == "un" ? 1 : word == "la" ? 2 : 0
    case 3:
      switch word {
      case "une", "una": 2
      case "les", "des", "ces", "los": 3
      case "las": 4
      case "der": 5
      case "die": 6
      case "das": 7
      case "den": 8
      case "dem": 9
      case "ein": 10
      default: 0
      }
    case 4: word == "eine" ? 6 : word == "este" ? 1 : word == "esta" ? 2 : 0
    case 5:
      switch word {
      case "einen": 8
      case "einem": 9
      case "diese", "meine", "deine", "seine", "keine": 6
      case "cette": 2
      default: 0
      }
    case 6:
      switch word {
      case "dieser": 5
      case "dieses": 7
      case "diesen", "meinen", "deinen", "seinen", "keinen": 8
      case "diesem", "meinem", "deinem", "seinem", "keinem": 9
      default: 0
      }
    default: 0
    }
  }

  // MARK: English

  /// A noun that stands alone, with another article in each, and is another thing for it.
  private static func definite(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    for (place, word) in a.enumerated() where word.kind == .word && changing.contains(word) && isAlone(a, place) {
      let others = b.indices.filter { b[$0] == word && isAlone(b, $0) }
      if !others.isEmpty, !others.contains(where: { article(b, $0) == article(a, place) }) {
        return "the article before '\(word.text)'"
      }
    }
    return nil
  }

  /// One of what is something else where it is not counted: a spring is none of the seasons, a cricket no game.
  private static func counted(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    for (place, word) in one.enumerated() where word.kind == .word && isOne(one, place) {
      let isUncounted = uncounted.contains(word)
      guard isUncounted || bareNames.contains(word) else { continue }
      let places = other.indices.filter { other[$0] == word }
      if places.isEmpty || places.contains(where: { isOne(other, $0) }) { continue }
      // A cat poem is one about a cat.
      if isUncounted || places.contains(where: { isAlone(other, $0) && article(other, $0) == .none }) {
        return "the article before '\(word.text)'"
      }
    }
    return nil
  }

  /// "The process on the node" runs on a machine, "the process on node" in a program of that name.
  private static func named(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    for (place, word) in one.enumerated() where word.kind == .word && bareNames.contains(word) && isThe(one, place) {
      // "In the shell", "in shell"
      if word.text == "shell" { continue }
      let places = other.indices.filter { other[$0] == word }
      if places.contains(where: { isThe(other, $0) }) { continue }
      if places.contains(where: { isAlone(other, $0) && article(other, $0) == .none }) {
        return "the article before '\(word.text)'"
      }
    }
    return nil
  }

  private static func isThe(_ words: [InstructionWord], _ place: Int) -> Bool {
    article(words, place) == .the && isAlone(words, place)
  }

  /// "What is chalk", "what is a chalk": a stuff, and a kind or a piece of it. Nobody counts what is only a term.
  private static func stuff(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    guard defining.isSaid(in: one) else { return nil }
    for place in one.indices.dropFirst() where isDefined(one, place) && one[place].kind == .word && isCommon(one[place])
    {
      let places = other.indices.filter { other[$0] == one[place] }
      // "What is a week in seconds", "convert 1 week to seconds"
      if !places.isEmpty, places.allSatisfy({ isAlone(other, $0) && asked.contains(other[$0 - 1]) }) {
        return "the article before '\(one[place].text)'"
      }
    }
    return nil
  }

  /// "What is a chalk", "what a chalk is"
  private static func isDefined(_ words: [InstructionWord], _ place: Int) -> Bool {
    isOne(words, place) && place > 1 && asked.contains(words[place - 2])
  }

  private static let defining = WordSet(["what", "explain", "define", "describe"])
  private static let asked = WordSet(["what", "explain", "define", "describe", "is", "are"])

  /// Whether a word is a common one that no lexicon knows as a term.
  private static func isCommon(_ word: InstructionWord) -> Bool {
    KnownWords.shared.isCommon(PhraseHash(Array(word.text.utf8)[...])) && !word.mayBe([.work, .tool, .format, .unit])
      && !GuardWords.acronyms.contains(word)
  }

  /// Whether an article for one stands right before a noun that stands alone.
  private static func isOne(_ words: [InstructionWord], _ place: Int) -> Bool {
    article(words, place) == .one && isAlone(words, place)
  }

  /// "Who is the doctor", "explain the civil war", "explain a civil war": two questions of the same words but for the article of
  /// what is asked about.
  private static func known(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    guard a.count == b.count, let place = a.indices.first(where: { a[$0] != b[$0] }), asks(a, at: place) else {
      return nil
    }
    // "Who is the boss", "who is my boss"
    if article(a, place + 1) == .the && GuardWords.owners.contains(b[place].text) { return "whose it is" }
    if article(b, place + 1) == .the && GuardWords.owners.contains(a[place].text) { return "whose it is" }
    let (one, other) = (article(a, place + 1), article(b, place + 1))
    return one != .none && other != .none && one != other ? "the article of what is asked about" : nil
  }

  /// "An essay about the civil war", "an essay about a civil war".
  private static func event(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    for (place, word) in a.enumerated() where word.kind == .word && events.contains(word) {
      guard let other = b.firstIndex(of: word) else { continue }
      let (one, another) = (lead(a, place), lead(b, other))
      if one != .none, another != .none, one != another { return "the article before '\(word.text)'" }
    }
    return nil
  }

  /// The article of a noun with at most two words between.
  private static func lead(_ words: [InstructionWord], _ place: Int) -> Article {
    for before in stride(from: place, to: max(0, place - 3), by: -1) {
      let found = article(words, before)
      if found != .none { return found }
      if words[before - 1].kind != .word || closing.contains(words[before - 1]) { return .none }
    }
    return .none
  }

  /// What history has one of, and what there are many of with another article.
  private static let events = WordSet([
    "war", "wars", "revolution", "crisis", "empire", "pope", "emperor", "joker", "plague", "massacre", "famine",
    "genocide", "crusade", "siege", "uprising", "rebellion", "treaty", "pandemic", "landing", "king", "queen", "prince",
    "princess", "president", "doctor", "invasion", "partition", "armistice", "republic", "dynasty", "expedition",
  ])

  /// Whether nothing but a noun of a few words follows an article, and no text that may stand apart.
  private static func isAtEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    let rest = words[(place + 1)...].prefix { $0.kind != .pause }
    guard let last = rest.last, !Attachment.texts.contains(last), !last.text.hasPrefix("text") else { return false }
    return rest.count < 4 && rest.allSatisfy { $0.kind == .word && !closing.contains($0) }
      && place + 1 + rest.count + 1 >= words.count
  }

  /// Whether a text asks about something that is the one or any, or tells of it: "where is the bank", "a song about the girl".
  /// How something is done to one is told of all of them.
  private static func asks(_ words: [InstructionWord], at place: Int) -> Bool {
    if words.prefix(4).contains(where: { $0.kind == .word && asking.contains($0) }) { return true }
    if words[0].text == "how" { return words.count > 1 && measured.contains(words[1]) }
    // "What caused the outage"
    if words[0].text == "what", words.count > 2 { return words[1].text.hasSuffix("ed") }
    return place > 1 && words[place - 1].text == "about" || place > 2 && words[place - 2].text == "about"
  }

  private static let asking = WordSet([
    "explain", "describe", "define", "who", "where", "when", "why",
  ])
  private static let measured = WordSet([
    "long", "old", "far", "big", "tall", "high", "deep", "many", "much", "did", "was", "is", "often", "fast", "heavy",
  ])

  static func isAlone(_ words: [InstructionWord], _ place: Int) -> Bool {
    // What is said in a few words may leave it out.
    if place == 0 { return false }
    return place + 1 == words.count || words[place + 1].kind != .word || closing.contains(words[place + 1])
  }

  /// "Explain this in JavaScript": it is a keyword there.
  private static func keyword(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    guard let place = one.firstIndex(where: { $0.kind == .word && $0.text == "this" }), isPronoun(one, place),
      one.contains(where: { $0.kind == .word && objects.contains($0) }), !other.contains(one[place])
    else { return nil }
    return "only one of them says 'this'"
  }

  private static func isPronoun(_ words: [InstructionWord], _ place: Int) -> Bool {
    place + 1 == words.count || words[place + 1].kind != .word || closing.contains(words[place + 1])
  }

  /// Languages in which objects call themselves so.
  private static let objects = WordSet(["javascript", "typescript", "java", "js", "ts", "php", "kotlin", "dart"])

  enum Article { case none, one, the }

  static func article(_ words: [InstructionWord], _ place: Int) -> Article {
    guard place > 0 else { return .none }
    switch words[place - 1].text {
    case "a", "an": return .one
    case "the": return .the
    default: return .none
    }
  }

  private static let closing = WordSet([
    "in", "to", "for", "by", "on", "at", "with", "and", "or", "is", "are", "was", "please", "work", "works",
    "mean", "means", "from", "as",
  ])

  /// Nouns that name something of their own with "the" before them, and something else with another article or with none: what
  /// there is one of, works, bands and shows, and what is no thing but a state.
  private static let changing = WordSet([
    "web", "net", "cloud", "press", "depression", "void", "mob", "classics", "rest", "will", "troubles", "who", "doors",
    "cure", "office", "matrix", "odyssey", "constitution", "crown", "bench", "wall", "street", "pill", "cold", "flood",
    "fall", "blues", "bible", "plague", "union", "church", "house", "senate", "commons",
    "bends", "police", "masses", "dead", "rich", "poor", "future", "eagles", "smiths", "cars", "clash", "queen", "jam",
    "kinks", "stones", "shining", "ring", "godfather", "wire", "fly", "birds", "mummy", "exorcist", "iliad", "aeneid",
    "trial", "castle", "stranger", "tempest", "prince", "republic", "economist", "guardian", "times", "blitz", "bomb",
    "king", "lord", "city", "capital",
    "village", "giver", "road", "hobbit", "martian", "alchemist", "awakening", "raven", "bell", "jar", "lottery",
    "necklace", "metamorphosis", "crucible", "outsiders", "simpsons", "bear", "boys", "crash", "strip", "beast",
    "resistance", "underground", "tube", "bank", "drink", "sack", "axe", "wave", "chair", "floor", "hill", "fed",
    "firm", "troops", "orient", "west", "east", "north", "south", "lake", "cape", "rock", "terror", "fence", "pit",
    "hunt", "turf", "arts", "verge", "dole", "truth", "ugly",
    "sublime", "self", "absolute", "enlightenment", "reformation", "prohibition", "restoration", "fates", "muses",
    "furies", "graces", "trinity", "spirit", "prophet", "ark",
    "exodus", "creation", "passion", "resurrection", "rapture", "antichrist", "law", "past", "present", "public",
    "state", "force", "left", "right", "amazon", "congo", "mercury",
  ])

  /// Nouns that are a stuff, a game, a music, a season or a subject, and a thing where an article counts them.
  private static let uncounted = WordSet([
    "spring", "fall", "summer", "winter", "autumn", "cricket", "bridge", "squash", "pool", "snooker", "golf", "chess",
    "paper", "glass", "iron", "wood", "stone", "tin", "copper", "rubber", "cloth", "metal", "house", "soul", "country",
    "pop", "light", "fire", "space", "time", "life", "death", "speech", "beauty", "youth", "language", "history",
    "business", "law", "religion", "philosophy", "science", "art", "music", "film", "play", "work", "change",
    "power", "order", "class", "school", "college", "sound", "matter", "gas", "acid", "virus", "culture", "society",
    "nature", "government", "love", "hope", "truth", "trust", "faith", "sleep", "interest", "credit", "charge",
    "current", "resistance", "pressure", "mass", "field", "motion", "game", "chicken", "lamb", "fish", "turkey", "duck",
    "salmon", "coffee", "tea", "cheese", "cake", "pie", "chocolate", "ice", "cold", "rest", "fight", "drink", "room",
    "practice", "training", "exercise", "education", "character", "fiction", "poetry", "verse", "prose", "comedy",
    "tragedy", "drama", "romance", "horror", "jazz", "rock", "polo", "diamond", "ruby", "pearl", "amber", "coral",
    "orange", "mustard", "olive", "lavender", "port", "state", "rule", "reason", "passion", "sense", "conscience",
    "consciousness", "mind", "memory", "gray", "grey", "toast", "custom", "race", "stock", "bond", "charm", "cork",
    "lead",
    "nickel", "silver", "marble", "lime", "court", "china", "bass", "company", "god", "man", "fine", "tape", "pitch",
    "punch", "hail", "jam", "bark", "coke", "hash", "draft", "draught", "weed", "vice", "trunk", "palm", "crack",
    "slate",
    "seal", "plastic", "scale", "waste", "wake", "tender",
  ])

  /// Nouns that are the name of a tool, a language, a function or a user where they have no article: node, a node.
  private static let bareNames = WordSet([
    "root", "map", "go", "atom", "scratch", "node", "dart", "crystal", "elm", "basic", "swift", "rust", "spark",
    "flask",
    "express", "helm", "puppet", "chef", "salt", "vault", "ant", "meteor", "ember", "backbone", "slack", "notion",
    "zoom", "word", "access", "outlook", "edge", "opera", "mint", "arch", "fish", "screen", "eclipse", "sketch",
    "canvas", "signal", "steam", "unity", "blender", "paint", "shell", "target", "gap", "visa", "mole", "cat", "tar",
    "head", "tail", "watch", "filter", "zip", "bash", "nano", "shift",
    "range", "super", "lambda", "yield", "sort", "find", "touch", "cut", "join", "make", "apple", "teams",
    "excel", "chrome", "windows", "java", "python", "ruby", "pearl", "julia", "ada", "pascal", "telegram", "discord",
    "safari",
    "amazon", "meta", "tesla", "stripe", "square", "uber", "bolt", "tinder", "hinge", "bumble", "medium", "threads",
    "alphabet", "oracle", "monday", "linear", "twitter", "tempo", "harvest", "buffer", "drift", "segment", "looker",
  ])
}
