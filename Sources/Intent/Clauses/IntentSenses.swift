/// What small words mean where they stand.
extension IntentBuilder {
  /// A filler or a word of politeness where it is neither: "the maybe monad", "why I have to pay".
  func meaningful(_ concept: Concept, _ next: Concept?) -> String? {
    if concept.readings[0].language != 0 { return nil }
    if clause.verb == "explain", next?.surface == "mean" { return "'" + concept.surface }
    if isOnlyObject(concept, next) { return "'" + concept.surface }
    let before = position > 0 ? concepts[position - 1] : nil
    let isAfterArticle = before?.may(.det) == true && before?.readings.first?.kind == .det
    let isStart = clause.verb.isEmpty && !clause.isGiven && clause.phrases.isEmpty && phrase.isEmpty
    func isSoft(_ concept: Concept?) -> Bool {
      guard let concept else { return true }
      return concept.word.kind == .pause || concept.may(.filler) || concept.may(.pronoun)
    }
    if let name = concept.name(.pronoun) {
      return name == "self"
        ? (isStart ? nil : "'" + concept.surface)
        : isStart || isSoft(before) || join != nil ? nil : "'" + concept.surface
    }
    switch concept.name(.filler) {
    case "explained": return clause.verb == "explain" && isSoft(next) ? nil : "'" + concept.surface
    case "edge":
      if isAfterArticle { return "'" + concept.surface }
      // "What does the flag do in tar"
      if ["do", "does"].contains(concept.surface), clause.verb == "explain", !phrase.isEmpty { return nil }
      // "The dates mentioned in this text"
      if ["mentioned", "found"].contains(concept.surface), next?.name(.prep) == "in" { return nil }
      if isStart, phrase.role.isEmpty, !asksHow { return nil }
      let isSaid =
        !phrase.isEmpty || phrase.namesPayload || phrase.role.isEmpty && (!clause.phrases.isEmpty || !slots.isEmpty)
      if isSoft(next), isSaid, !Self.adverbs.contains(concept.surface) { return nil }
      return "'" + concept.surface
    case "aux" where concept.surface == "to be" && !phrase.isEmpty && !clause.verb.isEmpty: return "'to be"
    case "aux" where next == nil || next?.word.kind == .pause: return "'" + concept.surface
    case "given" where isQuality(before, next): return "'" + concept.surface
    case "aux", "given":
      return isAfterArticle && (next == nil || next?.word.kind == .pause || next?.readings.first?.kind == .verb)
        ? "'" + concept.surface : nil
    default:
      // "Explain this please"
      if let before, Self.isPointer(before.surface), Self.pleading.contains(concept.word) { return nil }
      if isInHaste(concept) { return "'" + concept.surface }
      if isSpokenOf(concept, before) { return "'" + concept.surface }
      return isAfterArticle && concept.surface == concept.word.text && !["following"].contains(concept.surface)
        ? "'" + concept.surface : nil
    }
  }

  /// A filler that is all that is to be explained or translated: "explain um", "translate good morning into German".
  private func isOnlyObject(_ concept: Concept, _ next: Concept?) -> Bool {
    guard concept.may(.filler), position > 0, !concepts[position - 1].may(.det), !clause.hasPause, phrase.isEmpty,
      phrase.role.isEmpty, clause.phrases.isEmpty,
      !Self.pleading.contains(concept.word), concept.word.text != "the", !Self.isPointer(concept.surface)
    else { return false }
    if clause.verb == "translate" { return ["to", "into", "in"].contains(next?.name(.prep)) }
    return (clause.verb == "explain" || clause.asksWhat) && (next == nil || next?.word.kind == .pause)
  }

  private static let pleading = WordSet([
    "please", "plese", "plaese", "pls", "plz", "thanks", "thank", "following", "included", "listed", "shown", "given",
    "pasted", "as", "for", "in", "here", "more", "explained", "quickly", "simply",
  ])

  /// Whether "as soon as possible" stands behind a clause of somebody else: at the end of what is to be written.
  private func isInHaste(_ concept: Concept) -> Bool {
    guard concept.surface == "asap" || concept.surface == "as soon as possible" else { return false }
    return concepts[max(position, 1) - 1].word.kind != .pause
      && concepts[..<position].contains {
        $0.may(.subject) || $0.word.text.hasSuffix("ing") && Attachment.saysSomething($0.word.text)
      }
  }

  /// Whether "attached" or the like says what kind of thing is meant, and does not point: "an attached garage", "enclosed spaces".
  private func isQuality(_ before: Concept?, _ next: Concept?) -> Bool {
    if let before, before.may(.det), before.surface != "a", before.surface != "an" { return false }
    guard let next, next.word.kind == .word, !next.may(.prep), !next.may(.payload), !next.may(.work),
      next.name(.thing) != "code"
    else { return false }
    return clause.verb == "explain" || !InlineText.tasks.contains(clause.verb)
  }

