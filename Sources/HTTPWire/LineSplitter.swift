import TextFormats

/// Takes lines out of a streamed body, such as JSON values one a line.
public struct LineSplitter {
  private let maximumBytes: Int
  private var line: [UInt8] = []
  /// What is short in a line that is too long to be kept; `nil` for one that is kept.
  private var outline: JSONOutline?

  /// Makes a splitter.
  ///
  /// - Parameter maximumBytes: the longest line that is kept; longer ones are passed on in pieces, of which the last says what is short
  ///   in it.
  public init(maximumBytes: Int = 8_388_608) { self.maximumBytes = maximumBytes }

  /// The parts that are whole with these bytes.
  public mutating func append(_ bytes: some Collection<UInt8>) -> [StreamPart] {
    if let parts = bytes.withContiguousStorageIfAvailable({ append(contiguous: $0) }) { return parts }
    return Array(bytes).withUnsafeBufferPointer { append(contiguous: $0) }
  }

  private mutating func append(contiguous bytes: UnsafeBufferPointer<UInt8>) -> [StreamPart] {
    var parts: [StreamPart] = []
    var place = 0
    while place < bytes.count {
      // A line is taken at once with its end, but no more of it than is kept.
      let most = min(bytes.count, place + maximumBytes + 1 - line.count)
      var end = place
      while end < most, bytes[end] != 0x0A { end += 1 }
      if end < most { end += 1 }
      line.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[place..<end]))
      place = end
      let isEnded = line.last == 0x0A
      if isEnded || line.count > maximumBytes { parts.append(take(isEnded: isEnded)) }
    }
    return parts
  }

  /// The body has ended; what stands behind its last line feed is a line too.
  public mutating func finish() -> StreamPart? {
    line.isEmpty && outline == nil ? nil : take(isEnded: true)
  }

  private mutating func take(isEnded: Bool) -> StreamPart {
    defer {
      line.removeAll(keepingCapacity: true)
      if isEnded { outline = nil }
    }
    if !isEnded, outline == nil { outline = JSONOutline() }
    if outline != nil {
      outline?.append(line)
      return StreamPart(line, data: isEnded ? outline?.finish() : nil, isRest: isEnded, isCut: isEnded)
    }
    var end = line.count
    if end > 0, line[end - 1] == 0x0A { end -= 1 }
    if end > 0, line[end - 1] == 0x0D { end -= 1 }
    return StreamPart(line, data: end == 0 ? nil : Array(line[..<end]))
  }
}
