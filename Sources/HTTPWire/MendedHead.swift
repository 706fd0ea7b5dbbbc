extension HTTPLimits {
  /// What is taken of a provider's head: as much as libcurl takes.
  ///
  /// *Source:* `MAX_HTTP_RESP_HEADER_SIZE` in libcurl's `http.h`, 300 kB.
  public static let ofReplies: HTTPLimits = {
    var limits = HTTPLimits()
    limits.startLineBytes = 307_200
    limits.fieldsBytes = 307_200
    limits.fieldCount = 4096
    return limits
  }()
}

extension HTTPResponseHead {
  /// Reads the head of a reply that is to be passed on, and puts right what an intermediary may or must.
  ///
  /// Lines may end with a line feed alone, folded lines become one, and spaces before a colon go. Nothing is put right in
  /// the fields that frame the body: whoever read it may have seen others. *Source:* RFC 9112 sections 2.2, 5.1 and 5.2.
  ///
  /// - Parameter bytes: as of `init(reading:limits:)`.
  /// - Throws: `HTTPFault` for what cannot be put right.
  public init(mending bytes: [UInt8]) throws(HTTPFault) {
    // Nearly all are as they should be.
    do throws(HTTPFault) { self = try HTTPResponseHead(reading: bytes, limits: .ofReplies) } catch {
      self = try HTTPResponseHead(reading: try Self.mended(bytes), limits: .ofReplies)
    }
    try checkLength()
  }

  /// Sees that all who read the head see the same length. Where chunks frame the body it says nothing.
  ///
  /// *Source:* RFC 9112 section 6.3, 4 and 5: the same one may stand there several times; of all else the message is faulty.
  private func checkLength() throws(HTTPFault) {
    if fields.hasPlainLength { return }
    let stated = fields.values(of: "Content-Length")
    if stated.isEmpty || !fields.values(of: "Transfer-Encoding").isEmpty { return }
    let lengths = Set(fields.elements(of: "Content-Length"))
    guard lengths.count == 1, let length = lengths.first, length.utf8.allSatisfy(HTTPSyntax.isDigit),
      Int64(length) != nil
    else { throw HTTPFault(400, "nobody can tell how long the reply is by its Content-Length") }
  }

  private static let framingNames = ["Content-Length", "Transfer-Encoding"]

  private static func mended(_ bytes: [UInt8]) throws(HTTPFault) -> [UInt8] {
    var lines: [[UInt8]] = []
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = line.last == 0x0D ? line.dropLast() : line
      if let first = line.first, HTTPSyntax.isSpace(first), lines.count > 1 {
        if isFraming(lines[lines.count - 1]) { throw HTTPFault(400, "a field that frames the body is folded") }
        lines[lines.count - 1] += [0x20] + HTTPSyntax.trimmed(line)
      } else {
        lines.append(try withoutSpaceBeforeColon(line, isField: !lines.isEmpty))
      }
    }
    return Array(lines.joined(separator: [0x0D, 0x0A]))
  }

  private static func withoutSpaceBeforeColon(_ line: ArraySlice<UInt8>, isField: Bool) throws(HTTPFault) -> [UInt8] {
    guard isField, let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
      HTTPSyntax.isSpace(line[colon - 1])
    else { return Array(line) }
    let mended = HTTPSyntax.trimmed(line[..<colon]) + line[colon...]
    if isFraming(Array(mended)) { throw HTTPFault(400, "a field that frames the body has a space before its colon") }
    return Array(mended)
  }

  private static func isFraming(_ line: [UInt8]) -> Bool {
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    return framingNames.contains { HTTPSyntax.same(Array(name), Array($0.utf8)) }
  }
}
