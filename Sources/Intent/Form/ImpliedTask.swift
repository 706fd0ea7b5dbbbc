/// Tasks that follow from what is asked for rather than from the verb: "12 * 7", "10 miles in km", "make it more formal".
enum ImpliedTask {
  typealias Clause = IntentBuilder.Clause
  typealias Slot = CanonicalIntent.Slot

  static func applied(
    to clauses: [Clause], slots: [Slot], pointsAtText: Bool
  ) -> (slots: [Slot], clauses: [Clause]) {
    var clauses = clauses
    var slots = slots
    clauses = withQueries(clauses)
    for index in clauses.indices {
      if index + 1 < clauses.count, clauses[index + 1].isSubordinate { code(&clauses[index]) }
      if pointsAtText { translation(&clauses[index], slots) }
      if !pointsAtText { ideas(&clauses[index]) }
      tone(&clauses[index], slots, isAboutText: pointsAtText && clauses.count == 1)
      let converts =
        index + 1 < clauses.count && clauses[index + 1].isSubordinate && clauses[index + 1].verb == "convert"
      appearing(&clauses[index], pointsAtText: pointsAtText)
      name(&clauses[index], &slots, converts: converts)
      TextTask.apply(to: &clauses[index], &slots, isAlone: clauses.count == 1, pointsAtText: pointsAtText)
    }
    return (slots, clauses)
  }

  /// "A query that returns all orders" is a query for all orders.
  private static func withQueries(_ clauses: [Clause]) -> [Clause] {
    var result: [Clause] = []
    for clause in clauses {
      if clause.isSubordinate, shows.contains(clause.verb), !clause.isNegated, let last = result.indices.last,
        result[last].phrases.count == 1, result[last].phrases[0].nouns.last == "query"
      {
        result[last].phrases += clause.phrases
        if result[last].isImplied { result[last].verb = "make" }
      } else {
        result.append(clause)
      }
    }
    return result
  }

  /// "Which names appear in the log": all names in it.
  private static func appearing(_ clause: inout Clause, pointsAtText: Bool) {
    guard clause.verb == "get", clause.said == "which" || clause.said == "what",
      clause.phrases.count == 2 ? clause.phrases[1].role == "in" : clause.phrases.count == 1 && pointsAtText,
      clause.phrases[0].role.isEmpty, clause.phrases[0].nouns.count > 1,
      let verb = clause.phrases[0].nouns.last, appear.contains(verb), clause.phrases[0].qualities.isEmpty,
      clause.phrases[0].nouns[clause.phrases[0].nouns.count - 2].hasSuffix(IntentBuilder.plural)
    else { return }
    clause.phrases[0].nouns.removeLast()
    let last = clause.phrases[0].nouns.count - 1
    clause.phrases[0].nouns[last] = IntentForm.withoutPlural(clause.phrases[0].nouns[last])
    clause.phrases[0].qualities = ["all"]
  }

  private static let appear: Set = ["'appear", "'occur", "appear", "occur", "be"]

  /// All that a query does with what it finds.
  private static let shows: Set = [
    "get", "'return", "'list", "'show", "'get", "'find", "'fetch", "'retrieve", "'select", "'display", "'give",
  ]

