/// Whether a phrase that one request has in front may be the same where another one has it at its end.
///
/// It may where it cannot belong to anything before it: its kind says so (a length, a source), or what stands before it is
/// closed: a text that is pointed at, a work that is to be written. Everything else may say more of the noun or of the clause
/// before it, and then the two ask for different things.
struct Attachment {
  let front: FrontPhrase
  let fronted: [Concept]
  let concepts: [Concept]
  /// What the request tells the model to do: its first verb.
  let verb: Int?
  /// What stands between that and the phrase, cut at prepositions.
  var segments: [ArraySlice<Concept>] = []
  /// Whether a clause of its own stands there, which the phrase may belong to.
  var hasClause = false
  /// Whether a clause is what it is about: "explain why …".
  var asksClause = false
  let task: Task

  enum Task {
    /// Something that is there is told or shown: nouns and clauses are chosen from.
    case shows
    case explains
    /// Something is written.
    case makes
    /// One of several things that may be there already.
    case suggests
    case asksHow
    /// A question without a verb that the model is told to do.
    case asks
    case acts
  }

  /// Says so where a phrase in front of the first one may say something else at its place in the second.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    for front in a.fronts where !b.fronts.contains(where: { $0.content == front.content }) {
      if !isSame(front, of: a.concepts, in: b.concepts) {
        return "what stands in front may belong to something else at the end"
      }
    }
    return nil
  }

  private static func isSame(_ front: FrontPhrase, of fronted: [Concept], in concepts: [Concept]) -> Bool {
    if front.content.isEmpty { return false }
    // How long an answer shall be is said in many ways.
    guard let place = place(of: front, in: concepts) else { return isLength(fronted[front.range]) }
    guard let attachment = Attachment(front, fronted, concepts, place) else { return true }
    return attachment.isWhole(place)
  }

  // MARK: Where it stands

  /// Where the phrase begins in another request: its last place, bound by the same preposition where there is one such.
  static func place(of front: FrontPhrase, in concepts: [Concept]) -> Range<Int>? {
    let named = concepts.indices.compactMap { index in FrontPhrase.name(concepts[index]).map { (index, $0) } }
    let count = front.content.count
    guard named.count >= count else { return nil }
    var last: Range<Int>?
    for start in (0...(named.count - count)).reversed()
    where named[start..<(start + count)].elementsEqual(front.content, by: { $0.1 == $1 }) {
      var begin = named[start].0
      let end = named[start + count - 1].0 + 1
      begin = opening(concepts, of: begin)
      // "For the on-call engineer"
      let outer = opening(concepts, of: begin)
      if outer < begin, FrontPhrase.opener(of: concepts, at: outer) == front.opener { begin = outer }
      if FrontPhrase.opener(of: concepts, at: begin) == front.opener { return begin..<end }
      if last == nil { last = begin..<end }
    }
    return last
  }

  /// Where the articles and prepositions before a concept begin.
  private static func opening(_ concepts: [Concept], of place: Int) -> Int {
    var begin = place
    while begin > 0, concepts[begin - 1].may(.det) { begin -= 1 }
    while begin > 0, concepts[begin - 1].may(.prep) || concepts[begin - 1].may(.not),
      !FrontPhrase.closers.contains(concepts[begin - 1].word)
    {
      begin -= 1
    }
    return begin
  }

  /// - Returns: `nil` where nothing that it could belong to stands before it.
  private init?(_ front: FrontPhrase, _ fronted: [Concept], _ concepts: [Concept], _ place: Range<Int>) {
    (self.front, self.fronted, self.concepts) = (front, fronted, concepts)
    // "python: sort a list"
    guard concepts[..<place.lowerBound].contains(where: { FrontPhrase.name($0) != nil }) else { return nil }
    let first = concepts[..<place.lowerBound].indices.first { index in
      let concept = concepts[index]
      if concept.may(.howto) || concept.may(.nominal) { return true }
      guard concept.may(.verb) || concept.may(.give) else { return false }
      // "The trimming of whitespace"
      return concept.form == .base || concept.form == .ing && (index == 0 || index == 1 && concepts[0].may(.det))
    }
    let verb = first.map { Self.nominal(behind: $0, concepts[..<place.lowerBound]) ?? $0 }
    self.verb = verb
    task = Self.task(concepts, verb)
    var start = verb.map { $0 + 1 } ?? 0
    if let verb, start < place.lowerBound, concepts[verb].may(.nominal), concepts[start].name(.prep) == "of" {
      start += 1
    }
    let between = concepts[start..<max(start, place.lowerBound)]
    if let verb, task != .asks, Self.opensClause(concepts[verb].surface) { asksClause = true }
    if let first = between.first, Self.questions.contains(first.word) { asksClause = true }
    segments = between.split(omittingEmptySubsequences: false) {
      $0.may(.prep) && !FrontPhrase.closers.contains($0.word) || $0.word.kind == .pause || $0.may(.not)
    }
    // What follows "how do I" is the verb.
    let isAsked = verb.map { concepts[$0].may(.howto) } ?? false
    hasClause = asksClause || Self.hasClause(isAsked ? between.dropFirst() : between)
  }

  /// "I need a three-sentence summary of the log": to summarise is what is asked, as long as nothing else is said of it.
  private static func nominal(behind verb: Int, _ concepts: ArraySlice<Concept>) -> Int? {
    guard concepts[verb].may(.give), !concepts[verb].may(.nominal) else { return nil }
    var index = verb + 1
    while index < concepts.endIndex, isOfShape(concepts[index]) { index += 1 }
    guard index + 1 < concepts.endIndex, concepts[index].may(.nominal), concepts[index + 1].name(.prep) == "of",
      concepts[(index + 2)...].prefix(4).contains(where: isPointing)
    else { return nil }
    return index
  }

  /// Whether it only says of a work how long and of what manner it shall be, or that it is one.
  private static func isOfShape(_ concept: Concept) -> Bool {
    concept.may(.det) || concept.word.kind == .number || concept.may(.number) || concept.may(.tone)
      || concept.may(.pronoun) || concept.name(.unit).map(LengthUnits.contains) ?? false
  }

  private static func task(_ concepts: [Concept], _ verb: Int?) -> Task {
    if let first = concepts.first(where: { !$0.may(.filler) && !$0.may(.pronoun) }), first.may(.howto) == false,
      questions.contains(first.word)
    {
      return .asks
    }
    guard let verb else { return concepts.contains { $0.may(.work) } ? .makes : .shows }
    let concept = concepts[verb]
    // "Close modal in React, how?"
    if concept.may(.howto) || endsInHow(concepts) { return .asksHow }
    if let name = concept.name(.give) {
      return name == "make" ? .makes : name == "any" ? .suggests : .shows
    }
    let name = concept.name(.verb) ?? concept.name(.nominal) ?? ""
    if explaining.contains(name) || opensClause(concept.surface) { return .explains }
    return name == "get" || name == "count" ? .shows : .acts
  }

  private static func endsInHow(_ concepts: [Concept]) -> Bool {
    guard let last = concepts.lastIndex(where: { $0.word.kind != .pause }), last > 0 else { return false }
    return concepts[last].surface == "how" && concepts[last - 1].word.kind == .pause
  }

  private static let explaining: Set = [
    "explain", "describe", "explain_how", "describe_how", "describe_what", "define", "clarify", "interpret", "about",
    "teach_about", "walk_through", "break_down", "spell_out", "idea_behind", "describe_the_concept_of", "compare",
    "difference", "tell", "discuss", "reason", "cause", "overview", "analyze", "draw",
  ]

  /// Words that ask, and those that open a clause.
  static let questions = WordSet([
    "why", "how", "what", "which", "whether", "when", "where", "who", "whose", "whom",
  ])
  private static let subjects = WordSet([
    "i", "he", "she", "we", "they", "you", "who", "whose", "whom", "if", "because",
  ])

  /// Words that point at a text that is there.
  static let pointers = WordSet([
    "this", "these", "it", "them", "following", "below", "above", "attached", "given", "provided", "stdin", "here",
  ])

  /// Texts whose names end as participles do.
  private static let textsInIng = WordSet(["ruling", "filing", "listing", "posting", "briefing"])

  private static func opensClause(_ surface: String) -> Bool {
    guard let last = surface.split(separator: " ").last else { return false }
    return questions.contains(InstructionWord(kind: .word, text: String(last))) || last == "that" || last == "if"
  }

  /// Whether a clause or a participle stands among some words.
  static func hasClause(_ words: ArraySlice<Concept>) -> Bool {
    for index in words.indices where words[index].word.kind == .word {
      let concept = words[index]
      if questions.contains(concept.word) || subjects.contains(concept.word) { return true }
      if concept.may(.relative), concept.surface != "that" { return true }
      let isFirst = index == words.startIndex
      let before = isFirst ? nil : words[index - 1]
      let beginsNoun =
        before.map {
          $0.may(.prep) || $0.may(.det) || $0.may(.quality) || $0.word.kind == .possessive
            || $0.surface.hasSuffix(" for")
        } ?? true
      if concept.surface == "that", let before, isPlain(before) { return true }
      // "the words the text mentions"
      if concept.may(.det), !pointers.contains(concept.word), let before, !beginsNoun, isPlain(before),
        !before.may(.verb),
        !before.may(.give)
      {
        return true
      }
      if beginsNoun { continue }
      if concept.form == .past, concept.may(.verb) || concept.may(.give) { return true }
      if participles.contains(concept.word) { return true }
      if concept.readings.isEmpty || concept.form == .ing,
        concept.word.text.hasSuffix("ed") || concept.word.text.hasSuffix("ing")
      {
        // "DNS caching" is a thing, "people working" are some that work.
        let isName = concept.word.text.hasSuffix("ing") && index == words.startIndex + 1 && index + 1 == words.endIndex
        if isName, let before, !isSeveral(before) { continue }
        // "This court ruling"
        let ends = index + 1 == words.endIndex || words[index + 1].may(.prep)
        if ends, index == words.startIndex + 2, pointers.contains(words[words.startIndex].word),
          textsInIng.contains(concept.word)
        {
          continue
        }
        return true
      }
      // "A failing HTTP request three times": what one does ends otherwise.
      let isNoun =
        concept.form == .base && before.map { isPlain($0) && !isSeveral($0) } ?? false
        && !words[..<index].contains { $0.may(.and) }
      if concept.may(.verb) || concept.may(.give), !concept.may(.thing), !concept.may(.work), !concept.may(.payload),
        !isNoun, before?.may(.and) != true
      {
        return true
      }
    }
    return false
  }

  /// Irregular ones, behind what they are said of: "a file made in Excel".
  private static let participles = WordSet([
    "made", "written", "built", "sent", "found", "kept", "held", "drawn", "taken", "given", "shown", "hidden", "left",
    "lost", "bought", "sold", "done", "seen", "known", "begun", "broken", "chosen", "grown", "taught", "told", "said",
    "spoken", "stolen", "stuck", "thrown", "understood", "worn", "won", "caught", "brought", "bound", "dealt", "fed",
    "spent", "swept", "sworn", "torn", "woken", "gone", "born", "shot", "met", "paid", "heard", "felt", "laid",
  ])

  static func isSeveral(_ noun: Concept) -> Bool {
    noun.form == .plural || noun.word.text.hasSuffix("s") && noun.word.kind == .word && noun.word.text.utf8.count > 3
      || severals.contains(noun.word)
  }

  private static let severals = WordSet([
    "people", "children", "men", "women", "mice", "feet", "teeth", "police", "staff", "cattle", "data", "media",
    "geese",
  ])

  /// A noun or a name: nothing that binds.
  static func isPlain(_ concept: Concept) -> Bool {
    guard concept.word.kind == .word else { return concept.word.kind == .quote || concept.word.kind == .code }
    let binding: [ConceptKind] = [.prep, .det, .and, .or, .not, .relative, .filler, .pronoun, .subject, .quality]
    return !binding.contains(where: concept.may) && !questions.contains(concept.word)
  }
}
