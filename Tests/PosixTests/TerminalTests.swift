import Testing

@testable import Terminal

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("plain", "plain"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"), ("\u{1B}[31mred", "\\u{1B}[31mred"),
    ("a\r\nb", "a\\r\\nb"), ("\u{9B}31m", "\\u{9B}31m"), ("\u{202E}txt", "\\u{202E}txt"), ("é漢👩‍👩‍👧", "é漢👩‍👩‍👧"),
    ("\u{7F}", "\\u{7F}"), ("\u{2028}", "\\u{2028}"), ("\u{2066}x", "\\u{2066}x"),
  ])
  func whatATerminalWouldActOnIsShown(text: String, expected: String) {
    #expect(TerminalText.safe(text) == expected)
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("漢字", 4), ("é", 1), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("한", 2), ("ｆ", 2), ("…", 1),
    ("⚠\u{FE0F}", 2), ("⚠", 1),
    // Skin tones: on what is an emoji by itself, and on what is one only so.
    ("👍🏽", 2), ("☝🏽", 2), ("✌🏿", 2), ("☝", 1), ("🏽", 2), ("a🏽", 3),
    // Joined, with skin tones and with hearts that are letters by themselves.
    ("👩🏽‍💻", 2), ("🧑🏻‍🤝‍🧑🏿", 2), ("👩\u{200D}❤\u{FE0F}\u{200D}👨", 2), ("🏳\u{FE0F}\u{200D}🌈", 2), ("❤\u{200D}🔥", 2), ("👨‍👩‍👧‍👦x", 3),
    // Flags, half a flag, key caps, and letters that cannot become emoji.
    ("🇩🇪🇫🇷", 4), ("\u{1F1E9}", 1), ("1\u{FE0F}\u{20E3}", 2), ("1\u{20E3}", 1), ("a\u{FE0F}", 1), ("#", 1),
    // Wide ones at the ends of blocks, narrow ones beside them.
    ("〈〉", 4), ("\u{303F}", 1), ("\u{A960}", 2), ("\u{A4D0}", 1), ("｡", 1), ("！", 2), ("𠀀", 2), ("䷀", 2),
    ("\u{1F202}", 2),
    // Parts of syllables: Korean, Devanagari, Thai.
    ("\u{1112}\u{1161}\u{11AB}", 2), ("की", 2), ("न\u{94D}", 1), ("ที่", 1), ("\u{200D}", 0),
  ])
  func widthsAreThoseOfATerminal(text: String, columns: Int) { #expect(TerminalText.width(text) == columns) }

  @Test func aTerminalWithoutUnicodeGetsSignsItHas() {
    let plain = Style(isColored: false, isTerminal: true, columns: 80, isUnicode: false)
    #expect(plain.shown("• a… – 2× x → y · é") == "* a. - 2x x > y - é")
    #expect(plain.shown("gpt-4o-m… 漢") == "gpt-4o-m. 漢")
    for style in [
      Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true),
      Style(isColored: false, isTerminal: false, columns: 80, isUnicode: false),
    ] {
      #expect(style.shown("a… – 2×") == "a… – 2×")
    }
  }

  @Test func whatStandsInNoColumnsIsSpelledInAnyLocale() {
    for isTerminal in [true, false] {
      func spelled(_ isUnicode: Bool) -> String {
        Style(isColored: false, isTerminal: isTerminal, columns: 80, isUnicode: isUnicode).spelled("a… → 2× ≤ 3–4 é")
      }
      #expect(spelled(true) == "a… → 2× ≤ 3–4 é")
      #expect(spelled(false) == "a... -> 2x <= 3-4 é")
    }
  }

  @Test(arguments: [
    ("abcdef", 4, "abc…"), ("abc", 3, "abc"), ("漢字漢字", 4, "漢…"), ("abc", 1, "…"), ("abc", 0, ""), ("👩🏽‍💻👩🏽‍💻👩🏽‍💻", 4, "👩🏽‍💻…"),
    ("☝🏽☝🏽", 3, "☝🏽…"),
  ])
  func aCutKeepsTheWidth(text: String, columns: Int, expected: String) {
    #expect(TerminalText.truncated(text, to: columns) == expected)
  }
}

