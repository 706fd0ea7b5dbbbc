/// Words that are put somewhere, run, matched or answered as they stand: "mkdir docs", "reply with ok", "lines that contain kids", "a
/// CSS class for ads". What means the same elsewhere is another string there, and so is a number in letters.
enum PlacedWords {
  /// Whether a text may hold such words.
  static func counts(in words: [InstructionWord]) -> Bool {
    triggers.isSaid(in: words) && words.indices.contains { isOne(words, $0) }
  }

  /// Whether the word at a place is taken as it is written.
  static func isOne(_ words: [InstructionWord], _ place: Int) -> Bool {
    let word = words[place]
    guard word.kind == .word || word.kind == .number else { return false }
    if isWhole(words, place) || isPolite(words, place) || isShown(words, place) { return !isSmall(word) }
    guard place > 0, words[place - 1].kind == .word, mayTake(words, place), !isSmall(word),
      !word.isWord([.filler, .tone, .pronoun]),
      // "Use usa instead of america", "how often does ad occur"
      ends(words, behind: place) || says(occurring, words[place + 1])
    else { return false }
    // "Reply with JSON" says in which form.
    if word.isWord([.format]), words.contains(where: { says(saying, $0) }) { return false }
    if isAnswer(words, place) || isHeld(words, place) { return true }
    // "Lines that match case-insensitively"
    if word.isWord([.order]) || word.text.hasSuffix("ly") { return false }
    return isTaken(words, place) || isOfCommand(words, place) || isFound(words, place)
  }

  private static func isSmall(_ word: InstructionWord) -> Bool {
    word.isWord([.prep, .and, .or, .det, .relative, .payload, .not])
  }

  /// Whether a word stands before it behind which one may be taken as it is written; most are none.
  private static func mayTake(_ words: [InstructionWord], _ place: Int) -> Bool {
    // A line of a shell, and a title.
    heads.contains(words[place - 1]) || place > 1 && (says(commands, words[0]) || words[place - 2].text == "the")
  }

  /// Whether the other text has the same word with a slip, or without the one that is in this one: "lines containing duplciates".
  static func isSlip(_ word: InstructionWord, in one: GuardFacts, _ other: GuardFacts) -> Bool {
    other.pieces.contains { written in
      written.kind == .word && written.text.utf8.first == word.text.utf8.first && !one.pieces.contains(written)
        && abs(written.text.utf8.count - word.text.utf8.count) < 2
        && Lexicon.shared.knows(written.hash) != Lexicon.shared.knows(word.hash)
    }
  }

  /// Behind a verb that takes it as it is: "print ok", "mkdir docs", "return zero if unknown", "define ad".
  private static func isTaken(_ words: [InstructionWord], _ place: Int) -> Bool {
    let before = words[place - 1]
    guard says(taking, before) else { return false }
    // "A match summary": what is to be done is said in other words, too.
    guard words[place].isWord([.thing, .unit, .audience, .work, .quality, .number, .tool]),
      !words[place].isWord([.nominal, .verb, .give])
    else { return words[place].kind == .number }
    // "Install a certificate" names none.
    if before.text == "install", words[place].isWord([.thing]) { return false }
    if place == 1 { return true }
    // "A morning run", "the return type", but "lines that contain ad".
    return !says(opener, before) && !articles.contains(words[place - 2].text)
  }

  /// "Find ads in the file", "remove ads from the text", "how often does ads appear", "a regex that finds ads".
  private static func isFound(_ words: [InstructionWord], _ place: Int) -> Bool {
    let rest = words[(place + 1)...].prefix(4)
    switch words[place - 1].text {
    case "count" where words[place].isWord([.unit]): return false
    case "find", "count": return rest.first?.text == "in" && rest.dropFirst().contains { says(texts, $0) }
    case "remove", "delete": return rest.first?.text == "from" && rest.dropFirst().contains { says(texts, $0) }
    case "finds": return words[..<place].contains { says(holders, $0) }
    case "add": return rest.first?.text == "to" && rest.dropFirst().contains { says(texts, $0) }
    case "get", "select": return words[0].text == "jq"
    case "like": return place > 1 && words[place - 2].text.hasPrefix("word")
    case "in": return place > 1 && words[place - 2].text == "letters"
    case "does", "do": return rest.contains { says(occurring, $0) }
    default: return false
    }
  }

