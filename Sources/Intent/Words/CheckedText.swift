/// Text that stands bare in a request that asks whether it is right, or why it is marked: its slips are what is asked about.
enum CheckedText {
  /// Among as many words the request for a text is looked for.
  private static let reach = 64

  /// Whether a word is part of such a text.
  static func holds(_ words: [InstructionWord], at place: Int) -> Bool {
    var isChecked = false
    let asks = words.prefix(reach).contains { says(checking, $0) }
    for start in 0..<min(place, reach) {
      if isOpened(words, at: start, isChecked, asks) { return true }
      if says(checking, words[start]) { isChecked = true }
    }
    if isMarked(words, at: place) { return true }
    return words[(place + 1)...].allSatisfy { $0.kind == .pause } && isAskedFor(words, at: place)
  }

  /// Whether the text begins behind the word at a place.
  ///
  /// - Parameters:
  ///   - isChecked: whether a word before it asks for faults.
  ///   - asks: whether any word does.
  private static func isOpened(_ words: [InstructionWord], at start: Int, _ isChecked: Bool, _ asks: Bool) -> Bool {
    let word = words[start]
    switch word.kind {
    // "Find the mistakes: he has …", "rate my English: …"
    case .pause where start > 1 && words[0].text == "which" && says(judging, words[start - 1]): return true
    case .pause: return isChecked && word.text.utf8.first == 0x3A
    case .word: break
    default: return false
    }
    guard start + 2 < words.count else { return false }
    let (next, third) = (words[start + 1], words[start + 2].text)
    // "Any mistakes in the goverment is slow"
    if says(mistakes, word), next.text == "in" {
      return isSaid(words[(start + 2)...].prefix(reach))
    }
    // "Fix the sentence he has …", "is there a mistake in he has …", "is he has … right"
    if asks, says(before, word), says(subjects, next) { return true }
    // "Is it grammatical to say a …", "what is wrong with a …"
    if says(judging, word), next.text == "to" { return third == "say" || third == "write" }
    return word.text == "wrong" && next.text == "with" && (third == "a" || third == "an")
  }

  /// Whether words are a sentence: "the goverment is slow", but not "the script that is below".
  private static func isSaid(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.indices.dropFirst().contains { says(being, words[$0]) && !says(relating, words[$0 - 1]) }
  }

  /// "Why is goverment wrong", "why does my editor mark funtion", "the wrong word in a seperate room".
  private static func isMarked(_ words: [InstructionWord], at place: Int) -> Bool {
    if place > 0, place + 1 < words.count, words[place - 1].text == "is", says(found, words[place + 1]) { return true }
    var (isMarking, isChecker, isWrong, isWord) = (false, false, false, false)
    for (index, word) in words.prefix(reach).enumerated() where word.kind == .word {
      // "A regular expression for goverment"
      if index > 0, word.text.hasPrefix("expression"), words[index - 1].text == "regular" { return true }
      if marking.contains(word) { isMarking = true }
      if checkers.contains(word) { isChecker = true }
      if word.text == "wrong" { isWrong = true }
      if word.text == "word" { isWord = true }
    }
    return isMarking && isChecker || isWrong && isWord
  }

  /// "Is it goverment", "how do you write goverment".
  private static func isAskedFor(_ words: [InstructionWord], at place: Int) -> Bool {
    // "Echo fucntion"
    guard place > 1 else { return place == 1 && says(reciting, words[0]) }
    let (verb, last) = (words[place - 2].text, words[place - 1].text)
    return place == 2 && verb == "is" && last == "it"
      || (verb == "you" || verb == "people") && (last == "write" || last == "say")
  }

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool { word.kind == .word && set.contains(word) }

  private static let reciting = WordSet([
    "echo", "say", "repeat", "hash", "encode", "decode", "print", "type", "uppercase", "lowercase", "capitalize",
    "reverse",
  ])
  private static let checking = WordSet([
    "fix", "check", "edit", "grade", "rate", "improve", "error", "errors", "mistake", "mistakes", "wrong", "right",
    "grammar", "grammatical", "sound", "sounds", "word", "score", "judge", "mark", "assess", "evaluate", "critique",
    "good", "sense", "think", "fault", "faults", "polish", "english",
  ])
  private static let mistakes = WordSet(["error", "errors", "mistake", "mistakes"])
  private static let being = WordSet(["is", "are", "was", "were"])
  private static let relating = WordSet(["that", "which", "who", "what"])
  private static let before = WordSet(["sentence", "phrase", "in", "is"])
  private static let subjects = WordSet(["he", "she", "they", "we", "i"])
  private static let judging = WordSet(["right", "wrong", "grammatical"])
  private static let found = WordSet(["wrong", "right", "incorrect", "marked", "red", "flagged"])
  private static let marking = WordSet(["mark", "marks", "marked", "flag", "flags", "flagged"])
  private static let checkers = WordSet(["editor", "checker", "linter", "teacher"])
}
