/// What may stand elsewhere in a request of the same words: phrases in front, and what is to be left as it is.
///
/// Whether such a phrase says the same at its other place is asked apart (`Attachment`). Here only the rest counts: it must
/// stand in one order.
enum MovedPhrases {
  /// Whether two requests of the same words differ in nothing but the places of such phrases.
  static func areAllThatDiffers(_ a: GuardFacts, _ b: GuardFacts) -> Bool {
    isRestEqual(a, b) || isKeptFirst(a, b) || isKeptFirst(b, a) || isTailSwapped(a, b) || isTailSwapped(b, a)
  }

  /// "From the log below, list the errors as JSON", "as JSON, list the errors from the log below".
  private static func isRestEqual(_ a: GuardFacts, _ b: GuardFacts) -> Bool {
    if a.fronts.isEmpty, b.fronts.isEmpty { return false }
    var taken: (a: [Range<Int>], b: [Range<Int>]) = ([], [])
    for front in a.fronts {
      guard let place = place(of: front, in: b) else { return false }
      taken.a.append(front.range)
      taken.b.append(place)
    }
    for front in b.fronts where !a.fronts.contains(where: { $0.content == front.content }) {
      guard let place = place(of: front, in: a) else { return false }
      taken.a.append(place)
      taken.b.append(front.range)
    }
    // "From the log, copy the errors from the report"
    let openers = (a.fronts + b.fronts.filter { front in !a.fronts.contains { $0.content == front.content } }).map(
      \.opener)
    if Set(openers).count < openers.count { return false }
    // "In Python, rewrite this Go code", "in Go, rewrite this Python code".
    for (left, right) in zip(taken.a, taken.b) where !isSaidAlike(a.concepts[left], b.concepts[right]) { return false }
    guard let left = rest(a.concepts, taken.a), let right = rest(b.concepts, taken.b) else { return false }
    return left == right
  }

  /// "Summarize this log in English as five bullets", "… as five bullets in English": both are said of the text that is pointed at.
  private static func isTailSwapped(_ a: GuardFacts, _ b: GuardFacts) -> Bool {
    let (one, other) = (words(a), words(b))
    guard one.count == other.count, one.count > 6, telling.contains(one[0]),
      let place = one.indices.dropFirst(2).first(where: { place in
        (one[place].text == "in" || one[place].text == "into") && place + 3 < one.count
          && one[place + 1].isWord([.language])
      }), CarrierFrame.isPointed(one[1..<place]), one[place + 2].text == "as" || one[place + 2].text == "in"
    else { return false }
    let shape = one[(place + 2)...].prefix(5)
    guard shape.count > 2, let end = shape.dropFirst().firstIndex(where: { $0.kind == .word && shapes.contains($0) }),
      shape[shape.startIndex..<end].dropFirst().allSatisfy({ $0.kind == .number || $0.isWord([.number, .det]) })
    else { return false }
    // "Bullet points"
    let after = end + 1 < one.count && one[end + 1].text == "points" ? end + 2 : end + 1
    return after == one.count && one[..<place] + one[(place + 2)...] + one[place..<(place + 2)] == other[...]
  }

  private static let telling = WordSet([
    "summarize", "summarise", "explain", "describe", "rewrite", "condense", "outline",
  ])
  private static let shapes = WordSet([
    "bullets", "bullet", "sentences", "sentence", "words", "paragraphs", "paragraph", "table", "list", "lines",
  ])

  private static func isSaidAlike(_ a: ArraySlice<Concept>, _ b: ArraySlice<Concept>) -> Bool {
    a.elementsEqual(b) { $0.surface == $1.surface }
  }

  private static func place(of front: FrontPhrase, in facts: GuardFacts) -> Range<Int>? {
    if front.content.isEmpty { return nil }
    if let own = facts.fronts.first(where: { $0.content == front.content }) { return own.range }
    guard let place = Attachment.place(of: front, in: facts.concepts) else { return nil }
    // "The log below"
    let rest = facts.concepts[place.upperBound...].prefix { FrontPhrase.closers.contains($0.word) }
    return place.lowerBound..<rest.endIndex
  }

  /// The words of all concepts but those at some places; nil where two of these share one.
  private static func rest(_ concepts: [Concept], _ taken: [Range<Int>]) -> [String]? {
    var rest: [String] = []
    for (index, concept) in concepts.enumerated() {
      switch taken.count(where: { $0.contains(index) }) {
      case 0 where concept.word.kind != .pause && concept.word.kind != .possessive: rest.append(concept.surface)
      case 0, 1: break
      default: return nil
      }
    }
    return rest
  }