@Suite struct HumanNumberTests {
  @Test(
    arguments: [
      (0, "0"), (999, "999"), (1000, "1k"), (1234, "1.2k"), (12_345, "12.3k"), (123_456, "123k"), (999_999, "1M"),
      (1_200_000, "1.2M"), (-12_345, "-12.3k"), (7183, "7.2k"), (4323, "4.3k"), (2196, "2.2k"), (1049, "1k"),
      (1050, "1.1k"),
      (99_949, "99.9k"), (99_950, "100k"), (99_960, "100k"), (123_500, "124k"), (999_499, "999k"), (999_500, "1M"),
      (1_999_999_999, "2B"), (12_345_600_000_000, "12,346B"), (.max, "9,223,372,037B"),
    ] as [(Int64, String)])
  func counts(value: Int64, expected: String) { #expect(HumanNumber.count(value) == expected) }

  /// A limit that were rounded would look like another one.
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1k"), (1050, "1.05k"), (1234, "1,234"), (51_000, "51k"), (1_050_000, "1.05M"),
    (1_100_000, "1.1M"), (1_000_500, "1,000.5k"), (2_345_678, "2,345,678"), (7_500_000_000, "7.5B"),
    (Int64.max, "9,223,372,036,854,775,807"),
  ])
  func limitsAreExact(value: Int64, expected: String) { #expect(HumanNumber.limit(value) == expected) }

  /// Beside its limit, what is not all of it does not read as all of it, nor what is more as less.
  @Test(
    arguments: [
      (0, 1_000_000, "0"), (999, 1000, "999"), (123_456, 1_000_000, "123k"), (998_700, 1_000_000, "999k"),
      (999_600, 1_000_000, "999.6k"), (999_960, 1_000_000, "999.96k"), (999_996, 1_000_000, "999,996"),
      (1_000_000, 1_000_000, "1M"), (1_000_400, 1_000_000, "1,000.4k"), (1_100_000, 1_000_000, "1.1M"),
      (51_050, 51_050, "51.05k"), (51_049, 51_050, "51k"), (12_460, 12_480, "12.46k"), (999_600, 999_900, "999.6k"),
      (1_040, 1000, "1.04k"),
      (12_345_678, 12_345_678, "12,345,678"), (.max, 1000, "9,223,372,037B"),
    ] as [(Int64, Int64, String)])
  func aCountStaysOnItsSideOfItsLimit(value: Int64, limit: Int64, expected: String) {
    #expect(HumanNumber.count(value, of: limit) == expected)
  }

  @Test(
    arguments: [
      (0, 10_000_000, "$0.00"), (1_234_567, 10_000_000, "$1.23"), (9_999_000, 10_000_000, "$9.999"),
      (9_999_999, 10_000_000, "$9.999999"), (10_000_000, 10_000_000, "$10.00"), (10_000_004, 10_000_000, "$10.000004"),
      (1_234_567_000, 1_234_567_000, "$1,234.567"), (999_900, 1_000_000, "$0.9999"),
    ] as [(Int64, Int64, String)])
  func moneyStaysOnItsSideOfItsLimit(value: Int64, limit: Int64, expected: String) {
    #expect(HumanNumber.money(microUSD: value, of: limit) == expected)
  }

  @Test(
    arguments: [
      (0, "$0.00"), (1_200_000, "$1.20"), (4200, "$0.0042"), (420_000, "$0.42"), (150, "$0.00015"), (1, "$0.000001"),
      (-4200, "-$0.0042"), (12_345_678, "$12.35"), (1575, "$0.00158"), (999_999, "$1.00"), (999_499, "$0.999"),
      (1_004_999, "$1.00"), (1_005_000, "$1.01"), (123_456, "$0.123"), (100_000, "$0.10"),
      (999_990_000, "$999.99"), (1_234_560_000, "$1,234.56"), (1_000_000_000_000, "$1,000,000.00"),
      (-12_345_678_900, "-$12,345.68"),
    ] as [(Int64, String)])
  func money(microUSD: Int64, expected: String) { #expect(HumanNumber.money(microUSD: microUSD) == expected) }

  @Test(
    arguments: [
      (-5, "0 ms"), (450, "450 ms"), (45_000, "45 s"), (59_600, "1 m"), (18_720_000, "5 h 12 m"),
      (97_200_000, "1 d 3 h"),
    ] as [(Int64, String)])
  func durations(milliseconds: Int64, expected: String) {
    #expect(HumanNumber.duration(milliseconds: milliseconds) == expected)
    if milliseconds >= 0 { #expect(HumanNumber.old(milliseconds: milliseconds) == expected + " old") }
    if milliseconds > 0 { #expect(HumanNumber.ago(milliseconds: -milliseconds) == expected + " ahead of the clock") }
  }

  @Test func exactOnesHideNothing() {
    #expect(
      [0, 999, 1000, 12_345, 1_234_567, -1094].map { HumanNumber.exact($0) } == [
        "0", "999", "1,000", "12,345", "1,234,567", "-1,094",
      ])
    #expect(
      [0, 600_000, 1575, 12_345_678, 2_500_000, -1, 1_234_567_000_001].map(HumanNumber.exact(microUSD:))
        == ["$0.00", "$0.60", "$0.001575", "$12.345678", "$2.50", "-$0.000001", "$1,234,567.000001"])
  }

  /// Beyond some size a share of a limit says no more by being exact, and what cannot be counted is no number.
  @Test func aShareOfALimitIsToldAsFarAsItSaysAnything() {
    let shares: [Int64?] = [0, 84, 1234, 9_999_999, 10_000_000, .max, nil]
    #expect(
      shares.map(HumanNumber.percent(ofLimit:)) == [
        "0 %", "84 %", "1,234 %", "9,999,999 %", "over 9,999,999 %", "over 9,999,999 %", "over 9,999,999 %",
      ])
    #expect(
      shares.map(HumanNumber.percentFigure(ofLimit:)) == [
        "0", "84", "1,234", "9,999,999", "9,999,999+", "9,999,999+", "9,999,999+",
      ])
  }

  /// A rounded number is never further from the truth than half of its last figure.
  @Test func roundingIsToTheNearest() {
    for value in stride(from: Int64(1000), through: 1_100_000, by: 7) {
      let text = HumanNumber.count(value)
      let unit = text.hasSuffix("M") ? 1_000_000.0 : 1000.0
      let shown = (Double(text.dropLast()) ?? 0) * unit
      #expect(
        abs(shown - Double(value)) <= (value < 99_950 ? 50.001 : value < 999_500 ? 500.001 : 50_000), "\(value) \(text)"
      )
    }
  }

  @Test func theLargestNumbersHaveATextToo() {
    #expect(HumanNumber.exact(microUSD: .min).hasPrefix("-$") && HumanNumber.exact(.min).hasPrefix("-9,"))
    #expect(HumanNumber.duration(milliseconds: .max).hasSuffix("h"))
    #expect(HumanNumber.money(microUSD: .min).hasPrefix("-$"))
    #expect(HumanNumber.count(.min).hasPrefix("-"))
  }
}

