import Posix
import ScriptedServer
import Testing

/// Calls that llmguard itself did not send, or could not record: a run's status and all that is told of it say the same.
@Suite struct DroppedCallStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    let home = try ProgramHome()
    self.home = home
    server = try ScriptedServer { exchange in
      let isBad = exchange.head.target.contains("embeddings")
      if String(decoding: exchange.body, as: UTF8.self).contains("slow") {
        try? home.write("seen", "x")
        let end = Clock.monotonicNanoseconds + 60_000_000_000
        while !File.exists(home.path + "/release"), Clock.monotonicNanoseconds < end { Clock.sleep(ms: 5) }
      }
      exchange.reply(
        status: isBad ? 401 : 200,
        isBad
          ? "{}"
          : #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":10,"completion_tokens":3}}"#
      )
      return true
    }
    try home.write("calls.sh", Self.prologue)
    try home.write("llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n[cache]\nmode = \"off\"\n")
  }

  /// `call WORD` makes a call, `guarded …` runs a command and tells how it ended, `told` what was told of it. In a script's own
  /// lines `fill_up` fills a small disk, `take_away` moves the ledger, `settled N` waits until so many calls are in it: that is a
  /// moment after a call's reply, and on a busy machine a long one. A call `slow` is `seen`, and lasts until a file `release` is there.
  private static let prologue = #"""
    place=https://api.openai.com/v1
    body() { echo "{\"model\":\"gpt-4o\",\"max_tokens\":9,\"input\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"$1\"}]}"; }
    call() { curl -s -o /dev/null $place/chat/completions -d "$(body $1)"; }
    guarded() { llmguard run --summary --receipt $out/r --report junit:$out/x --report json:$out/j "$@"; echo "$?"; }
    fill_up() { dd if=/dev/zero of=$HOME/fill bs=4k; dd if=/dev/zero of=$HOME/fill bs=1 oflag=append conv=notrunc; }
    settled() { n=0; until [ "$(llmguard usage report 2>/dev/null | cut -f 2)" = $1 ] || [ $n -ge 600 ]; do sleep 0.1; n=$((n+1)); done; }
    take_away() { mkdir gone; mv .local/state/llmguard/ledger* gone; }
    numbers() { grep -E "\"($1)\":" $2 | grep -v '{' | tr -d ' ,\n'; echo; }
    told() {
      numbers 'admitted|refused|turned_away|unsettled|unmetered|metered|charge_tokens' $out/r
      numbers 'calls|refusals|turned_away|unsettled|unmetered|metered|charge_tokens' $out/j
      grep -oE 'tests="[0-9]*" failures="[0-9]*" errors="[0-9]*"' $out/x
    }

    """#

  /// Runs a script that guards `s`, whose lines are given apart.
  private func run(_ lines: String, _ script: String) throws -> ProgramHome.Outcome {
    try home.run(Self.script("$HOME", lines, script))
  }

  /// The same in a home on a small disk.
  private func runOnSmallDisk(_ lines: String, _ script: String) throws -> ProgramHome.Outcome {
    try home.runOnSmallDisk(Self.script("$HOME/..", lines, script))
  }

  private static func script(_ place: String, _ lines: String, _ script: String) -> String {
    """
    out=\(place); export out LLMGUARD_CONFIG=$out/llmguard.toml; . $out/calls.sh
    cat >s <<'S'
    . $out/calls.sh; \(lines)
    S
    \(script)
    """
  }

  @Test(.enabled(if: ProgramHome.mayMount)) func callsThatAFullDiskKeptBackFailTheRun() throws {
    defer { home.remove() }
    let outcome = try runOnSmallDisk(
      "call 1; call 2; settled 2; sleep 0.2; fill_up; call 3; call 4; true",
      """
      guarded sh s 2>/dev/null; empty; rm -r .local
      guarded --fail-on-refusal sh s 2>said; empty; told; grep '^llmguard: .*of the run' said; llmguard ledger verify
      """)
    #expect(
      outcome.output == """
        0
        75
        "metered":true"admitted":2"refused":0"unmetered":0"charge_tokens":26"turned_away":2"unsettled":0
        "calls":2"charge_tokens":26"refusals":0"unmetered":0"turned_away":2"unsettled":0"metered":true
        tests="5" failures="1" errors="2"
        llmguard: not sent: 2 calls of the run, turned away by llmguard itself; its command ended with 0, the run ends with 75
        ok

        """, "\(outcome)")
  }

  /// What a call took whose end cannot be recorded was seen by the run all the same.
  @Test(.enabled(if: ProgramHome.mayMount)) func aCallWhoseEndIsNotRecordedIsTold() throws {
    defer { home.remove() }
    let outcome = try runOnSmallDisk(
      "call 1; settled 1; call slow & until [ -e $out/seen ]; do sleep 0.05; done; fill_up; : >$out/release; wait",
      """
      guarded --fail-on-refusal sh s 2>said; empty; told; grep -o '; 1 of them.*' said; llmguard ledger verify
      """)
    #expect(
      outcome.output == """
        0
        "metered":true"admitted":2"refused":0"unmetered":0"charge_tokens":26"turned_away":0"unsettled":1
        "calls":2"charge_tokens":26"refusals":0"unmetered":0"turned_away":0"unsettled":1"metered":true
        tests="2" failures="0" errors="0"
        ; 1 of them not settled in the ledger
        ok

        """, "\(outcome)")
  }

  /// A ledger that was moved away has the calls; the place where it was says nothing of them, and nothing is made there to ask.
  @Test func aLedgerThatWasMovedAwayIsNotAsked() throws {
    defer { home.remove() }
    let outcome = try run(
      "call 1; call 2; settled 2; sleep 0.1; take_away; call 3; true",
      """
      guarded --fail-on-refusal sh s 2>said; told; ls .local/state/llmguard | grep -c ledger.sqlite3$; grep 'this run' said
      """)
    #expect(
      outcome.output == """
        75
        "metered":true"admitted":2"refused":0"unmetered":0"charge_tokens":26"turned_away":1"unsettled":0
        "calls":2"charge_tokens":26"refusals":0"unmetered":0"turned_away":1"unsettled":0"metered":true
        tests="2" failures="1" errors="1"
        0
        llmguard: this run: 2 calls, 20 tokens in and 6 out, 26 charged, $0.00011; \
        the ledger that has them is not in its place any more; 1 call turned away by llmguard itself, and not in the ledger

        """, "\(outcome)")
  }

  /// What goes out unmetered, because nothing can be recorded, is in every count of the run.
  @Test func whatGoesOutAllTheSameIsCounted() throws {
    defer { home.remove() }
    let outcome = try run(
      "call 1; settled 1; sleep 0.1; take_away; call 2; call 3; true",
      #"""
      guarded --fail-open --fail-on-refusal sh s 2>said; numbers 'admitted|unmetered|turned_away' r; numbers 'unmetered' j
      grep -A1 '; the call goes out' said | sed 's/.*; the/the/'
      echo garbage >l; export LLMGUARD_LEDGER=$PWD/l; guarded --fail-open true 2>said; told; grep 'this run' said
      guarded --fail-open -m gpt-4o true 2>said; numbers 'metered|calls' r
      """#)
    #expect(
      outcome.output == """
        0
        "admitted":1"unmetered":2"turned_away":0
        "unmetered":2
        the call goes out unmetered (fail-open)
        hint: start the command again: it then goes by the ledger that is there; what it costs is not recorded
        0
        "metered":false
        "calls":0"charge_tokens":0"refusals":0"unmetered":0"turned_away":0"unsettled":0"metered":false
        tests="1" failures="0" errors="0"
        llmguard: this run: unmetered, for the ledger could not be used; what its calls took is unknown
        0
        "metered":false"calls":null

        """, "\(outcome)")
  }

  /// What the provider turned down is no success, though it cost nothing.
  @Test func aCallThatCameBackWithAnErrorIsAFailure() throws {
    defer { home.remove() }
    let outcome = try run(
      """
      call 1; curl -s -o /dev/null $place/embeddings -d "$(body 2)"
      curl -s -o /dev/null $place/chat/completions -d '{bad json'
      """,
      #"""
      guarded sh s 2>/dev/null; grep -oE 'tests="[0-9]*" failures="[0-9]*" errors="[0-9]*"|<failure message.*"' x
      llmguard run -q --fail-on-refusal -- curl -s -o /dev/null $place/chat/completions -d '{bad json' 2>/dev/null; echo $?
      """#)
    #expect(
      outcome.output == """
        0
        tests="4" failures="1" errors="1"
        <failure message="given back: the provider answered with status 401 (in the ledger call 3: &apos;llmguard usage show 3&apos;)"
        75

        """, "\(outcome)")
  }
}
