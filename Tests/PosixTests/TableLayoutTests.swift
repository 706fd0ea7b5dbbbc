import Testing

@testable import Terminal

/// Which columns of a table go, and which texts are cut, where a terminal has no room for all.
@Suite struct TableLayoutTests {
  private func style(_ columns: Int, isColored: Bool = false) -> Style {
    Style(isColored: isColored, isTerminal: true, columns: columns, isUnicode: true)
  }

  /// A table whose last column is what people look for.
  private func table(waits: [String] = ["–", "–"]) -> Table {
    var table = Table([
      .init("Entry", key: "entry", isNumber: true), .init("Model", key: "model", canShrink: true),
      .init("Wait", key: "wait", isNumber: true), .init("Bar", key: "bar", dispensability: 2),
      .init("Size", key: "size", isNumber: true, dispensability: 1),
      .init("Request", key: "request", canShrink: true),
    ])
    for wait in waits {
      table.add([
        .init("1"), .init("gpt-4o-mini-2024"), .init(wait), .init("########"), .init("1115 B"),
        .init("three names for a cat that is black"),
      ])
    }
    return table
  }

  /// Columns without a value first, then by their number, and only then is a text cut below what can be read.
  @Test(arguments: [
    (90, ["Entry", "Model", "Wait", "Bar", "Size", "Request"]), (64, ["Entry", "Model", "Bar", "Size", "Request"]),
    (58, ["Entry", "Model", "Size", "Request"]), (44, ["Entry", "Model", "Request"]),
    (30, ["Entry", "Model", "Request"]),
  ])
  func whatCanBeSparedGoesFirst(columns: Int, titles: [String]) throws {
    let text = table().aligned(style(columns), remedy: nil)
    let lines = text.split(separator: "\n")
    #expect(try #require(lines.first).split(separator: " ").map(String.init) == titles, "\(text)")
    #expect(lines.allSatisfy { TerminalText.width(String($0)) <= columns }, "\(text)")
    #expect(!lines[0].contains("…"))
  }

  @Test func aColumnWithOneValueIsNotEmpty() {
    let (_, leftOut) = table(waits: ["–", "5 s"]).fitting(style(64))
    #expect(leftOut == ["Bar"])
  }

  /// They are named in the order in which they stand, whatever the order in which they went.
  @Test func whatIsLeftOutIsNamedInOrder() {
    #expect(
      table().aligned(style(44)).hasSuffix(
        "without Wait, Bar, Size: a wider terminal\nhas room for more columns, and a pipe gets\nall\n"))
  }

  /// The first column is cut before others become unreadable.
  @Test func eachTextKeepsWhatCanBeReadWhereThereIsRoom() {
    var table = Table([.init("User", key: "user", canShrink: true), .init("Budget", key: "budget", canShrink: true)])
    table.add([.init("continuous-integration"), .init("20k tokens/day for summarize-documents")])
    #expect(table.aligned(style(38), remedy: nil).contains("continuous-integrat…  20k tokens/day …\n"))
    #expect(table.aligned(style(30), remedy: nil).contains("continuous-inte…  20k tokens/…\n"))
  }

  @Test func ofAPlaceTheEndIsKept() {
    var table = Table([.init("Key", key: "key"), .init("From", key: "from", canShrink: true, keepsEnd: true)])
    table.add([.init("fail_open"), .init("/home/ana/.config/llmguard/llmguard.toml:12")])
    #expect(table.aligned(style(30), remedy: nil).hasSuffix("fail_open  …d/llmguard.toml:12\n"))
    #expect(TerminalText.truncatedInFront("漢字漢字", to: 4) == "…字" && TerminalText.truncatedInFront("ab", to: 2) == "ab")
    #expect(TerminalText.truncatedInFront("abc", to: 0) == "")
  }

  @Test func pointsStandOneBelowTheOther() {
    var table = Table([
      .init("Model", key: "model"), .init("Cost", key: "cost", isNumber: true, alignsPoints: true),
    ])
    for cost in ["$2.50", "$0.0255", "unknown", "$10.00+", "–"] { table.add([.init("m"), .init(cost)]) }
    #expect(
      table.aligned(style(80)) == """
        Model      Cost
        m       $2.50
        m       $0.0255
        m       unknown
        m      $10.00+
        m             –

        """)
    #expect(table.tabSeparated().hasPrefix("m\t$2.50\n"))
  }

  @Test func noLineEndsWithBlanksAndNothingIsColored() {
    var table = Table([
      .init("User", key: "user"), .init("Phase", key: "phase"), .init("Earlier", key: "earlier", isNumber: true),
    ])
    table.add([.init("ana"), .init("ok", look: .good), .init("", look: .warning)])
    table.add([.init("ben"), .init("", look: .good), .init("5")])
    let lines = table.aligned(style(80, isColored: true)).split(separator: "\n")
    #expect(lines[1] == "ana   \u{1B}[32mok\u{1B}[0m" && lines[2] == "ben                5", "\(lines)")
  }

  /// A word that is wider than its column goes on below: a longer line would be broken anywhere.
  @Test func aLongWordStaysInItsColumn() {
    var table = Table([.init("What", key: "what"), .init("Note", key: "note", canWrap: true)])
    table.add([.init("reset"), .init("of summarize-documents: why")])
    #expect(
      table.aligned(style(17)) == "What   Note\nreset  of\n       summarize-\n       documents:\n       why\n")
  }
}
