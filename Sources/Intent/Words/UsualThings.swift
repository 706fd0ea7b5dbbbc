/// Things that are there, or that a program is written in, by their usual name: "this mail" that comes with the request is an email,
/// "the branch I'm on" the current branch, "in Go" in the language of that name.
extension InstructionWords {
  /// "Summarize this mail", "the mail thread below": what comes as text came as email.
  static func readMail(_ words: inout [InstructionWord], at place: Int) {
    guard place > 0, words.count(where: { $0.kind == .word && ofMail.contains($0) }) == 0 else { return }
    var end = place + 1
    if end < words.count, words[end].kind == .word, words[end].text == "thread" || words[end].text == "threads" {
      end += 1
    }
    let first = words[place - 1]
    guard first.kind == .word,
      first.text == "this" || first.text == "these" || first.text == "following"
        || first.text == "the" && end < words.count && words[end].text == "below" && words[end].kind == .word,
      end == words.count || words[end].kind == .pause
        || words[end].kind == .word && (words[end].text == "below" || words[end].isWord([.prep, .and, .or, .relative]))
        || words[end].kind == .word && ["is", "briefly", "politely", "please"].contains(words[end].text)
    else { return }
    words[place] = .word(words[place].text == "mails" ? "emails" : "email")
  }

  /// Where letters of paper are spoken of, or both kinds of mail.
  private static let ofMail = WordSet([
    "email", "emails", "e-mail", "e-mails", "paper", "postal", "stamp", "envelope", "snail", "carrier", "postman",
    "letter", "parcel", "delivery", "slot", "address",
  ])

  /// "Rename the branch I'm on", "the branch I am currently on".
  static func readBranch(_ words: inout [InstructionWord], at place: Int) {
    var end = place + 1
    guard end + 1 < words.count, words[end].kind == .word, words[end].text == "i" else { return }
    end += 1
    if words[end].text == "am" { end += 1 }
    if end < words.count, words[end].text == "currently" { end += 1 }
    guard end < words.count, words[end].kind == .word, words[end].text == "on",
      end + 1 == words.count || words[end + 1].kind == .pause || words[end + 1].isWord([.prep])
    else { return }
    words.removeSubrange((place + 1)...end)
    words.insert(.word("current"), at: place)
  }

  /// "An HTTP server in Go": nothing else is in go.
  static func readGo(_ words: inout [InstructionWord], at place: Int) {
    guard place > 0, words[place - 1].kind == .word, words[place - 1].text == "in",
      place + 1 == words.count || words[place + 1].kind == .pause
        || words[place + 1].kind == .word && ["please", "that", "which", "to"].contains(words[place + 1].text),
      !words.contains(where: { $0.kind == .word && $0.text == "golang" })
    else { return }
    words[place] = .word("golang")
  }

  /// "A commit message for these changes": for this diff.
  static func readChanges(_ words: inout [InstructionWord], at place: Int) {
    guard place > 3, let message = words[..<place].lastIndex(where: { $0.kind == .word && messages.contains($0) }),
      message > 0, words[message - 1].text == "commit" || words[message - 1].text == "git-commit",
      place - message < 5, message + 1 < place, words[message + 1].text == "for" || words[message + 1].text == "from"
    else { return }
    let isBelow = place + 1 < words.count && words[place + 1].kind == .word && words[place + 1].text == "below"
    let before = words[(message + 2)..<place].map(\.text)
    guard before == ["these"] || before == ["the", "following"] || before == ["the"] && isBelow,
      case let end = isBelow ? place + 2 : place + 1,
      end == words.count || words[end].kind == .pause || words[end].text == "please"
    else { return }
    words.replaceSubrange((message + 1)..<end, with: ["for", "this", "diff"].map(InstructionWord.word))
  }

  /// One of what is said in the plural and written in capitals alone: "UUIDs" names what "a UUID" does.
  static func acronym(_ letters: UnsafeBufferPointer<UInt8>) -> String? {
    guard letters.count > 3, letters.last == UInt8(ascii: "s"), letters.dropLast().allSatisfy(isCapital) else {
      return nil
    }
    return String(decoding: letters.dropLast(), as: UTF8.self).lowercased()
  }

  private static let messages = WordSet(["message", "msg", "messages"])
}
