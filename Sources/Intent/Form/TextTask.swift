/// What is done to a text that is there, in the words for it that say no more than others where a text is pointed at.
enum TextTask {
  typealias Clause = IntentBuilder.Clause
  typealias Slot = CanonicalIntent.Slot

  /// - Parameters:
  ///   - isAlone: whether the request has no other clause.
  ///   - pointsAtText: whether a text is pointed at.
  static func apply(to clause: inout Clause, _ slots: inout [Slot], isAlone: Bool, pointsAtText: Bool) {
    everyTime(&clause)
    if clause.isSubordinate || clause.isNegated { return }
    meaning(&clause)
    duplicates(&clause)
    calculated(&clause)
    general(&clause, pointsAtText: pointsAtText)
    creator(&clause, slots)
    language(&clause)
    each(&clause)
    sorted(&clause, slots)
    if isAlone, clause.verb == "put_this_into" { put(&clause, &slots) }
    guard pointsAtText else { return }
    if clause.verb == "define", clause.said != "define", clause.phrases.count == 1, clause.phrases[0].role.isEmpty,
      clause.phrases[0].nouns.count == 1, told.contains(clause.phrases[0].nouns[0]), clause.phrases[0].qualities.isEmpty
    {
      clause.verb = "explain"
    }
    // "What does this error mean": what is there is its message.
    if clause.verb == "explain", isAlone, clause.phrases.count == 1, clause.phrases[0].role.isEmpty,
      clause.phrases[0].nouns == ["error"], clause.phrases[0].qualities.isEmpty, clause.phrases[0].isDetermined
    {
      clause.phrases[0].nouns = ["error_message"]
    }
    if clause.verb == "spell_check", clause.phrases.count == 1 { clause.verb = "spellcheck" }
    // "An email based on these notes", "out of the notes below": from them.
    if clause.verb == "make", clause.phrases.count == 2,
      clause.phrases.contains(where: { $0.role.isEmpty && $0.lastIsWork }),
      let index = clause.phrases.firstIndex(where: { $0.role == "based_on" || $0.role == "out_of" }),
      ImpliedTask.isText(clause.phrases[index])
    {
      clause.phrases[index].role = "from"
    }
    if clause.verb == "cut" || clause.verb == "trim" || clause.verb == "reduce", clause.phrases.count < 2,
      clause.phrases.allSatisfy({ $0.role.isEmpty && $0.qualities.isEmpty }),
      slots.contains(where: { $0.name.hasPrefix("length") })
    {
      clause.verb = "shorten"
    }
    condensed(&clause, &slots)
    if isAlone { converted(&clause, slots) }
    if isAlone {
      given(&clause, slots)
      put(&clause, &slots)
    }
  }

  /// "Make a Markdown table from this CSV", "turn this Python script into a Bash script": convert it.
  private static func converted(_ clause: inout Clause, _ slots: [Slot]) {
    guard clause.verb == "make" || clause.verb == "format", !clause.isNegated else { return }
    let names = slots.map(\.name)
    if clause.phrases.isEmpty, names.contains("format from"), names.contains("format to"), names.count == 2 {
      clause.verb = "convert"
    }
    guard clause.verb == "make", names == ["tool from", "tool to"] || names == ["tool to", "tool from"],
      clause.phrases.count == 2, clause.phrases[0].role.isEmpty, clause.phrases[1].role == "from",
      clause.phrases[0].nouns.count == 1, clause.phrases[0].nouns == clause.phrases[1].nouns,
      clause.phrases.allSatisfy({ $0.qualities.isEmpty && !$0.isPlural })
    else { return }
    clause.verb = "convert"
    clause.phrases.removeLast()
  }

  /// What is explained by who says what it means.
  private static let told: Set = [
    "error_message", "error", "message", "clause", "log_line", "code", "command", "query",
  ]

  /// "On each push": on every one.
  private static func everyTime(_ clause: inout Clause) {
    for index in clause.phrases.indices
    where clause.phrases[index].qualities.count == 1 && clause.phrases[index].qualities[0] == "each"
      && times.contains(clause.phrases[index].role)
      && !clause.phrases[index].isPlural
    {
      clause.phrases[index].qualities = ["every"]
    }
  }

