/// Things that are called by a word before them which, bound by a preposition, says something else: Python files are no files that
/// something is done to with Python, a Rust book is none in Rust, and a story about formal is no formal story.
enum CalledThings {
  /// The words that are looked at: the things themselves, and what else has two meanings beside them.
  static let triggers = WordSet(
    ofTool + works + documentation + tests + tones + choices + [
      "it", "and", "on", "off", "in", "good", "fixed", "each", "every", "many", "words", "look", "looking", "cons",
      "compare", "recommendation", "reference", "sound",
    ])

  /// What of a text may count; most have nothing of it.
  static func facts(of facts: GuardFacts) -> [String] {
    var found: [String] = []
    for (place, word) in facts.pieces.enumerated() where word.kind == .word && triggers.contains(word) {
      if let fact = fact(of: facts, at: place), !found.contains(fact) { found.append(fact) }
    }
    return found.sorted()
  }

  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.pieces == b.pieces { return nil }
    let (left, right) = (facts(of: a), facts(of: b))
    if left == right { return nil }
    if let each = SmallNouns.single(left, b.pieces) ?? SmallNouns.single(right, a.pieces) { return "one or \(each)" }
    return (left.first { isMissing($0, in: right) } ?? right.first { isMissing($0, in: left) }).map {
      "only one of them speaks of \($0)"
    }
  }

  private static func isMissing(_ fact: String, in facts: [String]) -> Bool {
    !facts.contains(fact) && !fact.hasPrefix("each ")
  }

  private static func fact(of facts: GuardFacts, at place: Int) -> String? {
    let words = facts.pieces
    switch words[place].text {
    case "many": return some(words, place)
    case "words": return counted(words, place)
    case "look", "looking": return passed(words, place)
    case "cons": return crimes(words, place)
    case "compare": return compared(words, place)
    // "A letter of recommendation to a student", who is not recommended in it.
    case "recommendation", "reference":
      return words[place...].dropFirst().contains { $0.kind == .word && $0.text == "to" } ? "whom it is sent to" : nil
    // "Make it sound nicer"
    case "sound":
      return place > 1 && words[place - 1].text == "the" && words[place - 2].text == "make" ? "a sound" : nil
    case let noun where isChoice.contains(noun): return words[0].text == "how" ? "how it is done" : nil
    case let tone where isTone.contains(tone): return isNoun(words, place) ? "'\(tone)'" : nil
    default: return isNamed.contains(words[place]) ? called(words, place) : SmallNouns.fact(of: words, at: place)
    }
  }

  // MARK: Called by a tool

  private static let isNamed = WordSet(ofTool + works + documentation + tests)

  /// "Python files", "a Rust book", "a JSON test".
  private static func called(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place > 0, words[place - 1].kind == .word, !isHead(words, place + 1) else { return nil }
    let (name, noun) = (words[place - 1], words[place])
    if isOfTool.contains(noun) {
      // What is made is made of it: "write Python files that …".
      guard name.isWord([.tool]), !words.prefix(4).contains(where: { $0.kind == .word && making.contains($0) }) else {
        return nil
      }
      return "\(name.text) files"
    }
    if isDocumentation.contains(noun), name.isWord([.format]) || !name.isWord([.tool]) { return nil }
    // "In JSON form" is as JSON, and a test in Python a Python test.
    if noun.text == "form", place > 1, ["in", "as", "into", "to"].contains(words[place - 2].text) { return nil }
    guard name.isWord([.format]) || !isTest.contains(noun) && name.isWord([.tool, .language]) else { return nil }
    return "a \(name.text) \(noun.text)"
  }

  /// Whether another noun follows, so that a thing is no more than what that is called by: "Python file names".
  private static func isHead(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place < words.count, words[place].kind == .word else { return false }
    return words[place].isWord([.thing, .work, .nominal, .unit])
      && !words[place].mayBe([.prep, .and, .or, .relative, .verb, .det])
  }

  private static let ofTool = [
    "file", "files", "folder", "folders", "directory", "directories", "document", "documents", "archive", "archives",
    "line", "lines",
  ]
  private static let isOfTool = WordSet(ofTool)
  private static let making = WordSet([
    "write", "create", "make", "generate", "build", "need", "want", "draft", "develop", "implement", "add", "review",
    "explain", "fix",
  ])
  /// Works that are about what they are called by.
  private static let works = [
    "book", "books", "course", "courses", "exam", "exams", "podcast", "podcasts", "job", "jobs", "conference",
    "magazine", "workshop", "lesson", "lessons", "lecture", "lectures", "seminar", "curriculum", "certification",
    "documentary", "interview", "meetup", "career", "bootcamp", "quiz", "tutorial", "textbook", "handbook",
  ]
  private static let documentation = ["documentation", "docs"]
  private static let isDocumentation = WordSet(documentation)
  private static let tests = ["test", "tests", "form", "forms"]
  private static let isTest = WordSet(tests)

  // MARK: A manner as a noun

  /// "A story about formal", "a bio of a professional".
  private static func isNoun(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place + 1 == words.count || words[place + 1].kind == .pause || words[place + 1].isWord([.prep, .and, .or])
    else { return false }
    let article = place > 1 && words[place - 1].isWord([.det])
    let before = article ? place - 2 : place - 1
    return before > 0 && ["about", "of", "on"].contains(words[before].text)
  }

  private static let tones = [
    "formal", "informal", "casual", "professional", "polite", "friendly", "warm", "firm", "humorous", "funny", "brief",
    "short", "long",
  ]
  private static let isTone = WordSet(tones)

  // MARK: Amounts

  /// "How many of the words rhyme": of those that are there, where nothing else says of which.
  private static func some(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place > 0, place + 2 < words.count, words[place - 1].text == "how", words[place + 1].text == "of",
      words[place + 2].isWord([.det, .pronoun]) || GuardWords.owners.contains(words[place + 2].text),
      !words[(place + 3)...].contains(where: { $0.kind == .word && holding.contains($0) })
    else { return nil }
    return "those that are there"
  }

  private static let holding = WordSet(["in", "from", "on", "within", "below", "above", "at", "of"])

  /// "Describe 3 words of happiness", "give me 3 words for happy": they are what is asked for, and no length.
  private static func counted(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place > 1, place + 2 < words.count, words[place + 1].text == "of" || words[place + 1].text == "for",
      words[place - 1].kind == .number || words[place - 1].isWord([.number]),
      words[place - 2].isWord([.verb, .give]) || ["me", "us"].contains(words[place - 2].text)
    else { return nil }
    return "words \(words[place + 1].text) it"
  }

  /// "Compare the API": one, with what is told elsewhere.
  private static func compared(_ words: [InstructionWord], _ place: Int) -> String? {
    let end = words[place...].firstIndex { $0.kind == .pause } ?? words.count
    guard end > place + 2, end < place + 5, words[place + 1].text == "the" || words[place + 1].text == "this",
      words[(place + 2)..<end].allSatisfy({ $0.kind == .word && !$0.isWord([.prep, .and, .or, .relative, .number]) }),
      let last = words[end - 1].text.utf8.last, last != UInt8(ascii: "s")
    else { return nil }
    return "one that is compared"
  }

  /// What there is to choose from, whatever a machine has: "how to list package managers on Linux" asks for a command.
  private static let choices = [
    "managers", "distributions", "distros", "editors", "shells", "utilities", "browsers", "alternatives", "signals",
    "runlevels", "filesystems", "environments", "variants", "flavors", "flavours",
  ]
  private static let isChoice = WordSet(choices)

  // MARK: Words of two meanings

  /// "Look over the moon": nobody checks it.
  private static func passed(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place + 2 < words.count, words[place + 1].text == "over", words[place + 1].kind == .word,
      !words[(place + 2)...].contains(where: {
        $0.kind == .payload || $0.kind == .word && (Attachment.texts.contains($0) || $0.mayBe([.payload, .work]))
      })
    else { return nil }
    return "what is looked over"
  }

  /// "The cons of Charles Ponzi" are what he did to others; what stands beside its pros are drawbacks.
  private static func crimes(_ words: [InstructionWord], _ place: Int) -> String? {
    guard place + 2 < words.count, words[place + 1].text == "of" || words[place + 1].text == "by",
      words[place + 2].kind == .word, KnownWords.shared.isOnlyName(words[place + 2].text),
      !words.contains(where: { $0.text == "pros" }), !ProductNames.all.contains(words[place + 2]),
      !words[place + 2].mayBe([.tool, .format, .language, .thing])
    else { return nil }
    return "somebody's cons"
  }
}
