/// Slips in short words, and contractions without their apostrophes.
enum ShortSlips {
  /// The word that is meant; nil for what is none, or stands where it may be a name.
  static func meant(in words: [InstructionWord], at place: Int) -> String? {
    let word = words[place].text
    if let short = meantShort[word] { return !verbs.contains(short) || isVerb(words, at: place) ? short : nil }
    return asks(words[..<place]) && isSaid(words, at: place) ? meantBehind[word] : nil
  }

  /// Whether what means a verb can be one there: "install mkae", "what is lsit", "the giv command" name something.
  private static func isVerb(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 0 else { return true }
    let before = words[place - 1].text
    return before != "is" && before != "the" && !ExactWords.has(words, at: place)
  }

  /// Whether a word is surely the article, of which a text has several: "the bug in teh text", but not "teh and the".
  static func isArticle(_ words: [InstructionWord], at place: Int) -> Bool {
    guard words[place].text == "teh" || words[place].text == "hte", place > 0, place + 1 < words.count,
      words[place + 1].kind == .word
    else { return false }
    var (isNamed, isOther) = (false, false)
    Lexicon.shared.forEachReading(words[place + 1].hash) { reading in
      guard reading.language == 0 else { return }
      if [.thing, .work, .quality, .payload, .unit].contains(reading.kind) { isNamed = true } else { isOther = true }
    }
    return isNamed && !isOther
  }

  /// Whether "does" can stand there: behind what does it, or the word that asks.
  private static func isSaid(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 0, words[place - 1].text != "is" else { return false }
    var binds = false
    Lexicon.shared.forEachReading(words[place - 1].hash) { reading in
      if reading.language == 0, [.verb, .give, .prep, .det].contains(reading.kind) { binds = true }
    }
    return asking.contains(words[place - 1]) || !binds
  }

  /// "Explain thieves cant", "a poem about whats app".
  private static func mayBeTwo(_ words: [InstructionWord], at place: Int) -> Bool {
    let next = place + 1 < words.count ? words[place + 1] : nil
    switch words[place].text {
    case "cant", "wont": return next?.kind == .word
    case "whats": return next?.text != "app"
    default: return true
    }
  }

  /// Slips in short words that hold sentences together.
  private static let meantShort: [String: String] = [
    "teh": "the", "hte": "the", "giv": "give", "yuo": "you", "thsi": "this", "plese": "please",
    "coud": "could", "woud": "would", "shoud": "should", "wich": "which", "whcih": "which", "taht": "that",
    "thta": "that", "waht": "what", "whta": "what", "wiht": "with", "wtih": "with", "tihs": "this", "jsut": "just",
    "wnat": "want", "mkae": "make", "giev": "give", "lsit": "list", "fnid": "find",
  ]

  private static let verbs: Set = ["give", "you", "make", "list", "find", "want"]

  /// The same, behind a word that asks: "what it deos".
  private static let meantBehind: [String: String] = ["deos": "does"]
  private static let asking = WordSet(["what", "how", "why", "where", "which", "when", "whether"])

  private static func asks(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.contains { $0.kind == .word && asking.contains($0) }
  }

  /// "Dont" without its apostrophe.
  static func splitContractions(_ words: inout [InstructionWord], at places: [Int]) {
    for place in places.reversed() {
      if let (first, second) = contractions[words[place].text], mayBeTwo(words, at: place) {
        words.replaceSubrange(
          place...place, with: [InstructionWord(kind: .word, text: first), InstructionWord(kind: .word, text: second)])
      }
    }
  }

  private static let contractions: [String: (String, String)] = [
    "dont": ("do", "not"), "doesnt": ("does", "not"), "didnt": ("did", "not"), "isnt": ("is", "not"),
    "arent": ("are", "not"), "wasnt": ("was", "not"), "werent": ("were", "not"), "cant": ("can", "not"),
    "couldnt": ("could", "not"), "shouldnt": ("should", "not"), "wouldnt": ("would", "not"), "hasnt": ("has", "not"),
    "havent": ("have", "not"), "wont": ("will", "not"), "whats": ("what", "is"), "thats": ("that", "is"),
    "theres": ("there", "is"), "heres": ("here", "is"), "wheres": ("where", "is"),
  ]
}
