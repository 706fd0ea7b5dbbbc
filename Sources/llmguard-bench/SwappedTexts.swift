/// Texts that need another answer: arguments swapped across a preposition, numbers raised, an entity in place of another.
enum SwappedTexts {
  private static let prepositions: Set = [
    "from", "to", "and", "or", "than", "before", "after", "between", "for", "in", "on", "with", "at", "by", "of",
    "into", "over",
  ]
  private static let small: Set = [
    "the", "a", "an", "i", "my", "me", "you", "is", "are", "do", "does", "what", "how", "can", "please", "it", "that",
    "this",
    "be", "was", "will", "have", "has", "need", "want", "would", "could", "if", "not",
  ]
  private static let numbers = [
    "one": "two", "two": "three", "three": "four", "four": "five", "five": "six", "ten": "twelve", "twenty": "thirty",
    "first": "second", "hundred": "thousand",
  ]
  private static let entities = [
    "france", "boston", "denver", "visa", "mastercard", "yen", "monday", "tuesday", "john", "mary", "chase", "spanish",
    "google",
  ]

  /// All that are made of a text; none is the text itself.
  static func of(_ text: String) -> [String] {
    let words = text.split(separator: " ").map(String.init)
    let lower = words.map { $0.lowercased() }
    let content = words.indices.filter { !prepositions.contains(lower[$0]) && !small.contains(lower[$0]) }
    var result: [String] = []
    // Marks at a word's end are not the word.
    let bare = lower.map { String($0.prefix { $0.isLetter || $0.isNumber }) }
    func swap(_ i: Int, _ j: Int) {
      guard bare[i] != bare[j] else { return }
      var changed = words
      changed.swapAt(i, j)
      result.append(changed.joined(separator: " "))
    }
    func put(_ word: String, at index: Int) {
      guard word != bare[index] else { return }
      var changed = words
      changed[index] = word
      result.append(changed.joined(separator: " "))
    }
    let places = words.indices.filter { prepositions.contains(lower[$0]) }
    for place in places {
      if let left = content.last(where: { $0 < place }), let right = content.first(where: { $0 > place }) {
        swap(left, right)
      }
    }
    for (index, first) in places.enumerated() {
      for second in places[(index + 1)...] {
        guard let left = content.first(where: { $0 > first }), let right = content.first(where: { $0 > second }),
          left < second
        else { continue }
        swap(left, right)
      }
    }
    for index in words.indices {
      if let number = Int(words[index]), number < Int.max { put(String(number + 1), at: index) }
      if let other = numbers[lower[index]] { put(other, at: index) }
    }
    for (turn, index) in content.enumerated() { put(entities[(turn + text.utf8.count) % entities.count], at: index) }
    return result
  }
}
