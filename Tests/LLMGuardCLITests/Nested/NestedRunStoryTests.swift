import Posix
import ScriptedServer
import Testing

/// Runs inside runs: what each asks for holds, what each took is told, and nothing is charged twice.
@Suite struct NestedRunStoryTests {
  let home: ProgramHome
  let server: ScriptedServer
  private let asked = Locked(0)

  init() throws {
    home = try ProgramHome()
    let asked = asked
    server = try ScriptedServer { exchange in
      asked.use { $0 += 1 }
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    // Each call asks something else, unless it is told what: no retries.
    try home.write(
      "ask",
      """
      curl -sSf -o /dev/null https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":50,"input":"'"$1"'"}' 2>/dev/null && echo $1

      """)
    try configure()
  }

  private func configure(_ more: String = "[tier.default]\nbudgets = ['1M tokens/day']") throws {
    try home.write(".config/llmguard/llmguard.toml", "\(more)\n[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  @Test func theOptionsOfAnInnerRunHold() throws {
    defer { home.remove() }
    try home.write(
      "image", "curl -s -o /dev/null -w '%{http_code}\\n' https://api.openai.com/v1/images/generations -d '{}'\n")
    try home.write("three", "for i in 1 2 3; do sh ask $1$i; done; true\n")
    try home.write(
      "s",
      """
      llmguard run --max-calls 2 sh three a
      llmguard run --run-budget '100 tokens' sh three b
      llmguard run --max-duration 0s sh three c
      llmguard run --max-calls 2 sh -c 'llmguard run sh three d; llmguard run --max-calls 5 sh three e'
      llmguard run --strict sh image
      llmguard run --cache only sh ask f; llmguard run sh ask f; llmguard run --cache only sh ask f
      llmguard run --no-cache sh ask f; llmguard run --cache off sh ask f
      llmguard run --no-gateway true; echo $?
      llmguard run --isolate true; echo $?

      """)
    let outcome = try home.run("llmguard run sh s; llmguard usage report | cut -f 2; llmguard ledger verify")
    #expect(
      outcome.output == "a1\na2\nb1\nb2\nd1\nd2\n403\nf\nf\nf\nf\n125\n125\n9\nok\n",
      "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("refused: this run may make 2 calls"))
    #expect(outcome.error.contains("'--no-gateway' inside a guarded script"))
    #expect(
      outcome.error.contains(
        "'--isolate' inside a guarded script: its calls go to the gateway of the run around it; the command was not started"
      ))
  }

  /// Of a command that is one call and of a script it is said once that it was not started.
  @Test func whatWasNotStartedIsToldOnce() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      for flag in --isolate --no-gateway --unix-sockets; do for kind in '' '-m gpt-4o'; do
        llmguard run -q -- llmguard run $kind $flag -- touch called
      done; done
      llmguard run -m gpt-4o --unix-sockets -- touch called; echo $?; ls
      """)
    #expect(!outcome.output.contains("called") && outcome.output.hasPrefix("125\n"), "\(outcome)")
    let errors = outcome.error.split(separator: "\n").filter { !$0.hasPrefix("hint: ") }
    #expect(errors.count == 7 && errors.allSatisfy { $0.ranges(of: "started").count == 1 }, "\(outcome)")
  }

  /// What a call took stands in the ledger a moment after its reply, and later on a busy machine. A run that then looks whether a
  /// run inside was its call waits for that.
  @Test func aCallIsChargedOnceHoweverLateItIsSettled() throws {
    defer { home.remove() }
    let lock = home.path + "/.local/state/llmguard/ledger.sqlite3.lock"
    // From before its reply on, and for a second, nobody can write to the ledger.
    let slow = try ScriptedServer { exchange in
      let isHeld = Locked(false)
      _ = try? Thread.start {
        guard let held = try? FileLock(path: lock), (try? held.acquire(deadlineMs: 20_000)) == true else { return }
        isHeld.use { $0 = true }
        Clock.sleep(ms: 1000)
        held.release()
      }
      isHeld.wait(atMostMs: 30_000, until: { $0 }) { if !$0 { Issue.record("nobody has the ledger's lock") } }
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(slow.url)/v1'\n")
    let outcome = try home.run(
      """
      llmguard run -n 50 -m gpt-4o -- llmguard run -n 50 -- llmguard run sh ask a
      llmguard usage report | cut -f 2-5; llmguard ledger verify
      """)
    #expect(outcome.output == "a\n1\t11\t22\t33\nok\n", "\(outcome.output)\(outcome.error)")
  }

  /// A shell puts an address in the place of a variable before the inner run sees it.
  @Test func anAddressThatTheShellHasReadIsTheInnerRuns() throws {
    defer { home.remove() }
    // Each call asks something else: no retries.
    for number in 0...5 {
      try home.write("\(number)", #"{"model":"gpt-4o","max_tokens":50,"input":"\#(number)"}"#)
    }
    try home.write(
      "s",
      """
      A="$OPENAI_BASE_URL/chat/completions" C="curl -sSf -o /dev/null"
      export A C
      llmguard run -- $C "$A" -d @1 && echo 1
      llmguard run -- sh -c 'llmguard run -- $C "$A" -d @2' && echo 2
      llmguard run --max-calls 1 -- sh -c "$C '$A' -d @3; true" && echo 3
      llmguard run --max-calls 0 -- $C "$A" -d @0 2>/dev/null || echo none
      env -u LLMGUARD_GATEWAY llmguard run -- $C "$A" -d @4 && echo 4
      LLMGUARD_GATEWAY=http://127.0.0.1:1/x llmguard run -- $C "$A" -d @5 && echo 5

      """)
    let outcome = try home.run(
      """
      llmguard run --op a sh s
      llmguard usage report --json | grep -E '"(calls|charge_tokens)"' | head -2 | tr -d ' \n'; llmguard ledger verify
      """)
    #expect(asked.use { $0 } == 5, "\(outcome.output)\(outcome.error)")
    #expect(
      outcome.output == "1\n2\n3\nnone\n4\n5\n\"calls\":5,\"charge_tokens\":165,ok\n",
      "\(outcome.output)\(outcome.error)")
  }

  @Test func anInnerRunTellsItsOwnCalls() throws {
    defer { home.remove() }
    try home.write("image", "curl -s -o /dev/null https://api.openai.com/v1/images/generations -d '{}'\n")
    try home.write(
      "s",
      """
      sh ask 1; sh ask 2
      llmguard run --receipt r --summary --report json:inner.json sh -c 'sh ask 3; sh ask 1'
      llmguard run --summary --report json:text.json -n 10 -m gpt-4o -- echo hello
      llmguard run --report junit j sh -c 'sh ask 4; sh ask 1; sh image; llmguard run --max-calls 0 sh ask 5; true'
      llmguard run --report junit text.xml --op greeting -n 10 -m gpt-4o -- echo hello

      """)
    let outcome = try home.run(
      """
      llmguard run --summary --report json:outer.json sh s
      tr -d ' \\n' < r | grep -o '"admitted":1,"refused":0,"cached":1,"exact":1,"estimated":0,"unmetered":0,"free":0,"tokens":33,"charge_tokens":33'
      for f in inner text outer; do grep -E '^  "(calls|charge_tokens|cached)"' $f.json | tr -d ' \\n'; echo; done
      grep -o 'name="charge_tokens" value="[0-9]*"' j; grep -o 'testsuite name.*failures="[0-9]*"' j
      grep '<testcase' j | sed -e 's/call [0-9]*/call N/' -e 's/ time="[0-9.]*"//' -e 's/ (.*usage show [0-9]*.*)//'
      grep -c 'classname="greeting"' text.xml; grep -c '<testcase' text.xml
      """)
    let text = outcome.output.split(separator: "\n").map(String.init)
    #expect(text.count == 21, "\(outcome.output)\(outcome.error)")
    #expect(text.contains(#""calls":1,"charge_tokens":33,"cached":1,"#), "\(outcome.output)")
    #expect(text.contains { $0.hasPrefix(#""calls":1,"#) && $0.hasSuffix(#""cached":0,"#) }, "\(outcome.output)")
    #expect(text.contains { $0.hasPrefix(#""calls":6,"#) && $0.hasSuffix(#""cached":2,"#) }, "\(outcome.output)")
    // A case for the command, for each of its calls, and for that of the run inside it; no others.
    #expect(text[13] == #"testsuite name="llmguard run sh" tests="5" failures="1""#)
    #expect(text[15].contains(#"classname="chat" name="call N, gpt-4o"><system-out>ok<"#), "\(text[15])")
    #expect(text[16].contains("<system-out>cached<") && text[17].contains("<system-out>unmetered<"))
    #expect(text[18].contains(#"<failure message="refused: the run may make 0 calls"/>"#))
    #expect(text.suffix(2) == ["1", "2"], "a command that was metered by its text")
    #expect(outcome.error.contains("this run: 1 call, 11 tokens in and 22 out, 33 charged"), "\(outcome.error)")
  }

  @Test func aCachedAnswerIsFreeInside() throws {
    defer { home.remove() }
    // Known by its text, but not so that its text finds the stored answer: the gateway does.
    try home.write("s", "sh ask 1; llmguard run -n 50 -m gpt-4o --receipt r -- sh ask 1\n")
    let outcome = try home.run(
      """
      llmguard run --receipt o sh s; llmguard usage report | cut -f 2-5; llmguard budget show | cut -f 4
      for f in r o; do tr -d ' \\n' < $f | grep -o '"admitted":[0-9],"refused":0,"cached":[0-9]'; done; llmguard ledger verify
      """)
    #expect(
      outcome.output
        == "1\n1\n1\t11\t22\t33\n33\n\"admitted\":0,\"refused\":0,\"cached\":1\n\"admitted\":1,\"refused\":0,\"cached\":1\nok\n",
      "\(outcome.output)\(outcome.error)")
  }

  @Test func oneCallIsHeldOnce() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['1 calls/day']\nhard = 100\nladder = { delay = '0s' }")
    try home.write("s", "llmguard run -n 50 -m gpt-4o -- sh ask 1\n")
    let outcome = try home.run(
      """
      llmguard run sh s; echo $?; llmguard budget show | cut -f 4; llmguard budget reset --all >/dev/null
      llmguard run -n 50 -m gpt-4o -- llmguard run -n 50 -m gpt-4o -- sh ask 2; echo $?; llmguard ledger verify
      """)
    #expect(outcome.output == "1\n0\n1\n2\n0\nok\n", "\(outcome.output)\(outcome.error)")
  }

  @Test func theCapsOfARunHoldForTextToo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -n 10 -m gpt-4o --run-budget '5 tokens' -- echo a; echo $?
      llmguard run -n 10 -m gpt-4o --max-calls 0 -- echo b; echo $?
      llmguard run -n 10 -m gpt-4o --max-duration 0s --no-gateway -- echo c; echo $?
      llmguard run --run-budget '20 tokens' sh -c 'for i in 1 2 3; do llmguard run -n 10 -m gpt-4o -- echo $i; echo $?; done'
      llmguard usage report | cut -f 2,8; llmguard ledger verify
      """)
    #expect(outcome.output == "75\n75\n75\n1\n0\n2\n0\n75\n2\t4\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("refused: this run may take 5 tokens, 0 are used, and this call needs"))
    #expect(outcome.error.contains("hint: raise --run-budget"))
    // Whoever stated a number of calls has nothing to raise in tokens.
    #expect(outcome.error.contains("hint: raise --max-calls (or --run-budget, where that is in calls; "))
    #expect(outcome.error.contains("hint: raise --max-duration"))
  }

  /// The shell has put the outer gateway's address into the inner command line: its call is the inner run's all the same.
  @Test func anAddressOnTheCommandLineIsCalledOnce() throws {
    defer { home.remove() }
    try home.write("body", #"{"model":"gpt-4o","max_tokens":50,"input":"hi"}"#)
    try home.write(
      "s",
      """
      for max in 1 5; do
        llmguard run --max-calls $max -- curl -sS -o /dev/null "$OPENAI_BASE_URL/chat/completions" -d @body; echo $?
      done

      """)
    let outcome = try home.run(
      "llmguard run --cache off sh s; llmguard usage report | cut -f 2-5; llmguard ledger verify")
    #expect(outcome.output == "0\n0\n2\t22\t44\t66\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(asked.use { $0 } == 2)
  }

  /// A proxy is for the provider; it never gets the key and the gateway's address.
  @Test func noProxyStandsBeforeTheGateway() throws {
    defer { home.remove() }
    try home.write("body", #"{"model":"gpt-4o","max_tokens":50,"input":"hi"}"#)
    try home.write(".curlrc", "noproxy = example.org\n")
    let call =
      "curl -sS -o /dev/null -w '%{http_code}\\n' -x http://127.0.0.1:9 https://api.openai.com/v1/chat/completions -d @body"
    try home.write("s", "\(call)\n\(call) --noproxy example.com\n\(call) --noproxy ''\n")
    let outcome = try home.run("llmguard run --cache off sh s; llmguard run --cache off -- \(call) --noproxy x")
    #expect(outcome.output == "200\n200\n200\n200\n", "\(outcome)")
  }

  @Test func anInnerRunLeavesTheOuterEnvelopeAlone() throws {
    defer { home.remove() }
    try home.write("taken", "llmguard budget show | awk -F '\\t' '{ print $4 + $12 }'\n")
    // Two calls of 33 tokens each run; the last run makes one of them in a run inside.
    try home.write(
      "job",
      """
      n=$(printf %06d $$) # as long, and as many tokens, each time
      if [ -n "$1" ]; then llmguard run --require-fit sh ask c$n >/dev/null; sh taken
      else sh ask b$n >/dev/null; fi; sh ask a$n >/dev/null

      """)
    let outcome = try home.run(
      """
      for i in 1 2 3 4 5 6 7 8 9 10; do llmguard run sh job; done; sh taken
      llmguard run --require-fit sh job inner; sh taken; llmguard ledger verify
      """)
    // After the run inside, what the outer one has not used of its envelope is still held: the second call holds 62 at first.
    #expect(outcome.output == "660\n755\n726\nok\n", "\(outcome.output)\(outcome.error)")
  }

  @Test func runsInsideThatRequireTheirFitHaveAnEnvelopeEach() throws {
    defer { home.remove() }
    try home.write("taken", "llmguard budget show | awk -F '\\t' '{ print $4 + $12 }'\n")
    // Two calls of 33 tokens each run: nine of ten have up to 95 used and held at once. The last run makes them in two runs
    // inside, side by side, each of which waits for a word before its call.
    try home.write(
      "job",
      """
      n=$(printf %06d $$)
      if [ -z "$1" ]; then sh ask a$n >/dev/null; sh ask b$n >/dev/null; exit; fi
      comes() { for _ in $(seq 600); do
        [ "$(sh taken)" = "$1" ] && echo "$1" && return; sleep 0.05; done; echo "never $1"; }
      mkfifo one two
      llmguard run --require-fit sh -c 'read word <one; sh ask c000000' >/dev/null & comes 755
      llmguard run --require-fit sh -c 'read word <two; sh ask d000000' >/dev/null & comes 850
      echo go >one; comes 788
      echo go >two; wait; comes 726

      """)
    let outcome = try home.run(
      """
      for i in 1 2 3 4 5 6 7 8 9 10; do llmguard run sh job; done; sh taken
      llmguard run sh job inside; llmguard ledger verify
      """)
    // The first to end gives its own back, and not the other's.
    #expect(outcome.output == "660\n755\n850\n788\n726\nok\n", "\(outcome.output)\(outcome.error)")
  }

  @Test func aRunThatOutlivesTheOneAroundItIsCharged() throws {
    defer { home.remove() }
    try home.write("late", "while [ ! -e ended ]; do sleep 0.02; done; llmguard run sh ask 2; echo > done\n")
    let outcome = try home.run(
      """
      llmguard run sh -c 'sh ask 1; sh late >late.out 2>&1 &'; echo > ended
      while [ ! -e done ]; do sleep 0.02; done; cat late.out; llmguard usage report | cut -f 2-5; llmguard ledger verify
      """)
    #expect(outcome.output == "1\n2\n2\t22\t44\t66\nok\n", "\(outcome.output)\(outcome.error)")
  }

  /// Everybody in a script knows its gateway's address. What is said to it makes no command free that goes past it.
  @Test func aCommandThatSaysItsCallIsAnothersIsCharged() throws {
    defer { home.remove() }
    try home.write(
      "forge",
      """
      say() { curl -sS -o /dev/null "$LLMGUARD_GATEWAY/$1" -d "$2"; }
      say llmguard/join '{"id":"ab","metered_by_text":true}'
      say '~ab/llmguard/stand-in' '{"number":1,"hold":1,"charge_tokens":0}'
      say '~ab/llmguard/withdraw' '{}'
      say '~ab/llmguard/leave' '{"charge_tokens":-1000000}'
      echo an answer that came from somewhere else

      """)
    let outcome = try home.run(
      """
      llmguard run -n 50 -m gpt-4o -- sh forge; llmguard usage report | cut -f 2; llmguard ledger verify
      llmguard run sh -c 'llmguard run -n 50 -m gpt-4o -- sh forge'; llmguard usage report | cut -f 2; llmguard ledger verify
      """)
    #expect(
      outcome.output
        == "an answer that came from somewhere else\n1\nok\nan answer that came from somewhere else\n2\nok\n",
      "\(outcome.output)\(outcome.error)")
    #expect(!outcome.error.contains("error"), "\(outcome.error)")
  }

  /// A run inside that is refused has taken nothing in the place of the command around it.
  @Test func aCommandIsNotFreeForARunInsideThatTookNothing() throws {
    defer { home.remove() }
    try home.write(
      "s",
      "llmguard run --max-calls 0 -n 5 -m gpt-4o -- echo no; echo $?; echo an answer that came from somewhere else\n")
    let outcome = try home.run(
      """
      llmguard run -n 50 -m gpt-4o --receipt r -- sh s; llmguard usage report | cut -f 2; llmguard budget show | cut -f 4
      tr -d ' \\n' < r | grep -o '"charge_tokens":[0-9]*' | tr '\\n' ' ';echo; llmguard ledger verify
      llmguard run sh -c 'llmguard run -n 50 -m gpt-4o -- sh s' >/dev/null; llmguard usage report | cut -f 2
      llmguard run -n 50 -m gpt-4o -- sh -c 'llmguard run --max-calls 0 -n 5 -m gpt-4o -- echo no'; echo $?
      llmguard usage report | cut -f 2; llmguard ledger verify
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 10, "\(outcome.output)\(outcome.error)")
    #expect(lines[0...2] == ["75", "an answer that came from somewhere else", "1"])
    #expect((Int(lines[3]) ?? 0) > 0 && lines[4].contains("\"charge_tokens\":\(lines[3]) "), "\(outcome.output)")
    // Without an answer nothing is charged.
    #expect(lines[5...] == ["ok", "2", "75", "2", "ok"], "\(outcome.output)")
  }

  /// What the script called before makes no command free whose run inside takes nothing. Where one takes something, that alone
  /// is charged, however many runs stand around it.
  @Test func anEarlierCallMakesNoLaterCommandFree() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      text() { llmguard run -n 50 -m gpt-4o "$@"; }
      none='llmguard run -n 5 --max-calls 0 -m gpt-4o -- echo no'
      sh ask 1
      text -- sh -c "$none; echo 2"
      text -- llmguard run -n 50 -m gpt-4o -- sh -c "$none; echo 3"
      text -- llmguard run -n 50 -m gpt-4o -- echo 4
      text -- llmguard run -n 50 -m gpt-4o -- sh ask 5

      """)
    let outcome = try home.run(
      """
      llmguard run sh s; llmguard usage report | cut -f 2; llmguard usage list | grep -c complete; llmguard ledger verify
      """)
    #expect(outcome.output == "1\n2\n3\n4\n5\n5\n5\nok\n", "\(outcome.output)\(outcome.error)")
  }
}
