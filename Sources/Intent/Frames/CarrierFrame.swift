/// Ways to ask that say no more than a plain order does: "photosynthesis explained", "I need this letter translated", "does this
/// text contain names".
enum CarrierFrame {
  /// The same words as the plain order; as they are where no frame is known.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    let words = unaddressed(words)
    guard words.count > 1, triggers.isSaid(in: words) else { return words }
    var start = 0
    while start < min(words.count - 2, 3), words[start].kind == .word, polite.contains(words[start]) { start += 1 }
    return explained(words) ?? wanted(words, start) ?? counted(words) ?? mentioned(words) ?? parted(words, start)
      ?? made(words)
      ?? present(words) ?? single(words) ?? words
  }

  /// A word of each frame, so that most requests are asked no more than this.
  private static let triggers = WordSet(
    Array(participles.keys) + Array(makers.keys)
      + [
        "contain", "contains", "have", "has", "include", "includes", "there", "single", "pull", "boil", "cut", "trim",
        "mention", "mentions", "comment", "name",
      ])
  private static let polite = WordSet(["please", "can", "could", "would", "you"])

  /// Without whom it is said to, and what kind of text it is: "hey ChatGPT, …", "you are a helpful assistant. …", "task: …".
  private static func unaddressed(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 3, words[0].kind == .word, addressing.contains(words[0]) else { return words }
    var place = 0
    let isPersona = words[0].text == "as" || words[0].text == "you"
    while place < 6, words[place].kind == .word || words[place].text == "ChatGPT", place + 3 < words.count {
      place += 1
    }
    guard place > 0, words[place].kind == .pause, words[place].text != "?", words[place].text != "\n",
      words[place + 1].kind == .word || words[place + 1].kind == .number,
      words[..<place].allSatisfy({ isPersona ? persona.contains($0) : addressing.contains($0) || $0.kind == .code })
    else { return words }
    // "As an assistant" is a role; "a helpful assistant" is what it is anyway.
    if isPersona, !words[..<place].contains(where: { $0.text == "helpful" || $0.text == "ai" }) { return words }
    if !isPersona, labels.contains(words[0]), place > 1 || words[place].text != ":" { return words }
    return Array(words[(place + 1)...])
  }

  private static let addressing = WordSet([
    "hey", "hi", "hello", "ok", "okay", "dear", "chatgpt", "gpt", "claude", "gemini", "copilot", "assistant", "ai",
    "bot",
    "task", "request", "question", "instruction", "prompt", "as", "you",
  ])
  private static let labels = WordSet(["task", "request", "question", "instruction", "prompt"])
  private static let persona = WordSet(["as", "you", "are", "a", "an", "helpful", "ai", "assistant"])

  // MARK: What is done to a text

  /// "Photosynthesis explained", "DNS explained to a child": explain it. Terms that are "explained in this chapter" are some of
  /// them, and what is explained somewhere is asked for.
  private static func explained(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard let place = words.prefix(8).firstIndex(where: { $0.kind == .word && $0.text == "explained" }), place > 0,
      !words.contains(where: isPointer), words[0].kind != .word || !words[0].isWord(ordering),
      words[..<place].allSatisfy({ $0.kind != .pause && $0.kind != .sign && $0.kind != .payload }),
      !words[..<place].contains(where: { $0.isWord(holding) && $0.text != "of" })
    else { return nil }
    if place + 1 < words.count, words[place + 1].kind != .pause {
      let next = words[place + 1]
      guard next.kind == .word else { return nil }
      if next.text == "in" {
        guard place + 3 < words.count,
          words[place + 2].kind == .number || words[place + 2].isWord([.number])
            || ["simple", "plain", "easy"].contains(words[place + 2].text)
        else { return nil }
      } else if !["to", "for", "simply", "like"].contains(next.text) {
        return nil
      }
    }
    var rest = words[(place + 1)...]
    // "Fractions explained for an 8 year old": to one. A schedule may be one for somebody.
    if rest.count > 3, rest.first?.text == "for", rest.contains(where: { $0.text == "old" }), place < 3,
      !words[..<place].contains(where: { $0.isWord([.det]) })
    {
      rest = [.word("to")] + rest.dropFirst()
    }
    if rest.first?.text == "simply" { rest = ["in", "simple", "terms"].map(InstructionWord.word) + rest.dropFirst() }
    return [.word("explain")] + words[..<place] + rest
  }

  /// "I need this letter translated into French", "get this essay proofread". What somebody shall have done by others is not.
  private static func wanted(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    // "This CSV sorted by name": nobody says so of what is sorted already.
    if start == 0, words.count < 12, ["this", "these", "the"].contains(words[0].text),
      let place = words.prefix(6).firstIndex(where: { $0.kind == .word && ended[$0.text] != nil }),
      place > 1, isPointed(words[..<place]), place + 1 < words.count, let (verb, links) = ended[words[place].text],
      links.contains(words[place + 1].text),
      !words.contains(where: { $0.isWord([.relative, .verb, .not]) && $0 != words[place] })
    {
      return [.word(verb)] + words[..<place] + words[(place + 1)...]
    }
    guard let opening = openings.first(where: { begins(words, start, with: $0) }),
      // "I have this code fixed" says what is done already.
      start > 0 || opening.count > 2 || opening[0] == "get" || opening[1] == "need" || opening[1] == "want",
      case let first = start + opening.count,
      first + 1 < words.count,
      let place = words[first...].prefix(7).firstIndex(where: { $0.kind == .word && participles[$0.text] != nil }),
      place > first, isPointed(words[first..<place]), let verb = participles[words[place].text],
      place + 1 == words.count || words[place + 1].text != "by" || verb == "sort"
    else { return nil }
    return [.word(verb)] + words[first..<place] + words[(place + 1)...]
  }

  private static let ended: [String: (String, [String])] = [
    "sorted": ("sort", ["by", "alphabetically"]), "translated": ("translate", ["into", "to"]),
    "summarized": ("summarize", ["in"]), "summarised": ("summarize", ["in"]), "converted": ("convert", ["to", "into"]),
  ]
  private static let openings = [
    ["i", "need"], ["i", "want"], ["i", "would", "like"], ["i", "would", "like", "to", "have"], ["get"],
    ["i", "get"], ["i", "have"],
  ]

  private static let participles = [
    "translated": "translate", "proofread": "proofread", "summarized": "summarize", "summarised": "summarize",
    "corrected": "correct", "checked": "check", "reviewed": "review", "converted": "convert", "rewritten": "rewrite",
    "rephrased": "rephrase", "shortened": "shorten", "explained": "explain", "simplified": "simplify",
    "refactored": "refactor", "improved": "improve", "sorted": "sort", "fixed": "fix", "formatted": "format",
  ]

  /// "Pull the dates out of this text": extract them. "Boil this article down to …", "cut it down to …": the words of one verb.
  private static func parted(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard words[start].kind == .word else { return nil }
    let end = words[start...].firstIndex { $0.kind == .pause } ?? words.count
    switch words[start].text {
    case "pull":
      var object = start + 1
      if object < end, words[object].text == "out" { object += 1 }
      guard object < end, let from = words[object..<end].lastIndex(where: { $0.text == "from" || $0.text == "of" })
      else { return nil }
      let isOut = words[from].text == "of"
      let last = isOut ? from - 1 : from
      guard last > object, !isOut || words[last].text == "out" else { return nil }
      // Where the text ends before what it shall be given as.
      let textEnd =
        words[(from + 1)..<end].firstIndex { $0.text == "as" || $0.text == "in" || $0.text == "into" } ?? end
      let text = words[(from + 1)..<textEnd]
      guard isPointed(text), text.contains(where: { $0.kind == .payload || writings.contains($0) }) else { return nil }
      return words[..<start] + [.word("extract")] + words[object..<last] + [.word("from")] + words[(from + 1)...]
    case "comment":
      guard start + 2 < words.count, isPointed(words[(start + 1)..<end]),
        codes.contains(words[start + 2])
          || words[start + 1].text == "the" && start + 3 < end && codes.contains(words[start + 3])
      else { return nil }
      return words[..<start] + ["add", "comments", "to"].map(InstructionWord.word) + words[(start + 1)...]
    case "boil", "cut", "trim":
      guard let down = words[start..<end].prefix(8).firstIndex(where: { $0.kind == .word && $0.text == "down" }),
        down > start + 1, down + 1 < end, words[down + 1].text == "to" || words[down + 1].text == "into",
        isPointed(words[(start + 1)..<down])
      else { return nil }
      return words[...start] + [words[down]] + words[(start + 1)..<down] + words[(down + 1)...]
    default: return nil
    }
  }

  private static let codes = WordSet(["code", "function", "script", "class", "query", "program", "method", "snippet"])

  /// What words are in. An image is pulled from a registry, and changes from a branch.
  private static let writings = WordSet([
    "text", "log", "logs", "email", "article", "document", "report", "letter", "contract", "message", "paragraph",
    "transcript", "page", "table", "list", "csv", "json", "html", "xml", "pdf", "invoice", "essay", "recipe", "thread",
    "chat", "note", "notes", "sentence", "abstract", "review", "string", "output",
  ])

  // MARK: Questions

  /// "How many words does this text have": how many words are in this text. Nothing is in a bare name that it may have.
  private static func counted(_ words: [InstructionWord]) -> [InstructionWord]? {
    // "Tell me how many words this text has"
    if words.count > 7, words[0].text == "tell", words[1].text == "me", words[2].text == "how", words[3].text == "many",
      case let end = words.firstIndex(where: { $0.kind == .pause }) ?? words.count, end > 7,
      words[end - 1].text == "has",
      words[5].text == "this" || words[5].text == "the", isPointed(words[5..<(end - 1)]), isPart(words[4])
    {
      return words[2...4] + [.word("are"), .word("in")] + words[5..<(end - 1)] + words[end...]
    }
    guard words.count > 5, words[0].text == "how", words[1].text == "many" || words[1].text == "much",
      words[0].kind == .word
    else { return nil }
    // "How many words are there in it"
    if let are = words.prefix(7).firstIndex(where: { $0.kind == .word && $0.text == "are" }), are + 3 < words.count,
      are > 2
    {
      return words[are + 1].text == "there" && words[are + 2].text == "in"
        ? Array(words[...are] + words[(are + 2)...]) : nil
    }
    guard let does = words.prefix(7).firstIndex(where: { $0.kind == .word && ($0.text == "does" || $0.text == "do") }),
      does > 2
    else { return nil }
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard end - does > 2, end - does < 9, words[2..<does].allSatisfy({ $0.kind == .word && !$0.isWord(holding) }) else {
      return nil
    }
    let verb = words[end - 1]
    let first = words[does + 1]
    // A book has authors, and a function callers, that are not in it.
    if verb.text == "have", isPointed(words[(does + 1)..<(end - 1)]), !isPart(words[does - 1]) { return nil }
    guard verb.kind == .word,
      verb.text == "contain"
        || verb.text == "have" && (isPointed(words[(does + 1)..<(end - 1)]) || first.text == "a" || first.text == "an"),
      !words[(does + 1)..<(end - 1)].contains(where: {
        $0.isWord([.subject, .relative, .not, .and, .or]) || $0.kind == .pause
      })
    else { return nil }
    return words[..<does] + [.word(words[1].text == "many" ? "are" : "is"), .word("in")] + words[(does + 1)..<(end - 1)]
      + words[end...]
  }

  /// Whether a text that has it has it in itself.
  private static func isPart(_ word: InstructionWord) -> Bool { word.kind == .word && parts.contains(word) }
  private static let parts = WordSet([
    "words", "lines", "sentences", "characters", "letters", "paragraphs", "pages", "rows", "columns", "vowels",
    "consonants", "syllables", "items", "entries", "errors", "typos", "mistakes", "numbers", "digits", "commas", "keys",
    "links", "spaces", "chapters", "sections", "verses", "stanzas", "questions", "fields", "records", "elements",
    "nouns",
    "verbs", "adjectives", "bullets", "names", "dates", "functions", "loops", "tags", "headings", "images", "tables",
  ])

  /// "Which names does this text mention": which are mentioned in it.
  private static func mentioned(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words[0].kind == .word, words[0].text == "which" || words[0].text == "what",
      let does = words.prefix(6).firstIndex(where: { $0.kind == .word && ($0.text == "does" || $0.text == "do") }),
      does > 1
    else { return nil }
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard end - does > 3, words[end - 1].text == "mention" || words[end - 1].text == "contain",
      isPointed(words[(does + 1)..<(end - 1)]), words[1..<does].allSatisfy({ $0.kind == .word && !$0.isWord(holding) })
    else { return nil }
    return words[..<does] + [.word("is"), .word("mentioned"), .word("in")] + words[(does + 1)..<(end - 1)]
      + words[end...]
  }

  /// "Does this text contain any names", "check whether there are names in this text": "is there names in this text".
  private static func present(_ words: [InstructionWord]) -> [InstructionWord]? {
    var start = 0
    while start + 3 < words.count {
      if start == 0 || words[start - 1].kind == .pause, let order = presence(words, start) { return order }
      guard let pause = words[start...].firstIndex(where: { $0.kind == .pause }) else { return nil }
      start = pause + 1
    }
    return nil
  }

  private static func presence(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    let end = words[start...].firstIndex { $0.kind == .pause } ?? words.count
    var place = start
    while place < end, polite.contains(words[place]) { place += 1 }
    guard place < end, words[place].kind == .word else { return nil }
    var isAsked = false
    switch words[place].text {
    case "does": (place, isAsked) = (place + 1, true)
    case "is", "are": break
    default:
      guard checks.contains(words[place]) else { return nil }
      place += 1
      if place < end, words[place].text == "me" || words[place].text == "out" { place += 1 }
      guard place < end, words[place].text == "if" || words[place].text == "whether" else { return nil }
      place += 1
    }
    guard place + 2 < end else { return nil }
    let pair = [words[place].text, words[place + 1].text]
    if pair.contains("there"), pair.contains("is") || pair.contains("are") {
      return there(words, start, place + 2, end)
    }
    guard
      let verb = words[place..<end].prefix(7).firstIndex(where: {
        $0.kind == .word && (isAsked ? holds : holdsOfOne).contains($0)
      }), isPointed(words[place..<verb]), words[place].text != "these"
    else { return nil }
    var object = verb + 1
    if object < end, words[object].text == "any" { object += 1 }
    guard object < end, words[object].text != "to", words[object].text != "been" else { return nil }
    return words[..<start] + [.word("is"), .word("there")] + words[object..<end] + [.word("in")] + words[place..<verb]
      + words[end...]
  }

  private static func there(_ words: [InstructionWord], _ start: Int, _ first: Int, _ end: Int) -> [InstructionWord]? {
    var object = first
    if object < end, words[object].text == "any" { object += 1 }
    guard object < end, let link = words[object..<end].lastIndex(where: { $0.kind == .word && $0.text == "in" }),
      link > object,
      isPointed(words[(link + 1)..<end])
    else { return nil }
    return words[..<start] + [.word("is"), .word("there")] + words[object..<end] + words[end...]
  }

  private static let checks = WordSet(["check", "determine", "decide", "see", "tell", "say", "find"])
  private static let holds = WordSet(["contain", "have", "include"])
  private static let holdsOfOne = WordSet(["contain", "contains", "has", "have", "includes", "include"])

  /// "Who wrote Faust": who is the author of it.
  private static func made(_ words: [InstructionWord]) -> [InstructionWord]? {
    // "Name the author of Faust"
    if words[0].text == "name", words.count > 4, words[1].text == "the", makers.values.contains(words[2].text),
      words[3].text == "of", words.count < 10,
      !words.contains(where: { isPointer($0) || $0.isWord([.and, .or, .relative]) })
    {
      return [.word("who"), .word("is")] + words[1...]
    }
    guard words[0].text == "who", words[0].kind == .word, words[1].kind == .word, let maker = makers[words[1].text]
    else { return nil }
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard end > 2, end < 9, words[end...].allSatisfy({ $0.kind == .pause }), !words.contains(where: isPointer),
      !words[2..<end].contains(where: {
        $0.isWord([.subject, .relative, .not, .and, .or, .pronoun]) || $0.isWord([.prep]) && $0.text != "of"
      })
    else { return nil }
    // "Who directed the FBI": an office has a director, too, and another one than it had.
    if maker == "director", !AskedName.isFilm(words[2..<end]) { return nil }
    return [.word("who"), .word("is"), .word("the"), .word(maker), .word("of")] + words[2...]
  }

  private static let makers = [
    "wrote": "author", "invented": "inventor", "founded": "founder", "painted": "painter", "composed": "composer",
    "discovered": "discoverer", "directed": "director", "created": "creator",
  ]

  // MARK: Numbers

  /// "In a single sentence": in one. A single room is not one room, and a single line holds more than one comment.
  private static func single(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard let place = words.firstIndex(where: { $0.kind == .word && $0.text == "single" }), place + 1 < words.count,
      words[place + 1].kind == .word, units.contains(words[place + 1])
    else { return nil }
    let isBound = place > 1 && words[place - 1].text == "a" && bindings.contains(words[place - 2])
    guard
      isBound && (place + 2 == words.count || words[place + 2].kind == .pause)
        || place + 2 < words.count && words[place + 1].text != "line" && words[place + 2].kind == .word
          && texts.contains(words[place + 2])
    else { return nil }
    return words[..<place] + [.word("one")] + words[(place + 1)...]
  }

  private static let units = WordSet(["sentence", "paragraph", "word", "line"])
  private static let bindings = WordSet(["in", "into", "to", "with", "as", "using"])
  private static let texts = WordSet([
    "summary", "explanation", "answer", "description", "definition", "overview", "abstract",
  ])

  // MARK: Words

  private static let ordering: [ConceptKind] = [
    .verb, .give, .howto, .pronoun, .subject, .prep, .nominal, .not, .relative, .filler,
  ]
  private static let holding: [ConceptKind] = [.prep, .relative, .not, .pronoun, .subject, .howto, .passive]

  /// Whether a text that is there is pointed at somewhere.
  static func pointsAtText(_ words: ArraySlice<InstructionWord>) -> Bool { words.contains(where: isPointer) }

  private static func isPointer(_ word: InstructionWord) -> Bool {
    word.kind == .payload || word.kind == .word && pointers.contains(word)
  }
  private static let pointers = WordSet([
    "this", "these", "those", "below", "above", "following", "attached", "my", "our",
  ])

  /// "This text", "the log below": what is there, and named in a few words.
  static func isPointed(_ words: ArraySlice<InstructionWord>) -> Bool {
    guard let first = words.first, let last = words.last, words.count < 6,
      words.allSatisfy({ $0.kind == .word || $0.kind == .code || $0.kind == .payload }),
      !words.contains(where: { $0.isWord([.not, .and, .or]) || $0.isWord([.prep]) && !pointers.contains($0) })
    else { return false }
    if first.kind == .payload || first.text == "this" || first.text == "these" { return true }
    guard words.count > 1 else { return false }
    if last.text == "below" || last.text == "above" { return true }
    let second = words[words.startIndex + 1].text
    return first.text == "the" && (second == "following" || second == "attached")
  }

  private static func begins(_ words: [InstructionWord], _ start: Int, with opening: [String]) -> Bool {
    words[start...].starts(with: opening) { $0.kind == .word && $0.text == $1 }
  }
}
