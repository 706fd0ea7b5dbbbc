import Testing

/// What changes something tells programs what it did, as one object, as what shows something does.
@Suite struct ObjectStoryTests {
  @Test func everyChangeIsToldAsAnObject() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "timezone = 'UTC'\n[tier.default]\nbudgets = ['9k tokens/day']\n[tier.free]\n")
    let outcome = try home.run(
      """
      say() { llmguard "$@" --json | python3 -c 'import json,sys; d=json.load(sys.stdin); assert d.pop("schema")==1
      for k in ("expires_at_unix_ms", "clock_unix_ms", "bytes_before", "bytes_after", "ledger"): assert d.pop(k, 1)
      print(json.dumps(d))'; }
      llmguard run -q -u ana --estimate 100 -- true; llmguard run -q -u ana --estimate 50 -- true
      say budget set ana '5k tokens/day' '$1/month'; say budget set ana '5k tokens/day'
      say budget grant ana '2k tokens/day' --dry-run; say budget grant ana '2k tokens/day'
      say budget grant ana '500 tokens/day' --take-back
      say budget reset ana --dry-run; say budget reset ana; say budget reset ana; say budget reset
      say user set-tier ana free; say user set-tier ana -; say user remove ana
      say ledger backup copy; say ledger compact; say ledger repair-clock --dry-run
      """)
    let zero =
      #""unit": "tokens", "operation": null, "used": 150, "window_start_unix_ms": null, "window_end_unix_ms": null}"#
    #expect(
      outcome.output == """
        {"user": "ana", "dry_run": false, "own_budgets": ["5k tokens/day", "$1/month"], "counting_from_now": ["$1/month"], "gone": []}
        {"user": "ana", "dry_run": false, "own_budgets": ["5k tokens/day"], "counting_from_now": [], "gone": ["$1/month"]}
        {"user": "ana", "budget": "2k tokens/day", "unit": "tokens", "operation": null, "dry_run": true, "granted": 2000}
        {"user": "ana", "budget": "2k tokens/day", "unit": "tokens", "operation": null, "dry_run": false, "granted": 2000}
        {"user": "ana", "budget": "500 tokens/day", "unit": "tokens", "operation": null, "dry_run": false, "taken_back": 500, "left_on_top": 1500}
        {"dry_run": true, "done": [{"what": "reset", "user": "ana", "budget": "daily token budget", \(zero)]}
        {"dry_run": false, "done": [{"what": "reset", "user": "ana", "budget": "daily token budget", \(zero)]}
        {"dry_run": false, "done": []}
        {"dry_run": false, "done": []}
        {"user": "ana", "tier": "free", "is_assigned": true}
        {"user": "ana", "tier": "default", "is_assigned": false}
        {"user": "ana", "removed": true}
        {"path": "copy"}
        {}
        {"dry_run": true, "moved_back_ms": 0}

        """, "\(outcome)")
  }

  /// Cron has no mail of it, and a person knows that it has run.
  @Test func nothingDueIsSaidToAPersonAlone() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard budget reset; NO_COLOR=1 script -qec 'llmguard budget reset' /dev/null </dev/null | tr -d '\\r'")
    #expect(
      outcome.output == "llmguard: nothing is due, and nothing was changed\n" && outcome.error.isEmpty, "\(outcome)")
  }
}
