import Posix
import Testing

/// What a server's log says of its users, who are many and call all day.
@Suite struct ServeLogStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws { served = try ServedHome() }

  private func configure(_ tier: String) throws { try served.configure("[tier.default]\n\(tier)") }

  /// Starts a server for users, and defines `ask USER QUESTION`.
  private static func start(_ users: String, _ options: String = "") -> String {
    ServedHome.start(options, users: users) + """
      ask() { post $address/$(cat key-$1)/openai/v1 "$2" -o /dev/null -w '%{http_code} '; }

      """
  }

  /// One user's many refusals hide nobody else's, and what is not told one by one is counted.
  @Test(arguments: ["", "-q"]) func refusalsAreToldOfEachUser(options: String) throws {
    defer { home.remove() }
    try configure("budgets = ['1 call/day']")
    let outcome = try home.run(
      Self.start("ana bob cat dan", options) + """
        for user in ana bob cat dan; do for i in 1 2 3 4 5; do ask $user $i; done; done; echo; stop
        grep -o '[a-z]*: refused: .*' log
        """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 10, "\(outcome.output) \(outcome.error)")
    for (index, user) in ["ana", "bob", "cat", "dan"].enumerated() {
      #expect(lines[2 + index].hasPrefix("\(user): refused: daily call budget of \(user): "), "\(outcome.output)")
      #expect(lines[6 + index] == "\(user): refused: 3 more calls", "\(outcome.output)")
    }
  }

  @Test func whoseCallsWaitIsSaid() throws {
    defer { home.remove() }
    try configure("concurrency = 1\nbudgets = ['1M tokens/day']")
    try home.write("hold", "")
    let outcome = try home.run(
      Self.start("ana bob") + """
        for user in ana bob; do for i in 1 2 3; do ask $user $i >/dev/null & calls="$calls $!"; done; done
        n=0; until [ "$(grep -c 'queued: ' log)" -ge 2 ] || [ $n -ge 300 ]; do sleep 0.1; n=$((n+1)); done
        sleep 11; rm hold; wait $calls; stop
        grep -o '[a-z]*: queued: [a-z0-9]*' log | sort
        """, limitSeconds: 90)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 3, "\(outcome.output) \(outcome.error)")
    #expect(
      lines.first == "ended 0" && lines.dropFirst().first?.hasPrefix("ana: queued: ") == true, "\(outcome.output)")
    #expect(lines.last?.hasPrefix("bob: queued: ") == true, "\(outcome.output)")
  }

  /// Where a server keeps its files, and what to do about them, its users are not told.
  @Test func itsUsersAreNotToldWhereItsFilesAre() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("ana") + """
        ledger=$(llmguard ledger path); mv $ledger gone; post $address/$(cat key-ana)/openai/v1 hi >body; mv gone $ledger; stop
        grep -c "the server's ledger cannot be used; the call was not sent" body; grep -c 'try again later; whoever keeps' body
        grep -c "$HOME" body; grep -c "was deleted while it was in use" log
        """)
    #expect(outcome.output == "ended 0\n1\n1\n0\n1\n", "\(outcome)")
  }

  /// An outage is a line when it begins, and how many calls it hit, whatever figures change in its message.
  @Test func anOutageIsToldWithHowMuchItHit() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "lock_wait = '200ms'\n[provider.openai]\nbase = 'http://127.0.0.1:9/v1'\n")
    let outcome = try home.run(
      Self.start("ana") + """
        for i in 1 2 3; do ask ana $i; done; ledger=$(llmguard ledger path)
        flock $ledger.lock sh -c 'echo >held; until [ -e over ]; do sleep 0.05; done' & while [ ! -e held ]; do sleep 0.05; done
        for i in 1 2 3 4; do ask ana $i; done; touch over; wait $!; echo; stop
        grep -c '^llmguard: [-0-9T:+Z]* error: the provider cannot be reached' log
        grep -o 'error: [0-9] more calls failed: the provider' log
        grep -c '^llmguard: [-0-9T:+Z]* error: the ledger .*; the call was not sent' log
        grep -o 'error: [0-9] more calls were not sent: the ledger' log; tail -n 1 log | grep -o 'ended: 0 calls'
        """)
    #expect(
      outcome.output == """
        502 502 502 503 503 503 503 
        ended 0
        1
        error: 2 more calls failed: the provider
        1
        error: 3 more calls were not sent: the ledger
        ended: 0 calls

        """, "\(outcome.output) \(outcome.error)")
  }

  /// A file does not tell when its lines were written, as a journal does.
  @Test func eachLineOfALogHasItsDate() throws {
    defer { home.remove() }
    try configure("budgets = ['110 tokens/day']\nladder = { delay = '0s' }")
    let outcome = try home.run(
      Self.start("ana") + """
        for i in 1 2 3 4; do ask ana $i; done; echo; stop
        grep -c '^llmguard: 20[-0-9]*T[0-9:]*[-+Z0-9:]* ' log; grep -v '^hint: ' log | grep -vc '^llmguard: 20'
        export JOURNAL_STREAM=$(touch quiet; stat -c '%d:%i' quiet)
        llmguard serve --listen 127.0.0.1:0 >out 2>>quiet & until [ -s quiet ]; do sleep 0.1; done; kill -TERM $!; wait $!; grep -c '^llmguard: 20' quiet; grep -c ended quiet
        """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 6 && lines[1] == "ended 0" && lines[2] != "0", "\(outcome)")
    #expect(lines.suffix(3) == ["0", "0", "1"], "\(outcome)")
  }

  /// Of many users the log says whose calls were degraded and who was warned, of each once.
  @Test func whoseCallsAreDegradedOrWarnedIsSaid() throws {
    defer { home.remove() }
    try configure("budgets = ['110 tokens/day']\nladder = { delay = '0s' }")
    let outcome = try home.run(
      Self.start("ana bob") + """
        for user in ana bob; do for i in 1 2 3; do ask $user $i; done; done; echo; stop
        grep -o 'degraded: [a-z]*: model [^;]*\\|warning: [a-z]*: .* of [a-z]*' log | sed 's/:[^:]* of .*//'
        """)
    let said = ["ana", "bob"].map {
      "warning: \($0): daily token budget\ndegraded: \($0): model gpt-4o → gpt-4o-mini\n"
    }
    #expect(
      outcome.output == "200 200 200 200 200 200 \nended 0\n" + said.joined(), "\(outcome.output) \(outcome.error)")
  }

  /// Whose doing it is can be mended only where it is said whose, and one user's hide nobody else's.
  @Test func whoseRequestsCannotBeMeteredIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("ana bob", "--cache off") + """
        for user in ana bob; do
          base=$address/$(cat key-$user)/openai/v1
          curl -sS -o got $address/$(cat key-$user)/opneai/v1; curl -sS -o got $address/$(cat key-$user)/$(cat key-$user)/v1
          for i in 1 2 3; do curl -sS -o got $base/nonsense; curl -sS -o got $base/chat/completions -d '{'; done
        done; stop
        grep -o '[a-z]*: a request to openai went out\\|[a-z]*: refused: a call to openai cannot be metered' log
        sed -n 's/^llmguard: [-0-9T:+Z]* \\([a-z]*: refused: a request leads nowhere.*\\)/\\1/p' log; grep -c -F -f key-ana log
        grep -o '[a-z]*: [0-9] more requests to openai\\|[a-z]*: refused: [0-9] more calls to openai' log | sort
        """)
    let said = ["ana", "bob"].map {
      "\($0): a request to openai went out\n\($0): refused: a call to openai cannot be metered\n"
    }
    let astray = ["ana", "bob"].flatMap { user in
      ["no provider is known as 'opneai'", "its address names no provider"].map {
        "\(user): refused: a request leads nowhere: \($0); it was not sent\n"
      }
    }
    let more = [": 2 more requests to openai\n", ": refused: 2 more calls to openai\n"]
    #expect(
      outcome.output == "ended 0\n" + said.joined() + astray.joined() + "0\n"
        + ["ana", "bob"].flatMap { user in more.map { user + $0 } }.joined(),
      "\(outcome.output) \(outcome.error)")
  }

  /// That a user's requests are asked again is said when it begins and when it costs more, not with each.
  @Test func whoseCallsAreRetriedIsSaidTwice() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("ana bob", "--cache off") + """
        for user in ana bob; do for i in 1 2 3 4 5 6; do ask $user same; done; done; echo; stop; grep -o '[a-z]*: retry [0-9]' log
        """)
    #expect(
      outcome.output.hasSuffix("ended 0\nana: retry 1\nana: retry 2\nbob: retry 1\nbob: retry 2\n"),
      "\(outcome.output) \(outcome.error)")
  }

  /// Whoever finds no place is told of with the remedy, once, and then counted.
  @Test func whoIsTurnedAwayForTheOthersIsSaid() throws {
    defer { home.remove() }
    try configure("budgets = ['1M tokens/day']")
    try home.write("hold", "")
    let outcome = try home.run(
      "ulimit -n 64\n" + Self.start("ana bob") + """
        for i in 1 2 3 4; do ask ana $i >/dev/null & calls="$calls $!"; done
        n=0; until grep -q 'turned away' log || [ $n -ge 300 ]; do sleep 0.1; n=$((n+1)); done
        ask ana y; ask ana z; echo
        rm hold; wait $calls; stop
        grep -A1 'turned away:' log | grep -o '[a-z]*: refused: a request.*\\|^hint.*'; grep -o 'ana: refused: [0-9]* more requests\\? turned away' log
        """, limitSeconds: 120)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 5, "\(outcome)")
    #expect(lines[0] == "429 429 " && lines[4] == "ana: refused: 2 more requests turned away", "\(outcome)")
    #expect(lines[2].hasPrefix("ana: refused: a request was turned away: "), "\(outcome)")
    #expect(lines[2].hasSuffix(" of 4 that all users can have at once; it was not sent"), "\(outcome)")
    #expect(lines[3] == "hint: send fewer at once, or let llmguard have more open files ('ulimit -n')", "\(outcome)")
  }

  /// Of each user once.
  @Test func thatRefusalsComeLateIsSaid() throws {
    defer { home.remove() }
    try configure("budgets = ['1 call/day']")
    let outcome = try home.run(
      Self.start("ana bob") + """
        for user in ana bob; do for i in $(seq 26); do ask $user $i; done; done >/dev/null; stop
        grep -c 'so many calls in a row were refused' log; grep -o '[a-z]*: so many calls' log
        """)
    #expect(outcome.output == "ended 0\n2\nana: so many calls\nbob: so many calls\n", "\(outcome)")
  }
}
