import Glibc
import Intent
import Testing

@Suite struct RequestPartsTests {
  private func split(_ text: String) -> (String, String) {
    let parts = RequestParts.split(lastUserText: text)
    return (parts.instruction, String(decoding: parts.payload, as: UTF8.self))
  }

  @Test(arguments: [
    ("Explain this:\n```swift\nlet x = 1\n```", "Explain this:"), ("```\nx\n```\nExplain this", "Explain this"),
    ("Summarize this email\n---\nDear Ann,\n\nhello", "Summarize this email"),
    ("---\nDear Ann\n---\nSummarize this", "Summarize this"),
    ("Translate to French\nText: good morning", "Translate to French"),
    ("Summarize:\n\nA long story.\n\nIt has parts.", "Summarize:"),
    ("A story.\nMore of it.\n\nSummarize this story", "Summarize this story"),
    ("Fix this\n<code>\nint main\n</code>", "Fix this"),
    ("Explain the script\ncat <<EOF\nhello\nEOF", "Explain the script"),
    ("Reply to this\n> Hi\n> how are you", "Reply to this"), ("Summarize this text", "Summarize this text"),
  ])
  func theInstructionIsFound(text: String, instruction: String) {
    #expect(split(text).0 == instruction, "\(split(text))")
  }

  @Test func whatIsInsideLeavesAMark() {
    let (instruction, payload) = split("Compare\n```\na\n```\nwith this\n```\nb\n```\nin a table")
    #expect(instruction == "Compare\n\u{FFFC}\nwith this\n\u{FFFC}\nin a table")
    #expect(payload == "```\na\n```\0```\nb\n```\0after 7\0after 14\0", "and it counts what stands where")
  }

  @Test(arguments: [
    "one thing\nanother thing\na third thing", "", "   \n \n", String(repeating: "word ", count: 300),
    "Dear Ann,\nplease come.\nYours, Ben",
  ])
  func whenItCannotTellEverythingIsPayload(text: String) {
    #expect(split(text) == ("", text))
  }

  @Test func anyChangeOfThePayloadShows() {
    let a = RequestParts.split(lastUserText: "Explain:\n```\nif a:\n  b\n```")
    let b = RequestParts.split(lastUserText: "Explain:\n```\nif a:\n b\n```")
    #expect(a.instruction == b.instruction && a.payload != b.payload)
  }

  /// On which side of what is asked a text stands counts where there are texts on both: "the code above" is another one.
  @Test(arguments: [
    (
      "```\nA\n```\nIs this the same as the code above?\n```\nB\n```",
      "Is this the same as the code above?\n```\nA\n```\n```\nB\n```"
    ),
    (
      "<a>one</a>\nSummarise this text\n<b>two</b>\n<c>three</c>",
      "<a>one</a>\n<b>two</b>\nSummarise this text\n<c>three</c>"
    ),
    ("<a>one</a>\nSummarise this text\n<b>two</b>", "Summarise this text\n<a>one</a>\n<b>two</b>"),
    (
      "Translate to French\n<a>one</a>\n<b>two</b>\nTranslate to German\n<c>three</c>",
      "Translate to French\n<a>one</a>\nTranslate to German\n<b>two</b>\n<c>three</c>"
    ),
    (
      "Into French\n<a>one</a>\nInto German\n<b>two</b>\n<c>three</c>\nInto Dutch",
      "Into French\n<a>one</a>\n<b>two</b>\nInto German\n<c>three</c>\nInto Dutch"
    ),
  ])
  func whereATextStandsCounts(a: String, b: String) {
    let (left, right) = (split(a), split(b))
    #expect(left.0 == right.0 && !left.0.isEmpty)
    #expect(left.1 != right.1)
  }

  /// An answer below one quoted line is none to the next, and code stands where it stands in a text.
  @Test(arguments: [
    (
      "Summarize this thread:\n\n> Do you agree?\nyes\n> Shall we stop?\nno",
      "Summarize this thread:\n\nyes\n> Do you agree?\nno\n> Shall we stop?"
    ),
    ("Fix the text:\n\nFirst.\n```\nx\n```\nSecond.", "Fix the text:\n\nFirst.\nSecond.\n```\nx\n```"),
    ("Explain this:\n\none\n<a>x</a>\ntwo\n<b>y</b>", "Explain this:\n\none\ntwo\n<a>x</a>\n<b>y</b>"),
    ("Explain this\nText: one\n<a>x</a>\ntwo", "Explain this\nText: one\ntwo\n<a>x</a>"),
  ])
  func theOrderOfWhatIsMixedCounts(a: String, b: String) {
    let (left, right) = (split(a), split(b))
    #expect(left.0 == right.0 && !left.0.isEmpty)
    #expect(left.1 != right.1)
  }

  /// A text of which every line begins what has no end takes no longer than another: that is how a list in HTML looks, or XML.
  @Test(arguments: ["<p>", "<item id=\"1\"/>", "<<EOF", "cat <<EOF", "<a>x</b>"])
  func whatNeverEndsIsReadOnce(line: String) {
    // The processor's time of this thread, at its quickest: what others do meanwhile counts for nothing.
    func neededNs(_ count: Int) -> Int {
      let text = "Summarise this:\n" + String(repeating: line + "\n", count: count)
      let times = (0..<3).map { _ in
        let startNs = processorNs
        #expect(split(text).0 == "Summarise this:")
        return processorNs - startNs
      }
      return times.min() ?? 0
    }
    // Sixteen times as many: a time that grows with the square is 256 times as long.
    #expect(neededNs(8000) < 80 * neededNs(500))
  }

  private var processorNs: Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  @Test func aBlockEndsWhereItIsClosedFirst() {
    #expect(split("Explain\n<a>\n1</a>\n<a>\n2\n</a>").1 == "<a>\n1</a>\0<a>\n2\n</a>\0")
    #expect(split("Explain\n<a_b x=1>\n</a>\n</a_b>").1 == "<a_b x=1>\n</a>\n</a_b>\0")
    #expect(split("Explain\n<a>1</a> <b>2</b></a>").1 == "<a>1</a> <b>2</b></a>\0")
    #expect(split("Explain\ncat <<'EOF'\nEND\n EOF \nEOF").1.hasPrefix("cat <<'EOF'\nEND\n EOF \0"))
  }

  /// "Is there any code above?": before what is asked a text is another one than behind it.
  @Test(arguments: ["```\nA\n```", "> A", "<a>\nA\n</a>"])
  func itCountsWhetherATextStandsBeforeOrBehind(text: String) {
    let (before, behind) = (split("\(text)\nExplain this"), split("Explain this\n\(text)"))
    #expect(before.0 == behind.0 && before.0 == "Explain this" && before.1 != behind.1)
  }

  /// Of two paragraphs that each may be what is asked nobody can tell which one is the text.
  @Test(arguments: ["explain recursion\n\nFix the typos.", "Fix the typos.\n\nexplain recursion"])
  func twoInstructionsAreBothPayload(text: String) { #expect(split(text).0.isEmpty) }
}
