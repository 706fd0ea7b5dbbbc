import Posix
import Testing

/// Names that are no UTF-8 stay apart, and those that are stay as they are.
@Suite struct NameBytesTests {
  @Test(
    arguments: [
      ([], ""), (Array("ana".utf8), "ana"), (Array("José 日本".utf8), "José 日本"), (Array("50%".utf8), "50%"),
      ([0x63, 0xE9], "c%E9"), ([0xE9, 0x63], "%E9c"), ([0x80], "%80"), ([0xFF, 0xFE], "%FF%FE"),
      // Cut in the middle of a letter, before one that is whole; and forms that UTF-8 does not have.
      ([0xE6, 0x97, 0xC3, 0xA9], "%E6%97é"), ([0xC0, 0xAF], "%C0%AF"), ([0xED, 0xA0, 0x80], "%ED%A0%80"),
      // The sign of a repair may be meant.
      (Array("a\u{FFFD}".utf8) + [0xE9], "a\u{FFFD}%E9"),
    ] as [([UInt8], String)])
  func eachHasItsText(bytes: [UInt8], text: String) {
    #expect(NameBytes.text(bytes) == text)
    #expect(NameBytes.text(Array(text.utf8)) == text, "the form is its own")
  }

  @Test func noTwoAreOne() {
    let names = (0x80...0xFF).flatMap { high in [0x41, 0x80, 0xBF].map { [UInt8(high), UInt8($0)] } }
    #expect(Set(names.map { Array(NameBytes.text($0).utf8) }).count == names.count)
  }
}
