/// Whether a word that may stand for the whole request says more of a noun instead: "the detailed report", "child abuse".
extension IntentBuilder {
  /// Keeps such a word with its noun; `false` where it stands for the whole request.
  mutating func keepWithNoun(_ slot: String, _ name: String) -> Bool {
    let concept = concepts[position]
    guard concept.word.kind == .word, concept.readings.latestLanguage == 0, !isAfterNot else { return false }
    if isOfOneNoun(slot) {
      quality(name)
      return true
    }
    switch slot {
    case "language": return false
    case "format", "tool": if Self.converting.contains(clause.verb) { return false }
    // "Sort the list in reverse" does not say what it was before.
    case "order": if clause.verb == "sort" || clause.verb == "order" { return false }
    default: break
    }
    if let head = attributed(slot) {
      if isOfAnswer(head, slot) { return false }
      if slot == "tone" || slot == "order" { quality(name) } else { noun("'" + name, isConcept: true) }
      return true
    }
    guard isThing(slot, concept) else { return false }
    noun("'" + name, isConcept: true)
    return true
  }

  /// "To a German bank", "a formal letter and an email", "answer the formal letter": said of no other noun, and not of the answer.
  private func isOfOneNoun(_ slot: String) -> Bool {
    guard slot == "language" || slot == "tone", position > 0, position + 1 < concepts.count else { return false }
    if slot == "language", phrase.role == "to" || phrase.role == "from" && concepts[position - 1].may(.det) {
      // "Spanish to English translation"
      return phrase.nouns.isEmpty && attributed(slot).map { !$0.may(.nominal) } ?? false
    }
    let concept = concepts[position]
    guard concepts[position - 1].may(.det) || concepts[position - 1].surface.hasSuffix(" a") || isDefinite,
      !opensPhrase(concept),
      !isManner(concept), isNoun(concepts[position + 1])
    else { return false }
    // "Answer a letter" is an order, though "answer" names what is written.
    if slot == "tone", clause.verb.isEmpty, phrase.nouns == ["answer"],
      concepts[..<position].contains(where: { $0.surface == "answer" })
    {
      return true
    }
    if join != nil { return concepts[position - 1].may(.det) && !phrase.nouns.isEmpty }
    guard let and = concepts[position...].firstIndex(where: { !isAdjective($0, slot) && !isNoun($0) }),
      and + 1 < concepts.count, concepts[and].may(.and)
    else { return false }
    return ["a", "an"].contains(concepts[and + 1].word.text) && concepts[and + 1].may(.det)
  }

  private static let converting: Set = [
    "convert", "change", "put", "rewrite", "translate", "port", "migrate", "render",
  ]

  // MARK: Before a noun

  /// The last of the nouns that follow, where the word stands before them as an adjective does, or the one whose they are: "a
  /// friendly person's name".
  private func attributed(_ slot: String) -> Concept? {
    let concept = concepts[position]
    if opensPhrase(concept) || isManner(concept) { return nil }
    // "Make this email formal, …"
    if slot == "tone" || slot == "order", !phrase.nouns.isEmpty { return nil }
    var index = position + 1
    // "A short and friendly letter", "a formal German letter"
    while index < concepts.count,
      isAdjective(concepts[index], slot)
        || concepts[index].may(.and) && index + 1 < concepts.count && isAdjective(concepts[index + 1], slot)
    {
      index += 1
    }
    var head: Concept?
    while index < concepts.count {
      let next = concepts[index]
      if next.word.kind == .possessive {
        if head != nil { return next }
        if index + 1 == concepts.count || !isNoun(concepts[index + 1]) { return nil }
      } else if isNoun(next) {
        head = next
      } else {
        break
      }
      index += 1
    }
    return head
  }

  private func isAdjective(_ concept: Concept, _ slot: String) -> Bool {
    concept.may(.quality) && !concept.may(.thing) || concept.may(.language)
      || concept.may(.tone) && !opensPhrase(concept) && !isManner(concept)
  }

  /// "Briefly", "formally"
  private func isManner(_ concept: Concept) -> Bool {
    concept.may(.tone) && concept.surface.hasSuffix("ly") && concept.surface != "friendly"
  }

