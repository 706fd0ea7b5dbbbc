/// Whether all are asked for where a program is named: `docker ps` lists some containers, `docker ps -a` all of them. Of what stands
/// in a text, the plural says as much.
enum AskedAll {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    isAsked(in: a) != isAsked(in: b) ? "whether all are meant" : nil
  }

  /// Whether a text asks a program for all of something.
  static func isAsked(in facts: GuardFacts) -> Bool { asksTool(facts) && says(facts.pieces) }

  /// Whether it says so. "For each customer" says of which there is one each, as "per customer" does.
  private static func says(_ words: [InstructionWord]) -> Bool {
    words.indices.contains { place in
      words[place].kind == .word && all.contains(words[place])
        && (words[place].text == "all" || place == 0 || words[place - 1].text != "for")
    }
  }

  /// Whether it is about what a program has. What is removed from a text is all of it: its spaces, its comments.
  private static func asksTool(_ facts: GuardFacts) -> Bool {
    facts.slots.contains { $0.kind == .tool } && !RemovedThings.isOfText(facts.pieces)
  }

  private static let all = WordSet(["all", "every", "each", "alle", "jede", "tous", "toutes", "todos", "todas"])
}
