/// Whether one thing is to be found or to be shown. Of several, the answer is a list in either case; what one is, is asked by
/// both. But who finds the log file says where it is, and who shows it, what is in it.
enum SoughtThing {
  enum Act: Int { case other, find, show }

  /// What is done to the one thing that is asked for.
  static func act(in facts: GuardFacts) -> Act {
    let concepts = facts.concepts
    guard let place = concepts.firstIndex(where: { $0.may(.give) || $0.may(.verb) }),
      concepts[place].name(.give) == "get"
    else { return .other }
    let word = concepts[place].word
    let act: Act = finding.contains(word) ? .find : showing.contains(word) ? .show : .other
    return act != .other && isOne(concepts, after: place) ? act : .other
  }

  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (one, other) = (act(in: a), act(in: b))
    return one == .other || other == .other || one == other ? nil : "one of them finds what the other shows"
  }

  /// Whether what follows is one thing, and no text that is pointed at.
  private static func isOne(_ concepts: [Concept], after place: Int) -> Bool {
    var last: Concept?
    for (index, concept) in concepts.enumerated().dropFirst(place + 1) {
      if concept.word.kind == .pause || concept.may(.prep) || concept.may(.relative) {
        // "Find the bug in this code"
        if concepts[index...].contains(where: { $0.may(.payload) || pointing.contains($0.word) }) { return false }
        break
      }
      if concept.word.kind == .possessive || concept.may(.det) || concept.may(.filler) { continue }
      if concept.word.kind != .word || concept.may(.number) || concept.may(.payload) { return false }
      last = concept
    }
    guard let last else { return false }
    return last.form == .base && !last.surface.hasSuffix("s")
  }

  private static let pointing = WordSet(["this", "these", "below", "above", "following", "attached"])

  private static let finding = WordSet([
    "find", "locate", "search", "look", "hunt", "track", "pinpoint", "finds", "finding", "locating",
  ])

  private static let showing = WordSet(["show", "display", "view", "see", "showing", "displaying"])
}
