import Testing

@testable import Upstream

/// Bodies that come compressed.
@Suite struct ContentDecoderTests {
  static let text = #"{"model":"m","messages":[{"role":"user","content":"one two three one two three"}]}"#
  // Made by Python's zlib of the text above.
  static let gzip =
    "1f8b0800000000000203ab56cacd4f49cd51b252ca55d251ca4d2d2e4e4c4f2d56b28aae562acacf49058a9716a71601a592f3f34a52f34a8002f979a90a25e5f90a251945a9a90a283ca5dad85a00d0d97b1a52000000"
  static let zlib =
    "789cab56cacd4f49cd51b252ca55d251ca4d2d2e4e4c4f2d56b28aae562acacf49058a9716a71601a592f3f34a52f34a8002f979a90a25e5f90a251945a9a90a283ca5dad85a006a141c0f"
  static let raw =
    "ab56cacd4f49cd51b252ca55d251ca4d2d2e4e4c4f2d56b28aae562acacf49058a9716a71601a592f3f34a52f34a8002f979a90a25e5f90a251945a9a90a283ca5dad85a00"

  // By the zstandard package of PyPI (zstd 1.5), as one frame with a checksum, and as a stream of unknown length.
  static let zstd =
    "28b52ffd24521d020052840e1690b5e9302a681bde06d7aaf8caf27f7ead39fb3f88014b5893361d492e90a4e8b61335d111975311b05d736915d8586340ecb97cb64d8b3bab0100411c330a3b6bca1d"
  static let zstdStream =
    "28b52ffd04581d020052840e1690b5e9302a681bde06d7aaf8caf27f7ead39fb3f88014b5893361d492e90a4e8b61335d111975311b05d736915d8586340ecb97cb64d8b3bab0100411c330a3b6bca1d"

  static func bytes(_ digits: String) -> [UInt8] {
    let digits = Array(digits.utf8)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
  }

  private func whole(_ bytes: [UInt8], _ coding: ContentDecoder.Coding, atMost limit: Int64 = 1 << 20) throws -> String
  {
    String(decoding: try ContentDecoder.whole(bytes, coding, atMost: limit), as: UTF8.self)
  }

  @Test(arguments: [
    (gzip, ContentDecoder.Coding.gzip), (zlib, .deflate), (raw, .deflate), (zstd, .zstd), (zstdStream, .zstd),
  ])
  func whatWasPackedIsThere(digits: String, coding: ContentDecoder.Coding) throws {
    let packed = Self.bytes(digits)
    #expect(try whole(packed, coding) == Self.text)
    // In pieces of any size it is the same.
    for size in [1, 2, 7] {
      let decoder = try ContentDecoder(coding, atMost: 1000)
      var plain: [UInt8] = []
      for start in stride(from: 0, to: packed.count, by: size) {
        try decoder.decode(packed[start..<min(start + size, packed.count)]) { piece in
          plain.append(contentsOf: piece)
          return true
        }
      }
      #expect(String(decoding: plain, as: UTF8.self) == Self.text)
      #expect(decoder.isAtEnd)
    }
  }

  /// A block of 128 kB fills the room of a piece twice, to the byte.
  @Test(arguments: [1, 3, 4, 7, 1000]) func blocksThatFillTheRoomAreWhole(size: Int) throws {
    let packed = Self.bytes("28b52ffd0058") + (0..<4).flatMap { _ in Self.bytes("02001000") } + Self.bytes("010000")
    let decoder = try ContentDecoder(.zstd, atMost: 1 << 20)
    var count = 0
    for start in stride(from: 0, to: packed.count, by: size) {
      try decoder.decode(packed[start..<min(start + size, packed.count)]) { piece in
        count += piece.count
        return true
      }
    }
    #expect(count == 4 << 17 && decoder.isAtEnd)
  }

  @Test func filesBehindEachOtherAreOne() throws {
    let packed = Self.bytes(Self.gzip)
    #expect(try whole(packed + packed, .gzip) == Self.text + Self.text)
    let frame = Self.bytes(Self.zstd)
    // Between them may stand what is to be passed over. *Source:* RFC 8878 section 3.1.2.
    let skipped = Self.bytes("502a4d1803000000010203")
    #expect(try whole(frame + skipped + Self.bytes(Self.zstdStream), .zstd) == Self.text + Self.text)
  }

