import Testing

/// What a refusal tells its reader to do works, and when it tells them to come again they are let in.
@Suite struct RefusalRemedyStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1000 tokens/day']\n")
  }

  /// One call took far more than the limit: the top-up covers what is owed, and the next call besides.
  @Test func theTopUpCoversWhatWasOverrun() throws {
    defer { home.remove() }
    try home.write(
      "bin/says", "#!/bin/sh\necho '{\"usage\":{\"prompt_tokens\":4081,\"completion_tokens\":1000}}'\n")
    let outcome = try home.run(
      """
      chmod +x bin/says; ln -s says bin/curl
      llmguard run -q -u ben -- curl -d '{"model":"a","max_tokens":5}' http://127.0.0.1:9/v1/chat/completions >/dev/null
      call() { llmguard run -u ben -m a --estimate 104 -- echo out; }
      line=$(call 2>&1 | sed -n 's/.*top up: //p'); echo "$line"
      eval "$(echo "$line" | sed 's/TEXT/why/')" | sed 's/, for .*//'; call
      """)
    #expect(
      outcome.output
        == "llmguard budget grant ben '5k tokens/day' --reason TEXT\nben: 5k tokens/day on top\nout\n", "\(outcome)")
  }

  /// Without degradation nothing goes out beyond the limit: what fits is told up to there, and goes out.
  @Test func whatFitsIsToldUpToWhereACallIsRefused() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      call() { llmguard run --no-degrade -m gpt-4o "$@" -- echo out; }
      call -n 5000 2>&1 | sed -n 's/.*, \\(more than .*(--no-degrade)\\), so waiting does not help/\\1/p'
      most=$(call -n 5000 2>&1 | sed -n 's/.*(--max-tokens \\([0-9]*\\)).*/\\1/p'); call -n "$most"; echo "status $?"
      llmguard run -q -m a --estimate 400 -- true; call -n "$most" 2>&1 | sed -n 's/.*, [0-9]* \\(are left up to .*(--no-degrade)\\), opens in .*/\\1/p'
      """)
    let limit = "the limit of 1,000 (--no-degrade)"
    #expect(
      outcome.output == "more than \(limit)\nout\nstatus 0\nare left up to \(limit)\n",
      "\(outcome)")
  }

  /// A call that is too large as it is asked for, and goes out where a cheaper one is accepted, is told so; one that does not
  /// go out so either is not.
  @Test func leavingOutNoDegradeIsToldWhereItHelps() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['1000 tokens/day']\n[tier.default.ladder]\nmax_tokens = 50\n")
    let outcome = try home.run(
      """
      call() { llmguard run -m gpt-4o -n 2000 "$@" -- echo out; }
      llmguard run -q -m a --estimate 1050 -- true; call --no-degrade 2>&1 | grep -o ', leave out --no-degrade'
      call 2>&1 | tail -1; llmguard estimate -m gpt-4o -n 2000 -- echo out | grep ^hint
      llmguard run -q -m a --estimate 120 -- true; call --no-degrade 2>&1 | grep -c 'leave out --no-degrade'
      """)
    #expect(
      outcome.output == """
        , leave out --no-degrade
        out
        hint       --no-degrade refuses it instead of changing it
        0

        """, "\(outcome)")
  }

  /// Where calls are degraded long before the limit, one that takes no cheaper call is refused from there on: what is left is
  /// told up to there, and what is used and left come to it.
  @Test func withoutDegradationNothingIsLeftBeyondWhereItBegins() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1000 tokens/day']\nwarn = 50\nsoft = 80\n")
    let outcome = try home.run(
      """
      call() { llmguard run --no-degrade -m gpt-4o "$@" -- echo out 2>&1 | sed -n 's/.*this call needs //p' | sed 's/, opens in .*//'; }
      llmguard run -q -m a --estimate 500 -- true; call --estimate 900; call --estimate 750
      llmguard run -q -m a --estimate 350 -- true; call --estimate 400
      llmguard forecast job.sh | grep ^fits; llmguard run --require-fit true 2>&1 | sed -n 's/; it resets.*//p'
      """)
    let most = "799, beyond which calls are degraded (--no-degrade)"
    let user = try home.run("id -un").output.dropLast()
    #expect(
      outcome.output == """
        900, more than \(most), so waiting does not help
        750, 299 are left up to \(most)
        400, nothing is left up to \(most)
        fits      no: nothing is left of the daily token budget before calls are degraded
        llmguard: refused: no call of true fits as it is asked, and the daily token budget of \(user) has 0 left before calls are degraded

        """, "\(outcome)")
  }

  /// Where two budgets are in the way, a top-up of one would be in vain.
  @Test func everyBudgetInTheWayIsToppedUp() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget set ben '1000 tokens/day' '1 call/day' > /dev/null
      llmguard run -q -u ben -m a --estimate 1150 -- true
      call() { llmguard run -u ben -m a --estimate 104 -- echo out; }
      line=$(call 2>&1 | sed -n 's/.*top up: //p'); echo "$line"
      eval "$(echo "$line" | sed 's/TEXT/why/g')" | sed 's/, for .*//'; call
      """)
    #expect(outcome.output.hasSuffix(" on top\nout\n"), "\(outcome)")
    #expect(
      outcome.output.contains("'500 tokens/day' --reason TEXT && llmguard budget grant ben '1 call/day'"), "\(outcome)")
  }

  /// What the help of `budget pause` says stops a user at once, whatever was topped up, and the hint lets them in again.
  @Test func whoIsStoppedIsLetInByTheHint() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget grant bob '500 tokens/day' --reason why >/dev/null 2>&1
      call() { llmguard run -u bob -m gpt-4o -n 5 -- echo out; }
      llmguard budget lower --user bob '400 tokens/day' >/dev/null 2>&1
      call; llmguard help budget pause | sed -n "s/^ *\\(llmguard budget pause bob .*\\)$/\\1/p" >stop; cat stop
      eval "$(cat stop) --dry-run"; . ./stop; . ./stop; call 2>refused; echo "status $?"; call --no-degrade 2>/dev/null; echo "status $?"
      llmguard budget lower --user bob --clear; call 2>/dev/null; echo "status $?"; cat refused
      llmguard budget show bob | cut -f 3,9 | grep paused; llmguard ledger audit | cut -f 3- | grep paused
      sed -n "s/.*'\\(llmguard budget resume bob\\)'.*/\\1/p" refused >back; cat back
      . ./back; . ./back; call; llmguard budget pause bbo --json | grep -v user
      """)
    #expect(
      outcome.output == """
        out
        llmguard budget pause bob --reason 'runaway loop'
        bob: would be paused, no call goes out
        bob: paused, no call goes out
        bob: paused already
        status 75
        status 75
        bob: nothing is lowered
        status 75
        llmguard: refused: the calls of bob are paused
        hint: 'llmguard ledger audit' says who paused them, and why; 'llmguard budget resume bob' lets them out again
        paused\tpaused
        user\tbob\troot\tcalls paused: runaway loop
        llmguard budget resume bob
        bob: resumed, calls go out by their budgets
        bob: not paused
        out
        {
          "schema": 1,
          "paused": true,
          "changed": true,
          "dry_run": false,
          "reason": "no reason given",
          "calls_under_way": 0
        }

        """, "\(outcome)")
  }

  /// A call that is charged next to nothing is a call, too, and there is nothing to top up. What nobody can charge passes.
  @Test func noPausedCallIsTooSmallToBeRefused() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ["1M tokens/day"]
      hard = 900
      [operation.free]
      weight = 0
      [operation.light]
      weight = 0.001
      """)
    let outcome = try home.run(
      """
      call() { llmguard run -u bob -m gpt-4o "$@" -- echo out 2>/dev/null; echo "status $?"; }
      llmguard budget pause bob 2>/dev/null
      call --op free; call --op light; call --estimate 1; call --estimate 9 --no-degrade
      llmguard budget grant bob '1M tokens/359d' 2>&1; call --estimate 1
      llmguard budget show bob | cut -f 2-4,7; llmguard budget resume bob; call --estimate 1
      """)
    #expect(
      outcome.output == """
        bob: paused, no call goes out
        status 75
        status 75
        status 75
        status 75
        llmguard: error: bob has no 359d token budget to top up
        hint: bob has: 1M tokens/day
        status 75
        default\t1M tokens/day\t0\tok
        default\tpaused\t0\thard
        bob: resumed, calls go out by their budgets
        out
        status 0

        """, "\(outcome)")
  }

  /// A user's name in a hint is one word of the line, whatever it holds: it is copied and run.
  @Test(arguments: ["nightly bot", "o'neil", "x;touch made", "a$(touch made)b", "`touch made`"])
  func aNameInAHintIsOneWord(name: String) throws {
    defer { home.remove() }
    try home.write("name", name)
    let outcome = try home.run(
      """
      name=$(cat name); call() { llmguard run --user "$name" -m gpt-4o --estimate $1 -- echo out; }
      call 1100; eval "$(call 200 2>&1 | sed -n 's/.*top up: //p' | sed 's/TEXT/why/')" | sed 's/: .*//'
      line=$(call 90000 2>&1 | sed -n 's/.*raise the budget: //p'); eval "$(echo "$line" | sed "s/BUDGET/'90k calls\\/day'/")" >/dev/null
      llmguard budget show "$name" | grep -c '90k calls/day'; ls | grep -c made
      """)
    #expect(outcome.output == "out\n\(name)\n1\n0\n", "\(outcome)")
  }

  /// What a rehearsal says to a person it says to a program, and so does the receipt of a refused run.
  @Test func aRefusalIsExplainedToPrograms() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      told() { python3 -c 'import json,sys; r=json.load(sys.stdin); print(r["schema"], r["message"]); print(r["hint"])'; }
      call() { llmguard run -m a --estimate "$@"; }
      call 5000 --dry-run -- true | grep -E '^(refused|hint) ' | sed 's/^[a-z]*  *//'; call 5000 --dry-run --json -- true | told
      call 5000 --receipt r -- true 2>/dev/null; told <r; call 5 --dry-run --json -- true | told
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 8, "\(outcome)")
    #expect(lines[0].hasPrefix("daily token budget of "), "\(outcome)")
    #expect(lines[2] == "1 " + lines[0] && lines[3] == lines[1], "\(outcome)")
    #expect(lines[4] == lines[2] && lines[5] == lines[3], "\(outcome)")
    #expect(lines[6] == "1 None" && lines[7] == "None", "\(outcome)")
  }

  /// Whoever hands on what is left hands on nothing at the end: that lets no call out, as --max-calls 0 does.
  @Test(arguments: ["0 tokens", "0 calls", "$0.00"]) func aRunThatMayTakeNothingIsRefused(amount: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --run-budget '\(amount)' --receipt r -m gpt-4o --estimate 5 -- touch called; echo $?
      grep '"decision"' r | tr -d ' '; ls called 2>/dev/null; llmguard usage list | cut -f 5
      """)
    #expect(outcome.output == "75\n\"decision\":\"refused\",\nrefused\n", "\(outcome)")
    #expect(outcome.error.contains("raise --"), "\(outcome)")
  }

  /// Who is paused is seen in the lists, and that a removal ends it is said.
  @Test func thePausedAreSeenInTheLists() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard user set-tier ana default >/dev/null; llmguard budget pause bob >/dev/null 2>&1; llmguard user list | cut -f 1,5
      llmguard user list --json | tr -d ' \\n' | grep -o '"bob"[^}]*"paused":[a-z]*'
      llmguard budget show bob --json | grep -c '"paused": true'
      llmguard user remove bob 2>&1
      """)
    #expect(
      outcome.output == """
        ana\t
        bob\tpaused
        "bob","tier":"default","own_budgets":[],"paused":true
        1
        bob: removed; entries stay
        llmguard: warning: the pause ended with it: a call in the name of bob goes out again
        hint: 'llmguard budget pause bob' stops them still

        """, "\(outcome)")
  }
}
