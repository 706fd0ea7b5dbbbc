/// What an attachment may be: what is closed before the phrase, and what its kind says.
extension Attachment {
  // MARK: What is closed

  static func isPointing(_ concept: Concept) -> Bool {
    concept.word.kind == .payload || concept.word.kind == .quote || pointers.contains(concept.word)
      || concept.surface.hasSuffix("following") || concept.surface.hasSuffix("given")
  }

  /// Whether some words only say how the answer shall be: a length, a language, a format, a tone.
  private static func isSlot(_ words: ArraySlice<Concept>) -> Bool {
    words.allSatisfy { concept in
      concept.word.kind == .number || concept.name(.unit).map(LengthUnits.contains) ?? false || concept.may(.det)
        || concept.may(.number) || concept.may(.filler) || FrontPhrase.slots.contains(where: concept.may)
        || concept.surface == "stdin"
    }
  }

  /// Whether what is worked on is nothing but a text that is pointed at.
  var isPayload: Bool {
    guard !hasClause, let object = segments.first, object.contains(where: Self.isPointing) || isOnInput else {
      return false
    }
    return segments.dropFirst().allSatisfy { Self.isSlot($0) || isResult($0) }
  }

  /// "The log on stdin".
  private var isOnInput: Bool { segments.count > 1 && segments[1].first?.surface == "stdin" }

  /// "Into a runbook": what the text is made.
  private func isResult(_ segment: ArraySlice<Concept>) -> Bool {
    segment.startIndex > 0 && ["into", "to"].contains(concepts[segment.startIndex - 1].name(.prep) ?? "")
  }

  /// Whether a work is to be written of which nothing else is said, but whom it is for or what text it is made of.
  private var isWork: Bool {
    guard !hasClause, task == .makes, let object = segments.first, object.contains(where: { $0.may(.work) }),
      !object.contains(where: { $0.may(.work) && $0.surface.hasSuffix(" for") })
    else { return false }
    return segments.dropFirst().allSatisfy { segment in
      if Self.isSlot(segment) || segment.contains(where: Self.isPointing) { return true }
      guard segment.startIndex > 0, let name = concepts[segment.startIndex - 1].name(.prep) else { return false }
      // The sea is in no language.
      return name == "to" || name == "about" && segment.last.map { Self.ofNature.contains($0.word) } ?? false
    }
  }

  /// Things that no language, no format and no reader is said of.
  private static let ofNature = WordSet([
    "sea", "ocean", "moon", "sun", "sky", "rain", "snow", "wind", "autumn", "winter", "summer", "spring", "night",
    "morning", "river", "mountain", "forest", "tree", "cat", "dog", "bird", "love", "hope", "friendship",
  ])

  // MARK: The phrase

  var words: ArraySlice<Concept> { fronted[front.range] }
  func names(_ kind: ConceptKind) -> Bool { words.contains { $0.may(kind) } }

  /// "In under 300 words", "in three bullet points".
  static func isLength(_ words: ArraySlice<Concept>) -> Bool {
    let hasNumber = words.contains { $0.word.kind == .number || $0.may(.number) }
    guard hasNumber, let first = words.first?.word.text, first == "in" || first == "within" else { return false }
    return words.contains { $0.name(.unit).map(LengthUnits.contains) ?? false || $0.may(.format) }
  }

  /// What cannot use a tool, and has none: a line is no script.
  private static let inert = WordSet([
    "line", "lines", "whitespace", "space", "spaces", "word", "words", "string", "strings", "number", "numbers",
    "character", "characters", "row", "rows", "column", "columns", "array", "arrays", "date", "dates", "image",
    "images", "video", "videos", "commit", "commits", "branch", "branches", "list", "lists", "dictionary", "key",
    "value", "keys", "values",
  ])
  static let files = WordSet(["file", "files", "folder", "folders"])
  private static let programs = WordSet([
    "function", "functions", "script", "program", "class", "method", "query", "loop", "module",
  ])

