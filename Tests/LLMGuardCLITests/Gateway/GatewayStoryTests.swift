import Glibc
import Posix
import ScriptedServer
import Testing

/// Scripts that nobody changed, run under the guard.
@Suite struct GatewayStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      if exchange.head.method == "GET" {
        exchange.reply(#"{"data":[]}"#)
      } else {
        exchange.reply(
          #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
        )
      }
      return true
    }
    try configure("")
  }

  private func configure(_ more: String) throws {
    try Folder.makePrivate(home.path + "/.config/llmguard")
    try home.write(
      ".config/llmguard/llmguard.toml", "\(more)\n[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  private static let call =
    #"curl -sS https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":50,"messages":[]}'"#

  /// Scripts throw replies away: what was not sent is said to whoever runs them, once.
  @Test func aCallThatCannotBeReadIsToldToThePerson() throws {
    defer { home.remove() }
    let call = "curl -sS https://api.openai.com/v1/chat/completions -d '{' >/dev/null"
    let outcome = try home.run("llmguard run -q -- sh -c \"\(call); \(call)\"")
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count == 3, "\(outcome.error)")
    #expect(lines.last == "llmguard: error: 1 more call of this run was not sent", "\(outcome.error)")
    #expect(
      lines.first?.hasPrefix("llmguard: refused: a call to openai cannot be metered: the body is not JSON: line 1, ")
        == true)
    #expect(lines.first?.hasSuffix("; it was not sent") == true)
  }

  /// The gateway is known by its own name alone: a request that names another host may come from a page of somebody else's.
  @Test func aRequestThatNamesAnotherHostIsToldToThePerson() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      for host in other.org other.org api.openai.com; do curl -sS -H "Host: $host" $OPENAI_BASE_URL/models; done
      curl -sS -H "Host: other.org" ${OPENAI_BASE_URL%/*/*/*}/stranger
      curl -sS -H "Host: api.openai.com" https://api.openai.com/v1/models

      """)
    let outcome = try home.run("llmguard run -q -- sh s")
    func answer(_ host: String) -> String { "llmguard: a request names the host '\(host)', and not this gateway\n" }
    func told(_ host: String) -> String {
      """
      llmguard: refused: a request names the host '\(host)', and not the gateway; it was not sent
      hint: leave its Host field out: the gateway puts in the provider's

      """
    }
    #expect(
      outcome.output
        == answer("other.org") + answer("other.org") + answer("api.openai.com") + "not found\n{\"data\":[]}",
      "\(outcome)")
    #expect(
      outcome.error == told("other.org") + told("api.openai.com")
        + "llmguard: error: 1 more call of this run was not sent\n", "\(outcome.error)")
  }

  @Test func everyCallOfAScriptIsMetered() throws {
    defer { home.remove() }
    try home.write(
      "s", "\(Self.call) >/dev/null\n\(Self.call) >/dev/null\ncurl -sS https://api.openai.com/v1/models\nexit 3\n")
    let outcome = try home.run(
      "llmguard run --no-cache sh s; echo \" $?\"; llmguard usage report | cut -f 2-5; llmguard ledger verify")
    #expect(outcome.output == "{\"data\":[]} 3\n2\t22\t44\t66\nok\n", "\(outcome.error)")
  }

  @Test func whatCannotBeMeteredIsInTheReports() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      \(Self.call) >/dev/null
      for i in 1 2; do curl -sS https://api.openai.com/v1/images/generations -d '{"prompt":"a cat"}' >/dev/null; done

      """)
    let outcome = try home.run(
      """
      llmguard run --no-cache --summary sh s
      llmguard run --no-cache --strict sh s >/dev/null 2>&1
      llmguard usage report --json | grep '"unmetered"' | tail -1 | tr -d ' '
      llmguard usage list --json | tr -d ' ' | grep -c '"outcome":"unmetered"'
      llmguard usage export --format csv | grep -c ',openai,images,'
      llmguard usage report --format html | grep -o '2 requests went out unmetered'
      llmguard usage metrics | grep unmetered | cut -f 1,3; llmguard usage advise | grep -c 'nobody can meter'
      llmguard usage check --max '100 tokens'; llmguard usage check --max '$1' 2>/dev/null; echo $?
      llmguard ledger verify
      """)
    #expect(
      outcome.output == """
        "unmetered":2,
        2
        4
        2 requests went out unmetered
        unmetered_ratio\t0.5
        unmetered_requests_total\t2
        1
        ok: 66 of 100 tokens used by 2 calls; 2 requests went out unmetered
        2
        ok

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("2 requests went out unmetered; the cost is unknown"))
  }

  /// Each kind of request that nobody can meter is named once, with its number, and never with what may be a secret; of many
  /// kinds the others are counted.
  @Test(arguments: [false, true]) func whatCannotBeMeteredIsNamed(isStrict: Bool) throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      for i in 1 2; do curl -sS https://api.openai.com/v1/images/generations -d '{"prompt":"a cat"}' >/dev/null; done
      curl -sS https://api.openai.com/v1/nosuch/sk-secret123456 -d '{}' >/dev/null
      for i in a b c d e; do curl -sS -X PUT "https://api.openai.com/v1/$i?key=hidden" -d '{}' >/dev/null; done

      """)
    let outcome = try home.run(
      "llmguard run \(isStrict ? "--strict" : "") sh s; llmguard run -q sh s 2>quiet; wc -c <quiet")
    let (start, end) =
      isStrict
      ? ("refused: a request to openai that cannot be metered (", ")")
      : ("warning: a request to openai went out unmetered (", "): llmguard cannot tell what it costs")
    let lines = outcome.error.split(separator: "\n").filter { $0.hasPrefix("llmguard: ") }.map {
      String($0.dropFirst(10))
    }
    let requests =
      ["POST /v1/images/generations, call 1", "POST /v1/nosuch/…, call 3"]
      + ["a, call 4", "b, call 5", "c, call 6"].map { "PUT /v1/" + $0 }
    #expect(
      lines == requests.map { start + $0 + end }
        + [
          isStrict
            ? "refused: 3 more requests of this run that cannot be metered"
            : "warning: 3 more requests of this run went out unmetered"
        ], "\(outcome)")
    #expect(outcome.output == "0\n", "\(outcome)")
  }

  @Test func aKnownClientIsChargedOnceAndExactly() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard run -- \(Self.call) >/dev/null; llmguard usage report | cut -f 2-5; llmguard budget show | cut -f 4")
    #expect(outcome.output == "1\t11\t22\t33\n33\n", "\(outcome.error)")
  }

  /// The hold of its text is no call of its own, and what was decided by its text is told of its call.
  @Test func aDegradedClientIsOneCallThatWasDegraded() throws {
    defer { home.remove() }
    try configure(
      """
      [tier.default]
      budgets = ["80 tokens/day"]
      [tier.default.ladder]
      models = { "gpt-4o" = "gpt-4o-mini" }

      """)
    let other = Self.call.replacing("[]", with: #"[{"role":"user","content":"another"}]"#)
    let outcome = try home.run(
      """
      llmguard run -q -- \(Self.call) >/dev/null
      llmguard run --summary -- \(other) >/dev/null
      llmguard usage list --json | tr -d ' ' | grep -e '"outcome"' -e '"degraded"' -e '"requested_model"' -e '"phase"'
      llmguard usage report --json | grep '"degraded"' | tail -1 | tr -d ' '
      llmguard ledger verify
      """)
    #expect(
      outcome.output == """
        "outcome":"complete",
        "requested_model":"gpt-4o",
        "phase":"soft",
        "degraded":1,
        "outcome":"complete",
        "requested_model":null,
        "phase":"ok",
        "degraded":0,
        "degraded":1,
        ok

        """, "\(outcome.output)\(outcome.error)")
    #expect(!outcome.error.contains("did not happen"), "\(outcome.error)")
  }

  @Test func aRejectedAnswerOfAClientIsNotGivenAgain() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      for i in 1 2; do llmguard run -q -- \(Self.call) >/dev/null; done
      llmguard cache list | wc -l | tr -d ' '; llmguard cache reject 1 >/dev/null
      llmguard run -q -- \(Self.call) >/dev/null
      llmguard usage list --json | tr -d ' ' | grep '"outcome"'
      """)
    #expect(
      outcome.output == "1\n\"outcome\":\"complete\",\n\"outcome\":\"cached\",\n\"outcome\":\"complete\",\n",
      "\(outcome.output)\(outcome.error)")
  }

  /// Neither answers from the cache nor calls that were turned away are told one by one: at the end it is said how many there
  /// were.
  @Test func whatWasNotToldIsCountedAtTheEnd() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      for i in 1 2 3 4; do \(Self.call); done
      for i in 1 2 3; do curl -sS https://api.openai.com/v1/chat/completions -d 'not json'; done

      """)
    let outcome = try home.run(
      """
      llmguard run --summary --report json r sh s >/dev/null; grep -E 'turned_away|"cached"' r | tr -d ' '
      """)
    #expect(outcome.output == "\"cached\":3,\n\"turned_away\":3,\n", "\(outcome)")
    let told = outcome.error.split(separator: "\n").map(String.init)
    #expect(told.contains("llmguard: cached: 2 more calls of this run were answered from the cache"), "\(outcome)")
    #expect(told.contains("llmguard: error: 2 more calls of this run were not sent"), "\(outcome)")
    #expect(outcome.error.contains("; 3 calls turned away by llmguard itself, and not in the ledger"), "\(outcome)")
  }

  @Test func aCallThatItsRunHasNoRoomForIsRefusedOnce() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      for i in 1 2 3; do
        curl -sS https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","messages":["'$i'"]}'
      done

      """)
    let outcome = try home.run(
      """
      llmguard run --summary --max-calls 1 sh s >/dev/null
      llmguard usage list --json | tr -d ' ' | grep '"outcome"'
      """)
    #expect(
      outcome.output == "\"outcome\":\"refused\",\n\"outcome\":\"refused\",\n\"outcome\":\"complete\",\n",
      "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("2 calls refused") && !outcome.error.contains("did not happen"), "\(outcome.error)")
  }

  /// What the gateway does with a call is told as what a command of one call does.
  @Test func whoeverWantsToKnowIsToldOfACallOfAScript() throws {
    defer { home.remove() }
    try configure(
      """
      [tier.default]
      budgets = ["100 tokens/day"]
      [tier.default.ladder]
      delay = "0"
      [notify]
      command = ['/bin/sh', '-c', 'tr -d "\\n" > "$HOME/new.$$" && mv "$HOME/new.$$" "$HOME/told-$$"']
      """)
    try home.write("s", "\(Self.call)\n\(Self.call)\n\(Self.call)\n\(Self.call)\n")
    let outcome = try home.run(
      """
      waitfor() { n=0; until cat told-* 2>/dev/null | grep -q "$1"; do
        sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || { echo "no $1"; exit 9; }; done; }
      llmguard run -q --no-cache --user ana --op nightly sh s > /dev/null 2>&1
      waitfor '"event": *"budget"'; waitfor '"event": *"phase"'; waitfor '"event": *"refusal"'
      cat told-* | grep -o '"operation": *"[a-z]*"' | sort -u; cat told-* | grep -o '"user": *"[a-z]*"' | sort -u
      llmguard ledger audit | grep -c notice; ls told-* | wc -l
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.prefix(2) == ["\"operation\": \"nightly\"", "\"user\": \"ana\""], "\(outcome)")
    #expect(lines.count == 4 && lines[2] == lines[3], "each is recorded, and told once: \(outcome)")
  }

  @Test func aRunInsideARunJoinsIt() throws {
    defer { home.remove() }
    try home.write(
      "s",
      "llmguard run --no-cache --op inner -- \(Self.call)\nllmguard run sh t\nllmguard run -q -u other true; echo $?\n")
    try home.write("t", "\(Self.call) >/dev/null\n")
    let outcome = try home.run(
      """
      llmguard run --no-cache --op outer sh s | tail -c 4
      llmguard usage report --by operation | cut -f 1-5; llmguard budget show | cut -f 4; llmguard ledger verify
      """)
    #expect(
      outcome.output == "125\ninner\t1\t11\t22\t33\nouter\t1\t11\t22\t33\n66\nok\n", "\(outcome.error)")
    #expect(outcome.error.contains("part of another one"))
  }

  /// The address stands on curl's command line, where everybody can read it.
  @Test(.enabled(if: getuid() == 0)) func anotherUserFindsNothingThere() throws {
    defer { home.remove() }
    let call = "setpriv --reuid 65534 --clear-groups /usr/bin/curl -sS -o /dev/null -w '%{http_code}\\n'"
    try home.write(
      "s",
      """
      \(call) $OPENAI_BASE_URL/models
      echo $OPENAI_BASE_URL > url.tmp; mv url.tmp url
      for n in $(seq 600); do if test -e done; then break; fi; sleep 0.1; done
      """)
    let outcome = try home.run(
      """
      llmguard run sh s > inside & for n in $(seq 600); do if test -e url; then break; fi; sleep 0.1; done
      \(call) $(cat url)/models; curl -sS -o /dev/null -w '%{http_code}\\n' $(cat url)/models; touch done; wait; cat inside
      """)
    #expect(outcome.output == "404\n200\n200\n", "a stranger, the user, and a descendant: \(outcome.error)")
  }

  /// What a killed run has left goes with the next one.
  @Test func shimsOfAKilledRunAreSwept() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run sh -c 'kill -9 $PPID'
      ls .local/state/llmguard/shims | wc -l
      llmguard run sh -c 'ls "$HOME/.local/state/llmguard/shims" | wc -l'; ls .local/state/llmguard/shims | wc -l
      TMPDIR=/nonexistent llmguard run sh -c 'command -v curl | grep -c shims'
      """)
    #expect(outcome.output == "2\n2\n0\n1\n", "\(outcome.error)")
  }

  @Test func aScriptEndsWithItsOwnStatusAndARefusedClientWith75() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['40 tokens/day']\nladder = { delay = '0s' }\n")
    let call = Self.call.split(separator: " ").map { $0 == "-sS" ? "-sSf" : $0 }.joined(separator: " ")
    try home.write("s", "\(call) || exit 4\n")
    try home.write("t", "\(call) 2>/dev/null; echo went on\n")
    // By its text the last one fits; what its configuration makes of the call does not.
    try home.write("c", "data = {\"model\":\"gpt-4o\",\"max_tokens\":50,\"messages\":[]}\n")
    let outcome = try home.run(
      """
      llmguard run sh s; echo $?; llmguard run sh t; echo $?
      llmguard run --estimate 1 -- curl -sSf https://api.openai.com/v1/chat/completions -K c; echo $?
      llmguard run --estimate 1 -m gpt-4o -- sh -c 'sh s || exit 3'; echo $?
      """)
    #expect(outcome.output == "4\nwent on\n0\n75\n3\n", "\(outcome.output) \(outcome.error)")
    #expect(outcome.error.contains("refused: daily token budget of"))
  }

  @Test func aRunMayBeHeldToBoundsOfItsOwn() throws {
    defer { home.remove() }
    // Every call asks something else: no retry, and no answer from the cache.
    try home.write(
      "s",
      """
      ask() { curl -sSf https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":50,"input":"'"$1"'"}'; }
      for i in 1 2 3; do ask "$N $i" >/dev/null 2>&1 && echo $i; done; true

      """)
    let outcome = try home.run(
      """
      export N; N=a; llmguard run --max-calls 2 sh s; N=b; llmguard run --run-budget '100 tokens' sh s
      N=c; llmguard run --run-budget '$1' sh s; N=d; llmguard run --max-duration 0s sh s
      llmguard usage report | cut -f 2; llmguard budget show | cut -f 4; llmguard run --run-budget '5 apples' true; echo $?
      """)
    #expect(outcome.output == "1\n2\n1\n2\n1\n2\n3\n7\n231\n125\n", "\(outcome.output) \(outcome.error)")
    #expect(outcome.error.contains("refused: this run may make 2 calls"))
    #expect(outcome.error.contains("hint: raise --max-duration"))
  }

  @Test func withoutTheGatewayNothingIsCaught() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard run --no-gateway sh -c 'command -v curl; echo ${OPENAI_BASE_URL-unset}'; llmguard usage report | cut -f 2"
    )
    #expect(outcome.output.contains("unset\n1\n"))
    #expect(!outcome.output.contains("shims"))
  }

  @Test func keysAreWrittenNowhere() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      printf 'header = "Authorization: Bearer sk-veryveryvery"\\n' > k
      TMPDIR=$PWD/tmp; mkdir tmp; export TMPDIR; shims=$PWD/.local/state/llmguard/shims
      llmguard run --receipt r sh -c "curl -K k -sS 'https://api.openai.com/v1/models?key=sk-alsosecret'; ls $shims | wc -l"
      rm k script-*; grep -r --exclude='out-*' -e veryvery -e alsosecret . ; ls tmp $shims | grep -vc :
      """)
    #expect(outcome.output == "{\"data\":[]}2\n1\n", "\(outcome.output) \(outcome.error)")
  }
}
