import Posix
import ScriptedServer
import Testing

/// What a server tells of itself to who has a key for it: figures to a monitoring system, and their own to users.
@Suite struct ServePagesStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws {
    served = try ServedHome()
    try served.configure("[tier.default]\nbudgets = ['1000 tokens/day']")
  }

  /// Starts a server, gives ana, bob and a monitoring system keys, and defines `at PATH [CURL OPTIONS]` and `ask KEY`, which asks something new.
  private static func start(_ options: String = "") -> String {
    ServedHome.start(options, users: "ana bob") + """
      ana=$(cat key-ana); bob=$(cat key-bob); scrape=$(llmguard serve key add prometheus --metrics 2>told)
      at() { path=$1; shift; curl -sS -m 20 -o got -w '%{http_code} ' "$@" "$address$path"; }
      ask() { asked=$((asked+1)); post $address/$1/openai/v1 "hi $asked" -o got -w '%{http_code} '; }

      """
  }

  @Test func aMonitoringSystemReadsMetricsWithItsKey() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        ask $ana; until llmguard budget show -u ana --json | grep -q '"used": 33'; do sleep 0.1; done
        at /metrics -H "Authorization: Bearer $scrape"; grep '^llmguard_calls_total' got
        llmguard usage metrics -f prometheus >same; cmp same got && echo same
        at /metrics -H "authorization: bearer $scrape" -D - | grep -i '^content-type' | tr -d '\\r'; stop
        """)
    #expect(
      outcome.output.hasPrefix("200 200 llmguard_calls_total")
        && outcome.output.hasSuffix(
          "same\nContent-Type: text/plain; version=0.0.4; charset=utf-8\nended 0\n"),
      "\(outcome.output) \(outcome.error)")
  }

  /// It says who spends what: nobody reads it without a key of its own, and that key opens nothing else.
  @Test func metricsAreNobodyElses() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        at /metrics; at /metrics -H "Authorization: Bearer $ana"; at /metrics -H "Authorization: Basic $scrape"
        at /metrics -H "Authorization: Bearer ${scrape}0"; at /metrics -H "Authorization: Bearer"; at /$scrape/metrics
        at /metrics -H "Authorization: Bearer $scrape" -H 'Host: evil.example'
        at /metrics -X POST -H "Authorization: Bearer $scrape"
        at /$scrape/openai/v1/models; at /$scrape/llmguard/budgets; ask $scrape; cat got
        llmguard serve key remove $(llmguard serve key list | grep prometheus | cut -f 1) >removed
        at /metrics -H "Authorization: Bearer $scrape"; stop
        """)
    let refused = String(repeating: "404 ", count: 11)
    #expect(outcome.output == "\(refused)not found\n404 ended 0\n", "\(outcome.output) \(outcome.error)")
  }

  @Test func aKeyForMetricsIsNoUsers() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve key add prometheus --metrics >key 2>told; grep -c 'opens http://127.0.0.1:4470/metrics' told
      llmguard serve key add ana >key 2>/dev/null; llmguard serve key list | cut -f 2,4
      llmguard serve key list --json | grep -o '"kind": "[a-z]*"'
      llmguard serve key add other --metrics --json 2>/dev/null | grep -o '"kind": "metrics"\\|"environment": null'
      for wrong in --print-env '--op nightly'; do llmguard serve key add x --metrics $wrong; echo $?; done
      """)
    #expect(
      outcome.output == """
        1
        prometheus\tmetrics
        ana\tcalls
        "kind": "metrics"
        "kind": "calls"
        "kind": "metrics"
        "environment": null
        64
        64

        """, "\(outcome.output) \(outcome.error)")
  }

  @Test func usersReadTheirOwnStandingAndNobodyElses() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        ask $ana; ask $ana; until llmguard budget show -u ana --json | grep -q '"used": 66'; do sleep 0.1; done
        at /$ana/llmguard/budgets; llmguard budget show -u ana --json >same; tr -d ' \\n' <got >a; tr -d ' \\n' <same >b
        cmp a b && echo same; grep -c bob got
        at /$bob/llmguard/budgets; grep -o '"user":"[a-z]*"\\|"used":[0-9]*' got
        at "/$ana/llmguard/budgets?user=bob"; grep -o '"user":"[a-z]*"' got; at /$ana/llmguard/budgets -H 'x-llmguard-user: bob'
        grep -o '"user":"[a-z]*"' got
        at /llmguard/budgets; at /x/llmguard/budgets; at /$ana/llmguard/users; at /$ana/llmguard/budgets -X POST -d x; stop
        """)
    #expect(
      outcome.output == """
        200 200 200 same
        0
        200 "user":"bob"
        "used":0
        200 "user":"ana"
        200 "user":"ana"
        404 404 404 404 ended 0

        """, "\(outcome.output) \(outcome.error)")
  }

  /// Reading needs no lock, so it goes on while somebody has the ledger; a ledger that is gone is an error.
  @Test func aLockedLedgerIsReadAndOneThatIsGoneIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        ask $ana; flock $ledger.lock sh -c 'echo >locked; exec sleep 120' & lock=$!
        while [ ! -e locked ]; do sleep 0.05; done; at /$ana/llmguard/budgets -m 30; at /metrics -m 30 -H "Authorization: Bearer $scrape"; kill $lock
        mv $ledger gone; at /$ana/llmguard/budgets; at /metrics -H "Authorization: Bearer $scrape"; mv gone $ledger; stop
        """)
    #expect(outcome.output.hasPrefix("200 200 200 503 503 ended 0"), "\(outcome.output) \(outcome.error)")
  }

  /// One space stands behind the scheme, or several; of two secrets nobody guesses which is meant.
  @Test func aKeyForMetricsMayStandBehindSeveralSpaces() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        for space in ' ' '  ' '     '; do at /metrics -H "Authorization: Bearer$space$scrape"; done
        at /metrics -H "Authorization: Bearer $scrape" -H "Authorization: Bearer $ana"; cat got
        at /metrics -H "Authorization: Bearer $ana" -H "Authorization: Bearer $scrape"; at /metrics -H 'Authorization: Bearer   '; stop
        """)
    #expect(
      outcome.output == "200 200 200 400 llmguard: several Authorization fields\n400 404 ended 0\n",
      "\(outcome.output) \(outcome.error)")
  }
}
