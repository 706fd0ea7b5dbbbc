/// Small words that name something, or are part of a name, where reading takes them for others or leaves them out: the security of
/// it, an on call schedule, a good luck card, what is fixed, and gates of "and".
enum SmallNouns {
  /// What one says that is not the usual thing. What begins with "each" is to be compared with what the other text says.
  static func fact(of words: [InstructionWord], at place: Int) -> String? {
    guard place + 1 < words.count, words[place + 1].kind == .word else { return nil }
    let next = words[place + 1]
    switch words[place].text {
    // "Explain it security", "an it manager"
    case "it":
      if place > 0, words[place - 1].kind == .word, takingIt.contains(words[place - 1]) { return nil }
      return next.mayBe(noNouns) ? nil : "it"
    // "Explain and gates"
    case "and": return place > 0 && words[place - 1].kind == .word && leading.contains(words[place - 1]) ? "'and'" : nil
    // "An on call schedule", "an off site meeting"
    case "on", "off", "in":
      return place > 0 && ["a", "an", "the"].contains(words[place - 1].text) && !next.isWord([.det, .pronoun])
        ? "\(words[place].text) \(next.text)" : nil
    case "good": return wishes.contains(next) ? "good \(next.text)" : nil
    // "Fixed costs", where a fixed version is made by fixing it
    case "fixed": return amounts.contains(next) ? "what is fixed" : nil
    default: return classifying.isSaid(in: words) ? "each \(next.text)" : nil
    }
  }

  /// "Classify each review", where the other text speaks of one: "classify the review".
  static func single(_ facts: [String], _ words: [InstructionWord]) -> String? {
    facts.first { fact in
      guard fact.hasPrefix("each ") else { return false }
      let noun = fact.dropFirst(5)
      return words.indices.dropFirst().contains {
        words[$0].text == noun && ["the", "this"].contains(words[$0 - 1].text)
      }
    }
  }

  private static let classifying = WordSet([
    "classify", "categorize", "categorise", "label", "tag", "sentiment", "positive", "negative", "neutral", "spam",
    "rate", "score", "grade", "priority",
  ])
  private static let takingIt = WordSet([
    "make", "makes", "call", "keep", "turn", "let", "name", "is", "are", "was", "does", "do", "did", "can", "could",
    "should", "will", "would", "has", "had", "give", "get", "if", "when", "that", "so", "because", "how", "why", "what",
    "where", "as", "than", "until", "once", "while", "after", "before", "which", "see", "help", "whether", "leave",
  ])
  private static let noNouns: [ConceptKind] = [
    .prep, .and, .or, .verb, .det, .relative, .not, .quality, .tone, .order, .howto, .filler, .language, .format, .give,
    .number, .pronoun, .passive, .subject, .unit,
  ]
  private static let leading = WordSet([
    "explain", "describe", "define", "is", "are", "a", "an", "the", "of", "about",
  ])
  private static let wishes = WordSet([
    "luck", "night", "bye", "morning", "evening", "afternoon", "day", "friday", "faith", "will", "news", "deed",
    "deeds",
    "governance", "samaritan", "mood", "manners", "cop", "life", "place", "wife", "fight", "doctor", "cause", "causes",
  ])
  private static let amounts = WordSet([
    "cost", "costs", "income", "price", "prices", "point", "points", "rate", "rates", "term", "terms", "asset",
    "assets",
    "width", "size", "length", "position", "star", "stars", "interest", "deposit", "deposits", "mortgage", "mortgages",
    "expense", "expenses", "salary", "salaries", "ideas", "fee", "fees", "wing", "gear", "address", "addresses", "ip",
    "exchange", "annuity", "budget", "budgets", "charge", "charges", "capital", "header", "headers", "rent", "mindset",
  ])
}
