/// What speaks for and against a thing in general, and letters by why they are written, in the plain words: "the disadvantages of
/// using a monorepo", "an email apologizing for the delay".
enum AskedGeneric {
  /// The same words with them.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 2 else { return words }
    return failing(apologizing(words) ?? apology(words) ?? facing(weighed(words)))
  }

  /// A word of each of its frames.
  static let triggers = [
    "disadvantages", "downsides", "drawbacks", "cons", "advantages", "benefits", "pros", "apologizing", "apologize",
    "apologising", "apologise", "apologizes", "apologises", "apology", "failed", "crashed", "collapsed", "expired",
    "yesterday",
    "tomorrow", "facing",
  ]

  private static let texts = WordSet([
    "notes", "changelog", "announcement", "email", "message", "summary", "documentation", "description", "faq",
    "report",
  ])

  /// "Customer-facing release notes": release notes for customers.
  private static func facing(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let place = words.prefix(6).firstIndex(where: { $0.kind == .word && $0.text == "facing" }), place > 0,
      words[place - 1].text == "customer" || words[place - 1].text == "user", place + 2 < words.count
    else { return words }
    let end = words[(place + 1)...].firstIndex { $0.kind == .pause || $0.isWord([.prep, .relative]) } ?? words.count
    guard (1...2).contains(end - place - 1), texts.contains(words[end - 1]),
      words[(place + 1)..<end].allSatisfy({ $0.kind == .word && !$0.isWord([.and, .or]) })
    else { return words }
    return words[..<(place - 1)] + words[(place + 1)..<end] + [.word("for"), .word(words[place - 1].text + "s")]
      + words[end...]
  }

  /// "A deployment that failed": a failed one. "About the outage yesterday": about yesterday's outage.
  private static func failing(_ words: [InstructionWord]) -> [InstructionWord] {
    var words = words
    if let last = words.lastIndex(where: { $0.kind != .pause }), last > 3, words[last].kind == .word,
      words[last].text == "yesterday" || words[last].text == "tomorrow", words[last - 1].kind == .word,
      events.contains(words[last - 1]), words[last - 2].text == "the",
      words[last - 3].text == "about" || words[last - 3].text == "for",
      words[..<last].contains(where: { $0.kind == .word && letters.contains($0) })
    {
      let (day, noun) = (words[last], words[last - 1])
      words.replaceSubrange((last - 2)...last, with: [day, InstructionWord(kind: .possessive, text: "'s"), noun])
    }
    guard let place = words.firstIndex(where: { $0.kind == .word && ended.contains($0) }), place > 2,
      words[place - 1].text == "that" || words[place - 1].text == "which",
      place + 1 == words.count || words[place + 1].kind == .pause,
      let article = words[..<place].lastIndex(where: { $0.kind == .word && ($0.text == "a" || $0.text == "an") }),
      (2...3).contains(place - 1 - article),
      words[(article + 1)..<(place - 1)].allSatisfy({
        $0.kind == .word && !$0.isWord([.prep, .and, .or, .not, .verb])
      })
    else { return words }
    let end = words[place]
    words.removeSubrange((place - 1)...place)
    words.insert(end, at: article + 1)
    return words
  }

  /// What happens on a day. "The note for the guests tomorrow" is read then, and yesterday's president no more.
  private static let events = WordSet([
    "outage", "meeting", "call", "incident", "deployment", "release", "downtime", "maintenance", "migration",
    "launch", "event", "party", "trip", "flight", "delivery", "appointment", "interview", "demo", "presentation",
    "exam", "test", "webinar", "workshop", "standup", "session", "class", "game", "match", "concert", "dinner",
    "lunch", "breakfast", "visit", "conference", "training", "ceremony", "wedding", "lesson", "lecture", "crash",
    "failure", "attack", "breach", "fire", "accident", "storm", "inspection", "hearing", "vote", "election",
    "strike", "drill", "update",
  ])
  private static let ended = WordSet(["failed", "crashed", "collapsed", "expired"])

  /// "The cons of using a monorepo", "downsides of monorepos": the disadvantages of a monorepo.
  private static func weighed(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let place = words.prefix(6).firstIndex(where: { $0.kind == .word && aspects.contains($0) }),
      place + 2 < words.count, words[place + 1].text == "of",
      // "The pros and cons of", "the benefits and risks of"
      place == 0 || words[place - 1].kind == .word && !words[place - 1].isWord([.and, .or])
    else { return words }
    var words = words
    if words[place].text == "cons" { words[place] = .word("disadvantages") }
    let end = words[(place + 2)...].firstIndex { $0.kind == .pause } ?? words.count
    var first = place + 2
    if words[first].text == "using" {
      // Who uses a friend takes advantage of one.
      guard first + 2 < end, words[first + 1].text == "a" || words[first + 1].text == "an",
        !words[(first + 2)..<end].contains(where: isPerson)
      else { return words }
      words.remove(at: first)
      return words
    }
    // A plural that is named and nothing else: all of a kind. To hire managers is no kind of them.
    guard end == first + 1 || end == first + 2, words[first].kind == .word else { return words }
    if end == first + 2 {
      guard words[first].kind == .word, !words[first].text.hasSuffix("ing"),
        !words[first].isWord([.det, .prep, .and, .or, .not, .relative, .number])
      else {
        return words
      }
      first += 1
    }
    guard words[first].kind == .word, !words[first].isWord([.tool, .format, .language, .audience]),
      let single = single(words[first].text), !GenericNumber.isOther(single),
      first == place + 2 || !GenericNumber.comparing.contains(words[first - 1])
    else { return words }
    words[first] = .word(single)
    words.insert(.word("a"), at: place + 2)
    return words
  }

  private static func isPerson(_ word: InstructionWord) -> Bool {
    word.kind == .word && (people.contains(word) || word.isWord([.audience]))
  }
  private static let people = WordSet([
    "person", "friend", "child", "kid", "son", "daughter", "wife", "husband", "partner", "girlfriend", "boyfriend",
    "ex", "mother", "father", "parent", "brother", "sister", "sibling", "neighbor", "neighbour", "coworker",
    "colleague", "employee", "boss", "manager", "man", "woman", "boy", "girl", "human", "maid", "nanny", "servant",
    "slave", "intern", "student", "team", "dog", "cat", "guest", "roommate",
  ])

  private static let aspects = WordSet([
    "disadvantages", "downsides", "drawbacks", "cons", "advantages", "benefits", "pros",
  ])

  /// A noun in the singular whose plural only has an "s"; names of several things, such as glasses and sports, are another word.
  private static func single(_ text: String) -> String? {
    guard text.utf8.count > 5, text.hasSuffix("s"), !["ss", "us", "is", "ics", "as"].contains(where: text.hasSuffix),
      !["ies", "ses", "xes", "ches", "shes", "oes", "ves", "zes"].contains(where: text.hasSuffix)
    else { return nil }
    return String(text.dropLast())
  }

  /// "An email apologizing to customers for the delay", "a letter to apologize for it": an apology email for it.
  private static func apologizing(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard let verb = words.prefix(12).firstIndex(where: { $0.kind == .word && apologies.contains($0) }), verb > 0,
      verb + 2 < words.count,
      let letter = words[..<verb].lastIndex(where: { $0.kind == .word && letters.contains($0) }), letter >= 0,
      verb - letter < 6
    else { return nil }
    var end = verb
    let isPlain = words[verb].text.hasSuffix("ize") || words[verb].text.hasSuffix("ise")
    let isDeed = words[verb].text.hasSuffix("s")
    if isPlain {
      guard words[verb - 1].text == "to" else { return nil }
      end -= 1
    } else if isDeed {
      guard words[verb - 1].text == "that" || words[verb - 1].text == "which" else { return nil }
      end -= 1
    }
    // To whom it is written: before the verb or behind it.
    let before = words[(letter + 1)..<end]
    guard before.isEmpty || before.first?.text == "to" && before.dropFirst().allSatisfy(isOfName),
      let link = words[(verb + 1)...].prefix(5).firstIndex(where: { $0.kind == .word && $0.text == "for" }),
      link + 1 < words.count, case let behind = words[(verb + 1)..<link],
      behind.isEmpty || before.isEmpty && behind.first?.text == "to" && behind.dropFirst().allSatisfy(isOfName),
      !words[link...].contains(where: { $0.isWord([.and, .or, .not, .relative]) }),
      !words[link + 1].text.hasSuffix("ing"),
      // "Apologizing for my son" may be in his place.
      !words[link...].contains(where: isPerson)
    else { return nil }
    return words[..<letter] + [.word("apology")] + words[letter...letter] + before + behind + [.word("about")]
      + words[(link + 1)...]
  }

  private static func isOfName(_ word: InstructionWord) -> Bool {
    word.kind == .word && !word.isWord([.prep, .and, .or, .not, .relative, .verb])
  }

  /// "An apology email for the late delivery": about it. One for a customer is given to them.
  private static func apology(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard let place = words.prefix(6).firstIndex(where: { $0.kind == .word && $0.text == "apology" }),
      place + 3 < words.count, words[place + 1].kind == .word, letters.contains(words[place + 1]),
      let link = words[(place + 2)...].prefix(6).firstIndex(where: { $0.kind == .word && $0.text == "for" }),
      link == place + 2 || words[place + 2].text == "to" && words[(place + 3)..<link].allSatisfy(isOfName),
      case let end = words[link...].firstIndex(where: { $0.kind == .pause }) ?? words.count, end - link < 7,
      end > link + 1, words[end - 1].kind == .word, mishaps.contains(words[end - 1]),
      !words[(link + 1)..<end].contains(where: { $0.isWord([.prep, .and, .or, .not, .relative]) })
    else { return nil }
    return words[..<link] + [.word("about")] + words[(link + 1)...]
  }

  private static let mishaps = WordSet([
    "delivery", "delay", "delays", "outage", "outages", "mistake", "mistakes", "error", "inconvenience", "cancellation",
    "shipment", "parcel", "package", "order", "response", "reply", "payment", "downtime", "absence", "misunderstanding",
    "incident", "bug", "confusion",
  ])

  private static let apologies = WordSet([
    "apologizing", "apologize", "apologising", "apologise", "apologizes", "apologises",
  ])
  private static let letters = WordSet(["email", "e-mail", "mail", "letter", "note", "message"])
}