  /// "Reply with three", "replace x with docs", "lines with kids", "a name that starts with ad".
  private static func isAnswer(_ words: [InstructionWord], _ place: Int) -> Bool {
    switch words[place - 1].text {
    case "with":
      place > 1 && says(opening, words[place - 2]) || words[..<(place - 1)].contains { says(answering, $0) }
    case "by": words[..<(place - 1)].contains { $0.text == "replace" || $0.text == "substitute" }
    // "Label it ad"
    case "it", "them": place > 1 && says(labelling, words[place - 2])
    // "Use docs instead of …"
    case "use": place + 1 < words.count && words[place + 1].text == "instead"
    case "to": words[..<(place - 1)].contains { $0.text == "rename" }
    default: false
    }
  }

  /// "A regex for kids", "a folder for docs", "the definition of ad", "the hashtag ai", "a JSON key qty".
  private static func isHeld(_ words: [InstructionWord], _ place: Int) -> Bool {
    let before = words[place - 1]
    switch before.text {
    case "for": return place > 1 && says(holders, words[place - 2]) && !isKnownPattern(words[place])
    case "of": return place > 1 && says(meanings, words[place - 2])
    case "key", "keys": return place > 1 && words[place - 2].isWord([.format])
    case "is": return place > 1 && words[place - 2].text == "what" && isInLanguage(words, place)
    default:
      return says(names, before) && words[place].mayBe([.thing, .unit, .audience]) || isTitle(words, place)
    }
  }

  /// "The song beginning": it may be called so.
  private static func isTitle(_ words: [InstructionWord], _ place: Int) -> Bool {
    place > 1 && words[place - 2].text == "the" && says(ExactWords.titled, words[place - 1])
      && !words[place].mayBe([.thing, .unit, .work])
  }

  /// What has a form that everybody knows is matched by it, and not by its letters.
  private static func isKnownPattern(_ word: InstructionWord) -> Bool {
    word.isWord([.number]) || says(patterns, word)
  }

  private static func isInLanguage(_ words: [InstructionWord], _ place: Int) -> Bool {
    place + 2 < words.count && words[place + 1].text == "in" && words[place + 2].isWord([.language])
  }

  /// "Git merge prod", "kubectl get pods", "pip install docs": a line of a shell.
  private static func isOfCommand(_ words: [InstructionWord], _ place: Int) -> Bool {
    place > 1 && place < 4 && words.count == place + 1 && says(commands, words[0])
      && words[1..<place].allSatisfy { $0.kind == .word && !$0.isWord([.det]) }
  }

  /// "Kids in capitals", "is email one word", "a docker-compose command".
  private static func isWhole(_ words: [InstructionWord], _ place: Int) -> Bool {
    if words[place].text == "docker-compose" { return words.contains { says(asCommand, $0) } }
    guard place + 2 < words.count else { return false }
    let (next, last) = (words[place + 1], words[place + 2])
    if next.text == "one" { return last.text == "word" }
    if next.text == "spelled" || next.text == "spelt" { return true }
    return next.text == "in" && says(cases, last)
      && words[place].mayBe([.thing, .unit, .audience, .work, .quality, .tool, .tone, .nominal])
      && (place == 0 || !words[place - 1].isWord([.det]))
  }

  /// Whether what follows a colon is said to whoever reads it: "a sign: no smoking, please".
  static func isSign(_ words: [InstructionWord]) -> Bool {
    guard let colon = words.prefix(7).firstIndex(where: { $0.kind == .pause && $0.text == ":" }) else { return false }
    return words[..<colon].contains { says(signs, $0) } && !words[..<colon].contains { says(elsewhere, $0) }
  }

  /// "A sign: please wait", "reply with ok".
  private static func isPolite(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard says(politeness, words[place]) else { return false }
    // "Answer okay if …"
    if place > 0, place < 4, says(saying, words[place - 1]) || words[place - 1].text == "with" && place > 1,
      ends(words, behind: place)
    {
      return words[..<place].contains { says(saying, $0) }
    }
    return isSign(Array(words[..<place]))
  }

  /// "Write the amount in usd", "label the axis with km": how a unit is written is asked for, too.
  private static func isShown(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place > 1, words[place].isWord([.unit]), ends(words, behind: place) else { return false }
    switch words[place - 1].text {
    case "in", "with", "as": return words[..<(place - 1)].contains { says(showing, $0) }
    default: return false
    }
  }

  /// Whether nothing that belongs to it follows a word.
  private static func ends(_ words: [InstructionWord], behind place: Int) -> Bool {
    guard place + 1 < words.count else { return true }
    // "For matching a date"
    return WrittenWords.ends(words[place + 1]) && !words[place + 1].isWord([.det])
  }

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool { word.kind == .word && set.contains(word) }

