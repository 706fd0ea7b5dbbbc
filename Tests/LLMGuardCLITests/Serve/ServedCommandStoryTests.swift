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

  /// What the server knows nothing of, and nobody would keep, is not promised.
  @Test(arguments: [
    ("--max-calls 2", "--max-calls does not hold for it"), ("--run-budget '5 tokens'", "--run-budget does not hold"),
    ("--max-duration 1h --strict", "--max-duration and --strict do not hold"), ("-n 5", "--max-tokens does not hold"),
    ("-u bob", "--user does not hold"), ("-u ana", ""),
  ])
  func whatNobodyWouldKeepIsNotPromised(options: String, refusal: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start("--print-env --user ana") + """
        . ./env
        for words in '' 'sh -c "exec \\"\\$@\\"" x'; do
          eval "set -- $words"
          llmguard run --cache off \(options) -- "$@" curl -sSf -o got "$OPENAI_BASE_URL/chat/completions" -d '\(Self.body)'; echo $?
        done
        stop; llmguard usage report --by user | cut -f 1
        """)
    let isRefused = !refusal.isEmpty
    #expect(outcome.output == (isRefused ? "125\n125\nended 0\n" : "0\n0\nended 0\nana\n"), "\(outcome)")
    #expect(outcome.error.contains(refusal), "\(outcome)")
  }

  /// A command that is not there, or cannot be executed, is told as that first, whatever the server does not keep.
  @Test func aMissingProgramIsToldFirst() throws {
    defer { home.remove() }
    try home.write("data", "no program\n")
    let outcome = try home.run(
      ServedHome.start("--print-env --user ana") + """
        . ./env
        for program in ./missing-file missing-program ./data; do
          for options in '' '--max-calls 1' '--strict -u bob' '-n 5' '--no-gateway -n 5'; do
            llmguard run --cache off $options -- $program "$OPENAI_BASE_URL" 2>said; echo "$? $(grep -c "cannot run '$program'" said)"
          done
        done | uniq -c | tr -s ' '
        stop
        """)
    #expect(outcome.output == " 10 127 1\n 5 126 1\nended 0\n", "\(outcome)")
  }

  /// A run that standing rules limit is not stopped for that: it is told.
  @Test func whatRulesSayAndNobodyKeepsIsTold() throws {
    defer { home.remove() }
    try served.configure("[run]\nmax_calls = 7")
    let outcome = try home.run(
      ServedHome.start("--print-env --user ana") + """
        . ./env; llmguard run --cache off -- curl -sSf -o got "$OPENAI_BASE_URL/chat/completions" -d '\(Self.body)'; echo $?; stop
        """)
    #expect(outcome.output == "0\nended 0\n", "\(outcome)")
    #expect(outcome.error.contains("charges nothing for it, and its limits (7 calls) do not hold for it"), "\(outcome)")
  }

  /// What a shell has made of the server's address leads to the run's gateway, as the variable itself does.
  @Test func aVariableOfOnesOwnLeavesNoCaps() throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start("--print-env --user ana") + """
        . ./env; A=$OPENAI_BASE_URL/chat/completions B='\(Self.body)'; export A B
        llmguard run -q -u ana --cache off --max-calls 1 -- sh -c 'for a in "$OPENAI_BASE_URL/chat/completions" "$A" "$A"; do
          curl -sS -o got -w "%{http_code} " "$a" -d "$B"; done'; echo; stop; llmguard usage report --by user | cut -f 1,2
        """)
    #expect(outcome.output == "200 429 429 \nended 0\nana\t1\n", "\(outcome)")
  }

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

  /// A key that is made in such a shell is for the same servers, and the server's own address is none of them.
  @Test func aKeyThatIsMadeInItsShellLeadsWhereThatDoes() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "")
    let outcome = try home.run(
      "export OPENAI_BASE_URL=\(served.provider.url)/v1\n" + ServedHome.start("--print-env --user ana") + """
        (. ./env; llmguard serve key add bob --print-env --listen ${address#http://} >bob 2>note; echo $?; cat note >&2)
        for variable in OPENAI_BASE_URL MISTRAL_BASE_URL LLMGUARD_ORIGINS; do
          grep "^export $variable=" env bob | sed -e 's/^[a-z]*:export //' -e "s|$address/[0-9a-zA-Z-]*|SERVER|" | uniq -c
        done
        . ./bob; post "$OPENAI_BASE_URL" one | grep -c Tom; stop
        """)
    #expect(
      outcome.output.replacing("      2 ", with: "2 ") == """
        0
        2 OPENAI_BASE_URL='SERVER/openai_base_url/v1'
        2 MISTRAL_BASE_URL='SERVER/mistral/v1'
        2 LLMGUARD_ORIGINS='openai_base_url=\(served.provider.url)'
        1
        ended 0

        """, "\(outcome)")
  }
}
