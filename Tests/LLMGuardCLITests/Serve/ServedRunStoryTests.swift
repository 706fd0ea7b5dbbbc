import Testing

/// A run whose provider is a server over the same ledger: that charges its calls, and holds its users' budgets.
@Suite struct ServedRunStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws {
    served = try ServedHome()
    try home.write(
      "job",
      """
      for i in $(seq ${1:-3}); do
        curl -s -o /dev/null "$OPENAI_BASE_URL/chat/completions" \\
          -d '{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"call '$i'"}]}'
      done
      """)
  }

  /// However a run is told of, its calls happened, took what they took, and were charged by the server.
  @Test func allReportsOfARunAgreeOnWhatTheServerCharged() throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start(users: "ana") + #"""
        export OPENAI_BASE_URL=$address/$(cat key-ana)/openai/v1; unset LLMGUARD_USER
        llmguard run --cache off --summary --max-calls 2 --report junit x --report json j --receipt r sh job 2>said; echo $?
        grep 'this run:' said; grep -o 'tests=.* skipped="0"' x
        grep -E 'name="(calls|charge_tokens|charged_elsewhere)"' x
        grep -o '<system-out>charged.*ledger call' x | sort | uniq -c | tr -s ' '
        for f in r j; do
          grep -E '"(admitted|calls|charge_tokens|refused|refusals|charged_elsewhere|given_back)": [0-9]' $f | tr -d ' \n'; echo
        done
        llmguard usage list --user root --json | grep -c '"outcome": "given_back"'
        stop; llmguard usage report --by user | cut -f 1,2,5; llmguard ledger verify
        """#)
    #expect(
      outcome.output == """
        0
        llmguard: this run: 2 calls, 22 tokens in and 44 out, 66 charged, $0.000496; 2 calls were charged by the gateway that they \
        went to; 1 call refused
        tests="4" failures="1" errors="0" skipped="0"
        <property name="calls" value="2"/>
        <property name="charge_tokens" value="66"/>
        <property name="charged_elsewhere" value="2"/>
         2 <system-out>charged elsewhere (in the ledger call
        "admitted":2,"refused":1,"charge_tokens":66,"charged_elsewhere":2,
        "calls":2,"charge_tokens":66,"refusals":1,"given_back":0,"charged_elsewhere":2,
        2
        ended 0
        ana\t2\t66
        root\t0\t0
        ok

        """, "\(outcome)")
  }

  /// A pipeline that looks for refusals has no other place to find those of the server that its calls pass.
  @Test func whatTheServerRefusesCountsForTheRun() throws {
    defer { home.remove() }
    try served.configure("[user.ana]\nbudgets = ['9 tokens/day']\n")
    let outcome = try home.run(
      ServedHome.start(users: "ana") + #"""
        export OPENAI_BASE_URL=$address/$(cat key-ana)/openai/v1; unset LLMGUARD_USER
        for ledger in "$ledger" "$HOME/another.db"; do
          export LLMGUARD_LEDGER=$ledger
          llmguard run --cache off --summary --fail-on-refusal --report junit x --report json j --receipt r sh job 2 2>said; echo $?
          grep -E 'this run:|of the run; its' said; grep -o 'tests=.* skipped="0"' x
          grep -o 'message="given back.*ledger call' x | sort | uniq -c | tr -s ' '; grep -h '"refused_elsewhere"' r j | tr -d ' \n'; echo
        done
        llmguard run -q --cache off --no-fail-on-refusal sh job 1; echo $?
        stop
        """#)
    let each = """
      75
      llmguard: this run: 0 calls, 0 tokens in and 0 out, 0 charged, $0.00; 2 calls refused by the gateway that they went to
      llmguard: refused: 2 calls of the run; its command ended with 0, the run ends with 75
      tests="3" failures="3" errors="0" skipped="0"
       2 message="given back: the provider answered with status 429, the refusal of a gateway (in the ledger call
      "refused_elsewhere":2,"refused_elsewhere":2,

      """
    #expect(outcome.output == each + each + "0\nended 0\n", "\(outcome)")
  }
}
