import Intent
import Testing
import TextFormats

/// Pairs of `Data/near-synonyms.jsonl`: words that are near to each other, where one instead of the other asks for something else.
@Suite struct NearSynonymTests {
  private static func pairs() throws -> [LabelledPair] {
    try WrittenGroup.text("near-synonyms.jsonl").split(separator: "\n").map { line in
      let value = try JSONParser.parse(String(line))
      return LabelledPair(
        value["instr_a"]?.stringValue ?? "", value["instr_b"]?.stringValue ?? "", isSame: false,
        kind: value["kind"]?.stringValue ?? "")
    }
  }

  @Test func noneIsServed() throws {
    let pairs = try Self.pairs()
    #expect(pairs.count >= 1000)
    #expect(pairs.allSatisfy { !$0.instructions.0.isEmpty && $0.instructions.0 != $0.instructions.1 })
    #expect(Set(pairs.map(\.kind)).isSuperset(of: ["comparison", "option", "tense", "possession", "generated verb"]))
    for pair in pairs {
      let match = CacheTier.match(pair, threshold: 2)
      #expect(match == nil, "'\(pair.instructions.0)' and '\(pair.instructions.1)' share an answer (\(pair.kind))")
    }
  }

  /// What is told to the model itself may still be said in many words.
  @Test(arguments: [
    ("List all dates in this text", "extract the dates from this text"),
    ("Write a script that deletes the file", "create a script that deletes the file"),
    ("How do I list running containers in docker?", "docker: show the running containers"),
    ("List the files over 5 MB", "list the files above 5 MB"), ("convert 5 mb to kb", "convert 5 MB to KB"),
    ("How do I read a file in swift?", "how do I read a file in Swift"),
  ])
  func otherWordsForOneTaskAreServed(a: String, b: String) {
    #expect(CacheTier.match(LabelledPair(a, b, isSame: true, kind: "same"), threshold: 2) == .intent)
  }
}
