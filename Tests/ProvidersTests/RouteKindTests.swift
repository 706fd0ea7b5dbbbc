import Providers
import Testing

@Suite struct RouteKindTests {
  @Test(arguments: [
    ("/v1/images/generations", "images"), ("/v1/audio/transcriptions", "audio"),
    ("/v1/fine_tuning/jobs", "fine_tuning"),
    ("/openai/v1/files", "files"), ("/v1beta/models/imagen-4:predict", "predict"),
    ("/v1beta/models/veo:predictLongRunning", "predict"), ("/v1/threads/thread_abc/runs", "assistants"),
    ("/api/pull", "models"), ("/v1/Images/edits", "images"), ("/v1/sk-secret/who knows", "other"), ("/", "other"),
    ("", "other"), ("/v1//batches/", "batches"), ("/v1/batch/jobs", "batches"), ("/v1/messages/batches", "batches"),
    ("/v1beta/models/m:asyncBatchEmbedContent", "batches"), ("/v1beta/models/m:asyncBatchEmbedContents", "batches"),
    ("/v1beta/models/m:batchGenerateContent", "batches"), ("/v1/p/batchPredictionJobs", "batches"),
    ("/v1/embed-jobs", "batches"), ("/async/chat/completions", "batches"), ("/v1/fine-tunes", "fine_tuning"),
    ("/model/m/invoke-with-response-stream", "bedrock"), ("/v1/p/endpoints/7:rawPredict", "predict"),
    ("/v1/sessions/s/events", "sessions"), ("/v1/realtime/sessions", "realtime"), ("/search", "search"),
    ("/v1/vector_stores/v/search", "vector_stores"), ("/v2/embed", "embeddings"), ("/v1/predictions", "predict"),
    ("/v1/models/meta/llama/predictions", "predict"),
  ])
  func aPathHasOneOfFewKinds(path: String, kind: String) {
    #expect(RouteKind.name(path: path) == kind)
  }

  /// Servers that see through letter case and parameters are not called past the meter by them.
  @Test(arguments: [
    ("/v1/Chat/Completions", WireFormat.openAIChat), ("/v1/chat/completions;x=1", .openAIChat),
    ("/v1/chat;a/COMPLETIONS", .openAIChat), ("/V1/Messages", .anthropicMessages), ("/API/Generate", .ollamaGenerate),
    ("/v1/responses;", .openAIResponses),
  ])
  func aPathIsKnownHoweverItIsWritten(path: String, format: WireFormat) {
    #expect(WireFormat.of(method: "POST", path: path) == format)
  }

  /// Servers differ in what dots take away: what any of them reads as a call is one.
  @Test(arguments: [
    "/v1/chat/completions//..", "/v1/chat/completions/;/..", "/v1/chat/completions/..;/..",
    "/v1/chat/completions/a%2fb/..",
    "/v1/chat/completions/\\../..", "/v1/chat/completions/%5c../..", "/v1/chat/%2563ompletions",
    "/v1/chat/completions%252f",
    "/v1/chat/completions%00/x", "/v1/chat/completions%3fx/y", "/v1/chat/completions%23/x",
    "/v1/chat/completions%2500/x",
    "/v1/models/x/cancel/../../../chat/completions//..",
  ])
  func aCallIsKnownByAnyReadingOfItsPath(path: String) {
    #expect(WireFormat.of(method: "POST", path: path) == .openAIChat)
  }

  /// No reading of it is another call.
  @Test(arguments: ["/v1//chat", "/v1/chat/x%2f../..", "/v1/Chat;a", "/v1/chat%00/x"])
  func theFormWhosePathIsShorterIsKnownLikewise(path: String) {
    #expect(WireFormat.of(method: "POST", path: path) == .cohereEarlierChat)
  }

  @Test(arguments: [
    "/v1/messages%00/count_tokens", "/v1/messages/count_tokens//..", "/v1/messages%3f/messages/count_tokens",
  ])
  func noReadingOfACallIsFree(path: String) {
    #expect(WireFormat.of(method: "POST", path: path) != nil)
    #expect(!FreeRoutes.contain(method: "POST", path: path))
  }

