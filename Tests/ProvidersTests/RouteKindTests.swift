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
}
