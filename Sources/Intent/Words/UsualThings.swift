/// Things that are there, or that a program is written in, by their usual name: "this mail" that comes with the request is an email,
/// "the branch I'm on" the current branch, "in Go" in the language of that name.
extension InstructionWords {
  /// "Summarize this mail", "the mail thread below": what comes as text came as email.
  static func readMail(_ words: inout [InstructionWord], at place: Int) {
    guard place > 0, !words.contains(where: { $0.kind == .word && ofMail.contains($0) }), onText.isSaid(in: words)
    else {
      return
    }
    var end = place + 1
    if end < words.count, words[end].kind == .word, words[end].text == "thread" || words[end].text == "threads" {
      end += 1
    }
    let first = words[place - 1]
    guard first.kind == .word,
      first.text == "this" || first.text == "these" || first.text == "following"
        || first.text == "the" && end < words.count && words[end].text == "below" && words[end].kind == .word,
      end == words.count || words[end].kind == .pause
        || words[end].kind == .word && (words[end].text == "below" || words[end].isWord([.prep, .and, .or, .relative]))
        || words[end].kind == .word && ["is", "briefly", "politely", "please"].contains(words[end].text)
    else { return }
    words[place] = .word(words[place].text == "mails" ? "emails" : "email")
  }

  /// What is done to a text that comes with the request. Letters of paper are shredded, scanned or opened.
  private static let onText = WordSet([
    "summarize", "summarise", "summary", "sum", "recap", "tldr", "tl;dr", "condense", "shorten", "translate",
    "translation", "rewrite", "rephrase", "reword", "paraphrase", "reply", "answer", "respond", "response", "classify",
    "categorize", "categorise", "label", "proofread", "correct", "fix", "improve", "polish", "simplify", "explain",
    "extract", "list", "sentiment", "tone", "spam", "phishing", "urgent", "tell", "key", "points", "action", "subject",
    "priority", "draft", "make", "is", "what", "does", "who", "bullet", "bullets", "analyze", "analyse", "check",
    "format", "convert", "turn", "write", "gist", "version", "sound", "grammar", "typos", "edit", "review", "language",
  ])

  /// Where letters of paper are spoken of, or both kinds of mail.
  private static let ofMail = WordSet([
    "email", "emails", "e-mail", "e-mails", "paper", "postal", "stamp", "envelope", "snail", "carrier", "postman",
    "letter", "parcel", "delivery", "slot", "address", "post", "forward", "return", "deliver", "delivers", "delivered",
    "weigh", "heavy", "postage", "collect", "send", "box", "shred", "shredder", "scan", "print", "printer", "open",
    "opened", "unopened", "throw", "trash", "recycle", "burn", "fold", "tear", "staple", "pile", "stack", "mailbox",
    "scanner", "photocopy", "photo", "frank", "sort", "destroy", "where", "arrive", "arrived", "pick",
  ])

  /// "Rename the branch I'm on", "the branch I am currently on".
  static func readBranch(_ words: inout [InstructionWord], at place: Int) {
    var end = place + 1
    guard end + 1 < words.count, words[end].kind == .word, words[end].text == "i" else { return }
    end += 1
    if words[end].text == "am" { end += 1 }
    if end < words.count, words[end].text == "currently" { end += 1 }
    guard end < words.count, words[end].kind == .word, words[end].text == "on",
      end + 1 == words.count || words[end + 1].kind == .pause || words[end + 1].isWord([.prep])
    else { return }
    words.removeSubrange((place + 1)...end)
    words.insert(.word("current"), at: place)
  }

  /// "An HTTP server in Go": nothing else is in go.
  static func readGo(_ words: inout [InstructionWord], at place: Int) {
    guard place > 0, words[place - 1].kind == .word, words[place - 1].text == "in",
      place + 1 == words.count || words[place + 1].kind == .pause
        || words[place + 1].kind == .word && ["please", "that", "which", "to"].contains(words[place + 1].text),
      // A game has that name, too, so something that is programmed has to be spoken of.
      words.contains(where: { $0.kind == .code || $0.kind == .word && programmed.contains($0) }),
      !words.contains(where: { $0.kind == .word && ($0.text == "golang" || board.contains($0)) })
    else { return }
    words[place] = .word("golang")
  }

