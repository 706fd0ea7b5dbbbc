/// Questions in a frame that everybody uses, as the orders that ask for the same: "what is "good morning" in Japanese", "how tall is
/// a giraffe", "is this ticket a bug or a question", "tell me a joke".
enum AskedFrame {
  /// The order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 2 else { return nil }
    if let order = translated(words) { return order }
    guard words[0].kind == .word else { return nil }
    if let order = asked(words) { return order }
    switch words[0].text {
    case "how": return measured(words)
    case "is": return chosen(words)
    case "what": return meant(words)
    case "classify", "categorize", "categorise", "label": return listed(words) ?? labelled(words)
    case "alphabetize", "alphabetise": return [.word("sort"), .word("alphabetically")] + words[1...]
    case "decide", "determine": return decided(words)
    case "find": return suggested(words)
    case "tell", "please", "can", "could": return told(words)
    default: return nil
    }
  }

  // MARK: Words of another language

  /// "Good morning" in Japanese, the Japanese for it, how it is said: translate it into Japanese.
  private static func translated(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count < 10, let quote = words.firstIndex(where: { $0.kind == .quote }),
      words.count(where: { $0.kind == .quote }) == 1
    else { return nil }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    let texts = words[..<end].map(\.text)
    // In front: "what is … in Japanese".
    if end - quote == 3, texts[quote + 1] == "in" || texts[quote + 1] == "into", words[quote + 2].isWord([.language]) {
      guard fronts.contains(Array(texts[..<quote])) else { return nil }
      return order(words[quote], words[quote + 2])
    }
    // Behind: "the Japanese word for …".
    guard quote == end - 1, quote > 1, texts[quote - 1] == "for" || texts[quote - 1] == "of" else { return nil }
    var place = quote - 2
    if names.contains(words[place]) { place -= 1 } else if texts[quote - 1] == "of" { return nil }
    guard place >= 0, words[place].isWord([.language]), behinds.contains(Array(texts[..<place])) else { return nil }
    return order(words[quote], words[place])
  }

  private static func order(_ quote: InstructionWord, _ language: InstructionWord) -> [InstructionWord] {
    [.word("translate"), quote, .word("into"), language]
  }

  private static let fronts: Set<[String]> = [[], ["what", "is"], ["say"], ["how", "is"], ["how", "to", "say"]]
  private static let behinds: Set<[String]> = [
    [], ["the"], ["what", "is"], ["what", "is", "the"], ["give", "me", "the"], ["tell", "me", "the"],
  ]
  private static let names = WordSet(["word", "phrase", "translation", "term", "expression"])

  /// "What does "carpe diem" mean": what the words mean, as who asks for their definition.
  private static func meant(_ words: [InstructionWord]) -> [InstructionWord]? {
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard words[1].text == "does" else { return nil }
    // "What does this clause mean in plain English": explain it so.
    if end > 6, end < 12, words[end - 4].text == "mean", words[end - 3].text == "in",
      words[end - 2].text == "plain" || words[end - 2].text == "simple", plain.contains(words[end - 1]),
      CarrierFrame.isPointed(words[2..<(end - 4)])
    {
      return [.word("explain")] + words[2..<(end - 4)] + words[(end - 3)...]
    }
    guard end < 8, words[end - 1].text == "mean",
      words[end...].allSatisfy({ $0.kind == .pause }),
      words[2..<(end - 1)].count(where: { $0.kind == .quote }) == 1, words[end - 2].kind == .quote,
      words[2..<(end - 2)].allSatisfy({ $0.kind == .word && ($0.text == "the" || names.contains($0)) })
    else { return nil }
    return [.word("define")] + words[2..<(end - 1)] + words[end...]
  }

  private static let plain = WordSet(["english", "language", "terms", "words"])

  // MARK: Measures

  /// "How tall is a giraffe": what is the height of one. "How many people live in Norway": what its population is.
  private static func measured(_ words: [InstructionWord]) -> [InstructionWord]? {
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard end < 11, end > 3, words[end...].allSatisfy({ $0.kind == .pause }) else { return nil }
    if words.starts(with: ["how", "many", "people", "live", "in"], by: { $0.text == $1 }), end > 5,
      isName(words[5..<end]), words[5].text != "this"
    {
      return asked("population", of: words[5...])
    }
    guard words[2].text == "is", let measure = measures[words[1].text], isName(words[3..<end]), words[3].text != "it",
      words[3].text != "this"
    else { return nil }
    return asked(measure, of: words[3...])
  }

  private static func asked(_ measure: String, of rest: ArraySlice<InstructionWord>) -> [InstructionWord] {
    ["what", "is", "the", measure, "of"].map(InstructionWord.word) + rest
  }

  private static let measures = [
    "tall": "height", "deep": "depth", "wide": "width", "old": "age", "high": "height", "heavy": "weight",
  ]

  /// Whether a thing is named and nothing more is said: "Mount Everest", "the Eiffel tower".
  private static func isName(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.allSatisfy { $0.kind == .word || $0.kind == .code }
      && !words.contains { $0.isWord([.prep, .and, .or, .not, .relative, .subject, .pronoun, .howto]) }
  }

  /// "Tell me how tall it is", "state how tall a giraffe is"; "tell me if I can use …": can I?
  private static func asked(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 4, telling.contains(words[0]) else { return nil }
    let place = words[1].text == "me" || words[1].text == "us" ? 2 : 1
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard end - place > 3 else { return nil }
    switch words[place].text {
    case "how" where words[end - 1].text == "is":
      return measured([words[place], words[place + 1], .word("is")] + words[(place + 2)..<(end - 1)] + words[end...])
    case "if", "whether":
      guard words[place + 1].text == "i" || words[place + 1].text == "we", mays.contains(words[place + 2]),
        !words.contains(where: { pointers.contains($0) })
      else {
        return nil
      }
      return [words[place + 2], words[place + 1]] + words[(place + 3)...]
    default: return nil
    }
  }

  private static let telling = WordSet(["tell", "state", "say", "explain"])
  private static let pointers = WordSet(["this", "these", "it", "below", "my", "our"])
  private static let mays = WordSet(["can", "should", "may", "must", "could"])

  // MARK: Choices

  /// "Is this ticket a bug, a feature request or a question": classify it as one of these.
  private static func chosen(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words[1].text == "this" || words[1].text == "the" else { return nil }
    // How it shall be answered follows in a sentence of its own.
    let end =
      words.firstIndex { $0.kind == .pause && $0.text == "?" }
      ?? words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    guard end > 3, let last = lastOr(words, 3..<end), end - last < 4 else { return nil }
    let comma = words[..<last].firstIndex { $0.kind == .pause } ?? last
    // Where the first choice begins: at its article, or it is one word.
    let article = words[2..<comma].lastIndex { $0.text == "a" || $0.text == "an" }
    let first = article ?? comma - 1
    guard first > 2, first < comma, comma - first < 4, isThing(words[1..<first]), isChoice(words[first..<end]) else {
      return nil
    }
    return [.word("classify")] + words[1..<first] + [.word("as")] + joined(words[first..<end]) + words[end...]
  }

  /// "Decide whether this review is good, bad or neutral, and answer …": whether it is the one or the other.
  private static func decided(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words[1].text == "whether" || words[1].text == "if",
      let copula = words.prefix(8).firstIndex(where: { $0.kind == .word && $0.text == "is" }), copula > 3,
      case let stop = words.firstIndex(where: { $0.kind == .pause && $0.text != "," }) ?? words.count, stop > copula,
      let or = lastOr(words, copula..<stop),
      case let end = words[or...].firstIndex(where: { $0.kind == .pause }) ?? words.count
    else { return nil }
    let asked = [words[copula]] + words[2..<copula] + words[(copula + 1)..<end]
    guard asked.count > 5 else { return nil }
    return chosen(asked).map { $0 + words[end...] }
  }

  /// "Classify this line: info, warning or error": as one of these, and no text to classify.
  private static func listed(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard let colon = words.firstIndex(where: { $0.kind == .pause }), colon > 1, words[colon].text == ":",
      isThing(words[1..<colon])
    else { return nil }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    guard colon + 1 < end, let last = lastOr(words, (colon + 1)..<end), end - last < 4,
      isChoice(words[(colon + 1)..<end])
    else {
      return nil
    }
    return words[..<colon] + [.word("as")] + joined(words[(colon + 1)..<end]) + words[end...]
  }

  /// "Label the review below good, bad or neutral": as one of these.
  private static func labelled(_ words: [InstructionWord]) -> [InstructionWord]? {
    let end = words.firstIndex { $0.kind == .pause && $0.text != "," } ?? words.count
    guard words.count > 5, words[1].text == "the",
      let below = words[2..<min(6, end)].firstIndex(where: { $0.kind == .word && $0.text == "below" }),
      isThing(words[1...below]), let last = lastOr(words, (below + 1)..<end), end - last < 4,
      case let choices = words[(below + 1)..<end], choices.first?.kind != .pause, isChoice(choices)
    else { return nil }
    return [.word("classify")] + words[1...below] + [.word("as")] + joined(choices) + words[end...]
  }

  /// Whether what follows a colon are choices to classify the text by that is pointed at: "classify this review: good or bad".
  static func isChoice(_ head: String, _ tail: String) -> Bool {
    guard tail.utf8.count < 90, head.utf8.count < 60, tail.contains(" or ") else { return false }
    return listed(InstructionWords(head + ": " + tail).words) != nil
  }

  private static func lastOr(_ words: [InstructionWord], _ range: Range<Int>) -> Int? {
    guard range.lowerBound < range.upperBound else { return nil }
    return words[range].lastIndex { $0.kind == .word && $0.text == "or" }
  }

  /// "This support ticket", "the review below"
  private static func isThing(_ words: ArraySlice<InstructionWord>) -> Bool {
    guard words.count > 1, words.count < 6, let first = words.first, words.allSatisfy({ $0.kind == .word }) else {
      return false
    }
    let isPointed =
      first.text == "this"
      || first.text == "the" && (words.last?.text == "below" || words.dropFirst().first?.text == "following")
    return isPointed && !words.contains { $0.isWord([.and, .or, .not, .relative, .subject]) || $0.text == "is" }
  }

  /// A few names with commas and one "or" between them.
  private static func isChoice(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.count < 14 && words.count(where: { $0.text == "or" && $0.kind == .word }) == 1
      && words.allSatisfy { word in
        switch word.kind {
        case .pause: word.text == ","
        case .word: !word.isWord([.prep, .and, .not, .relative, .subject, .pronoun]) && !compared.contains(word)
        case .code: true
        default: false
        }
      }
  }

  private static let compared = WordSet([
    "better", "worse", "more", "less", "still", "there", "something", "so", "what", "why",
  ])

  /// Without the comma before the last one.
  private static func joined(_ words: ArraySlice<InstructionWord>) -> [InstructionWord] {
    var words = Array(words)
    if let or = words.firstIndex(where: { $0.kind == .word && $0.text == "or" }), or > 0, words[or - 1].kind == .pause {
      words.remove(at: or - 1)
    }
    return words
  }

  // MARK: Works

  /// "Find me a catchy title for this post": suggest one, where there is none yet. A host name for an address, a plant's name and a job
  /// title for somebody are looked up.
  private static func suggested(_ words: [InstructionWord]) -> [InstructionWord]? {
    let place = words[1].text == "me" ? 2 : 1
    guard place + 3 < words.count, words[place].kind == .word, words[place].text == "a" else { return nil }
    let noun = words[place + 1].kind == .word && praising.contains(words[place + 1]) ? place + 2 : place + 1
    guard noun + 2 < words.count, words[noun].kind == .word, suggestedNames.contains(words[noun]),
      words[noun + 1].text == "for",
      case let end = words[noun...].firstIndex(where: { $0.kind == .pause }) ?? words.count, end > noun + 2,
      CarrierFrame.isPointed(words[(noun + 2)..<end]),
      words[(noun + 2)..<end].contains(where: { $0.kind == .payload || $0.kind == .word && titled.contains($0) })
    else { return nil }
    return [.word("suggest")] + words[place...]
  }

  private static let suggestedNames = WordSet(["title", "headline", "slogan", "tagline", "caption"])
  private static let praising = WordSet(["good", "better", "catchy", "short", "nice", "great", "funny", "new"])
  private static let titled = WordSet([
    "post", "article", "story", "text", "essay", "email", "paragraph", "poem", "photo", "image", "picture", "product",
    "talk", "video", "document", "report",
  ])

  /// "Tell me a joke about cats": write one. The joke is one that somebody knows already.
  private static func told(_ words: [InstructionWord]) -> [InstructionWord]? {
    var place = 0
    while place < words.count, polite.contains(words[place]) { place += 1 }
    guard place + 3 < words.count, words[place].text == "tell", words[place + 1].text == "me",
      words[place + 2].text == "a",
      words[(place + 3)...].prefix(3).contains(where: { $0.kind == .word && tales.contains($0) })
    else { return nil }
    return words[..<place] + [.word("write")] + words[(place + 2)...]
  }

  private static let polite = WordSet(["please", "can", "could", "you"])
  private static let tales = WordSet(["joke", "story", "riddle", "poem", "tale"])
}
