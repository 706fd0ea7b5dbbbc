/// A program or library whose calls llmguard may or may not catch, and how.
public struct CaughtClient: Hashable, Sendable {
  /// Its name for people.
  public var name: String
  /// How it is found on a machine.
  public var presence: Presence
  /// How its calls are led to the gateway.
  public var way: Way

  /// How a client is found.
  public enum Presence: Hashable, Sendable {
    /// A program on `PATH`.
    case program(String)
    /// A Python module.
    case pythonModule(String)
  }

  /// How a client is led.
  public enum Way: Hashable, Sendable {
    /// It heeds any of these variables.
    case variable([String])
    /// A program of that name stands in front of it on `PATH`.
    case shim
    /// It heeds nothing from outside: an address in its own configuration can lead it to `llmguard serve`.
    case configuration(String)
    /// It heeds nothing from outside: this line of its code leads it, where `g` is `os.environ.get("LLMGUARD_GATEWAY")`, and changes
    /// nothing where there is no gateway.
    case code(String)
    /// It cannot be led, for this reason.
    case never(String)
  }

  /// The clients that are known.
  ///
  /// *Source:* each was run against a recording server, or its documentation or sources say so (xh, boto3 and the last three).
  public static let all: [CaughtClient] = [
    CaughtClient(name: "curl", presence: .program("curl"), way: .shim),
    CaughtClient(name: "wget", presence: .program("wget"), way: .shim),
    CaughtClient(name: "HTTPie", presence: .program("http"), way: .shim),
    CaughtClient(name: "xh", presence: .program("xh"), way: .shim),
    CaughtClient(name: "openai (Python)", presence: .pythonModule("openai"), way: .variable(["OPENAI_BASE_URL"])),
    CaughtClient(
      name: "anthropic (Python)", presence: .pythonModule("anthropic"), way: .variable(["ANTHROPIC_BASE_URL"])),
    CaughtClient(
      name: "google-genai (Python)", presence: .pythonModule("google.genai"),
      way: .variable(["GOOGLE_GEMINI_BASE_URL"])),
    CaughtClient(name: "ollama (Python)", presence: .pythonModule("ollama"), way: .variable(["OLLAMA_HOST"])),
    CaughtClient(
      name: "litellm (Python)", presence: .pythonModule("litellm"),
      way: .variable(["OPENAI_API_BASE", "ANTHROPIC_API_BASE", "GEMINI_API_BASE", "OLLAMA_API_BASE"])),
    CaughtClient(name: "groq (Python)", presence: .pythonModule("groq"), way: .variable(["GROQ_BASE_URL"])),
    CaughtClient(name: "together (Python)", presence: .pythonModule("together"), way: .variable(["TOGETHER_BASE_URL"])),
    CaughtClient(
      name: "fireworks-ai (Python)", presence: .pythonModule("fireworks"), way: .variable(["FIREWORKS_BASE_URL"])),
    CaughtClient(
      name: "cerebras-cloud-sdk (Python)", presence: .pythonModule("cerebras"), way: .variable(["CEREBRAS_BASE_URL"])),
    CaughtClient(
      name: "perplexityai (Python)", presence: .pythonModule("perplexity"), way: .variable(["PERPLEXITY_BASE_URL"])),
    CaughtClient(name: "zhipuai (Python)", presence: .pythonModule("zhipuai"), way: .variable(["ZHIPUAI_BASE_URL"])),
    CaughtClient(name: "ai21 (Python)", presence: .pythonModule("ai21"), way: .variable(["AI21_API_HOST"])),
    CaughtClient(name: "cohere (Python)", presence: .pythonModule("cohere"), way: .variable(["CO_API_URL"])),
    CaughtClient(
      name: "langchain-cohere (Python)", presence: .pythonModule("langchain_cohere"),
      way: .code(#"ChatCohere(base_url=g and g + "/cohere")"#)),
    CaughtClient(
      name: "replicate (Python; unmetered)", presence: .pythonModule("replicate"),
      way: .variable(["REPLICATE_BASE_URL"])),
    CaughtClient(
      name: "langchain-mistralai (Python)", presence: .pythonModule("langchain_mistralai"),
      way: .variable(["MISTRAL_BASE_URL"])),
    CaughtClient(
      name: "mistralai (Python)", presence: .pythonModule("mistralai"),
      way: .code(#"Mistral(server_url=g and g + "/mistral")"#)),
    CaughtClient(
      name: "google-generativeai (Python)", presence: .pythonModule("google.generativeai"),
      way: .code(#"configure(transport="rest", client_options=g and {"api_endpoint": g + "/gemini"})"#)),
    CaughtClient(
      name: "voyageai (Python)", presence: .pythonModule("voyageai"),
      way: .code(#"Client(base_url=g and g + "/voyage/v1")"#)),
    CaughtClient(
      name: "huggingface_hub (Python)", presence: .pythonModule("huggingface_hub"),
      way: .code(#"InferenceClient(base_url=g and g + "/huggingface/v1")"#)),
    CaughtClient(
      name: "xai-sdk (Python)", presence: .pythonModule("xai_sdk"),
      way: .code(#"OpenAI(base_url=g and g + "/xai/v1") of openai, as it speaks gRPC"#)),
    CaughtClient(
      name: "boto3 for Bedrock (Python)", presence: .pythonModule("boto3"), way: .never("it signs its server's name")),
    CaughtClient(name: "llm", presence: .program("llm"), way: .variable(["OPENAI_BASE_URL"])),
    CaughtClient(name: "llm-gemini (for llm)", presence: .pythonModule("llm_gemini"), way: .never("a fixed address")),
    CaughtClient(name: "ollama", presence: .program("ollama"), way: .variable(["OLLAMA_HOST"])),
    CaughtClient(name: "Claude Code", presence: .program("claude"), way: .variable(["ANTHROPIC_BASE_URL"])),
    CaughtClient(name: "Codex", presence: .program("codex"), way: .shim),
    CaughtClient(name: "Gemini CLI", presence: .program("gemini"), way: .variable(["GOOGLE_GEMINI_BASE_URL"])),
    CaughtClient(
      name: "aichat", presence: .program("aichat"),
      way: .variable(["OPENAI_API_BASE", "CLAUDE_API_BASE", "GEMINI_API_BASE"])),
    CaughtClient(name: "shell-gpt", presence: .program("sgpt"), way: .shim),
    CaughtClient(name: "mods", presence: .program("mods"), way: .configuration("base-url in mods.yml")),
  ]
}