  // MARK: Words

  private static let takingWords = [
    "print", "echo", "reply", "answer", "return", "output", "type", "say", "mkdir", "man", "ssh", "ping", "kill",
    "run", "install", "import", "cd", "rm", "touch", "abbreviate", "define", "translate", "grep", "containing",
    "contain", "contains", "matching", "match", "matches", "rename", "antworte", "responde", "réponds",
  ]
  private static let taking = WordSet(takingWords)
  /// What stands at the beginning of a line of a shell.
  private static let opener = WordSet([
    "mkdir", "man", "ssh", "ping", "kill", "run", "cd", "rm", "touch", "type", "import", "rename",
  ])
  private static let answeringWords = ["reply", "answer", "respond", "replace", "substitute"]
  private static let answering = WordSet(answeringWords)
  private static let openingWords = [
    "lines", "line", "words", "word", "start", "starts", "starting", "begin", "begins", "beginning", "end", "ends",
    "ending", "name", "headline", "hashtag", "title",
  ]
  private static let opening = WordSet(openingWords)
  private static let labellingWords = ["label", "tag", "call", "name", "mark", "title"]
  private static let labelling = WordSet(labellingWords)
  private static let holderWords = [
    "regex", "regexp", "pattern", "glob", "class", "selector", "folder", "directory", "branch", "variable", "alias",
    "key", "column", "field", "hashtag", "acronym", "abbreviation", "synonym", "synonyms", "antonym", "antonyms",
    "word", "table", "tag", "grep", "filter", "namespace", "workspace",
  ]
  private static let holders = WordSet(holderWords)
  private static let patterns = WordSet([
    "email", "emails", "e-mail", "e-mails", "url", "urls", "date", "dates", "timestamp", "timestamps", "integer",
    "integers", "number", "numbers", "username", "usernames", "hostname", "hostnames", "filename", "filenames",
    "postcode", "postcodes", "zipcode", "zipcodes", "password", "passwords",
  ])
  private static let meaningWords = [
    "meaning", "definition", "origin", "etymology", "abbreviation", "spelling", "sound", "pronunciation", "plural",
    "singular", "synonym", "synonyms", "antonym", "antonyms", "opposite",
  ]
  private static let meanings = WordSet(meaningWords)
  private static let nameWords = ["hashtag", "alias", "folder", "title", "heading"]
  private static let names = WordSet(nameWords)
  private static let commandWords = [
    "git", "kubectl", "docker", "podman", "helm", "pip", "npm", "yarn", "apt", "brew", "systemctl", "cargo",
  ]
  private static let commands = WordSet(commandWords)
  private static let asCommandWords = ["command", "commands", "install", "run", "how", "cmd"]
  private static let asCommand = WordSet(asCommandWords)
  private static let cases = WordSet(["capitals", "caps", "uppercase", "lowercase", "upper", "lower", "morse"])
  private static let politeness = WordSet([
    "please", "pls", "thanks", "thank", "thx", "sorry", "welcome", "dear", "ok", "okay", "hello", "hi", "hey", "cheers",
    "greetings",
  ])
  private static let saying = WordSet(["reply", "answer", "respond", "say", "print", "echo", "return", "output"])
  private static let signWords = ["message", "note", "sign", "notice", "label", "banner", "print", "echo"]
  private static let signs = WordSet(signWords)
  private static let elsewhere = WordSet(["this", "below", "above", "commit", "following", "error"])
  private static let articles: Set = ["a", "an", "the"]
  private static let texts = WordSet(["file", "files", "text", "list", "string", "log", "logs", "line", "lines"])
  private static let occurring = WordSet(["occur", "appear", "instead"])
  private static let showingWords = ["write", "label", "format", "axis", "prices", "price", "invoice"]
  private static let showing = WordSet(showingWords)

  /// One of these stands right before each such word, but in a line of a shell or in a title.
  private static let heads = WordSet(
    takingWords + nameWords + [
      "with", "by", "it", "them", "use", "to", "for", "of", "key", "keys", "is", "find", "count", "remove", "delete",
      "finds", "add", "get", "select", "like", "in", "does", "do",
    ])

  /// One of these is in each such text.
  private static let triggers = WordSet(
    takingWords + answeringWords + openingWords + labellingWords + holderWords + meaningWords + nameWords + commandWords
      + asCommandWords + signWords + showingWords + [
        "respond", "use", "keys", "what", "one", "the", "in", "spelled", "spelt", "find", "finds", "count", "add",
        "get",
        "select", "letters", "remove", "delete",
        "does", "do",
      ])
}
