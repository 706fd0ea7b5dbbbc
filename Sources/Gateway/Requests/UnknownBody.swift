import HTTPWire
import Posix
import Providers

/// The body of a request to a route that nobody knows, and as much of it as tells whether it is plainly a call.
///
/// What begins like no call is not read further: uploads pass in constant memory.
struct UnknownBody {
  /// What was read, and still has to be sent on.
  private var bytes: [UInt8] = []
  /// How much of it was sent on.
  private var sent = 0
  /// The memory that it takes of what all share.
  private var part: SharedRoom.Part?
  /// Whether it asks a model something. One that begins so and is too large to be read counts as one.
  let isCall: Bool

  /// Kinds of routes whose bodies are no calls, though they may look like some: what is uploaded, and what OpenAI checks for
  /// nothing.
  private static let harmless: Set = ["files", "moderations"]

  private static let asking: Set = ["POST", "PUT", "PATCH", "QUERY"]

  init(
    _ client: ClientConnection, _ head: HTTPRequestHead, kind: String, limits: GatewayLimits, room: SharedRoom
  ) throws(ClientFault) {
    guard head.takenMethods.contains(where: Self.asking.contains), !Self.harmless.contains(kind) else {
      isCall = false
      return
    }
    if RouteKind.asking.contains(kind) {
      isCall = true
      return
    }
    let isPacked = !(head.fields["Content-Encoding"] ?? "").isEmpty
    var isWhole = true
    var isBegun = isPacked
    let part = SharedRoom.Part(room, of: client.user)
    self.part = part
    client.part = part
    /// How much of it says nothing; no byte is looked at twice.
    var looked = 0
    while let piece = try client.nextBody() {
      bytes += piece
      if !isBegun {
        looked = max(looked, Self.lengthOfMark(bytes))
        while looked < bytes.count, Self.isSpace(bytes[looked]) { looked += 1 }
      }
      if !isBegun, looked < bytes.count {
        let first = bytes[looked]
        isBegun = true
        if first != 0x7B {
          isCall = false
          return
        }
      }
      // Where others have the memory, no more of it is read than of one that is too large.
      if bytes.count > limits.unknownBodyBytes || !part.grow(to: Int64(bytes.count)) {
        isWhole = false
        break
      }
    }
    // What does not tell what it is may be one.
    guard isWhole,
      let plain = try? PackedRequest.unpacked(bytes, head.fields, atMost: limits.unpackedBodyBytes, in: part)
    else {
      isCall = true
      return
    }
    isCall = RequestBody.isCall(
      String(decoding: plain.dropFirst(Self.lengthOfMark(plain)), as: UTF8.self), isAtProvider: true)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  /// How long a byte order mark at the beginning is: many servers read over it. The rest of one may still come.
  private static func lengthOfMark(_ bytes: [UInt8]) -> Int {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return mark.starts(with: bytes.prefix(3)) ? min(3, bytes.count) : 0
  }

  /// Takes out all that was read.
  mutating func takeAll() -> [UInt8] {
    defer { (bytes, sent, part) = ([], 0, nil) }
    return Array(bytes[sent...])
  }

  /// Takes what was read out; 0 at its end.
  mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(bytes.count - sent, buffer.count)
    buffer.copyBytes(from: bytes[sent..<(sent + count)])
    sent += count
    if sent == bytes.count { (bytes, sent, part) = ([], 0, nil) }
    return count
  }
}