  /// "List five ideas" asks for some to be made, where there is no text to find them in.
  private static func ideas(_ clause: inout Clause) {
    guard clause.verb == "get", clause.hasWork, let index = clause.phrases.firstIndex(where: \.role.isEmpty),
      case let phrase = clause.phrases[index], let noun = phrase.nouns.last
    else { return }
    // "What are five good names for a cat": nobody asks for bad ones.
    if clause.said == "what is" || clause.said == "what are", noun == "name" || noun == "title" || noun == "slogan",
      phrase.qualities.count == 2, phrase.qualities.contains("good"),
      phrase.qualities.contains(where: { $0.hasPrefix("#") })
    {
      clause.phrases[index].qualities.removeAll { $0 == "good" }
      clause.verb = "make"
    }
    // "What are synonyms for happy": nobody wants to know what synonyms are.
    if clause.said == "what is" || clause.said == "what are",
      ["synonym", "antonym"].contains(IntentForm.withoutPlural(noun)),
      clause.phrases.contains(where: { $0.role == "for" || $0.role == "of" })
    {
      clause.verb = "make"
      clause.phrases[index].qualities.removeAll { $0 == "all" }
      clause.phrases[index].nouns = phrase.nouns.dropLast() + [IntentForm.withoutPlural(noun) + IntentBuilder.plural]
    }
    // "Give me five shop names": think of some. "List five planet names" are known.
    if clause.said == "give me", phrase.qualities.contains(where: { $0.hasPrefix("#") }), clause.phrases.count == 1,
      noun == "name" || noun == "name_idea"
    {
      clause.verb = "make"
    }
    guard ["idea", "tip", "synonym", "antonym", "analogy", "hashtag", "joke"].contains(noun),
      phrase.qualities.contains(where: { $0.hasPrefix("#") })
    else { return }
    clause.verb = "make"
  }

  /// "I need the SQL statement for adding a column": code that does something is to be written.
  private static func code(_ clause: inout Clause) {
    guard clause.isImplied, clause.verb == "get", let index = clause.phrases.firstIndex(where: \.role.isEmpty),
      let noun = clause.phrases[index].nouns.last, written.contains(noun)
    else { return }
    clause.verb = "make"
    clause.phrases[index].qualities.removeAll { $0 == "all" }
  }

  static let written: Set = ["function", "script", "query", "program", "class", "module", "app", "statement"]

  /// "I need this email in Italian", "put it into Italian"
  private static func translation(_ clause: inout Clause, _ slots: [Slot]) {
    guard clause.isImplied || clause.verb == "put", clause.phrases.count == 1,
      clause.phrases[0].role.isEmpty, clause.phrases[0].qualities.isEmpty, clause.phrases[0].heads.isEmpty,
      slots.count == 1, slots[0].name == "language to" || slots[0].name == "language"
    else { return }
    let isVersion = clause.phrases[0].nouns.last == "version" && clause.phrases[0].nouns.count > 1
    if slots[0].name == "language", !isVersion { return }
    let nouns = isVersion ? Array(clause.phrases[0].nouns.dropLast()) : clause.phrases[0].nouns
    guard nouns.count == 1, texts.contains(nouns[0]) else { return }
    clause.verb = "translate"
    clause.isImplied = false
    clause.phrases[0].nouns = nouns
  }

  private static func name(_ clause: inout Clause, _ slots: inout [Slot], converts: Bool) {
    let isAsked = ["get", "explain", "calculate", "howmuch"].contains(clause.verb)
    if isAsked, clause.phrases.count == 1, isArithmetic(clause.phrases[0]) { clause.verb = "calculate" }
    number(&clause)
    arrow(&clause)
    general(&clause, slots)
    comparative(&clause)
    whether(&clause, slots)
    roles(&clause)
    if clause.verb == "add", let first = clause.phrases.first(where: \.role.isEmpty)?.nouns.last,
      tests.contains(IntentForm.withoutPlural(first))
    {
      clause.verb = "make"
    }
    if clause.verb == "explain" || clause.verb == "explain_how" || clause.verb == "get",
      let last = clause.phrases.indices.first(where: { clause.phrases[$0].nouns.last == "difference" })
    {
      clause.verb = "difference"
      clause.phrases[last].nouns.removeLast()
    }
    convert(&clause)
    // "Java → Kotlin", "make this HTML into JSX"; not "a snippet that converts Java to Kotlin"
    if !converts, ["get", "make", "rewrite", "change", "put"].contains(clause.verb), !clause.hasWork,
      !clause.isGiven || clause.verb == "rewrite",
      ["format", "tool"].contains(where: { kind in
        slots.contains { $0.name == "\(kind) to" } && slots.contains { $0.name == "\(kind) from" }
      })
    {
      clause.verb = "convert"
    }
    if clause.verb == "get", slots.count(where: { $0.name.hasPrefix("format") }) == 1,
      let index = slots.firstIndex(where: { $0.name == "format" }),
      slots[index].value != "positive_negative", slots[index].value != "yes_no"
    {
      slots[index] = Slot(name: "format to", value: slots[index].value)
    }
    if ["get", "whether", "classify"].contains(clause.verb), slots.contains(where: { $0.value == "positive_negative" })
    {
      clause.verb = "classify"
    }
    if clause.verb == "put", slots.contains(where: { $0.name.hasPrefix("order") && $0.value != "as said" }) {
      clause.verb = "sort"
    }
    // "Translate this code to Kotlin"
    if clause.verb == "translate", slots.contains(where: { $0.name == "tool to" }) { clause.verb = "convert" }
    // "the Japanese for …"
    if clause.verb == "get", clause.phrases.count == 1, clause.phrases[0].role == "for",
      clause.phrases[0].nouns.count == 1,
      clause.phrases[0].nouns[0].hasPrefix("\""), slots.count == 1, slots[0].name == "language"
    {
      clause.verb = "translate"
      clause.phrases[0].role = ""
      slots[0] = Slot(name: "language to", value: slots[0].value)
    }
  }

