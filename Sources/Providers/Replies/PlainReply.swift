import TextFormats

/// Most replies are whole, of one form, and neither refuse nor call anything. They are looked at where they stand: to make values of
/// one takes four times as long.
extension RepeatableReply {
  /// Whether a reply of that form is an answer; `nil` for any other, of which all is read.
  static func isPlainAnswer(_ body: [UInt8], statesMaximum: Bool) -> Bool? {
    var reply = RepeatableReply(statesMaximum: statesMaximum)
    let isWalked = JSONWalk.over(body) { (walk) throws(JSONWalk.GivenUp) in try reply.look(&walk, at: .reply) }
    return isWalked ? reply.isAnswer : nil
  }

  private enum Part {
    case reply
    case choice
    case message
  }

  private mutating func look(_ walk: inout JSONWalk, at part: Part) throws(JSONWalk.GivenUp) {
    var (hasChoices, hasMessage, hasEnding, hasText) = (false, false, false, false)
    // Of a key that stands twice, the last value counts, which another reading has to find.
    func once(_ isThere: inout Bool) throws(JSONWalk.GivenUp) {
      if isThere { throw JSONWalk.GivenUp() }
      isThere = true
    }
    try walk.object { (walk, key) throws(JSONWalk.GivenUp) in
      switch (PlainNames.shared.name(key), part) {
      case (.choices, .reply):
        try once(&hasChoices)
        try walk.array { (walk) throws(JSONWalk.GivenUp) in try look(&walk, at: .choice) }
      case (.message, .choice):
        try once(&hasMessage)
        try look(&walk, at: .message)
      case (.ending, .choice):
        try once(&hasEnding)
        if try walk.null() { return }
        guard let word = try walk.text().plain else { throw JSONWalk.GivenUp() }
        _ = note(ending: String(decoding: word, as: UTF8.self))
      case (.text, .choice), (.text, .message):
        try once(&hasText)
        if try walk.null() { return }
        if try walk.text().isVisible { saysSomething = true }
      case (.other, _): try walk.pass()
      case (.empty, _):
        // A refusal that is none, and no calls.
        if try walk.null() { return }
        if walk.next == UInt8(ascii: "[") {
          try walk.array { (_) throws(JSONWalk.GivenUp) in throw JSONWalk.GivenUp() }
        } else {
          throw JSONWalk.GivenUp()
        }
      case (.object, .reply):
        guard let word = try walk.text().plain, !word.elementsEqual("response".utf8) else { throw JSONWalk.GivenUp() }
      case (nil, _):
        if walk.next == UInt8(ascii: "{") || walk.next == UInt8(ascii: "[") { throw JSONWalk.GivenUp() }
        try walk.pass()
      default: throw JSONWalk.GivenUp()
      }
    }
  }
}

/// What a member's name says of a plain reply.
private struct PlainNames {
  enum Name {
    case choices
    case message
    case ending
    case object
    case text
    /// It says nothing of the answer.
    case other
    /// It refuses or calls something, where it is not empty.
    case empty
    /// It tells of another form.
    case odd
  }

  static let shared = PlainNames()

  private var names: [(text: StaticString, name: Name)] = []
  /// Where those of each length begin.
  private var starts: [Int] = []

  private init() {
    let named: [(StaticString, Name)] = [
      ("choices", .choices), ("message", .message), ("finish_reason", .ending), ("object", .object), ("content", .text),
      ("text", .text), ("refusal", .empty),
    ]
    let odd: [StaticString] = [
      "error", "promptFeedback", "candidates", "stop_reason", "done_reason", "finishReason", "done", "type", "response",
      "status", "thought",
    ]
    names = named + odd.map { ($0, .odd) }
    names += RepeatableReply.calls.map { ($0, .empty) }
    names += RepeatableReply.others.map { ($0, .other) }
    // Wherever else an answer may stand.
    names += RepeatableReply.holders.compactMap { holder in
      named.contains { $0.0.description == holder.description } ? nil : (holder, .odd)
    }
    names.sort { $0.text.utf8CodeUnitCount < $1.text.utf8CodeUnitCount }
    let longest = names.last?.text.utf8CodeUnitCount ?? 0
    starts = (0...(longest + 1)).map { length in
      names.firstIndex { $0.text.utf8CodeUnitCount >= length } ?? names.count
    }
  }

  func name(_ key: UnsafeBufferPointer<UInt8>) -> Name? {
    guard key.count + 1 < starts.count else { return nil }
    for place in starts[key.count]..<starts[key.count + 1] {
      let text = names[place].text.utf8Start
      var index = 0
      while index < key.count, text[index] == key[index] { index += 1 }
      if index == key.count { return names[place].name }
    }
    return nil
  }
}
