/// A phrase that stands before all that it could belong to but the request itself: "in German, explain word order", "explain in
/// German how plurals work".
///
/// The same words at the end may belong to what stands before them: "explain word order in German". `Attachment` tells where
/// they do not.
struct FrontPhrase: Sendable, Equatable {
  /// What opens it: the name of its preposition, or "ing" for a participle; empty for a slot that needs none ("step by step").
  let opener: String
  /// What it says, as the lexicon calls it, without prepositions and articles.
  let content: [String]
  /// Its concepts.
  let range: Range<Int>

  /// The phrases that stand before the request, or right behind its verb.
  static func all(in concepts: [Concept]) -> [FrontPhrase] {
    var found: [FrontPhrase] = []
    var start = firstWord(concepts, from: 0)
    while start < concepts.count, found.count < 3, opener(of: concepts, at: start) != nil,
      let end = end(of: concepts, from: start)
    {
      found.append(FrontPhrase(concepts, start..<end))
      start = firstWord(concepts, from: end)
    }
    if found.isEmpty, let inner = afterVerb(concepts, start) { found.append(inner) }
    return found
  }

  init(_ concepts: [Concept], _ range: Range<Int>) {
    opener = Self.opener(of: concepts, at: range.lowerBound) ?? ""
    content = range.compactMap { Self.name(concepts[$0]) }
    self.range = range
  }

  /// What a concept says; nil for what only binds.
  static func name(_ concept: Concept) -> String? {
    if concept.word.kind == .pause || concept.word.kind == .possessive { return nil }
    if concept.may(.det) || concept.may(.filler) || concept.may(.prep) || concept.may(.not) || concept.may(.and) {
      return nil
    }
    for kind in slots + [.unit, .number, .thing, .work] where concept.may(kind) {
      if let name = concept.name(kind) { return name }
    }
    return concept.readings.first.map { Lexicon.shared.name($0.concept) } ?? concept.word.text
  }

  /// What stands for the whole request wherever it is named.
  static let slots: [ConceptKind] = [.language, .format, .tool, .audience, .tone, .order]

  /// What a phrase that begins at a concept is opened by; nil where none does.
  static func opener(of concepts: [Concept], at index: Int) -> String? {
    let concept = concepts[index]
    guard concept.word.kind == .word else { return nil }
    if let name = concept.name(.prep), !closers.contains(concept.word), name != "of" { return name }
    if concept.surface == "given", index + 1 < concepts.count, concepts[index + 1].may(.det) { return "given" }
    if let name = concept.name(.not) { return name == "not" ? nil : name }
    if concept.may(.audience) || concept.may(.tone) || concept.may(.order) || concept.may(.format) {
      // "in simple terms", "step by step": they hold their preposition, or need none.
      if concept.word.text != concept.surface { return openers.contains(concept.word) ? concept.word.text : "" }
    }
    // "Briefly, explain why he stopped."
    if concept.may(.tone), concept.word.text.hasSuffix("ly"), concept.word.text != "friendly" { return "" }
    if concept.form == .ing || concept.readings.isEmpty && concept.word.text.hasSuffix("ing") { return "ing" }
    return nil
  }

  /// Words that open a phrase, as they may begin one that is known as a whole.
  private static let openers = WordSet(["in", "as", "for", "with", "to", "using", "without", "so", "into"])
  /// What stands behind its noun: "the text below".
  static let closers = WordSet(["below", "above"])

  private static func firstWord(_ concepts: [Concept], from start: Int) -> Int {
    var index = start
    while index < concepts.count {
      let concept = concepts[index]
      let isSilent =
        concept.word.kind == .pause || concept.may(.and)
        || concept.may(.filler) && !concept.may(.prep) && concept.form != .ing
      // "Could you, in German, explain …"
      if !isSilent, !concept.may(.pronoun) || concept.may(.prep) { break }
      index += 1
    }
    return index
  }

  /// Where a phrase in front ends: at its comma, or before the verb of the request; nil where it does not.
  private static func end(of concepts: [Concept], from start: Int) -> Int? {
    // "In which file is the error" asks.
    if start + 1 < concepts.count, Attachment.questions.contains(concepts[start + 1].word) { return nil }
    if let pause = concepts[start...].firstIndex(where: { $0.word.kind == .pause }), pause > start,
      concepts[pause...].contains(where: asksForSomething)
    {
      // "Deleting a branch, how?" is no phrase in front: it is what is asked.
      if opener(of: concepts, at: start) == "ing" {
        let next = firstWord(concepts, from: pause)
        let isOrder = next < concepts.count && (concepts[next].may(.verb) || concepts[next].may(.give))
        return isOrder && concepts[next].form == .base ? pause : nil
      }
      return pause
    }
    if opener(of: concepts, at: start) == "ing" { return nil }
    for index in (start + 1)..<max(start + 1, concepts.count) {
      let concept = concepts[index]
      if concept.may(.howto) || concept.may(.pronoun) && index > start + 1 { return index }
      if concept.may(.verb) || concept.may(.give), concept.form == .base, index + 1 < concepts.count,
        !concepts[index - 1].may(.prep) || closers.contains(concepts[index - 1].word), !concepts[index - 1].may(.det),
        concepts[index - 1].word.text != "to"
      {
        return index
      }
    }
    return nil
  }

  private static func asksForSomething(_ concept: Concept) -> Bool {
    concept.may(.verb) || concept.may(.give) || concept.may(.howto) || concept.may(.nominal) || concept.may(.work)
      || Attachment.questions.contains(concept.word)
  }

  /// "Explain in German how …", "list, as JSON, the …": what stands between a verb and what it is about.
  private static func afterVerb(_ concepts: [Concept], _ start: Int) -> FrontPhrase? {
    guard start + 2 < concepts.count, concepts[start].may(.verb) || concepts[start].may(.give) else { return nil }
    var begin = start + 1
    if concepts[begin].word.kind == .pause {
      begin = firstWord(concepts, from: begin)
      guard begin < concepts.count, opener(of: concepts, at: begin) != nil,
        let end = concepts[begin...].firstIndex(where: { $0.word.kind == .pause }), end + 1 < concepts.count
      else { return nil }
      return FrontPhrase(concepts, begin..<end)
    }
    begin = firstWord(concepts, from: begin)
    guard begin + 1 < concepts.count, opener(of: concepts, at: begin) != nil else { return nil }
    var end = begin + 1
    if concepts[begin].may(.prep) {
      while end < concepts.count, concepts[end].may(.det) { end += 1 }
      guard end < concepts.count else { return nil }
      end += 1
      if !slots.contains(where: concepts[end - 1].may) {
        // "Cancel on Friday the meeting"
        if ["about", "from", "into"].contains(concepts[begin].name(.prep) ?? "") { return nil }
        while end < concepts.count, end < begin + 4, Attachment.isPlain(concepts[end]) { end += 1 }
        let isNext =
          end < concepts.count && (concepts[end].may(.det) || Attachment.questions.contains(concepts[end].word))
        return isNext ? FrontPhrase(concepts, begin..<end) : nil
      }
    } else if !slots.contains(where: concepts[begin].may) {
      return nil
    }
    guard end < concepts.count else { return nil }
    let next = concepts[end]
    let isObject =
      next.may(.det) || next.may(.relative) || next.may(.prep) || Attachment.questions.contains(next.word)
      || next.word.kind == .number
    return isObject || Attachment.isPlain(next) ? FrontPhrase(concepts, begin..<end) : nil
  }
}
