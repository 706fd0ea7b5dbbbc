/// Puts concepts together: clauses with a verb each, phrases bound to their prepositions, and slots that stand for the whole
/// request wherever they are named.
struct IntentBuilder {
  struct Clause {
    var verb = ""
    var isGiven = false
    var isNegated = false
    var isSubordinate = false
    var hasWork = false
    /// Whether a slot of the whole request was named in it.
    var hasSlot = false
    /// "What is …", without an article after it.
    var asksWhat = false
    /// Whether its verb follows from its nouns, and was not said.
    var isImplied = false
    /// "A -> B": what is made of what.
    var hasArrow = false
    /// The word that asks for something to be given: "find" is "list" only where the model itself is to do it.
    var said = ""
    /// Whether a comma or the like stands after its verb.
    var hasPause = false
    /// Whether its verb is the noun of a task, as in "a summary".
    var isNominal = false
    /// Brackets belong to what stands before them: nothing is sorted then.
    var hasBrackets = false
    var phrases: [Phrase] = []
  }

  /// A noun phrase: its qualities in order of the alphabet, its nouns as they stand.
  struct Phrase {
    var role = ""
    var isNegated = false
    var qualities: [String] = []
    var nouns: [String] = []
    /// What stands before "of", until the phrase ends.
    var heads: [String] = []
    var headQualities: [String] = []
    var lastIsConcept = false
    var lastIsWork = false
    /// Whether the noun before "of" is something to be written.
    var headIsWork = false
    var namesPayload = false
    /// The quality that stands after its nouns: "this query faster".
    var lastQuality: String?
    /// Whether its last nouns stood before an "of".
    var isOfGenitive = false
    /// Whether its last noun is a verb that is only mentioned: "the merge method".
    var lastIsMention = false
    /// Whether it stands right after its verb.
    var isDirect = false
    /// Whether its last noun stands in the plural.
    var isPlural = false
    /// Whether the noun before "of" does.
    var headIsPlural = false
    /// Whether an article or the like stands before it.
    var isDetermined = false
    /// Whether it is joined to what stands for the whole request: "Docker and Podman".
    var isJoined = false

    /// Its nouns with their qualities, as one.
    var group: String { "(" + (qualities.sorted().map { "[\($0)]" } + nouns).joined(separator: " ") + ")" }

    var isEmpty: Bool { qualities.isEmpty && nouns.isEmpty && heads.isEmpty && headQualities.isEmpty }
  }

  struct FloatingSlot {
    let name: String
    let role: String
    let value: String
  }

  var clauses: [Clause] = []
  var slots: [FloatingSlot] = []
  var asksHow = false
  /// Whether a word points at a text beside the instruction: "this", "below".
  var pointsAtText = false
  var knowsTask = false
  var isOrdered = false

  var clause = Clause()
  var phrase = Phrase()
  var expectsVerb = true
  var isAfterNot = false
  var isAfterRelative = false
  var join: String?
  var awaitsPast = false
  /// "A versus B".
  var comparesTwo = false

  let concepts: [Concept]
  var position = 0

  init(_ concepts: [Concept]) {
    self.concepts = concepts
    for (index, concept) in concepts.enumerated() {
      let next = index + 1 < concepts.count ? concepts[index + 1] : nil
      if index == 0, Self.isOpener(concept, next) { continue }
      position = index
      take(concept, next: next)
    }
    keepNegation()
    endClause()
    // "Markdown table from this CSV": two forms of one text are a task.
    if slots.count > 1,
      ["format", "tool"].contains(where: { kind in
        let roles = slots.filter { $0.name == kind }.map(\.role)
        return roles.count == 2 && roles.contains { $0 == "to" || $0 == "from" }
      })
    {
      knowsTask = true
    }
  }

  /// "So, …", "now explain": words that only begin to speak.
  private static func isOpener(_ concept: Concept, _ next: Concept?) -> Bool {
    guard ["so", "now", "next", "right", "well"].contains(concept.surface), let next else { return false }
    if next.word.kind == .pause { return next.word.text == "," || next.word.text == ":" }
    return [.verb, .give, .pronoun, .howto].contains { next.may($0) } && next.form == .base
  }

  mutating func take(_ concept: Concept, next: Concept?) {
    switch concept.word.kind {
    case .pause: return pause(concept.word.text)
    case .possessive: return possess()
    case .sign: return sign(concept, next: next)
    case .payload, .quote, .code, .number: return noun(concept.literal, isConcept: false)
    case .word: break
    }
    if awaitsPast, takePassive(concept) { return }
    if concept.readings.isEmpty {
      return isUnknownVerb(concept, next: next) ? verb(concept.literal, concept) : unknown(concept.literal)
    }
    if takeVerb(concept, next) || takeWritten(concept, next) || takeBehind(concept, next) { return }
    takeReading(concept, next)
  }

