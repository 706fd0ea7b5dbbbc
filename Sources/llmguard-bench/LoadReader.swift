import Posix

/// Reads whole answers as a load generator should: of the head the status and the length, of the body its bytes' number. The
/// client shares the machine's cores with the gateway, so what it does with an answer is taken from what is measured.
final class LoadReader {
  private let socket: Socket
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  init(_ socket: Socket) { self.socket = socket }

  /// Reads one answer to its end.
  ///
  /// - Throws: `BenchFailure` where it is no 200, has no length, or is more than was said.
  func readAnswer() throws {
    var filled = 0
    var total: Int?
    while total == nil || filled < total! {
      let count = try buffer.withUnsafeMutableBytes { try socket.read(into: .init(rebasing: $0[filled...])) }
      if count == 0 { throw BenchFailure("the connection ended") }
      filled += count
      if total == nil { total = try buffer.withUnsafeBytes { try Self.length(of: .init(rebasing: $0[..<filled])) } }
      guard total ?? 0 <= buffer.count, filled < buffer.count || total == filled else {
        throw BenchFailure("an answer is longer than \(buffer.count) bytes")
      }
    }
    guard filled == total else { throw BenchFailure("an answer is longer than it says") }
  }

  /// The bytes of a whole answer, its head's among them; `nil` while its head has not ended.
  ///
  /// - Throws: `BenchFailure` where it is no 200 or has no length.
  static func length(of bytes: UnsafeRawBufferPointer) throws(BenchFailure) -> Int? {
    var (start, length): (Int, Int?) = (0, nil)
    for place in bytes.indices where bytes[place] == 0x0A {
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<place])
      if start == 0, !line.starts(with: "HTTP/1.1 200 ".utf8) {
        throw BenchFailure("a call was answered with \(String(decoding: line, as: UTF8.self))")
      }
      start = place + 1
      if line.count <= 1 {
        guard let length else { throw BenchFailure("an answer does not say its length") }
        return start + length
      }
      if line.count > Self.field.count, zip(line, Self.field).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
        length = line[Self.field.count...].reduce(0) { 0x30...0x39 ~= $1 ? 10 * $0 + Int($1 - 0x30) : $0 }
      }
    }
    return nil
  }

  private static let field = Array("content-length:".utf8)
}
