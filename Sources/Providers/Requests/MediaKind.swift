/// What some bytes are, by how they begin.
enum MediaKind: Hashable {
  /// A picture, with its pixels.
  case picture(width: Int64, height: Int64)
  /// A recording, with the bytes of a second where it tells.
  case recording(bytesPerSecond: Int64?)
  case film
  case document

  /// So many of its first bytes are looked at; of a JPEG more, for its pixels stand behind what a camera says of it.
  private static let (headBytes, neededBytes) = (64, 1 << 17)

  /// - Parameter encoded: in base64.
  /// - Returns: `nil` for what is not known.
  init?(in encoded: Substring.UTF8View) {
    let head = Base64Bytes.decoded(encoded, atMost: Self.headBytes)
    let isJPEG = head.starts(with: [0xFF, 0xD8])
    self.init(of: isJPEG ? Base64Bytes.decoded(encoded, atMost: Self.neededBytes) : head)
  }

  /// - Returns: `nil` for what is not known.
  init?(of bytes: [UInt8]) {
    func has(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
    func little(_ offset: Int, _ count: Int) -> Int64 {
      guard offset + count <= bytes.count else { return 0 }
      return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int64($1) }
    }
    func big(_ offset: Int, _ count: Int) -> Int64 {
      guard offset + count <= bytes.count else { return 0 }
      return bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int64($1) }
    }
    var size: (Int64, Int64) = (0, 0)
    if has("%PDF-") {
      self = .document
      return
    } else if has("RIFF"), has("WAVE", at: 8) {
      let perSecond = has("fmt ", at: 12) ? little(28, 4) : 0
      self = .recording(bytesPerSecond: perSecond > 0 ? perSecond : nil)
      return
    } else if has("ID3") || has("OggS") || has("fLaC") || bytes.count > 1 && bytes[0] == 0xFF && bytes[1] & 0xE6 == 0xE2
    {
      self = .recording(bytesPerSecond: nil)
      return
    } else if has("ftyp", at: 4) {
      // Pictures of telephones and recordings are kept so, too.
      if has("M4A", at: 8) {
        self = .recording(bytesPerSecond: nil)
      } else if has("hei", at: 8) || has("avif", at: 8) {
        return nil
      } else {
        self = .film
      }
      return
    } else if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
      self = .film
      return
    } else if has("PNG\r\n", at: 1), has("IHDR", at: 12) {
      size = (big(16, 4), big(20, 4))
    } else if has("GIF8") {
      size = (little(6, 2), little(8, 2))
    } else if has("RIFF"), has("WEBP", at: 8) {
      if has("VP8X", at: 12) {
        size = (little(24, 3) + 1, little(27, 3) + 1)
      } else if has("VP8L", at: 12) {
        size = (little(21, 2) & 0x3FFF + 1, little(21, 4) >> 14 & 0x3FFF + 1)
      } else if has("VP8 ", at: 12) {
        size = (little(26, 2) & 0x3FFF, little(28, 2) & 0x3FFF)
      }
    } else if bytes.starts(with: [0xFF, 0xD8]) {
      size = Self.jpeg(bytes, big)
    }
    // What is larger than this no provider takes.
    guard (1...100_000).contains(size.0), (1...100_000).contains(size.1) else { return nil }
    self = .picture(width: size.0, height: size.1)
  }

  /// The pixels of a JPEG, which stand in its frame's segment.
  private static func jpeg(_ bytes: [UInt8], _ big: (Int, Int) -> Int64) -> (Int64, Int64) {
    var place = 2
    while place + 9 <= bytes.count, bytes[place] == 0xFF {
      let marker = bytes[place + 1]
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
        return (big(place + 7, 2), big(place + 5, 2))
      }
      // A filling byte stands alone.
      place += marker == 0xFF ? 1 : 2 + max(2, Int(big(place + 2, 2)))
    }
    return (0, 0)
  }
}
