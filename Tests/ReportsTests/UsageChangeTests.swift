import Testing

@testable import Reports

/// How much more or less an amount is than the one before.
@Suite struct UsageChangeTests {
  @Test(
    arguments: [
      (0, 0, "same"), (7, 7, "same"), (0, 5, "new"), (5, 0, "gone"), (100, 150, "+50 %"), (100, 199, "+99 %"),
      (100, 200, "2×"), (100, 240, "2.4×"), (1000, 1999, "+99 %"), (100, 60, "-40 %"), (1000, 1, "-99 %"),
      (1, 1000, "1k×"), (1, .max, "9,223B×"),
    ] as [(Int64, Int64, String)])
  func isToldInShort(before: Int64, after: Int64, words: String) {
    #expect(UsageReport.change(from: before, to: after).shown == words)
  }
}
