import GuardModel
import Providers
import Testing
import TextFormats

/// Calls as providers take them: recognised, read, edited.
@Suite struct ProviderRequestTests {
  private func read(_ format: WireFormat, _ body: String, target: String = "/v1/x") throws -> ProviderRequest {
    try ProviderRequest(format, target: target, body: Array(body.utf8))
  }

  @Test(arguments: [
    ("POST", "/v1/chat/completions", WireFormat.openAIChat as WireFormat?),
    ("POST", "/openai/v1/chat/completions", .openAIChat),
    ("POST", "//v1/%63hat/./x/../completions/", .openAIChat), ("GET", "/v1/chat/completions", nil),
    ("POST", "/v1/responses", .openAIResponses), ("GET", "/v1/responses/resp_1", nil),
    ("POST", "/v1/completions", .openAICompletions), ("POST", "/v1/embeddings", .openAIEmbeddings),
    ("POST", "/v1/messages", .anthropicMessages), ("POST", "/v1/messages/count_tokens", nil),
    ("POST", "/v1beta/models/gemini-2.5-pro:generateContent", .gemini),
    ("POST", "/v1/models/gemini-2.5-pro:streamGenerateContent", .gemini),
    ("POST", "/v1beta/models/e:embedContent", .geminiEmbed), ("POST", "/v1beta/models/m:countTokens", nil),
    ("POST", "/v1beta/models/m%3AgenerateContent", .gemini), ("POST", "/api/chat", .ollamaChat),
    ("POST", "/api/generate", .ollamaGenerate), ("POST", "/api/embed", .ollamaEmbed), ("POST", "/api/show", nil),
    ("GET", "/v1/models", nil), ("POST", "/v1/files", nil), ("POST", "/", nil),
    ("POST", "/openai/deployments/d/chat/completions", .openAIChat), ("POST", "/v1/complete", .anthropicComplete),
    ("POST", "/v2/chat", .cohereChat), ("POST", "/v1/chat", .cohereEarlierChat), ("GET", "/v2/chat", nil),
    ("POST", "/api/v1/chat", nil), ("POST", "/v1/embed", .cohereEmbed), ("POST", "/v2/embed", .cohereEmbed),
    ("POST", "/async/chat/completions", nil), ("POST", "/api/paas/v4/async/chat/completions", nil),
    ("POST", "/v1/multimodalembeddings", .openAIEmbeddings),
    ("POST", "/v1/contextualizedembeddings", .openAIEmbeddings), ("POST", "/v1/agents/completions", .openAIChat),
    ("POST", "/embed", nil), ("POST", "/v1/generate", nil), ("POST", "/v2/rerank", nil),
    ("POST", "/studio/complete", nil), ("POST", "/v1/projects/p/locations/l/endpoints/7:generateContent", .gemini),
    ("POST", "/v1/projects/p/locations/l/publishers/anthropic/models/claude@1:rawPredict", .anthropicMessages),
    ("POST", "/v1/p/publishers/anthropic/models/claude@1:streamRawPredict", .anthropicMessages),
    ("POST", "/v1/p/publishers/mistralai/models/m:rawPredict", .openAIChat),
    ("POST", "/v1/p/publishers/other/models/m:rawPredict", nil),
    ("POST", "/v1/p/publishers/anthropic/models/count-tokens:rawPredict", nil),
    ("POST", "/v1/p/publishers/anthropic/models/m:predict", nil),
  ])
  func callsAreToldByTheirPath(method: String, path: String, format: WireFormat?) {
    #expect(WireFormat.of(method: method, path: path) == format)
  }

