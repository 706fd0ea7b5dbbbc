import Testing

@testable import Providers

/// Files that a command line, or a file, names: what they lead to is found there, too.
@Suite struct NamedFilesTests {
  private static let rewriter = CommandRewriterTests.rewriter

  private func whole(_ text: String, _ files: [String: String]) -> (text: String, leftOut: [String]) {
    var others = CurlFiles { files[$0] }
    return (others.whole(text, of: "f"), others.leftOut)
  }

  /// As curl reads them (7.88).
  @Test(arguments: [
    ("config = g", "IN"), ("config: \"g\" # c", "IN"), ("conf g", "IN"), ("--config g", "IN"), ("-K g", "IN"),
    ("-Kg", "IN"),
    (" -K\t\"g\"", "IN"), ("-sSKg", "-sS\nIN"), ("-sSK g", "-sS\nIN"), ("--CONFIG \"\\g\"", "IN"),
    ("config = none", "config = none"), ("-K =g", "-K =g"), ("-sdK g", "-sdK g"), ("# config = g", "# config = g"),
    ("data = \"config = g\"", "data = \"config = g\""), ("K = g", "K = g"), ("--config=g", "--config=g"), ("-K", "-K"),
  ])
  func aFileOfCurlStandsWhereItIsNamed(line: String, expected: String) {
    let result = whole("silent\n\(line)\nfail", ["g": "IN", "": "no"])
    #expect(result.text == "silent\n\(expected)\nfail")
    #expect(result.leftOut == [])
  }

  @Test func filesThatNameEachOtherComeToAnEnd() {
    #expect(whole("a\r\n-K g\r\nd", ["g": "b\r\nc"]).text == "a\nb\r\nc\nd")
    #expect(whole("a\n-K g", ["g": "b\nconfig = f\nc"]).text == "a\nb\nc")
    #expect(whole("-K g", ["g": "b\nconfig = f\n-sK g"]).leftOut == ["f", "g"])
    // Each by two names, so that they double.
    let twice = Dictionary(uniqueKeysWithValues: (0..<40).map { ("\($0)", "config = \($0 + 1)\nconfig = \($0 + 1)") })
    let many = whole("-K 0", twice)
    #expect(many.leftOut.count > 30 && many.leftOut.count < 100)
    // One that is named twice, and not by itself, is read twice.
    #expect(whole("-K g\n-K g", ["g": "b"]).text == "b\nb")
  }

