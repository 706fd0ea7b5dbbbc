import Posix
import ScriptedServer
import Testing

/// Bursts of guarded clients whose calls pass the gateway, too.
@Suite struct GatewayQueueStoryTests {
  let home: ProgramHome
  let server: ScriptedServer
  /// How many calls the provider had at one time, at most, and in all.
  let seen = Locked((now: 0, most: 0, all: 0))

  init() throws {
    home = try ProgramHome()
    let seen = seen
    server = try ScriptedServer { exchange in
      seen.use { seen in
        seen.now += 1
        seen.all += 1
        seen.most = max(seen.most, seen.now)
      }
      // Long enough that those who were let in too many would be seen: a run begins in less.
      Clock.sleep(ms: 100)
      seen.use { $0.now -= 1 }
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"},"finish_reason":"stop"}],"#
          + #""usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
  }

  private func configure(_ limits: String, ofProvider: String = "") throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      "queue_wait = '10min'\n[tier.default]\nbudgets = ['10M tokens/day']\n\(limits)\n[provider.openai]\nbase = '\(server.url)/v1'\n\(ofProvider)\n"
    )
  }

  private static func call(_ text: String) -> String {
    #"curl -sSf -o /dev/null https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"\#(text)"}]}'"#
  }

  @Test func aBurstOfClientsGoesThroughTheGatewayInItsTurn() throws {
    defer { home.remove() }
    try configure("concurrency = 4")
    try home.write("one", "exec llmguard run -- \(Self.call("say '\"$1\"'"))\n")
    let outcome = try home.run(
      """
      seq 64 | xargs -P 64 -I{} sh one {}; echo $?; llmguard queue list --json | grep -c state
      llmguard usage report | cut -f 2-5; llmguard ledger verify
      """, limitSeconds: 300)
    #expect(outcome.output == "0\n0\n64\t704\t1408\t2112\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(seen.use { $0.all } == 64)
    #expect(seen.use { $0.most } <= 4)
  }

  @Test func aClientThatHasItsTurnTakesNoSecondOne() throws {
    defer { home.remove() }
    try configure("concurrency = 1\ncalls_per_minute = 4")
    let four = (1...4).map { "llmguard run --wait 20s -- \(Self.call("say \($0)")); echo $?" }.joined(separator: "\n")
    let outcome = try home.run("\(four)\nllmguard run --wait 0 -- \(Self.call("say 5")); echo $?")
    #expect(outcome.output == "0\n0\n0\n0\n75\n", "\(outcome.output)\(outcome.error)")
    #expect(seen.use { $0.all } == 4)
  }

  /// A budget that is gone comes back no sooner for a place in the line.
  @Test func whoWaitsWhileTheBudgetIsUsedUpIsRefusedAtOnce() throws {
    defer { home.remove() }
    try configure("calls_per_minute = 1")
    try home.write("one", Self.call("say '\"$1\"'") + "; echo $?\n")
    let outcome = try home.run(
      """
      me=$(id -un); llmguard run -q sh one 1; start=$(date +%s)
      llmguard run --wait 100s sh one 2 & llmguard run --wait 100s -n 50 -m gpt-4o --no-gateway -- echo no &
      until [ "$(llmguard queue list | grep -c waiting)" = 2 ]; do sleep 0.05; done
      llmguard budget set $me '10 tokens/day' >/dev/null; wait; [ $(($(date +%s) - start)) -lt 45 ] && echo soon
      llmguard queue list; llmguard usage list --json | grep -c '"outcome": "refused"'
      """)
    #expect(outcome.output == "0\n22\nsoon\n2\n", "\(outcome)")
    #expect(outcome.error.contains("refused: daily token budget of "), "\(outcome.error)")
  }

  /// Who finds room at once has stood in no line, whichever way it went, and hides the wait of nobody who did.
  @Test func whoFindsRoomHasNotWaited() throws {
    defer { home.remove() }
    try configure("concurrency = 1")
    let outcome = try home.run(
      """
      for i in 1 2; do llmguard run -n 5 --no-gateway --no-cache -- true; llmguard run -- \(Self.call("say '$i'")); done
      llmguard run sh -c "\(Self.call("say 3").replacing("\"", with: "\\\""))"
      llmguard usage list --json | grep -o '"queue_wait_ms": .*' | sort | uniq -c | tr -s ' '
      llmguard usage metrics | grep -c queue_wait
      mkfifo go; llmguard run -n 10 --no-gateway -- cat go & while ! llmguard queue list | grep -q running; do sleep 0.02; done
      llmguard run -n 10 --no-gateway -- true & while ! llmguard queue list | grep -q waiting; do sleep 0.02; done
      echo >go; wait; llmguard usage metrics | grep -c queue_wait
      llmguard usage list --json | grep -c '"queue_wait_ms": [1-9]'
      """)
    #expect(outcome.output == " 5 \"queue_wait_ms\": null,\n0\n\n2\n1\n", "\(outcome)")
  }

  /// A script that is told how it ends, and how many calls it makes that all wait: it leaves them, or ends the latest first.
  private func writeCallsThatNeverHaveTheirTurn() throws {
    try home.write(
      "script",
      """
      for i in $(seq $2); do \(Self.call("say '$i'")) 2>/dev/null & last=$!; done
      until [ "$(llmguard queue list | grep -c waiting)" = $2 ]; do sleep 0.05; done
      [ $1 = leaves ] || { kill $last; until [ "$(llmguard queue list | grep -c waiting)" = $(($2 - 1)) ]; do sleep 0.05; done; }

      """)
  }

  /// What never had its turn stands in no ledger: it is told of, and not as an answer that was lost.
  @Test func whatNeverHadItsTurnIsTold() throws {
    defer { home.remove() }
    try configure("concurrency = 1")
    try writeCallsThatNeverHaveTheirTurn()
    let outcome = try home.run(
      """
      mkfifo go; llmguard run -q -n 10 --no-gateway -- cat go & while ! llmguard queue list | grep -q running; do sleep 0.02; done
      for end in 'leaves 1' 'leaves 2' 'kills 1' 'kills 3'; do
        llmguard run --receipt r --report json:j --report junit x sh script $end 2>told; grep -v -e '^hint' -e still.run -e Terminated told
        cat r j | tr -d ' ' | grep -E '"(unsent|turned_away)"' | sort | uniq -c | tr -d ' \n'; echo
        grep -o -E -e 'tests=.* skipped="[0-9]+"' -e '[0-9]+ calls? never .*sent' x
      done
      echo >go; wait; llmguard queue list; llmguard usage list | wc -l
      """)
    let (left, killed) = (
      "when the command ended, and", "1 call was not sent: its client left while it waited for its turn"
    )
    /// In all records.
    func counted(_ count: Int) -> String {
      """
      2"turned_away":0,2"unsent":\(count),
      tests="\(count + 1)" failures="0" errors="0" skipped="\(count)"
      \(count) \(count == 1 ? "call" : "calls") never had a turn, and \(count == 1 ? "was" : "were") not sent
      """
    }
    #expect(
      outcome.output == """
        llmguard: warning: 1 call still waited for its turn \(left) was not sent
        \(counted(1))
        llmguard: warning: 2 calls still waited for their turn \(left) were not sent
        \(counted(2))
        llmguard: warning: \(killed)
        \(counted(1))
        llmguard: warning: 2 calls still waited for their turn \(left) were not sent
        llmguard: warning: \(killed)
        \(counted(3))

        1

        """, "\(outcome)")
    #expect(seen.use { $0.all } == 0)
  }

  /// Each run tells of what never had its turn inside it, and no run of it twice. What waits still when a run inside ends may have
  /// its turn yet: that is the outer one's.
  @Test func whatNeverHadItsTurnInsideIsToldByEachRunAroundIt() throws {
    defer { home.remove() }
    try configure("concurrency = 1")
    try writeCallsThatNeverHaveTheirTurn()
    let reports = "--receipt r1 --report json:j1 --report junit x1 --summary"
    try home.write("in", "llmguard run \(reports) sh script kills $1 2>said\n")
    try home.write("mid", "llmguard run --receipt r2 --report json:j2 --report junit x2 sh in $1\n")
    let outcome = try home.run(
      """
      mkfifo go; llmguard run -q -n 10 --no-gateway -- cat go & while ! llmguard queue list | grep -q running; do sleep 0.02; done
      for count in 1 3; do
        llmguard run --receipt r3 --report json:j3 --report junit x3 sh mid $count 2>/dev/null
        for run in 1 2 3; do
          cat r$run j$run | tr -d ' ' | grep -E '"unsent"' | uniq -c | tr -d ' \n'; grep -o 'skipped="[0-9]*"' x$run | head -n 1
        done
        grep -o '[0-9]* calls* never .*sent' said
      done
      echo >go; wait; llmguard queue list; llmguard usage list | wc -l
      """)
    #expect(
      outcome.output == """
        2"unsent":1,skipped="1"
        2"unsent":1,skipped="1"
        2"unsent":1,skipped="1"
        1 call never had a turn, and was not sent
        2"unsent":1,skipped="1"
        2"unsent":1,skipped="1"
        2"unsent":3,skipped="3"
        1 call never had a turn, and was not sent

        1

        """, "\(outcome)")
    #expect(seen.use { $0.all } == 0)
  }

  @Test func aPlaceIsKeptForTheLanesThatItsTextDidNotName() throws {
    defer { home.remove() }
    try configure("concurrency = 1", ofProvider: "calls_per_minute = 1")
    let outcome = try home.run(
      "for i in 1 2; do llmguard run --wait 1s -- \(Self.call("say '$i'")); echo $?; done; llmguard queue list")
    #expect(outcome.output == "0\n75\n", "\(outcome.output)\(outcome.error)")
  }

  @Test func inAScriptTooEachClientWaitsOnce() throws {
    defer { home.remove() }
    try configure("concurrency = 1")
    try home.write("one", "exec llmguard run -- \(Self.call("say '\"$1\"'"))\n")
    let outcome = try home.run(
      """
      llmguard run sh -c 'seq 6 | xargs -P 6 -I{} sh one {}'; echo $?
      llmguard run -n 50 -m gpt-4o -- sh -c 'sh one 7 && sh one 8'; echo $?
      llmguard run -n 50 -m gpt-4o -- llmguard run -n 50 -- llmguard run -- \(Self.call("say 9")); echo $?
      llmguard usage report | cut -f 2-5; llmguard budget show | cut -f 4
      llmguard run -n 50 -m gpt-4o -- sh -c 'for i in 1 2; do llmguard run -n 5 --wait 9s -- echo $i; done'
      llmguard queue list; llmguard ledger verify
      """, limitSeconds: 120)
    #expect(outcome.output == "0\n0\n0\n9\t99\t198\t297\n297\n1\n2\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(seen.use { $0.all } == 9)
    #expect(seen.use { $0.most } == 1)
  }

  /// Identical calls at once make one where calls are limited, too, as long as nobody waits for a turn.
  @Test func identicalCallsWithTurnsMakeOne() throws {
    defer { home.remove() }
    try configure("concurrency = 4")
    let outcome = try home.run(
      """
      for i in 1 2 3 4; do llmguard run -q -- \(Self.call("say it").replacing("/dev/null", with: "answer.$i")) & done; wait
      cat answer.* | grep -o gpt-4o | wc -l; llmguard usage report | cut -f 2-5; llmguard queue list; llmguard ledger verify
      """)
    #expect(outcome.output == "4\n1\t11\t22\t33\nok\n", "\(outcome)")
    #expect(seen.use { $0.all } == 1)
  }

  /// Who makes the same may wait for the very turn that another has: nobody waits for ever.
  @Test func whoHasTheOnlyTurnWaitsForNobodyInTheLine() throws {
    defer { home.remove() }
    try configure("concurrency = 1")
    try home.write("script", "\(Self.call("say it"))\n")
    let outcome = try home.run(
      """
      for i in 1 2 3; do llmguard run -q sh script & llmguard run -q -- \(Self.call("say it")) & done; wait
      llmguard usage report | cut -f 3-5 | head -1 | grep -c .; llmguard queue list; llmguard ledger verify
      """, limitSeconds: 60)
    #expect(outcome.output == "1\nok\n", "\(outcome)")
    #expect((1...6).contains(seen.use { $0.all }))
  }
}
