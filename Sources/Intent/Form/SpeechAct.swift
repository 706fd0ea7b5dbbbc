/// What a request is where the words that are left of it could be another one's: whether something can be done, or an order to do
/// it; what happens, or an order to make it happen; a thing that is there, or one to be made.
///
/// What is asked of such a request is not clear from its words alone, so it gets a part of its own and shares no answer with
/// the other. Where it works on a text, or on something that it names in full, it is an order in any wording.
struct SpeechAct {
  typealias Slot = CanonicalIntent.Slot

  private let concepts: [Concept]
  private let clauses: [IntentBuilder.Clause]

  /// The parts that a request gets for what it is; most get none.
  static func slots(_ concepts: [Concept], _ clauses: [IntentBuilder.Clause]) -> [Slot] {
    let act = SpeechAct(concepts: concepts, clauses: clauses)
    return act.found.map { Slot(name: "act", value: $0) }
  }

  private var found: [String] {
    var found: [String] = []
    // Small words are looked for in English alone.
    guard let first = concepts.firstIndex(where: { !isSilent($0) }), !concepts.contains(where: Self.isForeign) else {
      return found
    }
    switch concepts[first].word.text {
    case "can", "could", "will", "would", "are", "is": if asksWhetherOneCan(first) { found.append("whether one can") }
    case "i", "we": if wishes(first) { found.append("wish") }
    default: break
    }
    // What stands behind the word that tells what is to be done is what it is done to.
    var isOpen = true
    for index in first..<concepts.count {
      let concept = concepts[index]
      // Most concepts are of one word.
      if concept.may(.verb), concept.surface.utf8.count > concept.word.text.utf8.count {
        if isAnnounced(index), !isClosed { found.append("to be told when it happens") }
        if concept.surface.hasSuffix(" of"), !counts(concept, index) { found.append(concept.surface) }
      }
      guard isOpen else { continue }
      if isEvent(index) { found.append("what happens") }
      if isOfPeople(index) { found.append("by whom") }
      if isThere(index, first) { found.append("what is there") }
      isOpen = !isTask(concept)
    }
    return found
  }

  // MARK: Ability and wish

  /// "Can you write poems", "can I get a refund": nothing is said of what is to be written, nor is there a text to work on.
  private func asksWhetherOneCan(_ first: Int) -> Bool {
    let opener = concepts[first].surface
    if Self.possible.contains(where: opener.hasPrefix), concepts[first].may(.give) || concepts[first].may(.howto) {
      return clauses.allSatisfy { !$0.hasWork && !$0.isNominal } && !isClosed
    }
    if concepts[first].may(.pronoun), asksForDeed(first) { return true }
    guard concepts[first].may(.pronoun), Self.able.contains(where: opener.hasPrefix),
      !Self.marked.contains(where: opener.holds), first + 1 < concepts.count,
      clauses.count == 1, let verb = concepts[first + 1].name(.verb) ?? concepts[first + 1].name(.give),
      !Self.answering.contains(verb), !Self.told.contains(concepts[first + 1].surface), !pointsAtText
    else { return false }
    let rest = concepts[(first + 2)...].drop { $0.may(.filler) }
    guard let end = rest.lastIndex(where: { $0.word.kind != .pause }) else { return false }
    let object = rest[...end]
    guard let noun = object.last, ![.order, .tone, .audience].contains(where: noun.may) else { return false }
    if InlineText.tasks.contains(verb) {
      // "Can you translate into French": the text stands elsewhere. "Can you summarize Hamlet": a name is a name.
      if object.first?.may(.prep) == true { return noun.readings.isEmpty }
      if noun.readings.isEmpty, verb != "translate", !Self.isPlural(noun.surface) { return false }
    }
    return object.count <= 3 && object.allSatisfy(isBare)
  }

  private static let pleading: [StaticString] = ["please", "help"]
  private static let marked: [StaticString] = pleading + ["some", "any"]
  private static let able = [
    "can ", "could ", "will ", "would ", "are you able to", "would you be able to", "is it possible for you",
  ]
  private static let possible = [
    "is it possible", "would it be possible", "can i ", "could i ", "can we ", "could we ",
  ]

