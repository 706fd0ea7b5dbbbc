import Posix
import ScriptedServer
import Testing

/// What a discount that nobody knows makes of sums: the most that they can be, wherever they are told.
@Suite struct CostBoundStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      let asked = exchange.text
      let tier = ["flex", "scale"].first { asked.contains($0) } ?? "default"
      exchange.reply(
        #"{"model":"gpt-4o","service_tier":"\#(tier)","choices":[{"message":{"content":"Tom"}}],"#
          + #""usage":{"prompt_tokens":1000,"completion_tokens":1000}}"#)
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  /// A replay of the calls tells of its cost what a report tells: the most, the least, or neither.
  @Test func aReplayIsBoundAsTheReportIs() throws {
    defer { home.remove() }
    try home.write("new.toml", "[tier.default]\nbudgets = ['9k tokens/day']\n")
    let outcome = try home.run(
      """
      call() { llmguard run -q --no-cache -u "$1" -- curl -sS https://api.openai.com/v1/chat/completions \
        -d '{"model":"gpt-4o","max_tokens":2000,"service_tier":"'"$2"'","messages":[{"role":"user","content":"'"$1 $2"'"}]}' >got; }
      told() { llmguard simulate --policy new.toml --json | grep '"cost_bound\\|calls_of_' | head -4 | tr -d ' \\n'; echo
        script -qc 'stty cols 200; llmguard --color never simulate --policy new.toml' /dev/null | tr -d '\\r' | awk '/^total.* current / { print $(NF-2) }'; }
      call ana default; told; call ana flex; told; call ben scale; told
      """)
    func json(_ unknown: Int, _ most: Int, _ bound: String) -> String {
      #""calls_of_unknown_cost":\#(unknown),"calls_of_cost_at_most":\#(most),"calls_of_cost_about":0,"cost_bound":"\#(bound)""#
    }
    #expect(
      outcome.output == """
        \(json(0, 0, "exact"))
        $0.0125
        \(json(1, 1, "at_most"))
        $0.025-
        \(json(2, 1, "about"))
        $0.0375±

        """, "\(outcome)")
  }

  /// A call of 12,500 millionths of a dollar costs as much in a tier that is sold for less, or less; in one of which nobody knows
  /// anything, as much or more.
  @Test func aSumIsTheMostThatItCanBe() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      call() { llmguard run --no-cache "$3" -u "$1" -- curl -sS https://api.openai.com/v1/chat/completions \
        -d '{"model":"gpt-4o","max_tokens":2000,"service_tier":"'"$2"'","messages":[{"role":"user","content":"'"$1 $2 $3"'"}]}' >got; }
      check() { llmguard usage check --max "$@" 2>said; echo $?; head -n 1 said | cut -d , -f 1; }
      call ana flex --summary 2>&1 | grep -c 'charged, at most \\$0.0125$'
      call ana flex -q
      check '$0.025'; check '$0.02'; check '$0.02' --json; check '$0.03' --json | grep cost_bound | tr -d ' ,'
      llmguard usage report --format csv | tail -1 | cut -d , -f 6,11,31- | tr -d '\\r'
      llmguard usage report --format html | grep -o 'for at most \\$0.025\\|"long">\\$0.025-\\|A discount of 2 calls is unknown'
      llmguard usage report --format markdown | grep -c ' \\$0.025- '
      llmguard usage metrics | grep calls_of_ | cut -f 1,3
      call ben scale -q
      check '$0.03'; check '$1'
      llmguard usage report --json | grep cost_bound | tr -d ' ,'
      llmguard ledger verify >said; echo $?
      """)
    #expect(
      outcome.output == """
        1
        ok: at most $0.025 of $0.025 used by 2 calls
        0
        2
        llmguard: error: a discount of 2 of 2 calls is unknown
        2
        llmguard: error: a discount of 2 of 2 calls is unknown
        "cost_bound":"at_most"
        25000,2,2,0
        for at most $0.025
        A discount of 2 calls is unknown
        "long">$0.025-
        1
        calls_of_unknown_cost_total\t2
        calls_of_cost_at_most_total\t2
        calls_of_cost_about_total\t0
        2
        llmguard: error: a discount of 2 of 3 calls is unknown
        2
        llmguard: error: the price of 1 of 3 calls is unknown
        "cost_bound":"at_most"
        "cost_bound":"at_least"
        "cost_bound":"about"
        0

        """, "\(outcome.output)\(outcome.error)")
  }
}
