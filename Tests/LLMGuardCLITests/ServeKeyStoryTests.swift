import Posix
import Testing

/// The keys of a server for a whole machine: made by its administrator, taken away, and used by those who do not know.
@Suite struct ServeKeyStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = 'http://127.0.0.1:9/v1'\n")
  }

  /// A server under an account of its own reads what root writes into its folder: one key more must not lock everybody out.
  @Test(.enabled(if: CurrentUser.isRoot)) func keysThatRootMakesAreTheServers() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .local/state/llmguard; cd .local/state/llmguard; chown 65534:65534 .; owner() { stat -c '%u:%g %a' serve-keys.*; }
      llmguard serve key add ana >key 2>&1; owner; llmguard serve key add bob >key 2>&1; owner
      llmguard serve key remove $(llmguard serve key list | sed -n 's/\\tbob\\t.*//p') >removed; owner
      llmguard serve key list | cut -f 2
      """)
    let theirs = "65534:65534 600\n65534:65534 600\n"
    #expect(outcome.output == theirs + theirs + theirs + "ana\n", "\(outcome.output) \(outcome.error)")
  }

  /// What has another name, too, is not given away: it may be any file of root's.
  @Test(.enabled(if: CurrentUser.isRoot)) func whatWasThereBeforeStaysRoots() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .local/state/llmguard; cd .local/state/llmguard; chown 65534:65534 .
      touch ../roots; ln ../roots serve-keys.json.lock; llmguard serve key add ana >key 2>&1; stat -c '%u' ../roots serve-keys.json
      """)
    #expect(outcome.output == "0\n65534\n", "\(outcome.output) \(outcome.error)")
  }
}
