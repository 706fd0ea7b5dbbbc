import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Testing

@testable import LLMGuardCLI

/// Each event that `[notify]` lists is told exactly once per user, budget, phase and window, whatever is called meanwhile.
@Suite struct NotifyStoryTests {
  private let home: ProgramHome

  init() throws { home = try ProgramHome() }

  /// Each event becomes a file of its own, there when it is whole.
  private func configure(budget: String, _ more: String = "") throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['\(budget)']
      escalation = [1]
      cache = "off"
      [tier.default.ladder]
      delay = "0"
      [notify]
      command = ['/bin/sh', '-c', 'tr -d "\\n" > "$HOME/new.$$" && mv "$HOME/new.$$" "$HOME/told-$$"']
      \(more)

      """)
  }

  /// `told N` waits until N events are told; `each MEMBER` counts the values of a member of all of them. What was recorded is
  /// told, and nothing else: the ledger's notices are as many as the files.
  private static let words = """
    told() { n=0; until [ "$(ls | grep -c '^told-')" -ge "$1" ]; do sleep 0.05; n=$((n+1)); [ $n -lt 1200 ] || { echo "not told"; exit 9; }; done; }
    each() { cat told-* | grep -o "\\"$1\\": *[^,}]*" | sort | uniq -c | sed -e 's/^  *//' -e 's/: */:/'; }
    call() { llmguard run -q --user "$1" -m gpt-4o --estimate "$2" -- true >/dev/null 2>&1; }

    """

  private func run(_ script: String) throws -> ProgramHome.Outcome {
    try home.run(Self.words + script, limitSeconds: 240)
  }

  @Test func levelsAndPhasesAreToldOnceForEachUser() throws {
    defer { home.remove() }
    try configure(budget: "1000 tokens/day", "events = ['budget', 'phase']")
    let outcome = try run(
      """
      for user in ana ben; do for size in 510 10 300 10 10 190 10 10 150 1; do call $user $size; done; done
      told 12; sleep 0.3; each event; each level_percent
      cat told-* | grep -o 'go out in the phase [a-z]*' | sort | uniq -c | sed 's/^  *//'
      [ "$(llmguard ledger audit | grep -c 'budget: \\|phase: ')" = "$(ls | grep -c '^told-')" ] && echo recorded
      """)
    // At 50, 80, 100 and 120 %, and in warn and soft; each twice, once for each user. A refusal is no phase of a call.
    #expect(
      outcome.output == """
        8 "event":"budget"
        4 "event":"phase"
        2 "level_percent":100
        2 "level_percent":120
        2 "level_percent":50
        2 "level_percent":80
        2 go out in the phase soft
        2 go out in the phase warn
        recorded