@Suite struct BarTests {
  @Test(
    arguments: [
      (0, false, "........"), (50, false, "####...."), (250, false, "########"), (100, true, "████████"),
      (50, true, "████░░░░"), (55, true, "████▍░░░"), (-3, true, "░░░░░░░░"),
    ] as [(Int64, Bool, String)])
  func aBarKeepsItsWidth(percent: Int64, isUnicode: Bool, expected: String) {
    #expect(Bar.text(percent: percent, columns: 8, isUnicode: isUnicode) == expected)
  }

  @Test(
    arguments: [
      (50, 25, false, "####==.."), (50, 25, true, "████▒▒░░"), (55, 20, true, "████▍▒░░"), (90, 300, true, "███████▏"),
      (90, 300, false, "#######="), (0, 100, true, "▒▒▒▒▒▒▒▒"), (55, 1, true, "████▍░░░"), (200, 50, true, "████████"),
    ] as [(Int64, Int64, Bool, String)])
  func whatIsHeldIsToldApart(percent: Int64, held: Int64, isUnicode: Bool, expected: String) {
    #expect(Bar.text(percent: percent, heldPercent: held, columns: 8, isUnicode: isUnicode) == expected)
  }
}

@Suite struct TableTests {
  private func table(_ name: String = "alice") -> Table {
    var table = Table([.init("User", key: "user", canShrink: true), .init("Tokens", key: "tokens", isNumber: true)])
    table.add([.init(name), .init("12.3k", exact: "12345", look: .bad)])
    return table
  }
  private let plain = Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)

  @Test(arguments: ["👩🏽‍💻", "☝🏽", "❤\u{FE0F}\u{200D}🔥", "🇩🇪", "漢", "e\u{301}e\u{301}"]) func aNameInEmojiMisalignsNothing(
    name: String
  ) {
    // Each of these takes two columns.
    #expect(table(name).text(plain) == "User  Tokens\n\(name)     12.3k\n")
  }

  @Test func whatIsWrappedGoesOnUnderItsColumn() {
    var table = Table([.init("Metric", key: "metric"), .init("Meaning", key: "meaning", canWrap: true)])
    table.add([.init("refused"), .init("half of the calls, or 50 % of them", look: .dim)])
    #expect(
      table.aligned(Style(isColored: false, isTerminal: true, columns: 29, isUnicode: true))
        == "Metric   Meaning\nrefused  half of the calls,\n         or 50 % of them\n")
  }

  @Test(arguments: [
    ("3.3 % of it", 4, ["3.3 %", "of", "it"]), ("was 3.3 % of", 7, ["was", "3.3 %", "of"]), ("", 5, [""]),
    ("in 16 h 35 m, so", 6, ["in", "16 h", "35 m,", "so"]), ("16 hours", 4, ["16", "hours"]), ("at h", 3, ["at", "h"]),
    ("a verylongword b", 4, ["a", "verylongword", "b"]), ("漢字 漢字", 5, ["漢字", "漢字"]),
  ]) func linesBreakBetweenWords(text: String, columns: Int, lines: [String]) {
    #expect(TerminalText.wrapped(text, to: columns) == lines)
  }

  @Test func aTerminalGetsAlignedColumnsAndAPipeExactOnes() {
    #expect(table().text(plain) == "User   Tokens\nalice   12.3k\n")
    #expect(table().text(Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true)) == "alice\t12345\n")
  }

  @Test func colorsDoNotMoveColumns() {
    let colored = Style(isColored: true, isTerminal: true, columns: 80, isUnicode: true)
    #expect(table().aligned(colored).hasSuffix("alice   \u{1B}[31m12.3k\u{1B}[0m\n"))
  }

  /// Every colour stands out from white and from black: 4 to 1, by the rule of WCAG 2.
  ///
  /// *Source:* the levels of xterm's 256 colours; the relative luminance of WCAG 2.
  @Test(arguments: [Style.Look.good, .warning, .serious, .bad]) func colorsAreReadOnLightAndDark(look: Style.Look)
    throws
  {
    let many = Style(isColored: true, isTerminal: true, columns: 80, isUnicode: true, hasManyColors: true)
    let code = try #require(
      many.apply(look, "").split(separator: "m").first?.split(separator: ";").last.flatMap { Int($0) })
    let levels = [0.0, 95, 135, 175, 215, 255].map { level in
      let part = level / 255
      return part <= 0.03928 ? part / 12.92 : power((part + 0.055) / 1.055)
    }
    let place = code - 16
    #expect((0..<216).contains(place))
    let luminance = 0.2126 * levels[place / 36] + 0.7152 * levels[place / 6 % 6] + 0.0722 * levels[place % 6]
    #expect(1.05 / (luminance + 0.05) >= 4, "on white")
    #expect((luminance + 0.05) / 0.05 >= 4, "on black")
  }

  /// The 2.4th power of a number between 0 and 1: the fifth root of its twelfth power.
  private func power(_ base: Double) -> Double {
    let twelfth = (0..<12).reduce(1.0) { product, _ in product * base }
    return (0..<100).reduce((0.0, 1.0)) { bounds, _ in
      let middle = (bounds.0 + bounds.1) / 2
      return middle * middle * middle * middle * middle < twelfth ? (middle, bounds.1) : (bounds.0, middle)
    }.0
  }

  @Test(arguments: [
    ("xterm-256color", "", true), ("xterm", "truecolor", true), ("xterm", "", false), ("linux", "", false),
    ("", "", false),
  ])
  func theColoursOfATerminalAreKnownByItsName(terminal: String, colors: String, many: Bool) {
    #expect(Style.hasManyColors(terminal, colors) == many)
  }

  @Test func aWideColumnIsCutToTheTerminal() {
    let narrow = Style(isColored: false, isTerminal: true, columns: 20, isUnicode: true)
    #expect(
      table(String(repeating: "漢", count: 20)).aligned(narrow)
        == "User          Tokens\n漢漢漢漢漢…    12.3k\nsome texts are cut:\na wider terminal has\nroom for more, and a\npipe gets all\n"
    )
  }

  /// What tells rows apart is the last to be cut: what else can shrink does, then columns on the right are left out.
  @Test(arguments: [
    (60, "Model             Provider      In   Out\nclaude-3-5-haiku  anthropic   12.3k   99\n"),
    (36, "Model             Provider      In\nclaude-3-5-haiku  anthropic  12.3k\n"),
    (28, "Model             Provider\nclaude-3-5-haiku  anthropic\n"),
    (26, "Model             Provider\nclaude-3-5-haiku  anthrop…\n"),
    (24, "Model           Provider\nclaude-3-5-ha…  anthrop…\n"),
  ])
  func whatTellsRowsApartGoesLast(columns: Int, expected: String) {
    var table = Table([
      .init("Model", key: "model", canShrink: true), .init("Provider", key: "provider", canShrink: true),
      .init("In", key: "in", isNumber: true), .init("Out", key: "out", isNumber: true),
    ])
    table.add([.init("claude-3-5-haiku"), .init("anthropic"), .init("12.3k"), .init("99")])
    let style = Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true)
    let text = table.aligned(style, remedy: nil)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns }, "\(text)")
    #expect(text.split(separator: " ") == expected.split(separator: " "), "\(text)")
  }

  /// Two long columns share what room there is.
  @Test func longColumnsAreCutAlike() {
    var table = Table([
      .init("Key", key: "key"), .init("Value", key: "value", canShrink: true),
      .init("From", key: "from", canShrink: true),
    ])
    table.add([.init("a"), .init(String(repeating: "v", count: 5000)), .init(String(repeating: "f", count: 30))])
    table.add([.init("b"), .init("short"), .init("built-in")])
    let style = Style(isColored: false, isTerminal: true, columns: 47, isUnicode: true)
    let lines = table.text(style).split(separator: "\n")
    #expect(
      lines[1] == "a    " + String(repeating: "v", count: 19) + "…  " + String(repeating: "f", count: 19) + "…",
      "\(lines)")
    #expect(lines.allSatisfy { $0.count <= 47 })
    let wider = Style(isColored: false, isTerminal: true, columns: 90, isUnicode: true)
    #expect(table.text(wider).contains(String(repeating: "f", count: 30)), "the narrower one is whole first")
  }

  /// What is longer than a terminal goes on under its own column; a pipe gets a line each.
  @Test func factsGoOnUnderTheirColumn() {
    let facts = [("runs", "10 of nightly.sh by ana"), ("", "$0.01"), ("次の", "below nine it says so")]
    let narrow = Style(isColored: false, isTerminal: true, columns: 26, isUnicode: true)
    #expect(
      FactList.text(facts, narrow) == """
        runs  10 of nightly.sh by
              ana
              $0.01
        次の  below nine it says
              so

        """)
    let pipe = Style(isColored: false, isTerminal: false, columns: 26, isUnicode: true)
    #expect(FactList.text(facts, pipe) == "runs  10 of nightly.sh by ana\n      $0.01\n次の  below nine it says so\n")
  }

  /// Who sees a part is told which part is missing, in lines that fit, too.
  @Test(arguments: [
    (60, ""), (36, "without Out: a wider terminal has\nroom for more columns, and a pipe\ngets all\n"),
    (28, "without In, Out: a wider\nterminal has room for more\ncolumns, and a pipe gets all\n"),
  ])
  func columnsThatAreLeftOutAreNamed(columns: Int, note: String) {
    var table = Table([
      .init("Model", key: "model", canShrink: true), .init("Provider", key: "provider", canShrink: true),
      .init("In", key: "in", isNumber: true), .init("Out", key: "out", isNumber: true),
    ])
    table.add([.init("claude-3-5-haiku"), .init("anthropic"), .init("12.3k"), .init("99")])
    let style = Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true)
    #expect(table.text(style) == table.aligned(style, remedy: nil) + note, "\(table.text(style))")
    let pipe = Style(isColored: false, isTerminal: false, columns: columns, isUnicode: true)
    #expect(table.text(pipe) == "claude-3-5-haiku\tanthropic\t12.3k\t99\n")
  }

  @Test func inAPipeColumnsAreNamedWhereThatIsWanted() {
    let headed = Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true, isHeaded: true)
    #expect(table().text(headed) == "user\ttokens\nalice\t12345\n")
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\r\nb", "\"a\r\nb\""),
    ("x\"\u{308},y", "\"x\"\"\u{308},y\""), ("a,\u{301}b", "\"a,\u{301}b\""), ("=1+1", "'=1+1"),
    ("+1", "'+1"), ("@SUM(1)", "'@SUM(1)"), ("-2+3|'", "'-2+3|'"), ("-", "-"), ("-12.5", "-12.5"),
    ("=\u{301}1", "'=\u{301}1"), ("\t=1", "'\t=1"), ("\r=1", "\"'\r=1\""), ("\n=1", "\"'\n=1\""),
  ])
  func csvQuotesWhatAReaderWouldTakeApart(name: String, field: String) {
    #expect(table(name).csv().utf8.elementsEqual("user,tokens\r\n\(field),12345\r\n".utf8))
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("a|\u{301}b", "a\\|\u{301}b"), ("a\nb", "a\\\\nb"),
    ("<b>x</b>", "\\<b>x\\</b>"), ("\\<b>", "\\\\\\<b>"), ("![x](http://a.example/p)", "!\\[x](http://a.example/p)"),
    ("*a* `b`", "\\*a\\* \\`b\\`"), ("my_op", "my_op"),
  ])
  func markdownKeepsItsColumns(name: String, field: String) {
    let expected = "| User | Tokens |\n| --- | ---: |\n| \(field) | 12.3k |\n"
    #expect(table(name).markdown().unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  @Test func aHostileNameStaysInItsCell() {
    #expect(table("a\tb\n\u{1B}]0;x").tabSeparated() == "a\\tb\\n\\u{1B}]0;x\t12345\n")
  }
}
