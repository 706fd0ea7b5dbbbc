import Posix
import PretendProvider
import TextFormats
import Testing

/// What a provider says to one process holds for the others, which have the ledger alone in common with it.
@Suite struct ProviderLimitStoryTests {
  let home: ProgramHome
  let provider: PretendProvider

  init() throws {
    home = try ProgramHome()
    provider = try PretendProvider()
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [provider.openai]
      base = '\(provider.url)/v1'
      [provider.anthropic]
      base = '\(provider.url)'

      """)
    try home.write(
      "ask",
      """
      case $1 in
      openai) curl -sS https://api.openai.com/v1/chat/completions -H "x-pretend: $3" \\
        -d '{"model":"'"$4"'","max_tokens":20,"messages":[{"role":"user","content":"'"$2"'"}]}' ;;
      anthropic) curl -sS https://api.anthropic.com/v1/messages -H "x-pretend: $3" \\
        -d '{"model":"'"$4"'","max_tokens":20,"messages":[{"role":"user","content":"'"$2"'"}]}' ;;
      esac >/dev/null

      """)
  }

  /// The calls that were settled, the first first: when each was held, and how long it had stood in the line.
  private func calls() throws -> [JSONValue] {
    let outcome = try home.run("llmguard usage export --format jsonl")
    return outcome.output.split(separator: "\n").compactMap { try? JSONParser.parse(Array($0.utf8)) }
      .sorted { ($0["call"]?.int64Value ?? 0) < ($1["call"]?.int64Value ?? 0) }
  }

  /// That a call which began at `second` went out no sooner than three seconds after `first`, and stood in the line.
  private func expectWait(_ call: JSONValue?, first: Int64, second: Int64) throws {
    let held = try #require(call?["started_at_unix_ms"]?.int64Value)
    #expect(held >= first + 3000, "\(String(describing: call)), from \(first)")
    // On a machine so busy that the time was nearly over before the call began, there may have been nothing to wait for.
    if second < first + 1500 { #expect(call?["queue_wait_ms"]?.int64Value ?? 0 > 0) }
  }

  private static func instants(_ output: String) -> [Int64] { output.split(separator: "\n").compactMap { Int64($0) } }

  @Test(arguments: ["openai", "anthropic"]) func whatIsUsedUpIsWaitedFor(provider name: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      date +%s%3N; llmguard run sh ask \(name) one 'left-0, resets-3' m
      date +%s%3N; llmguard run sh ask \(name) two '' m; llmguard ledger verify
      """)
    let instants = Self.instants(outcome.output)
    #expect(outcome.output.hasSuffix("ok\n") && instants.count == 2, "\(outcome.error)")
    let calls = try calls()
    #expect(calls.map { $0["outcome"] } == ["complete", "complete"], "\(calls)")
    #expect(calls.first?["queue_wait_ms"] == .null)
    try expectWait(calls.last, first: instants[0], second: instants[1])
  }

  /// Whoever sends a request has no options of llmguard's: what it can do about its provider's limit, and what about a line of
  /// its own, it is told in its own words.
  @Test(arguments: [
    (
      "openai one 'status-429, retry-after-600'", "", "openai lets no call start for another ",
      #"^try again then, or ask another model$"#, "provider"
    ),
    (
      "openai one 'left-0, resets-50'", "", "refused: openai says 0 calls are left for another ",
      #"^openai's limit opens again in about [0-9]+ s: try again then, or ask another model$"#, "provider"
    ),
    ("openai one ''", "calls_per_minute = 1", "no room for another call of ann", "^try again later$", "rules"),
  ])
  func aServersRefusalTellsWhatARequestCanDo(
    first: String, limit: String, message: String, hint: String, cause: String
  ) throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['1M tokens/day']\n\(limit)\n[provider.openai]\nbase = '\(provider.url)/v1'\n")
    let outcome = try home.run(
      """
      mkfifo ready
      llmguard serve --listen 127.0.0.1:0 --print-env --user ann --ready-fd 3 --wait 0s >env 2>log 3>ready & server=$!
      read -r word <ready; . ./env; sh ask \(first) m
      curl -sS "$OPENAI_BASE_URL/chat/completions" -d '{"model":"m","max_tokens":9,"messages":[]}'; kill $server; wait $server
      """)
    let reply = try JSONParser.parse(Array(outcome.output.utf8))
    #expect(reply["error"]?["message"]?.stringValue?.contains(message) == true, "\(outcome)")
    #expect(reply["llmguard"]?["hint"]?.stringValue?.contains(try Regex(hint)) == true, "\(outcome)")
    #expect(reply["llmguard"]?["cause"]?.stringValue == cause, "\(outcome)")
    let limit = reply["llmguard"]?["provider_limit"]
    if cause == "rules" { return #expect(limit == .null, "\(outcome)") }
    let isPause = message.contains("no call start")
    #expect(limit?["provider"] == "openai" && limit?["unit"] == (isPause ? .null : "calls"), "\(outcome)")
    #expect(limit?["left"] == (isPause ? .null : .int(0)) && limit?["until_unix_ms"]?.int64Value != nil, "\(outcome)")
  }

  /// A limit of the configuration has nothing to do with it, and to raise one would be of no use: also where there is one.
  @Test(arguments: ["", "[tier.default]\nbudgets = ['1M tokens/day']\ncalls_per_minute = 1\nconcurrency = 1\n"])
  func whoWaitsForAProviderIsToldSo(limits: String) throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "\(limits)[provider.openai]\nbase = '\(provider.url)/v1'\n")
    let outcome = try home.run(
      """
      llmguard run sh ask openai one 'left-0, resets-50' m
      llmguard run --wait 1s sh ask openai two '' m
      """)
    let lines = outcome.error.split(separator: "\n").map(String.init)
    let queued = #/^llmguard: queued: next, about (1 m|[0-9]+ s) \(openai says 0 calls are left\)$/#
    let refused = #/refused: openai says 0 calls are left for another \d+ s; this is one more, and it has waited \d/#
    let hint = #/^hint: openai's limit opens again in about [0-9]+ s(, those of the conf.* 5[0-9] s)?: try again/#
    #expect(lines.contains { $0.contains(queued) }, "\(outcome)")
    #expect(lines.contains { $0.contains(refused) }, "\(outcome)")
    #expect(lines.contains { $0.contains(hint) && $0.contains("configuration") != limits.isEmpty }, "\(outcome)")
    #expect(!outcome.error.contains("raise") && !outcome.error.contains("no room"), "\(outcome)")
  }

  /// Who is held back by the provider hears that it is the provider, and when to come again.
  @Test func aRefusalTellsThatTheProviderHoldsBack() throws {
    defer { home.remove() }
    try home.write(
      "again",
      """
      curl -sS -D heads https://api.openai.com/v1/chat/completions \
        -d '{"model":"m","max_tokens":20,"messages":[{"role":"user","content":"'$1'"}]}' >body
      tr -d '\r' <heads | grep -i '^retry-after' | cut -d ' ' -f 2

      """)
    let outcome = try home.run(
      """
      llmguard run sh ask openai one 'status-429, retry-after-600' m
      llmguard run --wait 0 sh again two
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 1, "\(outcome)")
    #expect(lines.first.flatMap { Int($0) }.map { (500...600).contains($0) } == true, "\(outcome)")
    #expect(outcome.error.contains("refused: openai lets no call start for another "), "\(outcome)")
    #expect(!outcome.error.contains("next"), "\(outcome)")
  }

  @Test func aRetryAfterIsKeptByEveryProcess() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run sh ask openai one 'status-429, retry-after-600' m
      llmguard run --wait 0 sh ask openai two '' m
      llmguard queue list --json | tr -d ' ' | grep -e '"lane"' -e paused | cut -d : -f 1,2 | sed 's/:[0-9].*//'
      date +%s%3N; llmguard run sh ask openai three 'status-429, retry-after-3' n
      date +%s%3N; llmguard run sh ask openai four '' n; llmguard ledger verify
      """)
    let instants = Self.instants(outcome.output)
    #expect(outcome.output.hasPrefix("\"lane\":\"modelmatopenai(http\n\"paused_until_unix_ms\"\n"), "\(outcome.output)")
    #expect(outcome.output.hasSuffix("ok\n") && instants.count == 2, "\(outcome.error)")
    let calls = try calls()
    #expect(calls.map { $0["outcome"] } == ["given_back", "refused", "given_back", "complete"], "\(calls)")
    try expectWait(calls.last, first: instants[0], second: instants[1])
    // The call's story and the numbers tell it.
    let number = calls.last?["call"]?.int64Value ?? 0
    let story = try home.run(
      "llmguard usage show \(number) --json | grep -c queue_wait_ms; llmguard usage metrics | grep queue_wait | cut -f 1"
    )
    #expect(story.output == "1\nqueue_wait_p50_seconds\nqueue_wait_p95_seconds\n", "\(story.output)")
  }
}
