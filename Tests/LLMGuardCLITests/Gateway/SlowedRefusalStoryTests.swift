import Testing

/// A run whose calls are refused again and again: its refusals come late, which is told, and they are no lost answers.
@Suite struct SlowedRefusalStoryTests {
  @Test(arguments: ["", "-q"]) func lateRefusalsAreTold(options: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = 'http://127.0.0.1:9/v1'\n")
    try home.write(
      "s",
      #"""
      ask() { curl -s "$@" -d '{"model":"gpt-4o","max_tokens":9,"messages":[]}' >/dev/null; }
      url=https://api.openai.com/v1/chat/completions
      # By one client: what a machine takes to start 26 is as long as refusals take to be forgotten.
      ask $(for i in $(seq 26); do echo $url; done); for i in 1 2 3 4 5 6; do ask $url & done; sleep 0.3; kill -TERM $$
      """#)
    let outcome = try home.run("llmguard run \(options) --max-calls 0 -- sh s; llmguard usage report | cut -f 2")
    let told = outcome.error.split(separator: "\n").filter { $0.contains("refusals are answered later and later") }
    #expect(told.count == (options.isEmpty ? 1 : 0), "\(outcome)")
    #expect(!outcome.error.contains("still under way") && !outcome.error.contains("is lost"), "\(outcome)")
  }
}
