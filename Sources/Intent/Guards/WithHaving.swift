/// What is with something, and what has it: "count lines with grep" uses it where "count lines containing grep" looks for it, and an email
/// to a customer with a discount is none to one who has one. What is found, and what is made, is with what it has.
enum WithHaving {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    guard saysWith(a.pieces) != saysWith(b.pieces), has(a.pieces) != has(b.pieces) else { return nil }
    let (with, having) = saysWith(a.pieces) ? (a, b) : (b, a)
    return has(having.pieces) && !isOne(with.pieces) ? "what is with something, or has it" : nil
  }

  private static func saysWith(_ words: [InstructionWord]) -> Bool { with.isSaid(in: words) }

  /// Whether a text says what something has that is not only found by it: where neither or both do, nothing speaks against them.
  static func has(_ words: [InstructionWord]) -> Bool {
    let place = words.indices.first { place in
      guard words[place].kind == .word else { return false }
      if words[place].text == "containing" { return true }
      return having.contains(words[place]) && place > 0 && relative.contains(words[place - 1])
    }
    guard let place else { return false }
    // "Find files containing foo", but "count lines containing grep".
    if place + 1 < words.count, words[place + 1].isWord([.tool]) { return true }
    if words[(place + 1)...].prefix(3).contains(where: { $0.kind == .word && means.contains($0) }) { return true }
    return !finds(words[..<place])
  }

  /// "List the rows", but not "a list".
  private static func finds(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.indices.contains { place in
      words[place].kind == .word && finding.contains(words[place])
        && (place == 0 || !words[place - 1].isWord([.det, .quality]))
    }
  }

  /// Whether what stands before "with" is found or made, and what stands behind it is no program.
  private static func isOne(_ words: [InstructionWord]) -> Bool {
    guard let place = words.firstIndex(where: { $0.kind == .word && with.contains($0) }), place > 0 else { return true }
    if place + 1 < words.count, words[place + 1].isWord([.tool]) { return false }
    // "Find lines with a regex", "write a story with my children"
    if words[(place + 1)...].prefix(3).contains(where: {
      $0.kind == .word && (means.contains($0) || helpers.contains($0))
    }) {
      return false
    }
    let front = words[..<place]
    if treating.isSaid(in: Array(front)) { return false }
    return finds(front)
      // "Merge a list with numbers", "explain a poem with images": who does so needs something to do it with.
      || words[place - 1].mayBe([.work, .format, .nominal])
        && (!front.contains { $0.isWord([.verb]) } || front.contains { $0.kind == .word && sending.contains($0) })
      || made.contains(words[place - 1]) && words[..<place].contains { $0.kind == .word && making.contains($0) }
  }

  private static let with = WordSet(["with", "w/", "whit"])
  private static let having = WordSet(["has", "have", "contain", "contains"])
  private static let relative = WordSet(["that", "which", "who"])
  private static let finding = WordSet([
    "find", "finds", "finding", "list", "lists", "listing", "show", "shows", "showing", "count", "counts", "counting",
    "get", "gets", "select", "selects", "search", "print", "prints", "extract", "extracts", "filter", "filters",
    "match",
    "matches", "matching", "look", "give", "display", "keep", "remove", "removes", "delete", "deletes", "drop",
    "return",
    "returns", "which", "what",
  ])
  /// What is sent holds what it is sent with.
  private static let sending = WordSet(["send", "sends", "reply", "draft", "write", "compose", "create", "make"])
  /// What takes something to do it with.
  private static let treating = WordSet([
    "replace", "replaces", "swap", "rewrite", "rewrites", "merge", "combine", "compare", "encrypt", "fill", "pad",
    "join", "zip", "prefix", "mix", "illustrate", "decorate", "wrap", "sign", "protect", "extend", "enrich",
  ])
  /// By what something is done.
  private static let means = WordSet([
    "regex", "regexp", "regexes", "script", "loop", "query", "join", "function", "command", "macro", "formula", "pipe",
    "one-liner", "program", "tool", "library", "filter", "wildcard", "wildcards", "glob", "pattern", "recursion",
    "lambda", "comprehension", "cursor", "trigger", "subquery", "cte", "expression",
  ])
  /// With whom and with what something is written.
  private static let helpers = WordSet([
    "me", "us", "him", "her", "them", "children", "kids", "students", "friend", "friends", "team", "colleague",
    "colleagues", "class", "partner", "help", "pencil", "pen", "template", "ai", "chatgpt",
  ])
  private static let making = WordSet([
    "make", "makes", "create", "creates", "creating", "write", "writes", "generate", "generates", "draft", "build",
    "need",
    "want", "add", "produce",
  ])
  /// What is made with what it is to hold. What is done to it is done with something.
  private static let made = WordSet([
    "list", "lists", "table", "tables", "array", "dict", "dictionary", "string", "file", "folder", "directory",
    "object", "class", "map",
    "set", "dataframe", "page", "form", "password", "passwords", "name", "names", "word", "words", "menu", "header",
    "document", "column", "columns", "database", "project", "repo", "repository", "image", "pdf", "archive", "line",
    "lines", "text", "json", "record", "row", "rows", "field", "fields",
  ])
}
