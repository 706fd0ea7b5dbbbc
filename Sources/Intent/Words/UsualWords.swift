/// What is written in two ways and is one word: "3rd" and "third", "Microsoft Excel" and "Excel", "from the command line" and "on
/// the command line", "HTTP status 409" and "HTTP 409", "without changing the code" and "keep the code unchanged".
///
/// Guards see the words as they are put here, so each rule holds only where nobody looks at how something is written.
extension InstructionWords {
  /// Puts them in their usual way.
  static func readUsual(_ words: inout [InstructionWord]) {
    // "15% of 240 = ?"
    if let last = words.lastIndex(where: { $0.kind != .pause }), last > 1, words[last].kind == .sign,
      words[last].text == "=", words[..<last].contains(where: { $0.kind == .number }),
      words[..<last].allSatisfy({ $0.kind != .quote && $0.kind != .code })
    {
      words.remove(at: last)
    }
    guard words.contains(where: mayBeUnusual) else { return }
    if AnswerText.opening.isSaid(in: words) { AnswerText.read(&words) }
    var place = 0
    while place < words.count {
      if mayBeUnusual(words[place]) {
        switch words[place].text {
        case "command", "terminal", "shell": readCommandLine(&words, at: place)
        case "one", "single": readOne(&words, at: place)
        case "olds": readAge(&words, at: place)
        case "http": readStatus(&words, at: place)
        case "unchanged", "untouched", "intact", "is", "are", "same", "changing", "altering", "modifying", "touching",
          "change",
          "alter", "modify", "touch", "keep", "keeping", "preserve", "preserving", "maintain", "maintaining", "retain",
          "retaining":
          place = KeptText.read(&words, at: place)
        case let day where Weekdays.triggers.contains(day): Weekdays.read(&words, at: place)
        case "mail", "mails": readMail(&words, at: place)
        case "branch": readBranch(&words, at: place)
        case "meeting": readNotes(&words, at: place)
        case "go": readGo(&words, at: place)
        case "changes": readChanges(&words, at: place)
        case let month where DateText.triggers.contains(month): place = DateText.read(&words, at: place)
        default:
          if words[place].kind == .code {
            readOrdinal(&words, at: place)
            readDegrees(&words, at: place)
          } else {
            readVendor(&words, at: place)
          }
        }
      }
      place += 1
    }
  }

  private static func mayBeUnusual(_ word: InstructionWord) -> Bool {
    switch word.kind {
    case .word: unusual.contains(word)
    // "3rd"
    case .code:
      word.text == "F" || word.text == "C"
        || word.text.utf8.first.map { $0 > 0x30 && $0 <= 0x39 } == true
          && (ordinal(word.text) != nil || degrees(word.text) != nil)
    default: false
    }
  }

  private static let unusual = WordSet(
    Array(vendors.keys) + KeptText.triggers + Weekdays.triggers + AnswerText.triggers + DateText.triggers + [
      "command", "terminal", "shell", "http", "one", "single", "olds", "mail", "mails", "branch", "go", "changes",
      "meeting",
    ])

  // MARK: Ordinals

  private static let ordinals = [
    "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth", "7th": "seventh",
    "8th": "eighth", "9th": "ninth", "10th": "tenth", "11th": "eleventh", "12th": "twelfth",
  ]

  /// The ordinal that letters begin with, in words, and what a hyphen joins to it: "2nd", "2nd-highest".
  private static func ordinal(_ text: String) -> (word: String, joined: Substring?)? {
    guard text.utf8.count < 20, text.utf8.first.map({ (0x31...0x39).contains($0) }) == true else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count < 3, let word = ordinals[parts[0].lowercased()] else { return nil }
    if parts.count == 1 { return (word, nil) }
    return !parts[1].isEmpty && parts[1].utf8.allSatisfy(isSmall) ? (word, parts[1]) : nil
  }

  /// "The 3rd line", "the 2nd-highest salary". At the end it may be a day, and every 2nd no second.
  private static func readOrdinal(_ words: inout [InstructionWord], at place: Int) {
    guard let (text, joined) = ordinal(words[place].text), !Self.looksAtLetters(words),
      // "The 1st March", "the 12th of March" are days.
      !(place + 1 < words.count && DateText.triggers.contains(words[place + 1].text)),
      !(place + 2 < words.count && words[place + 1].text == "of" && DateText.triggers.contains(words[place + 2].text)),
      !words.contains(where: { $0.text == text })
    else { return }
    if let joined {
      words.replaceSubrange(place...place, with: [.word(text), .word(String(joined))])
    } else if place + 1 < words.count, words[place + 1].kind == .word,
      !words[place + 1].mayBe([.prep, .and, .or, .not, .relative]) || words[place + 1].text == "of"
    {
      words[place] = .word(text)
    }
  }