  private static let times: Set = ["on", "after", "before", "at"]

  /// "Meaning of HTTP 409": what is said of code is explained; words are defined.
  private static func meaning(_ clause: inout Clause) {
    guard clause.verb == "define", clause.said != "define", clause.phrases.count == 1, clause.phrases[0].role.isEmpty,
      clause.phrases[0].nouns.contains(where: { $0.hasPrefix("#") || $0.hasPrefix("`-") }),
      clause.phrases[0].nouns.count > 1
    else { return }
    clause.verb = "explain"
  }

  /// "Dedupe this list", "remove all duplicates from it": remove the duplicates.
  private static func duplicates(_ clause: inout Clause) {
    if clause.verb == "deduplicate", clause.phrases.count == 1, clause.phrases[0].role.isEmpty {
      var removed = IntentBuilder.Phrase()
      removed.qualities = ["duplicates"]
      clause.phrases[0].role = "in"
      clause.phrases.insert(removed, at: 0)
      clause.verb = "remove"
    } else if clause.verb == "remove",
      let index = clause.phrases.firstIndex(where: { $0.role.isEmpty && $0.qualities.contains("duplicates") }),
      clause.phrases[index].nouns.isEmpty
    {
      clause.phrases[index].qualities.removeAll { $0 == "all" || $0 == "any" }
    }
  }

  /// "15% of 80", "how much is 15% of 80": calculate it.
  private static func calculated(_ clause: inout Clause) {
    guard clause.verb == "get" || clause.verb == "howmuch", clause.phrases.count == 1,
      case let phrase = clause.phrases[0], phrase.role.isEmpty, phrase.qualities.isEmpty, phrase.nouns.count > 1
    else { return }
    let rest = phrase.nouns.drop { $0.hasPrefix("#") }
    guard rest.count < phrase.nouns.count, rest == ["percent"] && phrase.nouns.count == 3 || rest == ["square_root"]
    else {
      return
    }
    clause.verb = "calculate"
  }

  /// What says no more for being said otherwise: feedback on an essay, a recipe for pancakes.
  private static func general(_ clause: inout Clause, pointsAtText: Bool) {
    switch clause.verb {
    case "feedback" where clause.phrases.count(where: \.role.isEmpty) == 0:
      if let index = clause.phrases.firstIndex(where: { $0.role == "on" }) { clause.phrases[index].role = "" }
    case "make" where clause.phrases.count == 2 && clause.phrases[0].nouns.last == "recipe":
      guard clause.phrases[1].role == "for", clause.phrases[1].nouns.count == 1, clause.phrases[1].qualities.isEmpty
      else { return }
      clause.phrases[1].nouns[0] = IntentForm.withoutPlural(clause.phrases[1].nouns[0])
    // "Check this text for spelling mistakes"
    case "check" where clause.phrases.last?.role == "for" && clause.phrases.last?.nouns == ["spelling_mistake+"]:
      if clause.phrases.last?.qualities.allSatisfy({ $0 == "any" }) == false { return }
      clause.phrases.removeLast()
      clause.verb = "spellcheck"
    case "get" where clause.said.hasPrefix("show") && !pointsAtText:
      // "Show me an example of it": write one.
      guard clause.hasWork, clause.phrases.count == 1, clause.phrases[0].nouns.last == "example",
        clause.phrases[0].isOfGenitive, !clause.phrases[0].headIsPlural
      else { return }
      clause.verb = "make"
    // "What is the average of the price column in this CSV"
    case "get"
    where pointsAtText && clause.phrases.first.map { $0.isOfGenitive && $0.nouns.contains("column") } == true
      && clause.phrases[0].nouns.last.map(statistics.contains) == true:
      clause.verb = "calculate"
    case "get", "calculate", "count":
      days(&clause)
      sides(&clause)
      person(&clause)
      kindred(&clause)
    case "make", "explain": kindred(&clause)
    // "Why the sky is red" is why it is.
    case "why" where clause.phrases.first?.role == "":
      if let place = clause.phrases[0].nouns.firstIndex(where: { $0 == "be" || $0 == "be+" }), place > 0 {
        clause.phrases[0].nouns.remove(at: place)
      }
    // "Label this line as good or bad"
    case "label" where pointsAtText && clause.phrases.contains { $0.role == "as" }:
      if clause.phrases.contains(where: { $0.nouns.contains { $0.contains("|") } }) { clause.verb = "classify" }
    default: return
    }
  }