  /// Whether a word of politeness is spoken of, or given: "a song called yes please", "a card that gives thanks", "the sitcom
  /// Cheers". "Please" is polite behind nearly everything; thanks are set off by a comma, or follow a word that only points.
  private func isSpokenOf(_ concept: Concept, _ before: Concept?) -> Bool {
    guard let before, before.word.kind == .word, !before.may(.filler), !before.may(.pronoun) else { return false }
    switch concept.word.text {
    case "please", "plese", "plaese", "pls", "plz", "thx", "many": return Self.isSaying(before.surface)
    case "kindly": return true
    case "thanks", "thank", "cheers", "hello", "hi", "hey":
      if Self.isSaying(before.surface) { return true }
      // "Thanks a lot" is given by none but the one who asks.
      return concept.surface.utf8.count <= 9
        && !([.payload, .language, .format, .unit].contains(where: before.may) || Self.isPointer(before.surface))
    default: return false
    }
  }

  private static func isPointer(_ word: String) -> Bool {
    word == "this" || word == "it" || word == "below" || word == "above" || word == "these" || word == "them"
  }

  private static func isSaying(_ surface: String) -> Bool {
    surface.split(separator: " ").last.map { saying.contains(String($0)) } ?? false
  }

  private static let saying = WordSet([
    "yes", "no", "say", "says", "saying", "said", "called", "named", "titled", "word", "of", "about", "with",
  ])

  /// At the end of a clause, these say how something is done.
  static let adverbs: Set = ["quickly", "simply", "well", "here", "just"]

  /// Whether a clause says which things are meant, and not how they are to be: "the rules that children understand", "the
  /// sentence that sounds formal", "the tasks to be completed". What is to be made, is to be so.
  func isSaidOfNoun(_ concept: Concept) -> Bool {
    if clause.verb.isEmpty && !clause.isGiven || clause.verb == "make" { return false }
    if concept.may(.audience) {
      return !phrase.isEmpty && phrase.role.isEmpty && concept.surface.hasPrefix("that ")
        && !concept.surface.hasSuffix(" it")
    }
    if clause.verb == "explain", phrase.isEmpty, phrase.role.isEmpty, clause.phrases.isEmpty, isNamedSo(concept) {
      return true
    }
    return concept.may(.tone) && isAfterRelative && phrase.isEmpty && !clause.phrases.isEmpty && !clause.hasWork
      && position > 0 && Self.thatIs.contains(concepts[position - 1].surface)
  }

  /// "Explain warm colors", "explain the more formal word": of what kind the thing is that is to be explained.
  private func isNamedSo(_ concept: Concept) -> Bool {
    guard concept.may(.tone), position + 1 < concepts.count, !concept.surface.contains(" in ") else { return false }
    let (word, next) = (concept.surface, concepts[position + 1])
    let isKind = !word.contains(" ") || word.hasPrefix("more ") && concepts[position - 1].surface == "the"
    return isKind && next.word.kind == .word && next.surface != "version"
      && (next.readings.isEmpty || next.may(.thing) || next.may(.unit) || next.may(.work))
  }

  private static let thatIs: Set = ["that", "which", "that is", "that are", "which is", "which are"]

  /// Whether a word only holds others together.
  func isSmall(_ concept: Concept) -> Bool {
    concept.may(.det) || concept.may(.not) || concept.may(.and) || concept.may(.or) || concept.may(.relative)
  }

  /// Whether a word is a noun or a quality as well as a verb: "testing" is not "the test".
  func isNamedByVerb(_ concept: Concept) -> Bool {
    concept.may(.verb) && (concept.may(.thing) || concept.may(.work) || concept.may(.quality))
  }

  /// A small word that is spoken of, since nothing follows that it could go with: "when do I use a", "explain no", "the this
  /// keyword", "the and gate".
  func isMentionedAlone(_ concept: Concept, _ next: Concept?) -> Bool {
    let before = position > 0 ? concepts[position - 1].surface : ""
    let isAfterArticle = phrase.isEmpty && (before == "the" || before == "a" || before == "an")
    if concept.may(.relative), !concept.may(.det) || join != nil || next?.may(.or) == true {
      return next?.may(.or) == true || join != nil && phrase.nouns.last?.first == "'"
    }
    if concept.may(.det) {
      if isAfterArticle { return true }
      guard concept.surface == "the" || concept.surface == "a" || concept.surface == "an" else { return false }
      return isLeftAlone(next)
    }
    if concept.may(.not) { return !concept.surface.contains(" ") && isLeftAlone(next) }
    // "The and gate", "explain nor flash"
    return isAfterArticle || concept.surface == "nor" && position > 0 && concepts[position - 1].may(.verb)
  }

  private func isLeftAlone(_ next: Concept?) -> Bool {
    guard let next, next.word.kind != .pause else { return true }
    if next.may(.and) || next.may(.or) { return true }
    return clause.verb == "translate" && ["to", "into", "in"].contains(next.name(.prep))
  }

  /// Whether an article stands before it and no noun after it.
  func isUsedAsNoun(_ concept: Concept, next: Concept?) -> Bool {
    guard Self.adjectives.contains(concept.surface) || GuardWords.namesAndWords.contains(concept.surface),
      phrase.isEmpty, position > 0, concepts[position - 1].may(.det)
    else {
      return false
    }
    guard let next else { return true }
    return next.word.kind == .pause || next.may(.prep) || next.may(.and) || next.may(.or)
  }

