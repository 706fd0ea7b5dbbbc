/// Languages, formats and tools of what is there already: "this JSON" is not "this to JSON", nor "this Python code" "this code in
/// Python".
enum SlotPlaces {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.slots.isEmpty || b.slots.isEmpty { return nil }
    return bound(a, b) ?? bound(b, a)
  }

  /// What one points at, and the other has bound by a preposition alone.
  private static func bound(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    for name in pointed(in: one) where !pointed(in: other).contains(name) {
      let places = other.concepts.indices.filter { Self.name(other.concepts[$0]) == name }
      if !places.isEmpty, places.allSatisfy({ isBound(other.concepts, $0) }) {
        return "whether it is in \(name) already"
      }
    }
    return nil
  }

  /// The names of those that are pointed at.
  static func pointed(in facts: GuardFacts) -> [String] {
    if facts.slots.isEmpty { return [] }
    let concepts = facts.concepts
    guard concepts.contains(where: isConversion) else { return [] }
    return concepts.indices.dropFirst().compactMap { index in
      guard let name = name(concepts[index]),
        isPointer(concepts[index - 1]) || isGermanPointer(concepts, index - 1)
      else { return nil }
      return name
    }
  }

  private static func name(_ concept: Concept) -> String? {
    concept.name(.language) ?? concept.name(.format) ?? concept.name(.tool)
  }

  /// Whether something is made of what is there: to explain this SQL is to explain it in SQL.
  private static func isConversion(_ concept: Concept) -> Bool {
    if let verb = concept.name(.verb) { return converting.contains(verb) }
    if concept.word.text == "print" { return true }
    return concept.name(.give).map { $0 == "return" || $0 == "get" || $0 == "make" } ?? false
  }

  private static let converting: Set = [
    "convert", "rewrite", "translate", "change", "port", "migrate", "render", "put", "refactor", "format", "export",
    "print", "save", "reformat",
  ]

  private static func isPointer(_ concept: Concept) -> Bool {
    switch concept.surface {
    case "this", "that", "these", "those", "my", "our", "your", "the", "the following", "the given", "following": true
    default: false
    }
  }

  /// "Diesen englischen Text", but not "in die englische Sprache".
  private static func isGermanPointer(_ concepts: [Concept], _ index: Int) -> Bool {
    switch concepts[index].word.text {
    case "diesen", "diese", "dieses", "den", "die", "das", "meinen", "meine", "mein", "folgenden":
      index == 0 || concepts[index - 1].word.text != "in"
    default: false
    }
  }

  private static func isBound(_ concepts: [Concept], _ index: Int) -> Bool {
    guard index > 0 else { return false }
    // "Convert this to" is known as a whole.
    if [" to", " into", " as"].contains(where: concepts[index - 1].surface.hasSuffix) { return true }
    return ["to", "into", "in", "as", "using", "ins", "auf"].contains(
      concepts[index - 1].name(.prep) ?? concepts[index - 1].surface)
      || ["in ", "as ", "to ", "into ", "ins ", "auf "].contains(where: concepts[index].surface.hasPrefix)
  }
}
