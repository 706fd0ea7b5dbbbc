/// What stands for the whole request, and what ends a phrase or a clause.
extension IntentBuilder {
  mutating func float(_ slot: String, _ name: String) {
    if keepWithNoun(slot, name) { return }
    var role = phrase.isEmpty ? phrase.role : ""
    // "give me a JSON array of…" names the form of the answer.
    if slot == "format", role.isEmpty, clause.isGiven, clause.phrases.isEmpty, phrase.isEmpty { role = "to" }
    if slot == "audience" {
      // "A poem of children" is none for them; a letter to my boss may be none for my boss.
      if isAfterOf { role = "of" }
      if role == "to", let work = clause.phrases.last?.nouns.last, Self.addressed.contains(work) { role = "addressed" }
    }
    if isAfterNot {
      role = "not " + role
      isAfterNot = false
    }
    if let join, let last = slots.last, last.name == slot, phrase.isEmpty { role = last.role + join }
    // "a short email and a long letter": what is joined across a slot keeps its order.
    if let join, !phrase.isEmpty { phrase.nouns.append(join) }
    join = nil
    // "To English": no infinitive.
    if role == "to" { isAfterRelative = false }
    slots.append(FloatingSlot(name: slot, role: role, value: name))
    clause.hasSlot = true
    // "git delete branch"
    let isFirst = slot == "tool" && clause.verb.isEmpty && clause.phrases.isEmpty && phrase.isEmpty && role.isEmpty
    expectsVerb = isFirst || (expectsVerb && isAfterRelative)
  }

  /// Works that are sent to somebody.
  private static let addressed: Set = ["letter", "email", "message", "note", "reply", "invitation", "reminder", "memo"]

  /// Whether the concept that is looked at stands after "of", articles left out.
  var isAfterOf: Bool {
    var index = position - 1
    while index > 0, concepts[index].may(.det) { index -= 1 }
    return index >= 0 && concepts[index].name(.prep) == "of"
  }

  mutating func pause(_ text: String = ",") {
    keepNegation()
    endPhrase()
    if text == "(" { clause.hasBrackets = true }
    clause.hasPause = true
    expectsVerb = true
    isAfterRelative = false
    join = nil
  }

  mutating func possess() {
    phrase.isDetermined = true
    guard !phrase.qualities.isEmpty, !phrase.nouns.isEmpty else { return }
    phrase.nouns = [phrase.group]
    phrase.qualities = []
  }

  mutating func relative() {
    endPhrase()
    isAfterRelative = true
    expectsVerb = true
  }

  mutating func preposition(_ name: String) {
    join = nil
    // "Translate the word under into German": one that nothing stands after is what is asked about.
    if phrase.isEmpty, !phrase.role.isEmpty, position > 0,
      concepts[position - 1].may(.prep) || concepts[position - 1].may(.not)
    {
      let role = phrase.role
      phrase.role = ""
      noun("'" + role, isConcept: false)
    }
    let isGenitive = name == "of"
    if isGenitive, !phrase.isEmpty {
      if phrase.heads.isEmpty, phrase.headQualities.isEmpty {
        (phrase.headIsWork, phrase.headIsPlural) = (phrase.lastIsWork, phrase.isPlural)
      }
      phrase.heads = phrase.nouns + (phrase.heads.isEmpty ? [] : ["of"] + phrase.heads)
      if phrase.headQualities.isEmpty {
        phrase.headQualities = phrase.qualities
      } else {
        phrase.heads = phrase.qualities + phrase.heads
      }
      (phrase.nouns, phrase.qualities) = ([], [])
      phrase.lastIsConcept = false
      phrase.lastIsWork = false
      expectsVerb = false
      return
    }
    if name == "vs" {
      comparesTwo = true
      knowsTask = true
      join = "&"
      expectsVerb = false
      return
    }
    let hasWork = clause.hasWork || phrase.lastIsWork
    endPhrase()
    phrase.role = name == "of" ? "" : name == "on" && hasWork ? "about" : name
    expectsVerb = false
    if name == "to" || name == "by" || name == "for" { expectsVerb = true; isAfterRelative = true }
  }
}
