/// How clauses get their verbs.
extension IntentBuilder {
  // MARK: Verbs

  func isVerb(_ concept: Concept, next: Concept?) -> Bool {
    // "The difference between merge and rebase": what is compared is only mentioned.
    if join != nil, !phrase.isEmpty, clause.verb == "difference" || clause.verb == "compare" || phrase.lastIsMention {
      return false
    }
    // "Explain clusters", "explain clustering"
    if clause.verb == "explain", phrase.isEmpty, clause.phrases.isEmpty, concept.form != .base,
      next == nil || next?.word.kind == .pause
    {
      return false
    }
    // "list vs tuple"
    if next?.name(.prep) == "vs" { return false }
    let isVerbOnly = concept.readings.allSatisfy { $0.kind == .verb || $0.kind == .give }
    switch concept.form {
    case .past: return expectsVerb && (isVerbOnly || isAfterRelative)
    case .plural: return isVerbOnly || (expectsVerb && isAfterRelative)
    case .ing: return isVerbOnly || expectsVerb
    case .base: return expectsVerb
    }
  }

  mutating func verb(_ name: String, _ concept: Concept) {
    let form = concept.form
    if clause.verb.isEmpty, !clause.isGiven, phrase.role == "as" { endPhrase() }
    let isAlongside = phrase.isEmpty && phrase.role == "during"
    let isSubordinate =
      !isAlongside && (isAfterRelative || form == .ing)
      && (!clause.verb.isEmpty && !clause.isGiven || !clause.phrases.isEmpty || !phrase.isEmpty)
    let role = phrase.isEmpty ? phrase.role : ""
    if !isFronted || isSubordinate { endClause() }
    phrase = Phrase()
    // What the model itself is to do may be said in many words; what it is asked about, or to write, in its own alone.
    let isTold = !isSubordinate && !asksHow || !Self.toldOnly.contains(name) || isKept(concept, isSubordinate)
    clause.verb =
      (["by", "without", "instead", "before", "after"].contains(role) ? role + "-" : "")
      + (isTold ? name : "'" + concept.lemma)
    clause.said = concept.lemma
    clause.isSubordinate = isSubordinate
    clause.isNegated = isAfterNot
    isAfterNot = false
    isAfterRelative = false
    expectsVerb = false
    join = nil
    knowsTask = true
  }

  /// "Keeping the dates", of a text that is there, is to keep them; how one keeps something is asked of keeping it.
  private func isKept(_ concept: Concept, _ isSubordinate: Bool) -> Bool {
    guard concept.lemma == "keep" else { return false }
    if !isSubordinate { return concept.form == .base }
    return concept.form == .ing && pointsAtText && position > 0 && concepts[position - 1].word.kind == .pause
  }

  /// Tasks whose words are one where the model is told to do them, and only there: a cook condenses milk, but sums up nothing.
  static let toldOnly: Set = [
    "get", "make", "any", "summarize", "explain", "classify", "rewrite", "shorten", "expand", "simplify", "correct",
    "review",
    "improve", "keep", "calculate", "change", "fix", "optimize", "reply", "decline", "accept",
  ]

  /// "The file should be deleted" asks to delete it; without a verb in the past, "should" is kept.
  mutating func takePassive(_ concept: Concept) -> Bool {
    if concept.may(.filler) || concept.may(.tone) { return false }
    awaitsPast = false
    if let name = concept.name(.verb) ?? concept.name(.give), concept.form == .past || name == "make" || name == "put" {
      lateVerb(name == "any" ? "get" : name)
      return true
    }
    noun("should", isConcept: true)
    return false
  }

  /// "Edge cases only": said after what it limits.
  mutating func only() {
    if phrase.role.isEmpty, !phrase.isEmpty { phrase.role = "only" } else { noun("only", isConcept: true) }
  }

  /// German puts an infinitive last: what stands before it is its own.
  mutating func lateVerb(_ name: String) {
    endPhrase()
    clause.verb = name
    knowsTask = true
    expectsVerb = false
  }

  /// Whether nothing was said yet but phrases such as "in Python," or "for my team,".
  var isFronted: Bool {
    clause.verb.isEmpty && !clause.isGiven && phrase.isEmpty
      && clause.phrases.allSatisfy { !$0.role.isEmpty || $0.isNegated }
  }

