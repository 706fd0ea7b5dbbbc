/// How phrases and clauses end.
extension IntentBuilder {
  mutating func endPhrase() {
    defer {
      phrase = Phrase()
      join = nil
    }
    guard !phrase.isEmpty else { return }
    if phrase.role.isEmpty, phrase.heads.isEmpty ? phrase.lastIsWork : phrase.headIsWork { clause.hasWork = true }
    var nouns = phrase.nouns
    if !phrase.heads.isEmpty || !phrase.headQualities.isEmpty {
      if !phrase.qualities.isEmpty { nouns = [phrase.group] }
      // "10 years of experience" are 10 years experience.
      let isMeasure =
        phrase.heads.count == 2 && phrase.heads[0].hasPrefix("#")
        && (Units.contains(phrase.heads[1]) || LengthUnits.contains(phrase.heads[1]))
      if isMeasure {
        nouns = phrase.heads + nouns
      } else {
        // A glass of wine is no wine glass, and criticism of the author is not the author's.
        if phrase.heads.last.map(Compound.keepsOf) ?? false { nouns.append("of") }
        nouns += phrase.heads
      }
      phrase.isOfGenitive = true
      phrase.qualities = phrase.headQualities
    }
    phrase.nouns = nouns
    if let length = LengthUnits.length(phrase) {
      slots.append(
        FloatingSlot(
          name: "length",
          role: phrase.isNegated ? "not" : ["less", "atmost", "atleast"].contains(phrase.role) ? phrase.role : "",
          value: length))
      clause.hasSlot = true
    } else {
      countAsQuality()
      clause.phrases.append(phrase)
    }
  }

  /// "5 shop names" are "5 names for a shop": a count in front belongs to the whole, when it is the only number.
  mutating func countAsQuality() {
    guard let index = phrase.nouns.firstIndex(where: Self.isNumber),
      !phrase.nouns[(index + 1)...].contains(where: Self.isNumber), index + 1 < phrase.nouns.count,
      !Units.contains(phrase.nouns[index + 1]),
      !LengthUnits.contains(phrase.nouns[index + 1])
    else { return }
    let headStart = phrase.nouns.count - phrase.heads.count
    guard index == (phrase.heads.isEmpty ? 0 : headStart) else { return }
    phrase.qualities.append(phrase.nouns.remove(at: index))
  }

  private static func isNumber(_ noun: String) -> Bool { noun.utf8.first == UInt8(ascii: "#") }

  /// A "not" that nothing follows stands for itself.
  mutating func keepNegation() {
    guard isAfterNot else { return }
    isAfterNot = false
    phrase.nouns.append("not")
  }

  mutating func endClause() {
    endPhrase()
    if !clause.verb.isEmpty || clause.isGiven || !clause.phrases.isEmpty { clauses.append(clause) }
    clause = Clause()
  }

  mutating func sign(_ concept: Concept, next: Concept?) {
    switch concept.word.text {
    case "->":
      preposition("to")
      clause.hasArrow = true
      // "headline -> write the press release" is no direction.
      if let next, next.may(.verb) || next.may(.give), isVerb(next, next: nil) { isOrdered = true }
    case "&": join = "&"; expectsVerb = true
    case "+" where !(phrase.nouns.last?.hasPrefix("#") ?? false): join = "&"; expectsVerb = true
    case "-" where next?.word.kind == .number: noun("~-", isConcept: false)
    case "-", "¿", "¡": pause()
    default: noun(concept.literal, isConcept: false)
    }
  }
}
