/// Names that are written without their capital: "flights from boston to denver".
enum SmallNames {
  /// Whether a word without its capital is the same name: where it is no other word, and nobody looks at letters.
  static func areTheSame(_ word: String, _ a: GuardFacts, _ b: GuardFacts) -> Bool {
    if ProductNames.areTheSame(word, a, b) { return true }
    if KnownWords.shared.isOnlyName(word) { return isProse(a) && isProse(b) }
    if joins.contains(word), isJoined(word, a), isJoined(word, b) { return true }
    return languages.contains(InstructionWord(kind: .word, text: word)) && isOfCode(word, a) && isOfCode(word, b)
  }

  /// "Replace Boston with boston": which of them has the capital is all that is asked.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    guard a.capitalised.count == b.capitalised.count, let word = a.capitalised.first(where: a.saysTwice),
      a.placesOfCapitals(word) != b.placesOfCapitals(word)
    else { return nil }
    return "where '\(word)' has a capital"
  }

  /// Whether a text has nothing to do with code, and does not ask for letters.
  private static func isProse(_ facts: GuardFacts) -> Bool {
    facts.quotes.isEmpty && facts.identifiers.allSatisfy({ InstructionWords.isClock($0.utf8) })
      && !facts.slots.contains { $0.kind == .tool || $0.kind == .format }
      && !aboutLetters.isSaid(in: facts.pieces)
  }

  private static let aboutLetters = WordSet([
    "replace", "replaces", "replacing", "rename", "renaming", "substitute", "search", "grep", "regex", "match",
    "matches",
    "matching", "contain", "contains", "containing", "spell", "spelled", "spelt", "spelling", "case", "uppercase",
    "lowercase", "capitals", "capitalise", "capitalize", "capitalised", "capitalized", "capitalisation",
    "capitalization", "letter", "letters", "called", "named", "titled", "labelled", "labeled", "tagged", "variable",
    "function", "column", "table", "string", "key", "field", "value", "filter", "start", "starts", "starting", "end",
    "ends",
    "ending", "begin", "begins", "beginning", "occurrence", "occurrences", "count", "word", "username",
    "password", "hostname", "branch", "folder", "file", "files", "directory", "rhyme", "rhymes", "anagram", "acronym",
    "brand", "logo", "command", "option", "code", "script", "query", "class", "method", "tag", "proofread", "correct",
    "fix",
    "grammar", "typo", "typos", "writes", "written", "occurs", "occur",
  ])

  /// Languages for programs that are words, too.
  private static let languages = WordSet(["python", "java", "perl", "ruby", "rust", "flask"])

  /// "A LEFT JOIN", "left joins": what is joined so is always a join of tables.
  private static func isJoined(_ word: String, _ facts: GuardFacts) -> Bool {
    if word == "join" {
      return facts.pieces.indices.dropFirst().contains {
        isJoin(facts.pieces, $0) && joins.contains(facts.pieces[$0 - 1].text)
      }
    }
    return facts.pieces.indices.dropFirst().contains { isJoin(facts.pieces, $0) && facts.pieces[$0 - 1].text == word }
  }

  private static func isJoin(_ pieces: [InstructionWord], _ place: Int) -> Bool {
    pieces[place].kind == .word && (pieces[place].text == "join" || pieces[place].text == "joins")
  }

  private static let joins: Set = ["left", "right", "inner", "outer", "full", "cross", "join"]

  /// "A python decorator": code alone follows such a name.
  private static func isOfCode(_ word: String, _ facts: GuardFacts) -> Bool {
    zip(facts.pieces, facts.pieces.dropFirst()).contains { $0.text == word && $1.kind == .word && code.contains($1) }
  }

  private static let code = WordSet([
    "script", "scripts", "function", "functions", "decorator", "code", "program", "class", "module", "one-liner",
    "snippet",
    "generator", "dictionary", "dict", "project", "library", "developer", "programmer", "decorators", "generators",
    "generics", "regex", "regexes", "tests", "test", "traceback", "exception", "exceptions", "dataclass", "dataclasses",
    "lambda", "docstring", "docstrings", "dependencies", "interview", "syntax", "list", "app", "application",
  ])
}
