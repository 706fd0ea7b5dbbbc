import ScriptedServer
import Testing

/// A command that is one call, whose request its gateway answers by itself: nobody made it, so its text is not charged.
@Suite struct TurnedAwayCallStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write("body", #"{"model":"gpt-4o","max_tokens":20,"messages":[{"role":"user","content":"hi"}]}"#)
    try home.write("calls.sh", Self.prologue)
  }

  /// `ask OPTION…` makes a call that is one command, and tells the status of its reply; `charged` says how many calls are charged.
  private static let prologue = #"""
    place=https://api.openai.com/v1/chat/completions
    ask() { llmguard run -- curl -s -o got -w '%{http_code} ' -d @body "$@" 2>>said || echo "ended $?"; }
    charged() { echo "$(llmguard usage report 2>/dev/null | cut -f 2)"; llmguard ledger verify; }

    """#

  private func run(_ script: String) throws -> ProgramHome.Outcome { try home.run(". ./calls.sh\n" + script) }

  @Test func aHeadThatIsNotTakenIsNotCharged() throws {
    defer { home.remove() }
    let outcome = try run(
      #"""
      ask $place -H 'Host: evil.example'; ask $place -H "X-Long: $(printf '%070000d' 0)"; ask $place -H 'Expect: more'
      ask $place -H 'Transfer-Encoding: gzip, chunked'; ask $place -H 'Host;'; ask "$place?$(printf '%020000d' 0)"
      ask $place -H 'Transfer-Encoding: gzip'
      charged; llmguard usage list | grep -c 'llmguard answered it itself, and sent nothing'; sort said | uniq -c | sed 's/^ *//'
      """#)
    #expect(outcome.output.hasPrefix("404 431 417 501 404 414 400 \nok\n7\n"), "\(outcome)")
    #expect(server.connections.use { $0 } == 0, "\(outcome)")
    // Where it can be seen whose it is, it is told.
    let told = "1 llmguard: refused: a call to openai cannot be metered: the fields are too large; it was not sent\n"
    #expect(outcome.output.contains(told), "\(outcome)")
  }

  /// What is written where nobody sees it, and what a run inside asks. A wrong token is nobody's; what fails without
  /// an answer is given back for that.
  @Test func whatLeadsNowhereIsNotCharged() throws {
    defer { home.remove() }
    try home.write(
      "inner.sh",
      #"""
      . ./calls.sh; base=${OPENAI_BASE_URL%/openai/v1}
      ask $base/nowhere/v1/chat/completions; ask $place -H 'Host: evil.example'; ask $place -H 'Expect: more'
      ask $place -H 'x-llmguard-cache: what'
      """#)
    let outcome = try run(
      #"""
      llmguard run --summary -- sh inner.sh 2>said; charged; grep -o '[0-9]* calls turned away' said
      llmguard run -m gpt-4o -- sh -c 'curl -sf -d @body ${OPENAI_BASE_URL%/*/openai/v1}/wrong/openai/v1/chat/completions' 2>said; charged
      """#)
    #expect(outcome.output == "404 404 417 400 \nok\n4 calls turned away\n\nok\n", "\(outcome)")
    #expect(server.connections.use { $0 } == 0, "\(outcome)")
  }

  /// What asks a server of one's own as well, which no gateway sees, is charged by its text, whoever knocks at the gateway.
  @Test func whatMayHaveGoneElsewhereIsCharged() throws {
    defer { home.remove() }
    let own = try ScriptedServer { exchange in
      exchange.reply("ok")
      return true
    }
    let outcome = try run(
      #"""
      own=\#(own.url)/x/chat/completions
      ask $place -H 'Host: evil.example' --next -s -o got -w '%{http_code} ' -d @body $own; charged
      llmguard run -m gpt-4o -- sh -c 'r=${OPENAI_BASE_URL#http://}; curl -s -o x http://${r%%/*}/favicon.ico
        curl -s -o y -d @body "$0"' $own 2>>said; charged
      llmguard run -m gpt-4o -- sh -c 'curl -sf -o y -H "x-llmguard-cache: what" -d @body $OPENAI_BASE_URL/chat/completions ||
        curl -s -o y -d @body "$0"' $own 2>>said; charged
      printf '%s\n' next silent 'url = "'$own'"' 'data = "@body"' 'output = y' >more
      ask $place -H 'Host: evil.example' -K more; charged
      cp more .curlrc; ask $place -H 'Host: evil.example'; charged
      printf '%s\n' '# next' silent '-k' 'user-agent = "url"' >.curlrc; ask $place -H 'Host: evil.example'; charged
      """#)
    #expect(outcome.output == "404 200 1\nok\n2\nok\n3\nok\n404 4\nok\n200 404 5\nok\n404 5\nok\n", "\(outcome)")
    #expect(server.connections.use { $0 } == 0 && own.connections.use { $0 } == 5, "\(outcome)")
  }

  /// Where something of the same command did go out, or its client has an answer from elsewhere, its text is charged.
  @Test func whatDidGoOutIsChargedByItsText() throws {
    defer { home.remove() }
    let outcome = try run(
      #"""
      ask $place -H 'Host: evil.example' --next -s -o got -d @body https://api.openai.com/v1/else; charged
      llmguard run -m gpt-4o -- sh -c 'curl -s -H "Host: evil" -d @body $OPENAI_BASE_URL/chat/completions >got; echo a name: Tom' 2>said; charged
      ask $place -H 'Host: evil.example' --next -s -o got -w '%{http_code} ' -d @body $place; charged
      """#)
    #expect(outcome.output == "404 1\nok\na name: Tom\n2\nok\n404 200 3\nok\n", "\(outcome)")
    #expect(server.connections.use { $0 } == 2, "\(outcome)")
  }
}
