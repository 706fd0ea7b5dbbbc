import Posix
import Testing

@testable import LLMGuardCLI

/// Pairs that somebody has judged are measured.
extension StoryTests {
  @Test func pairsAreEvaluatedByTierAndKind() throws {
    defer { try? Folder.removeTree(home) }
    let pairs = """
      {"instr_a":"Summarize this","payload_a":"x","instr_b":"a summary please","payload_b":"x","same":true,"kind":"reworded"}
      {"instr_a":"Summarize this","payload_a":"x","instr_b":"Summarize this","payload_b":"y","same":0,"kind":"payload"}
      {"instr_a":"Summarize this","instr_b":"  Summarize this ","same":1,"kind":"trivial"}
      {"instr_a":"Wait 5 minutes","instr_b":"Wait 6 minutes","same":false,"kind":"number"}

      """
    try File.replace(home + "/pairs.jsonl", with: Array(pairs.utf8))
    let outcome = try run(
      "llmguard cache evaluate pairs.jsonl | tail -n 4 | cut -f 1,2,3,5,6,8; llmguard cache evaluate pairs.jsonl --json | tr -d ' \\n'"
    )
    #expect(
      outcome.output.hasPrefix(
        "all\texact\t4\t1\t0\t0.5\nall\tintent\t4\t1\t0\t0.5\nall\tserved\t4\t2\t0\t1\nall\tsimilar\t4\t0\t0\t0\n{"),
      "\(outcome.output)\(outcome.error)")
    #expect(
      outcome.output.contains(
        #""schema":1,"pairs":4,"tiers":[{"tier":"exact","hits":1,"false_hits":0,"precision":1,"recall":0.5}"#))
    #expect(outcome.output.contains(#"{"tier":"similar","hits":0,"false_hits":0,"precision":null,"recall":0}"#))
  }

  @Test func pairsThatCannotBeReadAreNamed() throws {
    defer { try? Folder.removeTree(home) }
    try File.replace(home + "/pairs.jsonl", with: Array("\n{\"instr_a\":\"a\"}\n".utf8))
    let outcome = try run(
      "llmguard cache evaluate pairs.jsonl; echo $?; llmguard cache evaluate none.jsonl; echo $?; : > empty; llmguard cache evaluate empty; echo $?"
    )
    #expect(outcome.output == "65\n66\n65\n")
    #expect(outcome.error.contains("pairs.jsonl:2: 'instr_b' is not a text"))
    try File.replace(home + "/pairs.jsonl", with: Array("\n{\"instr_a\":\n".utf8))
    #expect(
      try run("llmguard cache evaluate pairs.jsonl").error.hasPrefix(
        "llmguard: error: pairs.jsonl:2:12: is not JSON: expected a value, found the end of the text\n"))
    #expect(outcome.error.contains("empty holds no pairs"))
  }

  /// One wrong answer of ten thousand is not none: what is not all is not 100 %, and what is there is not 0 %.
  @Test(
    arguments: [
      (1, "100.0 %"), (0.9999, "99.9 %"), (0.9994, "99.9 %"), (0.5, "50.0 %"), (0.00001, "0.1 %"), (0, "0.0 %"),
      (nil, "-"),
    ] as [(Double?, String)])
  func sharesAreNotRoundedToAllOrNothing(share: Double?, shown: String) {
    #expect(CacheEvaluateCommand.percent(share).shown == shown)
  }

  @Test(arguments: [(0, 7, "0"), (1, 10_000, "0.1"), (9999, 10_000, "99.9"), (10, 10, "100")])
  func whatWasRejectedIsNotRoundedToAllOrNothing(part: Int64, whole: Int64, shown: String) {
    #expect(CacheViewCommands.percent(part, of: whole) == shown)
  }
}