  /// What has escapes and dots and is no call in any reading stays what it is.
  @Test(arguments: [
    "/v1/files/a%2fb", "/v1/files/../images/x", "/v1/files/a%2525b", "/model/arn%3Aaws%3Abedrock%2Fx/converse",
    "/a/..//b",
  ])
  func whatIsNoCallStaysNone(path: String) { #expect(WireFormat.of(method: "POST", path: path) == nil) }

  @Test(arguments: [
    "/v1beta/Models/m:generateContent", "/v1beta/models;x/m:GENERATECONTENT", "/v1beta/models/m%3AgenerateContent",
  ])
  func geminisPathsAreSeenThroughLikewise(path: String) {
    #expect(WireFormat.of(method: "POST", path: path) == .gemini)
  }

  @Test(arguments: [
    ("/v1/messages/count_tokens", true), ("/v1/responses/input_tokens", true), ("/api/show", true), ("/tokenize", true),
    ("/v1/tokenize", true), ("/v1/chat/completions/show", false), ("/v1/chat/completions/tokenize", false),
    ("/v1/images/count_tokens", false), ("/v1/show", false), ("/v1/Messages/Count_Tokens", true),
  ])
  func whatIsFreeStandsWhereItBelongs(path: String, isFree: Bool) {
    #expect(FreeRoutes.contain(method: "POST", path: path) == isFree)
  }

  @Test(arguments: [
    ("GET", "/v1/models", true), ("GET", "/openai/v1/models/meta/llama-3", true), ("HEAD", "/", true),
    ("GET", "/", true),
    ("GET", "/api/tags", true), ("GET", "/api/version", true), ("GET", "/health", true),
    ("GET", "/v1/files/f/content", true),
    ("DELETE", "/v1/files/f", true), ("GET", "/v1/responses/resp_1", true), ("DELETE", "/v1/responses/resp_1", true),
    ("GET", "/v1/chat/completions", true), ("GET", "/v1/messages/batches/b/results", true),
    ("DELETE", "/api/delete", true),
    ("GET", "/v1beta/models", true), ("GET", "/api/v1/credits", true), ("POST", "/v1/batches/b/cancel", true),
    ("POST", "/v1/responses/r/cancel", true), ("OPTIONS", "/v1/chat/completions", true),
    ("OPTIONS", "/v1/images/generations", true),
    ("GET", "/v1/ask", false), ("GET", "/v1/realtime", false), ("DELETE", "/v1/anything", false),
    ("OPTIONS", "/v1/anything", false), ("HEAD", "/ask/me", false), ("GET", "/tags", false),
    ("HEAD", "/api/hello", true), ("GET", "/hello/x", false), ("GET", "/v1/tcp_warming", true),
    ("POST", "/v1/tcp_warming", false), ("GET", "/v1/predictions/p", true), ("POST", "/v1/predictions/p/cancel", true),
    ("POST", "/v1/predictions", false),
    ("GET", "/v1/health/x", false),
    ("POST", "/v1beta/batches/b:cancel", true), ("POST", "/v1/batch/jobs/j/cancel", true),
    ("GET", "/v1/batch/jobs", true), ("POST", "/v1/batches", false), ("POST", "/v1/batch/jobs", false),
    ("POST", "/v1beta/models/m:cancel", false), ("POST", "/v1/p/models/veo:fetchPredictOperation", true),
    ("POST", "/v1/p/models/m:computeTokens", true), ("POST", "/model/m/count-tokens", true),
    ("POST", "/v1/m/count-tokens", false), ("POST", "/v1/check-api-key", true), ("POST", "/check-api-key", false),
    ("GET", "/v1beta/interactions/i", true), ("POST", "/v1beta/interactions", false),
    ("GET", "/api/paas/v4/async-result/i", true), ("GET", "/v1/chat/deferred-completion/r", true),
    ("GET", "/async/chat/completions/i", true), ("POST", "/async/chat/completions", false),
    ("PUT", "/v1/models", false), ("PATCH", "/v1/files/f", false), ("TRACE", "/v1/models", false),
    ("POST", "/v1/models", false), ("POST", "/v1/anything/a/cancel", false), ("POST", "/cancel", false),
  ])
  func onlyWhatIsKnownIsFree(method: String, path: String, isFree: Bool) {
    #expect(FreeRoutes.contain(method: method, path: path) == isFree)
  }

  /// What is only kept is parted from what is worked on, in any reading of a path.
  @Test(arguments: [
    ("/v1/threads/runs", true), ("/v1/threads/t/runs", true), ("/v1/threads/t/runs/r/submit_tool_outputs", true),
    ("/v1/evals/e/runs", true), ("/v1/containers", true), ("/v1/vector_stores/v/search", true), ("/v1/images/x", true),
    ("/v1/Threads/t/RUNS;a", true), ("/v1/threads/t/runs%2500/r", true), ("/v1/containers//..", true),
    ("/v1/threads", false), ("/v1/threads/t", false), ("/v1/threads/t/messages", false),
    ("/v1/threads/t/runs/r", false),
    ("/v1/evals", false), ("/v1/evals/e/runs/r", false), ("/v1/containers/c/files", false),
    ("/v1/vector_stores", false),
    ("/v1/vector_stores/v/files", false), ("/v1/runs", false), ("/v1/files", false), ("/v2/ask", false),
  ])
  func someRoutesAskWhateverIsSentThere(path: String, asks: Bool) { #expect(RouteKind.asks(path: path) == asks) }

  @Test(arguments: [
    ("/v1/threads", true), ("/v1/files", true), ("/v1/moderations", true), ("/v1/threads/t", false),
    ("/v1/threads%2fx/..", false), ("/v1/ask", false), ("/v1/threads/runs", false),
  ])
  func someRoutesOnlyKeepWhatIsSentThere(path: String, keeps: Bool) { #expect(RouteKind.keeps(path: path) == keeps) }
}
