/// The providers that are known without configuration.
///
/// *Source:* each provider's documentation for its addresses ("Data residency" of OpenAI's, "Regional inference" of Mistral's,
/// "Regional endpoints" of xAI's, "In-region routing" of OpenRouter's, "OpenAI compatibility" of Together's); each client's own
/// documentation or sources for its variable.
public enum BuiltInProviders {
  /// All of them.
  public static let all: [Provider] = [
    provider(
      "openai", "https://api.openai.com/v1",
      [("OPENAI_BASE_URL", "/v1"), ("OPENAI_API_BASE", "/v1")],
      ["us", "eu", "au", "ca", "jp", "in", "sg", "kr", "gb", "ae"].map { "\($0).api.openai.com" }),
    chatGPT,
    provider(
      "anthropic", "https://api.anthropic.com",
      [("ANTHROPIC_BASE_URL", ""), ("ANTHROPIC_API_BASE", ""), ("CLAUDE_API_BASE", "/v1")]),
    provider(
      "gemini", "https://generativelanguage.googleapis.com",
      [("GOOGLE_GEMINI_BASE_URL", ""), ("GEMINI_API_BASE", "/v1beta")]),
    provider("ollama", "http://127.0.0.1:11434", [("OLLAMA_HOST", ""), ("OLLAMA_API_BASE", "")]),
    // LiteLLM asks the second for chats, whoever's they are, and the first for the rest.
    provider(
      "mistral", "https://api.mistral.ai/v1",
      [("MISTRAL_API_BASE", "/v1"), ("MISTRAL_AZURE_API_BASE", "/v1"), ("MISTRAL_BASE_URL", "/v1")],
      ["api.eu.mistral.ai", "api.us.mistral.ai", "codestral.mistral.ai"]),
    provider(
      "groq", "https://api.groq.com/openai/v1", [("GROQ_API_BASE", "/openai/v1"), ("GROQ_BASE_URL", "")]),
    openRouter,
    provider(
      "deepseek", "https://api.deepseek.com", [("DEEPSEEK_API_BASE", ""), ("DEEPSEEK_BASE_URL", "/v1")]),
    provider(
      "xai", "https://api.x.ai/v1", [("XAI_API_BASE", "/v1")],
      ["us.api.x.ai", "us-east-1.api.x.ai", "eu-west-1.api.x.ai"]),
    provider(
      "together", "https://api.together.xyz/v1",
      [("TOGETHER_AI_API_BASE", "/v1"), ("TOGETHER_API_BASE", "/v1"), ("TOGETHER_BASE_URL", "")], ["api.together.ai"]),
    provider(
      "fireworks", "https://api.fireworks.ai/inference/v1",
      [("FIREWORKS_API_BASE", "/inference/v1"), ("FIREWORKS_BASE_URL", "")]),
    provider(
      "cerebras", "https://api.cerebras.ai/v1", [("CEREBRAS_API_BASE", "/v1"), ("CEREBRAS_BASE_URL", "")]),
    provider("perplexity", "https://api.perplexity.ai", [("PERPLEXITY_API_BASE", ""), ("PERPLEXITY_BASE_URL", "")]),
    provider("zhipu", "https://open.bigmodel.cn/api/paas/v4", [("ZHIPUAI_BASE_URL", "/api/paas/v4")]),
    provider(
      "ai21", "https://api.ai21.com/studio/v1", [("AI21_API_HOST", "/studio/v1"), ("AI21_API_BASE", "/studio/v1")]),
    provider("cohere", "https://api.cohere.com", [("CO_API_URL", "")]),
    provider("replicate", "https://api.replicate.com", [("REPLICATE_BASE_URL", "")]),
    // No client heeds a variable for these; a line of code leads one here.
    provider("voyage", "https://api.voyageai.com/v1", []),
    provider("huggingface", "https://router.huggingface.co/v1", []),
    // Those that have an address for each customer, or region.
    provider("azure", "", [("AZURE_API_BASE", ""), ("AZURE_OPENAI_ENDPOINT", "")]),
    provider("vertex", "", [("ANTHROPIC_VERTEX_BASE_URL", "/v1"), ("GOOGLE_VERTEX_BASE_URL", "")]),
  ]

  /// Where Codex calls models for those who are signed in with ChatGPT. A maximum is an "Unsupported parameter" there.
  private static let chatGPT: Provider = {
    var plan = provider("chatgpt", "https://chatgpt.com/backend-api/codex", [])
    plan.takesMaximum = false
    return plan
  }()

  /// *Source:* OpenRouter's documentation: a call without a model is for the account's own, or for one of `models`; the last part of
  /// a stream has its usage.
  private static let openRouter: Provider = {
    var router = provider(
      "openrouter", "https://openrouter.ai/api/v1",
      [("OPENROUTER_API_BASE", "/api/v1"), ("OPENROUTER_BASE_URL", "/api/v1")],
      ["eu.openrouter.ai", "us.openrouter.ai"])
    (router.needsModel, router.tellsUsage) = (false, true)
    return router
  }()

  /// The origins of them all.
  private static let origins = Set(
    all.flatMap { [$0.base] + $0.otherHosts.map { "https://\($0)" } }.compactMap { WebAddress($0)?.origin })

  /// Whether a server takes no call that names no model: one of one's own, whatever it stands for, may have but one.
  public static func needsModel(_ provider: Provider, at origin: String) -> Bool {
    provider.needsModel && origins.contains(origin)
  }

  /// Whether a server tells a stream's usage whether or not it is asked: another one that stands for such a provider may not.
  public static func tellsUsage(_ provider: Provider, at origin: String) -> Bool {
    provider.tellsUsage && origins.contains(origin)
  }

  /// Variables of which some client takes the first before the second: where the user has set the second alone, the first leads where
  /// that does. Nobody looks the other way: OpenAI's own library does not know `OPENAI_API_BASE`, which may name a server of aider's
  /// that must not get its key. Others are of different clients, each of which goes by its own alone.
  ///
  /// *Source:* langchain-openai 1.x, LiteLLM 1.x, langchain-groq 1.x and langchain-fireworks 1.x, in the order of the lines.
  private static let fallbacks = [
    "OPENAI_API_BASE": "OPENAI_BASE_URL", "ANTHROPIC_API_BASE": "ANTHROPIC_BASE_URL",
    "GROQ_API_BASE": "GROQ_BASE_URL", "FIREWORKS_API_BASE": "FIREWORKS_BASE_URL",
  ]

  /// The variable by which clients go that find another one empty; `nil` where there is none.
  public static func fallback(of variable: String) -> String? { fallbacks[variable] }

  private static func provider(
    _ name: String, _ base: String, _ variables: [(String, String)], _ otherHosts: [String] = []
  ) -> Provider {
    var provider = Provider(name: name, base: base, variables: variables.map { Provider.Variable($0.0, path: $0.1) })
    provider.otherHosts = otherHosts
    provider.needsModel = true
    return provider
  }
}
