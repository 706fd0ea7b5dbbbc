import ScriptedServer
import Testing

/// A request that nobody can meter and that its provider turned away cost nothing, and the run's summary does not doubt that.
@Suite struct UnmeteredErrorStoryTests {
  @Test(arguments: [
    ("images", ["1 request went out unmetered, came back with an error, and cost nothing"]),
    ("images audio", ["2 requests went out unmetered, came back with an error, and cost nothing"]),
    ("files", ["1 request went out unmetered; the cost is unknown"]),
    (
      "images files audio",
      [
        "3 requests went out unmetered", "2 of them came back with an error, and cost nothing",
        "the cost of the other is unknown",
      ]
    ),
  ])
  func anErrorCostNothing(kinds: String, told: [String]) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply(status: exchange.head.target.contains("files") ? 200 : 404, "{}")
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write(
      "s", "for kind in \(kinds); do curl -s -o /dev/null https://api.openai.com/v1/$kind/x -d '{}'; done\n")
    let outcome = try home.run(
      """
      llmguard run -q --summary -- sh s 2>&1 | grep -v 'went out unmetered (' | sed 's/.*this run: //' | tr ';' '\\n'
      llmguard run -q -- sh -c 'llmguard run -q --summary -- sh s' 2>&1 | sed 's/.*this run: //' | tr ';' '\\n'
      """)
    let lines = outcome.output.split(separator: "\n").map { String($0.drop { $0 == " " }) }.filter {
      !$0.contains("tokens in")
    }
    let all = told.flatMap { $0.split(separator: "; ").map(String.init) }
    #expect(lines == all + all, "\(outcome)")
  }
}