  /// What the provider fetches is counted as what is sent along.
  @Test(arguments: [
    #"{"type":"image_url","image_url":{"url":"https://x.y/z.png"}}"#,
    #"{"type":"input_image","image_url":"https://x.y/z"}"#,
    #"{"type":"input_file","file_id":"file-1"}"#,
    #"{"type":"image","source":{"type":"url","url":"https://x.y/z.png"}}"#,
    #"{"fileData":{"mimeType":"image/png","fileUri":"gs://x/y"}}"#,
    #"{"type":"image_url","image_url":{"url":"data:,x"}}"#,
  ])
  func mediaIsCounted(part: String) throws {
    let request = try read(.openAIChat, #"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#)
    #expect(request.countedInputTokens >= 1600)
  }

  @Test(arguments: [
    (WireFormat.openAIChat, #""max_tokens":5"#, Int64(5) as Int64?), (.openAIChat, #""max_completion_tokens":5"#, 5),
    (.openAIChat, #""max_completion_tokens":1,"max_tokens":500"#, 500), (.openAIChat, #""max_tokens":5,"n":3"#, 15),
    (.openAIChat, #""x":1"#, nil), (.openAIChat, #""max_tokens":null"#, nil), (.openAIChat, #""max_tokens":-1"#, nil),
    (.openAIChat, #""max_tokens":9223372036854775807,"n":2"#, .max), (.openAIResponses, #""max_output_tokens":7"#, 7),
    (.openAIResponses, #""max_tokens":7"#, nil), (.anthropicMessages, #""max_tokens":9"#, 9),
    (.ollamaChat, #""options":{"num_predict":4}"#, 4), (.ollamaChat, #""options":{"num_predict":-2}"#, nil),
    (.openAIEmbeddings, #""max_tokens":9"#, 0), (.openAICompletions, #""max_tokens":3"#, 3),
    (.openAICompletions, #""max_tokens":3,"best_of":20,"n":2"#, 60),
    (.openAICompletions, #""max_tokens":3,"prompt":["a","b","c"],"n":2"#, 18),
    (.openAICompletions, #""max_tokens":3,"prompt":[1,2,3]"#, 3), (.openAIChat, #""max_tokens":3,"best_of":20"#, 3),
    (.openAIChat, #""max_tokens":"900000""#, 900_000), (.openAIChat, #""max_tokens":"5","n":"3""#, 15),
    (.openAIChat, #""max_tokens":9e5"#, 900_000), (.openAIChat, #""max_tokens":700.0"#, 700),
    (.gemini, #""generationConfig":{"maxOutputTokens":"80"}"#, 80),
  ])
  func theMaximumIsRead(format: WireFormat, members: String, expected: Int64?) throws {
    let target = format == .gemini ? "/v1beta/models/m:generateContent" : "/v1/x"
    let request = try read(format, #"{"model":"m",\#(members)}"#, target: target)
    #expect(request.maxOutputTokens == expected)
    #expect(request.model == "m")
  }

  /// Other forms do not know these members, and of them nothing is written twice. *Source:* Anthropic's API reference, "Messages";
  /// OpenAI's, "Responses"; Ollama's, "Generate a chat completion".
  @Test(arguments: [
    (WireFormat.anthropicMessages, #""max_tokens":9,"n":4"#, Int64(9)),
    (.anthropicComplete, #""max_tokens_to_sample":9,"n":4"#, 9), (.openAIResponses, #""max_output_tokens":9,"n":4"#, 9),
    (.ollamaChat, #""options":{"num_predict":9},"n":4"#, 9),
    (.ollamaGenerate, #""options":{"num_predict":9},"n":4"#, 9), (.cohereChat, #""max_tokens":9,"n":4"#, 9),
    (.cohereEarlierChat, #""max_tokens":9,"n":4"#, 9),
    (.openAIChat, #""max_tokens":9,"n":4"#, 36), (.openAICompletions, #""max_tokens":9,"n":4"#, 36),
  ])
  func severalAnswersAreCountedWhereTheFormHasThem(format: WireFormat, members: String, maximum: Int64) throws {
    let request = try read(format, #"{"model":"m",\#(members)}"#)
    #expect(request.answers == maximum / 9 && request.maxOutputTokens == maximum)
  }

  /// What a form does not know is served as everything else, and a batch is no single call: less is held for neither. What costs
  /// more is held wherever it is asked for.
  @Test(arguments: [
    (WireFormat.openAIChat, #""service_tier":"flex""#, ServiceTier.flex),
    (.openAIResponses, #""service_tier":"flex""#, .flex),
    (.gemini, #""serviceTier":"flex""#, .flex), (.gemini, #""service_tier":"SERVICE_TIER_FLEX""#, .flex),
    (.openAIChat, #""serviceTier":"flex""#, .standard), (.openAICompletions, #""service_tier":"flex""#, .standard),
    (.openAIEmbeddings, #""service_tier":"flex""#, .standard),
    (.anthropicMessages, #""service_tier":"flex""#, .standard),
    (.anthropicComplete, #""service_tier":"flex""#, .standard), (.ollamaChat, #""service_tier":"flex""#, .standard),
    (.anthropicMessages, #""service_tier":"batch""#, .standard), (.openAIChat, #""service_tier":"batch""#, .standard),
    (.openAIResponses, #""service_tier":"batch""#, .standard), (.gemini, #""serviceTier":"batch""#, .standard),
    (.anthropicMessages, #""service_tier":"batch","inference_geo":"us""#, .us),
    (.anthropicMessages, #""service_tier":"flex","speed":"fast""#, .fast),
    (.openAIChat, #""service_tier":"priority""#, .priority),
    (.openAICompletions, #""service_tier":"priority""#, .priority),
    (.openAIChat, #""speed":"fast""#, .standard),
  ])
  func theTierIsReadWhereTheFormHasIt(format: WireFormat, members: String, tier: ServiceTier) throws {
    let target = format == .gemini ? "/v1beta/models/m:generateContent" : "/v1/x"
    #expect(try read(format, #"{"model":"m",\#(members)}"#, target: target).serviceTier == tier)
  }

  /// What one server takes for a maximum and another for none cannot be held.
  @Test(arguments: [
    (WireFormat.openAIChat, #""max_tokens":5.5"#), (.openAIChat, #""max_tokens":1e400"#),
    (.openAIChat, #""max_completion_tokens":"many""#), (.openAIChat, #""max_tokens":"""#),
    (.openAIChat, #""max_tokens":" 9""#), (.openAIChat, #""max_tokens":"-5""#), (.openAIChat, #""max_tokens":true"#),
    (.openAIChat, #""max_tokens":[5]"#), (.anthropicMessages, #""max_tokens":"9e5""#),
    (.openAIChat, #""max_tokens":5,"max_completion_tokens":"99999999999999999999""#),
    (.ollamaChat, #""options":{"num_predict":"x"}"#), (.openAIChat, #""max_tokens":-5"#),
    (.anthropicMessages, #""max_tokens":-2"#),
  ])
  func aMaximumThatCouldBeReadInTwoWaysIsNotRead(format: WireFormat, members: String) {
    let error = #expect(throws: ProviderRequest.Unreadable.self) { try read(format, #"{"model":"m",\#(members)}"#) }
    let message = error?.message ?? ""
    #expect(message.contains("whole number") || message.contains("less than nothing") || message.contains("too large"))
    #expect(message.contains("max_") || message.contains("num_predict"), "the member is named: \(message)")
  }

  @Test(arguments: [
    (WireFormat.openAIChat, #""stream":true"#, WireFormat.Streaming.events as WireFormat.Streaming?, false),
    (.openAIChat, #""stream":true,"stream_options":{"include_usage":true}"#, .events, true),
    (.openAIChat, #""stream":false"#, nil, false), (.anthropicMessages, #""stream":true"#, .events, true),
    (.ollamaChat, #""x":1"#, .lines, true), (.ollamaGenerate, #""stream":false"#, nil, true),
  ])
  func streamingIsRead(format: WireFormat, members: String, streaming: WireFormat.Streaming?, asks: Bool) throws {
    let request = try read(format, #"{"model":"m",\#(members)}"#)
    #expect(request.streaming == streaming)
    #expect(request.asksForUsage == asks)
  }

  /// No number of answers is too large to be held: servers of one's own give as many as they are asked for.
  @Test(arguments: [
    (WireFormat.openAIChat, #"{"model":"m","max_tokens":1,"n":20000,"messages":[]}"#, Int64(20_000)),
    (.gemini, #"{"contents":[],"generationConfig":{"candidateCount":50000,"maxOutputTokens":1}}"#, 50_000),
    (.openAICompletions, #"{"model":"m","max_tokens":1,"best_of":3000,"prompt":["a","b"]}"#, 6000),
    (.openAIChat, #"{"model":"m","max_tokens":1,"n":99999999999999999999,"messages":[]}"#, 2_147_483_647),
    (.openAICompletions, #"{"model":"m","max_tokens":1,"n":9000000000000000000,"prompt":["a","b"]}"#, 2_147_483_647),
    (.openAIChat, #"{"model":"m","max_tokens":1,"n":-3,"messages":[]}"#, 1),
    (.openAIChat, #"{"model":"m","max_tokens":1,"n":"x","messages":[]}"#, 1),
  ])
  func allAnswersAreHeld(format: WireFormat, body: String, answers: Int64) throws {
    let request = try read(format, body, target: "/v1/models/m:generateContent")
    #expect(request.answers == answers && request.maxOutputTokens == answers)
  }

  /// As many prompts as a body holds.
  @Test func allPromptsAreHeld() throws {
    let prompts = String(repeating: #""a","#, count: 59_999) + #""a""#
    let request = try read(.openAICompletions, #"{"model":"m","max_tokens":1,"prompt":[\#(prompts)]}"#)
    #expect(request.maxOutputTokens == 60_000)
  }

  /// Servers that are written in Go take the last of what differs in letter case alone: another model, or more of it.
  @Test(arguments: [
    "Model", "MODEL", "Max_Tokens", "max_to\u{212A}ens", "max_token\u{17F}", "N", "Stream", "Messages",
  ])
  func noMemberIsAnotherInDisguise(name: String) {
    #expect(throws: ProviderRequest.Unreadable.self) {
      try read(.openAIChat, #"{"model":"small","max_tokens":5,"\#(name)":1,"messages":[]}"#)
    }
    #expect(throws: Never.self) {
      try read(.openAIChat, #"{"model":"small","metadata":{"\#(name)":"x"},"X_\#(name)":1,"messages":[]}"#)
    }
  }

  @Test func geminiSpeaksThroughItsPath() throws {
    let body = #"{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":8,"candidateCount":2}}"#
    let stream = try read(.gemini, body, target: "/v1beta/models/pro:streamGenerateContent?key=k&alt=sse")
    #expect(stream.model == "pro")
    #expect(stream.streaming == .events)
    #expect(stream.maxOutputTokens == 16)
    let edited = stream.edited(model: "flash", maxOutputTokens: 10)
    #expect(edited.target == "/v1beta/models/flash:streamGenerateContent?key=k&alt=sse")
    #expect(String(decoding: edited.body, as: UTF8.self) == body.replacing("8", with: "5"))
    #expect(try read(.gemini, body, target: "/v1beta/models/pro:streamGenerateContent").streaming == .array)
    #expect(try read(.gemini, body, target: "/v1beta/models/pro:generateContent").streaming == nil)
  }

  /// A tuned model is a model of its own, and a cheaper one is none of them.
  @Test(arguments: ["tunedModels", "tuned%4Dodels"]) func aTunedModelIsMetered(folder: String) throws {
    let path = "/v1beta/\(folder)/ours-1x:generateContent"
    #expect(WireFormat.of(method: "POST", path: path) == .gemini)
    let request = try read(.gemini, #"{"contents":[]}"#, target: path + "?key=k")
    #expect(request.model == "tunedModels/ours-1x")
    #expect(request.edited(model: "flash").target == "/v1beta/models/flash:generateContent?key=k")
    #expect(request.edited(model: "tunedModels/theirs").target == "/v1beta/tunedModels/theirs:generateContent?key=k")
    #expect(request.edited().target == path + "?key=k")
  }

  /// Whatever a path is read as, another model takes the place of the one that was read.
  @Test(arguments: [
    "/v1beta/models/pro%3AgenerateContent", "/v1beta/models%2Fpro%3agenerateContent",
    "/v1:x/models/pro%3AgenerateContent", "/v1beta/models/pro:generateContent/models/x:y/../..",
    "/v1beta//models/./pro:generateContent/", "/a%20b/models/pro%3AgenerateContent",
    "/tunedModels%2Fpro%3AgenerateContent", "/tunedModels/x/../../models/pro:generateContent",
  ])
  func aModelIsReplacedHoweverItsPathIsWritten(path: String) throws {
    let request = try read(.gemini, #"{"contents":[]}"#, target: path + "?key=k:/v")
    #expect(["pro", "tunedModels/pro"].contains(request.model))
    let edited = request.edited(model: "flash").target
    #expect(edited.hasSuffix("?key=k:/v"))
    #expect(try read(.gemini, #"{"contents":[]}"#, target: edited).model == "flash", "\(edited)")
    #expect(path.hasPrefix("/a") == edited.hasPrefix("/a%20b/"))
    #expect(request.edited().target == path + "?key=k:/v")
  }

  /// The model stands in the path, and for some makers in the body as well.
  @Test(arguments: [
    (
      "publishers/anthropic/models/claude@1:streamRawPredict", #"{"stream":true,"max_tokens":9,"messages":[]}"#,
      "claude@1",
      "publishers/anthropic/models/haiku:streamRawPredict", #"{"stream":true,"max_tokens":4,"messages":[]}"#
    ),
    (
      "publishers/mistralai/models/large:rawPredict", #"{"model":"large","max_tokens":9,"messages":[]}"#, "large",
      "publishers/mistralai/models/haiku:rawPredict", #"{"model":"haiku","max_tokens":4,"messages":[]}"#
    ),
    (
      "endpoints/7:generateContent", #"{"contents":[],"generationConfig":{"maxOutputTokens":9}}"#, "endpoints/7",
      "publishers/google/models/haiku:generateContent", #"{"contents":[],"generationConfig":{"maxOutputTokens":4}}"#
    ),
  ])
  func vertexIsMetered(path: String, body: String, model: String, otherPath: String, otherBody: String) throws {
    let base = "/v1/projects/p/locations/l/"
    let format = try #require(WireFormat.of(method: "POST", path: base + path))
    let request = try read(format, body, target: base + path + "?a=b")
    #expect(request.model == model && request.maxOutputTokens == 9)
    #expect((request.streaming == .events) == path.contains("stream"))
    let edited = request.edited(model: "haiku", maxOutputTokens: 4)
    #expect(edited.target == base + otherPath + "?a=b")
    #expect(String(decoding: edited.body, as: UTF8.self) == otherBody)
    #expect(FreeRoutes.contain(method: "POST", path: base + "publishers/anthropic/models/count-tokens:rawPredict"))
  }

  @Test func anthropicsOlderFormIsMetered() throws {
    let body = #"{"model":"claude-2.1","prompt":"one two three","max_tokens_to_sample":9,"stream":true}"#
    let request = try read(.anthropicComplete, body, target: "/v1/complete")
    #expect(request.maxOutputTokens == 9 && request.streaming == .events && request.countedInputTokens > 2)
    #expect(String(decoding: request.edited(maxOutputTokens: 4).body, as: UTF8.self) == body.replacing("9", with: "4"))
    var reader = ReplyReader(streaming: .events)
    for word in ["one ", "two ", "three"] {
      _ = reader.read(part: Array(#"{"type":"completion","completion":"\#(word)","stop_reason":null}"#.utf8))
    }
    let counted = reader.finish()
    #expect(counted.reply.usage == nil && (3...5).contains(counted.countedOutputTokens))
  }

  @Test(arguments: [
    (
      WireFormat.openAIChat, #"{ "model" : "m", "max_tokens": 50, "stream":true, "é":"ü" }"#,
      #"{"stream_options":{"include_usage":true}, "model" : "s", "max_tokens": 7, "stream":true, "é":"ü" }"#
    ),
    (
      .openAIChat, #"{"model":"m","max_tokens":50,"max_completion_tokens":60}"#,
      #"{"model":"s","max_tokens":7,"max_completion_tokens":7}"#
    ),
    (
      .openAIChat, #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#,
      #"{"max_completion_tokens":7,"model":"s","stream":true,"stream_options":{"include_usage":true}}"#
    ),
    (.ollamaChat, #"{"model":"m","options":{"seed":1}}"#, #"{"model":"s","options":{"num_predict":7,"seed":1}}"#),
    (
      .openAIChat, #"{"model":"m","max_tokens":400,"max_completion_tokens":null}"#,
      #"{"model":"s","max_tokens":7,"max_completion_tokens":null}"#
    ),
    (.openAIChat, #"{"model":"m","max_completion_tokens":null}"#, #"{"model":"s","max_completion_tokens":7}"#),
    // OpenAI's client sends null for an option that it is given as None.
    (
      .openAIChat, #"{"model":"m","max_tokens":50,"stream":true,"stream_options":null}"#,
      #"{"model":"s","max_tokens":7,"stream":true,"stream_options":{"include_usage":true}}"#
    ),
    (.ollamaChat, #"{"model":"m","options":null}"#, #"{"model":"s","options":{"num_predict":7}}"#),
    (.openAIEmbeddings, #"{"model":"m","input":"x"}"#, #"{"model":"s","input":"x"}"#),
  ])
  func onlyWhatChangesIsChanged(format: WireFormat, body: String, expected: String) throws {
    let request = try read(format, body)
    let edited = request.edited(model: "s", maxOutputTokens: 7, addsUsage: true).body
    #expect(String(decoding: edited, as: UTF8.self) == expected)
    #expect(request.edited().body == Array(body.utf8))
  }

  @Test(arguments: ["", "[]", "null", "{", #"{"messages":[]}"#, #"{"model":7}"#, #"{"model":""}"#, "a=b"])
  func whatCannotBeReadIsSaid(body: String) {
    let error = #expect(throws: ProviderRequest.Unreadable.self) { try read(.openAIChat, body) }
    #expect(error?.message.isEmpty == false)
  }

  @Test func thePromptIsCountedAndParametersAreNot() throws {
    let long = String(repeating: "word ", count: 1000)
    let plain = try read(.openAIChat, #"{"model":"m","messages":[{"role":"user","content":"\#(long)"}]}"#)
    #expect((900...1200).contains(plain.countedInputTokens))
    let beside = try read(
      .openAIChat, #"{"model":"m","messages":[{"role":"user","content":"a"}],"metadata":{"x":"\#(long)"}}"#)
    #expect(beside.countedInputTokens < 10)
    let picture = try read(
      .openAIChat,
      #"{"model":"m","messages":[{"role":"user","content":[{"image_url":{"url":"data:image/png;base64,\#(long)"}}]}]}"#)
    #expect((1600...1610).contains(picture.countedInputTokens))
    let numbers = try read(.openAIEmbeddings, #"{"model":"m","input":[[1,2,3],[4,5]]}"#)
    #expect(numbers.countedInputTokens == 5)
    let other = try read(.openAIChat, #"{"model":"m","seed":7,"messages":[{"role":"user","content":"\#(long)"}]}"#)
    #expect(other.question == plain.question)
  }

  // MARK: - Deployments

  private static let deployments = ["our-chat": "gpt-4o", "our-small": "gpt-4o-mini", "a.small": "gpt-4o-mini"]

  private func read(_ target: String, _ body: String = #"{"model":"lies","messages":[]}"#) throws -> ProviderRequest {
    try ProviderRequest(.openAIChat, target: target, body: Array(body.utf8), deployments: Self.deployments)
  }

  @Test func aDeploymentInThePathIsTheModel() throws {
    let target = "/openai/deployments/our-chat/chat/completions?api-version=2024-10-21&x=/deployments/y"
    for body in [#"{"model":"lies","messages":[]}"#, #"{"messages":[]}"#] {
      let request = try read(target, body)
      #expect(request.model == "gpt-4o")
      #expect(request.reachableModels == ["gpt-4o", "gpt-4o-mini"])
      let edited = request.edited(model: "gpt-4o-mini", maxOutputTokens: 7)
      #expect(
        edited.target == "/openai/deployments/a.small/chat/completions?api-version=2024-10-21&x=/deployments/y")
      #expect(String(decoding: edited.body, as: UTF8.self).contains("\"max_completion_tokens\":7"))
      #expect(String(decoding: edited.body, as: UTF8.self).contains("lies") == body.contains("lies"))
      #expect(request.edited(model: "gpt-4o").target == target)
      #expect(request.edited(model: "unreachable").target == target)
    }
    #expect(try read("/openai/deployments/unknown/chat/completions").model == "unknown")
    let bare = try ProviderRequest(
      .openAIChat, target: "/openai/deployments/gpt-4o/chat/completions", body: Array("{}".utf8))
    #expect(bare.model == "gpt-4o")
    #expect(bare.reachableModels == [], "nobody has said what else there is")
  }

  @Test func aDeploymentInTheBodyIsTheModel() throws {
    let request = try read("/openai/v1/chat/completions", #"{"model":"our-chat","messages":[]}"#)
    #expect(request.model == "gpt-4o")
    #expect(
      String(decoding: request.edited(model: "gpt-4o-mini").body, as: UTF8.self)
        == #"{"model":"a.small","messages":[]}"#)
    #expect(try read("/v1/chat/completions", #"{"model":"other","messages":[]}"#).model == "other")
    let plain = try ProviderRequest(.openAIChat, target: "/v1/chat/completions", body: Array(#"{"model":"m"}"#.utf8))
    #expect(plain.reachableModels == nil)
  }

  @Test(arguments: [
    "/openai/deployments/cheap/../our-chat/chat/completions", "/openai/deployments%2Fcheap/our-chat/chat/completions",
    "/openai/deployments/cheap%2Four-chat/chat/completions", "/openai/deployments//our-chat/chat/completions",
    "/openai/deployments/./our-chat/chat/completions",
    "/deployments/cheap/../deployments/our-chat/../x/chat/completions",
    "/openai/deployments/our-chat/x\\y/../../../cheap/chat/completions",
  ])
  func aPathWithTwoMeaningsIsNotRead(target: String) {
    #expect(throws: ProviderRequest.Unreadable.self) { try read(target) }
  }

  /// Nor is one in which some server sees a dearer model.
  @Test(arguments: [
    "/v1beta/models/m%2fx:generateContent", "/v1beta/models/cheap:generateContent/models/dear:generateContent/..;/..",
  ])
  func aPathWithTwoModelsIsNotRead(target: String) throws {
    #expect(WireFormat.of(method: "POST", path: target) == .gemini)
    #expect(throws: ProviderRequest.Unreadable.self) {
      try read(.gemini, #"{"model":"cheap","contents":[]}"#, target: target)
    }
  }

  @Test func escapesInTheNameAreSeenThrough() throws {
    #expect(try read("/openai/%64eployments/our%2Dchat/chat/completions").model == "gpt-4o")
  }

  /// Mistral's agents are asked without a model, and none can take their place.
  @Test func anAgentStandsForItsModel() throws {
    let call = #"{"agent_id":"ag:1","max_tokens":9,"messages":[{"role":"user","content":"a"}]}"#
    let request = try ProviderRequest(.openAIChat, target: "/v1/agents/completions", body: Array(call.utf8))
    #expect(request.model == "ag:1" && request.reachableModels == [])
    #expect(String(decoding: request.edited(maxOutputTokens: 5).body, as: UTF8.self) == call.replacing("9", with: "5"))
    let named = #"{"model":"m","agent_id":"ag:1","messages":[]}"#
    let other = try ProviderRequest(.openAIChat, target: "/v1/chat/completions", body: Array(named.utf8))
    #expect(other.model == "m" && other.reachableModels == nil)
  }
}
