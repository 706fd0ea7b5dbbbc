import Testing

@testable import Providers

/// Base addresses as clients' variables state them.
@Suite struct ClientBaseTests {
  @Test(arguments: [
    ("https://host.example/v1", "https://host.example", "/v1", "", ""),
    (" https://host.example/v1/\n", "https://host.example", "/v1", "", ""),
    ("HTTP://Host.example:8080", "http://host.example:8080", "", "", ""),
    ("http://[::1]:8080/v1", "http://[::1]:8080", "/v1", "", ""),
    ("http://me:p%40ss@host/v1", "http://host", "/v1", "me:p%40ss@", ""),
    ("https://host/v1/x?api-version=2024&y=/z", "https://host", "/v1/x", "", "?api-version=2024&y=/z"),
    ("https://host?y=me@z", "https://host", "", "", "?y=me@z"),
  ])
  func whatCanBeUsedIsRead(_ value: String, _ origin: String, _ path: String, _ user: String, _ query: String) throws {
    let base = try #require(try ClientBase.read(value, of: "OPENAI_BASE_URL"))
    #expect(base.address.origin == origin)
    #expect(base.address.path == path)
    #expect(base.user == user)
    #expect(base.query == query)
  }

  /// A key of a server begins its path, or stands before a provider's name; numbers of that form elsewhere are others' business.
  @Test(arguments: [
    ("http://127.0.0.1:4000/0123456789abcdef0123456789abcdef/openai/v1", true),
    ("https://host.example/llm/0123456789abcdef0123456789abcdef/openai/v1", true),
    ("https://host.example/a/b/0123456789abcdef0123456789abcdef/ANTHROPIC", true),
    ("https://host.example/llm/0123456789abcdef0123456789abcdef/eu.api.openai.com/v1", true),
    ("https://gateway.example/v1/0123456789abcdef0123456789abcdef/gw/openai", false),
    ("https://gateway.example/v1/0123456789abcdef0123456789abcdef", false),
  ])
  func aServersKeyIsKnown(_ value: String, _ holdsKey: Bool) throws {
    #expect(try ClientBase.read(value, of: "OPENAI_BASE_URL")?.holdsKey() == holdsKey)
  }

  /// The ways of a server are called by its providers, which the configuration names, and by variables, as it tells them itself.
  @Test func aServersKeyIsKnownByEveryWay() throws {
    let key = "0123456789abcdef0123456789abcdef"
    let own = [Provider(name: "myLab", base: "http://127.0.0.1:1", variables: [.init("MY_LAB_URL", path: "")])]
    func holds(_ way: String, among providers: [Provider]) throws -> Bool? {
      try ClientBase.read("https://host.example/llm/\(key)/\(way)/v1", of: "OPENAI_BASE_URL")?.holdsKey(
        among: providers)
    }
    for way in ["mylab", "my_lab_url"] {
      #expect(try holds(way, among: own) == true)
      #expect(try holds(way, among: []) == false)
    }
    #expect(try holds("openai_base_url", among: []) == true)
  }

  @Test(arguments: ["", " ", "\n\t"])
  func whatStatesNothingIsUnset(value: String) throws {
    #expect(try ClientBase.read(value, of: "OPENAI_BASE_URL") == nil)
    #expect(try ClientBase.read(value, of: "OLLAMA_HOST") == nil)
  }

  @Test(arguments: [
    ("127.0.0.1:18391/v1", ClientBase.Problem.scheme), ("ftp://x", .scheme), ("localhost", .scheme),
    ("http:/x/v1", .scheme), ("http://", .host), ("http:///v1", .host), ("http://me:pw@/v1", .host),
    ("http://:80/v1", .host), ("http://host:/v1", .port), ("http://host:0", .port), ("http://host:65536", .port),
    ("http://me:p/w@host/v1", .port), ("http://host/v1#x", .fragment), ("http://host/v 1", .characters),
    ("http://hóst/v1", .characters), ("http://host\\v1", .characters), ("http://host/a@b", .characters),
  ])
  func whatCannotBeUsedIsNamed(_ value: String, _ problem: ClientBase.Problem) {
    #expect(throws: problem) { try ClientBase.read(value, of: "OPENAI_BASE_URL") }
  }

  @Test(arguments: [
    ("0.0.0.0", "http://0.0.0.0:11434", ""), ("box:80", "http://box:80", ""), (":4000", "http://127.0.0.1:4000", ""),
    ("box/under", "http://box:11434", "/under"), ("[::1]", "http://[::1]:11434", ""),
    ("\"box\"", "http://box:11434", ""),
    ("https://box", "https://box", ""),
  ])
  func ollamaLeavesOutMuch(_ value: String, _ origin: String, _ path: String) throws {
    let base = try #require(try ClientBase.read(value, of: "OLLAMA_HOST"))
    #expect(base.address.origin == origin)
    #expect(base.address.path == path)
  }

  @Test func onlyVariablesOfProvidersAreLookedAtAndEachOnce() {
    let providers = [
      Provider(name: "a", base: "https://a", variables: [.init("A", path: ""), .init("B", path: "")]),
      Provider(name: "b", base: "https://b", variables: [.init("B", path: ""), .init("C", path: "")]),
    ]
    let values = ["A": "https://fine", "B": "x", "D": "y", "C": "z://"]
    #expect(
      ClientBase.faults(providers) { values[$0] } == [
        .init(name: "B", problem: .scheme), .init(name: "C", problem: .scheme),
      ])
  }
}
