/// Two things that are done, one after the other: who receives and uses a card does not use and receive it.
enum TwoActs {
  /// The two words around an "and" that tell what somebody does; `nil` where things may stand there.
  static func fact(of words: [InstructionWord], at place: Int) -> String? {
    guard place > 0, place + 1 < words.count, words[place - 1].kind == .word, words[place + 1].kind == .word,
      place == 1 ? !words[0].text.hasSuffix("s") : acting.contains(words[place - 2])
    else { return nil }
    return mark + words[place - 1].text + joint + words[place + 1].text
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
  /// What a verb stands behind. One stands at the beginning of a request, too, and what comes before it out of politeness is
  /// left out; several things that stand there ("pros and cons") are in no order.
  private static let acting = WordSet([
    "to", "you", "i", "we", "they", "he", "she", "it", "please", "must", "should", "will", "can", "could", "would",
  ])
}
