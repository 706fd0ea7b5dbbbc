import HTTPWire
import Providers
import Upstream

/// A reply that is compressed although nobody asked for it: a copy is read on the way, and the client gets the bytes as
/// they came.
struct PackedReply {
  /// The most bytes of one reply that are unpacked: a small reply must not keep a thread busy for ever.
  private static let mostBytes: Int64 = 1 << 30

  private let decoder: ContentDecoder
  /// How it is taken apart; `nil` where it comes in no parts.
  private var parts: ReplyParts?
  /// Whether it is not packed as it says, so that nothing more can be read of it.
  private(set) var isUnreadable = false

  /// Whether a part of it was too long to be kept, so that its text is not counted.
  private var isPartUncounted = false

  /// Whether something came, and its end did not.
  var isCutShort: Bool { hasBegun && !decoder.isAtEnd }
  private var hasBegun = false

  /// Makes a reading; `nil` for a reply that is not compressed, or in a way that cannot be read.
  ///
  /// - Parameter streaming: how the reply is streamed; `nil` when it comes whole.
  init?(_ head: HTTPResponseHead, streaming: WireFormat.Streaming?) {
    let codings = Self.codings(head)
    guard codings.count == 1, let coding = ContentDecoder.Coding(codings[0]),
      let decoder = try? ContentDecoder(coding, atMost: Self.mostBytes)
    else { return nil }
    self.decoder = decoder
    parts = ReplyParts(streaming)
  }

  /// *Source:* IANA's registry of content codings.
  private static let known: Set = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress", "dcb", "dcz"]

  /// Whether a reply says that it is compressed. Some servers name there what is no coding (`utf-8`), and send plain text.
  static func isPacked(_ head: HTTPResponseHead) -> Bool {
    codings(head).contains { known.contains($0) }
  }

  private static func codings(_ head: HTTPResponseHead) -> [String] {
    head.fields.elements(of: "Content-Encoding").filter { $0.lowercased() != "identity" }
  }

  /// Unpacks a piece.
  ///
  /// - Returns: what was in it, as far as it can be unpacked.
  mutating func unpacked(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    if isUnreadable { return [] }
    hasBegun = hasBegun || !bytes.isEmpty
    var result: [UInt8] = []
    do throws(ContentDecoder.Problem) {
      try decoder.decode(bytes) { piece in
        result.append(contentsOf: piece)
        return true
      }
    } catch { isUnreadable = true }
    return result
  }

  /// Reads a piece.
  mutating func read(_ bytes: UnsafeRawBufferPointer, into reader: inout ReplyReader) {
    let plain = unpacked(bytes)
    guard var parts else { return reader.read(piece: plain) }
    self.parts = nil
    guard let found = parts.append(plain, &reader) else { return reader.read(piece: parts.begun) }
    self.parts = parts
    for part in found { read(part, into: &reader) }
  }

  /// Reads what stands at the end without one. - Returns: whether a part was too long to be kept, so that its text is not counted.
  mutating func finish(into reader: inout ReplyReader) -> Bool {
    for part in parts?.finish(&reader) ?? [] { read(part, into: &reader) }
    return isPartUncounted
  }

  private mutating func read(_ part: StreamPart, into reader: inout ReplyReader) {
    let kind = part.data.map { reader.read(part: $0) }
    isPartUncounted = isPartUncounted || part.isCut && kind != .error
  }
}