  /// Whether a text may be about how something is written, or name something by it.
  static func looksAtLetters(_ words: [InstructionWord]) -> Bool {
    words.contains { $0.kind == .quote } || written.isSaid(in: words)
  }

  private static let written = WordSet([
    "replace", "replaces", "replacing", "rename", "substitute", "search", "grep", "regex", "regexp", "match", "matches",
    "matching", "contain", "contains", "containing", "spell", "spelled", "spelt", "spelling", "letter", "letters",
    "called", "named", "titled", "labelled", "labeled", "tagged", "string", "strings", "written", "abbreviation",
    "abbreviations", "abbreviate", "ordinal", "ordinals", "suffix", "word", "words", "say", "says", "print", "prints",
    "echo", "sed", "awk", "parse", "convert", "stand", "stands", "mean", "means", "meaning",
  ])

  // MARK: Vendors

  /// Who makes what is never somebody else's: "Microsoft Excel" is Excel.
  static let vendors: [String: Set<String>] = [
    "microsoft": [
      "excel", "powerpoint", "outlook", "onenote", "onedrive", "sharepoint", "windows", "azure", "visio",
    ],
    "ms": ["excel", "powerpoint", "outlook", "onenote", "onedrive", "sharepoint", "windows", "azure", "visio"],
    "google": ["gmail", "bigquery", "chromebook", "chromecast", "chrome"],
    "apple": ["macos", "iphone", "ipad", "macbook", "imac", "ipados", "ios", "xcode", "airpods", "icloud"],
    "adobe": ["photoshop", "indesign", "lightroom"],
    "amazon": ["s3", "ec2", "dynamodb", "cloudwatch", "cloudformation"],
    "aws": ["s3", "ec2", "dynamodb", "cloudwatch", "cloudformation"],
    "atlassian": ["jira", "trello", "bitbucket"],
    "hashicorp": ["terraform"],
    "jetbrains": ["intellij", "pycharm"],
  ]

  /// Whether a name is left out, or said otherwise, where it is put in the usual way.
  static func mayBeSpare(_ name: String) -> Bool {
    vendors[name] != nil || name == "monday" || name == "friday" || name == "go" || Weekdays.plurals[name] != nil
  }

  /// What is a word as well is meant only where something is done in it: "in Chrome".
  private static let words = WordSet(["chrome", "outlook", "windows", "excel"])
  private static let within = WordSet(["in", "on", "from", "for", "with", "using", "into"])

  /// "In Microsoft Excel": in Excel. "In Word", with its capital, is in Microsoft Word.
  private static func readVendor(_ words: inout [InstructionWord], at place: Int) {
    guard let products = vendors[words[place].text], place + 1 < words.count else { return }
    let product = words[place + 1]
    guard product.kind == .word || product.kind == .code, products.contains(product.text.lowercased()),
      !Self.words.contains(product) || place > 0 && within.contains(words[place - 1]),
      // "Is Microsoft Excel from Microsoft", "Google Chrome and Chrome OS"
      !words.contains(where: { $0.text == "company" || $0.text == "vendor" }),
      words.count(where: { $0.text == words[place].text || $0.text == product.text }) == 2
    else { return }
    words.remove(at: place)
  }

  // MARK: The command line

  /// "From the command line", "at the command line": on it. "From the terminal": in it.
  private static func readCommandLine(_ words: inout [InstructionWord], at place: Int) {
    guard place > 1, words[place - 1].text == "the", words[place - 2].kind == .word else { return }
    let before = words[place - 2].text
    if words[place].text == "terminal" || words[place].text == "shell" && before == "from" {
      guard place + 1 == words.count || words[place + 1].kind == .pause else { return }
      // What is copied from it is what it shows.
      if ["from", "on", "via", "through"].contains(before), !shown.isSaid(in: words) { words[place - 2] = .word("in") }
      guard words[place - 2].text == "in", isWorkOnFiles(words) else { return }
      words.replaceSubrange((place - 2)...place, with: ["on", "the", "command", "line"].map(InstructionWord.word))
    } else if place + 1 < words.count, words[place + 1].text == "line",
      ["from", "at", "in", "via", "through"].contains(before), !shown.isSaid(in: words)
    {
      words[place - 2] = .word("on")
    }
  }

  private static let shown = WordSet([
    "copy", "paste", "text", "output", "read", "reads", "reading", "input", "argument", "arguments", "parameter",
    "parameters", "pass", "passed", "passing", "get", "take", "takes", "accept", "accepts", "difference", "exit",
    "remove", "away", "switch", "move", "moves",
  ])

  /// Whether something is done to files or their content, which a terminal has no menu for.
  private static func isWorkOnFiles(_ words: [InstructionWord]) -> Bool {
    onFiles.isSaid(in: words) && stored.isSaid(in: words) && !ofTerminals.isSaid(in: words)
  }

