import Posix
import ScriptedServer
import Testing

/// `--fail-open` runs a command without the ledger, not without the configuration.
@Suite struct FailOpenStoryTests {
  @Test func aMovedProviderIsStillWhereTheConfigurationSays() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [provider.openai]
      base = 'http://127.0.0.1:9/proxy/v1'

      """)
    let outcome = try home.run(
      """
      say='echo "$OPENAI_BASE_URL $OPENAI_API_BASE ${ANTHROPIC_BASE_URL-none}"'
      mkdir -p x; echo garbage > x/ledger.sqlite3; export LLMGUARD_LEDGER=$PWD/x/ledger.sqlite3
      llmguard run --fail-open -- sh -c "$say"
      llmguard run --fail-open -m gpt-4o -- sh -c "$say"
      OPENAI_BASE_URL=http://127.0.0.1:8/mine llmguard run --fail-open -- sh -c "$say"
      """)
    #expect(
      outcome.output == """
        http://127.0.0.1:9/proxy/v1 http://127.0.0.1:9/proxy/v1 none
        http://127.0.0.1:9/proxy/v1 http://127.0.0.1:9/proxy/v1 none
        http://127.0.0.1:8/mine http://127.0.0.1:9/proxy/v1 none

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("clients of openai are told the configured address"), "\(outcome.error)")
  }
}
