/// A connection that a process was seen to make.
public struct SeenConnection: Hashable, Sendable {
  /// The other end.
  public struct Peer: Hashable, Sendable, CustomStringConvertible {
    /// Four bytes of IPv4, or sixteen of IPv6, in the order of the wire. What is IPv4 in IPv6 has four.
    public let address: [UInt8]
    /// The port.
    public let port: UInt16

    /// Makes one of what stands in a `sockaddr` or in `/proc/net/tcp`.
    public init(address: [UInt8], port: UInt16) {
      let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
      self.address = address.count == 16 && address.starts(with: mapped) ? Array(address[12...]) : address
      self.port = port
    }

    /// Whether it is this machine by an address that is never anything else, or nobody's yet. *Source:* RFC 6890.
    public var isLoopback: Bool {
      if address.count == 4 { return address[0] == 127 || address == [0, 0, 0, 0] }
      return address.dropLast().allSatisfy { $0 == 0 } && (address.last ?? 0) <= 1
    }

    /// The address as URLs have it; IPv6 without its short form.
    public var host: String {
      if address.count == 4 { return address.map(String.init).joined(separator: ".") }
      let groups = stride(from: 0, to: address.count - 1, by: 2).map { index in
        String(UInt16(address[index]) << 8 | UInt16(address[index + 1]), radix: 16)
      }
      return "[\(groups.joined(separator: ":"))]"
    }

    /// `192.0.2.1:443`
    public var description: String { "\(host):\(port)" }
  }

  /// The number of the process.
  public var process: Int32
  /// Its name, as the kernel has it; empty where it had ended before it was asked for.
  public var program: String
  /// The other end.
  public var peer: Peer
  /// The name that the address was told for; `nil` where that is not known.
  public var name: String?

  /// Makes one.
  public init(process: Int32, program: String, peer: Peer, name: String? = nil) {
    (self.process, self.program, self.peer, self.name) = (process, program, peer, name)
  }

  /// `api.example:443`
  public var place: String { "\(name ?? peer.host):\(peer.port)" }
}

extension ProcessInfo {
  /// The process that a thread is of; the thread itself where it has ended. *Source:* proc_pid_status(5).
  static func process(ofThread id: Int32) -> Int32 {
    guard let bytes = try? File.readAll("/proc/\(id)/status", maximumBytes: 65_536) else { return id }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Tgid:") }
    return line.flatMap { Int32($0.dropFirst(5).filter(\.isNumber)) } ?? id
  }

  /// The name of a process, as the kernel has it; empty for none. *Source:* proc_pid_comm(5).
  static func name(of id: Int32) -> String {
    guard let bytes = try? File.readAll("/proc/\(id)/comm", maximumBytes: 256) else { return "" }
    return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
  }
}
