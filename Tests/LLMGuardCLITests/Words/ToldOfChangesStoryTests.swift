import Posix
import Testing

/// What people and programs are told of what a command did, or would do.
@Suite struct ToldOfChangesStoryTests {
  private let home: ProgramHome

  init() throws { home = try ProgramHome() }

  @Test func programsAreToldWhatWasWritten() throws {
    defer { home.remove() }
    try home.write(
      "prices.json", #"{"m": {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}, "sample_spec": {}}"#)
    let outcome = try home.run(
      """
      told() { tr -d ' \\n' | sed "s|$HOME|~|g"; echo; }
      llmguard price import prices.json --dry-run; llmguard price import --dry-run --json prices.json | told; ls -A .local 2>/dev/null
      llmguard price import prices.json --json | told; llmguard price show m | cut -f 1-3
      llmguard config init --json | told; ls .config/llmguard; llmguard config init --json --stdout; echo $?
      """)
    let place = "~/.local/state/llmguard/prices.json"
    #expect(
      outcome.output == """
        1 price would be imported, 1 entry without a price per token skipped
        {"schema":1,"dry_run":true,"imported":1,"skipped":1,"path":"\(place)"}
        {"schema":1,"dry_run":false,"imported":1,"skipped":1,"path":"\(place)"}
        m\t1000000\t2000000
        {"schema":1,"path":"~/.config/llmguard/llmguard.toml"}
        llmguard.toml
        64

        """, "\(outcome)")
  }

  @Test func budgetsCanBeTriedBeforeTheyAreSet() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget set ana '1_000_000 calls/day' '5 calls/hour'; llmguard budget set --dry-run ana '7 calls/hour' '9 tokens/day'
      llmguard budget set --dry-run --clear ana; llmguard budget set --dry-run --json ana '7 calls/hour' | tr -d ' \\n'; echo
      llmguard user list --json | grep -A 3 own_budgets | tr -d ' \\n'; llmguard ledger audit | wc -l
      """)
    #expect(
      outcome.output == """
        ana: 1M calls/day (counts from now on), 5 calls/hour (counts from now on)
        ana: would have 7 calls/hour, 9 tokens/day
        ana: would have the budgets of the tier
        {"schema":1,"user":"ana","dry_run":true,"own_budgets":["7calls/hour"],"counting_from_now":[],"gone":["1Mcalls/day"]}
        "own_budgets":["1Mcalls/day","5calls/hour"],1

        """, "\(outcome)")
    #expect(outcome.error.contains("llmguard: ana would no longer have 1M calls/day of their own\n"), "\(outcome)")
  }

  @Test func aPauseIsToldOnceAndByItsName() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --user bob --estimate 5 -- true; llmguard budget pause bob >/dev/null
      llmguard budget show bob | cut -f 3-5,9 | tail -1; llmguard budget list | cut -f 3 | grep -c paused
      llmguard budget show bob --json | grep -A 20 '"budget": "paused"' | grep -E '"(limit|remaining)"'
      script -qc 'llmguard budget show bob' /dev/null | grep -c -e paused -e resume
      """)
    #expect(
      outcome.output == "paused\t0\t0\tpaused\n1\n      \"limit\": 0,\n      \"remaining\": 0,\n1\n", "\(outcome)")
  }

  /// Nothing of a top-up refills, and a name with a slip in it is not silently somebody's.
  @Test func whatIsSaidIsWhatWasMeant() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "tier.default.budgets = ['1 call/min burst 1', '9k tokens/day']\n")
    let outcome = try home.run(
      """
      llmguard run -q --user ana --estimate 5 -- true
      llmguard budget grant ana '5 calls/min' --reason why; llmguard budget grant ana '5k tokens/day' --reason why | sed 's/for .*/for …/'
      llmguard prefer --user anna; llmguard prefer length --user anna
      printf '[tier.gone]\\nmodels = {}\\n[model.gpt-4.1]\\nprice = 1\\n' >.config/llmguard/llmguard.toml; llmguard config check; echo $?
      """)
    #expect(
      outcome.output == """
        ana: 5 calls for '1 call/min burst 1' on top, for 1 d
        ana: 5k tokens/day on top, for …
        anna: model first, as configured
        anna: length first
        78

        """, "\(outcome)")
    let hints = outcome.error.split(separator: "\n").filter { $0.hasPrefix("hint: ") }
    #expect(hints.count == 4, "\(outcome)")
    #expect(hints.prefix(2).allSatisfy { $0.contains("did you mean 'ana'?") }, "\(outcome)")
    #expect(hints.dropFirst(2).first?.hasPrefix("hint: 'models' belongs in [tier.NAME.ladder]") == true, "\(outcome)")
    #expect(hints.last?.contains("a name with a dot stands in quotes: [model.\"gpt-4.1\"]") == true, "\(outcome)")
  }
}
