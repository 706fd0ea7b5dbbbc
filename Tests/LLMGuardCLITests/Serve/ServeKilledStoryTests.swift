import Posix
import ScriptedServer
import Testing

/// `llmguard serve` that is killed in the midst of streams, and started again.
@Suite(.serialized) struct ServeKilledStoryTests {
  let home: ProgramHome
  let provider: ScriptedServer
  /// The words that the provider has sent, of all calls.
  private let sent: Locked<(calls: Int64, words: Int64)>

  /// How many calls each user has under way.
  private static let clients = 10
  /// The words of a prompt, of which each is a token in the provider's count.
  private static let promptWords: Int64 = 3

  init() throws {
    let sent = Locked<(calls: Int64, words: Int64)>((0, 0))
    self.sent = sent
    home = try ProgramHome()
    provider = try ScriptedServer { exchange in
      sent.use { $0.calls += 1 }
      exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
      let isShort = String(decoding: exchange.body, as: UTF8.self).contains("short")
      let words: Int64 = isShort ? 2 : 400
      for _ in 0..<words {
        exchange.send(#"data: {"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"word "}}]}"# + "\n\n")
        sent.use { $0.words += 1 }
        if !isShort { Clock.sleep(ms: 25) }
      }
      exchange.send(
        #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":\#(words)}}"# + "\n\ndata: [DONE]\n\n")
      return false
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['1M tokens/day', '5000 calls/day']
      concurrency = 8
      [provider.openai]
      base = '\(provider.url)/v1'
      """)
  }

  /// A service manager that starts a server again each second leaves no file of each one that was killed; that of one that runs
  /// stays.
  @Test func whatTheKilledLeftGoesWithTheNextOne() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      start() {
        rm -f ready; mkfifo ready; llmguard serve --listen 127.0.0.1:0 --ready-fd 3 >/dev/null 2>&1 3>ready & server=$!
        read -r word address <ready
      }
      start; first=$server
      for n in 1 2 3; do start; kill -9 $server; wait $server 2>/dev/null; done; sleep 1.1
      start; grep -h '"process"' .local/state/llmguard/serve-rules.* | tr -dc '0-9\\n' | sort -n >told
      printf '%s\\n' $first $server | sort -n | cmp - told && wc -l <told; kill $first $server; wait
      """)
    #expect(outcome.output.filter { $0 != " " } == "2\n", "\(outcome)")
  }

  /// Each call that reached the provider is charged, at what was held for it, and none that did not; nobody's place in the line
  /// is kept, and nothing stays held.
  @Test func nothingIsLeakedAndNothingFree() throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start(users: "ana ben") + """
        ask() {
          curl -sSN "$address/$(cat key-$1)/openai/v1/chat/completions" \\
            -d '{"model":"gpt-4o","stream":true,"max_tokens":500,"messages":[{"role":"user","content":"'"$2"'"}]}'
        }
        clients=
        for n in $(seq \(Self.clients)); do for user in ana ben; do
          ask $user "a story $n" >out-$user-$n 2>err-$user-$n & clients="$clients $!"
        done; done
        n=0; until [ $(cat out-* | grep -c word) -ge 40 ] || [ $n -ge 1200 ]; do sleep 0.05; n=$((n+1)); done
        kill -9 $server; wait $server $clients
        llmguard budget list | cut -f 1,3,4,13-
        rm ready
        """ + "\n" + ServedHome.start() + """
          for user in ana ben; do ask $user "a short $user" | grep -c word; done
          llmguard queue list
          stop
          llmguard ledger verify
          llmguard usage report --by user | cut -f 1,2,5
          llmguard usage list --limit 100 | cut -f 5 | sort | uniq -c | tr -s ' '
          llmguard budget list --json | grep -c '"held": 0,'
          """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    let (calls, words) = sent.use { $0 }
    #expect(lines.contains("ok"), "\(outcome)")
    #expect(outcome.error.contains("nothing waits, and nothing that could wait is under way"), "\(outcome)")
    // Eight of each user's calls were let out, by the concurrency; two more came after the new start.
    #expect(calls == 18, "\(outcome)")
    let sums = lines.filter { $0.hasPrefix("ana\t") || $0.hasPrefix("ben\t") }.suffix(2).map {
      $0.split(separator: "\t")
    }
    #expect(sums.compactMap { Int64($0[1]) } == [9, 9], "\(outcome)")
    let charged = sums.compactMap { Int64($0[2]) }.reduce(0, +)
    // By what was held: never less than the provider's own count, and never more than the calls could take.
    #expect(charged >= words + calls * Self.promptWords, "\(charged), \(words): \(outcome)")
    #expect(charged <= 16 * (500 + 10) + 2 * (2 + Self.promptWords), "\(charged): \(outcome)")
    #expect(lines.contains(" 16 abandoned") && lines.contains(" 2 complete"), "\(outcome)")
  }
}
