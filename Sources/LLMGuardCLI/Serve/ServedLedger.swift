import Gateway
import HTTPWire
import Posix

/// Asks a server whether it goes by the ledger that is meant. It is told nothing that opens anything.
enum ServedLedger {
  private static let patienceMs: Int64 = 500

  /// Whether a server says that its ledger is another one; one that says nothing of it is not blamed.
  ///
  /// - Parameter mark: what tells the ledger from all others.
  static func isOther(than mark: String, at server: Socket, named name: String) -> Bool {
    server.setTimeouts(ms: patienceMs)
    let request =
      "GET /healthz HTTP/1.1\r\nHost: \(name)\r\n\(Gateway.ledgerField): \(mark)\r\nConnection: close\r\n\r\n"
    guard (try? server.writeAll(Array(request.utf8))) != nil else { return false }
    var reply: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while reply.count < 65_536 {
      guard let count = try? buffer.withUnsafeMutableBytes({ try server.read(into: $0) }), count > 0 else { break }
      reply += buffer[..<count]
    }
    let head = String(decoding: reply, as: UTF8.self).lowercased()
    return head.contains("\r\n\(Gateway.ledgerField): \(Gateway.otherLedger)\r\n")
  }
}
