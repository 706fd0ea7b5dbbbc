/// Tools of which naming one says another, and prepositions that say the same before them.
enum NamedTools {
  /// "A Kubernetes deployment with kubectl", "in Python with pandas": who works with the one means the other.
  ///
  /// Only what is done to something is done with them: to install Kubernetes with kubectl is not to install kubectl.
  static func withoutImplied(_ slots: [IntentBuilder.FloatingSlot], _ clauses: [IntentBuilder.Clause])
    -> [IntentBuilder.FloatingSlot]
  {
    guard slots.count > 1,
      let slot = slots.first(where: {
        !$0.role.isEmpty && $0.name == "tool" && with.contains($0.role) && implied[$0.value] != nil
      })
    else { return slots }
    guard clauses.contains(where: { $0.phrases.contains(where: \.role.isEmpty) }),
      !clauses.contains(where: { $0.verb == "compare" })
    else { return slots }
    let others = slots.filter { $0.name == "tool" && $0.value != slot.value }
    // "List Python versions with pandas"
    guard others.count == 1, others[0].value == implied[slot.value],
      others[0].role == "in" || others[0].role.isEmpty && slot.value == "kubectl"
    else { return slots }
    return slots.filter { $0.name != "tool" || $0.value == slot.value }
  }

  private static let implied = ["kubectl": "kubernetes", "systemctl": "systemd", "pandas": "python"]
  private static let with: Set = ["with", "using", "via"]

  /// "Over SSH", "via SSH" and "with SSH" are one, where it is not set against another tool.
  static func role(_ slot: IntentBuilder.FloatingSlot, isAlone: Bool) -> String {
    if slot.role.isEmpty { return "" }
    return switch slot.role {
    case "via" where slot.name == "tool": "with"
    case "over", "through": isAlone && (slot.value == "ssh" || slot.value == "https") ? "with" : slot.role
    case "at": slot.value == "command_line" ? "on" : slot.role
    default: slot.role
    }
  }
}
