/// Tasks that follow from what is asked for rather than from the verb: "12 * 7", "10 miles in km", "make it more formal".
enum ImpliedTask {
  typealias Clause = IntentBuilder.Clause
  typealias Slot = CanonicalIntent.Slot

  static func applied(to clauses: [Clause], slots: [Slot]) -> (slots: [Slot], clauses: [Clause]) {
    var clauses = clauses
    var slots = slots
    for index in clauses.indices { name(&clauses[index], &slots) }
    return (slots, clauses)
  }

  private static func name(_ clause: inout Clause, _ slots: inout [Slot]) {
    let isAsked = clause.verb == "get" || clause.verb == "explain" || clause.verb == "calculate"
    if isAsked, clause.phrases.count == 1, isArithmetic(clause.phrases[0]) { clause.verb = "calculate" }
    comparative(&clause)
    whether(&clause, slots)
    roles(&clause)
    if clause.verb == "explain" || clause.verb == "get",
      let last = clause.phrases.indices.first(where: { clause.phrases[$0].nouns.last == "difference" })
    {
      clause.verb = "difference"
      clause.phrases[last].nouns.removeLast()
    }
    convert(&clause)
    // "Java → Kotlin", "make this HTML into JSX"
    if ["get", "make", "rewrite", "change", "put"].contains(clause.verb), !clause.hasWork,
      !clause.isGiven || clause.verb == "rewrite",
      ["format", "tool"].contains(where: { kind in
        slots.contains { $0.name == "\(kind) to" } && slots.contains { $0.name == "\(kind) from" }
      })
    {
      clause.verb = "convert"
    }
    tone(&clause, slots)
    if ["get", "whether", "classify"].contains(clause.verb), slots.contains(where: { $0.value == "positive_negative" })
    {
      clause.verb = "classify"
    }
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
    guard clause.verb == "optimize" || clause.verb == "improve",
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
    guard clause.verb == "whether" else { return }
    for index in clause.phrases.indices {
      clause.phrases[index].nouns.removeAll { $0 == "be" }
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
      case ("get", "from"), ("remove", "from"): clause.phrases[index].role = "in"
      case ("replace", "by"), ("replace", "to"): clause.phrases[index].role = "with"
      default: break
      }
    }
  }

  private static func isVerbatim(_ noun: String) -> Bool { noun.hasPrefix("\"") || noun.hasPrefix("`") }

  private static func isArithmetic(_ phrase: IntentBuilder.Phrase) -> Bool {
    phrase.role.isEmpty && phrase.qualities.isEmpty && phrase.nouns.contains { $0.hasPrefix("~") }
      && phrase.nouns.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("~") }
  }

  /// "Convert 10 miles to km", "10 miles in km", "how many km are 10 miles".
  private static func convert(_ clause: inout Clause) {
    guard ["get", "convert", "count", "howmuch"].contains(clause.verb) else { return }
    var target: String?
    var source: String?
    for phrase in clause.phrases {
      var nouns = phrase.nouns
      guard phrase.qualities.isEmpty || phrase.qualities == ["all"] else { return }
      if phrase.role.isEmpty, nouns.count > 2, Units.contains(nouns[0]), ["be", "in"].contains(nouns[1]) {
        guard target == nil else { return }
        target = nouns[0]
        nouns.removeFirst(2)
      }
      if nouns.count == 1, Units.contains(nouns[0]), target == nil {
        target = nouns[0]
      } else if nouns.count == 2, nouns[0].hasPrefix("#"), Units.contains(nouns[1]), source == nil {
        source = nouns.joined(separator: " ")
      } else {
        return
      }
    }
    guard let target, let source else { return }
    clause.verb = "convert"
    var from = IntentBuilder.Phrase()
    from.nouns = [source]
    var to = IntentBuilder.Phrase()
    (to.role, to.nouns) = ("to", [target])
    clause.phrases = [from, to]
  }

  /// To make something formal, or more readable, is to write it anew.
  private static func tone(_ clause: inout Clause, _ slots: [Slot]) {
    guard ["make", "rewrite", "refactor", "improve", "convert", "change", "put", "get"].contains(clause.verb),
      !clause.isGiven
    else { return }
    let tones = slots.filter { $0.name == "tone" }.map(\.value)
    guard tones.count == 1 else { return }
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

/// Units that one can be turned into another.
enum Units {
  private static let names: Set = [
    "kb", "mb", "gb", "tb", "ms", "second", "minute", "hour", "day", "week", "month", "year", "km", "mile", "meter",
    "cm", "mm",
    "kg", "gram", "pound", "litre", "gallon", "dollar", "euro", "celsius", "fahrenheit",
  ]
  static func contains(_ name: String) -> Bool { names.contains(name) }
}
