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

  // MARK: Where a capital may be a sentence's

  /// "Edge settings" and "edge settings", "Define: Polish" and "Define: polish".
  static func otherOpening(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (openings(in: a.text), openings(in: b.text))
    if left == right { return nil }
    return left.first { !right.contains($0) && writes($0, b.text) }
      ?? right.first { !left.contains($0) && writes($0, a.text) }
  }

  private static func writes(_ word: String, _ text: String) -> Bool {
    text.split { !$0.isLetter }.contains { $0 == word }
  }

  /// Names, in lower case, that are words without their capital, and that have one where a sentence may ask for it: at the
  /// beginning, before what a program has, and behind a label.
  static func openings(in text: String) -> [String] {
    var text = text
    return text.withUTF8 { bytes in
      guard let first = bytes.first, InstructionWords.isCapital(first) || bytes.contains(UInt8(ascii: ":")) else {
        return []
      }
      return openings(in: bytes)
    }
  }

  private static func openings(in bytes: UnsafeBufferPointer<UInt8>) -> [String] {
    var (found, isFirst, isBehindLabel): ([String], Bool, Bool) = ([], true, false)
    var token = Self.token(in: bytes, from: 0)
    while !token.isEmpty {
      let following = Self.token(in: bytes, from: token.upperBound)
      if isFirst || isBehindLabel, InstructionWords.isCapital(bytes[token.lowerBound]) {
        let word = letters(bytes[token])
        let isName =
          isFirst
          ? programs.contains(word) && owned.contains(letters(bytes[following]))
          : !pointing.contains(letters(bytes[following]))
            && (programs.contains(word) || people.contains(word) || GuardWords.namesAndWords.contains(word))
        if isName { found.append(word) }
      }
      isBehindLabel = bytes[token.upperBound - 1] == UInt8(ascii: ":")
      (token, isFirst) = (following, false)
    }
    return found
  }

  /// What stands between two blanks; nothing at the end.
  private static func token(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int> {
    var start = start
    while start < bytes.count, InstructionWords.isBlank(bytes[start]) { start += 1 }
    var end = start
    while end < bytes.count, !InstructionWords.isBlank(bytes[end]) { end += 1 }
    return start..<end
  }

  /// The letters that a token begins with, in lower case.
  private static func letters(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    let letters = token.prefix { InstructionWords.isLetter($0) && $0 < 0x80 }
    return String(unsafeUninitializedCapacity: letters.count) { lower in
      for (index, letter) in letters.enumerated() { lower.initializeElement(at: index, to: letter | 0x20) }
      return letters.count
    }
  }

  /// What follows a verb.
  private static let pointing = WordSet([
    "the", "this", "these", "that", "those", "a", "an", "my", "our", "your", "it", "all", "me", "below", "following",
  ])
  private static let programs = WordSet([
    "access", "edge", "linear", "notion", "slack", "zoom", "signal", "teams", "outlook", "safari", "opera", "oracle",
    "stripe", "square", "bolt", "vault", "helm", "puppet", "chef", "salt", "consul", "nomad", "spring", "express",
    "ember", "unity", "sketch", "canvas", "discord", "meta", "amazon", "apple", "uber", "monday", "buffer", "drift",
    "segment", "harvest", "medium", "threads", "steam", "twitter", "messenger", "pages", "numbers", "keynote",
    "mint", "arch", "spark", "storm", "flask", "beam", "word", "publisher", "lens", "insomnia", "postman", "bear",
    "things", "arc", "brave", "tower", "fork", "travis", "drone", "flux", "chronicle", "confluence", "toggl", "wave",
  ])
  /// What programs have, and nothing else of those names.
  private static let owned = WordSet([
    "settings", "issues", "issue", "tickets", "ticket", "database", "databases", "account", "accounts", "api", "login",
    "integration", "integrations", "extension", "extensions", "plugin", "plugins", "app", "notifications", "config",
    "configuration", "version", "update", "installation", "subscription", "workspace", "workspaces", "channel",
    "channels", "bot", "bots", "server", "servers", "client", "chart", "charts", "repo", "project", "projects",
    "password", "shortcuts", "messages", "webhook", "webhooks", "policy", "policies", "tokens", "token", "user",
    "users", "documents", "document", "files", "secrets", "modules", "jobs", "pipeline", "pipelines",
  ])
  /// Names of people, peoples and places.
  private static let people = WordSet([
    "china", "japan", "chile", "chad", "jordan", "cuba", "greece", "guinea", "jersey", "nice", "reading", "bath",
    "cork",
    "mobile", "phoenix", "orange", "buffalo", "cologne", "mercury", "jobs", "gates", "bush", "ford", "cook", "banks",
    "brown", "green", "black", "white", "king", "page", "rice", "hill", "woods", "wood", "young", "stone", "fox",
    "wolf",
    "berry", "cash", "prince", "queen", "sting", "slash", "pink", "seal", "usher", "drake", "rush", "cream", "eagles",
    "doors", "genesis", "journey", "rose", "grace", "hope", "faith", "joy", "jack", "frank", "pat", "chase", "grant",
    "dean", "ray", "art", "gene", "rob", "sue", "dawn", "april", "august", "summer", "lily", "iris", "violet", "daisy",
    "amber", "crystal", "ruby", "pearl", "opal", "jade", "olive", "ivy", "hazel", "heather", "holly", "ginger", "robin",
    "jay", "martin", "victor", "earl", "duke", "guy", "lance", "miles", "drew", "danish", "swiss", "welsh", "scotch",
    "finish", "job", "mass", "lent", "catholic", "labor", "labour", "tory", "titan", "atlas", "pan", "echo", "mars",
  ])

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