  /// "The number of errors" says how many there are; the number of an order does not. "How many there are" says no more.
  private static func number(_ clause: inout Clause) {
    if clause.verb == "get", let index = clause.phrases.firstIndex(where: \.role.isEmpty),
      clause.phrases[index].nouns.last == "number", clause.phrases[index].isOfGenitive
    {
      var words = clause.phrases[index].nouns.dropLast().flatMap { $0.split(separator: " ").map(String.init) }
      if words.count > 1, words[0].hasPrefix("("), words[words.count - 1].hasSuffix(")") {
        words[0].removeFirst()
        words[words.count - 1].removeLast()
      }
      guard let last = words.last, last.hasSuffix(IntentBuilder.plural) else { return }
      clause.verb = "count"
      clause.phrases[index].qualities += words.filter { $0.hasPrefix("[") }.map { String($0.dropFirst().dropLast()) }
      clause.phrases[index].nouns = words.filter { !$0.hasPrefix("[") }
      clause.phrases[index].qualities.removeAll { $0 == "all" }
    }
    guard clause.verb == "count" else { return }
    for index in clause.phrases.indices where clause.phrases[index].nouns.last == "be" {
      let isThere = clause.phrases[index].nouns.suffix(2) == ["'there", "be"]
      // "How many words are in it"
      guard isThere || clause.phrases[index].role.isEmpty && clause.phrases[index].nouns.count > 1 else { continue }
      clause.phrases[index].nouns.removeLast(isThere ? 2 : 1)
    }
  }

