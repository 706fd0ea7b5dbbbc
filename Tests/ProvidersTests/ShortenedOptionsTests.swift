import Testing

@testable import Providers

/// Options that are cut short or run together, and those that say in other ways what is asked of whom.
@Suite struct ShortenedOptionsTests {
  private static let rewriter = CommandRewriterTests.rewriter

  private func rewritten(_ line: [String]) -> CommandRewriter.Result {
    Self.rewriter.rewrite(line[0], line) { _ in nil }
  }

  /// Without what is added to every line that is led.
  private func words(_ line: [String]) -> [String] {
    var words = rewritten(line).arguments
    let added = ["--noproxy", "127.0.0.1,localhost", "-e", "no_proxy=127.0.0.1,localhost", "-e", "inet6_only=off"]
    for start in [0, 2] where words.dropFirst().starts(with: added[start...].prefix(start == 0 ? 2 : 4)) {
      words.removeSubrange(1..<(start == 0 ? 3 : 5))
    }
    return words.filter { $0 != "--no-proxy" }
  }

  @Test(arguments: [
    (["curl", "--heade", "Host: api.openai.com", "URL"], ["curl", "URL"]),
    (["curl", "--unix-sock", "/s", "--connect-t", "::h:1", "URL"], ["curl", "--connect-t", "::h:1", "URL"]),
    (["curl", "--connect-to", "::h:1", "--abs", "s", "URL"], ["curl", "URL"]),
    (["curl", "--head", "URL"], ["curl", "--head", "URL"]),
    (["curl", "--HEADER", "Host: api.openai.com", "--IPv6", "--Url", "URL"], ["curl", "--Url", "URL"]),
    (["curl", "--Heade", "Host: api.openai.com", "--Data", "x", "URL"], ["curl", "--Data", "x", "URL"]),
    (["wget", "--heade", "Host: api.openai.com", "--inet6", "URL"], ["wget", "URL"]),
    (["wget", "--head=Host: api.openai.com", "URL"], ["wget", "URL"]),
    (["wget", "-e", "inet6_only = on", "-einet6-only=1", "--execute=INET6ONLY=on", "URL"], ["wget", "URL"]),
    (
      ["wget", "-e", "header = Host: api.openai.com", "-e", "header=A: b", "URL"], ["wget", "-e", "header=A: b", "URL"]
    ),
    (
      ["wget", "--refer", "https://api.openai.com/v1", "URL"], ["wget", "--refer", "https://api.openai.com/v1", "URL"]
    ),
    (["wget", "-qe", "inet6_only=on", "-qnveheader=Host:api.openai.com", "URL"], ["wget", "-q", "-qnv", "URL"]),
    (["wget", "-q6e", "inet6_only=on", "-6eheader=A: b", "URL"], ["wget", "-q", "-eheader=A: b", "URL"]),
    (["wget", "--hsts", "URL"], ["wget", "--hsts", "URL"]),
    (["http", "-bo", "out.json", "URL"], ["http", "-bo", "out.json", "URL"]),
    (["http", "-ba", "me:pw", "post", "URL", "a=b"], ["http", "-ba", "me:pw", "post", "URL", "a=b"]),
    (["http", "-bame:pw", "-aa", "URL"], ["http", "-bame:pw", "-aa", "URL"]),
    (["http", "--time", "4", "--sessio", "s", "URL"], ["http", "--time", "4", "--sessio", "s", "URL"]),
    (["http", "--form", "--verb", "-v", "URL"], ["http", "--form", "--verb", "-v", "URL"]),
    (["http", "--cert-key-pass", "x:y", "-P", "hb", "URL"], ["http", "--cert-key-pass", "x:y", "-P", "hb", "URL"]),
  ])
  func theAddressIsFoundBehindThem(line: [String], expected: [String]) {
    func put(_ url: String, _ line: [String]) -> [String] { line.map { $0 == "URL" ? url : $0 } }
    let result = words(put("https://api.openai.com/v1/a", line))
    #expect(result == put("http://g/T/openai/moved/v1/a", expected))
    // What leads elsewhere stays as it is.
    let other = put("https://example.com/a", line)
    #expect(rewritten(other).arguments == other)
  }