  /// Whether what is done cannot be done by what stands before the phrase: "replace a with b in all files using sed". A file that
  /// is worked on may be one of a tool.
  private var standsOnInert: Bool {
    guard let last = segments.last?.last, last.word.kind == .word else { return false }
    return Self.inert.contains(last.word) || segments.count > 1 && Self.files.contains(last.word)
  }

  /// Whether the phrase stands for the whole request where it stands.
  func isWhole(_ place: Range<Int>) -> Bool {
    let before = concepts[place.lowerBound - 1]
    if isOfWorker(isSetOff: before.word.kind == .pause) || front.opener == "given" && isText(words) { return true }
    if before.word.kind == .pause {
      // "Explain how freelancers live, working alone."
      return !hasClause || Self.isLength(words) || front.opener != "using" && FrontPhrase.slots.contains(where: names)
    }
    // "… and change nothing else" is a clause of its own.
    if before.may(.and), front.opener == "ing" { return true }
    if let isCompound = isCompound(place) { return isCompound }
    // "Return as JSON": behind the verb alone.
    if verb == place.lowerBound - 1 { return true }
    if Self.isLength(words) { return isLengthOfAnswer }
    // "In Dracula, …" says whose "chapter 7 of Dracula" is.
    if front.opener == "in", before.word.kind == .number, concepts[place.lowerBound].name(.prep) == "of",
      !FrontPhrase.slots.contains(where: names)
    {
      return true
    }
    if comparesColumns { return false }
    if isOfTwoOrders, front.opener != "from", !isText(words), !savesSpace { return false }
    return isOfContent(place) ?? isOfForm(place)
  }

  /// "Explain why it failed in two sentences", not "the errors in two sentences".
  private var isLengthOfAnswer: Bool {
    if isOfTwoOrders || mayBeLengthOfClause { return false }
    if hasClause, !asksClause, !isPayload { return task == .asks }
    switch task {
    case .explains, .makes, .asks, .asksHow: return true
    case .acts where isTextTask:
      // "The mistakes in one sentence"
      return isPayload || !isOfSeveral || verb.map { concepts[$0].name(.verb) == "summarize" } ?? false
    default:
      let isShort = words.contains { $0.surface.contains("under") || $0.surface.contains("than") }
      return isPayload || isShort && !isOfTexts
    }
  }

  /// "Slogans in under ten words": they have a length themselves.
  private var isOfTexts: Bool {
    guard isOfSeveral, let noun = segments.first?.last else { return false }
    return noun.may(.work) || noun.may(.payload) || Self.programs.contains(noun.word)
      || noun.name(.unit).map(LengthUnits.contains) ?? false
  }

  /// "Java companies": whether what stands before its noun belongs to the whole as well; nil where it is no compound.
  private func isCompound(_ place: Range<Int>) -> Bool? {
    guard !concepts[place.lowerBound].may(.prep), !concepts[place.lowerBound].may(.not),
      place.upperBound < concepts.count, names(.language) || names(.tool) || names(.format) || names(.audience)
    else { return nil }
    let next = concepts[place.upperBound]
    guard Self.isPlain(next) || next.may(.quality) else { return nil }
    return task == .acts || task == .asksHow || next.may(.nominal) || task == .makes && next.may(.work)
  }

