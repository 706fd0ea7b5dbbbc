/// Whose something is, or whom it is about or for, where somebody is named: Picasso's quotes are no quotes about Picasso, and
/// children's letters are none to children. A pancake recipe is one for pancakes, and a children's story one for children.
enum NamedOwners {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if let deed = turned(a.pieces, b.pieces) { return "whose deed: '\(deed)'" }
    if let owner = several(a.pieces, b.pieces) ?? several(b.pieces, a.pieces) {
      return "one of them or several: '\(owner)'"
    }
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
    // Who did it; to whom it is done needs no saying, for one of two says the other.
    let deeds = owners(in: facts.pieces) + deeds(in: facts.pieces).filter { !$0.isOf }.map { $0.whose + " " + $0.deed }
    guard heads.isSaid(in: facts.pieces) else { return deeds }
    return deeds + named(in: facts).compactMap { name in role(of: name, in: facts.pieces).map { $0 + " " + name } }
  }

  /// "The teachers' letter" where the other speaks of one teacher.
  private static func several(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    owners(in: one).first { owner in
      let single = owner.dropLast()
      return other.contains { $0.kind == .word && $0.text == single }
        && !other.contains { $0.kind == .word && $0.text == owner }
    }
  }

  /// Those of whom there are several, by their ending.
  private static func owners(in words: [InstructionWord]) -> [String] {
    words.indices.dropFirst().compactMap { place in
      guard words[place].kind == .possessive, words[place - 1].kind == .word,
        words[place - 1].text.utf8.last == UInt8(ascii: "s")
      else { return nil }
      return words[place - 1].text
    }
  }

  // MARK: Deeds

  /// "The bombing of Japan" is done to it, "Japan's bombing" may be done by it.
  private static func turned(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    let left = deeds(in: a)
    if left.isEmpty { return nil }
    let right = deeds(in: b)
    func says(_ deeds: [Deed], _ one: Deed, isOf: Bool) -> Bool {
      deeds.contains { $0.deed == one.deed && $0.whose == one.whose && $0.isOf == isOf }
    }
    // A text may say both: "the bombing of Japan and Japan's bombing".
    func isTurned(_ deeds: [Deed], in others: [Deed]) -> String? {
      deeds.first { says(others, $0, isOf: !$0.isOf) && !says(others, $0, isOf: $0.isOf) }?.deed
    }
    return isTurned(left, in: right) ?? isTurned(right, in: left)
  }

  /// What is done, and to whom or by whom.
  private typealias Deed = (deed: String, whose: String, isOf: Bool)

  /// All deeds that a text names.
  private static func deeds(in words: [InstructionWord]) -> [Deed] {
    var found: [Deed] = []
    for place in words.indices.dropFirst() where isDeed(words[place]) {
      let deed = words[place].text
      // "A user review" is by one, "a review of a user" about one.
      if reviews.contains(words[place]) {
        let isPossessive = words[place - 1].kind == .possessive && place > 1
        if case let by = words[place - (isPossessive ? 2 : 1)], reviewers.contains(by) {
          found.append((deed, by.text, false))
        } else if let whose = words[(place + 1)...].prefix(3).first(where: reviewers.contains) {
          found.append((deed, whose.text, true))
        }
        continue
      }
      if words[place - 1].kind == .possessive {
        if place > 1 { found.append((deed, words[place - 2].text, false)) }
      } else if place + 2 < words.count, words[place + 1].text == "of" {
        let isDetermined = place + 3 < words.count && words[place + 2].isWord([.det, .quality])
        found.append((deed, words[place + (isDetermined ? 3 : 2)].text, true))
      }
    }
    return found
  }

  /// Whether a noun is what somebody does to somebody, by its last letter first: it is asked of every word.
  private static func isDeed(_ word: InstructionWord) -> Bool {
    guard word.kind == .word, word.text.utf8.count > 5 else { return false }
    switch word.text.utf8.last {
    case UInt8(ascii: "g"): if !word.text.hasSuffix("ing") { return false }
    case UInt8(ascii: "n"): if !word.text.hasSuffix("tion"), !word.text.hasSuffix("sion") { return false }
    case UInt8(ascii: "t"): if !word.text.hasSuffix("ment") { return false }
    case UInt8(ascii: "l"): if !word.text.hasSuffix("val") { return false }
    case UInt8(ascii: "w"), UInt8(ascii: "s"): return reviews.contains(word)
    case UInt8(ascii: "y"): return word.text == "biography"
    default: return false
    }
    return !states.contains(word)
  }

  private static let reviews = WordSet(["review", "reviews", "ratings", "biography", "biographies"])
  private static let reviewers = WordSet([
    "user", "users", "customer", "customers", "client", "clients", "guest", "guests", "reader", "readers", "buyer",
    "buyers", "patient", "patients", "visitor", "visitors", "viewer", "viewers", "critic", "critics", "author",
    "authors", "writer",
    "writers", "artist", "artists", "poet", "poets", "journalist", "historian",
  ])

  /// What ends like a deed and is none, or is the same whoever does it.
  private static let states = WordSet([
    "string", "meaning", "beginning", "ending", "building", "ceiling", "meeting", "morning", "evening", "spring",
    "setting", "heading", "listing", "spelling", "wedding", "rating", "timing", "styling", "formatting", "function",
    "position", "location", "section", "version", "edition", "station", "population", "nation", "condition",
    "configuration", "documentation", "information", "permission", "session", "exception", "connection",
    "transaction", "option", "action", "collection", "extension", "implementation", "expression", "direction",
    "explanation", "translation", "definition", "dimension", "fraction", "mission", "question", "constitution",
    "installation", "application", "government", "document", "element", "department", "argument", "environment",
    "statement", "equipment", "moment", "interval", "conclusion", "introduction", "caption",
  ])

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