  @Test func aFileOfAShortenedOptionIsOne() {
    for option in ["--conf", "--confi", "--config", "--Config", "--CONF"] {
      let result = rewritten(["curl", option, "f"])
      #expect(result.files.map { result.arguments[$0] } == ["f"])
    }
    #expect(rewritten(["curl", "--con", "f"]).files == [])
    #expect(
      Self.rewriter.rewrite(curlConfig: "URL = api.openai.com/v1/a\nIPV6\n--Header \"Host: api.openai.com\"\n-s")
        == "URL = http://g/T/openai/moved/v1/a\n\n\n-s")
    // It reads no file of its own then.
    let standing = CommandRewriter(servers: Self.rewriter.servers, root: "http://g/T", standing: ("/rc", "ipv6"))
    #expect(
      standing.rewrite("curl", ["curl", "--Disable", "api.openai.com/v1/a"]) { _ in nil }.arguments
        == ["curl", "--Disable", "http://g/T/openai/moved/v1/a"])
  }

  /// What is asked of the gateway begins as its addresses do.
  @Test(arguments: [
    ("/v1/chat?a=b", "https://api.openai.com/v1/x", "/T/openai/moved/v1/chat?a=b"),
    ("/x", "api.openai.com", "/T/openai/x"),
    ("https://api.openai.com/v1/chat", "https://api.openai.com", "/T/openai/moved/v1/chat"),
    ("*", "https://api.openai.com/v1/x", "*"), ("/v1/chat", "https://example.com/", "/v1/chat"),
  ])
  func whatIsAskedInPlaceOfThePathIsLed(target: String, url: String, expected: String) {
    let isLed = !url.contains("example")
    #expect(words(["curl", "--request-target", target, url])[2] == expected)
    let file = "request-target = \"\(target)\"\nurl = \(url)\n"
    let other = Self.rewriter.rewrite(curlConfig: file)
    #expect(isLed ? other.hasPrefix("request-target = \"\(expected)\"\nurl = http://g/T/openai") : other == file)
  }

  /// A list may hold no more than the ends of addresses: its lines become whole ones, and the base stays.
  @Test(arguments: [
    ["-B", "URL"], ["-qB", "URL"], ["-BURL"], ["--base", "URL"], ["--base=URL"], ["--bas=URL"], ["-e", "base = URL"],
    ["-qe", "base=URL"], ["-qebase=URL"],
    ["-ebase=URL"], ["-B", "https://example.com/", "--execute=base=URL"],
  ])
  func whatAddressesOfAListAreToldFromIsFound(option: [String]) {
    let before = option.map { $0.replacing("URL", with: "https://api.openai.com/v1/") }
    let result = rewritten(["wget"] + before + ["-i", "f"])
    #expect(result.arguments == ["wget"] + before + ["-i", "f"] && !result.isLed)
    #expect(result.base == "https://api.openai.com/v1/" && result.files.map { result.arguments[$0] } == ["f"])
    let led = words(["wget", "-i", "f"] + before + ["https://api.openai.com/v1/a"])
    #expect(led.last == "http://g/T/openai/moved/v1/a")
    // The lines of a page are no addresses.
    for page in [["-F"], ["-qF"], ["--force-html"], ["--forc"], ["-e", "force_html=on"]] {
      #expect(rewritten(["wget"] + page + before + ["-i", "f"]).base == nil)
    }
  }

  /// As wget 1.21 joins them.
  @Test(arguments: [
    ("https://api.openai.com/", "v1/chat", "moved/v1/chat"), ("https://api.openai.com", "v1/chat", "moved/v1/chat"),
    ("https://api.openai.com/v1/", " chat?a=b ", "moved/v1/chat?a=b"), ("https://api.openai.com/v1", "chat", "chat"),
    ("https://api.openai.com/v1/", "/v1/chat", "moved/v1/chat"), ("https://api.openai.com/x/y", "/z", "z"),
    ("https://api.openai.com/v1/a/b", "../.././v1/c/../d?../e", "moved/v1/d?../e"),
    ("https://api.openai.com/v1/a/", "..", "moved/v1/"), ("https://api.openai.com/v1/", "../../../x", "x"),
    ("https://api.openai.com/v1/a?b/c", "?d", "moved/v1/a?d"),
    ("https://example.com/", "//api.openai.com/v1/a", "moved/v1/a"),
    ("https://example.com/", "https://api.openai.com/v1/a", "moved/v1/a"),
    ("https://api.openai.com/v1/", "https://example.com/a", nil), ("https://example.com/", "api.openai.com/v1/a", nil),
    ("https://api.openai.com/v1/", "", nil), ("https://api.openai.com/v1/", "ftp:x", nil), ("v1/", "chat", nil),
  ])
  func aLineOfAListIsToldFromItsBase(base: String, line: String, expected: String?) {
    let other = expected.map { "http://g/T/openai/\($0)" }
    #expect(Self.rewriter.rewrite(line, of: "wget", isLed: false, base: base) == other ?? line)
    #expect(Self.rewriter.leads(line, of: "wget", base: base) == (other != nil))
  }
}
