import Posix
import SeededGenerator
import Testing

/// Bytes go through text and come back as they were.
@Suite struct ByteTextTests {
  @Test(
    arguments: [
      [], Array("ana José 日本 🙂\r\n\0".utf8), [0xE9], Array("caf".utf8) + [0xE9, 0x20, 0x78], [0xFF, 0xFE],
      // Cut short, too long, of a surrogate, above all scalars.
      [0xE6, 0x97, 0xC3, 0xA9], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      // The scalars that stand for bytes, and those around them.
      Array("\u{10FF00}\u{10FF7F}\u{10FF80}\u{10FFE9}\u{10FFFF}\u{FFFD}\u{10FEFF}".utf8),
      Array("\u{10FFE9}".utf8) + [0xE9],
    ] as [[UInt8]])
  func eachComesBack(bytes: [UInt8]) {
    let text = ByteText.text(bytes)
    #expect(ByteText.bytes(text) == bytes)
    #expect(ByteText.shown(text) == String(decoding: bytes, as: UTF8.self))
  }

  @Test func whatIsTextStaysAsItIs() {
    let text = "é 日本 🙂 \u{10FF7F} \u{FFFD}"
    #expect(ByteText.text(Array(text.utf8)) == text && ByteText.bytes(text) == Array(text.utf8))
    #expect(ByteText.text([0x61, 0xE9, 0x62]).count == 3, "a byte is a letter of its own")
  }

  @Test func randomBytesComeBack() {
    var random = Seeded(36)
    // All bytes, and those of which the forms of the stand-ins are made.
    let kinds: [[UInt8]] = [Array(0...255), [0xF4, 0x8F, 0xBE, 0xBF, 0x80, 0xE9, 0x61]]
    for round in 0..<4000 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
        kinds[round % 2].randomElement(using: &random) ?? 0
      }
      #expect(ByteText.bytes(ByteText.text(bytes)) == bytes)
    }
  }
}