        """, "\(outcome)")
  }

  @Test func aCrowdIsToldOnce() throws {
    defer { home.remove() }
    try configure(budget: "1000 tokens/day", "events = ['budget', 'phase', 'refusal']")
    let outcome = try run(
      """
      seq 48 | xargs -P 48 -I{} llmguard run -q --user ana -m gpt-4o --estimate 40 -- true >/dev/null 2>&1
      call ana 900; told 3; sleep 0.5; each event; each level_percent | sed 's/:.*//' | sort -u
      """)
    let levels = outcome.output.split(separator: "\n").filter { $0.contains("level_percent") }
    #expect(levels.allSatisfy { $0.hasPrefix("1 ") }, "\(outcome)")
    #expect(outcome.output.contains("1 \"event\":\"refusal\""), "\(outcome)")
    #expect(!outcome.output.contains("not told"))
  }

  @Test func theNextWindowIsToldAnew() throws {
    defer { home.remove() }
    try configure(budget: "1000 tokens/2s", "events = ['budget']")
    let outcome = try run(
      """
      n=0; until [ "$(grep -l '"level_percent": *50' told-* 2>/dev/null | wc -l)" -ge 2 ]; do
        call ana 510; call ana 1; n=$((n+1)); [ $n -lt 300 ] || exit 9; sleep 0.1; done
      for f in told-*; do
        sed 's/.*"window_start_unix_ms": *\\([0-9]*\\).*"level_percent": *\\([0-9]*\\).*/\\1 \\2/' $f; echo; done > levels
      grep -c ' 50$' levels; sort levels | uniq -d | wc -l
      """)
    #expect(outcome.output == "2\n0\n", "\(outcome)")
  }

  @Test func anUnknownPriceIsToldOnceForEachModel() throws {
    defer { home.remove() }
    try configure(budget: "1M tokens/day", "events = ['price_unknown']")
    let outcome = try run(
      """
      for model in nobodys-model gpt-4o nobodys-model another-model nobodys-model another-model; do
        llmguard run -q -m $model --estimate 5 -- true >/dev/null; done
      told 2; sleep 0.3; each model
      """)
    #expect(outcome.output == "1 \"model\":\"another-model\"\n1 \"model\":\"nobodys-model\"\n", "\(outcome)")
  }

  /// Against the user's own past: what is usual for one is not for another.
  @Test func anUnusualHourIsToldOnce() throws {
    defer { home.remove() }
    try configure(budget: "1M tokens/day", "events = ['burn_rate']")
    try fillPast(of: [("ana", 500), ("ben", 90_000)])
    let outcome = try run(
      """
      for user in ana ben ana; do call $user 9000; done
      told 1; sleep 0.3; each user; each event; each tokens_usual_hour
      """)
    #expect(
      outcome.output == "1 \"user\":\"ana\"\n1 \"event\":\"burn_rate\"\n1 \"tokens_usual_hour\":500\n", "\(outcome)")
  }

  /// A call an hour for two days, of so many tokens each.
  private func fillPast(of users: [(name: String, tokens: Int64)]) throws {
    for name in [".local", ".local/state", ".local/state/llmguard"] { try Folder.makePrivate("\(home.path)/\(name)") }
    let ledger = try SQLiteLedger(path: home.path + "/.local/state/llmguard/ledger.sqlite3", zone: .utc)
    for hour in (2...48).reversed() {
      for user in users {
        let now = Clock.unixMs - Int64(hour) * 3_600_000
        let facts = CallFacts(
          user: user.name, tier: "default", operation: "o", model: "gpt-4o", run: "r", program: "p", phase: .ok,
          estimatedInput: user.tokens, estimatedOutput: 0)
        let charge = Charge(tokens: user.tokens, costMicroUSD: 1)
        let request = ReservationRequest(
          idempotencyKey: "\(user.name) \(hour)", facts: facts, charge: charge, budgets: [])
        guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else { continue }
        let usage = TokenUsage(input: user.tokens, output: 0, exactness: .exact)
        _ = try ledger.settle(hold, Settlement(usage: usage, charge: charge, ending: .complete), nowUnixMs: now)
      }
    }
  }

  private func configureFailing(_ command: String, _ more: String = "") throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['1000 tokens/day']
      [notify]
      command = \(command)
      events = ['budget']
      \(more)

      """)
  }

  private static let later = """
    over() { llmguard run -m gpt-4o --user "$1" --estimate 600 -- echo ran; }
    failed() { n=0; until llmguard ledger audit | grep -q "budget: the command"; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done; }

    """

  /// What cannot be run is said by the run that has something to tell, once a window, and the run is as ever.
  @Test(arguments: [
    ("['/nonexistent/cmd']", "there is no such file"), ("['no-such-command-here']", "it is not on PATH"),
    ("['./plain']", "it may not be executed"), ("['/usr']", "it is a folder"),
  ])
  func whatCannotBeRunIsSaid(command: String, problem: String) throws {
    defer { home.remove() }
    try configureFailing(command)
    try home.write("plain", "no program")
    let outcome = try home.run(
      Self.later + """
        over ana 2>first; echo $?; llmguard run -m gpt-4o --user ana --estimate 1 -- echo ran 2>second; echo $?
        cat first; cat second | wc -l; llmguard ledger audit | grep -c 'cannot be run'
        llmguard doctor | grep '^check.notify' | cut -f 3; llmguard config check 2>check; echo $?; cat check
        """, limitSeconds: 120)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.prefix(4) == ["ran", "0", "ran", "0"], "\(outcome)")
    let said = lines.filter { $0.hasPrefix("llmguard: warning: an event could not be told: budget: the command ") }
    #expect(said.count == 1 && said[0].hasSuffix("cannot be run: \(problem)"), "\(outcome)")
    #expect(lines.contains("hint: the call is not affected; see [notify] in the configuration"), "\(outcome)")
    // The second run says nothing, one failure is recorded, doctor warns, and the check is no mistake.
    #expect(
      lines.drop { !$0.hasPrefix("hint: the call is") }.dropFirst().prefix(4) == [
        "0", "1", "warning", "ok: \(home.path)/.config/llmguard/llmguard.toml",
      ], "\(outcome)")
    #expect(outcome.output.contains("llmguard.toml:4:1: notify.command: the command '"), "\(outcome)")
    #expect(outcome.output.contains("cannot be run: \(problem); nobody is told of anything"), "\(outcome)")
  }

  /// Whoever may write to the file has its reader run what they like.
  @Test func aCommandThatOthersMayNameIsWarnedOf() throws {
    defer { home.remove() }
    try configureFailing("['/bin/true']")
    let outcome = try home.run(
      """
      cd .config/llmguard; look() { llmguard config check >/dev/null; llmguard doctor | grep '^check.notify' | cut -f 3; }
      look; chmod o+w llmguard.toml; look; chmod o-w llmguard.toml; chmod o+w .; look; chmod +t .; look
      """)
    #expect(outcome.output == "ok\nwarning\nwarning\nok\n", "\(outcome)")
    let file = home.path + "/.config/llmguard/llmguard.toml"
    let said = outcome.error.split(separator: "\n").filter { $0.contains("others may write to") }
    #expect(
      said.count == 2 && said[0].contains("notify.command: others may write to '\(file)', and so have you run ")
        && said[1].contains("to '\(home.path)/.config/llmguard', "), "\(outcome.error)")
  }

  /// Nor may others change what it runs, wherever a link leads to that, and whatever folder it stands in.
  @Test(
    arguments: [
      ("'BIN/own'", ""), ("'BIN/../open/sticky/n'", ""), ("'BIN/link'", "open/m"), ("'HOME/open/sub/n'", "open"),
      ("'sh', 'HOME/open/m'", "open"), ("'BIN/theirs'", "bin/theirs"), ("'BIN/wide'", "bin/wide"),
    ])
  func aCommandThatOthersMayChangeIsWarnedOf(command: String, place: String) throws {
    defer { home.remove() }
    if command.contains("theirs"), !CurrentUser.isRoot { return }
    let line = command.replacing("BIN", with: home.path + "/bin").replacing("HOME", with: home.path)
    try configureFailing("[\(line)]")
    let outcome = try home.run(
      """
      cd; mkdir -p bin open/sub open/sticky; for n in bin/own bin/theirs bin/wide open/m open/sub/n open/sticky/n; do
        printf '#!/bin/sh\n' >$n; chmod 755 $n
      done
      ln -s ../open/m bin/link; [ "$(id -u)" != 0 ] || chown 65534 bin/theirs
      chmod o+w bin/wide; chmod 1777 open/sticky
      [ "\(place)" = "" ] || chmod 777 open
      llmguard config check
      """)
    let said = outcome.error.split(separator: "\n").filter { $0.contains("others may ") }
    if place.isEmpty {
      #expect(said.isEmpty, "\(outcome)")
    } else {
      let shown = place == "open/m" ? "open" : place
      #expect(said.count == 1 && said[0].contains("'\(home.path)/\(shown)'"), "\(outcome)")
    }
  }

  /// One that fails or hangs is known when the call is over: the next run says it, one of many; `doctor` says it until an
  /// event arrives.
  @Test(arguments: [
    ("['/bin/sh', '-c', '[ -e mended ] || exit 3']", "timeout = '60s'", "the command '/bin/sh' failed with 3"),
    ("['/bin/sh', '-c', '[ -e mended ] || sleep 300']", "timeout = '200ms'", "took longer than 200ms and was ended"),
    ("['/bin/sh', '-c', '[ -e mended ] || kill -9 $$']", "", "was ended by signal 9"),
  ])
  func whatFailedIsSaidByTheNextRunAndOnce(command: String, more: String, problem: String) throws {
    defer { home.remove() }
    try configureFailing(command, more)
    let outcome = try home.run(
      Self.later + """
        over ana 2>first; failed
        seq 12 | xargs -P 12 -I{} sh -c 'llmguard run --user x{} -m gpt-4o --estimate 1 -- true 2>next-{}'
        cat first next-* | grep -c 'could not be told'; cat first next-* | grep 'could not be told' | sed 's/ at [-0-9: ]*:/ at T:/'
        llmguard doctor | grep '^check.notify' | sed 's/at [-0-9T:+Z]*:/at T:/' | cut -f 3,4
        touch mended; over ben 2>>rest
        n=0; until llmguard doctor | grep -q '^check.notify.ok'; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done
        llmguard run --user ana -m gpt-4o --estimate 1 -- true 2>>rest; grep -c 'could not be told' rest
        """, limitSeconds: 240)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(
      lines.count == 6 && lines[0] == "ran" && lines[1] == "1" && lines[4] == "ran" && lines[5] == "0", "\(outcome)")
    guard lines.count == 6 else { return }
    #expect(
      lines[2].hasPrefix("llmguard: warning: an event could not be told at T: budget: ") && lines[2].contains(problem))
    #expect(lines[3].hasPrefix("warning\tthe last event did not arrive, at T: budget: ") && lines[3].contains(problem))
  }

  /// A script that goes on hears of it when it ends.
  @Test func aScriptSaysItAtItsEnd() throws {
    defer { home.remove() }
    try configureFailing("['/bin/sh', '-c', 'exit 4']")
    let outcome = try home.run(
      Self.later + """
        llmguard run -- sh -c 'echo begun; llmguard run -m gpt-4o --estimate 600 -- true; n=0
          until [ -n "$(ls .local/state/llmguard | grep untold)" ]; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done'
        echo $?; ls .local/state/llmguard | grep -c untold-said
        """, limitSeconds: 120)
    #expect(outcome.output == "begun\n0\n1\n", "\(outcome)")
    #expect(outcome.error.contains("budget: the command '/bin/sh' failed with 4"), "\(outcome)")
  }

  /// A command that is told until the file `over` is there, for twenty seconds at most.
  private func tellUntilOver() throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['100 tokens/day']
      [notify]
      command = ['/bin/sh', '-c', 'n=0; until [ -e over ] || [ $n = 400 ]; do sleep 0.05; n=$((n+1)); done; touch ended']
      timeout = '60s'
      events = ['budget']

      """)
  }

  /// Nor does whoever reads what the run was given beside its streams.
  @Test func theCommandThatIsToldKeepsNoDescriptor() throws {
    defer { home.remove() }
    try tellUntilOver()
    let outcome = try run(
      """
      llmguard run -q -m gpt-4o --estimate 60 -- sh -c 'echo hi >&3' 3>&1 >first 2>&1 | cat
      [ -e ended ] || echo 'read to its end'
      touch over; n=0; until [ -e ended ]; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done; echo told
      """)
    #expect(outcome.output == "hi\nread to its end\ntold\n", "\(outcome)")
  }

  /// A server goes on telling when a new version has taken its program's place, and when there is none any more.
  @Test func aProgramThatWasReplacedGoesOnTelling() throws {
    defer { home.remove() }
    try configure(budget: "unlimited", "events = ['price_unknown']\n[provider.openai]\nbase = 'http://127.0.0.1:1/v1'")
    let outcome = try run(
      """
      cp "$(readlink -f bin/llmguard)" one; cp /bin/true two
      ./one serve --listen 127.0.0.1:0 -q --print-env >env & server=$!; trap "kill $server 2>/dev/null" EXIT
      n=0; until [ -s env ]; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done; . ./env
      ask() { /usr/bin/curl -s -o got "$OPENAI_BASE_URL/chat/completions" -d '{"model":"'$1'","messages":["hi"]}'; }
      ask a-model; told 1; mv two one; ask b-model; told 2; rm one; ask c-model; told 3; each model
      kill $server; wait $server; echo $?
      """)
    #expect(
      outcome.output == "1 \"model\":\"a-model\"\n1 \"model\":\"b-model\"\n1 \"model\":\"c-model\"\n0\n", "\(outcome)")
  }

  /// The call does not wait: it has ended while the command that is told still runs.
  @Test func theCallDoesNotWait() throws {
    defer { home.remove() }
    try tellUntilOver()
    let outcome = try run(
      """
      llmguard run -q -m gpt-4o --estimate 60 -- echo hi
      [ -e ended ] || echo 'the call is over, the telling is not'
      touch over; n=0; until [ -e ended ]; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done; echo told
      """)
    #expect(outcome.output == "hi\nthe call is over, the telling is not\ntold\n", "\(outcome)")
  }

  /// However many have something to tell at once; what waits is told when there is a place.
  @Test func eightCommandsRunAtOnce() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['100 tokens/day']
      [notify]
      command = ['/bin/sh', '-c', 'touch began-$$; n=0; until [ -e over ] || [ $n = 600 ]; do sleep 0.05; n=$((n+1)); done; touch told-$$']
      timeout = '60s'
      events = ['budget']

      """)
    let outcome = try run(
      """
      for user in a b c d e f g h i j k; do llmguard run -q --user $user -m gpt-4o --estimate 60 -- true; done
      began() { ls | grep -c '^began-'; }
      n=0; until [ "$(began)" -ge 8 ]; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done; sleep 0.5; began
      touch over; told 11; began
      """)
    #expect(outcome.output == "8\n11\n", "\(outcome)")
  }

  /// One event too many is given up: it would be a process more, without end.
  @Test func notAllMayWait() throws {
    defer { home.remove() }
    func places() throws -> DeliveryPlaces {
      try #require(DeliveryPlaces(ledgerPath: home.path + "/ledger", most: 1, mostWaiting: 1))
    }
    let seats = try #require(try? OwnerLocks(path: home.path + "/ledger.telling"))
    let first = try places()
    #expect(first.take(limitMs: 60_000))
    #expect(try seats.acquire(1), "one that waits")
    #expect(try places().take(limitMs: 60_000) == false)
    seats.release(1)
    #expect(try places().take(limitMs: 0) == false, "who waits does so for as long as all before it may take")
    withExtendedLifetime(first) {}
  }
}
