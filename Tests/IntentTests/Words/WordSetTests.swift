import Testing

@testable import Intent

@Suite struct WordSetTests {
  private static let words = ["up", "out", "down", "über", "a longer word than one of fifteen letters", ""]

  @Test func itsOwnWordsAreInIt() {
    let set = WordSet(Self.words)
    for word in Self.words { #expect(set.contains(word), "\(word)") }
  }

  @Test(arguments: ["u", "upp", "Up", "uber", "a longer word than one of fifteen letterz", " "])
  func noOtherIs(word: String) {
    #expect(!WordSet(Self.words).contains(word))
  }

  @Test func wordsThatMeetAtOnePlaceAreToldApart() {
    // More words than the table has places for their hashes' last bits.
    let words = (0..<2000).map { "word\($0)" }
    let set = WordSet(words.filter { $0.hasSuffix("7") })
    #expect(words.filter(set.contains) == words.filter { $0.hasSuffix("7") })
  }

  @Test func anEmptyOneHoldsNothing() {
    #expect(!WordSet([]).contains("word"))
  }

  /// What guards look at one by one must be all that they then ask about.
  @Test func everyMarkedWordIsLookedAt() {
    for pair in GuardWords.opposites {
      #expect(GuardWords.marked.contains(pair.0) && GuardWords.marked.contains(pair.1), "\(pair)")
      #expect(GuardWords.opposites(of: pair.0).contains(pair.1), "\(pair)")
      #expect(GuardWords.opposites(of: pair.1).contains(pair.0), "\(pair)")
    }
    for word in GuardWords.equals.keys where GuardWords.oneSided.contains(word) {
      #expect(GuardWords.marked.contains(word), "\(word)")
    }
    for word in ["should", "must", "might", "did", "never"] {
      #expect(GuardWords.modals.contains(word) && GuardWords.marked.contains(word), "\(word)")
    }
  }
}