  /// Words that name no more than what is there anyway: the rows that are sorted, the service that is restarted, dates "as a
  /// list", the changes of a commit.
  private static func general(_ clause: inout Clause, _ slots: [Slot]) {
    func removeBare(_ names: Set<String>, role: String) {
      clause.phrases.removeAll { phrase in
        phrase.role == role && phrase.qualities.isEmpty && phrase.heads.isEmpty && !phrase.isNegated
          && phrase.nouns.count == 1 && names.contains(phrase.nouns[0])
      }
    }
    // Where a program sorts, a list of lines is not a list of rows.
    let isProgram = clause.isSubordinate || slots.contains { $0.name == "tool" }
    if orders.contains(clause.verb) {
      for index in clause.phrases.indices where clause.phrases[index].role == "according_to" {
        clause.phrases[index].role = "by"
      }
    }
    if clause.verb == "sort" || clause.verb == "order" { column(&clause) }
    switch clause.verb {
    case "sort" where clause.phrases.contains { $0.role == "by" } && !isProgram: removeBare(rows, role: "")
    case "order" where isSorted(clause, isProgram):
      clause.verb = "sort"
      if !isProgram { removeBare(rows, role: "") }
    case "get" where clause.phrases.count > 1: removeBare(["list"], role: "as")
    case "turn_on", "turn_off": setting(&clause)
    case "start", "stop", "restart", "reload", "enable", "disable":
      if slots.contains(where: { $0.name == "tool" }) { removeBare(["service"], role: "") }
    case "make" where clause.phrases.count == 2 && clause.phrases[0].nouns == ["commit_message"]:
      if clause.phrases[1].role == "from", clause.phrases[1].nouns == ["diff"] {
        clause.phrases[0].nouns.insert("diff", at: 0)
        clause.phrases.removeLast()
      }
    case "difference" where clause.phrases.count == 2 && clause.phrases[1].role == "from":
      // "what distinguishes A from B"
      clause.phrases[0].nouns += ["&"] + clause.phrases[1].nouns
      clause.phrases.removeLast()
    case "make", "review":
      for index in clause.phrases.indices
      where clause.verb == "review" || clause.phrases[index].nouns.contains("commit_message") {
        if let place = clause.phrases[index].nouns.firstIndex(of: "changes") {
          clause.phrases[index].nouns[place] = "diff"
        }
      }
    default: break
    }
  }

  /// "Sort on the price column": by the price.
  private static func column(_ clause: inout Clause) {
    for index in clause.phrases.indices where ["by", "on"].contains(clause.phrases[index].role) {
      guard clause.phrases[index].nouns.count == 2, clause.phrases[index].heads.isEmpty,
        clause.phrases[index].qualities.isEmpty,
        let place = clause.phrases[index].nouns.firstIndex(where: { $0 == "column" || $0 == "field" })
      else { continue }
      clause.phrases[index].nouns.remove(at: place)
      clause.phrases[index].role = "by"
    }
  }

  /// To sort according to something is to sort by it.
  private static let orders: Set = ["sort", "order", "group", "rank", "'prioritize", "'organize", "prioritize"]

  static let rows: Set = [
    "row", "line", "list", "record", "data", "'item", "'entry", "row+", "line+", "record+", "'item+", "'entry+",
  ]

  /// "Make this query faster" is to optimize it, "improve its performance" as well.
  private static func comparative(_ clause: inout Clause) {
    if clause.verb == "make", !clause.isGiven, let index = clause.phrases.firstIndex(where: \.role.isEmpty),
      clause.phrases[index].heads.isEmpty, let quality = clause.phrases[index].lastQuality,
      let verb = comparatives[quality], let place = clause.phrases[index].qualities.lastIndex(of: quality)
    {
      clause.verb = verb
      clause.phrases[index].qualities.remove(at: place)
      if clause.phrases[index].isEmpty { clause.phrases.remove(at: index) }
    }
    guard ["optimize", "optimise", "improve"].contains(clause.verb),
      let index = clause.phrases.firstIndex(where: { $0.role.isEmpty && $0.nouns.last == "performance" })
    else { return }
    clause.verb = "optimize"
    if clause.phrases[index].nouns.count > 1 { clause.phrases[index].nouns.removeLast() }
  }

  private static let comparatives = [
    "faster": "optimize", "shorter": "shorten", "longer": "expand", "better": "improve", "simple": "simplify",
  ]

  /// Questions for yes or no in their several forms.
  private static func whether(_ clause: inout Clause, _ slots: [Slot]) {
    if clause.verb == "get", !clause.isGiven, slots.contains(where: { $0.value == "yes_no" }) {
      clause.verb = "whether"
    }
    // "Is there a test" is not "is this a test"; more words leave no doubt.
    if clause.verb == "whether_there", clause.phrases.count > 1 || !slots.isEmpty { clause.verb = "whether" }
    guard clause.verb == "whether" else { return }
    for index in clause.phrases.indices {
      clause.phrases[index].nouns.removeAll { $0 == "be" || $0 == "be+" }
      if clause.phrases[index].nouns.contains("may") {
        clause.phrases[index].nouns.removeAll { $0 == "may" }
        clause.verb = "may"
      }
    }
    // "Does the text contain names?" asks whether there are names.
    if clause.phrases.count == 1, clause.phrases[0].role == "with" { clause.phrases[0].role = "" }
  }

