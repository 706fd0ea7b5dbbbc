import Testing

@testable import Intent

@Suite struct LexiconTests {
  @Test func everyLineIsRead() {
    let lexicon = Lexicon.shared
    #expect(lexicon.faults.isEmpty, "lines \(lexicon.faults)")
    #expect(lexicon.doubles.isEmpty, "listed twice: \(lexicon.doubles.joined(separator: ", "))")
    #expect(lexicon.formCount >= 1500)
  }

  @Test(arguments: [
    ("transalte", "translate"), ("summmarize", "summarize"), ("clasify", "classify"), ("classsify", "classify"),
    ("reviewer", nil),
    ("dinstall", nil), ("desending", "descending"), ("form", nil),
  ])
  func slipsOfLongWordsAreForgivenWhenTheyAreClear(word: String, meant: String?) {
    #expect(Lexicon.shared.correction(of: Array(word.utf8)).map { String(decoding: $0, as: UTF8.self) } == meant)
  }
}