  private static let onFiles = WordSet([
    "decode", "encode", "rename", "delete", "compress", "extract", "unzip", "zip", "convert", "download", "resize",
    "merge", "split", "count", "encrypt", "decrypt", "sort", "list", "find", "rotate", "mount", "unmount", "format",
  ])
  private static let stored = WordSet([
    "file", "files", "folder", "folders", "directory", "directories", "image", "images", "video", "videos", "pdf",
    "pdfs", "csv", "json", "string", "url", "archive", "zip", "photo", "photos", "base64", "disk", "usb", "drive",
  ])
  private static let ofTerminals = WordSet([
    "color", "colors", "colour", "colours", "font", "tab", "tabs", "window", "windows", "screen", "cursor", "history",
    "prompt", "click", "mouse", "shortcut", "theme", "view", "open", "display", "preview", "emulator",
  ])

  // MARK: HTTP

  /// "HTTP status 409", "the HTTP 409 status code", "HTTP error 404": HTTP and the number.
  private static func readStatus(_ words: inout [InstructionWord], at place: Int) {
    var number = place + 1
    while number < words.count, number < place + 4, words[number].kind == .word, statuses.contains(words[number]) {
      number += 1
    }
    guard number < words.count, words[number].kind == .number, let code = Int(words[number].text), code > 99, code < 600
    else { return }
    var end = number + 1
    while end < words.count, end < number + 3, words[end].kind == .word, statuses.contains(words[end]) { end += 1 }
    // "HTTP 404 error page", "HTTP 409 status codes"
    if end < words.count, words[end].kind == .word || words[end].kind == .code,
      !words[end].mayBe([.prep, .and, .or, .verb, .relative, .thing]), end > number + 1
    {
      return
    }
    words.removeSubrange((number + 1)..<end)
    words.removeSubrange((place + 1)..<number)
  }

  private static let statuses = WordSet(["status", "code", "error", "response"])

  // MARK: One of what can be several

  /// "Suggest one title", "come up with a single title": a title, for nobody gives two.
  private static func readOne(_ words: inout [InstructionWord], at place: Int) {
    guard place > 0, place + 1 < words.count else { return }
    // "Back up a single database": one. A single room is not one room.
    if words[place].text == "single", counted.contains(words[place + 1]), words[place + 1].kind == .word,
      place + 2 == words.count || words[place + 2].kind == .pause || words[place + 2].isWord([.prep])
    {
      let start = words[place - 1].text == "a" && words[place - 1].kind == .word ? place - 1 : place
      words.replaceSubrange(start...place, with: [.word("one")])
      return
    }
    let isSingle = words[place].text == "single"
    let before = isSingle ? place - 2 : place - 1
    guard before >= 0, !isSingle || words[place - 1].text == "a", words[before].kind == .word,
      making.contains(words[before]) || words[before].text == "with" && before > 1 && words[before - 1].text == "up",
      let noun = words[(place + 1)...].prefix(3).first(where: { $0.kind == .word && given.contains($0) }),
      words.count(where: { $0.text == noun.text || $0.text == noun.text + "s" }) == 1,
      words.count(where: { $0.text == "one" || $0.text == "another" || $0.text == "other" }) < 2,
      words[(place + 1)...].prefix(while: { $0 != noun }).allSatisfy({
        $0.kind == .word && !$0.mayBe([.prep, .and, .or, .relative])
      })
    else { return }
    if isSingle { words.remove(at: place) } else { words[place] = .word("a") }
  }

  private static let counted = WordSet([
    "database", "table", "file", "commit", "row", "column", "container", "pod", "branch",
  ])
  private static let making = WordSet([
    "suggest", "give", "me", "write", "propose", "create", "generate", "draft", "compose", "make", "need", "want",
    "recommend", "us",
  ])
  /// Of these the singular is one.
  private static let given = WordSet([
    "title", "headline", "slogan", "tagline", "caption", "motto", "joke", "haiku", "limerick", "poem", "tweet",
    "riddle",
    "metaphor", "analogy", "hashtag", "subtitle", "nickname",
  ])

  // MARK: Ages

  /// "Explain it for 8-year-olds": for one of that age.
  private static func readAge(_ words: inout [InstructionWord], at place: Int) {
    guard place > 3, words[place - 1].text == "year", words[place - 1].kind == .word,
      words[place - 2].kind == .number || words[place - 2].isWord([.number]),
      words[place - 3].text == "to" || words[place - 3].text == "for",
      place + 1 == words.count || words[place + 1].kind == .pause || words[place + 1].text == "please",
      words.contains(where: { $0.text.hasPrefix("expla") })
    else { return }
    words[place] = .word("old")
    words.insert(.word("a"), at: place - 2)
  }
}
