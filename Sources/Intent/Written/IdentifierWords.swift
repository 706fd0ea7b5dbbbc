/// Words that a program reads: names of keys and columns, of branches and machines, and the labels of a choice. Another word for the
/// same is another one there: `qty` is no column `quantity`, and who is to answer "bug or docs" is not to answer "bug or
/// documentation".
enum IdentifierWords {
  /// Whether a text may hold such names.
  static func counts(in words: [InstructionWord]) -> Bool {
    words.indices.contains { isOne(words, $0) }
  }

  /// Whether the word at a place is such a name.
  static func isOne(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard words[place].kind == .word || words[place].kind == .number else { return false }
    if isLabel(words, place) { return true }
    guard place > 0 else { return false }
    if isNamed(words, place) { return true }
    if isPartOfName(words, place) { return isKeyed(words, place) }
    guard says(twoForms, words[place]) else { return false }
    return isListed(words, place) || isBare(words, place) || isOfProgram(words, place) || isQueried(words, place)
      || isTaken(words, place)
      || isOfTool(words, place) || isKeyed(words, place)
  }

  /// "Last name", "family name": what is a surname elsewhere is another key.
  private static func isPartOfName(_ words: [InstructionWord], _ place: Int) -> Bool {
    (words[place].text == "last" || words[place].text == "family") && place + 1 < words.count
      && words[place + 1].text.hasPrefix("name")
  }

  /// "Restart db", "log in as admin", "throw msg": one thing without an article is called so.
  private static func isBare(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place + 1 >= words.count || WrittenWords.ends(words[place + 1]) else { return false }
    let before = words[place - 1]
    return says(ofOne, words[place]) && before.isWord([.prep, .verb, .give]) && !before.isWord([.thing])
      || says(served, words[place]) && says(serving, before)
  }

  /// "The prod workspace", "the math module", "yml files".
  private static func isOfProgram(_ words: [InstructionWord], _ place: Int) -> Bool {
    if says(endings, words[place]) { return words.contains { says(ofFiles, $0) } }
    return place + 1 < words.count && says(parts, words[place + 1])
  }

  /// "Extract qty and price as JSON", "a struct with qty": a program reads what it is called.
  private static func isKeyed(_ words: [InstructionWord], _ place: Int) -> Bool {
    if let with = words[..<place].lastIndex(where: { $0.kind == .word && $0.text == "with" }), with > 0,
      place - with < longest, says(records, words[with - 1])
    {
      return true
    }
    return !says(ofWholes, words[place]) && words.contains { $0.kind == .word && structured.contains($0.text) }
      && words.contains { says(extracting, $0) } && !words.contains { says(converting, $0) }
  }

  /// "JSON with keys km and h", "select usd from orders".
  private static func isNamed(_ words: [InstructionWord], _ place: Int) -> Bool {
    if words[place - 1].text == "select" {
      return place + 1 < words.count && words[place + 1].text == "from"
    }
    guard isName(words[place]) else { return false }
    var index = place - 1
    while index > 0, isJoint(words[index]), isName(words[index - 1]) { index -= 2 }
    return index >= 0 && says(holders, words[index])
  }

  private static func isName(_ word: InstructionWord) -> Bool {
    word.isWord([.thing, .unit, .nominal, .work, .payload, .audience]) && !says(holders, word)
      && !word.text.hasSuffix("ed")
  }

  private static func isJoint(_ word: InstructionWord) -> Bool { word.text == "and" || word.text == "," }

  /// "The keys qty and name", "a field dob", "the qty column".
  private static func isListed(_ words: [InstructionWord], _ place: Int) -> Bool {
    if place + 1 < words.count, says(holders, words[place + 1]) { return true }
    for index in stride(from: place - 1, through: max(0, place - longest), by: -1) {
      let word = words[index]
      if says(holders, word) { return true }
      // "The key information" is what matters.
      if word.kind == .word, word.text == "key", index > 0, words[index - 1].text == "a" { return true }
      if word.kind == .pause, word.text != ",", word.text != ":" { return false }
      if word.isWord([.prep]) { return false }
    }
    return false
  }

