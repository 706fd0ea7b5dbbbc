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
  /// What is known of the first line of a request whose head was refused.
  private var refusedLine: [UInt8] = []
  /// So much of a first line is looked at that came to no end.
  private static let mostOfLine = 512

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

  /// The target of a request whose head was refused, as it was sent and as far as it is known; `nil` where nothing of it is.
  public var refusedTarget: String? {
    let parts = refusedLine.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count > 1, parts[1].first == 0x2F, parts[1].allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return nil
    }
    return String(decoding: parts[1], as: UTF8.self)
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
        do throws(HTTPFault) {
          let isWhole = try lines.read(&queue)
          state = .head(lines)
          guard isWhole else { return nil }
          let head = try HTTPRequestHead(startLine: lines.startLine, fields: lines.fields)
          state = .body(try HTTPBodyReader(head.framing, limits: limits))
          return .head(head)
        } catch {
          refusedLine = lines.hasBegun ? lines.startLine : queue.take(atMost: Self.mostOfLine)
          throw error
        }
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
