import Digest

/// What an instruction asks for, without how it is worded.
///
/// Two instructions with the same key ask for the same. Words that are not known stay in the key as they are, so that a gap
/// in the lexicon makes two requests different, never equal.
public struct CanonicalIntent: Sendable, Equatable {
  /// One part of what is asked.
  public struct Slot: Sendable, Equatable {
    /// What the part is: `language`, `format`, `not`, `number`, …
    public let name: String
    /// Its value, as written in the key.
    public let value: String
  }

  /// What is to be done, as the lexicon calls it; empty where it is not known.
  public let task: String
  /// What it is done to.
  public let object: String
  /// Everything else, in the order of the key.
  public let slots: [Slot]
  /// The hash of all of it: 32 bytes.
  public let key: [UInt8]
  /// Whether a task was recognised. Only then may a key answer; otherwise only equal text does.
  public let isUnderstood: Bool

  /// Reads an instruction. Reading never fails: what is not understood is kept as it is written.
  public static func read(_ instruction: String) -> CanonicalIntent {
    let text = String(decoding: NormalisedText.exact(instruction), as: UTF8.self)
    return CanonicalIntent(
      task: "", object: text, slots: [], key: SHA256.hash(Array("text:".utf8) + Array(text.utf8)), isUnderstood: false)
  }

  /// The first part in which two intents differ, in words; nil when they are the same.
  public static func firstDifference(_ a: CanonicalIntent, _ b: CanonicalIntent) -> String? {
    if a.key == b.key { return nil }
    if a.task != b.task { return difference("task", a.task, b.task) }
    if a.object != b.object { return difference("object", a.object, b.object) }
    for index in 0..<max(a.slots.count, b.slots.count) {
      let left = index < a.slots.count ? a.slots[index] : nil
      let right = index < b.slots.count ? b.slots[index] : nil
      if left != right { return difference(left?.name ?? right?.name ?? "", left?.value ?? "", right?.value ?? "") }
    }
    return "the wording"
  }

  private static func difference(_ name: String, _ a: String, _ b: String) -> String {
    func quoted(_ value: String) -> String { value.isEmpty ? "none" : "'\(value)'" }
    return "\(name): \(quoted(a)) and \(quoted(b))"
  }
}

extension CanonicalIntent: CustomStringConvertible {
  /// One part a line: its name, a tab, its value.
  public var description: String {
    ([Slot(name: "task", value: task), Slot(name: "object", value: object)] + slots)
      .filter { !$0.value.isEmpty }.map { "\($0.name)\t\($0.value)" }.joined(separator: "\n")
  }
}
