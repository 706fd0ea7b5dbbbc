/// Takes a body out of the bytes of a connection.
public struct HTTPBodyReader {
  /// What was read.
  public enum Event: Hashable, Sendable {
    /// A part of the body, never empty.
    case bytes([UInt8])
    /// The body has ended. The fields behind a chunked body; what may change how a message is read is never among them.
    case end(trailers: HTTPFields)
  }

  private enum State {
    case length(left: Int64)
    case chunkLine
    case chunk(left: Int64)
    case chunkEnd
    case trailers(HeadLines)
    case untilClose
    case ended
  }

  private let limits: HTTPLimits
  private var state: State
  private var taken: Int64 = 0

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - framing: how the body's end is told.
  ///   - limits: how much is taken.
  /// - Throws: `HTTPFault` 413 when the body is known to be too large.
  public init(_ framing: BodyFraming, limits: HTTPLimits = HTTPLimits()) throws(HTTPFault) {
    self.limits = limits
    switch framing {
    case .length(let count):
      if let most = limits.bodyBytes, count > most { throw Self.tooLarge }
      state = .length(left: count)
    case .chunked: state = .chunkLine
    case .untilClose: state = .untilClose
    }
  }

  private static let tooLarge = HTTPFault(413, "the body is too large")

  /// The most bytes handed out at once, so that a large chunk does not have to arrive whole.
  static let pieceBytes = 65_536

  /// Takes the next part of the body.
  ///
  /// - Returns: `nil` while it has not arrived, and after the end.
  mutating func next(_ queue: inout ByteQueue) throws(HTTPFault) -> Event? {
    while true {
      switch state {
      case .length(let left):
        if left == 0 { return end() }
        guard let bytes = piece(&queue, atMost: left) else { return nil }
        state = .length(left: left - Int64(bytes.count))
        return .bytes(bytes)
      case .untilClose:
        guard let bytes = piece(&queue, atMost: Int64(Self.pieceBytes)) else { return nil }
        try take(Int64(bytes.count))
        return .bytes(bytes)
      case .chunkLine:
        guard let line = try chunkLine(&queue) else { return nil }
        let size = try Self.chunkSize(line)
        try take(size)
        state = size == 0 ? .trailers(HeadLines(trailers: limits)) : .chunk(left: size)
      case .chunk(let left):
        if left == 0 {
          state = .chunkEnd
          continue
        }
        guard let bytes = piece(&queue, atMost: left) else { return nil }
        state = .chunk(left: left - Int64(bytes.count))
        return .bytes(bytes)
      case .chunkEnd:
        guard let line = try chunkLine(&queue) else { return nil }
        if !line.isEmpty { throw HTTPFault(400, "a chunk is longer than its size") }
        state = .chunkLine
      case .trailers(var lines):
        let isWhole = try lines.read(&queue)
        state = .trailers(lines)
        guard isWhole else { return nil }
        for name in Self.framingNames where lines.fields[name] != nil {
          throw HTTPFault(400, "\(name) stands in the trailers")
        }
        return end(lines.fields)
      case .ended: return nil
      }
    }
  }

  /// The connection has ended.
  ///
  /// - Returns: the end of a body that lasts until then; `nil` for one that had ended before.
  /// - Throws: `HTTPFault` 400 when the body is not whole.
  mutating func connectionEnded() throws(HTTPFault) -> Event? {
    switch state {
    case .ended: return nil
    case .untilClose, .length(left: 0): return end()
    default: throw HTTPFault(400, "the connection ended in the middle of the body")
    }
  }

  private mutating func end(_ trailers: HTTPFields = HTTPFields()) -> Event {
    state = .ended
    return .end(trailers: trailers)
  }

  private func piece(_ queue: inout ByteQueue, atMost left: Int64) -> [UInt8]? {
    let bytes = queue.take(atMost: Int(min(left, Int64(Self.pieceBytes))))
    return bytes.isEmpty ? nil : bytes
  }

  /// Counts bytes of a body whose length is not known before.
  private mutating func take(_ count: Int64) throws(HTTPFault) {
    let (sum, isTooMuch) = taken.addingReportingOverflow(count)
    if isTooMuch || sum > limits.bodyBytes ?? Int64.max { throw Self.tooLarge }
    taken = sum
  }

  private func chunkLine(_ queue: inout ByteQueue) throws(HTTPFault) -> ArraySlice<UInt8>? {
    do throws(ByteQueue.LineFault) { return try queue.line(atMost: limits.chunkLineBytes) } catch {
      throw error.fault(tooLong: HTTPFault(400, "the line before a chunk is too long"))
    }
  }

  /// Reads a chunk's size; its extensions have to be well formed, and mean nothing.
  static func chunkSize(_ line: ArraySlice<UInt8>) throws(HTTPFault) -> Int64 {
    let digits = line.prefix { HTTPSyntax.hexadecimal($0) != nil }
    if digits.isEmpty { throw HTTPFault(400, "a chunk's size is not a hexadecimal number") }
    // More digits than any size needs are zeros at best; they are refused before they are counted.
    if digits.count > 15 { throw HTTPFault(413, "a chunk is beyond any body") }
    guard ChunkExtensions.areWellFormed(line.dropFirst(digits.count)) else {
      throw HTTPFault(400, "something stands behind a chunk's size that is no extension")
    }
    return digits.reduce(0) { $0 << 4 | (HTTPSyntax.hexadecimal($1) ?? 0) }
  }

  private static let framingNames = ["Transfer-Encoding", "Content-Length", "Host"]
}
