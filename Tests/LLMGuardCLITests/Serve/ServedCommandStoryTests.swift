import Posix
import Testing

/// A command whose own words lead to a server, because a shell has put its address for a variable.
@Suite struct ServedCommandStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws { served = try ServedHome() }

  /// The server meters it; by its text it would be charged once more, and looked for in another cache.
  @Test func itIsChargedOnce() throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start("--print-env --user ana") + """
        . ./env
        body() { echo '{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"'"$1"'"}]}'; }
        ask() { text=$1; shift; llmguard run --summary "$@" -- curl -sSf "$OPENAI_BASE_URL/chat/completions" -d "$text"; }
        ask "$(body one)" >got 2>said; grep -c Tom got; ask "$(body two)" --model gpt-4o --receipt r >got 2>>said; grep -c Tom got
        body three | ask @- --quiet >got 2>>said; grep -c Tom got; ask "$(body four)" --no-gateway >got 2>>said; grep -c Tom got
        grep -c 'meters what is sent there: this run charges nothing for it' said; grep -c 'past that server' said
        grep -c 'this run: 0 calls' said; grep -c '"exit_status": 0' r; stop
        llmguard usage report --by user | cut -f 1,2,5; llmguard ledger verify; cat said >&2
        """)
    #expect(
      outcome.output == "1\n1\n1\n1\n3\n0\n4\n1\nended 0\nana\t4\t132\nok\n", "\(outcome)")
  }

  /// A run in a shell that leads to a server asks the user's own server, as that does, and nobody else: not even when that is over.
  @Test(arguments: ["", "stop"]) func aRunAsksTheServerThatItsUserHasSet(end: String) throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "")
    let outcome = try home.run(
      "export OPENAI_BASE_URL=\(served.provider.url)/v1\n" + ServedHome.start("--print-env --user ana") + """
        . ./env; export HTTPS_PROXY=http://127.0.0.1:9
        \(end)
        body='{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"one"}]}'
        llmguard run -q --cache off -- sh -c 'curl -sSf "$OPENAI_BASE_URL/chat/completions" -d "$0"; :' "$body" | grep -c Tom
        stop >last 2>&1
        """)
    #expect(outcome.output.contains("1\n"), "\(outcome)")
  }

  private static let body = #"{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"one"}]}"#

  /// Without a gateway the variables lead to the providers themselves, and nothing of the server's key with them.
  @Test(arguments: ["", "stop"]) func withoutAGatewayTheVariablesLeadToTheProvider(end: String) throws {
    defer { home.remove() }
    try home.write("job", "curl -sSf \"$OPENAI_BASE_URL/chat/completions\" -d '\(Self.body)' | grep -c Tom\n")
    let outcome = try home.run(
      ServedHome.start("--print-env --user ana") + """
        . ./env; \(end)
        llmguard run -q --no-gateway --estimate 5 -- sh job
        llmguard run -q --no-gateway --estimate 5 -- env | grep -c "${LLMGUARD_GATEWAY##*/}"
        llmguard run -q --no-gateway --estimate 5 -- sh -c 'echo "$ANTHROPIC_BASE_URL"'
        stop >last 2>&1; llmguard usage report --by user | cut -f 1,2
        """)
    #expect(outcome.output.hasSuffix("1\n0\nhttps://api.anthropic.com\nana\t3\n"), "\(outcome)")
  }
}
