import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Testing

/// Calls one by one: listed, told, exported and followed by the real program.
@Suite struct UsageStoryTests {
  private let home: ProgramHome

  init() throws { home = try ProgramHome() }

  /// Three calls that ended in three ways, with names that must not be interpreted.
  private static let calls = """
    llmguard run --user 'a"n<a' --op 'x,y' -m gpt-4o --estimate 10 -- echo one >/dev/null
    llmguard run --user 'a"n<a' --op plain --estimate 2000000 -- true 2>/dev/null
    llmguard run --user '=ben' --op plain -n 1 -- sh -c 'exit 3'

    """

  private func run(_ script: String) throws -> ProgramHome.Outcome { try home.run(Self.calls + script) }

  /// Which script was dear: the program of each run, whatever its calls were for.
  @Test func aReportByProgramTellsWhatEachScriptTook() throws {
    defer { home.remove() }
    try home.write("nightly.sh", "#!/bin/sh\ntrue\n")
    let outcome = try home.run(
      """
      chmod +x nightly.sh
      llmguard run -q --op a --estimate 30 -- ./nightly.sh; llmguard run -q --op b --estimate 40 -- ./nightly.sh
      llmguard run -q --op a --estimate 5 -- true
      llmguard usage report --by program --json | jq -r '.rows[] | "\\(.program) \\(.calls) \\(.charge_tokens)"'
      llmguard usage report --by program,operation --json | jq -r '.rows[] | "\\(.program) \\(.operation) \\(.calls)"'
      """)
    #expect(
      outcome.output == "nightly.sh 2 70\ntrue 1 5\nnightly.sh b 1\nnightly.sh a 1\ntrue a 1\n", "\(outcome)")
  }

  @Test func callsAreListedNewestFirstWithTheirOutcome() throws {
    defer { home.remove() }
    let outcome = try run(
      """
      llmguard usage list | cut -f 1,5,6,8
      llmguard usage list --limit 1 --before 3 | cut -f 1,5
      llmguard usage list --user '=ben' | cut -f 1; llmguard usage list --phase hard --operation plain | cut -f 1
      llmguard usage list --refused | cut -f 1,5; llmguard usage export --refused --format jsonl | jq -r .outcome
      llmguard usage list --until 2001-01-01; llmguard usage list --before 77; echo $?
      """)
    #expect(
      outcome.output == """
        4\tgiven_back\t=ben\tplain
        3\trefused\ta"n<a\tplain
        1\tcomplete\ta"n<a\tx,y
        1\tcomplete
        4
        3
        3\trefused
        refused
        69

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("llmguard: no such calls before 2001-01-01T00:00:00Z\n"))
    #expect(outcome.error.contains("llmguard: error: --before: there is no call 77"))
  }

  @Test func aCallsStoryNamesItsEntries() throws {
    defer { home.remove() }
    let outcome = try run(
      """
      llmguard usage show 1 | grep -E '^(call|outcome|held_tokens|entry|operation)'
      llmguard usage show 2 --json | grep -E '"(kind|entry|call)"'
      run=$(llmguard usage show 1 | sed -n 's/^run.//p'); llmguard usage show $run | cut -f 1
      llmguard usage show $run --json | grep -c -E '"(calls|charge_tokens|users)"'
      llmguard usage show nothing; echo $?
      """)
    #expect(
      outcome.output == """
        call\t1
        outcome\tcomplete
        operation\tx,y
        held_tokens\t10
        entry\t2
          "call": 1,
          "entry": 2,
              "entry": 1,
              "kind": "reserve",
              "entry": 2,
              "kind": "settle",
        1
        3
        69

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("the ledger knows no run and no call 'nothing'"))
  }

  @Test func exportsAreReadBackByOtherTools() throws {
    defer { home.remove() }
    let outcome = try run(
      """
      llmguard usage export --output calls.csv && head -n 1 calls.csv | cut -d , -f 1,5,6
      grep -c '"a""n<a"' calls.csv; grep -c "'=ben" calls.csv; grep -c '"x,y"' calls.csv
      llmguard usage export --format jsonl --user '=ben' | grep -o '"outcome":"given_back"'
      stat -c %a calls.csv; ls | grep -c tmp
      llmguard usage export --format jsonl >calls.jsonl
      llmguard usage export --json | cmp - calls.jsonl && grep -c '"host":"'$(uname -n)'"}' calls.jsonl
      tail -n 1 calls.csv | tr -d '\\r' | grep -c ",$(uname -n)$"; llmguard usage export --json --format csv; echo $?
      """)
    #expect(
      outcome.output == "call,outcome,user\n2\n1\n1\n\"outcome\":\"given_back\"\n600\n0\n3\n1\n64\n",
      "\(outcome.output)\(outcome.error)")
  }

  @Test func aReaderThatLeavesAndAFullDiskLoseNothing() throws {
    defer { home.remove() }
    let outcome = try run(
      """
      llmguard usage export | head -n 1 | cut -c 1-4
      llmguard usage export > /dev/full; echo $?
      llmguard usage report >&-; echo $?; llmguard --version >&-; echo $?; llmguard usage report > all; echo $?
      llmguard usage export --output /dev/full; echo $?
      llmguard usage export --output /nowhere/calls.csv; echo $?
      llmguard usage export --output . ; echo $?
      test -c /dev/full && llmguard ledger verify > /dev/null && echo sound
      """)
    #expect(outcome.output == "call\n74\n74\n74\n0\n74\n73\n73\nsound\n", "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("no space left on device"))
    #expect(outcome.error.contains("llmguard: error: write to standard output: bad file descriptor\nhint: "))
    #expect(
      outcome.error.contains(
        "hint: make its folder first, or give --output a path in one that is there; nothing was left behind"))
  }

  /// A real disk that is full: what was there before stays, and nothing half-written stands beside it.
  @Test(.enabled(if: ProgramHome.mayMount)) func aFullDiskKeepsWhatWasThere() throws {
    defer { home.remove() }
    let outcome = try run(
      """
      unshare --user --map-root-user --mount sh -c '
        mkdir small && mount -t tmpfs -o size=64k none small && echo "# HELP llmguard_ before" > small/m.prom; echo call,ended_at_unix_ms,before > small/calls.csv
        head -c 100000 /dev/zero > small/filler 2>/dev/null
        llmguard usage export --output small/calls.csv; echo $?; cat small/calls.csv; ls -A small
        llmguard usage export > small/other.csv; echo $?; llmguard usage report --format html > small/page.html; echo $?
        llmguard usage metrics --format prometheus --output small/m.prom; echo $?; cat small/m.prom'
      llmguard ledger verify
      """)
    #expect(
      outcome.output
        == "74\ncall,ended_at_unix_ms,before\ncalls.csv\nfiller\nm.prom\n74\n74\n74\n# HELP llmguard_ before\nok\n",
      "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("no space left on device"))
  }

  /// What the words say that a budget went to is what it counts: nothing from before it was taken back to zero.
  @Test func aBudgetTakenBackWentToWhatCameSince() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "tier.default.budgets = ['1000 tokens/day']\n")
    let outcome = try home.run(
      """
      call() { llmguard run -q -u ana --op $1 --estimate $2 -- true; }
      call early 700; llmguard budget reset ana >none; sleep 0.1; call early 100; call late 500
      llmguard usage report --format html | grep -o 'ana has used [^;.]*'
      """)
    #expect(outcome.output == "ana has used 60 % of the daily token budget, most of it for late\n", "\(outcome)")
  }

  /// One call is enough for everything that reports.
  @Test func oneCallIsEnough() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --user ana --op review -m gpt-4o --estimate 20 -- true
      llmguard usage report | cut -f 1-5; llmguard usage report --compare previous --top 1 --group user,operation,model | cut -f 1-4
      llmguard usage report --by hour --timezone Asia/Kathmandu --format csv | wc -l
      llmguard usage list | cut -f 1,6; llmguard usage show 1 | head -1; llmguard usage export | wc -l
      llmguard usage metrics | cut -f 1 | grep -c .; llmguard usage advise; echo $?
      llmguard usage report --format html | grep -c '1 call with 20 tokens for'; llmguard usage check --max '20 tokens' --since 1h; echo $?
      """)
    #expect(
      outcome.output.hasPrefix("ana\t1\t20\t0\t20\nana\treview\tgpt-4o\t1\n2\n1\tana\n"),
      "\(outcome.output)\(outcome.error)")
    #expect(
      outcome.output.hasSuffix("\n0\n1\nok: 20 of 20 tokens used by 1 call\n0\n"), "\(outcome.output)\(outcome.error)")
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count == 1 && lines[0].hasPrefix("llmguard: nothing to advise since 2"), "\(outcome.error)")
  }

  /// What is checked is told to the last unit: rounded, it would say that 1k of 1k are exceeded.
  @Test func aCheckIsToldToTheLastUnit() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -m gpt-4o --estimate 1004 -- true
      for most in '1000 tokens' '1004 tokens' '$0.002509' '0 calls' '1001 calls'; do llmguard usage check --max "$most"; done
      """)
    #expect(
      outcome.output == """
        exceeded: 1,004 of 1,000 tokens used by 1 call
        ok: 1,004 of 1,004 tokens used by 1 call
        exceeded: $0.00251 of $0.002509 used by 1 call
        exceeded: 1 of 0 calls
        ok: 1 of 1,001 calls

        """, "\(outcome)")
  }

  /// Advice for one user has the figures of nobody else, and what a new set of budgets takes away is named.
  @Test func adviceForOneUserIsTheirs() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget set hot '50 tokens/day' '90 calls/day'; llmguard budget set hot '50 tokens/day'
      for i in $(seq 20); do
        llmguard run -q -u cold -m gpt-4o --estimate 10 --no-gateway --no-cache -- true
        llmguard run -q -u hot -m gpt-4o --estimate 60 --no-degrade --no-gateway --no-cache -- true 2> /dev/null
      done
      llmguard usage advise --user cold; llmguard usage advise --user hot | head -1; llmguard usage advise --user nobody; echo $?
      """)
    #expect(
      outcome.output.hasSuffix("• 100 % of what was asked for was refused (20 of 20).\n0\n"),
      "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("hot no longer has 90 calls/day of their own"), "\(outcome.error)")
    #expect(outcome.error.contains("nothing to advise since"))
    #expect(outcome.error.contains("nobody knows the user 'nobody'"))
  }

  @Test func followingShowsWhatEnds() throws {
    defer { home.remove() }
    let outcome = try run(
      """
      timeout 40 llmguard usage list --follow --limit 1 > seen & follower=$!
      until grep -q given_back seen; do sleep 0.05; done
      llmguard run --user eve --estimate 5 -- echo later > /dev/null
      until grep -q eve seen; do sleep 0.05; done
      kill $follower; wait $follower 2>/dev/null; cut -f 5,6 seen
      """)
    #expect(outcome.output == "given_back\t=ben\ncomplete\teve\n", "\(outcome.output)\(outcome.error)")
  }

  @Test(arguments: [
    ("list --since 2030-01-01 --until 2029-01-01", "--until is not after --since"),
    ("report --since 2030-01-01 --until 2029-01-01", "--until is not after --since"),
    ("report --format html --since 2030-01-01 --until 2029-01-01", "--until is not after --since"),
    ("report --compare 2030-01-01..2029-01-01", "--compare: the range ends before it begins"),
    ("report --compare 2030-01-01", "--compare: '2030-01-01' is no range"),
    ("export --since 2030-01-01 --until 2029-01-01", "--until is not after --since"),
    ("list --since soon", "--since: 'soon' is not a time"), ("metrics --since soon", "--since: 'soon' is not a time"),
    ("advise --since soon", "--since: 'soon' is not a time"),
    ("list --timezone Mars/Olympus", "is not a time zone"), ("report --timezone Mars/Olympus", "is not a time zone"),
    ("export --timezone Mars/Olympus", "is not a time zone"), ("list --limit 0", "'0' is less than 1"),
    ("list --follow --before 1", "exclude each other"), ("report --since 0", "--since: '0' is not a time"),
    ("report --since 9999-12-31T00:00:00Z", "is out of range\nhint: give a time from 1970-01-01 to 9998-12-31"),
    ("report --since 0001-01-01", "--since: '0001-01-01' is out of range"),
    ("list --until '12026-02-29 09:30'", "--until: '12026-02-29 09:30' is out of range"),
    ("metrics --since 9999999999d", "--since: '9999999999d' is out of range\nhint: give a time"),
    ("report --since 9999-13-01", "--since: '9999-13-01' is not a time"),
    ("report --json --format csv", "--json and --format csv ask for two forms at once"),
    ("metrics --json --format prometheus", "--json and --format prometheus ask for two forms at once"),
  ])
  func whatCannotBeMeantIsRefused(options: String, message: String) throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard usage \(options)")
    #expect(outcome.status == 64)
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }

  @Test func anEmptyLedgerAndTheFutureAreNoErrors() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard usage list && llmguard usage export && llmguard usage report --since 2999-01-01 && llmguard usage list --json"
    )
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("\"calls\": [],\n  \"next_before\": null"))
    #expect(outcome.error.contains("no calls since 2999-01-01T00:00:00Z"))
  }

  /// Everything that reports has something to say of nothing.
  @Test func nothingIsReportedByEveryCommand() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      for what in report 'report --format csv' 'report --format html' 'report --json' 'report --format markdown' \\
        'report --since 7d --compare previous' list 'list --json' show export 'export --format jsonl' metrics \\
        'metrics --format prometheus' 'metrics --json' advise 'check --max 5tokens' 'show 1' 'check --max 5tokens --run none'; do
        llmguard usage $what > out 2> err; status=$?
        grep -q 'error: ' err && [ "$status" = 0 ] && echo "$what: an error and 0"
        [ "$status" = 0 ] || { printf '%s: %s: ' "$what" $status; sed -n 's/llmguard: error: //p' err; }
      done
      ls -A .local
      """)
    #expect(
      outcome.output == """
        show 1: 69: the ledger knows no run and no call '1'
        check --max 5tokens --run none: 69: the ledger knows no run 'none'

        """, "\(outcome)")
  }

  /// A machine whose clock ran ahead leaves calls of tomorrow: they are listed, told and exported as what they are.
  @Test func callsOfTheFutureAreReported() throws {
    defer { home.remove() }
    for name in [".local", ".local/state", ".local/state/llmguard"] { try Folder.makePrivate("\(home.path)/\(name)") }
    do {
      let ledger = try SQLiteLedger(path: home.path + "/.local/state/llmguard/ledger.sqlite3", zone: .utc)
      let facts = CallFacts(
        user: "ana", tier: "default", operation: "review", model: "gpt-4o", run: "r", program: "p", phase: .ok,
        estimatedInput: 20, estimatedOutput: 0)
      let charge = Charge(tokens: 20, costMicroUSD: 50)
      let request = ReservationRequest(idempotencyKey: "1", facts: facts, charge: charge, budgets: [])
      let tomorrow = Clock.unixMs + 30 * 3_600_000
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: tomorrow) else {
        Issue.record("not held")
        return
      }
      _ = try ledger.settle(
        hold,
        Settlement(usage: TokenUsage(input: 20, output: 0, exactness: .exact), charge: charge, ending: .complete),
        nowUnixMs: tomorrow + 1000)
    }
    let outcome = try home.run(
      """
      llmguard usage list | cut -f 1,6; llmguard usage show 1 | head -n 1; llmguard usage export | wc -l
      llmguard usage report --since 1h | cut -f 1-3; llmguard usage report --since 1h --until 2999-01-01 | cut -f 1-2
      for what in metrics advise 'check --max 500tokens' 'report --compare previous' show; do
        llmguard usage $what > out 2>> err || echo "$what: $?"; done
      llmguard usage report --format html | grep -c '</html>'; llmguard ledger verify
      llmguard ledger repair-clock | wc -l; llmguard budget show ana | cut -f 4,14
      """)
    // What comes after today's window is no use before its budget began to count.
    #expect(outcome.output == "1\tana\ncall\t1\n2\nana\t1\t20\nana\t1\n1\nok\n1\n0\t0\n", "\(outcome)")
    #expect(outcome.error.contains("the ledger's clock is 1 d 6 h ahead of this machine's"), "\(outcome)")
  }

  /// A reader that has seen enough ends whatever writes, as it ends any filter, and at once.
  @Test(arguments: [
    "export", "export --format jsonl", "report --by run --format csv", "list --limit 100000", "report --format html",
    "metrics --format prometheus", "list --follow", "watch",
  ])
  func aReaderThatHasSeenEnoughEndsIt(command: String) throws {
    defer { home.remove() }
    let outcome = try run(
      """
      (timeout 60 llmguard usage \(command); echo $? >&3) 3> status | head -c 1 >/dev/null
      cat status; llmguard ledger verify
      """)
    let status = outcome.output.split(separator: "\n").first
    #expect(status == "0" || status == "141", "what is short may have been written before its reader left: \(outcome)")
    #expect(outcome.output.hasSuffix("ok\n") && !outcome.error.contains("error"), "\(outcome)")
  }

  /// Readers see whole calls while many write, and hold nobody up.
  @Test func reportsAreReadWhileManyRunsWrite() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      seq 64 | xargs -P 64 -I{} llmguard run -q --user u{} --op o --estimate 20 -- echo {} > answers & writers=$!
      while kill -0 $writers 2>/dev/null; do
        llmguard usage report --by user > report || echo "report failed"
        llmguard usage export > calls || echo "export failed"
        awk -F, 'NR > 1 && NF < 30 { print "cut line" }' calls
        llmguard usage metrics > metrics || echo "metrics failed"
        llmguard usage report --format html > page.html || echo "page failed"
        tail -n 1 page.html | grep -q '</html>' || echo "cut page"
      done
      wait $writers; wc -l < answers; llmguard usage export | tail -n +2 | wc -l; llmguard ledger verify > /dev/null && echo sound
      """, limitSeconds: 240)
    #expect(outcome.output == "64\n64\nsound\n", "\(outcome.output)\(outcome.error)")
    #expect(!outcome.error.contains("error"), "\(outcome.error)")
  }

  /// Names that a terminal, a shell, a spreadsheet or a page could take for something else.
  @Test func hostileNamesAreShownAndNeverActedUpon() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      for name in '<b>x</b>' 'a  b' 'é🐈' "it's" '$(touch hacked)' '`touch hacked`' '=1+1' '%s%n' '--json'; do
        llmguard run -q --user="$name" --op="$name" -m "$name" --estimate 20 -- true || echo "refused $name"
      done
      llmguard run -q --user "$(printf 'a\\033[31mb')" --estimate 20 -- true 2>/dev/null; echo $?
      llmguard run -q --user "$(printf 'a\\nb')" --estimate 20 -- true 2>/dev/null; echo $?
      llmguard usage report --by user | wc -l; llmguard usage list | wc -l
      llmguard usage report --by user --format csv | grep -c "^'=1+1,"; llmguard usage advise > /dev/null; llmguard usage metrics > /dev/null
      llmguard usage list --user '$(touch hacked)' | cut -f 6; ls hacked 2>/dev/null | wc -l
      """)
    #expect(
      outcome.output == "refused --json\n125\n125\n8\n8\n1\n$(touch hacked)\n0\n", "\(outcome.output)\(outcome.error)")
  }
}