  /// "Classify as ad or news", "answer with info, warning or error", "label each line 1 or 2".
  static func isLabel(_ words: [InstructionWord], _ place: Int) -> Bool {
    let rest = words[(place + 1)...].prefix(longest)
    let isSecond = place > 0 && isOr(words[place - 1])
    let isPaired = isSecond || rest.first.map(isOr) ?? false
    guard isPaired || rest.first?.text == "," && rest.contains(where: isOr),
      words[..<place].contains(where: { says(labelling, $0) }) || isPaired && isChoice(words, place),
      !words[place].isWord([.prep, .and, .or, .not, .det, .pronoun, .relative]), words[place].text != "yes"
    else { return false }
    if words[place].kind == .word, !words[place].isWord([.number]) { return true }
    // "In one or two sentences" is no choice.
    let end = place + (isSecond ? 1 : 3)
    return end >= words.count || words[end].kind == .pause || words[end].isWord([.prep])
  }

  /// Whether one of two is to be named: "a or b? Label each", "a or b: what is it?", "is this a or b?"
  private static func isChoice(_ words: [InstructionWord], _ place: Int) -> Bool {
    words.contains { says(labelling, $0) }
      || words.count > 3 && isOr(words[1]) && words[3].kind == .pause
      || words[0].text == "is" && place > 1 && pointing.contains(words[1].text)
  }

  private static func isOr(_ word: InstructionWord) -> Bool {
    word.kind == .word && (word.text == "or" || word.text == "/")
  }

  /// Whatever an SQL query is about is called so in it; and what is sorted by is a column, too; by their
  /// surnames people are sorted who have no columns.
  private static func isQueried(_ words: [InstructionWord], _ place: Int) -> Bool {
    if words[place].text != "performance", words.contains(where: { says(querying, $0) }) { return true }
    return words[place - 1].text == "by" && !words[place].text.hasPrefix("surname")
      && words[..<place].contains { says(sorting, $0) }
  }

  /// "Run env", "rm -rf docs", "drop database prod", "switch to prod".
  private static func isTaken(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place + 1 >= words.count || WrittenWords.ends(words[place + 1]) else { return false }
    let before = words[place - 1]
    if before.kind == .code { return before.text.first == "-" }
    if says(taking, before) || says(kinds, before) && called.contains(words[place]) { return true }
    return place > 1 && before.text == "to" && says(going, words[place - 2])
  }

  /// "What is env in bash", "how do I use perf on Linux".
  private static func isOfTool(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place + 2 < words.count, words[place + 1].text == "in" || words[place + 1].text == "on",
      words[place + 2].isWord([.tool])
    else { return false }
    return says(asking, words[place - 1])
  }

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool { word.kind == .word && set.contains(word) }

  /// As many words may stand in a list of names.
  private static let longest = 8

  // MARK: Words