  /// Phrases that say more of what is asked about wherever they stand, and so ask for the same; nil for others.
  private func isOfContent(_ place: Range<Int>) -> Bool? {
    let isSource = isText(words)
    /// "The text below" is no other text; "this text" may be part of "what happened in this text".
    let isStrong = words.contains { Self.isPointing($0) && !["this", "these", "it"].contains($0.word.text) }
    switch front.opener {
    // "An essay about the translation into German"
    case "into", "onto": return task == .acts || task == .shows || task == .asksHow || isPayload
    // One report for each country is not one about sales per country.
    case "per":
      // "Jobs that pay ten dollars per hour"
      if task == .shows { return !segments.joined().contains(where: Self.counts) }
      return task == .acts || task == .asksHow || isPayload || task == .makes && isAlone
    case "except": return isAlone || task == .acts && !hasClause
    case "from": return isSource || isStrong || words.contains { $0.word.kind == .code } || task == .acts && !hasClause
    case "based_on":
      // A film may be based on a book.
      let isOfFilm = segments.first?.last.map { Self.adaptations.contains($0.word) } ?? false
      return isSource && !isOfFilm || task == .makes && isAlone
    case "according_to": return isSource || task == .explains && isAlone
    case "using" where isSource: return isStrong && !hasClause
    case "in", "on", "within":
      // Not "in the following style".
      if isSource {
        // "In this email, explain recursion": it may be one to write.
        let mayBeWritten = task == .explains && words.contains { $0.may(.work) } || task == .makes || task == .suggests
        return isStrong || !hasClause && !mayBeWritten
      }
    case "with":
      // A sum is no way to answer: "… works with a starting amount of 1,000 pounds".
      let isSum = words.contains { $0.name(.unit).map { !LengthUnits.contains($0) } ?? false }
      if isSum, asksClause, task == .explains, !names(.work) { return true }
    default: break
    }
    if isOfMethod(place) || isOfComparison { return true }
    if ["without", "by", "before", "after"].contains(front.opener), let isGerund, task == .asksHow || isGerund {
      return !hasClause
    }
    return isOfQuestion
  }

  /// Whether it is a number, or begins with one: "one word" is known as a whole.
  private static func counts(_ concept: Concept) -> Bool {
    concept.word.kind == .number || concept.may(.number) || concept.word.text == "one"
      || concept.name(.quality) == "single"
  }

  private static let adaptations = WordSet([
    "film", "films", "movie", "movies", "series", "show", "shows", "musical", "musicals", "game", "games",
  ])

  /// "Without losing my changes": an act of who does the rest; `false` where it may be a noun ("without parsing errors"), nil
  /// where it is none.
  private var isGerund: Bool? {
    guard words.count > 1, words[words.startIndex + 1].word.text.hasSuffix("ing"), task == .asksHow || task == .acts
    else { return nil }
    guard words.count > 2 else { return true }
    let next = words[words.startIndex + 2]
    return next.may(.det) || next.name(.quality).map(GuardWords.owners.contains) ?? false
  }

  /// When and where something is asked about, in a question that is no order.
  private var isOfQuestion: Bool? {
    if FrontPhrase.slots.contains(where: { $0 != .tool && names($0) }) { return nil }
    // What was said or written may have been at another time than what it says.
    if task == .asks, saysSomething { return false }
    switch (task, front.opener) {
    case (.asks, "after"), (.asks, "before"), (.asks, "during"), (.asks, "since"), (.asks, "on"), (.asks, "at"):
      return true
    case (.asks, "in"), (.asksHow, "in"), (.asksHow, "on"):
      if names(.tool) { return task == .asks || !hasClause && !reachesHost }
      // "Every fifteen minutes on weekdays"
      return segments.last?.contains { ["every", "each"].contains($0.word.text) } ?? false ? true : nil
    default: return nil
    }
  }

  private var saysSomething: Bool { segments.joined().contains { Self.saysSomething($0.word.text) } }

  /// "How do I connect to a database in Docker": that may be where it is.
  private var reachesHost: Bool {
    guard let verb, verb + 1 < concepts.count, Self.reaching.contains(concepts[verb + 1].word) else { return false }
    return front.content.contains { Self.hosts.contains($0) }
  }

  private static let reaching = WordSet(["connect", "call", "reach", "access", "ping", "query"])
  private static let hosts: Set = ["docker", "kubernetes", "docker_compose", "aws", "azure", "gcp", "vagrant", "wsl"]

