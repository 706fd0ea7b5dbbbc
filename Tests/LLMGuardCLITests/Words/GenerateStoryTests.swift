import Posix
import Testing

/// Man pages and their dates.
extension StoryTests {
  @Test func aPageCarriesTheDayItLastChanged() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      export SOURCE_DATE_EPOCH=951782400; llmguard generate --output-dir a >/dev/null; cat a/man/* | grep -h '^.Dd' | uniq
      export SOURCE_DATE_EPOCH=1078099200; llmguard generate --output-dir a >/dev/null; cat a/man/* | grep -h '^.Dd' | uniq
      echo '.Pp' >> a/man/llmguard-run.1; llmguard generate --output-dir a >/dev/null
      grep '^.Dd' a/man/llmguard-run.1 a/man/llmguard.1; tail -n 1 a/man/llmguard-run.1
      """)
    #expect(
      outcome.output == """
        .Dd February 29, 2000
        .Dd February 29, 2000
        a/man/llmguard-run.1:.Dd March 1, 2004
        a/man/llmguard.1:.Dd February 29, 2000
        .Xr llmguard.toml 5

        """)
  }

  @Test func withoutAStatedDayItIsToday() throws {
    defer { try? Folder.removeTree(home) }
    // A run at midnight may see one day before and the next after.
    let outcome = try run(
      """
      LC_ALL=C date -u '+.Dd %B %-d, %Y' > days; llmguard generate --output-dir a >/dev/null
      LC_ALL=C date -u '+.Dd %B %-d, %Y' >> days; head -n 1 a/man/llmguard.1 | grep -cxFf days
      """)
    #expect(outcome.output == "1\n")
  }

  /// Nobody who only looks has 26 files written where they stand.
  @Test func withoutAPlaceNothingIsWritten() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      "mkdir d; cd d; llmguard generate; echo $?; ls | wc -l; llmguard generate --output-dir . | wc -l; ls")
    #expect(outcome.output == "64\n0\n26\ncompletions\nman\n", "\(outcome)")
    #expect(outcome.error.contains("--output-dir"), "\(outcome)")
  }
}
