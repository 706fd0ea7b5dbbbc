import Posix
import Testing

@Suite struct ByteSearchTests {
  @Test(arguments: [
    ("gpt-5-search-api", true), ("-search-api", true), ("-search-ap", false), ("", false),
    ("gpt-5-search-search-api-2026", true),
    ("gpt-5-sëarch-api", false), ("a-search-apī", false), ("\u{0}-search-api\u{0}", true),
    ("-SEARCH-API", false),
  ])
  func aMarkIsFoundWhereItStands(text: String, stands: Bool) {
    #expect(ByteSearch.holds("-search-api", in: text) == stands)
    #expect(ByteSearch.holds("-search-api", in: Array(text.utf8)) == stands)
  }

  @Test func nothingStandsInEverything() {
    for text in ["", "a", "é"] {
      #expect(ByteSearch.holds("", in: text))
      #expect(ByteSearch.holds("", in: Array(text.utf8)))
    }
  }

  @Test func anAccentOfItsOwnIsAnotherByte() {
    #expect(ByteSearch.holds("caf", in: "cafe\u{301}"))
    #expect(ByteSearch.holds("cafe", in: "cafe\u{301}"))
    #expect(!ByteSearch.holds("caf\u{E9}", in: "cafe\u{301}"))
  }

  @Test func longBytesAreSearchedToTheirEnd() {
    var bytes = [UInt8](repeating: UInt8(ascii: "-"), count: 1 << 20)
    #expect(!ByteSearch.holds("-search-api", in: bytes))
    bytes += Array("-search-api".utf8)
    #expect(ByteSearch.holds("-search-api", in: bytes))
  }
}
