import Posix
import Testing

/// Policies tried on the past, on the command line.
extension StoryTests {
  private func trace(_ lines: Int) -> String {
    "TIMESTAMP,ContextTokens,GeneratedTokens\n"
      + (0..<lines).map { "2023-11-16 18:\($0 / 60 + 10):\($0 % 60 < 10 ? "0" : "")\($0 % 60).5,900,100\n" }.joined()
  }

  @Test func aTraceIsReplayedUnderTwoPolicies() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['100k tokens/day']\n")
    try File.replace(home + "/new.toml", with: Array("[tier.default]\nbudgets = ['50k tokens/day']\n".utf8))
    try File.replace(home + "/trace.csv", with: Array(trace(100).utf8))
    let outcome = try run("llmguard simulate --policy new.toml --trace trace.csv -m gpt-4o | cut -f 1,3-6")
    #expect(
      outcome.output
        == "default\tcurrent\t100\t0\t1\ndefault\tnew\t100\t41\t10\ntotal\tcurrent\t100\t0\t1\ntotal\tnew\t100\t41\t10\n",
      "\(outcome.error)")
    let wall = try run("llmguard simulate --policy new.toml --trace trace.csv -m gpt-4o --baseline hard-wall --json")
    #expect(wall.output.contains("\"policy\": \"hard-wall\""), "\(wall.error)")
    #expect(wall.output.contains("\"refused\": 48"))
    #expect(wall.output.contains("\"refused\": 41"))
    #expect(try run("llmguard usage report").output == "", "nothing is recorded")
  }

  /// All of them refused: that the price was the reason stands in no column.
  @Test func callsOfUnknownPriceAreToldOf() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['$5/day']\n")
    try File.replace(home + "/trace.csv", with: Array(trace(20).utf8))
    try File.replace(home + "/new.toml", with: Array("[tier.default]\nbudgets = ['50k tokens/day']\n".utf8))
    let outcome = try run(
      """
      llmguard simulate --policy new.toml --trace trace.csv | tail -2 | cut -f 3-5
      llmguard simulate --policy new.toml --trace trace.csv --json 2>none | tr -d ' ' >all; grep unknown_price all | sort | uniq -c
      llmguard simulate --policy new.toml --trace trace.csv -m gpt-4o >none
      """)
    #expect(outcome.output.hasPrefix("current\t20\t20\nnew\t20\t0\n"), "\(outcome)")
    #expect(
      outcome.output.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ").joined(separator: " ") }
        == ["2 \"refused_by_unknown_price\":0,", "2 \"refused_by_unknown_price\":20,"], "\(outcome)")
    #expect(
      outcome.error.hasPrefix(
        "llmguard: warning: a budget in money refused 20 of 20 calls under 'current', as the price of their model is "
          + "unknown\nhint: name the model of a trace that names none with --model; or "), "\(outcome)")
    #expect(outcome.error.split(separator: "\n").count == 2, "\(outcome)")
  }

  @Test func theLedgersHistoryIsReplayed() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['100k tokens/day']\n")
    try File.replace(home + "/new.toml", with: Array("[tier.default]\nbudgets = ['3 calls/day']\nhard = 100\n".utf8))
    let outcome = try run(
      """
      for i in 1 2 3 4 5; do llmguard run --op draft --estimate 100 -- echo $i > /dev/null; done
      llmguard simulate --policy new.toml | cut -f 1-5; llmguard simulate --policy new.toml --since 2020-01-01 | wc -l
      """)
    #expect(
      outcome.output
        == "default\tdraft\tcurrent\t5\t0\ndefault\tdraft\tnew\t5\t2\ntotal\t\tcurrent\t5\t0\ntotal\t\tnew\t5\t2\n4\n",
      "\(outcome.error)")
  }

  /// Who is paused now is refused in the replay, which is not the doing of `budget set`: each is told as it is.
  @Test func whatNoPolicyChangesIsToldAsItIs() throws {
    defer { try? Folder.removeTree(home) }
    try File.replace(home + "/new.toml", with: Array("[tier.default]\nbudgets = ['9k tokens/day']\n".utf8))
    let outcome = try run(
      """
      for u in ana bob; do llmguard run -q -u $u --estimate 100 -- true; done
      llmguard budget pause bob >/dev/null; llmguard simulate --policy new.toml | tail -1 | cut -f 4,5
      llmguard budget set ana '3k tokens/day' >/dev/null; llmguard simulate --policy new.toml >/dev/null
      """)
    #expect(outcome.output == "2\t1\n", "\(outcome)")
    let pause = "llmguard: bob is paused now, so all past calls of this user are refused under either policy"
    let own = "llmguard: ana: 'budget set' or 'budget lower' gave this user budgets that hold under either policy"
    let told = outcome.error.split(separator: "\n").filter { $0.hasPrefix("llmguard: ") }.map(String.init)
    #expect(told == [pause, own, pause], "\(outcome)")
  }

  /// For people a policy's figures add up to its total, and a cost that leaves calls out says so.
  @Test func aTotalIsTheSumOfItsParts() throws {
    defer { try? Folder.removeTree(home) }
    try File.replace(home + "/new.toml", with: Array("[tier.default]\nbudgets = ['9k tokens/day']\n".utf8))
    let outcome = try run(
      """
      for op in a b; do llmguard run -q --op $op -m gpt-4o --estimate 1440 -- true $op; done
      llmguard run -q --op c --estimate 7 -- true c
      script -qc 'stty cols 200; llmguard --color never simulate --policy new.toml' /dev/null | tr -d '\\r' |
        awk '/ current / { print $1, $2, $(NF-3), $(NF-2) }'
      """)
    #expect(
      outcome.output == """
        default a 1.44k $0.0036
        default b 1.44k $0.0036
        default c 7 unknown
        total current 2.89k $0.0072+

        """, "\(outcome)")
  }

  /// Answers longer than their estimates, of a stated estimate, retries, dear and cheap models, refusals: under the rules of the
  /// time all comes to what the report says.
  @Test func theCurrentRulesComeToTheSumsOfTheReport() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['20k tokens/day']\n")
    let outcome = try run(
      """
      guarded() { llmguard run -q --no-gateway --no-cache "$@" > /dev/null 2>&1; }
      for i in 1 2; do guarded -m gpt-4o -- seq $i 3000; done
      for i in 1 2 3 4; do guarded -u ben -m gpt-4o-mini -n 40 -- echo again; done
      guarded -u ben --op draft -m gpt-4o --estimate 20 -- seq 1 100
      guarded -u ben -m gpt-4o --estimate 90000 -- echo no; guarded -m gpt-4o -- echo dear
      llmguard usage report | awk -F '\t' '{ calls += $2; sum += $3 + $4; charge += $5; cost += $6 } END { print calls, sum, charge, cost }'
      llmguard simulate --baseline hard-wall |
        awk -F '\t' '$1 == "total" && $3 == "current" { print $4 - $5, $12, $13, $14; exit $5 != 1 }'; echo $?
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3 && lines.first?.hasPrefix("8 ") == true, "\(outcome.output)\(outcome.error)")
    // The refused call has its estimate in no sum.
    #expect(lines.first == lines.dropFirst().first && lines.last == "0", "\(outcome.output)\(outcome.error)")
  }

  /// The delay of a degraded call is in its time already: replayed twice, it would overlap the next call of the script.
  @Test func aDelayIsNotReplayedTwice() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder.delay = '250ms'\n")
    let outcome = try run(
      """
      guarded() { llmguard run -q --no-gateway --no-cache "$@" > /dev/null 2>&1; }
      guarded --estimate 750 -- true; for i in 1 2 3 4 5; do guarded -m m -n 300 -- echo $i; done
      llmguard usage report | awk -F '\t' '{ print $2, $8, $7, $5 }'
      llmguard simulate --baseline hard-wall | awk -F '\t' '$1 == "total" && $3 == "current" { print $4 - $5, $5, $6, $13 }'
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("6 0 5 ") == true && lines.last == lines.first, "\(outcome)")
  }

  /// The administrator tries rules for everybody: they lock what the user's file then may not hold.
  @Test func theAdministratorsFileCanBeTried() throws {
    defer { try? Folder.removeTree(home) }
    let mine = "[lock]\nkeys = ['tier']\n[tier.default]\nbudgets = ['1 call/day']\n"
    try File.replace(home + "/system.toml", with: Array(mine.utf8))
    try File.replace(
      home + "/calls.csv",
      with: Array(
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:10:00.5,9,10\n2023-11-16 18:11:00.5,9,10\n").utf8))
    let outcome = try run("llmguard simulate --system system.toml --trace calls.csv --json")
    let refused = outcome.output.split(separator: "\n").filter { $0.contains("\"refused\":") }
    #expect(outcome.status == 0 && outcome.output.contains("\"refused\": 1"), "\(outcome) \(refused)")
    try File.replace(home + "/user.toml", with: Array("[tier.default]\nbudgets = ['9 calls/day']\n".utf8))
    let locked = try run("llmguard simulate --system system.toml --policy user.toml --trace calls.csv")
    #expect(locked.status == 78 && locked.error.contains("'tier' is locked by system.toml:2"), "\(locked)")
  }

  @Test func whatCannotBeReplayedIsNamed() throws {
    defer { try? Folder.removeTree(home) }
    try File.replace(home + "/bad.csv", with: Array("TIMESTAMP,ContextTokens,GeneratedTokens\nx,1,2\n".utf8))
    try File.replace(home + "/bad.toml", with: Array("[tier.a]\nescalation = [2, 1]\n".utf8))
    let head = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
    try File.replace(home + "/negative.csv", with: Array((head + "2023-11-16 18:10:00.5,-9,100\n").utf8))
    try File.replace(home + "/binary.csv", with: [0, 255, 10, 0, 13, 254])
    try File.replace(home + "/wrong.toml", with: Array("[tier.a]\nescalation = [1, -2]\n".utf8))
    try File.replace(home + "/shrinking.toml", with: Array("[operation.a]\nescalation = [1, 2, 1.5]\n".utf8))
    let cases: [(String, Int32, String)] = [
      ("", 64, "simulate needs a policy"), ("--baseline wall", 64, "hard-wall"),
      ("--policy none.toml", 66, "give --policy a file that is there"),
      ("--system none.toml", 66, "give --system a file that is there"), ("--policy bad.toml", 78, "bad.toml:2:18"),
      ("--baseline hard-wall --trace none.csv", 66, "cannot read the trace"),
      ("--baseline hard-wall --trace bad.csv", 65, "line 2: TIMESTAMP"),
      ("--baseline hard-wall --trace .", 66, "cannot read the trace"),
      ("--baseline hard-wall --trace /dev/null", 65, "line 1"),
      ("--baseline hard-wall --trace binary.csv", 65, "line 1"),
      ("--baseline hard-wall --trace negative.csv", 65, "line 2"),
      ("--policy wrong.toml", 78, "wrong.toml:2:"), ("--policy shrinking.toml", 78, "1.5 comes after 2"),
      ("--baseline hard-wall --trace bad.csv --since 1d", 64, "exclude each other"),
      ("--baseline hard-wall --since never", 64, "'never' is not a time"),
    ]
    for (options, status, text) in cases {
      let outcome = try run("llmguard simulate \(options)")
      #expect(outcome.status == status, "\(options): \(outcome.error)")
      #expect(outcome.error.contains(text), "\(options): \(outcome.error)")
    }
    let empty = try run("llmguard simulate --baseline hard-wall --json")
    #expect(empty.status == 0)
    #expect(empty.error.contains("nothing to replay"))
  }
}
