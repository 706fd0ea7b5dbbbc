import Testing

@testable import Providers

/// Command lines whose addresses are led elsewhere.
@Suite struct CommandRewriterTests {
  static let rewriter: CommandRewriter = {
    var servers = ServerTable()
    for (base, key, path) in [
      ("https://api.openai.com/v1", "openai", "/moved/v1"), ("http://127.0.0.1:11434", "ollama", ""),
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
    ("curl https://api.openai.com/v1/models", "curl http://g/T/openai/moved/v1/models"),
    ("curl HTTPS://API.openai.com:443/v1/x?a=b#c", "curl http://g/T/openai/moved/v1/x?a=b#c"),
    ("curl api.openai.com/v1/x", "curl http://g/T/openai/moved/v1/x"),
    (
      "curl -sSd https://api.openai.com/v1 --url https://api.openai.com/v1/a",
      "curl -sSd https://api.openai.com/v1 --url http://g/T/openai/moved/v1/a"
    ),
    (
      "curl --url=https://api.openai.com/v1/a -o out --next https://api.openai.com/v1/b",
      "curl --url=http://g/T/openai/moved/v1/a -o out --next http://g/T/openai/moved/v1/b"
    ),
    (
      "curl --data https://api.openai.com/v1 -H x https://example.com/",
      "curl --data https://api.openai.com/v1 -H x https://example.com/"
    ),
    ("curl --proto =https https://api.openai.com/v1/a", "curl --proto =https,+http http://g/T/openai/moved/v1/a"),
    ("curl --proto =https https://example.com/", "curl --proto =https https://example.com/"),
    ("curl http://localhost:11434/api/tags", "curl http://g/T/ollama/api/tags"),
    ("curl https://api.openai.com/dashboard", "curl http://g/T/openai/dashboard"),
    ("curl https://api.openai.com.evil.org/v1", "curl https://api.openai.com.evil.org/v1"),
    ("curl https://api.openai.com@evil.org/v1", "curl https://api.openai.com@evil.org/v1"),
    (
      "wget -O - --header https://api.openai.com/v1 https://api.openai.com/v1/m",
      "wget -O - --header https://api.openai.com/v1 http://g/T/openai/moved/v1/m"
    ),
    (
      "http -a k POST api.openai.com/v1/x u=https://api.openai.com/v1",
      "http -a k POST http://g/T/openai/moved/v1/x u=https://api.openai.com/v1"
    ),
    ("codex exec hi", "codex -c openai_base_url=\"http://g/T/openai/moved/v1\" exec hi"),
    ("codex -c openai_base_url=x exec hi", "codex -c openai_base_url=x exec hi"),
  ])
  func addressesAreLedElsewhereAndNothingElse(line: String, expected: String) {
    #expect(rewritten(line) == expected)
  }

  @Test func filesOfCurlAreNamedAndRewritten() {
    let result = Self.rewriter.rewrite("curl", ["curl", "-sK", "f", "--config", "g", "-d", "K"]) { _ in nil }
    #expect(result.files == [2, 4])
    let text =
      "# c\nurl = \"https://api.openai.com/v1/a\"\n  url=https://api.openai.com/v1/b\n--url https://example.com\nheader = \"url = x\"\n"
    #expect(
      Self.rewriter.rewrite(curlConfig: text)
        == "# c\nurl = \"http://g/T/openai/moved/v1/a\"\n  url=http://g/T/openai/moved/v1/b\n--url https://example.com\nheader = \"url = x\"\n"
    )
  }

  @Test func variablesAreGivenWhereAProgramTakesOneAlone() {
    let sgpt = Self.rewriter.rewrite("sgpt", ["sgpt", "hi"]) { _ in nil }
    #expect(sgpt.variables == ["API_BASE_URL": "http://g/T/openai/moved/v1"])
    let serve = Self.rewriter.rewrite("ollama", ["ollama", "serve"]) { $0 == "OLLAMA_HOST" ? "0.0.0.0" : nil }
    #expect(serve.variables == ["OLLAMA_HOST": "0.0.0.0"])
    #expect(Self.rewriter.rewrite("ollama", ["ollama", "run", "m"]) { _ in nil }.variables.isEmpty)
  }
}
