import HTTPWire
import Posix

/// A server on the loopback address that reads requests as any server does and answers as a test says.
public final class ScriptedServer: Sendable {
  /// A request with its whole body, and the connection to answer on.
  public struct Exchange {
    /// The request's head.
    public let head: HTTPRequestHead
    /// Its body.
    public let body: [UInt8]
    /// What stood behind its body.
    public let trailers: HTTPFields
    /// The connection.
    public let socket: Socket

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// Writes bytes as they are.
    public func send(_ text: String) { try? socket.writeAll(Array(text.utf8)) }

    /// Writes a whole reply.
    public func reply(status: Int = 200, type: String = "application/json", fields: HTTPFields = [:], _ body: String) {
      var head = HTTPResponseHead(status, fields: fields)
      head.fields.append("Content-Type", type)
      head.fields.append("Content-Length", String(body.utf8.count))
      try? socket.writeAll(HTTPWriter.head(head) + Array(body.utf8))
    }

    /// Waits until the other side has gone; how long that took, `nil` when it did not happen in time.
    public func waitForEnd(limitMs: Int64 = 2000) -> Int64? {
      let start = Clock.monotonicNanoseconds
      while true {
        let waitedMs = (Clock.monotonicNanoseconds - start) / 1_000_000
        if socket.pending == .end { return waitedMs }
        if waitedMs >= limitMs { return nil }
        Clock.sleep(ms: 1)
      }
    }
  }

  private let listener: Socket
  /// Connections that were accepted.
  public let connections = Locked(0)

  /// - Parameter answer: answers one request; says whether the connection goes on.
  public init(_ answer: @escaping @Sendable (Exchange) -> Bool) throws {
    listener = try Socket.listening()
    let (listener, connections) = (listener, connections)
    try Thread.start {
      while let socket = try? listener.accept() {
        connections.use { $0 += 1 }
        try? Thread.start {
          Self.serve(socket, answer)
          socket.shutdown()
          socket.close()
        }
      }
      listener.close()
    }
  }

  deinit { listener.shutdown() }

  /// Where it listens.
  public var port: UInt16 { listener.port }

  /// Its address.
  public var url: String { "http://127.0.0.1:\(port)" }

  private static func serve(_ socket: Socket, _ answer: (Exchange) -> Bool) {
    var reader = HTTPRequestReader()
    var head: HTTPRequestHead?
    var body: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while let count = try? buffer.withUnsafeMutableBytes({ try socket.read(into: $0) }), count > 0 {
      reader.append(buffer[..<count])
      while let event = try? reader.next() {
        switch event {
        case .head(let new): (head, body) = (new, [])
        case .body(let bytes): body += bytes
        case .end(let trailers):
          guard let head, answer(Exchange(head: head, body: body, trailers: trailers, socket: socket)) else { return }
        }
      }
    }
  }
}
