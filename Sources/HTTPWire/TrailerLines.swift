extension HTTPFields {
  /// Reads the lines behind a reply's body.
  ///
  /// - Parameter lines: the field lines, each with its CRLF; without the empty line after them, or with it.
  /// - Returns: none where one cannot be read or they are too many: whoever gets trailers may always leave them out.
  ///   *Source:* RFC 9110 section 6.5.2.
  public init(trailers lines: [UInt8]) {
    self.init()
    if lines.isEmpty { return }
    var queue = ByteQueue()
    queue.append(lines)
    queue.append([0x0D, 0x0A])
    var read = HeadLines(trailers: HTTPLimits())
    if (try? read.read(&queue)) == true { self = read.fields }
  }
}
