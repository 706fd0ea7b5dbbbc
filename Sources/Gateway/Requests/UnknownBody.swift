import HTTPWire
import Posix
import Providers

/// The body of a request to a route that nobody knows, and as much of it as tells whether it is plainly a call.
///
/// What begins like no call is not read further: uploads pass in constant memory. A form may say what a model is asked, too.
struct UnknownBody {
  /// What was read, and still has to be sent on.
  private var bytes: [UInt8] = []
  /// How much of it was sent on.
  private var sent = 0
  /// The memory that it takes of what all share.
  private var part: SharedRoom.Part?
  /// Whether it asks a model something. One that begins so and is too large to be read counts as one.
  let isCall: Bool

  private static let asking: Set = ["POST", "PUT", "PATCH", "QUERY"]

  init(
    _ client: ClientConnection, _ head: HTTPRequestHead, path: Substring, limits: GatewayLimits, room: SharedRoom
  ) throws(ClientFault) {
    guard head.takenMethods.contains(where: Self.asking.contains), !RouteKind.keeps(path: path) else {
      isCall = false
      return
    }
    if RouteKind.asks(path: path) {
      isCall = true
      return
    }
    let isPacked = !(head.fields["Content-Encoding"] ?? "").isEmpty
    var isWhole = true
    // Where a route is known, forms are uploads.
    let isForm = RouteKind.name(path: path) == RouteKind.other
    let contentType = head.fields["Content-Type"] ?? ""
    var writing: FormBody.Writing?
    let part = SharedRoom.Part(room, of: client.user)
    self.part = part
    client.part = part
    /// How much of it says nothing.
    var looked = 0
    while let piece = try client.nextBody() {
      bytes += piece
      if !isPacked, writing == nil {
        looked = max(looked, Self.lengthOfMark(bytes))
        while looked < bytes.count, Self.isSpace(bytes[looked]) { looked += 1 }
        writing = .of(bytes[looked...], contentType: contentType, isForm: isForm)
        if writing == .other {
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
    // Who keeps a file is told first what for; of another large form nobody knows what stands behind the file.
    if !isWhole, writing == .parts {
      isCall = !FormBody.isToKeep(bytes) || FormBody.isCall(bytes, .parts)
      return
    }
    // What does not tell what it is may be one.
    guard isWhole,
      let plain = try? PackedRequest.unpacked(bytes, head.fields, atMost: limits.unpackedBodyBytes, in: part)
    else {
      isCall = true
      return
    }
    let said = plain.dropFirst(Self.lengthOfMark(plain))
    let form =
      writing ?? .of(said.drop(while: Self.isSpace), contentType: contentType, isForm: isForm) ?? .other
    switch form {
    case .json: isCall = RequestBody.isCall(String(decoding: said, as: UTF8.self), isAtProvider: true)
    case .fields, .parts: isCall = FormBody.isCall(Array(said), form)
    case .other: isCall = false
    }
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