  private static let statistics: Set = ["average", "median", "sum", "total", "mean", "standard_deviation"]

  /// "President of France", "name the president of France": who that is.
  private static func person(_ clause: inout Clause) {
    guard clause.verb == "get", clause.isImplied || ["name", "tell me"].contains(clause.said),
      clause.phrases.count == 1,
      // "Apple's CEO"
      clause.phrases[0].isOfGenitive || clause.isImplied && clause.phrases[0].nouns.count == 2,
      clause.phrases[0].role.isEmpty, clause.phrases[0].qualities.isEmpty,
      // "Name a founder of Rome": there may be two.
      let last = clause.phrases[0].nouns.last,
      onlyOnes.contains(last) || clause.isImplied && makers.contains(last) && clause.phrases[0].isOfGenitive
    else { return }
    clause.verb = "who"
    clause.isImplied = false
  }

  /// "Who invented Perl": programs and languages are invented by whoever creates them.
  private static func creator(_ clause: inout Clause, _ slots: [Slot]) {
    guard clause.verb == "who", clause.phrases.count == 1, clause.phrases[0].nouns == ["inventor"],
      clause.phrases[0].qualities.isEmpty, slots.count == 1, slots[0].name == "tool"
    else { return }
    clause.phrases[0].nouns = ["creator"]
  }

  private static let onlyOnes: Set = ["president", "prime_minister", "mayor", "governor", "ceo"]
  private static let makers: Set = ["founder", "inventor", "creator", "composer", "author"]

  /// "A synonym of happy", "what is a synonym for happy": give one.
  private static func kindred(_ clause: inout Clause) {
    guard let index = clause.phrases.firstIndex(where: \.role.isEmpty), clause.phrases[index].qualities.isEmpty,
      let last = clause.phrases[index].nouns.last, last == "synonym" || last == "antonym"
    else { return }
    if clause.phrases.count == 1, clause.phrases[index].isOfGenitive, clause.phrases[index].nouns.count == 2 {
      var word = IntentBuilder.Phrase()
      (word.role, word.nouns) = ("for", [clause.phrases[index].nouns[0]])
      (clause.phrases[index].nouns, clause.phrases[index].heads) = ([last], [])
      clause.phrases[index].isOfGenitive = false
      clause.phrases.append(word)
    }
    if clause.phrases.count == 2, clause.phrases[1].role == "for" { clause.verb = "make" }
  }

  /// "The pros of remote work": its advantages; the pros of tennis are people.
  private static func sides(_ clause: inout Clause) {
    guard clause.verb == "get", clause.phrases.count == 1, clause.phrases[0].isOfGenitive,
      clause.phrases[0].nouns.count > 1,
      let last = clause.phrases[0].nouns.indices.last, let name = sided[clause.phrases[0].nouns[last]],
      !clause.phrases[0].nouns.contains(where: games.contains)
    else { return }
    clause.phrases[0].nouns[last] = name
  }

  private static let sided = ["pros": "advantages", "cons": "drawbacks"]
  private static let games: Set = [
    "'tennis", "'golf", "'football", "'soccer", "'basketball", "'baseball", "'hockey", "'boxing", "'chess", "'poker",
    "'wrestling", "'cycling", "'surfing", "'skating", "'club", "'league", "'tour", "'team", "team", "'prison",
  ]

  /// "Days between two dates", the number of them: how many there are.
  private static func days(_ clause: inout Clause) {
    guard clause.phrases.count == 2, clause.phrases[1].role == "between", clause.phrases[0].role.isEmpty,
      clause.phrases[0].qualities.allSatisfy({ $0 == "all" }), let unit = clause.phrases[0].nouns.first,
      Units.contains(unit), clause.phrases[1].nouns.contains(where: { $0.hasPrefix("#") }),
      // "List the days between …": which they are.
      clause.isImplied || clause.phrases[0].nouns.count > 1 || !showing.contains(clause.said),
      [["number"], ["be"], ["'are there"], []].contains(Array(clause.phrases[0].nouns.dropFirst()))
    else { return }
    (clause.phrases[0].nouns, clause.phrases[0].qualities, clause.phrases[0].heads) = ([unit], [], [])
    clause.phrases[0].isOfGenitive = false
    clause.verb = "count"
  }