  mutating func give(_ name: String, _ concept: Concept) {
    let surface = concept.surface
    if isFronted, !isAfterNot {
      clause.asksWhat = surface == "what is" || surface == "what are"
      clause.isGiven = true
      clause.said = concept.lemma
      if asksHow { clause.verb = "'" + clause.said } else if name != "any" { clause.verb = name }
      knowsTask = true
      expectsVerb = false
    } else {
      verb(name == "any" ? "get" : name, concept)
      clause.isGiven = true
    }
    phrase = Phrase()
    isAfterRelative = false
  }

  /// "The way to London", "the way to the station"
  static func isPlace(_ surface: String, _ next: Concept?) -> Bool {
    surface.hasSuffix("way to") && (next.map { $0.readings.isEmpty || $0.may(.det) } ?? true)
  }

  mutating func howTo(_ name: String) {
    if name == "then" { isOrdered = true; pause(); return }
    // "Before pushing, how do I …"
    if clause.hasPause, clause.verb.hasPrefix("before-") || clause.verb.hasPrefix("after-") { endClause() }
    asksHow = true
    // "How can you delete a branch in git" asks how anybody can, "how can you improve" how you can.
    let isAnybody = name == "how_can_you" && concepts[position...].contains { $0.may(.tool) || $0.may(.format) }
    if name != "how", !isAnybody { slots.append(FloatingSlot(name: "asked", role: "", value: name)) }
    knowsTask = true
    expectsVerb = true
    isAfterRelative = false
  }

  mutating func nominal(_ name: String, isLast: Bool) {
    // "a regex explanation": what stands last is what is wanted.
    let isOfWork = isLast && phrase.lastIsWork && phrase.heads.isEmpty && clause.verb.isEmpty && !clause.hasWork
    guard clause.verb.isEmpty || clause.isGiven, isOfWork || !clause.hasWork && !phrase.lastIsWork else {
      return noun(name, isConcept: true)
    }
    if Self.judging.contains(name), isSomebodys { return noun(name, isConcept: true) }
    let isOnlyStart = clause.phrases.allSatisfy { $0.role.isEmpty }
    guard isOnlyStart, !isAfterNot, phrase.heads.isEmpty else { return noun(name, isConcept: true) }
    if join != nil || (clause.verb == name) {
      return noun(name, isConcept: true)
    }
    // "a German translation" is one into German.
    if name == "translate", let last = slots.last, last.name == "language", last.role.isEmpty {
      slots[slots.count - 1] = FloatingSlot(name: last.name, role: "to", value: last.value)
    }
    // "a German explanation" is one in German.
    if phrase.isEmpty, let last = slots.last, last.name == "language", last.role.isEmpty {
      slots[slots.count - 1] = FloatingSlot(name: last.name, role: "to", value: last.value)
    }
    clause.verb = name
    clause.isGiven = false
    clause.isNominal = true
    knowsTask = true
    endPhrase()
    expectsVerb = false
  }

  /// The editor's review is not one of the editor; this essay's is.
  private var isSomebodys: Bool {
    guard position > 0, concepts[position - 1].word.kind == .possessive, !phrase.namesPayload else { return false }
    return phrase.nouns.last.map { $0.utf8.first == UInt8(ascii: "'") || $0.utf8.first == UInt8(ascii: "(") } ?? false
  }

  private static let judging: Set = ["review", "assess", "critique", "feedback", "recommend", "explain", "interpret"]

  /// "Organize the tasks": a word that only a verb looks like, where a request begins, before an article.
  func isUnknownVerb(_ concept: Concept, next: Concept?) -> Bool {
    guard clauses.isEmpty, clause.verb.isEmpty, !clause.isGiven, clause.phrases.isEmpty, phrase.isEmpty,
      phrase.role.isEmpty, !isAfterNot, !asksHow, let next,
      next.may(.det) || ["all", "each", "every", "my", "our"].contains(next.surface)
    else { return false }
    let word = concept.word.text
    return word.utf8.count >= 6 && ["ize", "ify", "yze", "ate"].contains(where: word.hasSuffix)
  }
}
