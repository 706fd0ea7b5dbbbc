/// What must agree before an answer to one instruction may be given to another.
///
/// Guards look at both texts as they are written, not at their canonical intents, so that a mistake of the lexicon does not
/// pass unseen. They can only forbid.
public enum Guards {
  /// Why the two instructions may not share an answer, in words; nil when nothing speaks against it.
  public static func disagreement(_ a: String, _ b: String) -> String? {
    let limit = InstructionWords.maximumBytes
    guard a.utf8.count <= limit, b.utf8.count <= limit else { return a == b ? nil : "they are too long to compare" }
    return disagreement(GuardFacts(a), GuardFacts(b))
  }

  /// As for two texts, of which one was read already.
  public static func disagreement(_ a: ReadInstruction, _ b: String) -> String? {
    guard a.isReadable, b.utf8.count <= InstructionWords.maximumBytes else { return disagreement(a.text, b) }
    return disagreement(a.facts, GuardFacts(b))
  }

  /// As for two texts that were read already.
  public static func disagreement(_ a: ReadInstruction, _ b: ReadInstruction) -> String? {
    guard a.isReadable, b.isReadable else { return disagreement(a.text, b.text) }
    return disagreement(a.facts, b.facts)
  }

  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.spacing != b.spacing { return "the blanks between words" }
    if let words = written(a, b) ?? numbers(a, b) ?? verbatim(a, b) ?? negation(a, b) { return words }
    if let words = oneSided(a, b) ?? opposites(a, b) ?? capitals(a, b) ?? bounds(a, b) { return words }
    if let words = directions(a, b) ?? order(a, b) ?? places(a, b) ?? SoughtThing.disagreement(a, b) { return words }
    if let words = WrittenWords.disagreement(a, b) ?? ArticleGuard.disagreement(a.pieces, b.pieces) { return words }
    if let words = DroppedWords.disagreement(a.pieces, b.pieces) ?? SlotPlaces.disagreement(a, b) { return words }
    if let words = RemovedThings.disagreement(a, b) ?? KindGuard.disagreement(a, b) { return words }
    if let words = CalledThings.disagreement(a, b) ?? ToolMeans.disagreement(a, b) { return words }
    if let words = ForeignWords.disagreement(a, b) ?? LabelCapitals.disagreement(a, b) { return words }
    if let words = NamePlaces.disagreement(a, b) ?? NameMarks.disagreement(a, b) { return words }
    if let words = BareMarks.disagreement(a, b) ?? AskedSmallWords.disagreement(a, b) { return words }
    if let words = PrintedText.disagreement(a, b) ?? ForeignArticles.disagreement(a, b) { return words }
    if let words = CodeMarks.disagreement(a, b) ?? HedgedNumbers.disagreement(a, b) { return words }
    if let words = AskedAll.disagreement(a, b) ?? NamedOwners.disagreement(a, b) { return words }
    if let words = WithHaving.disagreement(a, b) ?? RegexScope.disagreement(a, b) { return words }
    if let words = TextRoles.disagreement(a, b) ?? CarriedText.disagreement(a, b) { return words }
    if let words = WorkedStrings.disagreement(a, b) ?? MentionedStrings.disagreement(a, b) { return words }
    if let words = OtherSenses.disagreement(a, b) ?? SaidWords.disagreement(a, b) { return words }
    return SmallDifferences.disagreement(a, b) ?? EdgeWords.disagreement(a, b) ?? NounOrders.disagreement(a, b)
      ?? a.spellsOtherwise(than: b)
  }

  /// Models answer in the language they are asked in, unless they are told another one.
  private static func written(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.language == b.language { return nil }
    let (left, right) = (a.names(of: .language), b.names(of: .language))
    return !left.isEmpty && left == right ? nil : "the language they are written in"
  }

  private static func numbers(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (a.numbers, b.numbers)
    let isInOrder = left.count == right.count && zip(left, right).allSatisfy { $0.value == $1.value }
    if !isInOrder, left.map(\.value).sorted() != right.map(\.value).sorted() {
      return "numbers: \(list(left.map(\.value))) and \(list(right.map(\.value)))"
    }
    if a.operators != b.operators { return "operators: \(list(a.operators)) and \(list(b.operators))" }
    if !isInOrder {
      // In another order, each number must still stand with the same word.
      let bound = { (numbers: [GuardFacts.Number]) in numbers.map { "\($0.value) \($0.next)" }.sorted() }
      if bound(left) != bound(right) { return "the order of the numbers" }
    }
    for number in left where !number.unit.isEmpty {
      if let other = right.first(where: { $0.value == number.value }),
        !right.contains(where: { other in
          other.value == number.value && (other.unit == number.unit || other.unit.isEmpty)
        })
      {
        return "units: \(number.value) \(number.unit) and \(number.value) \(other.unit)"
      }
    }
    return nil
  }

  private static func verbatim(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.quotes != b.quotes {
      // One may quote what the other only says.
      guard a.quotes.isEmpty != b.quotes.isEmpty else { return "quotes: \(list(a.quotes)) and \(list(b.quotes))" }
      for quote in a.quotes + b.quotes {
        let words = quote.split(separator: " ").map { $0.lowercased() }
        if !words.allSatisfy((a.quotes.isEmpty ? a : b).says) {
          return "only one of them quotes \"\(quote)\""
        }
      }
    }
    if a.quotes == b.quotes, a.quotationMarks != b.quotationMarks { return "the quotation marks" }
    // With their capitals: `-O` is not `-o`.
    if a.identifiers != b.identifiers {
      let (left, right) = (Set(a.identifiers), Set(b.identifiers))
      if left == right { return "the order of \(list(a.identifiers))" }
      for name in a.identifiers + b.identifiers
      where left.contains(name) != right.contains(name) && !a.quotes.contains(name) && !b.quotes.contains(name) {
        return "only one of them names \(name)"
      }
    }
    for name in a.names where !b.says(name) && !b.unquoted.contains(name) {
      return "only one of them names \(name)"
    }
    for name in b.names where !a.says(name) && !a.unquoted.contains(name) {
      return "only one of them names \(name)"
    }
    if a.names.count < 2 || b.names.count < 2 { return nil }
    let common = a.names.filter { b.names.contains($0) }
    if common.count > 1, common != b.names.filter({ a.names.contains($0) }), !ComparedPair.isOne(a, b) {
      return "the order of \(list(common))"
    }
    return nil
  }

  /// Turkey is not turkey.
  private static func capitals(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    (writtenSmall(a, b) ?? writtenSmall(b, a)).map { "only one of them writes '\($0)' with a capital" }
      ?? SmallNames.disagreement(a, b)
      ?? SmallNames.otherOpening(a, b).map { "whether '\($0)' is a name" }
  }

  /// A word that one writes with a capital and the other without.
  ///
  /// "The benefits of Slides" are those of a program, and no slide's.
  private static func writtenSmall(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    one.capitalised.first {
      !other.capitalised.contains($0)
        && (other.writesSmall($0) || $0.hasSuffix("s") && other.writesSmall(String($0.dropLast())))
        && !SmallNames.areTheSame($0, one, other)
    }
  }

  /// Times and bounds that a lexicon might take for one, whose they are, and what stands between brackets.
  private static func bounds(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.isPast != b.isPast { return "only one of them asks about what was" }
    if let verb = GuardFacts.otherTense(a, b) { return "only one of them says '\(verb)' of what was" }
    if a.bounds != b.bounds, !a.bounds.isEmpty, !b.bounds.isEmpty { return "at least, at most, more or less" }
    if a.owners != b.owners { return "whose: \(list(a.owners)) and \(list(b.owners))" }
    if a.bracketed != b.bracketed, !a.bracketed.isEmpty, !b.bracketed.isEmpty { return "what stands between brackets" }
    return nil
  }

  private static func negation(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    a.negations % 2 == b.negations % 2 ? nil : "only one of them says no"
  }

  private static func oneSided(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if let word = saidByOneOnly(a, b) ?? saidByOneOnly(b, a) { return "only one of them says '\(word)'" }
    if a.slots.elementsEqual(b.slots, by: { $0 == $1 }) { return nil }
    for kind in [ConceptKind.language, .format, .tool] {
      let (left, right) = (a.names(of: kind), b.names(of: kind))
      if left == right { continue }
      let (only, other) = (left.filter { !right.contains($0) }, right.filter { !left.contains($0) })
      if let x = only.min(), let y = other.min() { return "\(kind.name): \(x) and \(y)" }
      if kind == .language, let name = only.min() ?? other.min() { return "language: only one of them says \(name)" }
    }
    return nil
  }

  /// A word that makes a difference, and that only the first one says. What a frame adds ("directed by whom" asks who) is not written.
  private static func saidByOneOnly(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    one.marked.first { word in
      guard GuardWords.oneSided.contains(word), !other.says(word), !other.marked.contains(word) else { return false }
      return GuardWords.equals[word].map { !other.saysOne(of: $0) } ?? true
    }
  }

  private static func opposites(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    for word in a.marked where !b.says(word) && !b.marked.contains(word) {
      for opposite in GuardWords.opposites(of: word) where b.marked.contains(opposite) && !a.says(opposite) {
        return "'\(word)' and '\(opposite)'"
      }
    }
    return nil
  }

  private static func directions(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.after.isEmpty || b.after.isEmpty { return nil }
    if let name = fromAndTo(a, b) ?? fromAndTo(b, a) { return "the direction: from or to \(name)" }
    for word in ["before", "after", "than", "over", "between"] {
      let (left, right) = (a.names(after: word), b.names(after: word))
      if !left.isEmpty, !right.isEmpty, !left.contains(where: right.contains) {
        return "what follows '\(word)': \(list(left.sorted())) and \(list(right.sorted()))"
      }
    }
    return nil
  }

  /// What one comes from and the other goes to.
  private static func fromAndTo(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    let (from, to) = (one.names(after: "from"), other.names(after: "to"))
    if from.isEmpty || to.isEmpty || from.contains(where: other.names(after: "from").contains) { return nil }
    return from.filter(to.contains).min()
  }

  /// A phrase in front belongs to the whole request; at the end it may belong to what stands before it.
  private static func places(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.fronts.isEmpty, b.fronts.isEmpty { return nil }
    return Attachment.disagreement(a, b) ?? Attachment.disagreement(b, a)
  }

  /// The same words in another order have other arguments, unless the end was only put in front.
  private static func order(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.length != b.length { return nil }
    let (left, right) = (a.sequence, b.sequence)
    guard left != right, left.sorted() == right.sorted() else { return nil }
    if isRotation(left, right) || isRotation(a.usualSequence, b.usualSequence) { return nil }
    if isFronted(a, left, right) || isFronted(b, right, left) { return nil }
    if isAskedWhy(left), isAskedWhy(right),
      left.filter({ !being.contains($0) }) == right.filter({ !being.contains($0) })
    {
      return nil
    }
    if isBrief(left), isBrief(right), withoutBrief(left) == withoutBrief(right) { return nil }
    return MovedPhrases.areAllThatDiffers(a, b) || ComparedPair.isOne(a, b) ? nil : "the same words in another order"
  }

  /// "And briefly explain it", "and explain it briefly": in the same clause.
  private static func withoutBrief(_ words: [String]) -> [String] {
    guard let place = words.firstIndex(of: "briefly") else { return words }
    return words.filter { $0 != "briefly" } + ["\(words[..<place].count { $0 == "and" })"]
  }
  private static func isBrief(_ words: [String]) -> Bool { words.count { $0 == "briefly" } == 1 }

  /// "Why is the sky blue", "why the sky is blue"
  private static func isAskedWhy(_ words: [String]) -> Bool {
    words.first == "why" && words.count(where: { being.contains($0) }) == 1
  }
  private static let being: Set = ["is", "are", "was", "were"]

  private static func isRotation(_ one: [String], _ other: [String]) -> Bool {
    one.count == other.count && one.indices.contains { one[$0...] + one[..<$0] == other[...] }
  }

  /// Whether what stands in front of a comma in the first one, bound by a preposition, stands right after the verb in the other:
  /// "in two sentences, explain why …", "explain in two sentences why …".
  private static func isFronted(_ a: GuardFacts, _ one: [String], _ other: [String]) -> Bool {
    let count = a.fronted
    guard count > 1, count < 7, count + 1 < one.count else { return false }
    let (front, rest) = (one[..<count], one[count...])
    return rest.prefix(1) + front + rest.dropFirst(1) == other[...]
  }

  private static func list(_ values: [String]) -> String { values.isEmpty ? "none" : values.joined(separator: ", ") }
}