  private func isNoun(_ concept: Concept) -> Bool {
    guard concept.word.kind == .word else { return false }
    if concept.readings.isEmpty, concept.word.text.hasSuffix("ly") { return concept.word.text.hasSuffix("mily") }
    return !Self.binding.contains(where: concept.may) && !Attachment.questions.contains(concept.word)
  }

  private static let binding: [ConceptKind] = [
    .prep, .det, .and, .or, .not, .relative, .filler, .pronoun, .subject, .quality, .howto, .passive, .order, .tone,
    .language, .format,
  ]

  /// Whether it holds the preposition that binds it: "in a formal tone", "so that a child can understand".
  private func opensPhrase(_ concept: Concept) -> Bool { Self.openers.contains(concept.word) }
  private static let openers = WordSet([
    "in", "into", "with", "using", "so", "to", "as", "for", "such", "that", "like", "be", "sound", "answer", "reply",
    "respond", "say", "aimed", "step", "line", "easier", "only",
  ])

  /// Whether the noun that it stands before is what is to be written or answered: "write a brief story", "a detailed summary".
  private func isOfAnswer(_ head: Concept, _ slot: String) -> Bool {
    let isObject = phrase.role.isEmpty && phrase.heads.isEmpty && !clause.isSubordinate && !isAfterRelative
    // What is done with a tool, or in it, is said of the whole: "restart the nginx service".
    if slot == "tool", phrase.role == "for", Self.reached.contains(head.surface) { return false }
    if slot == "tool" { return !isObject || !(clause.verb.isEmpty || clause.verb == "make") || isCode(head) }
    if head.word.kind == .possessive || isSubject(head, slot) { return false }
    if slot == "order", head.surface == "order" { return true }
    switch phrase.role {
    case "": break
    case "as", "into": return true
    // "An invitation to a formal dinner"
    case "to":
      return Self.converting.contains(clause.verb) || clause.said == "make" || Self.manners.contains(head.surface)
    case "in", "with", "using": return Self.manners.contains(head.surface)
    default: return false
    }
    guard isObject else { return false }
    if slot == "format", clause.verb.isEmpty || clause.isGiven && clause.verb == "get", isChosenFrom(head) {
      return false
    }
    if clause.verb.isEmpty || clause.verb == "make" { return true }
    if clause.verb == "get", clause.isGiven { return Self.giving.contains(clause.said) && !isDefinite }
    return head.may(.nominal) && clause.isGiven
  }

  /// Words that ask for an answer, and not for what is there already.
  private static let giving: Set = ["return", "output", "give", "provide", "produce", "respond with", "return a"]
  /// "The JSON keys", "JSON libraries": those that are there, where "JSON objects" are what the answer is made of.
  private func isChosenFrom(_ head: Concept) -> Bool {
    if Self.forms.contains(head.surface) { return false }
    return isDefinite || position > 0 && concepts[position - 1].surface.hasSuffix(" the") || Attachment.isSeveral(head)
  }

  /// What an answer in a format is made of.
  private static let forms: Set = [
    "objects", "arrays", "lists", "tables", "blocks", "snippets", "rows", "points", "bullets", "bullet points", "lines",
    "data", "results", "answers", "tags",
  ]
  private static let manners: Set = [
    "tone", "style", "manner", "way", "voice", "language", "terms", "words", "fashion", "format", "form", "register",
    "paragraph", "sentence", "sentences", "list", "table", "steps", "english", "order",
  ]

  /// "A Python quiz", "a LaTeX tutorial", "a student essay": what stands before such a work is what it is about or whose it is.
  private func isSubject(_ head: Concept, _ slot: String) -> Bool {
    switch slot {
    case "format": !isCode(head) || Self.onFormat.contains(head.surface)
    // "A children's book review" reviews a book for them.
    case "audience" where Self.reviews.contains(head.surface) && isBeforeAnother(head): true
    case "audience": !(Self.learners.contains(concepts[position].word) && head.may(.work)) && !head.may(.nominal)
    default: false
    }
  }

