/// Two things that are only compared, neither of which comes before the other: "TCP vs UDP", "the difference between UDP and TCP".
enum ComparedPair {
  /// Whether two texts compare the same two things and say nothing else.
  static func isOne(_ a: GuardFacts, _ b: GuardFacts) -> Bool {
    guard let left = sides(a.pieces), let right = sides(b.pieces) else { return false }
    return left == right || left.0 == right.1 && left.1 == right.0
  }

  private static func sides(_ words: [InstructionWord]) -> (String, String)? {
    guard words.count > 2, words.count < 22, words.contains(where: { $0.kind == .word && comparing.contains($0) })
    else {
      return nil
    }
    var sides: [String] = [""]
    var isParted = false
    for word in words {
      switch word.kind {
      case .pause: continue
      case .word where asking.contains(word): continue
      case .word where parting.contains(word):
        // "Between A and B": one of them parts the two.
        if sides[sides.count - 1].isEmpty || isParted { return nil }
        isParted = true
        sides.append("")
      case .word, .code, .quote, .number: sides[sides.count - 1] += " " + word.text.lowercased()
      default: return nil
      }
    }
    return sides.count == 2 && !sides[1].isEmpty ? (sides[0], sides[1]) : nil
  }

  private static let comparing = WordSet(["difference", "differences", "differ", "vs", "versus", "compare"])
  /// What says no more than that something is compared.
  private static let asking = WordSet([
    "what", "is", "are", "the", "explain", "difference", "differences", "between", "differ", "how", "do", "does", "a",
    "an", "compare", "please",
  ])
  private static let parting = WordSet(["and", "vs", "versus", "from"])
}
