/// Takes requests out of the bytes of a connection, one after the other.
///
/// Bytes may arrive in any pieces, and several requests at once: what stands behind a request waits until that request was
/// read to its end. After a fault nothing more is read: where the next request begins cannot be known.
public struct HTTPRequestReader {
  /// What was read.
  public enum Event: Hashable, Sendable {
    /// A request has begun.
    case head(HTTPRequestHead)
    /// A part of its body, never empty.
    case body([UInt8])
    /// It has ended. The fields behind a chunked body.
    case end(trailers: HTTPFields)
  }

  private enum State {
    case head(HeadLines)
    case body(HTTPBodyReader)
    case failed(HTTPFault)
  }

  private let limits: HTTPLimits
  private var queue = ByteQueue()
  private var state: State

  /// Makes a reader for a connection.
  public init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
    state = .head(HeadLines(limits: limits, skipsEmptyLines: true))
  }

  /// Whether nothing of a request has arrived that was not read to its end.
  public var isIdle: Bool {
    if case .head(let lines) = state { return !lines.hasBegun && queue.count == 0 }
    return false
  }

  /// Adds bytes that have arrived.
  public mutating func append(_ bytes: some Collection<UInt8>) { queue.append(bytes) }

  /// Takes the next event.
  ///
  /// - Returns: `nil` while more bytes are needed.
  /// - Throws: `HTTPFault`, and the same again when asked again.
  public mutating func next() throws(HTTPFault) -> Event? {
    do throws(HTTPFault) {
      switch state {
      case .failed(let fault): throw fault
      case .head(var lines):
        let isWhole = try lines.read(&queue)
        state = .head(lines)
        guard isWhole else { return nil }
        let head = try HTTPRequestHead(startLine: lines.startLine, fields: lines.fields)
        state = .body(try HTTPBodyReader(head.framing, limits: limits))
        return .head(head)
      case .body(var body):
        let event = try body.next(&queue)
        state = .body(body)
        switch event {
        case nil: return nil
        case .bytes(let bytes): return .body(bytes)
        case .end(let trailers):
          state = .head(HeadLines(limits: limits, skipsEmptyLines: true))
          return .end(trailers: trailers)
        }
      }
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// The client sends nothing more.
  ///
  /// - Throws: `HTTPFault` 400 when a request is not whole.
  public mutating func connectionEnded() throws(HTTPFault) {
    if case .failed(let fault) = state { throw fault }
    if !isIdle { throw HTTPFault(400, "the connection ended in the middle of a request") }
  }
}
