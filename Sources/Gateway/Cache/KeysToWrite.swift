import IntentCache

/// The keys of answers that are being written or wait for it, counted: two answers may be kept under one key.
struct KeysToWrite {
  private var keys: [UInt64: Int] = [:]
  /// What they answer, wherever it is asked.
  private var questions: [UInt64: Int] = [:]

  /// Whether nothing is to be written.
  var isEmpty: Bool { keys.isEmpty }

  /// Adds those of an answer.
  mutating func add(_ answer: CacheKeys) {
    for key in answer.beginnings { keys[key, default: 0] += 1 }
    for key in answer.question.beginnings { questions[key, default: 0] += 1 }
  }

  /// Takes away those of an answer.
  mutating func remove(_ answer: CacheKeys) {
    for key in answer.beginnings { Self.takeOne(key, from: &keys) }
    for key in answer.question.beginnings { Self.takeOne(key, from: &questions) }
  }

  /// Whether one of some keys is among them.
  func holdsOne(of some: [UInt64]) -> Bool { some.contains { keys[$0] != nil } }

  /// Whether one of them may answer a question, given by its beginnings, somewhere: if not, no key of that question is among
  /// them, and none needs to be made.
  func mayAnswer(_ question: [UInt64]) -> Bool { question.contains { questions[$0] != nil } }

  private static func takeOne(_ key: UInt64, from counts: inout [UInt64: Int]) {
    let count = (counts[key] ?? 1) - 1
    counts[key] = count == 0 ? nil : count
  }
}
