import CPosix
import Glibc

/// A TCP socket on this machine's loopback address. It is a number, not an owner: whoever opened it closes it.
public struct Socket: Hashable, Sendable {
  /// Its descriptor.
  public let descriptor: FileDescriptor

  private init(_ number: Int32) { descriptor = FileDescriptor(number) }

  /// A socket that was made elsewhere.
  public init(adopting descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Listens, on 127.0.0.1 unless it is given another address.
  ///
  /// - Parameters:
  ///   - address: an address of this machine.
  ///   - port: the port; 0 lets the kernel choose a free one.
  ///   - backlog: how many connections may wait to be accepted.
  /// - Throws: `PosixError`.
  public static func listening(
    on address: IPv4Address = .loopback, port: UInt16 = 0, backlog: Int32 = 512
  ) throws(PosixError) -> Socket {
    let socket = try make()
    do throws(PosixError) {
      var yes: Int32 = 1
      setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
      if withAddress(port, address, { bind(socket.number, $0, $1) }) != 0 {
        throw PosixError("bind", path: "\(address):\(port)")
      }
      if listen(socket.number, backlog) != 0 { throw PosixError("listen") }
    } catch {
      socket.close()
      throw error
    }
    return socket
  }

  /// Connects to a port of 127.0.0.1.
  public static func connected(to port: UInt16) throws(PosixError) -> Socket {
    let socket = try make()
    if withAddress(port, .loopback, { connect(socket.number, $0, $1) }) != 0 {
      let error = PosixError("connect", path: "127.0.0.1:\(port)")
      socket.close()
      throw error
    }
    socket.sendAtOnce()
    return socket
  }

  /// Two sockets that are connected with each other, and with nothing else.
  public static func pair() throws(PosixError) -> (Socket, Socket) {
    var numbers: [Int32] = [-1, -1]
    if socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &numbers) != 0 {
      throw PosixError("socketpair")
    }
    return (Socket(numbers[0]), Socket(numbers[1]))
  }

  /// The port it is bound to.
  public var port: UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  /// The next connection; waits for it.
  ///
  /// - Throws: `PosixError` when the listener was shut down, or descriptors or memory are short.
  public func accept() throws(PosixError) -> Socket {
    while true {
      let number = llmguard_accept(number)
      if number >= 0 {
        let socket = Socket(number)
        socket.sendAtOnce()
        return socket
      }
      if errno != EINTR && errno != ECONNABORTED { throw PosixError("accept") }
    }
  }

  /// Reads what has arrived, at most a buffer's worth; 0 when the other side sends nothing more.
  ///
  /// - Throws: `PosixError`; `isTimeout` when nothing came in the time that `setTimeouts` gave.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(PosixError) -> Int {
    while true {
      let count = recv(number, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      if errno != EINTR { throw PosixError("recv") }
    }
  }

  /// Writes some bytes. - Returns: how many.
  ///
  /// - Throws: `PosixError`; `isTimeout` when none was taken in the time that `setTimeouts` gave.
  public func write(_ bytes: ArraySlice<UInt8>) throws(PosixError) -> Int {
    while true {
      let count = bytes.withUnsafeBytes { send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count >= 0 { return count }
      if errno != EINTR { throw PosixError("send") }
    }
  }

  /// Writes all bytes, waiting as long as the other side takes some within the time that `setTimeouts` gave.
  public func writeAll(_ bytes: UnsafeRawBufferPointer) throws(PosixError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = send(number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        throw PosixError("send")
      }
    }
  }

  /// Writes all bytes of an array.
  public func writeAll(_ bytes: [UInt8]) throws(PosixError) {
    var failure: PosixError?
    bytes.withUnsafeBytes { buffer in
      do throws(PosixError) { try writeAll(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// What the other side has done that was not read yet.
  public enum Pending: Hashable, Sendable {
    /// Nothing.
    case nothing
    /// It has sent bytes.
    case bytes
    /// It sends nothing more, and still reads.
    case endOfBytes
    /// It has closed its end, or the connection broke.
    case end
  }

  /// Looks at what has arrived, and takes nothing.
  public var pending: Pending {
    var polled = pollfd(fd: number, events: Int16(POLLIN) | Self.otherEndClosed, revents: 0)
    if poll(&polled, 1, 0) <= 0 { return .nothing }
    if polled.revents & (Int16(POLLHUP) | Int16(POLLERR)) != 0 { return .end }
    if polled.revents & Self.otherEndClosed != 0 { return Peer.reads(from: self) ? .endOfBytes : .end }
    return polled.revents & Int16(POLLIN) != 0 ? .bytes : .nothing
  }

  /// Whether there is anything to be read, be it the end.
  public var hasArrivals: Bool {
    var polled = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 0) > 0
  }

  /// POLLRDHUP, which the Glibc module lacks. *Source:* poll(2), `asm-generic/poll.h`.
  static let otherEndClosed: Int16 = 0x2000

  /// Limits how long a read or a write may stand still.
  ///
  /// - Parameter ms: milliseconds; 0 for no limit.
  public func setTimeouts(ms: Int64) { setTimeouts(readMs: ms, writeMs: ms) }

  /// The same with a limit for each direction.
  public func setTimeouts(readMs: Int64, writeMs: Int64) {
    for (option, ms) in [(SO_RCVTIMEO, readMs), (SO_SNDTIMEO, writeMs)] {
      var time = timeval(tv_sec: Int(ms / 1000), tv_usec: Int(ms % 1000) * 1000)
      setsockopt(number, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// Ends both directions: whoever waits on the socket, in any thread, goes on.
  public func shutdown() { _ = Glibc.shutdown(number, Int32(SHUT_RDWR)) }

  /// Says that nothing more is sent.
  public func endWriting() { _ = Glibc.shutdown(number, Int32(SHUT_WR)) }

  /// Has the other side see, when it is closed, that the connection broke.
  public func breakAtClose() {
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(number, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
  }

  /// Closes it.
  public func close() { descriptor.close() }

  private var number: Int32 { descriptor.number }

  private static func make() throws(PosixError) -> Socket {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    if number < 0 { throw PosixError("socket") }
    return Socket(number)
  }

  /// Small writes leave at once: events of a stream must not wait for each other.
  private func sendAtOnce() {
    var yes: Int32 = 1
    setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func withAddress(
    _ port: UInt16, _ ip: IPv4Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = ip.number.bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}

/// An address of four numbers.
public struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
  let number: UInt32

  /// This machine, for itself.
  public static let loopback = IPv4Address(number: 0x7F00_0001)

  private init(number: UInt32) { self.number = number }

  /// Reads `127.0.0.1`; `nil` for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { part in
      (1...3).contains(part.utf8.count) && part.allSatisfy { $0.isASCII && $0.isNumber } ? UInt8(part) : nil
    }
    guard parts.count == 4, bytes.count == 4 else { return nil }
    number = bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Whether it can be reached from this machine alone. *Source:* RFC 1122 section 3.2.1.3.
  public var isLoopback: Bool { number >> 24 == 127 }

  /// Whether it stands for all addresses of this machine.
  public var isEvery: Bool { number == 0 }

  /// As it is written.
  public var description: String { [24, 16, 8, 0].map { String(number >> $0 & 0xFF) }.joined(separator: ".") }
}

extension PosixError {
  /// Whether a socket's time was over.
  public var isTimeout: Bool { code == EAGAIN }
}
