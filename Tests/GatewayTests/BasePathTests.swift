import GuardModel
import HTTPWire
import Providers
import Testing

@testable import Gateway

/// A client that is led asks its provider for the very address that it would ask alone.
@Suite struct BasePathTests {
  /// The variable that a client takes, what it puts behind it, and what it asks where nothing is set.
  ///
  /// *Source:* the clients named, which were run against a recording server; their sources for the last part.
  private static let clients: [(variable: String, behind: String, alone: String)] = [
    // LiteLLM, langchain-groq, Groq's own.
    ("GROQ_API_BASE", "/chat/completions", "https://api.groq.com/openai/v1/chat/completions"),
    ("GROQ_API_BASE", "/openai/v1/chat/completions", "https://api.groq.com/openai/v1/chat/completions"),
    ("GROQ_BASE_URL", "/openai/v1/chat/completions", "https://api.groq.com/openai/v1/chat/completions"),
    ("GROQ_BASE_URL", "/openai/v1/models?a=/openai/v1/", "https://api.groq.com/openai/v1/models?a=/openai/v1/"),
    // LiteLLM, langchain-fireworks, Fireworks' own.
    ("FIREWORKS_API_BASE", "/v1/chat/completions", "https://api.fireworks.ai/inference/v1/chat/completions"),
    ("FIREWORKS_API_BASE", "/chat/completions", "https://api.fireworks.ai/inference/v1/chat/completions"),
    ("FIREWORKS_BASE_URL", "/v1/chat/completions", "https://api.fireworks.ai/inference/v1/chat/completions"),
    ("FIREWORKS_BASE_URL", "/v1/embeddings?x", "https://api.fireworks.ai/inference/v1/embeddings?x"),
    ("FIREWORKS_BASE_URL", "/v1/accounts/me/models", "https://api.fireworks.ai/v1/accounts/me/models"),
    // Cerebras' own, CrewAI, LiteLLM.
    ("CEREBRAS_BASE_URL", "/v1/chat/completions", "https://api.cerebras.ai/v1/chat/completions"),
    ("CEREBRAS_BASE_URL", "/chat/completions", "https://api.cerebras.ai/v1/chat/completions"),
    ("CEREBRAS_API_BASE", "/chat/completions", "https://api.cerebras.ai/v1/chat/completions"),
    // What else may stand right behind a base, with its query; and what only begins as a path ends.
    ("CEREBRAS_BASE_URL", "/chat/completions?a=/b", "https://api.cerebras.ai/v1/chat/completions?a=/b"),
    ("CEREBRAS_BASE_URL", "/completions", "https://api.cerebras.ai/v1/completions"),
    ("TOGETHER_BASE_URL", "/embeddings", "https://api.together.xyz/v1/embeddings"),
    ("GROQ_BASE_URL", "/responses", "https://api.groq.com/openai/v1/responses"),
    ("OPENAI_BASE_URL", "/v1beta/chat/completions", "https://api.openai.com/v1/v1beta/chat/completions"),
    // langchain-mistralai, CrewAI (two), langchain-together, Perplexity's, Zhipu's, AI21's and Replicate's own.
    ("MISTRAL_BASE_URL", "/chat/completions", "https://api.mistral.ai/v1/chat/completions"),
    ("OPENROUTER_BASE_URL", "/chat/completions", "https://openrouter.ai/api/v1/chat/completions"),
    ("DEEPSEEK_BASE_URL", "/chat/completions", "https://api.deepseek.com/v1/chat/completions"),
    ("TOGETHER_API_BASE", "/chat/completions", "https://api.together.xyz/v1/chat/completions"),
    ("PERPLEXITY_BASE_URL", "/chat/completions", "https://api.perplexity.ai/chat/completions"),
    ("ZHIPUAI_BASE_URL", "/chat/completions", "https://open.bigmodel.cn/api/paas/v4/chat/completions"),
    ("AI21_API_HOST", "/chat/completions", "https://api.ai21.com/studio/v1/chat/completions"),
    ("REPLICATE_BASE_URL", "/v1/predictions", "https://api.replicate.com/v1/predictions"),
    // One that adds what is there already, and those that all mean the same.
    ("OPENAI_BASE_URL", "/chat/completions", "https://api.openai.com/v1/chat/completions"),
    ("OPENAI_BASE_URL", "/v1/models", "https://api.openai.com/v1/models"),
    ("ANTHROPIC_BASE_URL", "/v1/messages", "https://api.anthropic.com/v1/messages"),
  ]