  @Test(
    arguments: [
      (
        "curl", nil,
        "url = \"http://api.openai.com/v1\"\nurl = https://api.openai.com/v1\ndata = http://api.openai.com/", "v1"
      ),
      ("wget", nil, "http://api.openai.com/v1\n\nhttp://example.com/\nhttp://127.0.0.1:11434/api", "v1"),
      ("wget", "http://api.openai.com/a/", "v1\nhttps://api.openai.com/v1\n\n", "a/v1"),
      ("wget", "https://api.openai.com/a/", "v1\n//api.openai.com/v1", nil),
    ] as [(String, String?, String, String?)])
  func anAddressWithoutEncryptionIsFound(program: String, base: String?, text: String, path: String?) {
    #expect(
      Self.rewriter.inClear(in: text, of: program, base: base) == (path.map { ["http://api.openai.com/" + $0] } ?? []))
  }

  /// In quotes a backslash stands before a letter.
  @Test func anAddressWithBackslashesIsRead() {
    let text = #"url = "https:\/\/api.openai.com\/v1\/a\"b"\#n"# + #"url = "https://example.com/\"\/""#
    #expect(
      Self.rewriter.rewrite(curlConfig: text)
        == #"url = "http://g/T/openai/moved/v1/a\"b"\#n"# + #"url = "https://example.com/\"\/""#)
  }

  private func asked(_ line: [String], settings: String, isLed: Bool = false) -> CommandRewriter.Result {
    CommandRewriter(servers: Self.rewriter.servers, root: "http://g/T", standing: ("RC", settings))
      .rewrite("wget", line, isLed: isLed) { _ in nil }
  }

  @Test(
    arguments: [
      (["-e", "input=f"], ["-i", "f"]), (["-e", "input = f "], ["-i", "f"]), (["-qe", "in_put=f"], ["-q", "-i", "f"]),
      (["-qeinput=f", "-q"], ["-q", "-i", "f", "-q"]), (["--execute", "INPUT=f"], ["-i", "f"]),
      (["--exec=input=f"], ["-i", "f"]), (["-e", "input="], nil), (["-e", "input_file=f"], nil),
      (["-U", "input=f"], nil),
    ] as [([String], [String]?)])
  func aListOfWgetIsASettingToo(line: [String], expected: [String]?) {
    let result = Self.rewriter.rewrite("wget", ["wget"] + line) { _ in nil }
    #expect(result.arguments == ["wget"] + (expected ?? line))
    #expect(result.files.map { result.arguments[$0] } == (expected == nil ? [] : ["f"]))
  }

  /// What wget's own file says stands before the line.
  @Test func settingsOfWgetAreHeeded() {
    let list = asked(["wget", "-q"], settings: "# input = x\nquiet = on\n Input = l \r\ninput = f\n")
    #expect(list.arguments == ["wget", "-i", "f", "-q"] && list.files == [2])
    let led = asked(["wget", "-q", "--", "x"], settings: "input = f", isLed: true)
    #expect(led.arguments.suffix(5) == ["-i", "f", "-q", "--", "x"] && led.files.map { led.arguments[$0] } == ["f"])
    let address = asked(["wget"], settings: "input = https://api.openai.com/v1/list")
    #expect(address.arguments.suffix(2) == ["-i", "http://g/T/openai/moved/v1/list"] && address.isLed)
    #expect(
      asked(["wget", "-i", "f"], settings: "base = https://api.openai.com/v1/").base == "https://api.openai.com/v1/")
    #expect(asked(["wget", "-B", "b", "-i", "f"], settings: "base = a").base == "b")
    #expect(asked(["wget", "-i", "f"], settings: "base = a\nforce_html = on").base == nil)
    #expect(asked(["wget", "-i", "f"], settings: "base = a\nforce_html = off").base == "a")
    #expect(asked(["wget", "x"], settings: "input list\n=\ninput = ").arguments == ["wget", "x"])
  }

  @Test func aFieldInThemThatNamesTheHostIsLeftOut() {
    let settings = "header = A: b\nHeader=Host: api.openai.com\nheader = Host: other.org\n"
    let fitting = "header = A: b\nheader = Host: other.org\n"
    #expect(asked(["wget", "https://api.openai.com/v1/a"], settings: settings).settings == fitting)
    #expect(asked(["wget", "-i", "f"], settings: settings, isLed: true).settings == fitting)
    #expect(asked(["wget", "https://example.com/v1/a"], settings: settings).settings == nil)
    #expect(asked(["wget", "https://api.openai.com/v1/a"], settings: fitting).settings == nil)
    // The line's own does not fit the address of a list, either.
    let line = ["wget", "--header=Host: api.openai.com", "-i", "f"]
    #expect(Self.rewriter.rewrite("wget", line, isLed: true) { _ in nil }.arguments.suffix(2) == ["-i", "f"])
    #expect(!Self.rewriter.rewrite("wget", line, isLed: true) { _ in nil }.arguments.contains(line[1]))
  }

  @Test(
    arguments: [
      (["--config=c", "x"], .file(name: "c", index: 1, prefix: "--config=")),
      (["-q", "--conf", "c"], .file(name: "c", index: 3, prefix: "")),
      (["--no-config", "--config=c"], .nothing),
      (["--config=c", "--no-config"], .file(name: "c", index: 1, prefix: "--config=")),
      (["-O", "--config=c"], .usual), (["--", "--config=c"], .usual), (["--config"], .usual), (["x"], .usual),
    ] as [([String], WgetSettings)])
  func theFileOfWgetIsFound(line: [String], expected: WgetSettings) {
    #expect(CommandRewriter.settingsOfWget(["wget"] + line) == expected)
  }
}
