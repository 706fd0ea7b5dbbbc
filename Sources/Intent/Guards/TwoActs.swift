/// Two things that are done, one after the other: who receives and uses a card does not use and receive it.
enum TwoActs {
  /// The two verbs around an "and"; `nil` where nouns stand there.
  static func fact(of words: [InstructionWord], at place: Int) -> String? {
    guard place > 0, place + 1 < words.count else { return nil }
    let (first, second) = (words[place - 1], words[place + 1])
    guard isAct(first), isAct(second), place < 2 || !words[place - 2].isWord([.det, .quality, .number]) else {
      return nil
    }
    return mark + first.text + joint + second.text
  }

  /// Why two texts may not share an answer; `nil` where neither does the same in the other order.
  static func disagreement(_ left: [String], _ right: [String]) -> String? {
    for fact in left where fact.hasPrefix(mark) {
      let acts = fact.dropFirst(mark.count)
      guard let place = acts.firstRange(of: joint) else { continue }
      let (first, second) = (acts[..<place.lowerBound], acts[place.upperBound...])
      if right.contains(mark + second + joint + first) { return "the order of '\(first)' and '\(second)'" }
    }
    return nil
  }

  private static let (mark, joint) = ("acts: ", " and ")

  private static func isAct(_ word: InstructionWord) -> Bool { word.kind == .word && word.mayBe([.verb, .give]) }
}
