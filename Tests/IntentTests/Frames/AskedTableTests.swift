import Testing

@testable import Intent

/// What is done to the rows of a table, or to the entries of a list.
@Suite struct AskedTableTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(
      LabelledPair(a, b, payloads: ("Some text.\nMore.\n", "Some text.\nMore.\n"), isSame: true, kind: ""), threshold: 2
    ) != nil
  }

  @Test(arguments: [
    ("order the rows of this CSV by revenue from highest to lowest", "sort this CSV by revenue, descending"),
    ("sort this csv on revenue, largest first", "sort this CSV by the revenue column, descending"),
    ("sort this CSV by revenue desc", "sort this CSV by revenue in descending order"),
    ("sort the rows of this table by price", "sort this table by price"),
    ("keep only the failed jobs from this list", "show only the failed jobs in this list"),
    ("filter this list down to the failed jobs", "show only the failed jobs in this list"),
    ("filter this list to only the failed jobs", "keep just the failed jobs in this list"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Other rows, other keys, and what is no table.
  @Test(arguments: [
    ("sort the columns of this table by price", "sort this table by price"),
    ("sort the lines of this table by price", "sort this table by price"),
    ("sort this table by price desc", "sort this table by price asc"),
    ("sort this table on Friday", "sort this table by Friday"),
    ("order this pizza by phone", "sort this pizza by phone"),
    ("filter this list down to the failed jobs", "filter the failed jobs out of this list"),
    ("filter this list down to ten entries", "filter this list down to twenty entries"),
    ("keep only the failed jobs from this list", "keep only the first failed job from this list"),
    ("keep only the imports from this file", "list only the imports in this file"),
    ("keep only the failed jobs from this list", "remove the failed jobs from this list"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