  /// "Will you keep my data", "would you sign this contract", "can anyone read my mail": what is asked of one who writes answers
  /// is an order only where writing does it.
  private func asksForDeed(_ first: Int) -> Bool {
    let opener = concepts[first].surface
    guard first + 1 < concepts.count, !Self.pleading.contains(where: opener.holds) else { return false }
    let said = concepts[first + 1]
    let verb = said.name(.verb) ?? said.name(.give)
    if ["anyone", "anybody", "someone", "somebody"].contains(where: opener.hasSuffix) {
      return
        !(verb.map { InlineText.tasks.contains($0) || Self.answering.contains($0) || $0 == "make" || $0 == "any" }
        ?? false) && !Self.told.contains(said.surface) && !["find", "show", "debug"].contains(said.surface)
    }
    guard let start = Self.able.first(where: opener.hasPrefix) else { return false }
    guard let verb else {
      return Self.isDeed(said, start) || isUnknownDeed(first + 1)
    }
    switch start {
    case "will ", "would ": return Self.isDeed(said, start) || verb == "recommend" && isOpinion(first + 2)
    // "Can you explain images"
    case "can ", "could ":
      return verb == "explain" && first + 3 == concepts.count && concepts[first + 2].form == .plural
        && Self.media.contains(concepts[first + 2].word)
    default: return false
    }
  }

  /// "Could you pass the bar exam", but not "could you invent a story".
  private func isUnknownDeed(_ place: Int) -> Bool {
    let object = concepts[(place + 1)...].drop { $0.may(.filler) }
    guard concepts[place].word.kind == .word, concepts[place].readings.isEmpty, !isClosed, object.count <= 4,
      let start = object.first
    else { return false }
    return !object.contains { $0.may(.not) || $0.may(.number) } && start.surface != "a" && start.surface != "an"
  }

  private static func isDeed(_ said: Concept, _ start: String) -> Bool {
    if start != "will ", start != "would " { return false }
    guard let verb = said.name(.verb) else { return said.readings.isEmpty || deeds.contains(said.word) }
    return said.surface != "remove" && IntentForm.done.contains(verb) || deeds.contains(said.word)
  }

  /// "Would you recommend this book" asks what one thinks of it, "would you recommend a good book" for one.
  private func isOpinion(_ place: Int) -> Bool {
    guard place < concepts.count else { return false }
    let next = concepts[place]
    if next.may(.det) { return next.surface != "a" && next.surface != "an" }
    return next.word.kind == .word && place + 1 == concepts.count && !Self.isPlural(next.surface)
  }

  private static let deeds = WordSet([
    "accept", "decline", "reject", "refuse", "approve", "sign", "buy", "sell", "purchase", "merge", "keep", "store",
    "save", "share", "publish", "post", "leak", "use", "remember", "forget", "learn", "follow", "track", "install",
    "trust", "choose", "pick", "vote", "invest", "marry", "date", "eat", "drive", "wear", "pay", "hire", "invite",
  ])

  private static let media = WordSet(["images", "videos", "pictures", "photos", "audio", "recordings"])

  /// To be asked whether one can explain something is to be asked for it.
  private static let answering: Set = [
    "explain", "explain_how", "describe", "define", "compare", "difference", "about", "clarify", "why", "how",
    "recommend",
  ]

  /// So is to be asked whether one can name some.
  private static let told: Set = [
    "list", "name", "enumerate", "suggest", "recommend", "propose", "give me", "think of", "come up with", "brainstorm",
  ]
  private static let places: Set = ["into", "to", "in", "on", "for", "with"]

  /// A word that says no more than of what kind something is: "poems", "PDF files", "into Klingon".
  private func isBare(_ concept: Concept) -> Bool {
    guard concept.word.kind == .word else { return false }
    if let name = concept.name(.prep) { return Self.places.contains(name) }
    if concept.readings.isEmpty { return true }
    if [.det, .number, .payload, .relative, .not, .pronoun, .filler].contains(where: concept.may) {
      return false
    }
    return concept.name(.quality).map { !Self.owners.contains($0) } ?? true
  }

  private static let owners: Set = [
    "my", "our", "your", "his", "her", "their", "all", "every", "each", "some", "first",
  ]

