/// Whom something is explained to by an age, and what is named in a question before it is explained: "explain DNS like I am ten", "to a
/// child aged 10"; "what is DNS? Explain it in two sentences".
enum AskedReader {
  /// The same words as the plain order: "explain DNS to a 10 year old".
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    let words = asked(named(words) ?? explaining(words) ?? words)
    guard let place = words.prefix(4).firstIndex(where: { $0.kind == .word && $0.text == "explain" }) else {
      return words
    }
    // "As you would to a child": to one.
    if let link = words[place...].firstIndex(where: { $0.kind == .word && $0.text == "as" }), link > place + 1,
      link + 4 < words.count, words[link + 1].text == "you", words[link + 2].text == "would",
      words[link + 3].text == "to",
      // "Explain how to talk to a dog as you would to a child" says how to talk.
      !words[(place + 1)..<link].contains(where: {
        $0.isWord([.howto, .relative, .verb]) || $0.kind == .word && asking.contains($0)
      })
    {
      return aged(Array(words[..<link] + words[(link + 3)...]), place)
    }
    return aged(words, place)
  }

  private static let asking = WordSet(["how", "why", "what", "that", "when", "who", "where", "which", "whether", "you"])

  /// A word of each of its frames.
  static let triggers = ["explain", "explanation"]

  /// "Give a beginner an explanation of DNS", "a plain-English explanation of this letter", "an explanation of it for a ten-year-old":
  /// explain it so.
  private static func explaining(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard let place = words.prefix(9).firstIndex(where: { $0.kind == .word && $0.text == "explanation" }),
      place + 2 < words.count, words[place + 1].text == "of"
    else { return nil }
    var start = 0
    while start < place, polite.contains(words[start]), words[start].kind == .word { start += 1 }
    var before = words[start..<place]
    while let last = before.last, last.text == "a" || last.text == "an" { before = before.dropLast() }
    let end = words[(place + 2)...].firstIndex { $0.kind == .pause } ?? words.count
    let thing = words[(place + 2)..<end]
    guard !thing.contains(where: { $0.kind == .quote }) else { return nil }
    if before.count == place - start - 1, before.count > 2, before.first?.text == "give",
      ["a", "an"].contains(before.dropFirst().first?.text), let last = before.last, isReader(last),
      before.dropFirst(2).allSatisfy({ $0.kind == .word && !$0.isWord([.prep, .and, .or, .verb]) }), isName(thing)
    {
      return [.word("explain")] + thing + [.word("to")] + before.dropFirst() + words[end...]
    }
    if let first = before.first, first.text == "give" {
      before = before.dropFirst()
      if before.first?.text == "me" { before = before.dropFirst() }
      if let first = before.first, first.text == "a" || first.text == "an" { before = before.dropFirst() }
    }
    if before.map(\.text) == ["plain", "english"], CarrierFrame.isPointed(thing) || isName(thing) || isFrom(thing) {
      return [.word("explain")] + thing + ["in", "plain", "english"].map(InstructionWord.word) + words[end...]
    }
    guard before.isEmpty,
      let link = thing.lastIndex(where: { $0.kind == .word && $0.text == "for" }), link > place + 2,
      let (age, last) = age(words, link), last >= end,
      // The dosage for a two-year-old is theirs, and who is 65 needs no other words.
      CarrierFrame.isPointed(words[(place + 2)..<link])
        || link == place + 3 && isName(words[(place + 2)..<link]) && words[link - 1].text != "bedtime",
      Int(age.text).map({ $0 < 18 }) ?? true
    else { return nil }
    return [.word("explain")] + words[(place + 2)..<link] + [.word("to"), .word("a"), age, .word("year"), .word("old")]
      + words[end...]
  }

  private static let polite = WordSet(["please", "can", "could", "would", "you", "a", "an"])

  /// "This letter from the tax office"
  private static func isFrom(_ words: ArraySlice<InstructionWord>) -> Bool {
    guard let from = words.firstIndex(where: { $0.kind == .word && $0.text == "from" }), from > words.startIndex else {
      return false
    }
    return CarrierFrame.isPointed(words[..<from]) && isName(words[(from + 1)...])
  }

  /// "What is DNS? Explain it …": "explain DNS …".
  private static func named(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 6, words[0].text == "what", words[1].text == "is" || words[1].text == "are",
      let pause = words.prefix(8).firstIndex(where: { $0.kind == .pause }), pause > 2, pause + 2 < words.count,
      isName(words[2..<pause]), words[pause + 1].kind == .word, words[pause + 1].text == "explain"
    else { return nil }
    var rest = pause + 2
    if words[rest].text == "it" || words[rest].text == "them" || words[rest].text == "this" { rest += 1 }
    guard rest < words.count, words[rest].kind == .word, ways.contains(words[rest]) else { return nil }
    return [.word("explain")] + words[2..<pause] + words[rest...]
  }

  private static let ways = WordSet(["like", "as", "in", "to", "simply", "briefly"])

  /// "How would you explain DNS to a child": explain it to one. What one says to one's own boss is asked for advice.
  private static func asked(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 6, words[0].text == "how", words[1].text == "would",
      words[2].text == "you", words[3].text == "explain",
      let link = words[4...].prefix(6).firstIndex(where: { $0.kind == .word && $0.text == "to" }), link > 4,
      link + 2 < words.count,
      isName(words[4..<link]), ["a", "an"].contains(words[link + 1].text),
      // What one says to an interviewer is asked for advice, and so is how one does tell a child.
      words[(link + 1)...].contains(where: isReader),
      !words[4...].contains(where: { $0.kind == .word && owners.contains($0) })
    else { return words }
    return Array(words[3...])
  }

  /// Whether a word names a kind of reader.
  static func isReader(_ word: InstructionWord) -> Bool {
    word.isWord([.audience]) || word.kind == .word && readers.contains(word)
  }

  private static let readers = WordSet([
    "child", "kid", "year", "years", "year-old", "beginner", "dev", "developer", "novice", "layperson", "student",
    "teenager",
  ])
  private static let owners = WordSet(["my", "your", "our", "his", "her", "their", "this", "these", "that"])

  /// Whether a thing is named and nothing is said of it.
  private static func isName(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.allSatisfy { $0.kind == .word || $0.kind == .code }
      && !words.contains {
        $0.isWord([.prep, .and, .or, .not, .relative, .subject, .pronoun, .howto])
          || $0.kind == .word && owners.contains($0)
      }
  }

  /// The reader by an age: behind what is explained, and said in one way.
  private static func aged(_ words: [InstructionWord], _ verb: Int) -> [InstructionWord] {
    for place in words.indices where place > verb && words[place].kind == .word && opening.contains(words[place]) {
      guard let (age, end) = age(words, place) else { continue }
      if words[place].text == "to", place > verb + 1, isDone(words[(verb + 1)..<place]) { continue }
      var rest = Array(words[(verb + 1)..<place] + words[end...])
      let isIn = place == verb + 1
      // "Explain to a 10 year old what DNS is": the question names it.
      if isIn {
        let pause = rest.firstIndex(where: { $0.kind == .pause }) ?? rest.count
        if pause > 2, pause <= rest.count, rest[0].text == "what", ["is", "are"].contains(rest[pause - 1].text),
          isName(rest[1..<(pause - 1)])
        {
          rest = Array(rest[1..<(pause - 1)] + rest[pause...])
        }
      }
      if rest.last?.kind == .pause { rest.removeLast() }
      // What would go on to the reader is only told to them.
      let link = isDone(rest[...]) ? "for" : "to"
      return words[...verb] + rest + [.word(link), .word("a"), age, .word("year"), .word("old")]
    }
    return words
  }

  private static let opening = WordSet(["to", "like", "as", "so"])

  /// Whether what is explained goes on to a person: "what happens to a 10 year old", "what is important to …".
  private static func isDone(_ words: ArraySlice<InstructionWord>) -> Bool {
    guard let last = words.last, last.kind == .word else { return false }
    return reaching.contains(last)
      || words.count == 2 && words[words.startIndex].text == "what" && !["is", "are"].contains(last.text)
  }

  private static let reaching = WordSet([
    "happens", "happen", "happened", "matters", "matter", "apply", "applies", "appeal", "appeals", "belong", "belongs",
    "relate", "relates", "react", "reacts", "talk", "talks", "speak", "speaks", "important", "dangerous", "harmful",
    "useful", "interesting", "available", "allowed", "given", "said", "done", "sold", "danger", "dangers", "harm",
    "damage", "threat", "threats", "importance", "relevance",
  ])

  /// "What is fun to a child": the child has it, and nothing is explained to one.
  static func goesOn(_ words: [InstructionWord], at place: Int) -> String? {
    guard place > 2, place + 1 < words.count,
      words[place - 2].text == "is" || words[place - 2].text == "are",
      words[place - 3].text == "what", words[place - 1].kind == .word,
      words[place + 1].kind == .word,
      isFelt(words[place - 1])
    else { return nil }
    return words[place - 1].text + " " + words[place].text
  }

  private static func isFelt(_ word: InstructionWord) -> Bool {
    word.isWord([.quality]) || reaching.contains(word) || felt.contains(word)
      || ["ful", "ous", "ible", "able", "ive", "ing"].contains(where: word.text.hasSuffix)
  }
  private static let felt = WordSet([
    "fun", "funny", "scary", "hard", "easy", "cool", "normal", "true", "real", "safe", "healthy", "fair", "unfair",
    "new", "nice", "cruel", "mean", "sad", "wrong", "right", "good", "bad", "unsafe", "toxic", "legal", "illegal",
  ])

  /// The age that a reader has who is named at a place, and where that ends; it ends the order or a question follows.
  private static func age(_ words: [InstructionWord], _ place: Int) -> (InstructionWord, Int)? {
    var next = place + 1
    func says(_ texts: String...) -> Bool {
      guard next + texts.count <= words.count,
        words[next...].starts(with: texts, by: { $0.kind == .word && $0.text == $1 })
      else { return false }
      next += texts.count
      return true
    }
    func number() -> InstructionWord? {
      guard next < words.count, words[next].kind == .number || words[next].isWord([.number]) else { return nil }
      next += 1
      return words[next - 1]
    }
    func years() -> Bool { says("year", "old") || says("years", "old") || says("year-old") }
    var age: InstructionWord?
    if words[place].text == "so" {
      // "So that an 8 year old understands", "so a 10 year old gets it"
      _ = says("that")
      guard says("a") || says("an") else { return nil }
      age = number()
      guard years() else { return nil }
      _ = says("child") || says("can") || says("would")
      if says("gets") || says("get") {
        // "Explain how to send a gift so a 5-year-old gets it"
        let isDoing = words[..<place].indices.contains { words[$0].text == "how" && words[$0 + 1].text == "to" }
        guard says("it"), !isDoing else { return nil }
      } else {
        guard says("understands") || says("understand") else { return nil }
        _ = says("it")
      }
    } else if words[place].text == "to" || words[place].text == "for"
      || words[place].text == "like" && next < words.count && words[next].text == "a"
    {
      guard says("a") || says("an") else { return nil }
      if says("child") || says("kid") {
        guard says("aged") || says("of") || says("who", "is") else { return nil }
        age = number()
        _ = years()
      } else {
        age = number()
        guard years() else { return nil }
        _ = says("child") || says("kid")
      }
    } else {
      // "Explain why I feel like I am 5"
      guard !words[..<place].contains(where: { $0.kind == .word && feeling.contains($0) }) else { return nil }
      if words[place].text == "as" {
        guard says("if") || says("though"), says("i", "were") || says("i", "was") || says("i", "am") else { return nil }
      } else {
        guard says("i", "am") || says("i", "were") || says("i", "was") || says("i") else { return nil }
      }
      age = number()
      if !years(), next < words.count, words[next].kind != .pause { return nil }
    }
    guard let age else { return nil }
    let isAtEnd = next >= words.count || words[next].kind == .pause
    return isAtEnd || words[place].text == "to" && words[next].text == "what" ? (age, next) : nil
  }

  private static let feeling = WordSet([
    "feel", "feels", "look", "looks", "sound", "sounds", "act", "acts", "treat", "treats", "talk", "talks", "seem",
    "i", "my",
  ])
}
