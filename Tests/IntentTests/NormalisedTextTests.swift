import Intent
import Testing

@Suite struct NormalisedTextTests {
  @Test(arguments: [
    ("Say hello", "  Say   hello \n"), ("a\r\nb", "a\nb\n\n"), ("a  \nb", "a\nb"), ("\u{FEFF}x y", "x\ty"),
  ])
  func whatNobodyMeansIsTakenAway(a: String, b: String) {
    #expect(NormalisedText.exact(a) == NormalisedText.exact(b))
  }

  @Test(arguments: [
    ("us", "US"), ("a\n  b", "a\nb"), ("count 'a  b'", "count 'a b'"), ("ab", "a\u{200B}b"), ("a b", "a\u{A0}b"),
    ("ab", "a\u{0}b"), ("x y", "xy"), ("é", "e\u{301}"), ("abc", "\u{202E}abc"),
  ])
  func everythingElseStays(a: String, b: String) {
    #expect(NormalisedText.exact(a) != NormalisedText.exact(b))
  }

  @Test func bytesAreNotRepaired() {
    #expect(NormalisedText.exact([0x61, 0xFF]) != NormalisedText.exact([0x61, 0xFE]))
    #expect(RequestParts.split(lastUserBytes: [0x61, 0xFF]) == RequestParts(instruction: "", payload: [0x61, 0xFF]))
  }
}
