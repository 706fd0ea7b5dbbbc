import Posix
import ScriptedServer
import Testing

/// Many users before one server: whose turn it is, and who is let in at all.
@Suite struct ServeQueueStoryTests {
  let home: ProgramHome
  let server: ScriptedServer
  /// How many calls of each client's key the provider had at one time, at most, and in which order they came.
  private let seen = Locked(Seen())

  struct Seen {
    var now: [String: Int] = [:]
    var most: [String: Int] = [:]
    var mostOfAll = 0
    var order: [String] = []
  }

  init() throws {
    let home = try ProgramHome()
    self.home = home
    let seen = seen
    server = try ScriptedServer { exchange in
      let key = exchange.head.fields["Authorization"] ?? "none"
      seen.use { seen in
        seen.order.append(key)
        seen.now[key, default: 0] += 1
        seen.most[key] = max(seen.most[key] ?? 0, seen.now[key] ?? 0)
        seen.mostOfAll = max(seen.mostOfAll, seen.now.values.reduce(0, +))
      }
      Clock.sleep(ms: 20)
      let end = Clock.monotonicNanoseconds + 60_000_000_000
      while File.exists(home.path + "/hold"), Clock.monotonicNanoseconds < end { Clock.sleep(ms: 5) }
      seen.use { $0.now[key, default: 0] -= 1 }
      exchange.reply(#"{"model":"gpt-4o","usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
  }

  private func configure(_ tier: String, ofProvider: String = "") throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      "queue_wait = '10min'\n[tier.default]\nbudgets = ['10M tokens/day']\n\(tier)\n[provider.openai]\nbase = '\(server.url)/v1'\n\(ofProvider)\n"
    )
  }

  /// Starts a server, gives every user a key, and defines `ask USER TEXT [CURL OPTIONS]`, and `stop`.
  private static func start(_ users: String, _ options: String = "") -> String {
    ServedHome.start(options, users: users) + """
      cat >ask <<SH
      u=\\$1; t=\\$2; shift 2
      exec curl -sS -o /dev/null -w '%{http_code}\\n' "\\$@" $address/\\$(cat key-\\$u)/openai/v1/chat/completions -H "Authorization: \\$u" \\
        -d '{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"'"\\$t"'"}]}'
      SH

      """
  }

  @Test func eachUserHasTheirOwnTurns() throws {
    defer { home.remove() }
    try configure("concurrency = 2")
    let outcome = try home.run(
      Self.start("ann bob") + """
        for i in 1 2 3 4 5 6 7 8 9 10 11 12; do for u in ann bob; do echo $u $i; done; done |
          xargs -P 24 -L 1 sh ask | sort | uniq -c | tr -s ' '
        n=0; until [ "$(llmguard queue list --json | grep -c state)" = 0 ] || [ $n -ge 300 ]; do sleep 0.1; n=$((n+1)); done
        llmguard queue list --json | grep -c state
        stop
        llmguard usage report --by user | cut -f 1-2; llmguard ledger verify
        """, limitSeconds: 300)
    #expect(
      outcome.output == " 24 200\n0\nended 0\nann\t12\nbob\t12\nok\n", "\(outcome.output)\(outcome.error)")
    let seen = seen.use { $0 }
    #expect(seen.most["ann"] ?? 0 <= 2 && seen.most["bob"] ?? 0 <= 2, "\(seen.most)")
    #expect(seen.order.count == 24)
  }

  /// A call that waited as long as it may is refused, and takes nothing; the others go on.
  /// What all share is shared: who comes behind another's burst is not behind all of it.
  @Test func aBurstOfOneDoesNotBarTheOther() throws {
    defer { home.remove() }
    try configure("", ofProvider: "concurrency = 1")
    let outcome = try home.run(
      Self.start("ann bob") + """
        touch hold; seq 30 | xargs -P 30 -I{} sh ask ann {} >ann & burst=$!
        until [ "$(llmguard queue list | grep -c ann)" -ge 20 ]; do kill -0 $burst || break; done
        sh ask bob one & one=$!; sh ask bob two & two=$!
        until [ "$(llmguard queue list | grep -c bob)" -ge 2 ]; do kill -0 $two || break; done
        rm hold; wait $one $two $burst; sort ann | uniq -c | tr -s ' '
        stop
        """, limitSeconds: 300)
    #expect(outcome.output == "200\n200\n 30 200\nended 0\n", "\(outcome.output)\(outcome.error)")
    let seen = seen.use { $0 }
    #expect(seen.mostOfAll == 1, "\(seen.most)")
    let last = try #require(seen.order.lastIndex(of: "bob"))
    #expect(last < seen.order.count - 5, "\(seen.order)")
  }

  @Test func whoWaitsTooLongIsToldToComeBack() throws {
    defer { home.remove() }
    try configure("calls_per_minute = 2")
    let outcome = try home.run(
      Self.start("ann bob", "--wait 0s") + """
        for u in ann bob; do for i in 1 2 3; do sh ask $u $i; done; done; stop
        llmguard usage report --by user | cut -f 1,2,9; llmguard ledger verify
        """)
    #expect(
      outcome.output.hasPrefix("200\n200\n429\n200\n200\n429\nended 0\nann\t2\t")
        && outcome.output.contains("\nbob\t2\t") && outcome.output.hasSuffix("\nok\n"),
      "\(outcome.output)\(outcome.error)")
  }

  /// Nobody comes in without a key, whoever they are, and a key opens nothing but the ways to providers.
  @Test func aKeyIsAlwaysDemanded() throws {
    defer { home.remove() }
    try configure("")
    let outcome = try home.run(
      Self.start("ann") + """
        key=$(cat key-ann)
        for path in / /openai/v1/models /openai/v1/chat/completions /x/openai/v1/models /${key}0/openai/v1/models \\
          /${key%?}/openai/v1/models //$key/openai/v1/models /%2f$key/openai/v1/models /llmguard/join /$key /$key/llmguard/join \\
          /$key/nobody/v1/models; do
          for method in GET HEAD POST DELETE; do
            curl -sS -m 20 -o got -w '%{http_code}\\n' -X $method $([ $method = HEAD ] && echo -I) -H "Authorization: Bearer $key" \\
              -H "api-key: $key" --path-as-is "$address$path" -d '{"id":"ab"}' $([ $method = HEAD ] && echo -G)
          done
        done | sort | uniq -c | tr -s ' '
        sh ask ann one; stop
        """)
    #expect(outcome.output == " 48 404\n200\nended 0\n", "\(outcome.output)\(outcome.error)")
    #expect(seen.use { $0.order } == ["ann"], "nothing reached the provider but the one call")
  }
}
