import Posix
import ScriptedServer
import Testing

/// All providers have one host under a run: what one of them gives a client to keep is told to no other.
@Suite struct CookieStoryTests {
  @Test(.enabled(if: Wrapping.has("curl"))) func aCookieGoesToItsProviderAlone() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      let cookie = exchange.head.fields["Cookie"] ?? "none"
      exchange.reply(
        fields: ["Set-Cookie": "all=1; Path=/", "set-cookie": "here=2"], "\(exchange.head.target) \(cookie)\n")
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[provider.openai]\nbase = '\(server.url)/v1'\n[provider.mistral]\nbase = '\(server.url)/v2'\n")
    try home.write(
      "job.sh",
      """
      ask() { curl -sS -b jar "$@"; }
      ask -c jar "$OPENAI_BASE_URL/models"; ask "$OPENAI_BASE_URL/models"; ask https://api.openai.com/v2/other
      ask "$MISTRAL_BASE_URL/models"

      """)
    let outcome = try home.run("llmguard run sh job.sh")
    #expect(
      outcome.output == """
        /v1/models none
        /v1/models here=2; all=1
        /v2/other all=1
        /v2/models none

        """, "\(outcome)")
  }
}
