/// The words of an action, taken from the left.
struct ScenarioWords {
  private var words: [String]

  init(_ text: String) { words = text.split(separator: " ").map(String.init) }

  mutating func nextIfAny() -> String? { words.isEmpty ? nil : words.removeFirst() }

  mutating func next() throws -> String {
    guard let word = nextIfAny() else { throw Unreadable("a word is missing") }
    return word
  }

  /// A whole number; `max` is the largest.
  mutating func nextNumber() throws -> Int64 {
    let word = try next()
    if word == "max" { return .max }
    guard let number = Int64(word) else { throw Unreadable("'\(word)' is not a number") }
    return number
  }

  func contains(_ word: String) -> Bool { words.contains(word) }

  /// The word after another.
  func value(after word: String) -> String? {
    words.firstIndex(of: word).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
  }

  /// All words after another.
  func rest(after word: String) -> String? {
    words.firstIndex(of: word).map { words[($0 + 1)...].joined(separator: " ") }
  }

  /// All words that are left.
  func rest() -> String { words.joined(separator: " ") }
}