  /// Takes a verb where one can stand, and what is said where one cannot. - Returns: whether it was taken; so the next ones.
  private mutating func takeVerb(_ concept: Concept, _ next: Concept?) -> Bool {
    // "What does this mean": to explain it says as much.
    if clause.verb == "explain", ["mean", "means"].contains(concept.surface), next == nil || next?.word.kind == .pause {
      return true
    }
    if clause.verb == "translate", isTranslated(concept) {
      noun("'" + concept.surface, isConcept: false)
      return true
    }
    guard let name = concept.name(.verb) ?? concept.name(.give), isVerb(concept, next: next) else { return false }
    concept.may(.verb) ? verb(name, concept) : give(name, concept)
    return true
  }

  /// Takes a known word that stands for itself where it stands.
  private mutating func takeWritten(_ concept: Concept, _ next: Concept?) -> Bool {
    if isGiven(concept, next) {
      preposition("given")
    } else if concept.may(.filler) || concept.may(.pronoun), let word = meaningful(concept, next) {
      noun(word, isConcept: false)
    } else if isSmall(concept), isMentionedAlone(concept, next) {
      noun("'" + concept.surface, isConcept: false)
    } else if isSaidOfNoun(concept) {
      quality("'" + concept.surface)
    } else if concept.may(.tone) || concept.may(.tool), isUsedAsNoun(concept, next: next) {
      // "The firm", "the short": used as a noun.
      noun("'" + concept.surface, isConcept: false)
    } else {
      return false
    }
    return true
  }

  /// Takes a word by what stands before it, or by what it points at.
  private mutating func takeBehind(_ concept: Concept, _ next: Concept?) -> Bool {
    if concept.readings[0].language != 0, let name = concept.name(.verb), clause.verb.isEmpty, !clause.isGiven {
      lateVerb(name)
      return true
    }
    if let unit = concept.name(.unit), phrase.nouns.last?.hasPrefix("#") ?? false {
      take(.unit, unit, concept.form, next, isPlural: false, "")
      return true
    }
    if !pointsAtText, concept.may(.payload) || Self.isPointing(concept.surface) { pointsAtText = true }
    if isPointer(concept, next: next) {
      if let next { endFront(at: concept, before: next) }
      return true
    }
    if concept.may(.relative), !phrase.isEmpty {
      relative()
      return true
    }
    if concept.form == .ing || concept.form == .past, isNamedByVerb(concept) {
      concept.form == .past ? quality("'" + concept.surface) : noun("'" + concept.surface, isConcept: true)
      return true
    }
    return false
  }

  /// Takes the first reading of a word that no place decides.
  private mutating func takeReading(_ concept: Concept, _ next: Concept?) {
    for kind in Self.order where concept.may(kind) {
      if let name = concept.name(kind) {
        return take(
          kind, kind == .prep ? preposition(name, of: concept) : name, concept.form, next,
          isPlural: Self.isPlural(concept.surface, of: name), concept.surface)
      }
    }
    // A verb where none is expected: "the rewrite", "deleted files". It is what is asked about, so that no other word will do.
    if concept.name(.verb) == "difference" { return noun("difference", isConcept: true) }
    concept.form == .past
      ? quality("'" + concept.surface)
      : noun("'" + (concept.form == .ing ? concept.surface : concept.lemma), isConcept: true)
    phrase.lastIsMention = concept.form != .past
    // "The uses of salt"
    if concept.form == .plural { markPlural(true) }
  }

  /// Whether a word points at a text that is there. By its length first: it is asked of every word.
  private static func isPointing(_ word: String) -> Bool {
    switch word.utf8.count {
    case 2: word == "it"
    case 4: word == "this" || word == "that" || word == "them" || word == "here"
    case 5: word == "these" || word == "those" || word == "below" || word == "above" || word == "given"
    case 8: word == "attached" || word == "provided"
    case 9: word == "following" || word == "the given"
    case 13: word == "the following"
    default: false
    }
  }

  /// Whether a known word stands in the plural, by its ending: "addresses" does, "address" does not.
  private static func isPlural(_ surface: String, of name: String) -> Bool {
    surface.hasSuffix("s") && (!name.hasSuffix("s") || name.hasSuffix("ss") && surface.hasSuffix("sses"))
  }

  /// In which order readings other than verbs are tried.
  private static let order: [ConceptKind] = [
    .filler, .det, .pronoun, .subject, .relative, .prep, .not, .and, .or, .howto, .nominal, .work, .number, .language,
    .format, .tool,
    .audience, .tone, .order, .unit, .payload, .sign, .thing, .quality,
  ]

