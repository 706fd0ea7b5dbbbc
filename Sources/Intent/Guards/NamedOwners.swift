/// Whose something is, or whom it is about or for, where somebody is named: Picasso's quotes are no quotes about Picasso, and
/// children's letters are none to children. A pancake recipe is one for pancakes, and a children's story one for children.
enum NamedOwners {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    guard heads.isSaid(in: a.pieces), heads.isSaid(in: b.pieces) else { return nil }
    for name in named(in: a) + named(in: b) {
      guard let left = role(of: name, in: a.pieces), let right = role(of: name, in: b.pieces), left != right,
        left == own || right == own || left == "to" || right == "to",
        // A children's story is one for children.
        !people.contains(.word(name)) || left != "for" && right != "for"
      else { continue }
      return "whose it is: '\(name)'"
    }
    return nil
  }

  /// What each that is named has to do with it. Most texts name nobody.
  static func roles(in facts: GuardFacts) -> [String] {
    guard heads.isSaid(in: facts.pieces) else { return [] }
    return named(in: facts).compactMap { name in role(of: name, in: facts.pieces).map { $0 + " " + name } }
  }

  private static let own = "of"

  /// Names that are no known things, and words for people.
  private static func named(in facts: GuardFacts) -> [String] {
    facts.names + facts.pieces.filter { $0.kind == .word && people.contains($0) }.map(\.text)
  }

  private static func role(of name: String, in words: [InstructionWord]) -> String? {
    guard let place = words.firstIndex(where: { $0.kind == .word && $0.text == name }) else { return nil }
    let behind = words[(place + 1)...].prefix(3).prefix { $0.kind == .possessive || $0.kind == .word }
    if let head = behind.first(where: { $0.kind == .word }), heads.contains(head) { return own }
    for word in words[..<place].reversed().prefix(3) {
      switch word.text {
      case "the", "a", "an", "my", "our", "your", "his", "her", "their": continue
      case "of", "by", "from": return own
      case "for", "about", "to", "on": return word.text
      default: return nil
      }
    }
    return nil
  }

  private static let heads = WordSet([
    "quote", "quotes", "recipe", "recipes", "idea", "ideas", "tip", "tips", "letter", "letters", "speech", "speeches",
    "biography", "biographies", "poem", "poems", "story", "stories", "question", "questions", "tweet", "tweets", "song",
    "songs", "joke", "jokes", "book", "books", "advice", "message", "messages", "email", "emails", "opinion",
    "opinions",
    "essay", "essays", "slogan", "slogans", "facts", "fact",
  ])
  private static let people = WordSet([
    "child", "children", "kid", "kids", "man", "men", "woman", "women", "student", "students", "teacher", "teachers",
    "parent", "parents", "mother", "mothers", "father", "fathers", "friend", "friends", "boss", "bosses", "customer",
    "customers", "people",
  ])
}
