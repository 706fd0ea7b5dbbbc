import Providers
import Testing

@Suite struct RouteKindTests {
  @Test(arguments: [
    ("/v1/images/generations", "images"), ("/v1/audio/transcriptions", "audio"),
    ("/v1/fine_tuning/jobs", "fine_tuning"),
    ("/openai/v1/files", "files"), ("/v1beta/models/imagen-4:predict", "predict"),
    ("/v1beta/models/veo:predictLongRunning", "predict"), ("/v1/threads/thread_abc/runs", "assistants"),
    ("/api/pull", "models"), ("/v1/Images/edits", "images"), ("/v1/sk-secret/who knows", "other"), ("/", "other"),
    ("", "other"), ("/v1//batches/", "batches"),
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

  @Test(arguments: [
    ("/v1/messages/count_tokens", true), ("/v1/responses/input_tokens", true), ("/api/show", true), ("/tokenize", true),
    ("/v1/tokenize", true), ("/v1/chat/completions/show", false), ("/v1/chat/completions/tokenize", false),
    ("/v1/images/count_tokens", false), ("/v1/show", false), ("/v1/Messages/Count_Tokens", true),
  ])
  func whatIsFreeStandsWhereItBelongs(path: String, isFree: Bool) {
    #expect(FreeRoutes.contain(method: "POST", path: path) == isFree)
  }
}
