/// Writes what a server sends.
public enum HTTPWriter {
  /// A head: the status line, the fields, the empty line.
  ///
  /// - Parameters:
  ///   - head: what is written.
  ///   - names: fields of these names are left out.
  ///   - more: fields that stand behind the others.
  ///   - room: how many bytes will be put behind it.
  public static func head(
    _ head: HTTPResponseHead, leavingOut names: [String] = [], adding more: HTTPFields = HTTPFields(), room: Int = 0
  ) -> [UInt8] {
    // A text of up to fifteen bytes takes no memory.
    var line = "HTTP/1." + String(head.minorVersion) + " " + String(head.status) + " "
    var reason = head.reason
    let most = line.utf8.count + reason.utf8.count + head.fields.lineBytes + more.lineBytes + 4
    return written(atMost: most, room: room) { pen in
      line.withUTF8 { pen.put($0) }
      reason.withUTF8 { pen.put($0) { HTTPSyntax.isValueByte($0) ? $0 : UInt8(ascii: "?") } }
      pen.endLine()
      head.fields.forEachInPlace(besides: names) { pen.put($0, $1) }
      more.forEachInPlace { pen.put($0, $1) }
      pen.endLine()
    }
  }

  /// What a pen puts down, which is not more than so many bytes, with room for more behind it.
  private static func written(atMost most: Int, room: Int = 0, _ body: (inout Pen) -> Void) -> [UInt8] {
    // On the stack: for a list whose memory is not filled yet the language's runtime looks for its type each time.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: most) { memory in
      var pen = Pen(memory)
      body(&pen)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(pen.count + room)
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: memory[..<pen.count]))
      return bytes
    }
  }

  /// Puts bytes down one behind the other, in memory that has room for all of them.
  private struct Pen {
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

    mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
      guard let from = bytes.baseAddress, let to = memory.baseAddress else { return }
      precondition(bytes.count <= memory.count - count, "there is room for it")
      (to + count).initialize(from: from, count: bytes.count)
      count += bytes.count
    }

    mutating func put(_ bytes: UnsafeBufferPointer<UInt8>, _ change: (UInt8) -> UInt8) {
      for byte in bytes { put(change(byte)) }
    }

    mutating func put(_ byte: UInt8) {
      memory.initializeElement(at: count, to: byte)
      count += 1
    }

    mutating func put(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
      put(name)
      put(0x3A)
      put(0x20)
      put(value)
      endLine()
    }

    mutating func endLine() {
      put(0x0D)
      put(0x0A)
    }
  }

  /// One chunk of a body. Nothing for no bytes: an empty chunk would end the body.
  public static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
    if bytes.isEmpty { return [] }
    return Array(String(bytes.count, radix: 16).utf8) + [0x0D, 0x0A] + bytes + [0x0D, 0x0A]
  }

  /// The end of a chunked body.
  public static func lastChunk(trailers: HTTPFields = HTTPFields()) -> [UInt8] {
    written(atMost: trailers.lineBytes + 5) { pen in
      pen.put(0x30)
      pen.endLine()
      trailers.forEachInPlace { pen.put($0, $1) }
      pen.endLine()
    }
  }
}