  private static let showing: Set = ["list", "show", "name", "print", "display", "enumerate", "write", "find", "view"]

  /// "Fix the grammar", "correct the grammar": of language, but not of a program.
  private static func language(_ clause: inout Clause) {
    guard clause.verb == "fix" || clause.verb == "correct",
      let index = clause.phrases.firstIndex(where: \.role.isEmpty), clause.phrases[index].heads.count < 2,
      let noun = clause.phrases[index].nouns.last, ofLanguage.contains(IntentForm.withoutPlural(noun))
    else { return }
    clause.verb = "correct"
    // "The grammar mistakes", "any grammar mistakes": the grammar.
    if let name = mistaken[IntentForm.withoutPlural(noun)], clause.phrases[index].heads.isEmpty,
      clause.phrases[index].nouns.count == 1, clause.phrases[index].qualities.allSatisfy({ $0 == "all" || $0 == "any" })
    {
      (clause.phrases[index].nouns, clause.phrases[index].qualities) = ([name], [])
    }
    // "The grammar of this text" is that in it.
    guard clause.phrases[index].isOfGenitive, clause.phrases[index].nouns.count == 2,
      !clause.phrases.contains(where: { $0.role == "in" })
    else { return }
    let text = clause.phrases[index].nouns.removeFirst()
    (clause.phrases[index].heads, clause.phrases[index].isOfGenitive) = ([], false)
    if text != "'text" {
      var place = IntentBuilder.Phrase()
      (place.role, place.nouns) = ("in", [text])
      clause.phrases.append(place)
    }
  }

  private static let mistaken = ["grammar_mistake": "grammar", "spelling_mistake": "spelling"]
  private static let ofLanguage: Set = [
    "grammar", "'grammar", "spelling", "'spelling", "punctuation", "'punctuation", "typo", "'typo", "grammar_mistake",
    "spelling_mistake", "'spelling mistake",
  ]

  /// "Replace every comma", "replace all commas": each of them, by one of what stands for it.
  private static func each(_ clause: inout Clause) {
    guard eaching.contains(clause.verb), let index = clause.phrases.firstIndex(where: \.role.isEmpty),
      ["every", "each", "all"].contains(clause.phrases[index].qualities.first),
      clause.phrases[index].qualities.count == 1,
      clause.phrases[index].heads.isEmpty,
      let noun = clause.phrases[index].nouns.last.map(IntentForm.withoutPlural),
      clause.verb == "rename" || single.contains(noun) || noun.hasPrefix("\"")
    else { return }
    clause.phrases[index].qualities = ["all"]
    clause.phrases[index].nouns = clause.phrases[index].nouns.map(IntentForm.withoutPlural)
    // A tab becomes several spaces, or one.
    if noun == "'tab" || noun == "tab" { return }
    for place in clause.phrases.indices where clause.verb == "replace" && clause.phrases[place].role == "with" {
      clause.phrases[place].nouns = clause.phrases[place].nouns.map(IntentForm.withoutPlural)
    }
  }

  /// What is done to one of several at a time.
  private static let eaching: Set = [
    "replace", "rename", "correct", "fix", "convert", "highlight", "'highlight", "underline", "'underline", "redact",
    "'redact", "anonymise", "'anonymise", "capitalize", "'capitalize",
  ]

  /// What is replaced one by one. All paragraphs may be replaced by one summary.
  private static let single: Set = [
    "'comma", "'semicolon", "'colon", "'space", "space", "'tab", "tab", "'dot", "'hyphen", "'dash", "'newline",
    "'underscore", "'quote", "quote", "'apostrophe", "'bracket", "'vowel", "'consonant", "letter", "'letter", "'digit",
    "digit", "character", "'character", "occurrence", "'occurrence", "'instance", "'mention", "name", "'name", "date",
    "email_address", "url", "number", "typo", "'typo", "mistake", "error", "'timestamp", "timestamp",
    "'exclamation mark", "'blank", "phone_number", "ip_address",
  ]

