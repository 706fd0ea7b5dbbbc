import Testing

@testable import Providers

/// Which models think unseen, as their names tell.
@Suite struct UnseenThinkingTests {
  /// All of the list that comes with the program that do; none of the others does.
  private static let thinking = """
    gemini-2.5-flash gemini-2.5-pro gemini-3.1-flash-lite gemini-3.5-flash gemini-3.5-flash-lite gemini-3.6-flash gemini-3.7-flash
    gemini-3.8-flash gemini-flash-latest gemini-flash-lite-latest gemini-pro-latest gpt-5 gpt-5-2025-08-07 gpt-5-codex gpt-5-mini
    gpt-5-mini-2025-08-07 gpt-5-nano gpt-5-nano-2025-08-07 gpt-5-pro gpt-5-pro-2025-10-06 gpt-5.1-codex gpt-5.1-codex-max
    gpt-5.1-codex-mini gpt-5.2-codex gpt-5.2-pro gpt-5.2-pro-2025-12-11 gpt-5.3-codex gpt-5.4-mini gpt-5.4-mini-2026-03-17
    gpt-5.4-nano gpt-5.4-nano-2026-03-17 gpt-5.4-pro gpt-5.4-pro-2026-03-05 gpt-5.5 gpt-5.5-2026-04-23 gpt-5.5-pro
    gpt-5.5-pro-2026-04-23 gpt-5.6 gpt-5.6-luna gpt-5.6-sol gpt-5.6-terra gpt-6-astra gpt-6-luna gpt-6-sol gpt-6.1-sol gpt-6.1-terra
    grok-4.20 grok-4.20-0309 grok-4.20-0309-reasoning grok-4.20-reasoning grok-4.20-reasoning-latest grok-4.3 grok-4.3-latest
    grok-4.5 grok-4.5-latest grok-4.6 grok-4.7 grok-build-latest o1 o1-2024-12-17 o1-pro o1-pro-2025-03-19 o3 o3-2025-04-16 o3-mini
    o3-mini-2025-01-31 o3-pro o3-pro-2025-06-10 o4-mini o4-mini-2025-04-16
    """

  @Test func allThatAreListed() {
    let thinking = Set(Self.thinking.split { $0 == " " || $0 == "\n" }.map(String.init))
    let names = Set(BuiltInPrices.all.keys)
    #expect(thinking.subtracting(names).isEmpty, "a name that no model has would tell nothing")
    for name in names.sorted() { #expect(ProviderRequest.thinksUnseen(name) == thinking.contains(name), "\(name)") }
  }

  /// As others name them: whoever sells them on, who has tuned them, and where a name has no points.
  @Test(arguments: [
    "openai/gpt-5-mini", "google/gemini-flash-latest", "models/gemini-pro-latest",
    "publishers/google/models/gemini-2.5-pro",
    "O3-mini", "ft:o4-mini-2025-04-16:org::x1", "gpt-54-mini", "gpt-10", "gemini-flash-lite-latest", "x-ai/grok-4.5",
    "codex-mini-latest", "openai/codex-mini", "grok-latest", "xai/grok-build-latest",
  ])
  func othersThatThink(_ model: String) { #expect(ProviderRequest.thinksUnseen(model)) }

  @Test(arguments: [
    "", "gpt-35-turbo", "azure/gpt-35-turbo-16k", "gpt-35-turbo-instruct-0914", "gpt-41-mini", "gpt-4o",
    "ft:gpt-4o-mini:org::x1",
    "gemini-1.5-pro-latest", "gemini-2.0-flash", "gemini-pro", "gemini-2.5-flash-lite",
    "google/gemini-2.5-flash-lite-preview-09-2025",
    "grok-3-mini", "open-mistral-nemo", "openai/gpt-oss-120b", "mistral-large-latest", "ft:", "gpt-", "latest",
    "openai/gpt-5.1", "ft:gpt-5.2-2025-12-11:org::x1", "grok-code-fast-1",
  ])
  func othersThatDoNot(_ model: String) { #expect(!ProviderRequest.thinksUnseen(model)) }

  /// What thinks only when told to may have thought when it was.
  @Test func flashLiteThinksWhenToldTo() throws {
    func mayThink(_ budget: Int?) throws -> Bool {
      let configuration = budget.map { #","generationConfig":{"thinkingConfig":{"thinkingBudget":\#($0)}}"# } ?? ""
      let body = #"{"contents":[{"parts":[{"text":"hi"}]}]\#(configuration)}"#
      let request = try ProviderRequest(
        .gemini, target: "/v1beta/models/gemini-2.5-flash-lite:generateContent", body: Array(body.utf8))
      return request.mayThinkUnseen(model: nil, showsThoughts: false)
    }
    #expect(try mayThink(nil) == false)
    #expect(try mayThink(0) == false)
    #expect(try mayThink(512))
  }

  /// So do some that OpenAI has made think by themselves before and since.
  @Test(arguments: ["gpt-5.1", "gpt-5.2-2025-12-11", "gpt-5.4"])
  func someThinkWhenToldTo(model: String) throws {
    func mayThink(_ members: String, _ format: WireFormat = .openAIChat, _ target: String = "/v1/chat/completions")
      throws -> Bool
    {
      let body = #"{"model":"\#(model)","messages":[],"input":"hi"\#(members)}"#
      return try ProviderRequest(format, target: target, body: Array(body.utf8))
        .mayThinkUnseen(model: nil, showsThoughts: members.contains("summary"))
    }
    #expect(try !mayThink("") && !mayThink(#","reasoning_effort":"none""#))
    #expect(try mayThink(#","reasoning_effort":"low""#))
    #expect(try mayThink(#","reasoning":{"effort":"high"}"#, .openAIResponses, "/v1/responses"))
    #expect(try !mayThink(#","reasoning":{"summary":"auto"}"#, .openAIResponses, "/v1/responses"))
    // A summary is not all that was thought.
    #expect(try mayThink(#","reasoning":{"effort":"high","summary":"auto"}"#, .openAIResponses, "/v1/responses"))
  }
}
