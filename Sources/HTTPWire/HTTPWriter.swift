/// Writes what a server sends.
public enum HTTPWriter {
  /// A head: the status line, the fields, the empty line.
  public static func head(_ head: HTTPResponseHead) -> [UInt8] {
    let reason = head.reason.utf8.map { HTTPSyntax.isValueByte($0) ? $0 : UInt8(ascii: "?") }
    return Array("HTTP/1.\(head.minorVersion) \(head.status) ".utf8) + reason + [0x0D, 0x0A] + lines(head.fields)
  }

  /// One chunk of a body. Nothing for no bytes: an empty chunk would end the body.
  public static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
    if bytes.isEmpty { return [] }
    return Array(String(bytes.count, radix: 16).utf8) + [0x0D, 0x0A] + bytes + [0x0D, 0x0A]
  }

  /// The end of a chunked body.
  public static func lastChunk(trailers: HTTPFields = HTTPFields()) -> [UInt8] {
    Array("0\r\n".utf8) + lines(trailers)
  }

  private static func lines(_ fields: HTTPFields) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      bytes += field.name.utf8
      bytes += [0x3A, 0x20]
      bytes += field.value
      bytes += [0x0D, 0x0A]
    }
    return bytes + [0x0D, 0x0A]
  }
}
