import Testing

@testable import Providers

/// Command lines whose addresses are led elsewhere.
@Suite struct CommandRewriterTests {
  static let rewriter: CommandRewriter = {
    var servers = ServerTable()
    for (base, key, path) in [
      ("https://api.openai.com/v1", "openai", "/moved/v1"), ("http://127.0.0.1:11434", "ollama", ""),
      ("https://api.anthropic.com", "anthropic", ""), ("https://api.anthropic.com/team/v1", "team", "/t"),
    ] {
      if let address = WebAddress(base) { servers.add(.init(address: address, key: key, path: path)) }
    }
    return CommandRewriter(servers: ServerTable(text: servers.text), root: "http://g/T")
  }()

  private func rewritten(_ line: String, own: String? = nil) -> String {
    let words = line.split(separator: " ").map(String.init)
    return Self.rewriter.rewrite(words[0], words) { _ in own }.arguments.joined(separator: " ")
  }

  @Test(arguments: [
    ("curl https://api.openai.com/v1/models", "curl \(quiet) http://g/T/openai/moved/v1/models"),
    ("curl HTTPS://API.openai.com:443/v1/x?a=b#c", "curl \(quiet) http://g/T/openai/moved/v1/x?a=b#c"),
    ("curl api.openai.com/v1/x", "curl \(quiet) http://g/T/openai/moved/v1/x"),
    (
      "curl -sSd https://api.openai.com/v1 --url https://api.openai.com/v1/a",
      "curl \(quiet) -sSd https://api.openai.com/v1 --url http://g/T/openai/moved/v1/a"
    ),
    (
      "curl --url=https://api.openai.com/v1/a -o out --next https://api.openai.com/v1/b",
      "curl \(quiet) --url=http://g/T/openai/moved/v1/a -o out --next http://g/T/openai/moved/v1/b"
    ),
    (
      "curl --data https://api.openai.com/v1 -H x https://example.com/",
      "curl --data https://api.openai.com/v1 -H x https://example.com/"
    ),
    (
      "curl --proto =https https://api.openai.com/v1/a",
      "curl \(quiet) --proto =https,+http http://g/T/openai/moved/v1/a"
    ),
    ("curl --proto =https https://example.com/", "curl --proto =https https://example.com/"),
    ("curl http://localhost:11434/api/tags", "curl \(quiet) http://g/T/ollama/api/tags"),
    ("curl https://api.openai.com/dashboard", "curl \(quiet) http://g/T/openai/dashboard"),
    ("curl https://api.openai.com.evil.org/v1", "curl https://api.openai.com.evil.org/v1"),
    ("curl https://api.openai.com@evil.org/v1", "curl https://api.openai.com@evil.org/v1"),
    (
      "wget -O - --header https://api.openai.com/v1 https://api.openai.com/v1/m",
      "wget -e no_proxy=127.0.0.1,localhost -e inet6_only=off -O - --header https://api.openai.com/v1 http://g/T/openai/moved/v1/m"
    ),
    (
      "http -a k POST api.openai.com/v1/x u=https://api.openai.com/v1",
      "http --no-proxy -a k POST http://g/T/openai/moved/v1/x u=https://api.openai.com/v1"
    ),
    ("http post api.openai.com/v1/x", "http --no-proxy post http://g/T/openai/moved/v1/x"),
    ("xh post api.openai.com/v1/x a=b", "xh --no-proxy post http://g/T/openai/moved/v1/x a=b"),
    ("xhs api.openai.com/v1/x", "xhs --no-proxy http://g/T/openai/moved/v1/x"),
    ("https example.com a=api.openai.com", "https example.com a=api.openai.com"),
    // Of two providers at one host the one whose path is the longer.
    ("curl https://api.anthropic.com/team/v1/x", "curl \(quiet) http://g/T/team/t/x"),
    ("curl https://api.anthropic.com/team/v1x", "curl \(quiet) http://g/T/anthropic/team/v1x"),
    // HTTPie's short name of this machine.
    ("http POST :11434/api/chat model=m", "http --no-proxy POST http://g/T/ollama/api/chat model=m"),
    ("http :/api/tags", "http :/api/tags"), ("http ::1/api/tags", "http ::1/api/tags"),
    ("http :8080/api/tags", "http :8080/api/tags"),
    ("codex exec hi", "codex -c openai_base_url=\"http://g/T/openai/moved/v1\" exec hi"),
    ("codex -c openai_base_url=x exec hi", "codex -c openai_base_url=x exec hi"),
  ])
  func addressesAreLedElsewhereAndNothingElse(line: String, expected: String) {
    #expect(rewritten(line) == expected)
  }

