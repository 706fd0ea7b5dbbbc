/// Writes what a server sends.
public enum HTTPWriter {
  /// A head: the status line, the fields, the empty line.
  ///
  /// - Parameters:
  ///   - head: what is written.
  ///   - names: fields of these names are left out.
  ///   - more: fields that stand behind the others.
  public static func head(
    _ head: HTTPResponseHead, leavingOut names: [String] = [], adding more: HTTPFields = HTTPFields()
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      head.fields.reduce(64) { $0 + $1.name.utf8.count + $1.value.count + 4 }
        + more.reduce(0) { $0 + $1.name.utf8.count + $1.value.count + 4 })
    bytes += "HTTP/1.\(head.minorVersion) \(head.status) ".utf8
    for byte in head.reason.utf8 { bytes.append(HTTPSyntax.isValueByte(byte) ? byte : UInt8(ascii: "?")) }
    bytes += [0x0D, 0x0A]
    append(head.fields, leavingOut: names, to: &bytes)
    append(more, to: &bytes)
    bytes.append(0x0D)
    bytes.append(0x0A)
    return bytes
  }

  /// One chunk of a body. Nothing for no bytes: an empty chunk would end the body.
  public static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
    if bytes.isEmpty { return [] }
    return Array(String(bytes.count, radix: 16).utf8) + [0x0D, 0x0A] + bytes + [0x0D, 0x0A]
  }

  /// The end of a chunked body.
  public static func lastChunk(trailers: HTTPFields = HTTPFields()) -> [UInt8] {
    var bytes = Array("0\r\n".utf8)
    append(trailers, to: &bytes)
    bytes.append(0x0D)
    bytes.append(0x0A)
    return bytes
  }

  private static func append(_ fields: HTTPFields, leavingOut names: [String] = [], to bytes: inout [UInt8]) {
    for field in fields where names.isEmpty || !field.isNamed(oneOf: names) {
      // By their addresses: as any sequence of bytes a text is asked for its length and its place, part by part.
      var name = field.name
      name.withUTF8 { bytes.append(contentsOf: $0) }
      bytes.append(0x3A)
      bytes.append(0x20)
      field.value.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
      bytes.append(0x0D)
      bytes.append(0x0A)
    }
  }
}