  @Test(arguments: clients.indices) func whatItAsksIsWhatItWouldAskAlone(place: Int) throws {
    let (variable, behind, alone) = Self.clients[place]
    #expect(try Self.led(RouteTable(providers: BuiltInProviders.all, environment: [:]), variable, behind) == alone)
  }

  /// Some servers have other calls there than below their base.
  @Test func whatAServerHasAtItsRootIsAskedThere() {
    let own = BasePath("/v1", isOwn: true, isKnown: false)
    #expect(own.meant("/completions") == "/completions" && own.meant("/embeddings?x") == "/embeddings?x")
    #expect(own.meant("/chat/completions?x") == "/v1/chat/completions?x")
    #expect(BasePath("/v1").meant("/completions") == "/v1/completions")
  }

  /// Where somebody says where calls go, they go there.
  @Test func anAddressOfOnesOwnIsTakenAsItIs() throws {
    let routes = RouteTable(
      providers: BuiltInProviders.all, environment: ["GROQ_API_BASE": "http://10.0.0.9/openai/v1"])
    #expect(
      try Self.led(routes, "GROQ_API_BASE", "/openai/v1/chat/completions")
        == "http://10.0.0.9/openai/v1/openai/v1/chat/completions")
  }

  /// Below a configured path of one's own anything may stand; a provider that was moved has the path that its clients know. A call
  /// that stands right behind a name is one of its base: no server has both.
  @Test(
    arguments: [
      ("corp", "https://llm.corp/team-a/v1", "/v1/chat/completions", "/v1/chat/completions"),
      ("groq", "https://llm.corp/team-a/v1", "/v1/chat/completions", "/v1/chat/completions"),
      ("corp", "https://llm.corp/team-a/v1", "/chat/completions?a", "/team-a/v1/chat/completions?a"),
      ("corp", "https://llm.corp/team-a/v1", "/team-a/v1/v1/chat/completions", "/team-a/v1/v1/chat/completions"),
      ("groq", "https://llm.corp/team-a/v1", "/embeddings", "/team-a/v1/embeddings"),
      ("groq", "https://llm.corp/openai/v1", "/openai/v1/openai/v1/chat/completions", "/openai/v1/chat/completions"),
    ])
  func aConfiguredPathIsTakenAsItIs(name: String, base: String, target: String, asked: String) throws {
    let routes = RouteTable(providers: [Provider(name: name, base: base, variables: [])], environment: [:])
    let led = try #require(routes.destination(of: name, "/T/\(name)", target, HTTPFields()))
    #expect(led.route.origin + led.target == "https://llm.corp" + asked)
  }

  /// Of two variables a client may take the one that the user has not set before the other: langchain-openai asks
  /// `OPENAI_API_BASE` first, LiteLLM `ANTHROPIC_API_BASE`, langchain-groq `GROQ_API_BASE`.
  @Test(
    arguments: [
      (
        "OPENAI_BASE_URL", "http://h:8080/v1", "OPENAI_API_BASE", "/chat/completions",
        "http://h:8080/v1/chat/completions"
      ),
      ("OPENAI_BASE_URL", "http://h/x?y", "OPENAI_API_BASE", "", "http://h/x?y"),
      ("ANTHROPIC_BASE_URL", "http://h", "ANTHROPIC_API_BASE", "/v1/messages", "http://h/v1/messages"),
      ("FIREWORKS_BASE_URL", "http://h/x", "FIREWORKS_API_BASE", "/completions", "http://h/x/inference/v1/completions"),
      // The other way nobody looks: what knows that one alone must not take its key to a server that it was not told of.
      ("OPENAI_API_BASE", "http://h/v1", "OPENAI_BASE_URL", "/models", "https://api.openai.com/v1/models"),
      ("ANTHROPIC_API_BASE", "http://h", "ANTHROPIC_BASE_URL", "/v1/models", "https://api.anthropic.com/v1/models"),
      ("GROQ_API_BASE", "http://h/v1", "GROQ_BASE_URL", "/openai/v1/models", "https://api.groq.com/openai/v1/models"),
      ("MISTRAL_AZURE_API_BASE", "http://h/v1", "MISTRAL_API_BASE", "/models", "https://api.mistral.ai/v1/models"),
      ("CLAUDE_API_BASE", "http://h/v1", "ANTHROPIC_BASE_URL", "/v1/models", "https://api.anthropic.com/v1/models"),
      // Those of different clients stay apart.
      ("ANTHROPIC_BASE_URL", "http://h/x", "CLAUDE_API_BASE", "/messages", "https://api.anthropic.com/v1/messages"),
      ("OLLAMA_HOST", "http://h", "OLLAMA_API_BASE", "/api/chat", "http://127.0.0.1:11434/api/chat"),
      ("GROQ_BASE_URL", "http://h", "GROQ_API_BASE", "/chat/completions", "http://h/openai/v1/chat/completions"),
      (
        "GROQ_BASE_URL", "http://h", "GROQ_API_BASE", "/openai/v1/chat/completions",
        "http://h/openai/v1/chat/completions"
      ),
      ("OPENAI_BASE_URL", "http://h/v1", "GROQ_API_BASE", "/models", "https://api.groq.com/openai/v1/models"),
      ("OPENAI_BASE_URL", "", "OPENAI_API_BASE", "/models", "https://api.openai.com/v1/models"),
    ])
  func aVariableThatIsNotSetLeadsWhereItsCompanionDoes(
    set: String, value: String, variable: String, behind: String, asked: String
  ) throws {
    let routes = RouteTable(providers: BuiltInProviders.all, environment: [set: value])
    #expect(try Self.led(routes, variable, behind) == asked)
    #expect(routes.ownVariables == (value.isEmpty ? [] : [set]))
  }

  /// CrewAI asks all models at `OPENAI_API_BASE` where `MODEL` names one. Whoever has OpenAI elsewhere may have both there.
  @Test(
    arguments: [
      ([:], nil, "/v1/v1/messages", "https://api.anthropic.com/v1/messages"),
      ([:], nil, "/v1/messages/count_tokens?beta=true", "https://api.anthropic.com/v1/messages/count_tokens?beta=true"),
      ([:], "https://own.example/a", "/v1/v1/messages", "https://own.example/a/v1/messages"),
      ([:], nil, "/v1/models", "https://api.openai.com/v1/models"),
      (["ANTHROPIC_BASE_URL": "https://corp.example/p"], nil, "/v1/v1/messages", "https://corp.example/p/v1/messages"),
      (["OPENAI_BASE_URL": "http://h/v1"], nil, "/v1/v1/messages", "http://h/v1/v1/messages"),
      // A query that the user has behind an address would stand before the path.
      (["ANTHROPIC_BASE_URL": "https://corp.example/p?k=1"], nil, "/v1/messages", "https://api.openai.com/v1/messages"),
    ] as [([String: String], String?, String, String)])
  func aCallOfAnthropicsIsNotSentToOpenAI(
    environment: [String: String], base: String?, target: String, asked: String
  ) throws {
    let providers = BuiltInProviders.all.map { provider in
      var provider = provider
      if provider.name == "anthropic", let base { provider.base = base }
      return provider
    }
    let routes = RouteTable(providers: providers, environment: environment)
    let key = try #require(routes.settings.first { $0.name == "OPENAI_BASE_URL" }).key
    let led = try #require(
      routes.destination(of: key, "/T/\(key)", target, ["anthropic-version": "2023-06-01"]))
    #expect(led.route.origin + led.target == asked)
    #expect(led.prefix == "/T/\(led.route.key)")
    let plain = try #require(routes.destination(of: "openai", "/T/openai", target, HTTPFields()))
    #expect(plain.route.key == "openai")
  }

  /// Whoever has said where OpenAI is says where its calls go, also one of Anthropic's.
  @Test func aCallOfAnthropicsGoesToAnOpenAIOfOnesOwn() throws {
    let providers = BuiltInProviders.all.map { provider in
      var provider = provider
      if provider.name == "openai" { provider.base = "https://proxy.example/v1" }
      return provider
    }
    let routes = RouteTable(providers: providers, environment: [:])
    let led = try #require(
      routes.destination(of: "openai", "/T/openai", "/v1/messages", ["anthropic-version": "2023-06-01"]))
    #expect(led.route.origin + led.target == "https://proxy.example/v1/messages")
  }

  /// Where a provider has no server of its own, nobody is led to one.
  @Test func aCompanionOfNoServerIsNotSet() {
    let routes = RouteTable(
      providers: BuiltInProviders.all, environment: ["AZURE_OPENAI_ENDPOINT": "https://mine.example"])
    #expect(!routes.settings.contains { $0.name == "AZURE_API_BASE" })
  }

  /// The address that is asked of the provider.
  private static func led(_ routes: RouteTable, _ variable: String, _ behind: String) throws -> String {
    let setting = try #require(routes.settings.first { $0.name == variable })
    let led = try #require(
      routes.destination(of: setting.key, "/T/\(setting.key)", setting.path + behind, HTTPFields()))
    return led.route.origin + led.target
  }
}
