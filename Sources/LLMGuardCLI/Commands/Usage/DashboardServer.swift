import Dashboard
import HTTPWire
import Posix

/// Answers a browser on this machine: one page, to whoever has the link, and nothing to anybody else.
///
/// One request a connection, one connection at a time: a page that is read every few seconds needs no more.
struct DashboardServer {
  private let port: UInt16
  private let path: String
  private let page: () throws(Failure) -> String

  /// Makes a server.
  ///
  /// - Parameters:
  ///   - port: the port it listens on.
  ///   - secret: what makes the link unguessable.
  ///   - page: makes the page anew.
  init(port: UInt16, secret: String, page: @escaping () throws(Failure) -> String) {
    self.port = port
    path = "/\(secret)/"
    self.page = page
  }

  /// The link.
  var link: String { "http://127.0.0.1:\(port)\(path)" }

  /// How long a browser may take to send its request, and to take the answer.
  private static let patienceMs: Int64 = 2000

  /// Answers the request of a connection, and closes it.
  func answer(_ connection: Socket) {
    defer { connection.close() }
    connection.setTimeouts(ms: Self.patienceMs)
    guard let reply = reply(to: connection) else { return }
    do throws(PosixError) {
      try connection.writeAll(reply)
      connection.endWriting()
    } catch { /* The browser left; there is nobody to tell. */  }
  }

  private func reply(to connection: Socket) -> [UInt8]? {
    var reader = HTTPRequestReader()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)
    defer { buffer.deallocate() }
    let end = Clock.monotonicNanoseconds + Self.patienceMs * 1_000_000
    while Clock.monotonicNanoseconds < end {
      do throws(HTTPFault) {
        if case .head(let head)? = try reader.next() { return reply(to: head) }
      } catch { return message(error.status, "This is no request.\n") }
      guard let count = try? connection.read(into: buffer), count > 0 else { return nil }
      reader.append(buffer[..<count])
    }
    return nil
  }

  private func reply(to head: HTTPRequestHead) -> [UInt8] {
    // A name that leads to this machine must not open the page to another site's scripts.
    let isAddressed = ["127.0.0.1:\(port)", "localhost:\(port)"].contains(head.authority)
    guard isAddressed, Self.isSame(String(head.path), path) else {
      return message(404, "There is nothing here. The link that llmguard printed leads to the page.\n")
    }
    guard head.method == "GET" || head.method == "HEAD" else { return message(405, "This page is only read.\n") }
    do throws(Failure) {
      let body = Array(try page().utf8)
      return response(200, "text/html; charset=utf-8", head.method == "HEAD" ? [] : body, length: body.count)
    } catch {
      return message(503, "\(error.message)\n\(error.hint)\n")
    }
  }

  /// Whether two texts are the same, in a time that does not tell where they differ.
  private static func isSame(_ a: String, _ b: String) -> Bool {
    let (first, second) = (Array(a.utf8), Array(b.utf8))
    return first.count == second.count && zip(first, second).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private func message(_ status: Int, _ text: String) -> [UInt8] {
    response(status, "text/plain; charset=utf-8", Array(text.utf8), length: text.utf8.count)
  }

  private func response(_ status: Int, _ type: String, _ body: [UInt8], length: Int) -> [UInt8] {
    let lines = [
      "HTTP/1.1 \(status) \(status == 200 ? "OK" : "Refused")", "Content-Type: \(type)", "Content-Length: \(length)",
      "Content-Security-Policy: \(Dashboard.policy(isLive: true)); frame-ancestors 'none'",
      "X-Content-Type-Options: nosniff", "Cache-Control: no-store", "Referrer-Policy: no-referrer",
      "Cross-Origin-Resource-Policy: same-origin", "Connection: close",
    ]
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }
}
