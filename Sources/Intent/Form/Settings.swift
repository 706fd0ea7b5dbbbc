/// What is on or off in a program.
extension ImpliedTask {
  /// "Turn on line numbers": enable them. A lamp is turned on, and enabled by nobody.
  static func setting(_ clause: inout Clause) {
    guard let noun = clause.phrases.first(where: \.role.isEmpty)?.nouns.last else { return }
    let bare = IntentForm.withoutPlural(noun.hasPrefix("'") ? String(noun.dropFirst()) : noun)
    if settings.contains(bare) { clause.verb = clause.verb == "turn_on" ? "enable" : "disable" }
  }

  private static let settings: Set = [
    "number", "logging", "mode", "highlighting", "caching", "compression", "feature", "option", "setting", "plugin",
    "extension", "authentication", "autocompletion",
  ]
}