  static let adjectives: Set = [
    "firm", "short", "brief", "long", "formal", "informal", "casual", "professional", "warm", "friendly", "funny",
    "polite",
  ]

  /// Whether a word such as "text" means the one that is there: "this text", not "a poem about text".
  var isPointedAt: Bool {
    let before = position > 0 ? concepts[position - 1] : nil
    if let before, before.may(.det) { return before.surface != "a" && before.surface != "an" }
    return before?.may(.filler) == true && before?.surface != nil
      || clause.verb != "explain" && InlineText.tasks.contains(clause.verb)
      || before?.readings.first?.language ?? 0 != 0
  }

  /// Whether a slot of the whole request stands right before.
  var slotsTakeRole: Bool {
    guard phrase.isEmpty, position > 0, !slots.isEmpty else { return false }
    let before = concepts[position - 1]
    return before.may(.tool) || before.may(.language) || before.may(.format)
  }

  /// "Given the log below, …": a text that is there, in front or set off.
  func isGiven(_ concept: Concept, _ next: Concept?) -> Bool {
    guard concept.surface == "given", let next, next.may(.det) || next.word.text == "this" || next.word.text == "these"
    else { return false }
    return position == 0 || concepts[position - 1].word.kind == .pause || !next.may(.det) || next.word.text == "this"
  }

  /// "From the log below list the errors": behind what only points, a phrase in front ends, and what is to be done follows.
  mutating func endFront(at concept: Concept, before next: Concept) {
    guard concept.word.text == "below" || concept.word.text == "above", next.form == .base,
      next.may(.verb) || next.may(.give), !phrase.role.isEmpty, clause.verb.isEmpty, !clause.isGiven,
      clause.phrases.allSatisfy({ !$0.role.isEmpty })
    else { return }
    endPhrase()
    expectsVerb = true
  }

  /// What follows, articles left out.
  func upcoming() -> Concept? {
    var index = position + 1
    while index < concepts.count, concepts[index].may(.det) { index += 1 }
    return index < concepts.count ? concepts[index] : nil
  }

  /// Whether a preposition stands where nothing follows that it could be bound to: it is a word that is spoken of.
  private var isMentioned: Bool {
    guard position + 1 < concepts.count else { return true }
    return ["to", "into"].contains(concepts[position + 1].name(.prep))
  }

  /// A preposition that is another one before some words alone: "over 5" is "more than 5", "over the sea" is not.
  func preposition(_ name: String, of concept: Concept) -> String {
    func follows(_ kinds: [ConceptKind]) -> Bool {
      guard let next = upcoming() else { return false }
      return kinds.contains { next.may($0) } || kinds.contains(.number) && next.word.kind == .number
    }
    switch name {
    // "Translate the word into into German": the first one is what is translated.
    case "into" where isMentioned: return name
    case "into":
      let isMade = ["translate", "convert", "rewrite", "change", "put", "make", "render", "port", "migrate"].contains(
        clause.verb)
      return isMade || follows([.language, .format, .tool, .unit]) ? "to" : name
    case "auf": return follows([.language, .format]) ? "in" : "on"
    case "persona":
      return clause.verb.isEmpty && !clause.isGiven && clause.phrases.isEmpty && phrase.isEmpty
        ? "as" : "'" + concept.surface
    case "written": return follows([.language, .format, .tool, .tone]) ? "in" : "'" + concept.surface
    case "aimed": return follows([.audience]) ? "for" : "'" + concept.surface
    case "form": return follows([.format]) ? "as" : "'" + concept.surface
    case "over", "above", "greater_than": return follows([.number]) ? "more" : name
    case "under", "below": return follows([.number]) ? "less" : name
    case "use":
      return clause.verb.isEmpty && !clause.isGiven && phrase.isEmpty && !asksHow
        || concepts[max(position, 1) - 1].word.kind == .pause || isAfterRelative || join != nil ? "using" : name
    default: return name
    }
  }

  /// "The release notes below", "a translation of these release notes"
  private var isTextThere: Bool {
    if position > 0, concepts[position - 1].surface == "of these" || concepts[position - 1].surface == "of those" {
      return true
    }
    guard position + 1 < concepts.count else { return false }
    let next = concepts[position + 1].surface
    return next == "below" || next == "above"
  }

  /// What is to be translated stays as it is worded.
  func isTranslated(_ concept: Concept) -> Bool {
    let kept: [ConceptKind] = [
      .filler, .det, .pronoun, .relative, .prep, .not, .and, .or, .language, .format, .payload, .tone, .nominal, .unit,
      .number, .tool,
    ]
    // What is kept of a text that is there is none of its words.
    if pointsAtText, concept.name(.verb) == "keep", position > 0,
      concepts[position - 1].word.kind == .pause || concepts[position - 1].may(.and)
    {
      return false
    }
    // "This email" is the one that is there.
    if concept.may(.work), pointsAtText || isTextThere { return false }
    return !kept.contains(where: concept.may)
  }
}
