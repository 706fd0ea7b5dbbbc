import Intent
import Posix
import Testing

/// Pairs that a reader of the lexicon made to break it, `Data/look-alikes.txt`, and pairs from the life of scripts.
@Suite struct LookAlikeTests {
  static var pairs: [(String, String)] {
    get throws {
      let files = ["look-alikes.txt", "look-alikes-scripts.txt"].map { File.parent(of: #filePath) + "/Data/" + $0 }
      let text = try files.reduce(into: "") { $0 += String(decoding: try File.readAll($1), as: UTF8.self) + "\n" }
      return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
        let parts = line.split(separator: "|", maxSplits: 1).map { $0.split(separator: " ").joined(separator: " ") }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
      }
    }
  }

  @Test func noneIsServed() throws {
    let pairs = try Self.pairs
    #expect(pairs.count > 1700)
    for (a, b) in pairs {
      for (one, other) in [(a, b), (b, a)] {
        let match = CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2)
        #expect(match == nil, "'\(one)' and '\(other)' share an answer")
      }
    }
  }

  /// Models answer in the language they are asked in.
  @Test(arguments: [
    ("Erkläre diesen Code", "explain this code"), ("Résume ce texte", "summarize this text"),
    ("Schreibe einen Witz über Berlin", "write a joke about Berlin"),
    ("Fasse diesen Text in drei Sätzen zusammen", "summarise this text in 3 sentences"),
    ("Resume este texto en 3 frases", "summarise this text in 3 sentences"),
  ])
  func aRequestInAnotherLanguageIsAnotherOne(a: String, b: String) {
    #expect(Guards.disagreement(a, b) != nil)
    #expect(Guards.disagreement(b, a) != nil)
  }

  @Test(arguments: [
    ("Übersetze diesen Text ins Französische", "Bitte übersetze den Text auf Französisch"),
    ("Summarise this e-mail thread in three bullet points", "a 3-bullet summary of the thread, please"),
  ])
  func inOneLanguageTheyMayAgree(a: String, b: String) {
    #expect(Guards.disagreement(a, b) == nil, "\(Guards.disagreement(a, b) ?? "")")
  }
}
