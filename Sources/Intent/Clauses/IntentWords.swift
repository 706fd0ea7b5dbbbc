/// How words become nouns and qualities of a phrase.
extension IntentBuilder {
  /// One or several: "an idea" is not "ideas". With a number it is clear.
  mutating func markPlural(_ isPlural: Bool) {
    phrase.isPlural = isPlural
    guard isPlural, let last = phrase.nouns.indices.last, !phrase.nouns.contains(where: { $0.hasPrefix("#") }) else {
      return
    }
    phrase.nouns[last] += Self.plural
  }

  /// Stands after a noun of which there are several.
  static let plural = "+"

  mutating func noun(_ name: String, isConcept: Bool) {
    expectsVerb = false
    // "To a block": no infinitive.
    if ["to", "by", "for"].contains(phrase.role) { isAfterRelative = false }
    if phrase.isEmpty {
      phrase.isDirect =
        clause.phrases.isEmpty && !clause.verb.isEmpty && !clause.isGiven && !clause.isNominal && !clause.hasPause
        && phrase.role.isEmpty && !phrase.namesPayload
    }
    phrase.lastIsMention = false
    // "in a friendly tone" says no more than "friendly".
    if name == "tone", phrase.isEmpty, !isAfterNot, slots.last?.name == "tone", join == nil { return phrase.role = "" }
    markNegation()
    if let join {
      if isConcept, phrase.lastIsConcept, phrase.role != "by", let last = phrase.nouns.last {
        phrase.nouns[phrase.nouns.count - 1] = (last.split(separator: Character(join)).map(String.init) + [name])
          .sorted().joined(separator: join)
      } else {
        if phrase.isEmpty { phrase.isJoined = !slots.isEmpty } else { phrase.nouns.append(join) }
        phrase.nouns.append(name)
      }
      self.join = nil
    } else {
      phrase.nouns.append(name)
    }
    phrase.lastIsConcept = isConcept
    phrase.lastIsWork = false
    phrase.isPlural = false
    phrase.lastQuality = nil
  }

  /// A word that nobody knows: as it is written, but for the ending of its plural.
  mutating func unknown(_ literal: String) {
    let one = Inflection.singular(literal)
    noun(one, isConcept: false)
    markPlural(one != literal)
  }

  mutating func quality(_ name: String) {
    markNegation()
    expectsVerb = false
    phrase.lastQuality = name
    // "containers that are running" are running containers.
    if isAfterRelative, phrase.isEmpty, phrase.role.isEmpty, clause.verb != "", let last = clause.phrases.indices.last,
      clause.phrases[last].heads.isEmpty
    {
      clause.phrases[last].qualities.append(name)
      isAfterRelative = false
      return
    }
    if join != nil || !phrase.nouns.isEmpty && phrase.nouns.contains("&") {
      if let join, !phrase.isEmpty { phrase.nouns.append(join) }
      join = nil
      phrase.nouns.append(name)
    } else {
      phrase.qualities.append(name)
    }
    phrase.lastIsConcept = false
  }

  mutating func markNegation() {
    guard isAfterNot else { return }
    isAfterNot = false
    if phrase.isEmpty { phrase.isNegated = true } else { phrase.nouns.append("not") }
  }
}
