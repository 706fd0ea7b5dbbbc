/// Bytes that have arrived and are not used yet.
struct ByteQueue {
  /// Why a line cannot be taken.
  enum LineFault: Error {
    case tooLong
    case bareLineFeed
    case bareCarriageReturn
  }

  private var bytes: [UInt8] = []
  private var start = 0
  /// How far the search for the end of a line has come; no byte is searched twice.
  private var searched = 0

  var count: Int { bytes.count - start }
  /// The next byte.
  var first: UInt8? { start < bytes.count ? bytes[start] : nil }

  mutating func append(_ new: some Collection<UInt8>) {
    if start == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      (start, searched) = (0, 0)
    } else if start > 65_536, start > bytes.count / 2 {
      bytes.removeFirst(start)
      (start, searched) = (0, max(0, searched - start))
    }
    bytes.append(contentsOf: new)
  }

  /// Takes bytes from the front, as many as there are and not more than asked for.
  mutating func take(atMost limit: Int) -> [UInt8] {
    let end = start + min(limit, count)
    defer { start = end }
    return Array(bytes[start..<end])
  }

  /// Takes a line from the front, without its CRLF; `nil` while its end has not arrived. It is used before more bytes come:
  /// it stands where they have arrived.
  ///
  /// - Parameter limit: the most bytes of the line, without its end.
  mutating func line(atMost limit: Int) throws(LineFault) -> ArraySlice<UInt8>? {
    searched = max(searched, start)
    searched = bytes.withUnsafeBufferPointer { bytes in
      var place = searched
      while place < bytes.count, bytes[place] != 0x0D, bytes[place] != 0x0A { place += 1 }
      return place
    }
    if searched - start > limit { throw .tooLong }
    guard searched < bytes.count else { return nil }
    if bytes[searched] == 0x0A { throw .bareLineFeed }
    guard searched + 1 < bytes.count else { return nil }
    if bytes[searched + 1] != 0x0A { throw .bareCarriageReturn }
    let line = bytes[start..<searched]
    start = searched + 2
    return line
  }
}

extension ByteQueue.LineFault {
  /// The fault of a message in which a line ends otherwise than it should; a line too long is the caller's to name.
  func fault(tooLong: HTTPFault) -> HTTPFault {
    switch self {
    case .tooLong: tooLong
    case .bareLineFeed: HTTPFault(400, "a line ends with a line feed alone")
    case .bareCarriageReturn: HTTPFault(400, "a carriage return stands alone")
    }
  }
}
