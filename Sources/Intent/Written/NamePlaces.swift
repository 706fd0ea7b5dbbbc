/// Where a word is what something is called by: "deploy to prod", "import math", "the photos folder", "group by hour". There it
/// counts to the letter, the ending of a plural included: `order` is no table `orders`, and no branch `dev` is one `develop`.
enum NamePlaces {
  /// A word that one of two texts has to say because it is a name in the other; `nil` when there is none.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.pieces == b.pieces { return nil }
    return missing(of: a, in: b) ?? missing(of: b, in: a)
  }

  /// All such words of a text, in their order: texts that have the same ones agree in them.
  static func names(in words: [InstructionWord]) -> [String] {
    words.indices.filter { isOne(words, $0) }.map { words[$0].text }
  }

  private static func missing(of one: GuardFacts, in other: GuardFacts) -> String? {
    for place in one.pieces.indices where isOne(one.pieces, place) {
      let text = one.pieces[place].text
      if other.pieces.contains(where: { $0.text == text || isMail(text) && isMail($0.text) }) { continue }
      return "the name '\(text)'"
    }
    return nil
  }

  /// Whatever its field is called, everybody writes it so or so.
  private static func isMail(_ word: String) -> Bool { word.hasPrefix("email") || word.hasPrefix("e-mail") }

  /// Whether the word at a place is a name.
  static func isOne(_ words: [InstructionWord], _ place: Int) -> Bool {
    let word = words[place]
    guard word.kind == .word else { return false }
    let next = place + 1 < words.count ? words[place + 1] : nil
    let before = place > 0 ? words[place - 1] : nil
    let isBefore = next.map { says(holders, $0) } ?? false
    let isBehind = before.map { openers.contains($0) || $0.kind == .code } ?? false
    guard isBefore || isBehind, !word.isWord(small) else { return false }
    if isBefore, let next, isOfHolder(words, place, next) { return true }
    guard isBehind, let before else { return false }
    if before.kind == .code { return before.text.first == "-" && says(shells, words[0]) }
    if keywords.contains(before) { return true }
    guard next.map({ WrittenWords.ends($0) || before.text == "by" && $0.isWord([.order]) }) ?? true else {
      return isSpokenOf(words, place)
    }
    if says(kinds, before) { return isCalled(words, place) }
    if says(commands, before) { return isRun(words, place) }
    return isReached(words, place)
  }

  /// "The photos folder", "the user_id column", "the auth service": what it is called, not how it is.
  private static func isOfHolder(_ words: [InstructionWord], _ place: Int, _ holder: InstructionWord) -> Bool {
    let word = words[place]
    if word.isWord([.quality, .verb, .give, .language]) || says(describing, word) { return false }
    if !says(looseHolders, holder) { return true }
    return place > 0 && words[place - 1].text == "the" && !word.isWord(ofKind)
  }

  /// "The branch dev", "create a folder docs", "drop column qty".
  private static func isCalled(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place > 1, !says(parts, words[place]) else { return false }
    let opener = words[place - 2]
    // "Document the function params", "a function returning the sum", but "write a function photos".
    if words[place - 1].text == "function", opener.text == "the" || place + 1 < words.count { return false }
    guard opener.kind == .word, opener.isWord([.det, .tool, .format]) || says(making, opener) else { return false }
    // "The key points", "the user stories"
    return !says(looseKinds, words[place - 1]) || words[place].text.utf8.last != UInt8(ascii: "s")
  }

  /// "Import math", "ls docs", "restart db".
  private static func isRun(_ words: [InstructionWord], _ place: Int) -> Bool {
    // "Pull out the dates", "stop at 10"
    if says(particles, words[place]) { return false }
    if says(shells, words[place - 1]) { return true }
    // "Install photos", "restart maths": what stands bare is called so, were it many.
    if says(services, words[place - 1]), isVerb(words, place - 1), Lexicon.shared.knows(words[place].hash) {
      return !words[place].isWord(ofKind + [.quality]) && !isPutOn(words, place)
    }
    // "Restart the containers", "merge branches": what is one of many has an article, or is many.
    return words[place].text.utf8.last != UInt8(ascii: "s") && !words[place].isWord(ofKind + [.quality])
      && (place < 4 || says(shells, words[0]))
  }

  /// "Deploy to prod", "log in as admin", "save it as docs", "rebase onto dev", "group by hour", "files in docs".
  private static func isReached(_ words: [InstructionWord], _ place: Int) -> Bool {
    let rest = words[..<(place - 1)]
    guard let last = rest.last, !words[place].isWord(ofKind) else { return false }
    let isOne = words[place].text.utf8.last != UInt8(ascii: "s")
    switch words[place - 1].text {
    case "by":
      return last.text == "order"
        || rest.contains { says(grouping, $0) || says(ordering, $0) && isColumn(words[place]) }
        || says(sorting, last) && isOfRows(words)
    case "out", "back": return isOne && (last.text == "check" || last.text == "roll")
    case "in", "under":
      if says(ending, last) { return true }
      return isOne && (says(files, last) || rest.contains { says(keeping, $0) })
    case "into": return rest.contains { says(reaching, $0) }
    case "of": return says(occurrences, last)
    case "with": return says(records, last) || isOne && rest.contains { says(marking, $0) }
    default: return isOne && rest.contains { says(reaching, $0) }
    }
  }

  /// By their surnames people are sorted who have no columns, and by its values a dictionary; and what nobody knows is a slip.
  private static func isColumn(_ word: InstructionWord) -> Bool {
    !says(parts, word) && !says(people, word) && Lexicon.shared.knows(word.hash)
  }

  private static let people = WordSet(["surname", "surnames", "last", "family", "key", "keys"])

  /// "Open photos", "how do I open photos"; not "every open issue".
  private static func isVerb(_ words: [InstructionWord], _ place: Int) -> Bool {
    place == 0 || words[place - 1].kind == .pause || says(subjects, words[place - 1])
  }

  private static let subjects = WordSet(["i", "we", "you", "to", "and", "or", "then", "please", "not"])

  /// "Install certs on nginx" describes them, "install photos on Ubuntu" names a package.
  private static func isPutOn(_ words: [InstructionWord], _ place: Int) -> Bool {
    place + 2 < words.count && words[place + 1].text == "on" && words[place + 2].isWord([.tool])
      && !systems.contains(words[place + 2])
  }

  private static let systems = WordSet([
    "linux", "ubuntu", "debian", "fedora", "macos", "windows", "mac", "arch", "alpine", "centos", "wsl",
  ])

  private static func isOfRows(_ words: [InstructionWord]) -> Bool { words.contains { says(rows, $0) } }

  /// "From math import sqrt", "what does tsp mean", "is fun a noun".
  private static func isSpokenOf(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place + 1 < words.count else { return false }
    let next = words[place + 1].text
    switch words[place - 1].text {
    case "from": return next == "import"
    case "does": return next == "mean" || next == "stand"
    case "is": return next == "a" && place + 2 < words.count && says(wordKinds, words[place + 2])
    default: return false
    }
  }

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool { word.kind == .word && set.contains(word) }

  // MARK: Words

  /// What is no name wherever it stands.
  private static let small: [ConceptKind] = [
    .prep, .and, .or, .det, .pronoun, .relative, .not, .subject, .number, .filler,
  ]
  /// What is of some kind, and is called so by everybody.
  private static let ofKind: [ConceptKind] = [.language, .format, .tool, .payload]

  private static let looseHolderWords = [
    "service", "server", "container", "section", "element", "class", "pod", "package", "module", "cluster", "volume",
    "group", "hook", "page", "repo",
  ]
  /// What is called by the word before it where an article stands: "the docs section".
  private static let looseHolders = WordSet(looseHolderWords)
  /// What is called by the word before it.
  private static let holders = WordSet(
    looseHolderWords + [
      "folder", "directory", "branch", "column", "field", "tag", "label", "user", "namespace", "bucket", "queue",
      "topic", "channel", "endpoint", "route", "button", "tab", "header", "alias", "profile", "environment", "host",
      "flag", "option", "attribute", "property", "workspace", "role", "partition", "milestone", "subdomain",
    ])
  /// How one of these is, or of which sort.
  private static let describing = WordSet([
    "working", "root", "parent", "current", "home", "target", "source", "other", "default", "feature", "remote",
    "local",
    "test",
  ])

  private static let looseKindWords = [
    "user", "key", "host", "service", "container", "server", "database", "class", "module", "package", "file",
  ]
  private static let looseKinds = WordSet(looseKindWords)
  private static let kindWords =
    looseKindWords + [
      "folder", "directory", "branch", "column", "field", "table", "tag", "label", "namespace", "bucket", "queue",
      "topic", "channel", "endpoint", "route", "button", "tab", "alias", "profile", "environment", "flag", "option",
      "attribute", "property", "constant", "hostname", "username", "password", "string", "variable", "var",
      "method", "function",
      "parameter", "argument", "enum", "heading", "hashtag", "role", "word", "term",
    ]
  /// What is called by the word behind it.
  private static let kinds = WordSet(kindWords)
  /// What makes another thing of one of these.
  private static let parts = WordSet([
    "name", "names", "value", "values", "type", "types", "list", "lists", "count", "counts", "format", "structure",
    "size", "sizes", "order", "width", "widths", "header", "headers", "diagram", "description", "descriptions", "text",
    "content", "contents", "data", "frequency", "limit", "cloud",
  ])
  private static let making = WordSet([
    "create", "delete", "drop", "add", "rename", "checkout", "switch", "use", "select", "remove", "make", "declare",
    "define", "call", "from", "to", "into", "onto", "in", "on", "with", "env", "reverse",
  ])

  private static let shellWords = [
    "import", "require", "unset", "source", "truncate", "ls", "cat", "cd", "rm", "mv", "cp", "mkdir", "touch", "chmod",
    "chown", "tail", "checkout", "umount", "export", "drop", "git", "grep", "docker", "kubectl", "npm", "pip",
  ]
  /// What takes a name, whatever it is.
  private static let shells = WordSet(shellWords)
  private static let serviceWords = [
    "install", "uninstall", "reinstall", "restart", "stop", "start", "reload", "enable", "disable",
  ]
  /// What is called so behind these, in the singular or in the plural.
  private static let services = WordSet(serviceWords)
  private static let commandWords =
    Array(shellWords.dropLast(6)) + serviceWords + [
      "mount", "press", "click", "enter", "include", "merge", "rebase", "push",
      "pull", "fetch", "kill", "scale", "rollback", "copy", "set", "use", "encrypt", "decrypt", "escape",
    ]
  private static let commands = WordSet(Array(commandWords))
  private static let particles = WordSet([
    "out", "up", "down", "off", "back", "over", "away", "together", "here", "there",
  ])
  /// As SQL has them.
  private static let keywordWords = ["SELECT", "FROM", "BY", "INTO", "TABLE", "UPDATE", "JOIN"]
  private static let keywords = WordSet(keywordWords)

  private static let reaching = WordSet([
    "deploy", "push", "pull", "promote", "merge", "rebase", "switch", "connect", "log", "login", "save", "store", "put",
    "move", "copy", "post", "publish", "subscribe", "send", "go", "navigate", "redirect", "rename", "assign", "grant",
    "revoke", "append", "insert", "upload", "sync", "cd", "ssh", "checkout", "run", "use", "route", "point", "set",
    "import", "fetch", "rollback", "index", "join",
  ])
  private static let keeping = WordSet(["save", "store", "put", "keep", "ls", "post"])
  private static let files = WordSet(["file", "files"])
  private static let ending = WordSet(["ending", "end", "ends"])
  private static let grouping = WordSet(["group", "grouped", "partition", "partitioned"])
  private static let ordering = WordSet(["sort", "sorts", "sorted", "sorting", "order", "ordered", "ordering"])
  private static let sorting = WordSet(["sort", "sorted", "rows", "csv", "table", "filter", "lines"])
  private static let rows = WordSet([
    "rows", "csv", "table", "column", "columns", "dataframe", "jq", "sql", "query", "lines",
  ])
  private static let wordKinds = WordSet(["noun", "verb", "adjective", "adverb", "palindrome", "pronoun", "word"])
  private static let occurrences = WordSet(["occurrence", "occurrences", "instances"])
  private static let marking = WordSet(["tag", "label", "mark"])
  private static let records = WordSet(["object", "struct", "dataclass", "dict", "record", "tuple", "json"])

  /// What stands right before each such word that no holder follows.
  private static let openers = WordSet(
    kindWords + commandWords + keywordWords + ["to", "into", "onto", "in", "under", "as", "on", "from", "by"]
      + ["of", "with", "does", "is", "out", "back"])
}