  /// "I want to write a book", "I need to delete my account" say what somebody is about to do; nobody else is told to do it,
  /// unless there is a text to work on, or more is said of what is wanted.
  private func wishes(_ first: Int) -> Bool {
    guard concepts[first].name(.pronoun) == "self", first + 1 < concepts.count, let clause = clauses.first,
      clauses.count == 1, !pointsAtText
    else { return false }
    let verb = concepts[first + 1].name(.give) ?? concepts[first + 1].name(.verb)
    let object = clause.phrases.first(where: \.role.isEmpty)
    if verb == "make" {
      return clause.phrases.count == 1 && object?.qualities.isEmpty == true && object?.nouns.count == 1 && !isClosed
    }
    if verb.map(InlineText.tasks.contains) ?? false { return false }
    return object?.qualities.contains("my") == true
      || !isClosed && (verb.map(IntentForm.done.contains) ?? concepts[first + 1].readings.isEmpty)
  }

  /// "Let me know if the tests fail" is no question; nor is "tell me if you need anything".
  private func isAnnounced(_ index: Int) -> Bool {
    let surface = concepts[index].surface
    if surface == "tell me if" { return index + 1 < concepts.count && concepts[index + 1].surface == "you" }
    return surface.hasPrefix("let me know if") || surface.hasPrefix("let me know when")
  }

  // MARK: What happens, and what is there

  /// "The setting of a novel", "the conversion of the barn", "update of the law": the noun of a verb, where the request could
  /// order the same. A text such as a summary or a description can only be made.
  private func isEvent(_ index: Int) -> Bool {
    guard index + 1 < concepts.count, concepts[index + 1].word.text == "of", concepts[index + 1].may(.prep) else {
      return false
    }
    let concept = concepts[index]
    // "The letter", "my essay" are there.
    if index + 3 < concepts.count, Self.definite.contains(concepts[index + 2].surface), isText(concepts[index + 3]) {
      return false
    }
    // What is made is not there yet, whatever is pointed at.
    if concept.form == .ing, concept.name(.give) == "make" { return true }
    if isClosed, !isOfNumber(index + 2) { return false }
    if let name = concept.name(.nominal) {
      // The count of Monte Cristo counts nothing.
      return name == "count" ? !isSeveral(index + 2) : Self.events.contains(name)
    }
    guard let name = concept.name(.verb) ?? concept.name(.give) else { return false }
    // "An outline of a talk", "a draft of a letter" are texts; the reading of a letter is none.
    return name != "outline" && (concept.form == .ing || !clauses.contains(where: \.hasWork))
  }

  /// "The review of the critics", "the recommendation of the board": theirs, and not of them.
  private func isOfPeople(_ index: Int) -> Bool {
    guard let name = concepts[index].name(.nominal), Self.said.contains(name), index + 3 < concepts.count,
      concepts[index + 1].word.text == "of", Self.definite.contains(concepts[index + 2].surface)
    else { return false }
    return Self.people.contains(concepts[index + 3].word)
  }

  private static let said: Set = [
    "review", "explain", "summarize", "recommend", "assess", "critique", "feedback", "compare",
  ]

  private static let people = WordSet([
    "critic", "critics", "witness", "witnesses", "doctor", "doctors", "board", "committee", "commission", "judge",
    "judges", "jury", "court", "teacher", "teachers", "lawyer", "author", "authors", "editor", "editors", "expert",
    "experts", "referee", "inspector", "auditor", "auditors", "council", "minister", "president", "surgeon", "chef",
    "manager", "boss", "employer", "customer", "customers", "user", "users", "reader", "readers", "prosecutor",
  ])

  /// Whether a phrase that begins somewhere is of so many things: "the killing of 3 kings", but not "10 miles".
  private func isOfNumber(_ place: Int) -> Bool {
    place + 1 < concepts.count && concepts[place].word.kind == .number && !concepts[place + 1].may(.unit)
  }

  private func isText(_ concept: Concept) -> Bool {
    concept.may(.work) || concept.name(.thing).map(ImpliedTask.texts.contains) ?? false
  }

  private static let definite: Set = ["the", "my", "our", "your", "his", "her", "their"]

  private static let events: Set = [
    "correct", "rewrite", "convert", "classify", "shorten", "expand", "simplify", "fix", "refactor", "optimise",
    "translate", "get",
  ]