  /// Phrases that say how the answer shall be, or who it is for.
  private func isOfForm(_ place: Range<Int>) -> Bool {
    if names(.format), front.opener == "as" || concepts[place.lowerBound].word.text == "as" { return isFormat }
    if names(.tool), ["in", "on", "using", "with"].contains(front.opener) { return isTool }
    if names(.language) || names(.format) || names(.tone) {
      if names(.language), task == .makes, doesSomething, saysSomething { return false }
      if isPayload { return !names(.language) || task != .explains || !isOfLanguage }
      if isWork { return true }
      return isManner && !hasClause
    }
    switch front.opener {
    case "for", "aimed":
      if isPayload { return task != .explains || isText(segments[0]) }
      if isWork || (task == .makes || task == .suggests) && isAlone { return true }
      // "DNS caching for beginners" is DNS caching explained for them.
      let isForLearners = words.contains { $0.name(.audience).map(Self.learners.contains) ?? false }
      return isForLearners && task == .explains && isAlone && isBare
    // "Explain this letter to my boss": it may be one to him.
    case "to" where savesSpace: return true
    case "to" where isInfinitive: return false
    case "to": return isWork || isPayload && !segments[0].contains { $0.may(.work) || $0.may(.payload) }
    case "using" where words.contains(where: { $0.name(.work).map(Self.devices.contains) ?? false }):
      return isPayload || isBare && !hasClause && segments.count == 2 && isToSomebody(segments[1])
    case "as", "ing": return false
    case "with" where isDrawnFromText: return true
    // The text may be the one with typos; what it is made has what stands behind.
    case "with": return isPayload && segments.count > 1 && segments.last.map(isResult) ?? false
    case "without": return isPayload && words.count == 2 && words.last.map { Self.unwanted.contains($0.word) } ?? false
    // "This function using a loop"
    case "using" where task == .explains || task == .shows: return false
    default: return isPayload
    }
  }

  /// "As JSON"
  private var isFormat: Bool {
    if let isOfAnswer = isFormatOfAnswer { return isOfAnswer }
    // To parse as JSON is no answer in JSON.
    let isData = words.contains { $0.name(.format).map(Self.encodings.contains) ?? false }
    return isData ? isPayload && task == .acts && isTextTask : task == .acts ? !hasClause && isTextTask : isPayload
  }

  /// "In Vim", "with pandas"
  private var isTool: Bool {
    if isPayload { return front.opener != "with" }
    if task == .makes, doesSomething, front.content.contains(where: Self.stores.contains) { return false }
    if isWork || isDeclared { return true }
    if front.opener == "with" { return false }
    let isProgram = task == .makes && (segments.first?.contains { Self.programs.contains($0.word) } ?? false)
    return standsOnInert && (task == .acts || task == .asksHow || isProgram || verb == nil)
  }

  /// Whether "as JSON" says how the answer shall be; nil where another rule tells.
  private var isFormatOfAnswer: Bool? {
    switch task {
    case .makes: return !doesSomething && (isWork || isOnlyGenerated)
    case .suggests: return isAlone && !doesSomething
    case .shows:
      guard !hasClause, let verb, let last = segments.last else { return false }
      if isPayload { return true }
      // "Files for download as PDF", "the books available as PDF", "find books as PDF"
      let name = concepts[max(0, last.startIndex - 1)].name(.prep)
      let isThere = segments.joined().contains { Self.available.contains($0.word) }
      return !isThere && concepts[verb].word.text != "find" && !(segments.count > 1 && ["for", "to"].contains(name))
    default: return nil
    }
  }

  /// "Generate ten fake users", "create a list of colours"
  private var isOnlyGenerated: Bool {
    guard !hasClause, let verb, Self.generating.contains(concepts[verb].word) else { return false }
    return segments.dropFirst().allSatisfy { concepts[$0.startIndex - 1].name(.prep) == "of" }
  }

  private static let generating = WordSet(["generate", "create", "make", "invent"])

  /// What one asks an answer to leave out, and says of no text.
  private static let unwanted = WordSet([
    "spoilers", "jargon", "preamble", "commentary", "clichés", "explanations", "buzzwords",
  ])

  private static let available = WordSet(["available", "ready", "storage", "export", "download", "import"])

  /// "A program that …"
  private var doesSomething: Bool {
    segments.first?.contains { concept in
      [" that", " which", " to"].contains { concept.surface.hasSuffix($0) } || concept.may(.relative)
        || concept.name(.prep) == "to" || concept.word.text == "way"
    } ?? false || segments.dropFirst().contains(where: isDeed)
  }