  /// "Order this list alphabetically", "this list in alphabetical order": sort it.
  private static func sorted(_ clause: inout Clause, _ slots: [Slot]) {
    guard slots.contains(where: { $0.name == "order" && sortings.contains($0.value) }), clause.phrases.count == 1,
      clause.phrases[0].role.isEmpty
    else { return }
    switch clause.verb {
    case "order", "arrange": clause.verb = "sort"
    case "get" where clause.isImplied && clause.phrases[0].nouns == ["list"] && clause.phrases[0].qualities.isEmpty:
      clause.verb = "sort"
    default: return
    }
    clause.isImplied = false
  }

  private static let sortings: Set = ["alphabetical", "ascending", "descending", "chronological"]

  /// "Condense this report into three bullets": who says how many sentences or bullets shall be left asks for a summary.
  private static func condensed(_ clause: inout Clause, _ slots: inout [Slot]) {
    guard condensing.contains(clause.verb), clause.phrases.count < 3 else { return }
    if let index = clause.phrases.firstIndex(where: { phrase in
      phrase.role == "into" && phrase.nouns.count == 2 && phrase.nouns[0].hasPrefix("#") && phrase.qualities.isEmpty
        && parts.contains(phrase.nouns[1])
    }) {
      slots.append(Slot(name: "length", value: clause.phrases[index].nouns.joined(separator: " ")))
      clause.phrases.remove(at: index)
    }
    guard clause.verb != "summarize", clause.phrases.allSatisfy({ $0.role.isEmpty && $0.qualities.isEmpty }),
      slots.contains(where: { isInParts($0) })
    else { return }
    clause.verb = "summarize"
  }

  private static let condensing: Set = [
    "summarize", "condense", "distil", "distill", "boil_down", "digest",
  ]
  private static let parts: Set = ["sentence", "bullet", "paragraph"]

  private static func isInParts(_ slot: Slot) -> Bool {
    slot.name == "length" && slot.value.split(separator: " ").last.map { parts.contains(String($0)) } ?? false
  }

  /// "This table as JSON", "this article in one sentence": what becomes of a text that only is named.
  private static func given(_ clause: inout Clause, _ slots: [Slot]) {
    guard clause.phrases.count == 1, slots.count == 1, case let phrase = clause.phrases[0], phrase.role.isEmpty,
      phrase.qualities.isEmpty, phrase.heads.isEmpty, phrase.nouns.count == 1, ImpliedTask.isText(phrase)
    else { return }
    if slots[0].name == "format to" || slots[0].name == "format" && clause.verb == "make", slots[0].value == "bullets",
      ["get", "make", "print", "return", "change", "put", "rewrite"].contains(clause.verb)
    {
      clause.verb = "convert"
    } else if slots[0].name == "format to", !slots[0].value.isEmpty,
      ["get", "print", "return", "change"].contains(clause.verb), !phrase.isPlural
    {
      clause.verb = "convert"
    } else if clause.isImplied, clause.verb == "get", slots[0].name == "tone", voiced.contains(slots[0].value) {
      clause.verb = "rewrite"
    } else if clause.isImplied, clause.verb == "get", isInParts(slots[0]), ImpliedTask.texts.contains(phrase.nouns[0]) {
      clause.verb = "summarize"
    } else {
      return
    }
    clause.isImplied = false
  }

  /// "Put this into German", "render the message below in German": translate it.
  private static func put(_ clause: inout Clause, _ slots: inout [Slot]) {
    guard putting.contains(clause.verb), slots.count == 1,
      slots[0].name == "language to" || slots[0].name == "language",
      slots[0].name == "language to" || clause.verb != "put", clause.phrases.count < 2,
      clause.phrases.allSatisfy({ $0.role.isEmpty && $0.qualities.isEmpty && $0.nouns.count == 1 })
    else { return }
    clause.verb = "translate"
    slots[0] = Slot(name: "language to", value: slots[0].value)
  }

  private static let putting: Set = ["put", "put_this_into", "put_into", "render", "render_in"]

  private static let voiced: Set = ["passive", "active"]
}
