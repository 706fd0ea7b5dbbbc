import Testing

/// What the audit says of amounts: those of a budget in money are money.
@Suite struct AuditStoryTests {
  /// Of more than are asked for the latest are shown, and that there are earlier ones is said.
  @Test func theLatestAreShown() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      for n in 1 2 3 4; do llmguard budget grant ana "$n tokens/day" --reason x >/dev/null; done
      llmguard ledger audit --limit 2 | cut -f 1
      llmguard ledger audit --limit 2 --json | grep -E '"(entry|has_earlier)"' | tr -d ' \\n'; echo
      llmguard ledger audit --limit 4 --json | grep -c '"has_earlier": false'
      NO_COLOR=1 script -qec 'stty cols 200; llmguard ledger audit -n 2; llmguard ledger audit -n 4' /dev/null </dev/null | grep 'earlier' | tr -d '\\r'
      """)
    #expect(
      outcome.output == """
        3
        4
        "entry":3,"entry":4,"has_earlier":true
        1
        llmguard: there are earlier entries than 3: a larger --limit, or an earlier --until, shows them

        """, "\(outcome)")
  }

  @Test func amountsOfMoneyAreTold() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['$30/month', '9 calls/day']\n")
    let outcome = try home.run(
      """
      llmguard run -q -u ana -m gpt-4o --estimate 1000 -- true
      llmguard budget grant ana '$1/month' --reason x >granted; llmguard budget grant ana '2 calls/day' >granted
      llmguard budget grant ana '$0.25/month' --take-back >taken
      llmguard budget reset ana >reset
      llmguard ledger audit | cut -f 3,4,6; llmguard ledger verify
      llmguard ledger audit --json | grep -c '"at": "20..-..-..T..:..:..Z"'
      llmguard usage show 1 --json | grep -c '"at": "20..-..-..T..:..:..Z"'
      llmguard usage report --json | grep -c '"cost_micro_usd": 2500,'
      """)
    #expect(
      outcome.output == """
        grant\tana\t$1 to the monthly money budget: x
        grant\tana\t2 to the daily call budget: no reason given
        grant\tana\t$0.25 of the monthly money budget taken back: no reason given
        reset\tana\t$0.0025 of the monthly money budget: no reason given
        reset\tana\t1 of the daily call budget: no reason given
        ok
        5
        2
        2

        """, "\(outcome.output)\(outcome.error)")
  }
}
