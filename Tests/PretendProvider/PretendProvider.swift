import HTTPWire
import Posix
import TextFormats

/// A server on the loopback address that answers as OpenAI, Anthropic, Gemini, Cohere and Ollama do, and counts for itself.
///
/// It is for tests and measurements. A token is a word. `Behaviour` says how an answer can be asked to be otherwise;
/// `GET /__count` tells the tally, `POST /__reset` forgets it, `GET /__last` tells the last request as it came.
public final class PretendProvider: Sendable {
  /// Its own count.
  public let tally = Tally()
  private let listener: Socket

  /// Listens and serves until it is let go.
  ///
  /// - Parameter port: the port; 0 for a free one.
  public init(port: UInt16 = 0) throws {
    listener = try Socket.listening(port: port, backlog: 4096)
    let (listener, tally) = (listener, tally)
    try Thread.start {
      while let socket = try? listener.accept() {
        tally.state.use {
          $0.connections += 1
          $0.open += 1
        }
        do throws(PosixError) {
          try Thread.start {
            PretendConnection(socket, tally).serve()
            socket.shutdown()
            socket.close()
            tally.state.use { $0.open -= 1 }
          }
        } catch { socket.close() }
      }
      listener.close()
    }
  }

  deinit { listener.shutdown() }

  /// Where it listens.
  public var port: UInt16 { listener.port }

  /// Its address without a path.
  public var url: String { "http://127.0.0.1:\(port)" }
}

/// One connection to the provider.
final class PretendConnection {
  private let socket: Socket
  let tally: Tally
  private var reader = HTTPRequestReader()
  /// Bodies of calls are kept up to this; a longer one ends the connection.
  private static let maximumBody = 256 << 20

  init(_ socket: Socket, _ tally: Tally) {
    self.socket = socket
    self.tally = tally
  }

  func serve() {
    var head: HTTPRequestHead?
    var isFile = false
    var body: [UInt8] = []
    var (count, sum): (Int64, UInt64) = (0, 0)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while let length = try? buffer.withUnsafeMutableBytes({ try socket.read(into: $0) }), length > 0 {
      reader.append(buffer[..<length])
      do {
        while let event = try reader.next() {
          switch event {
          case .head(let new):
            (head, body, count, sum) = (new, [], 0, 0)
            isFile = new.path.split(separator: "/").contains { $0.hasPrefix("files") }
            if new.expectsContinue { send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
          case .body(let bytes):
            count += Int64(bytes.count)
            // Files are counted, not kept.
            if isFile {
              for byte in bytes { sum = sum &* 31 &+ UInt64(byte) }
            } else {
              body += bytes
              if body.count > Self.maximumBody { return }
            }
          case .end:
            guard let head else { return }
            let reply = Reply(to: head, on: self)
            guard reply.answer(body, uploaded: (count, sum)), head.keepsAlive else { return }
          }
        }
      } catch {
        send(Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
        return
      }
    }
  }

  /// - Returns: whether the other side still takes bytes.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool { (try? socket.writeAll(bytes)) != nil }

  /// Whether the client has gone.
  var hasEnded: Bool { socket.pending == .end }
}