  // MARK: What is kept

  /// "Sort the list and keep the dates", "keep the dates and sort the list": what is to be left as it is belongs to no order of
  /// doing things. What else is done may follow from what was done before.
  private static func isKeptFirst(_ a: GuardFacts, _ b: GuardFacts) -> Bool {
    let (one, other) = (words(a), words(b))
    guard one.count == other.count, one.count > 4 else { return false }
    let prefix = zip(one, other).prefix { $0.text == $1.text }.count
    guard prefix < one.count - 2, one[..<prefix].allSatisfy(opening.contains) else { return false }
    // What is done, "and", what is kept: the other way round.
    for place in (prefix + 1)..<(one.count - 1) where one[place].text == "and" && isVerb(one[prefix]) {
      let (done, kept) = (one[prefix..<place], one[(place + 1)...])
      if !isLeftAlone(kept), !isWayOfJoining(done, kept) { continue }
      if Array(kept) + [one[place]] + done == other[prefix...] { return true }
    }
    return false
  }

  private static func words(_ facts: GuardFacts) -> [InstructionWord] {
    facts.pieces.filter { $0.kind != .pause }
  }

  /// "Keep the dates", "leave the dates as they are": who leaves the house does something.
  private static func isLeftAlone(_ words: ArraySlice<InstructionWord>) -> Bool {
    guard let first = words.first, let last = words.last else { return false }
    if first.text == "leave" || first.text == "leaving" { return untouched.contains(last) }
    guard first.text == "keep" || first.text == "preserve" || first.text == "retain" else { return false }
    // What is chosen or made depends on what was done before: "keep the first three", "keep errors", "keep a copy", "keep the
    // result".
    guard words.count > 1, isWhole(words[words.startIndex + 1]) else { return false }
    return !words.dropFirst().contains { $0.kind == .number || choosing.contains($0) || isNumber($0) }
  }

  /// "Join two tables and keep unmatched rows": what has no match is told by the joining in either order.
  private static func isWayOfJoining(_ done: ArraySlice<InstructionWord>, _ kept: ArraySlice<InstructionWord>) -> Bool {
    done.first?.text == "join" && kept.first?.text == "keep" && kept.dropFirst().first?.text == "unmatched"
  }

  /// Whether what follows a word is all there is of it.
  private static func isWhole(_ word: InstructionWord) -> Bool { word.kind != .word || whole.contains(word) }

  private static let whole = WordSet([
    "the", "all", "any", "my", "our", "your", "its", "their", "his", "her", "it", "them",
  ])

  private static func isNumber(_ word: InstructionWord) -> Bool { word.mayBe([.number]) }

  private static let untouched = WordSet(["unchanged", "untouched", "alone", "intact", "is", "are"])
  private static let choosing = WordSet([
    "first", "second", "third", "last", "top", "bottom", "best", "worst", "only", "just", "unique", "distinct", "every",
    "each", "half", "most", "least", "one", "ones", "those", "that", "which", "who", "where", "whose", "matching",
    "duplicate", "duplicates", "newest", "oldest", "latest", "earliest", "longest", "shortest", "largest", "biggest",
    "smallest", "highest", "lowest", "greatest", "fewest", "nearest", "closest", "remaining", "rest", "under", "over",
    "above", "below", "between", "with", "without", "than", "starting", "ending", "containing", "random", "valid",
    "invalid", "odd", "even", "empty", "nonempty", "few", "several", "some", "max", "maximum", "min", "minimum",
    "longer", "shorter", "larger", "smaller", "bigger", "newer", "older", "better", "worse", "higher", "lower",
    "greater",
    "common", "relevant", "failed", "result", "results", "output", "outcome", "sum", "total", "totals", "change",
    "changes", "difference", "differences", "winner", "winners", "highlights", "copy", "matched", "unmatched",
    "matches",
    "missing", "left", "from", "good", "bad", "important", "long", "short", "median", "initial", "final", "leading",
    "trailing", "next", "previous",
  ])
  private static let opening = WordSet([
    "please", "can", "could", "would", "will", "you", "i", "how", "do", "to", "show", "tell", "me", "want", "need",
  ])

  private static func isVerb(_ word: InstructionWord) -> Bool { word.mayBe([.verb, .give]) }
}
