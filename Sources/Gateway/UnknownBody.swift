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
  /// Whether it asks a model something. One that begins so and is too large to be read counts as one.
  let isCall: Bool

  /// Kinds of routes whose bodies are no calls, though they may look like some: what is uploaded, and what OpenAI checks for
  /// nothing.
  private static let harmless: Set = ["files", "moderations"]

  init(_ client: ClientConnection, _ head: HTTPRequestHead, kind: String, limits: GatewayLimits) throws(ClientFault) {
    guard ["POST", "PUT", "PATCH"].contains(head.method), !Self.harmless.contains(kind) else {
      isCall = false
      return
    }
    let isPacked = !(head.fields["Content-Encoding"] ?? "").isEmpty
    var isWhole = true
    var isBegun = isPacked
    while let part = try client.nextBody() {
      bytes += part
      if !isBegun, let first = part.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        isBegun = true
        if first != 0x7B {
          isCall = false
          return
        }
      }
      if bytes.count > limits.unknownBodyBytes {
        isWhole = false
        break
      }
    }
    // What does not tell what it is may be one.
    guard isWhole, let plain = try? PackedRequest.unpacked(bytes, head.fields, atMost: limits.unpackedBodyBytes) else {
      isCall = true
      return
    }
    isCall = RequestBody.isCall(String(decoding: plain, as: UTF8.self))
  }

  /// Takes what was read out; 0 at its end.
  mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(bytes.count - sent, buffer.count)
    buffer.copyBytes(from: bytes[sent..<(sent + count)])
    sent += count
    if sent == bytes.count { (bytes, sent) = ([], 0) }
    return count
  }
}
