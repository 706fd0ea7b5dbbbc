/// Orders whose verb is known as a noun: "index the columns", "log the errors". No noun stands right before an article, so that
/// these are no columns of an index and no errors of a log.
enum NounOrders {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (order(of: a), order(of: b))
    if left == right { return bare(a, b) ?? bare(b, a) }
    guard let word = left ?? right else { return nil }
    let other = left == nil ? a : b
    // "Index columns" may be the order, too.
    if first(of: other).map({ other.concepts[$0].word.text }) == word { return nil }
    // "Briefly answer the question"
    let words = other.pieces
    let isSaid = words.indices.dropLast().contains {
      words[$0].kind == .word && words[$0].text == word && determiners.contains(words[$0 + 1])
    }
    return isSaid ? nil : "'\(word)' as an order"
  }

  /// "Log requests" is an order, where "list log requests" asks for those of a log.
  private static func bare(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    guard let word = one.pieces.first, opensBare(one.pieces), let first = first(of: other),
      case let verb = other.concepts[first], verb.word != word, verb.name(.give) == "get" || verb.name(.verb) == "list"
    else { return nil }
    return "'\(word.text)' as an order"
  }

  /// Whether a text begins with such a noun, and another one behind it.
  static func opensBare(_ words: [InstructionWord]) -> Bool {
    words.count > 1 && words.count < 5 && words[0].kind == .word && orders.contains(words[0])
      && words[1].kind == .word && words[1].text.utf8.last == UInt8(ascii: "s")
  }

  private static let orders = WordSet([
    "log", "access", "index", "cache", "queue", "archive", "filter", "tag", "trace", "patch", "stream", "mock", "stub",
    "ping", "seed", "proxy", "route", "poll", "block", "watch",
  ])

  /// The noun that is an order here.
  static func order(of facts: GuardFacts) -> String? {
    guard facts.language == 0, let place = first(of: facts), place + 1 < facts.concepts.count,
      case let (verb, next) = (facts.concepts[place], facts.concepts[place + 1]),
      verb.word.kind == .word, verb.surface == verb.word.text, verb.form == .base, next.word.kind == .word,
      determiners.contains(next.word), !small.contains(verb.word), !Attachment.questions.contains(verb.word),
      !other.contains(where: verb.may)
    else { return nil }
    return verb.word.text
  }

  /// The first word that says something.
  private static func first(of facts: GuardFacts) -> Int? {
    facts.concepts.firstIndex { $0.word.kind != .pause && !$0.may(.filler) && !$0.may(.pronoun) }
  }

  private static let determiners = WordSet([
    "the", "this", "these", "those", "my", "our", "your", "his", "her", "their", "all", "every", "each", "a", "an",
  ])
  /// What may stand before an article as well, and asks for nothing.
  private static let small = WordSet([
    "if", "when", "while", "once", "because", "since", "although", "though", "unless", "until", "whether", "during",
    "per",
    "via", "than", "as", "like", "despite", "besides", "among", "regarding", "concerning", "about", "not", "both",
    "half",
    "such", "all", "quite", "what", "time", "twice", "even", "only", "just", "so", "let", "determine",
  ])
  private static let other: [ConceptKind] = [
    .verb, .give, .howto, .prep, .relative, .det, .nominal, .not, .and, .or, .subject, .passive, .number, .quality,
    .language, .order, .tone,
  ]
}
