import Intent
import Testing

@Suite struct NormalisedTextTests {
  @Test(arguments: [
    ("Say hello", "  Say hello \n"), ("a\r\nb", "a\nb\n\n"), ("a  \nb", "a\nb"), ("x y", "\tx y"),
  ])
  func whatNobodyMeansIsTakenAway(a: String, b: String) {
    #expect(NormalisedText.exact(a) == NormalisedText.exact(b))
  }

  @Test(arguments: [
    ("us", "US"), ("a\n  b", "a\nb"), ("  a\nb", "a\nb"), ("count 'a  b'", "count 'a b'"),
    ("how long is a  b", "how long is a b"), ("is x\ty right", "is x y right"),
    ("ab", "a\u{200B}b"), ("a b", "a\u{A0}b"),
    ("ab", "a\u{0}b"), ("x y", "xy"), ("é", "e\u{301}"), ("abc", "\u{202E}abc"),
    ("abc", "\u{FEFF}abc"), (" abc\nd", " \u{FEFF}abc\nd"),
  ])
  func everythingElseStays(a: String, b: String) {
    #expect(NormalisedText.exact(a) != NormalisedText.exact(b))
  }

  /// What is as it is compared is handed back as it is; everything else must come out the same as when it was looked at piece
  /// by piece.
  @Test(arguments: [
    ("Say hello", "Say hello"), (" a b", "a b"), ("a b ", "a b"), ("a  b", "a  b"), ("a\tb", "a\tb"), ("a\r", "a"),
    ("\t a\t", "a"),
    ("a\rb", "a\rb"), ("\u{FEFF}a b ", "\u{FEFF}a b"), ("", ""), (" ", ""), ("\n\na\nb", "a\nb"),
    ("  a\nb", "  a\nb"),
    (" 'a  b' ", "'a  b'"),
    ("a\u{1F}b", "a\u{1F}b"), ("é  ü", "é  ü"),
  ])
  func theBytesAreThese(text: String, exact: String) {
    #expect(NormalisedText.exact(text) == Array(exact.utf8))
  }

  @Test func bytesAreNotRepaired() {
    #expect(NormalisedText.exact([0x61, 0xFF]) != NormalisedText.exact([0x61, 0xFE]))
    #expect(RequestParts.split(lastUserBytes: [0x61, 0xFF]) == RequestParts(instruction: "", payload: [0x61, 0xFF]))
  }
}
