import HTTPWire
import Posix

/// A server on the loopback address that reads requests as any server does and answers as a test says.
final class ScriptedServer: Sendable {
  /// A request with its whole body, and the connection to answer on.
  struct Exchange {
    let head: HTTPRequestHead
    let body: [UInt8]
    let socket: Socket

    func send(_ text: String) { try? socket.writeAll(Array(text.utf8)) }

    /// Waits until the other side has gone; how long that took, `nil` when it did not happen within two seconds.
    func waitForEnd() -> Int64? {
      let start = Clock.monotonicNanoseconds
      while Clock.monotonicNanoseconds - start < 2_000_000_000 {
        if socket.pending == .end { return (Clock.monotonicNanoseconds - start) / 1_000_000 }
        Clock.sleep(ms: 1)
      }
      return nil
    }
  }

  private let listener: Socket
  /// Connections that were accepted.
  let connections = Locked(0)

  /// - Parameter answer: answers one request; says whether the connection goes on.
  init(_ answer: @escaping @Sendable (Exchange) -> Bool) throws {
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

  var url: String { "http://127.0.0.1:\(listener.port)" }

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
        case .end:
          guard let head, answer(Exchange(head: head, body: body, socket: socket)) else { return }
        }
      }
    }
  }
}
