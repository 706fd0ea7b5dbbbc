/// What is said of a kind of thing is said of one and of several: "how does a vaccine work", "how do vaccines work"; "the drawbacks
/// of an open-plan office", "… of open-plan offices"; "explain it to a beginner", "… to beginners".
enum GenericNumber {
  typealias Clause = IntentBuilder.Clause
  typealias Slot = CanonicalIntent.Slot

  /// - Parameter concepts: of the whole request, for its articles.
  static func apply(_ clauses: inout [Clause], _ slots: inout [Slot], _ concepts: [Concept], pointsAtText: Bool) {
    guard clauses.count == 1, !clauses[0].isNegated else { return }
    if clauses[0].verb == "explain" || clauses[0].verb == "explain_how" {
      for index in slots.indices where slots[index].name == "audience" {
        if let one = readers[slots[index].value] { slots[index] = Slot(name: "audience", value: one) }
      }
    }
    if pointsAtText || concepts.contains(where: isCounted) { return }
    switch clauses[0].verb {
    case "explain", "explain_how", "why": if !concepts.contains(where: points) { kind(&clauses[0]) }
    case "get": sides(&clauses[0], concepts)
    default: return
    }
  }

  /// One of several readers: who explains something to one of a kind explains it to all.
  private static let readers = [
    "beginners": "beginner", "children": "child", "managers": "manager", "executives": "executive",
    "developers": "developer", "engineers": "engineer", "students": "student", "experts": "expert",
    "end_users": "end_user", "laypeople": "layperson", "junior_developers": "developer_junior",
    "senior_developers": "developer_senior",
  ]

  private static func isCounted(_ concept: Concept) -> Bool { concept.word.kind == .number || concept.may(.number) }

  /// "These", "it"; that the heat pump is no kind is told by a guard (`KindGuard`).
  private static func points(_ concept: Concept) -> Bool {
    concept.may(.det) && !["a", "an", "the"].contains(concept.surface)
  }

  /// "Heat pumps": what is explained, as a heat pump is.
  private static func kind(_ clause: inout Clause) {
    guard let index = clause.phrases.firstIndex(where: \.role.isEmpty), case let phrase = clause.phrases[index],
      phrase.heads.isEmpty, !phrase.isNegated, phrase.qualities.isEmpty, !phrase.nouns.contains("&"),
      let place = phrase.nouns.lastIndex(where: { !deeds.contains($0) }), place > phrase.nouns.count - 3,
      case let noun = IntentForm.withoutPlural(phrase.nouns[place]), noun != phrase.nouns[place], noun.hasPrefix("'"),
      !others.contains(noun)
    else { return }
    clause.phrases[index].nouns[place] = noun
  }

  private static let deeds: Set = ["'work", "work", "'works", "'purr"]

  /// In the plural these are something else.
  private static let others: Set = [
    "'good", "'arm", "'custom", "'glass", "'manner", "'minute", "'work", "'spirit", "'force", "'mean", "'damage",
    "'premise", "'saving", "'term", "'odd", "'stock", "'derivative", "'option", "'future", "'bond", "'security",
    "'right", "'short", "'brief", "'trunk", "'draught", "'scale", "'window", "'leave", "'ash", "'look", "'due",
    "'fund", "'statistic", "'graphic", "'ethic", "'economic", "'physic", "'color", "'colour", "'brain", "'credit",
    "'people", "'time", "'letter", "'ground", "'content", "'new", "'note", "'drawer", "'sport", "'game", "'asset",
    "'moral", "'draft", "'checker", "'dart", "'blue", "'card", "'resource", "'logistic", "'remain", "'ruin",
    "'green", "'quarter", "'thank", "'weight", "'scissor", "'trouser", "'stair", "'spectacle", "'reform", "'bitter",
    "'relation", "'communication", "'proceeding", "'surrounding", "'earning", "'belonging", "'outskirt", "'clothe",
    "'headquarter", "'tropic", "'compasse", "'pant", "'jean", "'pajama", "'goggle", "'tight", "'cutter",
  ]

  /// Whether a noun in the plural is something else than several of it: customs, savings.
  static func isOther(_ singular: String) -> Bool { others.contains("'" + singular) }

  /// Qualities that only several have, each beside the others: who has separate accounts has two.
  static let comparing = WordSet([
    "separate", "different", "identical", "similar", "equal", "opposite", "opposing", "multiple", "dual", "twin",
    "joint", "mutual", "parallel", "adjacent", "consecutive", "mixed", "shared", "rival", "various", "several",
    "many", "other", "alternating", "competing", "conflicting", "matching", "unequal", "equivalent",
    "interchangeable",
  ])

  /// "The drawbacks of open-plan offices": those of an open-plan office.
  private static func sides(_ clause: inout Clause, _ concepts: [Concept]) {
    guard clause.phrases.count == 1, clause.phrases[0].role.isEmpty, clause.phrases[0].isOfGenitive,
      let head = clause.phrases[0].nouns.last, weighed.contains(head), clause.phrases[0].nouns.count > 1,
      concepts.contains(where: { $0.word.kind == .word && $0.word.text == "of" }),
      !concepts.contains(where: points)
    else { return }
    let place = clause.phrases[0].nouns.count - 2
    var noun = clause.phrases[0].nouns[place]
    let isGroup = noun.hasSuffix(")")
    if isGroup { noun.removeLast() }
    // To train dogs and the dogs that are trained are said alike.
    guard noun.hasSuffix(IntentBuilder.plural), !noun.contains(" & "), !noun.contains("ing "), !noun.contains("ing] "),
      !clause.phrases[0].nouns[..<place].contains(where: { $0.hasSuffix("ing") })
    else { return }
    let name = IntentForm.withoutPlural(noun)
    if let last = name.split(separator: " ").last, isOther(String(last.drop { $0 == "'" })) { return }
    if concepts.contains(where: { $0.word.kind == .word && comparing.contains($0.word) }) { return }
    clause.phrases[0].nouns[place] = name + (isGroup ? ")" : "")
  }

  private static let weighed: Set = [
    "advantages", "drawbacks", "pros_cons", "benefits", "risks", "'benefit+", "'risk+",
  ]
}
