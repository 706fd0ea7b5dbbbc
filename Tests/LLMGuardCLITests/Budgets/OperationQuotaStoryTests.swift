import Testing

/// A quota of an operation is shown wherever budgets are, and what a refusal advises works.
@Suite struct OperationQuotaStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['1000 tokens/day']
      [operation.analyze]
      budgets = ['2 calls/day']
      """)
  }

  @Test func quotasAreShownWithTheBudgets() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_USER=ben
      llmguard run -q --op analyze -m gpt-4o-mini --estimate 10 -- true
      llmguard usage show | cut -f 3-6,9-11; llmguard budget show | cut -f 3-6,9-11; llmguard budget list | cut -f 3-6,9-11
      for words in 'usage show' 'budget show' 'budget list'; do llmguard $words --json | grep '"operation": "analyze"'; done
      llmguard run --dry-run ./job.sh | grep -c 'operation analyze'
      """)
    let rows = "1k tokens/day\t10\t1000\t1\ttier default\t\t0\n2 calls/day\t1\t2\t50\toperation analyze\tanalyze\t0\n"
    #expect(outcome.output.hasPrefix(rows + rows + rows), "\(outcome.output)\(outcome.error)")
    #expect(outcome.output.components("\"operation\": \"analyze\"") == 3 && outcome.output.hasSuffix("\n1\n"))
  }

  /// A gate for an operation is one for its calls, however it is written; what was recorded under such a name is still found.
  @Test func reportsKnowAnOperationWhateverItsCapitals() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_USER=ben; call() { llmguard run -q --op "$1" -m gpt-4o-mini --estimate 10 -- true; }; call Analyze
      for command in report list export; do llmguard usage $command --operation ANALYZE | grep -c analyze; done
      llmguard usage check --operation ANALYZE --max '5 tokens'; echo $?
      llmguard forecast --operation ANALYZE | head -1
      cp .config/llmguard/llmguard.toml kept; : >.config/llmguard/llmguard.toml; call ANALYZE; cp kept .config/llmguard/llmguard.toml
      for name in analyze ANALYZE; do llmguard usage check --operation $name --max '5 calls'; done
      """)
    #expect(
      outcome.output == """
        0
        1
        1
        exceeded: 10 of 5 tokens used by 1 call
        1
        runs      1 of operation analyze by ben
        ok: 1 of 5 calls
        ok: 1 of 5 calls

        """, "\(outcome)")
    #expect(outcome.error.isEmpty, "\(outcome)")
  }

  @Test func theRemedyOfARefusalWorks() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      call() { llmguard run -u ben --op analyze -m gpt-4o-mini --estimate 10 -- echo "$1"; }
      call 1; call 2; call 3
      llmguard budget grant ben '2 calls/day'; echo $?
      line=$(call 4 2>&1 | sed -n 's/.*top up: //p'); echo "$line"
      eval "$(echo "$line" | sed 's/TEXT/why/')" | sed 's/, for .*//'
      call 5
      """)
    #expect(
      outcome.output == """
        1
        2
        69
        llmguard budget grant ben '1 call/day' --op analyze --reason TEXT
        ben: 1 call/day for operation analyze on top
        5

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("ben has no daily call budget to top up"))
    #expect(outcome.error.contains("ben has: 1k tokens/day, 2 calls/day (--op analyze)"))
    #expect(outcome.error.contains("hint: try again then, or top up: llmguard"))
    #expect(!outcome.error.contains("--max-tokens"))
  }
}

extension String {
  /// How often a text is in this one.
  fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
