import Digest

/// What an instruction asks for, without how it is worded.
///
/// Two instructions with the same key ask for the same. Words that are not known stay in the key as they are, so that a gap
/// in the lexicon makes two requests different, never equal.
public struct CanonicalIntent: Sendable, Equatable {
  /// One part of what is asked.
  public struct Slot: Sendable, Equatable {
    /// What the part is: `task`, `object`, `language to`, `format to`, `length`, or the preposition it is bound to.
    public let name: String
    /// Its value, as written in the key.
    public let value: String

    /// Makes a part.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What is to be done, as the lexicon calls it; empty where it is not known.
  public let task: String
  /// What it is done to.
  public let object: String
  /// All parts, task and object among them, in the order of the key.
  public let slots: [Slot]
  /// The hash of all of it: 32 bytes.
  public let key: [UInt8]
  /// Whether a task was recognised. Only then may a key answer; otherwise only equal text does.
  public let isUnderstood: Bool
  /// What it is made of; `nil` where it is not understood.
  private let form: IntentForm?

  /// Reads an instruction. Reading never fails: what is not understood is kept as it is written.
  public static func read(_ instruction: String) -> CanonicalIntent { ReadInstruction(instruction).intent }

  /// Whether a text is short and clean enough to be read.
  static func isReadable(_ instruction: String) -> Bool {
    var instruction = instruction
    return instruction.withUTF8 { $0.count <= InstructionWords.maximumBytes && !$0.contains(0) }
  }

  /// Reads an instruction of which the concepts are known.
  static func read(_ instruction: String, _ concepts: [Concept]) -> CanonicalIntent {
    if let (head, tail) = InlineText.split(instruction), !AskedFrame.isChoice(head, tail) {
      let builder = IntentBuilder(ConceptReader(InstructionWords(head).words).concepts)
      let form = IntentForm(builder, hasText: true)
      // Only a task that works on a text takes what follows a colon for one.
      if builder.knowsTask, InlineText.tasks.contains(form.task) {
        return CanonicalIntent(form, text: tail)
      }
      if InlineText.worksOnText(head), !InlineText.isChoice(tail) {
        return builder.knowsTask
          ? CanonicalIntent(form, text: tail) : CanonicalIntent(asWritten: instruction)
      }
    }
    let builder = IntentBuilder(concepts)
    guard builder.knowsTask else { return CanonicalIntent(asWritten: instruction) }
    return CanonicalIntent(IntentForm(builder), text: nil)
  }

  private init(_ form: IntentForm, text: String?) {
    self.init(
      task: form.task, object: form.object,
      slots: form.slots + (text.map { [Slot(name: "text", value: $0)] } ?? []), form: text == nil ? form : nil,
      isUnderstood: true)
  }

  private init(task: String, object: String, slots: [Slot], form: IntentForm?, isUnderstood: Bool) {
    (self.task, self.object, self.slots, self.isUnderstood) = (task, object, slots, isUnderstood)
    self.form = form
    // The version of the form: keys of another one do not match.
    var bytes = Array("intent 12".utf8)
    bytes.reserveCapacity(256)
    for slot in slots {
      for part in [slot.name, slot.value] {
        Self.append(part.utf8.count, to: &bytes)
        bytes += part.utf8
      }
    }
    key = SHA256.hash(bytes)
  }

  /// Adds a number in digits and a colon.
  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    if number >= 10 { appendDigits(number / 10, to: &bytes) }
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    bytes.append(UInt8(ascii: ":"))
  }

  private static func appendDigits(_ number: Int, to bytes: inout [UInt8]) {
    if number >= 10 { appendDigits(number / 10, to: &bytes) }
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  init(asWritten instruction: String) {
    let text = String(decoding: NormalisedText.exact(instruction), as: UTF8.self)
    self.init(task: "", object: text, slots: [Slot(name: "as written", value: text)], form: nil, isUnderstood: false)
  }

  /// The parts, however they are put together; `nil` where the wording of something counts.
  private var parts: IntentParts? {
    form.map { IntentParts($0.clauses, slots: $0.floating, isOrdered: $0.isOrdered) }
  }

  /// The hash of its parts in no order: 32 bytes; `nil` where the wording of something counts. Intents with equal ones may ask
  /// for the same: `asksTheSame` says.
  public var partsKey: [UInt8]? { parts?.key }

  /// Whether both ask for the same: their keys are equal, or they are made of the same parts in a way that means the same.
  public func asksTheSame(as other: CanonicalIntent) -> Bool {
    guard isUnderstood, other.isUnderstood else { return false }
    if key == other.key { return true }
    guard let a = parts, let b = other.parts else { return false }
    return a.key == b.key && IntentParts.agree(a, b)
  }

  /// Equal where all parts are.
  public static func == (a: CanonicalIntent, b: CanonicalIntent) -> Bool {
    a.isUnderstood == b.isUnderstood && a.slots == b.slots
  }

  /// The parts of two intents side by side, those of one name in one row; `nil` where one of them has no such part.
  public static func sideBySide(_ a: CanonicalIntent, _ b: CanonicalIntent) -> [(name: String, a: String?, b: String?)]
  {
    var rest = b.slots[...]
    var rows: [(name: String, a: String?, b: String?)] = []
    for slot in a.slots {
      guard let place = rest.firstIndex(where: { $0.name == slot.name }) else {
        rows.append((slot.name, slot.value, nil))
        continue
      }
      for skipped in rest[..<place] { rows.append((skipped.name, nil, skipped.value)) }
      rows.append((slot.name, slot.value, rest[place].value))
      rest = rest[(place + 1)...]
    }
    return rows + rest.map { ($0.name, nil, $0.value) }
  }

  /// The first part in which two intents differ, in words; nil when they are the same.
  ///
  /// - Parameter shown: how two values are to be read side by side.
  public static func firstDifference(
    _ a: CanonicalIntent, _ b: CanonicalIntent, shown: (String, String) -> (String, String) = { ($0, $1) }
  ) -> String? {
    if a.key == b.key { return nil }
    guard let row = sideBySide(a, b).first(where: { $0.a != $0.b }) else { return "the wording" }
    let (one, other) = shown(row.a ?? "", row.b ?? "")
    if row.a == nil { return "\(row.name): only the second one says '\(other)'" }
    if row.b == nil { return "\(row.name): only the first one says '\(one)'" }
    return "\(row.name): '\(one)' is not '\(other)'"
  }
}

extension CanonicalIntent: CustomStringConvertible {
  /// One part a line: its name, a tab, its value.
  public var description: String { slots.map { "\($0.name)\t\($0.value)" }.joined(separator: "\n") }
}