  /// "To save users", "for saving users".
  private func isDeed(_ segment: ArraySlice<Concept>) -> Bool {
    guard segment.startIndex > 0, let first = segment.first, first.may(.verb) || first.may(.give) else { return false }
    let name = concepts[segment.startIndex - 1].name(.prep)
    return name == "to" && first.form == .base || name == "for" && first.form == .ing
  }

  /// Tools that what is read stands in.
  private static let stores: Set = [
    "excel", "redis", "mysql", "postgresql", "sqlite", "mongodb", "google_sheets", "sql_server",
  ]

  /// "To a teenager"
  private func isToSomebody(_ segment: ArraySlice<Concept>) -> Bool {
    guard segment.startIndex > 0, concepts[segment.startIndex - 1].name(.prep) == "to" else { return false }
    return segment.first.map { ["a", "an"].contains($0.word.text) || $0.may(.audience) } ?? false && segment.count < 3
  }

  /// A way to explain that what is explained does not have: no text "in simple terms".
  private var isManner: Bool {
    let names = words.compactMap { $0.name(.tone) }
    if names.contains("step_by_step") || names.contains("line_by_line") { return task != .shows && task != .makes }
    guard names.contains(where: Self.manners.contains), words.allSatisfy({ !$0.surface.hasSuffix("english") }) else {
      return false
    }
    let isOfText =
      isOfSeveral
      || segments.contains { $0.contains { $0.may(.work) || $0.may(.payload) || Self.texts.contains($0.word) } }
    return task == .asksHow || task == .explains && !isOfText || task == .acts && isTextTask && !isOfText
  }

  private var isAlone: Bool { segments.count < 2 && !hasClause }
  private var isOfSeveral: Bool { segments.first?.last.map(Self.isSeveral) ?? false }
  var isTextTask: Bool {
    verb.flatMap { concepts[$0].name(.verb) ?? concepts[$0].name(.nominal) }.map(InlineText.tasks.contains) ?? false
  }

  /// Whether a text is pointed at, and not a style or a language.
  private func isText(_ words: ArraySlice<Concept>) -> Bool {
    guard words.contains(where: Self.isPointing) else { return false }
    return words.contains {
      $0.may(.payload) || $0.may(.work) || $0.word.kind == .payload || $0.surface == "stdin"
        || Self.texts.contains($0.word) || Self.isNotes($0)
    } || words.allSatisfy { Self.isPointing($0) || $0.may(.prep) }
  }

  /// "Meeting notes" are known as a whole.
  private static func isNotes(_ concept: Concept) -> Bool { concept.surface.hasSuffix(" notes") }

  static let texts = WordSet([
    "article", "log", "logs", "code", "file", "files", "csv", "json", "data", "table", "essay", "transcript", "review",
    "paragraph", "draft", "function", "script", "page", "chat", "message", "config", "contract", "invoice", "sentence",
    "book", "chapter", "section", "diff", "list", "program", "snippet", "class", "cv", "resume", "abstract", "paper",
    "thread", "changelog", "conversation", "manual", "statement", "policy", "notes", "spec", "commit", "output",
  ])

  /// Forms of data, not of answers.
  private static let encodings: Set = [
    "json", "yaml", "toml", "xml", "csv", "tsv", "html", "markdown", "latex", "plain_text", "pdf", "base64", "ascii",
    "epub", "sql_insert",
  ]

  /// Ways to explain that no text is said to have.
  private static let manners: Set = ["brief", "detailed", "simple_language"]
  private static let learners: Set = ["beginner", "beginners", "novice", "layperson", "laypeople", "newcomer"]
  static let devices: Set = ["example", "analogy", "metaphor"]

  /// A name without an article, of one thing: "DNS caching", no mistakes.
  private var isBare: Bool {
    guard let object = segments.first, let last = object.last else { return false }
    return object.allSatisfy { Self.isPlain($0) && $0.form != .plural } && !last.word.text.hasSuffix("s")
  }
}