  /// A field that names the host of an address that is led names the wrong one then; and the gateway has no IPv6.
  @Test(arguments: [
    (["curl", "-H", "Host: api.openai.com", "URL"], ["curl", "URL"]),
    (["curl", "-sH", "host:API.openai.com:443", "-d", "x", "URL"], ["curl", "-s", "-d", "x", "URL"]),
    (["curl", "-HHost: api.openai.com", "-sSHHost: api.openai.com", "URL"], ["curl", "-sS", "URL"]),
    (["curl", "--header", "Host:api.openai.com", "-H", "A: b", "URL"], ["curl", "-H", "A: b", "URL"]),
    (["curl", "-H", "Host: other.org", "URL"], ["curl", "-H", "Host: other.org", "URL"]),
    (["curl", "-H", "Host:", "URL"], ["curl", "-H", "Host:", "URL"]),
    (["curl", "-6", "URL"], ["curl", "URL"]), (["curl", "-sS6f", "--ipv6", "URL"], ["curl", "-sSf", "URL"]),
    (["curl", "-6dx6", "URL"], ["curl", "-dx6", "URL"]), (["curl", "-d", "-6", "URL"], ["curl", "-d", "-6", "URL"]),
    (["curl", "-6sSHHost: api.openai.com", "URL"], ["curl", "-sS", "URL"]),
    (["curl", "-6HHost: api.openai.com", "-6H", "Host: api.openai.com", "URL"], ["curl", "URL"]),
    (["curl", "-6sHA: 6", "URL"], ["curl", "-sHA: 6", "URL"]),
    (["curl", "--http2-prior-knowledge", "--http2", "URL"], ["curl", "--http2", "URL"]),
    (["curl", "--haproxy-protocol", "-s", "URL"], ["curl", "-s", "URL"]),
    (["curl", "--http2-p", "--haproxy-pro", "URL"], ["curl", "URL"]),
    (["curl", "--no-http2-prior-knowledge", "URL"], ["curl", "--no-http2-prior-knowledge", "URL"]),
    (["wget", "--header=Host: api.openai.com", "URL"], ["wget", "URL"]),
    (["wget", "--header", "Host: api.openai.com", "-6", "-q", "URL"], ["wget", "-q", "URL"]),
    (["wget", "--inet6-only", "--header=A: b", "-q6O-", "URL"], ["wget", "--header=A: b", "-qO-", "URL"]),
    (["wget", "--header=Host: other.org", "URL"], ["wget", "--header=Host: other.org", "URL"]),
    (["http", "URL", "Host:api.openai.com", "a=b"], ["http", "URL", "a=b"]),
    (["http", "URL", "Host:other.org"], ["http", "URL", "Host:other.org"]),
  ])
  func aFieldThatNamesTheHostIsLeftOut(line: [String], expected: [String]) {
    func words(_ line: [String], _ url: String) -> [String] { line.map { $0 == "URL" ? url : $0 } }
    let quiet = [
      "--noproxy", "127.0.0.1,localhost", "-e", "no_proxy=127.0.0.1,localhost", "inet6_only=off", "--no-proxy",
    ]
    let asked = words(line, "https://api.openai.com/v1/a")
    let result = Self.rewriter.rewrite(line[0], asked) { _ in nil }.arguments.filter { !quiet.contains($0) }
    #expect(result == words(expected, "http://g/T/openai/moved/v1/a"))
    // What leads elsewhere stays as it is.
    let other = words(line, "https://example.com/a")
    #expect(Self.rewriter.rewrite(line[0], other) { _ in nil }.arguments == other)
  }