  @Test func whatIsNoneIsRefused() throws {
    let good = Self.bytes(Self.gzip)
    var changed = good
    changed[good.count - 6] ^= 1
    var cases: [([UInt8], ContentDecoder.Coding)] = [
      ([], .gzip), ([], .deflate), (Array("{}".utf8), .gzip), (Array(Self.text.utf8), .gzip), (changed, .gzip),
      (good + [0, 1], .gzip), (Self.bytes(Self.zlib) + [0], .deflate), (good, .deflate),
    ]
    // Cut anywhere, it is not whole.
    for length in 0..<good.count { cases.append((Array(good[..<length]), .gzip)) }
    let frame = Self.bytes(Self.zstd)
    for length in 0..<frame.count { cases.append((Array(frame[..<length]), .zstd)) }
    for place in frame.indices {
      // A bit of the frame's head may be without meaning; its checksum finds all others.
      var changed = frame
      changed[place] ^= 0x40
      if place != 4 { cases.append((changed, .zstd)) }
    }
    cases += [(good, .zstd), (frame, .gzip), (frame + [0], .zstd), (Array(Self.text.utf8), .zstd)]
    // It asks for 16 MB of memory at a time.
    cases.append((Self.bytes("28b52ffd0070010000"), .zstd))
    for (bytes, coding) in cases {
      #expect(throws: ContentDecoder.Problem.malformed, "\(bytes.count) bytes") { try whole(bytes, coding) }
    }
  }

  /// A stored text is told apart from one that says much in little: what it becomes is counted.
  @Test func aBombDoesNotGoOff() throws {
    #expect(try whole(Self.bytes(Self.gzip), .gzip, atMost: Int64(Self.text.utf8.count)) == Self.text)
    #expect(throws: ContentDecoder.Problem.tooLarge(limit: 81)) { try whole(Self.bytes(Self.gzip), .gzip, atMost: 81) }
    // One block of 258 zeros again and again: RFC 1951's longest match, of which each takes two bits.
    let bomb = Self.bytes("1f8b08000000000002ff") + Self.bomb
    var seen: Int64 = 0
    #expect(throws: ContentDecoder.Problem.tooLarge(limit: 1 << 20)) {
      let decoder = try ContentDecoder(.gzip, atMost: 1 << 20)
      try decoder.decode(bomb) { piece in
        seen += Int64(piece.count)
        return true
      }
    }
    #expect(seen <= 1 << 20)
    seen = 0
    #expect(throws: ContentDecoder.Problem.tooLarge(limit: 1 << 20)) {
      let decoder = try ContentDecoder(.zstd, atMost: 1 << 20)
      try decoder.decode(Self.zstdBomb) { piece in
        seen += Int64(piece.count)
        return true
      }
    }
    #expect(seen <= 1 << 20)
  }

  /// Nor does it take time when whoever unpacks it has had enough.
  @Test func whoeverTakesNoMoreEndsIt() throws {
    var pieces = 0
    #expect(throws: ContentDecoder.Problem.stopped) {
      let decoder = try ContentDecoder(.gzip, atMost: 1 << 30)
      try decoder.decode(Self.bytes("1f8b08000000000002ff") + Self.bomb) { _ in
        pieces += 1
        return pieces < 2
      }
    }
    #expect(pieces == 2)
  }

  /// Blocks of one byte that stands 128 kB long, a thousand times. *Source:* RFC 8878 sections 3.1.1.1.2 and 3.1.1.2.
  private static var zstdBomb: [UInt8] {
    bytes("28b52ffd0058") + (0..<1000).flatMap { _ in bytes("02001000") } + bytes("010000")
  }

  /// A literal zero and matches of the length 258 at the distance 1, in fixed codes: 13 bits each, 10,000 times.
  private static var bomb: [UInt8] {
    var bits: [UInt8] = [1, 1, 0] + [0, 0, 1, 1, 0, 0, 0, 0]
    for _ in 0..<10_000 { bits += [1, 1, 0, 0, 0, 1, 0, 1] + [0, 0, 0, 0, 0] }
    return stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<min(start + 8, bits.count)].enumerated().reduce(0) { $0 | $1.element << $1.offset }
    }
  }

  @Test func codingsAreKnownByTheirNames() {
    #expect(ContentDecoder.Coding("GZIP") == .gzip)
    #expect(ContentDecoder.Coding("x-gzip") == .gzip)
    #expect(ContentDecoder.Coding("deflate") == .deflate)
    #expect(ContentDecoder.Coding("zstd") == .zstd)
    for name in ["br", "dcz", "", "gzip, deflate"] { #expect(ContentDecoder.Coding(name) == nil) }
  }
}
