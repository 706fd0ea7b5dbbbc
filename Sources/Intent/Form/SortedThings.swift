/// What is put in order, and by what.
extension ImpliedTask {
  /// Pizza is ordered by phone, books by Tolkien are bought.
  static func isSorted(_ clause: Clause, _ isProgram: Bool) -> Bool {
    guard let key = clause.phrases.first(where: { $0.role == "by" })?.nouns.last else { return false }
    let object = clause.phrases.first(where: \.role.isEmpty)
    return isProgram || sortKeys.contains(key)
      || object.map { $0.nouns.count == 1 && rows.contains($0.nouns[0]) } ?? true
  }

  private static let sortKeys: Set = [
    "date", "'date", "name", "'name", "price", "'price", "size", "length", "'length", "value", "age", "'age", "time",
    "year", "day", "month", "number", "id", "'title", "title", "'author", "'rating", "'popularity", "'priority",
    "category", "type", "'type", "'relevance", "'importance", "'domain", "'color", "colour", "'weight", "'height",
  ]
}
