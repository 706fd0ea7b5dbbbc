/// All of a thing in one way: "list the dates", "list every date", "list all dates", where what is listed or removed is named alone.
enum AllThings {
  /// Says of a clause's things which are all of them.
  static func apply(_ clause: inout IntentBuilder.Clause) {
    for index in clause.phrases.indices where clause.phrases[index].role.isEmpty && !clause.phrases[index].isNegated {
      // "the names of all people" are all names of people.
      for place in clause.phrases[index].nouns.indices
      where clause.phrases[index].nouns[place].hasPrefix("([all] ") && clause.phrases[index].qualities.isEmpty {
        clause.phrases[index].nouns[place] = String(clause.phrases[index].nouns[place].dropFirst(7).dropLast())
        clause.phrases[index].qualities.append("all")
      }
      // "Every date" are all dates.
      if clause.phrases[index].qualities.contains("every"), clause.phrases[index].isOfEvery {
        clause.phrases[index].qualities = clause.phrases[index].qualities.map { $0 == "every" ? "all" : $0 }
      }
      defer { if clause.phrases[index].qualities.contains("all") { single(&clause.phrases[index]) } }
      let phrase = clause.phrases[index]
      guard phrase.heads.isEmpty ? phrase.isPlural : phrase.headIsPlural else { continue }
      if phrase.qualities.isEmpty, !phrase.nouns.contains(where: { $0.hasPrefix("#") }) {
        clause.phrases[index].qualities.append("all")
      }
    }
  }

  /// All of a thing are several of it: the plural says no more.
  static func single(_ phrase: inout IntentBuilder.Phrase) {
    let place = phrase.nouns.count - 1
    if place >= 0 { phrase.nouns[place] = IntentForm.withoutPlural(phrase.nouns[place]) }
    if !phrase.heads.isEmpty {
      phrase.nouns = phrase.nouns.map(IntentForm.withoutPlural)
    }
  }
}

extension IntentBuilder.Phrase {
  /// Whether every one of it are all of them: every blank line, but every other line are half of them, and every 5 rows a fifth.
  var isOfEvery: Bool {
    heads.isEmpty && !qualities.contains(where: Self.counting.contains)
      && !nouns.contains { $0.hasPrefix("#") || $0.hasPrefix("`") }
  }

  /// What says which ones of a row are meant.
  private static let counting: Set = [
    "other", "another", "first", "second", "third", "last", "next", "previous", "subsequent", "single", "few", "same",
    "such", "latest", "final",
  ]
}
