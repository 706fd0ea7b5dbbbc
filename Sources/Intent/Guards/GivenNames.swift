/// Names of people, and of programs, that are nouns, too, and that many write without a capital: "a poem about grace", "who is
/// mark", "a comment in word". With an article before it such a word is the noun.
enum GivenNames {
  /// The article before such a word, where nothing is said of it but by a verb; `nil` where there is none.
  static func fact(of words: [InstructionWord], at place: Int) -> String? {
    guard names.contains(words[place]), isAlone(words, place) else { return nil }
    let article = ArticleGuard.article(words, place)
    return article == .none ? nil : "named \(article) \(words[place].text)"
  }

  /// Why two texts may not share an answer: one has an article before such a word, the other has it with none.
  static func disagreement(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? { counted(a, b) ?? counted(b, a) }

  private static func counted(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    for (place, word) in one.enumerated() where word.kind == .word && names.contains(word) && isAlone(one, place) {
      let article = ArticleGuard.article(one, place)
      if article == .none { continue }
      let others = other.indices.filter { other[$0] == word && isAlone(other, $0) }
      if others.contains(where: { ArticleGuard.article(other, $0) == article }) { continue }
      if others.contains(where: { isBare(other, $0) }) { return "the article before '\(word.text)'" }
    }
    return nil
  }

  /// Whether no article stands before the whole phrase either: "a tall jack" is no name.
  private static func isBare(_ words: [InstructionWord], _ place: Int) -> Bool {
    for before in stride(from: place - 1, through: max(0, place - 3), by: -1) {
      if words[before].kind != .word || leading.contains(words[before]) { return true }
      if ArticleGuard.article(words, before + 1) != .none { return false }
    }
    return true
  }

  /// Small words that a phrase begins behind.
  private static let leading = WordSet([
    "about", "of", "for", "from", "to", "in", "on", "at", "with", "by", "and", "or", "is", "are", "was", "did", "does",
    "do", "like", "as", "me", "us",
  ])

  private static func isAlone(_ words: [InstructionWord], _ place: Int) -> Bool {
    ArticleGuard.isAlone(words, place) || place > 0 && acting.contains(words[place + 1])
  }

  /// What people do, of whom somebody asks.
  private static let acting = WordSet([
    "say", "says", "said", "do", "does", "did", "have", "has", "had", "want", "wants", "think", "thinks", "like",
    "likes", "live", "lives", "know", "knows", "write", "wrote", "make", "made", "go", "win", "won",
  ])

  private static let names = WordSet([
    "abbey", "ace", "amber", "angel", "archer", "art", "ash", "april", "august", "basil", "berry",
    "bill", "blaze", "bob", "bonnie", "brook", "buck", "buddy", "candy", "carol", "carter",
    "charity", "chase", "cherry", "chuck", "cliff", "colt", "cooper", "coral", "crystal", "daisy", "dale", "dawn",
    "dean", "dick", "dolly", "drew", "duke", "earl", "eve", "faith", "fern", "flora", "frank", "gale", "gene",
    "ginger", "glen", "grace", "grant", "guy", "harmony", "harry", "hazel", "heather", "heath", "herb", "holly", "hope",
    "hunter", "iris", "ivy", "jack", "jade", "jasmine", "jay", "jean", "jerry", "jet", "jewel", "jimmy", "john", "josh",
    "joy", "juan", "june", "ken", "kit", "lance", "lane", "laurel", "lily", "lou", "mark", "mason", "max",
    "may", "melody", "mercy", "mike", "miles", "miller", "misty", "nick", "norm", "olive", "opal", "pansy",
    "parker", "pat", "patience", "pearl", "peg", "penny", "pierce", "piper", "poppy", "porter", "ray", "reed", "rex",
    "rob", "robin", "rocky", "rod", "rose", "rowan", "ruby", "sage", "sally", "sandy", "sawyer",
    "scout", "serenity", "skipper", "sky", "sonny", "stella", "sterling", "stew", "sue", "sunny",
    "tanner", "taylor", "terry", "tom", "tony", "troy", "tucker", "turner", "victor", "viola", "violet",
    "walker", "wade", "ward", "warren", "wayne", "will", "woody", "wren", "ford", "word", "paint",
    "smith", "baker", "potter", "fisher", "shepherd", "carpenter", "cook", "butler", "king", "fox", "wolf", "bishop",
    "weaver", "knight", "bush", "bell", "mum", "mom", "mummy", "mommy", "dad", "daddy", "mama", "papa", "grandma",
    "grandpa", "granny", "santa",
  ])
}