  /// Spellings that curl takes for the same server.
  @Test(arguments: [
    "https:/api.openai.com/v1/a", "https:///api.openai.com/v1/a", "https://api%2eopenai.com/v1/a",
    "https://api.openai.com:0443/v1/a", "https://api\u{3002}openai\u{FF0E}com/v1/a",
    "https://\u{FF41}pi.openai.com/v1/a", "https:/\u{FF41}pi%2Eopenai.com:00443/v1/a",
  ])
  func oddSpellingsLeadThereToo(address: String) {
    #expect(rewritten("curl \(address)") == "curl \(Self.quiet) http://g/T/openai/moved/v1/a")
  }

  @Test(arguments: [
    "https:api.openai.com/v1/a", "https:////api.openai.com/v1/a", "https://api.openai.com:04430/v1/a",
    "https://api%2fopenai.com/v1/a", "https://api.openai.com%00.evil.org/v1/a", "ftp:/api.openai.com/v1/a",
    "https://api.openai.com%2eevil.org/v1", "https://api.openai.com%40evil.org/v1",
    "https://example.com/%2e?a=https:/x",
  ])
  func otherOddSpellingsStay(address: String) { #expect(rewritten("curl \(address)") == "curl \(address)") }

  /// A list of addresses can be named in many ways; what only looks like one stays.
  @Test(arguments: [
    ("wget -i f", "wget -i f", ["f"]), ("wget -qif", "wget -q -i f", ["f"]),
    ("wget -nvi - -O -", "wget -nv -i - -O -", ["-"]),
    ("wget --input-file=f", "wget -i f", ["f"]), ("wget --input f", "wget -i f", ["f"]),
    ("wget -qO- -i f", "wget -qO- -i f", ["f"]),
    ("wget -O i --header -i x", "wget -O i --header -i x", []), ("wget -nc -O -i f", "wget -nc -O -i f", []),
    ("wget -- -i f", "wget -- -i f", []), ("wget --inet4-only f", "wget --inet4-only f", []),
    ("wget -i", "wget -i", []),
    (
      "wget -i f https://api.openai.com/v1/x",
      "wget -e no_proxy=127.0.0.1,localhost -e inet6_only=off -i f http://g/T/openai/moved/v1/x", ["f"]
    ),
    (
      "wget -i https://api.openai.com/v1/x",
      "wget -e no_proxy=127.0.0.1,localhost -e inet6_only=off -i http://g/T/openai/moved/v1/x", []
    ),
  ])
  func listsOfWgetAreNamed(line: String, expected: String, files: [String]) {
    let words = line.split(separator: " ").map(String.init)
    let result = Self.rewriter.rewrite("wget", words) { _ in nil }
    #expect(result.arguments.joined(separator: " ") == expected)
    #expect(result.files.map { result.arguments[$0] } == files)
  }

  @Test func listsOfWgetAreRewritten() {
    let text =
      "https://example.com/a\n\n  https://api.openai.com/v1/a \r\napi.openai.com/v1/b\nhttp://localhost:11434/api/tags"
    #expect(Self.rewriter.leads(text, of: "wget") && !Self.rewriter.leads("https://example.com/\n", of: "wget"))
    #expect(
      Self.rewriter.rewrite(text, of: "wget", isLed: true)
        == "https://example.com/a\n\nhttp://g/T/openai/moved/v1/a\nhttp://g/T/openai/moved/v1/b\nhttp://g/T/ollama/api/tags"
    )
    // The list is what leads the calls: no proxy is asked for them.
    let result = Self.rewriter.rewrite("wget", ["wget", "-i", "f"], isLed: true) { _ in nil }
    #expect(
      result.arguments == ["wget", "-e", "no_proxy=127.0.0.1,localhost", "-e", "inet6_only=off", "-i", "f"]
        && result.files == [6])
  }

  @Test func filesOfCurlAreNamedAndRewritten() {
    let result = Self.rewriter.rewrite("curl", ["curl", "-sK", "f", "--config", "g", "-d", "K"]) { _ in nil }
    #expect(result.files == [4, 6])
    let text =
      "# c\nurl = \"https://api.openai.com/v1/a\"\n  url=https://api.openai.com/v1/b\n--url https://example.com\nheader = \"url = x\"\n"
    #expect(
      Self.rewriter.rewrite(curlConfig: text)
        == "# c\nurl = \"http://g/T/openai/moved/v1/a\"\n  url=http://g/T/openai/moved/v1/b\n--url https://example.com\nheader = \"url = x\"\n"
    )
  }

  @Test func aFieldInAFileThatNamesTheHostIsLeftOut() {
    let text = "url = https://api.openai.com/v1/a\nheader = \"Host: api.openai.com\"\nheader = \"Host: other.org\"\n"
    #expect(
      Self.rewriter.rewrite(curlConfig: text)
        == "url = http://g/T/openai/moved/v1/a\n\nheader = \"Host: other.org\"\n")
  }

  /// The same where the address is led from elsewhere, and in the short form; and the gateway has no IPv6.
  @Test(
    arguments: [
      ("header = \"Host: api.openai.com\"", ""), ("-H \"Host: api.openai.com\"", ""), ("-HHost:api.openai.com", ""),
      ("-H \"Host: other.org\"", nil), ("-H \"A: b\"", nil), ("-HA:6", nil), ("ipv6", ""), (" --ipv6 ", ""), ("-6", ""),
      ("-sS6f", "-sSf"), ("-6o 6", "-o 6"), ("-s6o6", "-so6"), ("ipv4", nil), ("-d 6", nil), ("--data -6", nil),
      ("-o6", nil),
      ("# -6", nil), ("unix-socket = /s", ""),
    ] as [(String, String?)])
  func whatDoesNotFitAnAddressThatIsLedIsLeftOutOfAFile(line: String, expected: String?) {
    #expect(Self.rewriter.rewrite(curlConfig: "\(line)\r\nsilent\n", isLed: true) == "\(expected ?? line)\nsilent\n")
    let file = "url = https://api.openai.com/a\n\(line)"
    #expect(Self.rewriter.rewrite(curlConfig: file) == "url = http://g/T/openai/a\n\(expected ?? line)")
    #expect(Self.rewriter.rewrite(curlConfig: line) == line)
    // One that curl reads by itself is named where it would be in the way.
    let standing = CommandRewriter(servers: Self.rewriter.servers, root: "http://g/T", standing: ("RC", line))
    let words = standing.rewrite("curl", ["curl", "https://api.openai.com/a"]) { _ in nil }.arguments
    #expect((words.contains("RC") && words[1] == "-q") == (expected != nil))
  }

  /// The field may stand on the line, and the address in the file.
  @Test func aFieldThatNamesTheHostOfAFileIsLeftOut() {
    let line = ["curl", "-6K", "f", "-H", "Host: api.openai.com", "-H", "Host: other.org"]
    let result = Self.rewriter.rewrite("curl", line, isLed: true) { _ in nil }.arguments
    #expect(result.suffix(4) == ["-K", "f", "-H", "Host: other.org"])
    #expect(Self.rewriter.rewrite("curl", line) { _ in nil }.arguments.suffix(6) == line.suffix(6))
  }

  private static let quiet = "--noproxy 127.0.0.1,localhost"

  /// Other ways to write a known address, and one that only looks like it.
  @Test(arguments: [
    ("curl https://me:pw@api.openai.com/v1/x", "curl \(quiet) http://me:pw@g/T/openai/moved/v1/x"),
    ("curl me:pw@api.openai.com/v1/x", "curl \(quiet) http://me:pw@g/T/openai/moved/v1/x"),
    ("curl https://api.openai.com./v1/x", "curl \(quiet) http://g/T/openai/moved/v1/x"),
    ("curl https://api.openai.com.:443/v1/x", "curl \(quiet) http://g/T/openai/moved/v1/x"),
    ("curl https://api.{openai}.com/v1/{a,b}", "curl \(quiet) http://g/T/openai/moved/v1/{a,b}"),
    ("curl {https}://ap[i-i].openai.com/v1/x", "curl \(quiet) http://g/T/openai/moved/v1/x"),
    ("curl {https://api.openai.com}/v1/x", "curl \(quiet) http://g/T/openai/moved/v1/x"),
    ("curl -g https://api.{openai}.com/v1/x", "curl -g https://api.{openai}.com/v1/x"),
    (
      "curl https://api.{openai,other}.com/v1/x",
      "curl \(quiet) {http://g/T/openai/moved,https://api.other.com}/v1/x"
    ),
    (
      "curl https://api.{openai,anthropic}.com/v1/{a,b} -o out_#1",
      "curl \(quiet) http://g/T/{openai/moved,anthropic}/v1/{a,b} -o out_#1"
    ),
    (
      "curl {https://api.openai.com,http://localhost:11434}/v1/x?a=b",
      "curl \(quiet) http://g/T/{openai/moved,ollama}/v1/x?a=b"
    ),
    ("curl https://api.{other,another}.com/v1/x", "curl https://api.{other,another}.com/v1/x"),
    // One pattern inside another is none.
    ("curl https://api.{openai,other}.com?x={a,b}", "curl https://api.{openai,other}.com?x={a,b}"),
    ("curl -g https://api.{openai,other}.com/v1/x", "curl -g https://api.{openai,other}.com/v1/x"),
    ("curl https://api.openai.com..evil.org/v1", "curl https://api.openai.com..evil.org/v1"),
    (
      "wget https://me:pw@api.openai.com./v1/x",
      "wget -e no_proxy=127.0.0.1,localhost -e inet6_only=off http://me:pw@g/T/openai/moved/v1/x"
    ),
  ])
  func otherFormsOfAnAddressAreKnown(line: String, expected: String) { #expect(rewritten(line) == expected) }

  /// Patterns that are not looked through are told, where they may hide a known host.
  @Test(arguments: [
    ("https://{api,eu}.{openai,anthropic}.com/v1", true), ("https://ap[h-j].openai.com/v1", true),
    ("https://api[1-9:2].openai.com/v1", true), ("https://{a,b}.{c,d}.example.com/v1", false),
    ("https://img[0-9].example.com/x", false), ("http://[::1]:8080/v1", false),
    ("https://example.com/{a,b}[1-3]", false),
    ("https://api.openai.com/v1/{a,b}", false), ("https://api.{openai,anthropic}.com/v1", false),
    ("{https://api", true),
  ])
  func aHiddenHostIsTold(url: String, isTold: Bool) {
    let result = Self.rewriter.rewrite("curl", ["curl", url]) { _ in nil }
    #expect(result.hidden == (isTold ? [url] : []))
    #expect(Self.rewriter.rewrite("curl", ["curl", "-g", url]) { _ in nil }.hidden == [])
  }

  /// An argument may have as many braces as fit into it.
  @Test(arguments: ["{a}", "{a,b}", "[a-b]", "{", "["]) func endlessPatternsAreNotLookedThrough(piece: String) {
    let url = "https://" + String(repeating: piece, count: 40_000)
    #expect(CurlGlob.spread("{" + String(repeating: "api.openai.com,", count: 8000) + "}/v1/x") { $0 } == nil)
    #expect(Self.rewriter.rewrite("curl", ["curl", url]) { _ in nil }.hidden == [url])
  }

  /// What curl reads by itself would send a led call to a socket: then it is read as a file that is named.
  @Test(arguments: [
    (["curl", "https://api.openai.com/v1/x"], "unix-socket = s\n", true),
    (["curl", "https://api.openai.com/v1/x"], "--connect-to ::h:1\n", true),
    (["curl", "https://api.openai.com/v1/x"], "user-agent = s\n", false),
    (["curl", "https://example.com/x"], "unix-socket = s\n", false),
    (["curl", "-q", "https://api.openai.com/v1/x"], "unix-socket = s\n", false),
    (["curl", "-K", "f"], "unix-socket = s\n", true),
    (["curl", "https://example.com/x", "--next", "https://api.openai.com/v1/x"], "unix-socket = s\n", false),
    (["curl", "-s"], "silent\nurl = https://api.openai.com/v1/x\n", true),
    (["curl", "https://example.com/x"], "url = https://api.openai.com/v1/x\n", true),
    (["curl", "-s"], "url = https://example.com/\n", false),
  ])
  func theStandingFileLeadsNoCallAside(line: [String], text: String, isNamed: Bool) {
    let rewriter = CommandRewriter(servers: Self.rewriter.servers, root: "http://g/T", standing: ("/h/.curlrc", text))
    let result = rewriter.rewrite("curl", line) { _ in nil }
    #expect(result.arguments.starts(with: ["curl", "-q", "-K", "/h/.curlrc"]) == isNamed)
    #expect(
      result.files.map { result.arguments[$0] } == (line.contains("-K") ? ["f"] : []) + (isNamed ? ["/h/.curlrc"] : []))
  }

  /// An address in a file clears the way of the line that names the file.
  @Test func aFileThatLeadsClearsTheLine() {
    let text = "url = https://api.{openai,anthropic}.com/v1/x\n"
    #expect(Self.rewriter.leads(curlConfig: text))
    #expect(!Self.rewriter.leads(curlConfig: "url = https://example.com\nuser = a\n"))
    let line = ["curl", "--unix-socket", "s", "-K", "f"]
    #expect(Self.rewriter.rewrite("curl", line) { _ in nil }.arguments.contains("--unix-socket"))
    #expect(!Self.rewriter.rewrite("curl", line, isLed: true) { _ in nil }.arguments.contains("--unix-socket"))
    #expect(
      Self.rewriter.rewrite(curlConfig: text) == "url = http://g/T/{openai/moved,anthropic}/v1/x\n")
  }

  /// What is led to this machine goes through no proxy and no other socket: it is not sealed.
  @Test(arguments: [
    (
      "curl -x p:1 --noproxy example.org https://api.openai.com/v1/x",
      "curl -x p:1 --noproxy example.org,127.0.0.1,localhost http://g/T/openai/moved/v1/x"
    ),
    ("curl --nopr * https://api.openai.com/v1/x", "curl --nopr * http://g/T/openai/moved/v1/x"),
    ("curl -q -x p:1 https://api.openai.com/v1/x", "curl -q -x p:1 http://g/T/openai/moved/v1/x"),
    (
      "curl https://example.com/ --noproxy a --next https://api.openai.com/v1/x --noproxy b",
      "curl https://example.com/ --noproxy a --next http://g/T/openai/moved/v1/x --noproxy b,127.0.0.1,localhost"
    ),
    (
      "curl --unix-socket s --connect-to ::h:1 --connect-to a:1:b:2 https://api.openai.com/v1/x",
      "curl \(quiet) --connect-to a:1:b:2 http://g/T/openai/moved/v1/x"
    ),
    (
      "curl --unix-socket docker https://example.com/ --next https://api.openai.com/v1/x",
      "curl --unix-socket docker https://example.com/ --next http://g/T/openai/moved/v1/x"
    ),
    ("curl -x p:1 --noproxy a https://example.com/", "curl -x p:1 --noproxy a https://example.com/"),
    ("curl -sKf --noproxy a", "curl -sK f --noproxy a,127.0.0.1,localhost"),
    (
      "wget -e http_proxy=p https://api.openai.com/v1/x",
      "wget -e no_proxy=127.0.0.1,localhost -e inet6_only=off -e http_proxy=p http://g/T/openai/moved/v1/x"
    ),
    (
      "http --proxy=all:http://p:1 POST https://api.openai.com/v1/x",
      "http --no-proxy --proxy=all:http://p:1 POST http://g/T/openai/moved/v1/x"
    ),
  ])
  func nothingStandsBetween(line: String, expected: String) { #expect(rewritten(line) == expected) }

  @Test func anEmptyListOfHostsIsReplaced() {
    let line = ["curl", "--noproxy", "", "https://api.openai.com/v1/x"]
    #expect(
      Self.rewriter.rewrite("curl", line) { _ in nil }.arguments
        == ["curl", "--noproxy", "127.0.0.1,localhost", "http://g/T/openai/moved/v1/x"])
    let own = Self.rewriter.rewrite("curl", ["curl", "https://api.openai.com/v1/x"]) { $0 == "no_proxy" ? "a.b" : nil }
    #expect(own.arguments.dropFirst().prefix(2) == ["--noproxy", "a.b,127.0.0.1,localhost"])
    let lists = ["no_proxy": "", "NO_PROXY": "c.d"]
    let other = Self.rewriter.rewrite("curl", ["curl", "https://api.openai.com/v1/x"]) { lists[$0] }
    #expect(other.arguments.dropFirst().prefix(2) == ["--noproxy", "c.d,127.0.0.1,localhost"])
  }

  /// A program that looks at one of the two finds what the user has said in the other.
  @Test(arguments: [
    ([:], "127.0.0.1,localhost", "127.0.0.1,localhost"),
    (["NO_PROXY": "a.b"], "a.b,127.0.0.1,localhost", "a.b,127.0.0.1,localhost"),
    (["no_proxy": "a.b", "NO_PROXY": ""], "a.b,127.0.0.1,localhost", "a.b,127.0.0.1,localhost"),
    (["NO_PROXY": "a.b", "no_proxy": "c.d"], "a.b,127.0.0.1,localhost", "c.d,127.0.0.1,localhost"),
  ])
  func aListOfHostsStandsForBothVariables(own: [String: String], large: String, small: String) {
    #expect(LoopbackHosts.value(of: "NO_PROXY") { own[$0] } == large)
    #expect(LoopbackHosts.value(of: "no_proxy") { own[$0] } == small)
  }

  @Test func aFileOfCurlHasTheSameRules() {
    let text =
      "url: https://api.openai.com/v1/a\nnoproxy = \"x\"\n-x p:1\nunix-socket s\n--connect-to ::h:1\n--noproxy *\n"
    #expect(
      Self.rewriter.rewrite(curlConfig: text)
        == "url: http://g/T/openai/moved/v1/a\nnoproxy = \"x,127.0.0.1,localhost\"\n-x p:1\n\n\n--noproxy *\n")
    let glued = Self.rewriter.rewrite("curl", ["curl", "-sKf", "-Kg", "-K", "h"]) { _ in nil }
    #expect(glued.files.map { glued.arguments[$0] } == ["f", "g", "h"])
  }

  /// The servers of providers speak `https`: without it a key is on the way for all to read.
  @Test(arguments: [
    ("curl -d http://api.openai.com http://API.openai.com/v1/models?key=k", 1), ("wget http://api.openai.com:80/v1", 1),
    ("http POST http://api.openai.com/v1/x a=b", 1), ("curl http://u:p@api.openai.com/v1", 1),
    ("curl http://api.openai.com:8080/v1", 0), ("curl http://localhost:11434/api", 0), ("curl http://example.com/", 0),
    ("curl https://api.openai.com/v1", 0), ("curl api.openai.com/v1", 0), ("wget -i http://api.openai.com/list", 1),
    ("wget --referer http://api.openai.com https://example.com/", 0), ("wget -U http://api.openai.com a.example", 0),
    ("wget --header http://api.openai.com --post-data=http://api.openai.com https://api.openai.com/v1", 0),
    ("http --session http://api.openai.com POST example.com/x http://api.openai.com", 0),
    ("xh https://api.openai.com/v1 http://api.openai.com", 0),
  ])
  func anAddressWithoutEncryptionIsTold(line: String, count: Int) {
    let words = line.split(separator: " ").map(String.init)
    #expect(Self.rewriter.rewrite(words[0], words) { _ in nil }.inClear.count == count)
  }

  @Test func variablesAreGivenWhereAProgramTakesOneAlone() {
    let sgpt = Self.rewriter.rewrite("sgpt", ["sgpt", "hi"]) { _ in nil }
    #expect(sgpt.variables == ["API_BASE_URL": "http://g/T/openai/moved/v1"])
    let serve = Self.rewriter.rewrite("ollama", ["ollama", "serve"]) { $0 == "OLLAMA_HOST" ? "0.0.0.0" : nil }
    #expect(serve.variables == ["OLLAMA_HOST": "0.0.0.0"])
    #expect(Self.rewriter.rewrite("ollama", ["ollama", "run", "m"]) { _ in nil }.variables.isEmpty)
  }
}
