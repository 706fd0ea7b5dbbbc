import CIntentTables
import Intent
import Posix
import Testing

/// Pairs that a reader of the lexicon made to break it: `Data/look-alikes.txt`.
@Suite struct LookAlikeTests {
  private static var pairs: [(String, String)] {
    get throws {
      let path = File.parent(of: #filePath) + "/Data/look-alikes.txt"
      let text = String(decoding: try File.readAll(path), as: UTF8.self)
      return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
        let parts = line.split(separator: "|", maxSplits: 1).map { $0.split(separator: " ").joined(separator: " ") }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
      }
    }
  }

  @Test func noneIsServed() throws {
    let pairs = try Self.pairs
    #expect(pairs.count > 230)
    for (a, b) in pairs {
      for (one, other) in [(a, b), (b, a)] {
        let match = CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2)
        #expect(match == nil, "'\(one)' and '\(other)' share an answer")
      }
    }
  }

  /// Each word of a concept for another one, where the words themselves are asked about.
  @Test func noWordStandsForAnotherWhereItIsAskedAbout() {
    let lexicon = String(
      decoding: UnsafeBufferPointer(start: intent_lexicon(), count: intent_lexicon_size()), as: UTF8.self)
    var count = 0
    for line in lexicon.split(separator: "\n") where line.hasPrefix("thing ") || line.hasPrefix("quality ") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let forms = line[line.index(after: equals)...].split(separator: "|").map {
        $0.split(separator: " ").joined(separator: " ")
      }
      guard let first = forms.first else { continue }
      for form in forms.dropFirst() where Self.start(form) != Self.start(first) {
        let (a, b) = (
          "what is the difference between \(first) and quorl", "what is the difference between \(form) and quorl"
        )
        let match = CacheTier.match(LabelledPair(a, b, isSame: false, kind: ""), threshold: 2)
        #expect(match == nil, "'\(first)' and '\(form)'")
        count += 1
      }
    }
    #expect(count > 100)
  }

  /// How a word begins: that of two spellings is the same.
  private static func start(_ form: String) -> String {
    ["is", "are", "can", "could", "did", "was", "were"].contains(form)
      ? "" : String(form.filter { $0 != "-" }.prefix(2))
  }

  @Test(arguments: [
    ("Erkläre diesen Code", "explain this code"), ("Résume ce texte", "summarize this text"),
    ("5 Mm in km", "5 mm in km"), ("what does ls -S do", "what does ls -s do"),
    ("when was the meeting", "when is the meeting"),
    ("write a letter to her landlord", "write a letter to his landlord"),
    ("suggest a name for my cat", "suggest names for my cat"), ("explain the get method", "explain the method"),
    ("explain (a b) c", "explain a (b c)"), ("write a poem about mercury", "write a poem about Mercury"),
    ("what is the difference between delete and drop", "what is the difference between remove and drop"),
    ("delete the last column of all tables", "delete all columns of the last table"),
  ])
  func guardsForbid(a: String, b: String) {
    #expect(Guards.disagreement(a, b) != nil)
    #expect(Guards.disagreement(b, a) != nil)
  }

  /// What was forbidden is not so much that the usual ways to ask the same are.
  @Test(arguments: [
    ("Explain this function to me", "What does this function do?"),
    ("find files larger than 100MB", "find files larger than 100 mb"),
    ("What is the capital of Australia?", "what is the capital of australia"),
    ("write an autumn haiku", "a haiku about autumn"),
    ("write a Python regex that matches a date", "python regex matching dates"),
    ("summarise my notes", "summarise the notes"),
    ("Übersetze diesen Text ins Französische", "Bitte übersetze den Text auf Französisch"),
    ("Summarise this e-mail thread in three bullet points", "a 3-bullet summary of the thread, please"),
  ])
  func guardsAllow(a: String, b: String) {
    #expect(Guards.disagreement(a, b) == nil, "\(Guards.disagreement(a, b) ?? "")")
    #expect(Guards.disagreement(b, a) == nil, "\(Guards.disagreement(b, a) ?? "")")
  }
}
