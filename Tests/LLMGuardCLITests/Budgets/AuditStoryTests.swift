import Testing

/// What the audit says of amounts: those of a budget in money are money.
@Suite struct AuditStoryTests {
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
