import Posix
import Testing

/// What a load balancer or a container's probe asks a server, without a key.
@Suite struct ServeHealthStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(
      ".config/llmguard/llmguard.toml", "lock_wait = '3s'\n[provider.openai]\nbase = 'http://127.0.0.1:9/v1'\n")
  }

  /// Starts a server, and defines `at PATH [CURL OPTIONS]` and `until_it_is STATUS`, which looks at what is said, too.
  private static func start(_ options: String = "") -> String {
    ServedHome.start(options) + """
      at() {
        path=$1; shift; got=$(curl -sS -m 20 -w '%{http_code}' --path-as-is "$@" "$address$path")
        echo "${got#"${got%???}"} ${got%????}"
      }
      until_it_is() { n=0; until at /healthz | grep -q "^$1" || [ $n -ge 300 ]; do sleep 0.2; n=$((n+1)); done; }

      """
  }

  @Test func strangersAreToldThatItIsUpAndNothingElse() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        at /healthz; at '/healthz?full=1'; curl -sS -I $address/healthz | head -n 1 | tr -d '\\r'
        for path in /healthz/ /healthz/x //healthz /health%7a /x/healthz; do at $path; done
        at /healthz -X POST -d '{}'; at /healthz -H 'Host: evil.example'
        curl -sS -o got -D - $address/healthz | grep -ci '^x-llmguard\\|^server'; stop
        """)
    let notFound = String(repeating: "404 not found\n", count: 7)
    #expect(
      outcome.output == """
        200 {"status":"up"}
        200 {"status":"up"}
        HTTP/1.1 200 OK
        \(notFound)0
        ended 0

        """, "\(outcome.output) \(outcome.error)")
  }

  /// Nobody hangs at it, and what is told to the server's keeper is told once.
  @Test func aLockedLedgerIsSaidSoon() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "sed -i 's/3s/6s/' .config/llmguard/llmguard.toml\n" + Self.start() + """
        flock $ledger.lock sh -c 'echo >locked; until [ -e over ]; do sleep 0.05; done' & lock=$!
        while [ ! -e locked ]; do sleep 0.05; done; sleep 1; start=$(date +%s); at /healthz; at /healthz; at /healthz; [ $(($(date +%s) - start)) -lt 4 ] && echo soon
        until_it_is '503.*locked'; at /healthz; touch over; wait $lock; until_it_is 200; at /healthz; stop
        grep -c 'no call can be held: .*stayed locked' log; grep -c 'calls can be held again' log
        """)
    let down = #"503 {"status":"down","reason":"the ledger does not answer"}"# + "\n"
    #expect(
      outcome.output.hasPrefix(
        down + down + down + "soon\n503 {\"status\":\"down\",\"reason\":\"the ledger is locked\"}\n"),
      "\(outcome.output) \(outcome.error)")
    #expect(outcome.output.hasSuffix("200 {\"status\":\"up\"}\nended 0\n1\n1\n"), "\(outcome.output) \(outcome.error)")
  }

  @Test func aLedgerThatIsGoneIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        at /healthz; mv $ledger gone; until_it_is 503; at /healthz; mv gone $ledger; until_it_is 200; at /healthz; stop
        """)
    #expect(
      outcome.output == """
        200 {"status":"up"}
        503 {"status":"down","reason":"the ledger cannot be used"}
        200 {"status":"up"}
        ended 0

        """, "\(outcome.output) \(outcome.error)")
  }

  /// Where the keys cannot be read everybody gets 404, so a load balancer must not send anybody there.
  @Test(arguments: ["", "--fail-open"]) func keysThatCannotBeReadAreSaid(options: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard serve key add ana >key 2>/dev/null; keys=.local/state/llmguard/serve-keys.json\n" + Self.start(options)
        + "at /healthz; touch -d '1 hour ago' $keys; chmod 666 $keys; until_it_is 503; at /healthz; chmod 600 $keys; until_it_is 200; at /healthz; stop\n"
    )
    #expect(
      outcome.output == """
        200 {"status":"up"}
        503 {"status":"down","reason":"the keys cannot be read"}
        200 {"status":"up"}
        ended 0

        """, "\(outcome.output) \(outcome.error)")
  }

  @Test(.enabled(if: ProgramHome.mayMount)) func aFullDiskIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      Self.start() + "at /healthz; fill; until_it_is 503; at /healthz; empty; until_it_is 200; at /healthz; stop\n")
    #expect(
      outcome.output == """
        200 {"status":"up"}
        503 {"status":"down","reason":"the disk is full"}
        200 {"status":"up"}
        ended 0

        """, "\(outcome.output) \(outcome.error)")
  }

  /// A look writes less than a call, and there may be room for the one alone.
  @Test(.enabled(if: ProgramHome.mayMount)) func aDiskWithoutRoomForCallsIsFull() throws {
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      "export LLMGUARD_CONFIG=$HOME/../.config/llmguard/llmguard.toml\n" + Self.start() + """
        key=$(llmguard serve key add ana 2>/dev/null); fill; dd if=/dev/null of=fill bs=1 seek=$(($(stat -c %s fill) - 200000)) 2>/dev/null
        ask() { at /$key/openai/v1/chat/completions -d '{"model":"gpt-4o","input":"'$1'"}'; }
        n=0; until ask $n | grep -q 'no space' || [ $n -ge 100 ]; do n=$((n+1)); done; ask $n | cut -c 1-3; at /healthz; at /healthz
        empty; until_it_is 200; at /healthz; stop

        """)
    let down = #"503 {"status":"down","reason":"the disk is full"}"#
    #expect(
      outcome.output == "503\n\(down)\n\(down)\n200 {\"status\":\"up\"}\nended 0\n",
      "\(outcome.output) \(outcome.error)")
  }

  /// Who lets calls out unmetered wants them to come: a load balancer must not take the server away.
  @Test func whereCallsGoOutAllTheSameItIsUp() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("--fail-open") + "mv $ledger gone; until_it_is '200.*unmetered'; at /healthz; mv gone $ledger; stop\n")
    #expect(
      outcome.output == """
        200 {"status":"unmetered","reason":"the ledger cannot be used"}
        ended 0

        """, "\(outcome.output) \(outcome.error)")
  }

  /// What is looked at is written to no ledger: a probe that comes each second leaves no entry, and no log that grows.
  @Test func aProbeLeavesNothing() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        for i in 1 2 3; do at /healthz; sleep 1.1; done; stop
        llmguard ledger verify; llmguard ledger audit --json | grep -c '"entry"'
        [ $(stat -c %s $ledger-wal 2>/dev/null || echo 0) -lt 1000000 ] && echo small
        """)
    let up = #"200 {"status":"up"}"# + "\n"
    #expect(outcome.output == up + up + up + "ended 0\nok\n0\nsmall\n", "\(outcome.output) \(outcome.error)")
  }

  /// The gateway of one run is its script's alone: it answers nobody without its token.
  @Test func aRunHasNoSuchAddress() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -- sh -c 'curl -sS -w "%{http_code}\\n" "${OPENAI_BASE_URL%/*/openai/v1}/healthz"'
      """)
    #expect(outcome.output == "not found\n404\n", "\(outcome.output) \(outcome.error)")
  }

  /// A ledger that is lost is said at the start, as a run says it, and none is made in its place; the remedy works.
  @Test func aLostLedgerEndsTheStart() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 10 -- true; ledger=$(llmguard ledger path); llmguard ledger backup backup >none
      llmguard run -q --estimate 10 -- true; rm $ledger $ledger-wal $ledger-shm
      timeout 60 llmguard serve --listen 127.0.0.1:0; echo $?; [ -e $ledger ] || echo 'none made'
      cp backup $ledger; timeout 60 llmguard serve --listen 127.0.0.1:0; echo $?
      mkdir away; mv $ledger* away/

      """ + Self.start() + "at /healthz; stop\n")
    #expect(outcome.output == "65\nnone made\n65\n200 {\"status\":\"up\"}\nended 0\n", "\(outcome)")
    #expect(outcome.error.contains("is lost: its .head file knows entry "), "\(outcome.error)")
    #expect(
      outcome.error.contains("put a backup in its place ('llmguard ledger restore FILE'); without one, move"),
      "\(outcome.error)")
    #expect(outcome.error.contains("the .head file knows entry"), "\(outcome.error)")
  }
}
