/// Questions for what makes a fault that is there, as one order: "what causes this error", "what is the cause of this error", "why am
/// I getting this error".
enum AskedCause {
  /// "Explain the cause of this error"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    var place = 0
    if let opening = openings.first(where: { begins(words, 0, with: $0) }) { place = opening.count }
    guard let question = questions.first(where: { begins(words, place, with: $0) }) else { return nil }
    place += question.count
    let isRoot = question.contains("root")
    let end = words[place...].firstIndex { $0.kind == .pause } ?? words.count
    // What is asked for beside it, or how it shall be answered, may change what is asked.
    guard place < end, words[end...].allSatisfy({ $0.kind == .pause }) || isLength(words[(end + 1)...]),
      CarrierFrame.isPointed(words[place..<end]),
      words[place..<end].contains(where: { $0.kind == .word && faults.contains($0) })
    else { return nil }
    // "The reason for this error message": for the error.
    var fault = Array(words[place...])
    if let error = fault.firstIndex(where: { $0.text == "error" }), error + 1 < fault.count,
      fault[error + 1].kind == .word, fault[error + 1].text == "message"
    {
      fault.remove(at: error + 1)
    }
    return (isRoot ? ["explain", "the", "root", "cause", "of"] : ["explain", "the", "cause", "of"]).map(
      InstructionWord.word)
      + fault
  }

  /// "In one sentence"
  private static func isLength(_ words: ArraySlice<InstructionWord>) -> Bool {
    let words = words.filter { $0.kind != .pause }
    return words.count == 3 && words[0].text == "in" && (words[1].kind == .number || words[1].isWord([.number]))
      && (words[2].text.hasPrefix("sentence") || words[2].text.hasPrefix("word"))
  }

  /// A word of each of its frames.
  static let triggers = ["cause", "causes", "causing", "getting", "get", "reason"]

  private static let openings = [
    ["explain"], ["tell", "me"], ["can", "you", "tell", "me"], ["could", "you", "tell", "me"],
    ["can", "you", "explain"],
    ["please", "explain"], ["give", "me"], ["state"], ["identify"],
  ]
  private static let questions = [
    ["what", "causes"], ["what", "is", "causing"], ["what", "is", "the", "cause", "of"],
    ["what", "is", "the", "root", "cause", "of"], ["the", "root", "cause", "of"], ["root", "cause", "of"],
    ["what", "the", "cause", "of"], ["the", "cause", "of"], ["cause", "of"], ["what", "is", "the", "reason", "for"],
    ["the", "reason", "for"], ["reason", "for"], ["why", "am", "i", "getting"], ["why", "i", "am", "getting"],
    ["why", "do", "i", "get"],
    ["why", "are", "we", "getting"],
  ]
  /// What nobody wants to have, and what says so. One may get a message or a result for a reason of its own.
  private static let faults = WordSet([
    "error", "errors", "exception", "exceptions", "stacktrace", "trace", "traceback", "warning", "warnings", "crash",
    "panic", "segfault", "deadlock",
  ])

  private static func begins(_ words: [InstructionWord], _ start: Int, with opening: [String]) -> Bool {
    start + opening.count < words.count
      && words[start...].starts(with: opening) { $0.kind == .word && $0.text == $1 }
  }
}
