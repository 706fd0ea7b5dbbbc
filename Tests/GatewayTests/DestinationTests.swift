import Posix
import Providers
import Testing

@testable import Gateway

/// Where a request leads: the first part of its path says who comes, the next which provider, and all that is left is the
/// provider's own, byte by byte.
@Suite struct DestinationTests {
  private let harness: GatewayHarness
  private let seen: Locked<[String]>

  init() throws {
    let seen = Locked<[String]>([])
    self.seen = seen
    harness = try GatewayHarness { exchange in
      seen.use { $0.append("\(exchange.head.target) \(exchange.head.fields["Host"] ?? "-")") }
      exchange.reply("{}")
      return true
    }
  }

  /// What a request is answered with, and what its provider saw of it.
  private func ask(_ target: String, host: String? = nil) throws -> (status: Int, seen: [String]) {
    seen.use { $0 = [] }
    let client = try harness.connect()
    defer { client.close() }
    try client.write("GET \(target) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(harness.port)")\r\n\r\n")
    return (try client.reply(to: "GET").status, seen.use { $0 })
  }

  private var token: String { String(harness.gateway.root.split(separator: "/")[2]) }

  /// `T` stands for the run's token; `nil` where no provider is to hear of it.
  private static let ways: [(target: String, provider: String?)] = [
    ("/T/openai/v1/models", "/v1/models"), ("/T/openai/v1/models/", "/v1/models/"), ("/T/openai", "/"),
    ("/T/openai/", "/"), ("/T/openai?a=b", "/?a=b"), ("/T/openai/v1?a=/b?c", "/v1?a=/b?c"),
    ("/T/openai//v1", "//v1"), ("/T/openai/../x/./y", "/../x/./y"), ("/T/openai/a%2Fb%20c", "/a%2Fb%20c"),
    ("/T/openai/T/openai/v1", "/T/openai/v1"), ("/T/openai/~ab/v1", "/~ab/v1"),
    ("/T/openai/llmguard/join", "/llmguard/join"),
    // A run inside stands before the key, and nowhere else.
    ("/T/~ab/openai/v1/models?x", "/v1/models?x"), ("/T/~ab/openai", "/"), ("/T/~AB12/openai/v1", "/v1"),
    ("/T/~ab/~cd/openai/v1", nil), ("/T/~/openai/v1", nil), ("/T/~xyz/openai/v1", nil), ("/T/~ab", nil),
    ("/T/~ab/", nil), ("/T/~\(String(repeating: "a", count: 64))/openai/v1", "/v1"),
    ("/T/~\(String(repeating: "a", count: 65))/openai/v1", nil),
    // Strangers, and keys that nobody has.
    ("/", nil), ("//", nil), ("/T", nil), ("/T/", nil), ("/T//openai/v1", nil), ("/T/OpenAI/v1", nil),
    ("/T/openai%2Fv1", nil), ("/T/nobody/v1", nil), ("/T/llmguard", nil), ("/T/llmguard/join", nil),
    ("/openai/v1", nil), ("/Tx/openai/v1", nil), ("/x/openai/v1", nil), ("//T/openai/v1", nil), ("/T?/openai/v1", nil),
  ]

  @Test(arguments: ways.indices) func aTargetLeadsToItsProvider(place: Int) throws {
    let (target, provider) = Self.ways[place]
    let (status, seen) = try ask(target.replacing("T", with: token))
    let wanted = provider.map { "\($0.replacing("T", with: token)) \(harness.server.url.dropFirst("http://".count))" }
    #expect(seen == [wanted].compactMap { $0 }, "\(target)")
    #expect(status == (provider == nil ? 404 : 200), "\(target)")
  }

  /// A page in somebody's browser that has its own name lead here comes with that name.
  @Test func onlyThisMachinesNamesLeadSomewhere() throws {
    let port = harness.port
    for (host, status) in [
      ("127.0.0.1:\(port)", 200), ("localhost:\(port)", 200), ("LocalHost:\(port)", 200), ("localhost", 404),
      ("127.0.0.1", 404), ("evil.example:\(port)", 404), ("evil.example", 404), ("127.0.0.1:\(port == 1 ? 2 : 1)", 404),
      ("127.0.0.1.evil.example:\(port)", 404), ("[::1]:\(port)", 404), ("", 404),
    ] {
      let answer = try ask("/\(token)/openai/v1/models", host: host)
      #expect(answer.status == status && answer.seen.count == (status == 200 ? 1 : 0), "\(host): \(answer)")
    }
  }

  /// A provider has more than one host; a call that names one of them goes there and nowhere else.
  @Test(arguments: [
    ("https://api.together.ai/v1/chat/completions", "together", "https://api.together.ai"),
    ("https://eu.api.openai.com/v1/responses?x", "openai", "https://eu.api.openai.com"),
    ("https://eu-west-1.api.x.ai/v1/chat/completions", "xai", "https://eu-west-1.api.x.ai"),
    ("https://codestral.mistral.ai/v1/fim/completions", "mistral", "https://codestral.mistral.ai"),
    ("https://eu.openrouter.ai/api/v1/chat/completions", "openrouter", "https://eu.openrouter.ai"),
    ("https://api.openai.com/v1/responses", "openai", "https://api.openai.com"),
  ])
  func anotherHostOfAProviderIsLedToItself(url: String, provider: String, origin: String) throws {
    let table = RouteTable(providers: BuiltInProviders.all, environment: [:])
    let place = try #require(table.servers.place(of: url))
    #expect(place.target == String(url.dropFirst(origin.count)))
    let route = try #require(table.destination(of: place.key, "/T/\(place.key)", place.target, [:])?.route)
    #expect(route.provider.name == provider && route.origin == origin)
  }

  /// Somebody's own provider at such a host keeps its name.
  @Test func anOwnProviderAtAnotherHostIsItsOwn() {
    let own = Provider(name: "oai-eu", base: "https://eu.api.openai.com/v1")
    let table = RouteTable(providers: BuiltInProviders.all + [own], environment: [:])
    #expect(table.servers.place(of: "https://eu.api.openai.com/v1/responses")?.key == "oai-eu")
    #expect(table.routes["eu.api.openai.com"] == nil && table.routes["us.api.openai.com"] != nil)
  }
}
