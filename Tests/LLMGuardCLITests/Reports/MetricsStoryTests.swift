import Posix
import Testing

/// Metrics, checks and reports as a script and a monitoring system see them.
@Suite struct MetricsStoryTests {
  private let home: ProgramHome

  init() throws { home = try ProgramHome() }

  private static let calls = """
    llmguard run --user ana --op review -m gpt-4o --estimate 10 -- echo one >/dev/null
    LLMGUARD_USER=ben llmguard run --op notes -m gpt-4o --estimate 12 -- echo two three >/dev/null

    """

  @Test func metricsAreWrittenWholeAndReadableByOthers() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.calls + """
        llmguard usage metrics --format prometheus --output m.prom; stat -c %a m.prom
        grep -E '^llmguard_(calls_total|refusal_ratio|tokens_per_call_average.*review)' m.prom
        llmguard usage metrics --json | grep -E '"(users|refusal_ratio|schema)"'
        llmguard usage metrics | grep -E '^refusal_'
        echo old > kept; chmod 500 .; llmguard usage metrics --output nowhere/m.prom; echo $?; chmod 700 .
        """)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(outcome.output.hasPrefix("644\nllmguard_tokens_per_call_average{operation=\"review\"} "), "\(outcome)")
    #expect(outcome.output.contains("\nllmguard_refusal_ratio 0\nllmguard_calls_total 2\n"), "\(outcome)")
    #expect(outcome.output.contains("  \"schema\": 1,\n  \"users\": 2,\n  \"refusal_ratio\": 0,\n"), "\(outcome)")
    #expect(lines.suffix(2) == ["refusal_ratio\t\t0", "73"], "\(outcome)")
    #expect(outcome.error.contains("an old file there stays as it was"))
  }

  @Test func aPipelineThatGotDearerFails() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.calls + """
        llmguard usage check --max '2 calls'; echo $?
        llmguard usage check --max '1 calls' --since 1h; echo $?
        llmguard usage check --max '1 calls' --operation review --user ana; echo $?
        llmguard usage check --max '$0.000001' | cut -d: -f 1
        run=$(llmguard usage list --user ana | cut -f 10); llmguard usage check --max '20k tokens' --run $run --json | grep within
        llmguard usage check --max '1 calls' --run none; echo $?
        llmguard usage check --max '$1/day'; echo $?; llmguard usage check; echo $?
        llmguard run --op free -m nobodys-model --estimate 5 -- true; llmguard usage check --max '$1'; echo $?
        llmguard usage check --max '$0.000001' | cut -d: -f 1; llmguard usage check --help | grep -c '^ *2 '
        """)
    #expect(
      outcome.output == """
        ok: 2 of 2 calls
        0
        exceeded: 2 of 1 call
        1
        ok: 1 of 1 call
        0
        exceeded
          "within": true,
        69
        64
        64
        2
        exceeded
        1

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("the price of 1 of 3 calls is unknown"))
  }

  @Test func reportsGroupRankAndCompare() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.calls + """
        llmguard usage report --group user,operation --unit calls | cut -f 1-3
        llmguard usage report --by user --top 1 | cut -f 1,2
        llmguard usage report --by user --since 1h --compare previous --format csv | head -n 2 | cut -d , -f 21,22
        llmguard usage report --since 1h --compare 2020-01-01..2020-02-01 --json | grep -c previous_
        llmguard usage report --by user,nothing; echo $?
        llmguard usage report --by day,hour; echo $?
        llmguard usage report --compare never; echo $?
        llmguard usage report --compare 2020-02-01..2020-01-01; echo $?
        """)
    #expect(
      outcome.output == """
        ana\treview\t1
        ben\tnotes\t1
        ben\t1
        others (1)\t1
        estimate_error_median,previous_charge_tokens
        ,0
        2
        64
        64
        64
        64

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("'user,nothing' has 'nothing', which is not one of user, operation,"))
    #expect(outcome.error.contains("groups by the same twice"))
  }
}
