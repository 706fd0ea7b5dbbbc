/// Takes the body of a reply out of the bytes behind its head.
public struct HTTPResponseBody {
  private var queue = ByteQueue()
  private var reader: HTTPBodyReader

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - framing: how the body's end is told.
  ///   - limits: how much is taken.
  /// - Throws: `HTTPFault` 413 when the body is known to be too large.
  public init(_ framing: BodyFraming, limits: HTTPLimits = HTTPLimits()) throws(HTTPFault) {
    reader = try HTTPBodyReader(framing, limits: limits)
  }

  /// Adds bytes that have arrived.
  public mutating func append(_ bytes: some Collection<UInt8>) { queue.append(bytes) }

  /// Takes the next part; `nil` while it has not arrived, and after the end.
  public mutating func next() throws(HTTPFault) -> HTTPBodyReader.Event? { try reader.next(&queue) }

  /// The server has closed the connection; the end of a body that lasts until then.
  ///
  /// - Throws: `HTTPFault` 400 when the body is not whole.
  public mutating func connectionEnded() throws(HTTPFault) -> HTTPBodyReader.Event? { try reader.connectionEnded() }
}
