/// How much is removed: "delete branches in git" asks how some are, "delete all branches in git" leaves none.
///
/// What is taken out of a text is all of it in any case: its comments, its spaces, its duplicates.
enum RemovedThings {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (amount(in: a), amount(in: b))
    return left != right && left != .open && right != .open ? "whether all are removed" : nil
  }

  enum Amount { case open, bare, all }

  /// How much of what is removed where a plural says so.
  static func amount(in facts: GuardFacts) -> Amount {
    let concepts = facts.concepts
    guard let verb = concepts.firstIndex(where: { $0.name(.verb) == "remove" }), verb + 1 < concepts.count,
      concepts[verb].surface == concepts[verb].word.text,
      !concepts.contains(where: { $0.word.kind == .payload || pointers.contains($0.word) })
    else { return .open }
    let next = concepts[verb + 1]
    guard next.word.kind == .word, !concepts[(verb + 1)...].prefix(4).contains(where: { marks.contains($0.word) })
    else {
      return .open
    }
    if everything.contains(next.word) { return .all }
    return next.may(.det) || next.may(.prep) || next.may(.number) || GuardWords.owners.contains(next.word.text)
      ? .open : .bare
  }

  /// Whether words name what a text is made of. Programs have comments and tags as well, and then they are not taken from anything.
  static func isOfText(_ words: [InstructionWord]) -> Bool {
    words.contains { $0.kind == .word && marks.contains($0) && !ofPrograms.contains($0) }
      || marks.isSaid(in: words) && words.contains { $0.kind == .word && $0.text == "from" }
  }

  private static let ofPrograms = WordSet(["comment", "comments", "tags", "tabs", "unused"])
  private static let everything = WordSet(["all", "every", "each"])
  private static let pointers = WordSet(["this", "these", "below", "above", "following", "attached", "here"])
  private static let marks = WordSet([
    "duplicate", "duplicates", "duplicated", "comment", "comments", "space", "spaces", "whitespace", "whitespaces",
    "blank",
    "blanks", "comma", "commas", "tab", "tabs", "newline", "newlines", "punctuation", "quotes", "brackets", "emoji",
    "emojis", "typo", "typos", "accents", "vowels", "digits", "hyphens", "empty", "trailing", "leading", "repeated",
    "html", "tags", "stopwords", "special", "non-ascii", "unused", "unnecessary", "redundant",
  ])
}