  /// "The script that runs every Monday" is there; "a script that runs every Monday" is to be written.
  private func isThere(_ index: Int, _ first: Int) -> Bool {
    let concept = concepts[index]
    let isLine = concept.word.text == "line"
    guard concept.may(.work) || concept.may(.thing) || isLine else { return false }
    let before = concepts[..<index].lastIndex {
      !$0.may(.quality) && !$0.may(.tool) && !$0.may(.format) && !$0.may(.language)
        && !(isLine && $0.readings.isEmpty && $0.word.kind == .word)
    }
    let next = index + 1 < concepts.count ? concepts[index + 1].surface : ""
    let isCode = concept.name(.thing).map(ImpliedTask.written.contains) == true
    // "The function of the liver" is what it does.
    if isCode, next == "of", clauses[0].isImplied { return true }
    guard let before, ["the", "this", "that", "these", "those"].contains(concepts[before].surface) else { return false }
    // "The story of Job" is told already; the regex for dates is wanted.
    if before == first, clauses[0].isImplied, clauses[0].hasWork, concept.may(.work), !isClosed {
      return concept.name(.verb) != "outline" && concept.name(.work) != "regex"
    }
    guard concept.may(.work) || isCode || clauses[0].isImplied && isLine else { return false }
    let isThat = { (text: String) in text.hasSuffix(" that") || text.hasSuffix(" which") }
    return isThat(concept.surface) || next == "that" || next == "which"
  }

  /// Whether a word tells what is to be done.
  private func isTask(_ concept: Concept) -> Bool {
    (concept.may(.verb) || concept.may(.give) || concept.may(.nominal) || concept.may(.howto))
      && concept.name(.give) != "any" && concept.name(.give) != "get"
  }

  // MARK: Tasks that end in "of"

  /// Whether a task such as "the number of" is followed by what it says: by several things to count, by something to calculate.
  private func counts(_ concept: Concept, _ index: Int) -> Bool {
    let rest = concepts[(index + 1)...]
    if concept.surface.hasSuffix("number of") { return isSeveral(index + 1) }
    if concept.surface.hasSuffix("result of") {
      return pointsAtText || rest.first.map(Self.isNumber) == true || rest.count(where: Self.isNumber) > 1
        || rest.contains { [.sign, .code, .quote].contains($0.word.kind) || $0.may(.sign) }
    }
    guard concept.name(.verb) == "optimize", let next = rest.first else { return true }
    // The speed of light cannot be increased.
    // An actor's performance is not how fast he is.
    if next.may(.det), rest.count == 2, rest.last?.readings.isEmpty == true, !pointsAtText { return false }
    return next.word.kind != .word || next.may(.det) || next.may(.quality) || next.may(.tool)
  }

  /// Whether a phrase that begins somewhere is of several things, or of something that is written as it is.
  private func isSeveral(_ start: Int) -> Bool {
    for place in start..<max(start, concepts.count) {
      let next = concepts[place]
      if next.word.kind != .word || next.form == .plural || Self.isPlural(next.surface) { return true }
      if place > start, next.may(.prep) || next.may(.relative) { return false }
    }
    return false
  }

  private static func isNumber(_ concept: Concept) -> Bool { concept.word.kind == .number || concept.may(.number) }

  private static func isPlural(_ word: String) -> Bool {
    word.hasSuffix("s") && !word.hasSuffix("ss") && !word.hasSuffix("us") && !word.hasSuffix("is")
      || ["people", "children", "men", "women", "mice", "feet", "teeth", "data", "criteria"].contains(word)
  }

  // MARK: What is named in full

  /// Whether it holds what can only be meant as it is written, or points at a text.
  private var isClosed: Bool {
    pointsAtText
      || concepts.contains { concept in
        switch concept.word.kind {
        case .quote, .code, .number, .sign: true
        case .word: concept.may(.format) || concept.may(.tool) || concept.may(.number)
        case .payload, .possessive, .pause: false
        }
      }
  }

  /// Whether it points at a text that is there.
  private var pointsAtText: Bool {
    concepts.contains { concept in
      concept.word.kind == .payload
        || concept.word.kind == .word
          && (concept.may(.payload)
            || (concept.surface.utf8.count == concept.word.text.utf8.count
              ? Self.pointers.contains(concept.word)
              : concept.surface.split(separator: " ").contains { Self.pointers.contains(String($0)) }))
    }
  }

  private static let pointers = WordSet([
    "this", "these", "those", "below", "above", "following", "attached", "stdin", "provided", "given",
  ])

  private func isSilent(_ concept: Concept) -> Bool {
    concept.word.kind == .pause || concept.may(.filler)
  }

  private static func isForeign(_ concept: Concept) -> Bool { concept.readings.latestLanguage != 0 }
}