  /// Whether a tool or a format in front of it is what it is written in.
  private func isCode(_ head: Concept) -> Bool {
    if Self.onSomething.contains(head.surface) { return false }
    guard let work = head.name(.work) ?? head.name(.thing) else { return true }
    return !Self.onSomething.contains(work)
  }

  /// "A client for a Java API": written in any language.
  private static let reached: Set = ["api", "server", "service", "backend"]

  private func isBeforeAnother(_ head: Concept) -> Bool {
    var next = position + 1
    if next < concepts.count, concepts[next].word.kind == .possessive { next += 1 }
    return next < concepts.count && concepts[next].surface != head.surface
  }

  private static let reviews: Set = ["review", "reviews"]
  /// Programs that a format is put into, and that are not written in it.
  private static let onFormat: Set = [
    "parser", "reader", "validator", "editor", "viewer", "parsers", "readers", "converter", "converters", "formatter",
    "formatters",
    "linter", "minifier", "validators", "editors", "viewers",
  ]

  /// Works about something.
  private static let onSomething: Set = [
    "tutorial", "guide", "how_to_guide", "quiz", "cheat_sheet", "article", "blog_post", "post", "essay", "question",
    "multiple_choice", "flashcard", "joke", "poem", "haiku", "limerick", "song", "story", "tale", "short_story",
    "speech", "lesson_plan", "letter", "email", "review", "report", "summary", "announcement", "introduction",
    "presentation", "biography", "proposal", "job_description", "book_review", "newsletter",
  ]

  /// Readers that a work is for where it is called by them.
  private static let learners = WordSet([
    "beginner", "beginners", "novice", "children", "child", "kids", "beginner-friendly",
  ])

  /// "Run the job every hour", "list the files recursively": said of what is done, and not of a noun that follows.
  func adverb(_ name: String) -> String {
    guard Self.adverbial.contains(name) else { return name }
    let surface = concepts[position].surface
    let isAdverb = surface.hasPrefix("e") || surface == "recursively" || surface.hasSuffix("sensitively")
    return isAdverb || attributed("") == nil ? "'" + name : name
  }

  /// Qualities that may be said of what is done as well.
  private static let adverbial: Set = ["nightly", "daily", "weekly", "hourly", "recursive", "case_insensitive"]

  // MARK: As a noun

  /// Whether it stands where a thing does: "explain managers", "explain the present tense", "the keys of this JSON".
  private func isThing(_ slot: String, _ concept: Concept) -> Bool {
    if opensPhrase(concept) { return false }
    let isDirect =
      phrase.role.isEmpty && phrase.isEmpty && clause.verb != "make" && followsVerb
    switch slot {
    case "audience": return isDirect && !concept.surface.hasSuffix("friendly") && !isGivenTo
    case "tone":
      let last = concept.surface.split(separator: " ").last.map(String.init) ?? ""
      // "An essay on the passive voice"
      if phrase.role == "about" || phrase.role == "on" { return phrase.isEmpty && Self.nouns.contains(last) }
      return isDirect && !clause.hasSlot && Self.nouns.contains(last) && clause.verb != "rewrite"
    case "format":
      if ["format", "form", "output", "formatted", "only"].contains(where: concept.surface.hasSuffix) { return false }
      return isDefinite && (isDirect && clause.verb == "get" || isAfterOf || phrase.isEmpty && phrase.role == "in")
    default: return false
    }
  }

  /// Whether nothing but an article stands between it and the verb.
  private var followsVerb: Bool {
    var index = position - 1
    while index >= 0, concepts[index].may(.det) { index -= 1 }
    return index >= 0 && (concepts[index].may(.verb) || concepts[index].may(.give))
  }

  private static let nouns: Set = ["tense", "voice", "language", "words", "terms", "english", "tone"]

  /// "Tell beginners how …"
  private var isGivenTo: Bool { ["tell", "teach", "show", "give"].contains(clause.said) }

  private var isDefinite: Bool {
    let concept = concepts[position]
    if concept.word.text == "the", concept.surface != "the" { return true }
    guard position > 0 else { return false }
    return ["the", "this", "that", "these", "those", "my", "our", "your"].contains(concepts[position - 1].surface)
  }
}