  /// Prepositions that mean the same after some verbs.
  private static func roles(_ clause: inout Clause) {
    if clause.verb == "lose" || clause.verb == "without-lose", clause.isNegated || clause.verb == "without-lose" {
      clause.verb = "keep"
      clause.isNegated = false
    }
    let ends = clause.phrases.last { $0.role == "to" }?.nouns.last
    if clause.verb == "change", clause.phrases.first?.nouns.last.map(isVerbatim) ?? false, ends.map(isVerbatim) ?? false
    {
      clause.verb = clause.phrases[0].nouns.first == "variable" ? "rename" : "replace"
    }
    for index in clause.phrases.indices {
      switch (clause.verb, clause.phrases[index].role) {
      case ("get", "from") where !isText(clause.phrases[index]): break
      case ("get", "from"), ("remove", "from"): clause.phrases[index].role = "in"
      case ("replace", "by"), ("replace", "to"): clause.phrases[index].role = "with"
      case ("make", "by"), ("make", "using"):
        // "an email based on these notes", "use these notes to write an email"
        if let noun = clause.phrases[index].nouns.last, sources.contains(noun) { clause.phrases[index].role = "from" }
      case ("add", "to"):
        if let first = clause.phrases.first(where: \.role.isEmpty)?.nouns.last, tests.contains(first) {
          clause.phrases[index].role = "for"
        }
      default: break
      }
    }
  }

  private static let sources: Set = [
    "note", "meeting_notes", "data", "table", "list", "bullet", "main_point", "transcript", "outline", "information",
    "diff", "log",
  ]
  private static let tests: Set = ["unit_test", "integration_test", "docstring"]

  private static func isVerbatim(_ noun: String) -> Bool { noun.hasPrefix("\"") || noun.hasPrefix("`") }

  private static func isArithmetic(_ phrase: IntentBuilder.Phrase) -> Bool {
    phrase.role.isEmpty && phrase.qualities.isEmpty && phrase.nouns.contains { $0.hasPrefix("~") }
      && phrase.nouns.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("~") }
  }

  /// To make something formal, or more readable, is to write it anew.
  private static func tone(_ clause: inout Clause, _ slots: [Slot], isAboutText: Bool) {
    guard ["make", "rewrite", "refactor", "improve", "convert", "change", "put", "get"].contains(clause.verb),
      !clause.isGiven || isAboutText, !clause.hasArrow, !clause.phrases.contains(where: { $0.role == "from" })
    else { return }
    // "A formal letter" is to be written, unless it is there already.
    if clause.isImplied, clause.hasWork, !(isAboutText && clause.phrases.count == 1) { return }
    let tones = slots.filter { $0.name == "tone" }.map(\.value)
    guard tones.count == 1 else { return }
    if slots.contains(where: { $0.name == "tone" }),
      let index = clause.phrases.firstIndex(where: { $0.nouns.last == "tone" }),
      clause.phrases[index].nouns.count > 1
    {
      clause.phrases[index].nouns.removeLast()
    }
    // "a more formal version of it"
    if clause.verb == "get" || clause.verb == "make", clause.phrases.first?.nouns.last == "version" {
      clause.phrases[0].nouns.removeLast()
    } else if clause.verb == "get" {
      return
    }
    if tones[0] == "simple_language", clause.verb != "improve" { clause.verb = "simplify" }
    if tones[0] == "readable" { clause.verb = "refactor" }
    if ["formal", "informal", "polite", "friendly", "professional", "passive", "active"].contains(tones[0]),
      clause.verb != "improve"
    {
      clause.verb = "rewrite"
    }
  }
}
