/// Things that are made from others: "interview -> case study", "turn this changelog into release notes for customers".
extension ImpliedTask {
  /// "Interview -> case study" is to make the one from the other; "outline a post" is to make its outline; of a service only its
  /// name counts.
  static func arrow(_ clause: inout Clause) {
    if clause.phrases.count == 2, clause.phrases[0].role.isEmpty, clause.phrases[1].role == "to",
      clause.hasArrow ? clause.isImplied : clause.verb == "convert" && clause.phrases[1].lastIsWork
    {
      clause.phrases[0].role = "from"
      clause.phrases[1].role = ""
      clause.phrases.swapAt(0, 1)
      clause.verb = "make"
      clause.isImplied = false
      clause.phrases[0].qualities.removeAll { $0 == "all" }
      clause.phrases[1].qualities.removeAll { $0 == "all" }
    }
    // "Turn this changelog into release notes for customers"
    if clause.phrases.count == 3, clause.verb == "convert", clause.phrases.map(\.role) == ["", "to", "for"],
      clause.phrases[1].lastIsWork, clause.phrases[2].nouns.count == 1
    {
      clause.phrases[0].role = "from"
      clause.phrases[1].role = ""
      clause.phrases.swapAt(0, 1)
      clause.verb = "make"
    }
    if clause.verb == "outline", !clause.isSubordinate, let index = clause.phrases.firstIndex(where: \.role.isEmpty) {
      clause.verb = "make"
      clause.phrases[index].nouns.append("outline")
    }
  }
}