  /// "The code below", "which one is fastest": words that only point.
  func isPointer(_ concept: Concept, next: Concept?) -> Bool {
    switch concept.word.text {
    case "below", "above":
      guard let next, next.word.kind != .pause else { return true }
      if next.word.text == "->" { return true }
      if next.word.kind != .word { return false }
      // "The review below as positive or negative": one phrase.
      if next.word.text == "as" || next.word.text == "into" { return true }
      // "Is the email below a scam", "make the paragraph below more concise"
      let isText = ImpliedTask.texts.contains(phrase.nouns.last ?? "")
      if isText, next.may(.det) || next.may(.not) || next.may(.quality) { return true }
      let after: [ConceptKind] = [
        .verb, .give, .prep, .and, .or, .filler, .pronoun, .relative, .order, .tone, .audience, .sign,
      ]
      return after.contains { next.may($0) }
    case "is", "are":
      guard let next, next.word.kind != .pause else { return !phrase.isEmpty }
      // "Which dates are mentioned": nothing is said by that.
      if !phrase.isEmpty, next.readings.first?.kind == .filler { return true }
      return next.may(.quality) && !next.may(.thing)
    default: return false
    }
  }

  mutating func take(
    _ kind: ConceptKind, _ name: String, _ form: Concept.Form, _ next: Concept?, isPlural: Bool, _ surface: String
  ) {
    switch kind {
    case .filler: break
    case .det:
      expectsVerb = false
      if phrase.isEmpty { phrase.isDetermined = true }
    case .pronoun: expectsVerb = true
    case .subject: noun(name, isConcept: true); expectsVerb = true
    case .relative: relative()
    case .prep: takePreposition(name, next, surface)
    case .passive: if clause.isGiven || !clause.verb.isEmpty { noun(name, isConcept: true) } else { awaitsPast = true }
    case .not: takeNegation(name, surface)
    case .and where name == "but": noun("but", isConcept: false); expectsVerb = true
    case .and: join = "&"; expectsVerb = true
    case .or: join = "|"; expectsVerb = true
    case .howto where Self.isPlace(surface, next): noun("'way", isConcept: false); preposition("to")
    case .howto: howTo(name)
    case .nominal:
      nominal(name, isLast: next == nil || next?.word.kind == .pause || next?.may(.filler) == true)
      if surface.hasSuffix("s"), surface != "synopsis", surface != "précis", name != "difference" {
        slots.append(FloatingSlot(name: "count", role: "", value: "several"))
      }
    case .work:
      // "A regex that matches" is one.
      let isNoun = !surface.hasSuffix(" matches")
      work(
        name, surface,
        isPlural: form == .plural || isPlural && isNoun || surface.hasPrefix(name + "s ")
          || surface.hasPrefix(name + "es "))
    case .number: noun("#" + name, isConcept: false)
    case .language, .format, .tool, .audience, .tone, .order: float(kind.name, name)
    case .payload:
      if phrase.isEmpty, isPointedAt, form != .plural {
        phrase.namesPayload = true
      } else {
        noun("'" + surface, isConcept: true); markPlural(form == .plural)
      }
      expectsVerb = false
    case .unit, .thing:
      knowsTask = true
      noun(name, isConcept: true)
      if kind == .unit, Units.contains(name) {
        phrase.isPlural = form == .plural || isPlural
      } else {
        markPlural(form == .plural || isPlural)
        // "Which country is in Asia": one.
        if name == "be" { phrase.isPlural = false }
      }
    case .sign: noun("~" + name, isConcept: false)
    case .quality: quality(adverb(name))
    case .verb, .give: break
    }
  }

  private mutating func takePreposition(_ name: String, _ next: Concept?, _ surface: String) {
    let isLast = next == nil || next?.word.kind == .pause
    if ["less", "atmost", "atleast"].contains(name), LengthUnits.length(phrase) != nil, isLast {
      // "100 words max"
      phrase.role = name
    } else if surface == "max" || surface == "maximum", next?.word.kind != .number, next?.name(.number) == nil {
      noun("maximum", isConcept: true)
    } else if name != "only", next == nil || isLast && [".", "?", "!"].contains(next?.word.text) {
      // "The errors to ignore", "the folder to look in": nothing follows that it could bind.
      noun("'" + name, isConcept: false)
    } else {
      name == "only" && isLast ? only() : preposition(name)
    }
  }

  private mutating func takeNegation(_ name: String, _ surface: String) {
    switch name {
    // "Except", "never": each says no in its own way.
    case "never", "none", "neither": noun("'" + surface, isConcept: false)
    case "not", "without":
      // "customers without orders": what is left out stands for itself.
      // "In Python without packages": what stands for the whole request takes its preposition with it.
      if name == "without", !phrase.isEmpty || !phrase.role.isEmpty, slotsTakeRole || !phrase.isEmpty { endPhrase() }
      isAfterNot.toggle()
    default: preposition(name)
    }
    expectsVerb = true
  }

  private mutating func work(_ name: String, _ surface: String, isPlural: Bool) {
    noun(name, isConcept: true)
    phrase.lastIsWork = true
    knowsTask = true
    markPlural(isPlural)
    // "a regex that matches" is a regex for.
    if ["for", "match", "matches", "matching"].contains(where: { surface.hasSuffix(" " + $0) }) { preposition("of") }
    // "a function that reverses", "a script to rename"
    if ["that", "which", "to"].contains(where: { surface.hasSuffix(" " + $0) }) { relative() }
  }
}
