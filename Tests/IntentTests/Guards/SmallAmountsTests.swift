import Testing

@testable import Intent

/// How much is meant by small words: a few and few, only this and the only one, not all and none.
@Suite struct SmallAmountsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("do not delete all files", "do not delete the files"),
    ("do not delete every file", "do not delete the files"),
    ("do not list all errors", "do not list errors"),
    ("never delete all rows", "never delete the rows"),
    ("translate the only title", "translate just the title"),
    ("list the only option", "list just the option"),
    ("is he the only child", "is he only a child"),
    ("is he an only child", "is he the only child"),
    ("fix the only bug", "fix just the bug"),
    ("keep the only copy", "keep only a copy"),
    ("why do few people vote", "why do a few people vote"),
    ("name few reasons", "name a few reasons"),
    ("explain why little progress was made", "explain why a little progress was made"),
    ("is there little hope", "is there a little hope"),
    ("summarize this in exactly 100 words", "summarize this in 100 words"),
    ("write an essay of exactly 500 words", "write an essay of 500 words"),
  ])
  func theyCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("do not delete all files", "don't delete all the files"),
    ("do not delete all files", "do not delete every file"),
    ("list all files that are not empty", "list all the files that are not empty"),
    ("translate only the title", "translate just the title"),
    ("describe this in a few words", "describe it in a few words"),
    ("describe this in few words", "describe this in a few words"),
    ("summarize this in exactly 100 words", "summarize it in exactly 100 words"),
    ("summarize this in exactly 100 words", "summarize this in precisely 100 words"),
  ])
  func elsewhereTheyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