  private static let holders = WordSet([
    "column", "columns", "field", "fields", "keys", "attribute", "attributes", "property", "properties", "parameter",
  ])
  private static let records = WordSet([
    "struct", "class", "dataclass", "dict", "dictionary", "record", "tuple", "object", "enum", "csv", "table", "json",
    "yaml", "interface", "model", "schema",
  ])
  private static let structured: Set = ["json", "yaml", "yml", "xml", "toml", "csv", "tsv", "jsonl", "ndjson"]
  private static let extracting = WordSet(["extract", "return", "output", "list", "get", "give", "parse"])
  private static let converting = WordSet(["convert", "turn", "transform", "explain"])
  /// What is worked on, and no part of it.
  private static let ofWholes = WordSet([
    "text", "document", "passage", "info", "information", "config", "configuration", "log", "logs", "logfile",
    "message", "msg", "resume", "cv", "directory", "folder", "dir", "repo", "repository", "function", "spec",
    "specification", "docs", "documentation",
  ])
  private static let labelling = WordSet([
    "classify", "categorise", "categorize", "label", "tag", "mark", "answer", "reply", "respond", "return", "output",
    "say", "choose", "assign",
  ])
  private static let pointing: Set = ["this", "that", "it", "the"]
  private static let querying = WordSet(["sql", "select", "mysql", "postgres", "sqlite"])
  private static let sorting = WordSet(["sort", "sorted", "group", "grouped", "order", "ordered", "filter", "filtered"])
  private static let taking = WordSet(["run", "print", "cd", "drop", "checkout", "ssh", "rename", "add", "rm"])
  private static let kinds = WordSet([
    "namespace", "host", "database", "schema", "branch", "bucket", "server", "service", "container", "deployment",
    "workspace", "pod", "login",
  ])
  /// What one of these is called; "the server config" is one of several things of a server.
  private static let called = WordSet([
    "prod", "production", "db", "database", "admin", "administrator", "env", "environment", "lib", "library", "auth",
    "authentication", "kids", "children",
  ])
  /// One of many, so that it would have an article.
  private static let ofOne = WordSet(["admin", "administrator", "lib"])
  private static let serving = WordSet([
    "restart", "scale", "rollback", "stop", "start", "reload", "import", "call", "source", "unset", "export", "mount",
    "exec", "rename", "merge",
  ])
  /// What is run or set by such a name.
  private static let served = WordSet([
    "db", "database", "auth", "authentication", "env", "environment", "docs", "documentation", "lib", "library", "math",
    "maths", "mathematics", "prod", "production", "msg", "message",
  ])
  private static let parts = WordSet(["crate", "deployment", "workspace", "namespace"])
  private static let endings = WordSet(["yml", "yaml", "jsonl", "ndjson"])
  private static let ofFiles = WordSet([
    "files", "extension", "extensions", "ending", "ends", "glob", "rename", "gitignore", "named", "called", "suffix",
  ])
  private static let going = WordSet(["switch", "host", "connect", "checkout", "ssh"])
  private static let asking = WordSet(["is", "are", "use", "using", "does", "explain", "run", "call"])

  /// What the lexicon takes for one though it is written in two ways.
  private static let twoForms = WordSet([
    "func", "funcs", "fn", "function", "functions", "dir", "dirs", "directory", "directories", "folder", "folders",
    "repo", "repository", "perf", "performance", "var", "vars", "variable", "variables", "param", "params", "parameter",
    "parameters", "db", "database", "dict", "dictionary", "int", "integer", "msg", "msgs", "message", "messages", "ai",
    "llm", "info", "information", "docs", "documentation", "admin", "admins", "administrator", "administrators", "auth",
    "authentication", "args", "arg", "lib", "libs", "library", "libraries", "photo", "photos", "photograph",
    "photographs", "ad", "ads", "advert", "adverts", "advertisement", "advertisements", "tv", "television", "math",
    "maths", "mathematics", "dept", "department", "departments", "govt", "government", "hq", "headquarters", "cert",
    "certs", "certificate", "certificates", "env", "environment", "environments", "prod", "production", "qty",
    "quantity", "hr", "spec", "specs", "specification", "specifications", "dob", "birthdate", "kids", "kid", "children",
    "child", "config", "configuration", "sqrt", "cv", "resume", "colour", "color", "license", "licence", "username",
    "usernames", "hostname", "hostnames", "filename", "filenames", "timestamp", "timestamps", "log", "logs", "logfile",
    "url", "urls", "organization", "organisation", "surname", "surnames", "lowercase", "uppercase", "postcode",
    "postcodes", "zipcode", "text", "document", "passage", "vuln", "vulns", "vulnerability", "vulnerabilities",
    "yml", "yaml", "jsonl", "ndjson",
  ])
}
