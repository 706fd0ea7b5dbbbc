/// A head as it arrives: its first line, then its fields until an empty line.
struct HeadLines {
  private let limits: HTTPLimits
  private let skipsEmptyLines: Bool
  private var first: [UInt8]?
  private var fieldBytes = 0
  private(set) var fields = HTTPFields()

  /// - Parameters:
  ///   - limits: how much is taken.
  ///   - skipsEmptyLines: whether empty lines may stand before the head, as old clients send one after a body.
  init(limits: HTTPLimits, skipsEmptyLines: Bool) {
    self.limits = limits
    self.skipsEmptyLines = skipsEmptyLines
  }

  /// Trailers have the shape of a head without its first line.
  init(trailers limits: HTTPLimits) {
    self.init(limits: limits, skipsEmptyLines: false)
    first = []
  }

  /// The first line; empty before it was read.
  var startLine: [UInt8] { first ?? [] }

  /// Whether something of the head was read.
  var hasBegun: Bool { first != nil }

  /// Takes lines until the head is whole.
  ///
  /// - Returns: whether it is.
  /// - Throws: `HTTPFault` 400, 414 or 431.
  mutating func read(_ queue: inout ByteQueue) throws(HTTPFault) -> Bool {
    while first == nil {
      // What a client of TLS sends first may hold no end of a line, and both sides would wait.
      if skipsEmptyLines, let byte = queue.first, !HTTPSyntax.isTokenByte(byte), byte != 0x0D, byte != 0x0A {
        throw HTTPFault(400, "the request does not begin with a method")
      }
      guard
        let line = try line(&queue, atMost: limits.startLineBytes, else: HTTPFault(414, "the first line is too long"))
      else { return false }
      if line.isEmpty {
        fieldBytes += 2
        if !skipsEmptyLines || fieldBytes > 8 { throw HTTPFault(400, "the head begins with an empty line") }
      } else {
        first = Array(line)
        fieldBytes = 0
      }
    }
    let tooLarge = HTTPFault(431, "the fields are too large")
    while let line = try line(&queue, atMost: limits.fieldsBytes - fieldBytes, else: tooLarge) {
      if line.isEmpty { return true }
      fieldBytes += line.count + 2
      if fieldBytes > limits.fieldsBytes { throw tooLarge }
      if fields.count == limits.fieldCount { throw HTTPFault(431, "there are too many fields") }
      fields.append(try HTTPFields.field(line: line))
    }
    return false
  }

  private func line(
    _ queue: inout ByteQueue, atMost limit: Int, else tooLong: HTTPFault
  ) throws(HTTPFault) -> ArraySlice<UInt8>? {
    do throws(ByteQueue.LineFault) { return try queue.line(atMost: max(0, limit)) } catch {
      throw error.fault(tooLong: tooLong)
    }
  }
}
