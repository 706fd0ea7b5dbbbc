import Testing

/// Calls that came to nothing are in no sum, and are not passed over where there is no other.
@Suite struct GivenBackStoryTests {
  @Test func anEmptyReportTellsOfThem() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -u $1 -- curl -s http://127.0.0.1:9/v1/chat/completions -d '{"model":"gpt-4o","messages":["hi"]}'; }
      ask ana; ask ana; ask ben; ask eve
      for user in '-u ana' '-u ben' '-u root' ''; do llmguard usage report $user; done
      llmguard run -q -u eve --estimate 5 -- true; llmguard usage report -u eve | cut -f 1,2
      llmguard usage report --json -u ana | grep -c '"schema"'
      for only in '-u ana' '-u eve' '--operation chat' ''; do llmguard usage report --json $only | sed -n 's/.*"given_back": //p'; done
      llmguard usage report --json --until 2020-01-01 --since 2019-01-01 | grep -c '"given_back": 0'
      llmguard usage metrics | grep calls_given_back
      """)
    #expect(outcome.output == "eve\t1\n1\n2,\n1,\n0,\n4,\n1\ncalls_given_back\t\t4\n", "\(outcome)")
    for (calls, names) in [("2 calls", "them"), ("1 call", "it"), ("4 calls", "them")] {
      let told = "; \(calls) came to nothing, and cost nothing\nhint: 'llmguard usage list' names \(names)\n"
      #expect(outcome.error.contains(told), "\(outcome)")
    }
    let notes = outcome.error.split(separator: "\n").filter { $0.hasPrefix("llmguard: no calls since ") }
    #expect(notes.count == 4 && notes.count { $0.contains("nothing") } == 3, "\(outcome)")
  }
}