  /// What is programmed, and what programs are made of.
  private static let programmed = WordSet([
    "server", "servers", "client", "function", "functions", "program", "code", "script", "app", "api", "rest", "http",
    "https", "json", "yaml", "csv", "xml", "struct", "structs", "slice", "slices", "array", "arrays", "string",
    "strings", "interface", "interfaces", "goroutine", "goroutines", "channel", "channels", "error", "errors", "test",
    "tests", "benchmark", "mutex", "pointer", "pointers", "package", "packages", "module", "modules", "type", "types",
    "generics", "closure", "closures", "defer", "loop", "loops", "concurrency", "goroutine's", "file", "files",
    "parser",
    "middleware", "handler", "router", "cli", "library", "regex", "sql", "database", "grpc", "websocket", "implement",
    "compile", "variable", "variables", "int", "integer", "byte", "bytes", "constant", "enum", "enums", "iterate",
    "parse", "unmarshal", "marshal", "snippet", "worker", "cache", "queue", "stack", "tree", "algorithm", "sort",
    "method", "methods", "class", "request", "requests", "thread", "threads", "timeout", "context", "logger", "logging",
  ])

  /// What belongs to the game of that name.
  private static let board = WordSet([
    "ko", "komi", "atari", "ladder", "ladders", "eye", "eyes", "liberty", "liberties", "stone", "stones", "sente",
    "gote",
    "joseki", "fuseki", "tsumego", "opening", "openings", "move", "moves", "board", "boards", "game", "games", "win",
    "score", "scoring", "territory", "handicap", "handicaps", "capture", "capturing", "captured", "player", "players",
    "play", "rank", "ranks", "dan", "kyu", "life", "rules", "beginner", "strategy", "strategies", "poem",
  ])

  /// "A commit message for these changes": for this diff.
  static func readChanges(_ words: inout [InstructionWord], at place: Int) {
    guard place > 3, let message = words[..<place].lastIndex(where: { $0.kind == .word && messages.contains($0) }),
      message > 0, words[message - 1].text == "commit" || words[message - 1].text == "git-commit",
      place - message < 5, message + 1 < place, words[message + 1].text == "for" || words[message + 1].text == "from"
    else { return }
    let isBelow = place + 1 < words.count && words[place + 1].kind == .word && words[place + 1].text == "below"
    let before = words[(message + 2)..<place].map(\.text)
    guard before == ["these"] || before == ["the", "following"] || before == ["the"] && isBelow,
      case let end = isBelow ? place + 2 : place + 1,
      end == words.count || words[end].kind == .pause || words[end].text == "please"
    else { return }
    words.replaceSubrange((message + 1)..<end, with: ["for", "this", "diff"].map(InstructionWord.word))
  }

  /// One of what is said in the plural and written in capitals alone: "UUIDs" names what "a UUID" does.
  static func acronym(_ letters: UnsafeBufferPointer<UInt8>) -> String? {
    guard letters.count > 3, letters.last == UInt8(ascii: "s"), letters.dropLast().allSatisfy(isCapital) else {
      return nil
    }
    return String(decoding: letters.dropLast(), as: UTF8.self).lowercased()
  }

  /// "These notes of the meeting": meeting notes.
  static func readNotes(_ words: inout [InstructionWord], at place: Int) {
    guard place > 3, words[place - 1].text == "the", words[place - 2].text == "of" || words[place - 2].text == "from",
      words[place - 3].text == "notes", ["these", "following"].contains(words[place - 4].text),
      place + 1 == words.count || words[place + 1].kind == .pause || words[place + 1].isWord([.prep])
    else { return }
    words.replaceSubrange((place - 3)...place, with: [.word("meeting"), .word("notes")])
  }

  // MARK: Degrees

  /// "180C": the number and its scale.
  static func degrees(_ text: String) -> (number: String, scale: String)? {
    guard text.utf8.count < 8, let scale = text.last.flatMap({ scales[String($0)] }) else { return nil }
    let number = text.dropLast()
    guard !number.isEmpty, number.utf8.allSatisfy({ $0 > 0x2F && $0 < 0x3A }) else { return nil }
    return (String(number), scale)
  }

  /// "180C in F", "350 F to Celsius": who names one scale means the other.
  static func readDegrees(_ words: inout [InstructionWord], at place: Int) {
    guard place + 2 < words.count, ["in", "to", "into"].contains(words[place + 1].text),
      place + 3 == words.count || words[place + 3].kind == .pause || words[place + 3].text == "please",
      let target = scales[words[place + 2].text.uppercased()], words[place + 2].kind != .quote
    else { return }
    if let (number, scale) = degrees(words[place].text), scale != target {
      words.replaceSubrange(
        place...(place + 2),
        with: [InstructionWord(kind: .number, text: number), .word(scale), words[place + 1], .word(target)])
    } else if place > 0, words[place - 1].kind == .number, let scale = scales[words[place].text], scale != target {
      words.replaceSubrange(place...(place + 2), with: [.word(scale), words[place + 1], .word(target)])
    }
  }

  private static let scales = [
    "C": "celsius", "F": "fahrenheit", "CELSIUS": "celsius", "FAHRENHEIT": "fahrenheit", "°C": "celsius",
    "°F": "fahrenheit",
  ]

  private static let messages = WordSet(["message", "msg", "messages"])
}
