import Testing

@testable import Digest

@Suite struct SHA256Tests {
  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// *Source:* the examples of FIPS 180-4 (NIST, "SHA-256 example values").
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func hashesTheStandardsExamples(text: String, digest: String) {
    #expect(Self.hex(SHA256.hash(text.utf8)) == digest)
  }

  @Test func hashesAMillionLetters() {
    let digest = SHA256.hash(repeatElement(UInt8(ascii: "a"), count: 1_000_000))
    #expect(Self.hex(digest) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func piecesHashLikeTheWhole() {
    for length in 0...130 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      var hash = SHA256()
      for piece in stride(from: 0, to: length, by: 7) { hash.update(bytes[piece..<min(piece + 7, length)]) }
      #expect(hash.finish() == SHA256.hash(bytes))
      // A sequence without storage takes another way to the same hash.
      #expect(SHA256.hash(bytes.lazy.map { $0 }) == SHA256.hash(bytes))
    }
  }

  @Test func theProcessorsInstructionsHashAsTheStandardSays() {
    for length in [0, 1, 55, 56, 63, 64, 65, 127, 128, 129, 1000, 4096, 70_001] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
      var (quick, plain) = (SHA256(isQuick: true), SHA256(isQuick: false))
      for piece in stride(from: 0, to: length, by: 129) {
        quick.update(bytes[piece..<min(piece + 129, length)])
        plain.update(bytes[piece..<min(piece + 129, length)])
      }
      #expect(quick.finish() == plain.finish())
    }
  }
}
