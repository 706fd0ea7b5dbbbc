import TextFormats

/// Takes server-sent events out of a streamed body.
///
/// *Source:* the HTML standard, "Parsing an event stream": lines end with CRLF, LF or CR; an empty line ends an event.
public struct EventSplitter {
  private let maximumBytes: Int
  private var raw: [UInt8] = []
  private var line: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  /// What is short in data that is too long to be kept; `nil` for what is kept.
  private var outline: JSONOutline?
  /// Whether a part of the event under way has been passed on.
  private var hasLeft = false
  /// Where the rest of the line under way goes.
  private var way = Way.line

  private enum Way { case line, outline, nowhere, unknown }
  /// The bytes of lines that are no field of an event, and no comment, where no data stands beside them.
  public private(set) var unknownBytes = 0
  /// The same of the event under way.
  private var unknownInEvent = 0
  private var endedWithReturn = false
  private var isFirstLine = true

  /// Makes a splitter.
  ///
  /// - Parameter maximumBytes: the longest event that is kept; longer ones are passed on in pieces, of which the last says what is
  ///   short in it.
  public init(maximumBytes: Int = 8_388_608) { self.maximumBytes = maximumBytes }

  /// The parts that are whole with these bytes. An event leaves with the first byte that ends it: where that is the carriage
  /// return of a CRLF, the line feed goes with the next part.
  public mutating func append(_ bytes: some Collection<UInt8>) -> [StreamPart] {
    if let parts = bytes.withContiguousStorageIfAvailable({ append(contiguous: $0) }) { return parts }
    return Array(bytes).withUnsafeBufferPointer { append(contiguous: $0) }
  }

  private mutating func append(contiguous bytes: UnsafeBufferPointer<UInt8>) -> [StreamPart] {
    var parts: [StreamPart] = []
    var place = 0
    while place < bytes.count {
      // What stands before the next end of a line is taken at once, but no more than is kept.
      let most = min(bytes.count, place + maximumBytes + 1 - raw.count)
      var end = place
      while end < most, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
      if end > place {
        let piece = UnsafeBufferPointer(rebasing: bytes[place..<end])
        raw.append(contentsOf: piece)
        switch way {
        case .line: line.append(contentsOf: piece)
        case .outline: outline?.append(piece)
        case .nowhere: break
        case .unknown: unknownInEvent += piece.count
        }
        endedWithReturn = false
        place = end
      } else {
        let byte = bytes[place]
        place += 1
        raw.append(byte)
        let isSecondHalf = byte == 0x0A && endedWithReturn
        endedWithReturn = byte == 0x0D
        if !isSecondHalf { if line.isEmpty { parts.append(take()) } else { readLine() } }
      }
      if raw.count > maximumBytes {
        parts.append(StreamPart(raw, data: nil))
        raw.removeAll(keepingCapacity: true)
        hasLeft = true
        cutData()
        letLineGo()
      }
    }
    return parts
  }

  /// The body has ended. An event that no empty line ended says what it says all the same: not every server sends that line.
  public mutating func finish() -> StreamPart? {
    if !line.isEmpty { readLine() }
    return raw.isEmpty && !hasLeft ? nil : take()
  }

  private mutating func take() -> StreamPart {
    defer {
      raw.removeAll(keepingCapacity: true)
      data = []
      (hasData, hasLeft, outline) = (false, false, nil)
    }
    if !hasData { unknownBytes += unknownInEvent }
    unknownInEvent = 0
    let isRest = hasLeft && hasData
    if let outline { return StreamPart(raw, data: outline.finish(), isRest: isRest, isCut: hasData) }
    return StreamPart(raw, data: hasData ? data : nil, isRest: isRest)
  }

  /// Keeps no more of the data of an event that is too long for it, than what is short in it. Where it is something else that is
  /// long, what it says is kept.
  private mutating func cutData() {
    if outline != nil { return }
    let lineBytes = way == .line && line.count >= Self.mostBeforeData && value(of: line) != nil ? line.count : 0
    if 2 * (data.count + lineBytes) <= maximumBytes { return }
    outline = JSONOutline()
    outline?.append(data)
    data = []
  }

  /// Has the rest of a line go where its beginning says, and keeps no more of it.
  private mutating func letLineGo() {
    if way != .line || line.count < Self.mostBeforeData { return }
    if let value = value(of: line) {
      // It is short so far.
      if outline == nil { return }
      add(value)
      way = .outline
    } else {
      way = Self.isField(line) ? .nowhere : .unknown
      if way == .unknown { unknownInEvent += line.count }
    }
    // One byte stands for the line, which is not empty.
    line.removeSubrange(1...)
  }

  /// A byte order mark, a name and a colon: behind so many bytes it is known what a line is.
  private static let mostBeforeData = 8

  private mutating func readLine() {
    defer {
      line.removeAll(keepingCapacity: true)
      (way, isFirstLine) = (.line, false)
    }
    guard way == .line else { return }
    if let value = value(of: line) { add(value) } else if !Self.isField(line) { unknownInEvent += line.count }
  }

  /// Whether a line is a comment, or a field that says nothing of the data.
  private static func isField(_ line: [UInt8]) -> Bool {
    let text = line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line[...]
    let name = text.prefix { $0 != UInt8(ascii: ":") }
    return name.isEmpty || fields.contains { name.elementsEqual($0.utf8) }
  }

  private static let fields = ["event", "id", "retry"]

  /// What a line says, where it is one of data.
  private func value(of line: [UInt8]) -> ArraySlice<UInt8>? {
    var text = line[...]
    if isFirstLine, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    let name = text.prefix { $0 != UInt8(ascii: ":") }
    guard name.elementsEqual("data".utf8) else { return nil }
    let value = text.dropFirst(name.count + 1)
    return value.first == 0x20 ? value.dropFirst() : value
  }

  private mutating func add(_ value: ArraySlice<UInt8>) {
    if outline == nil {
      if hasData { data.append(0x0A) }
      data += value
    } else {
      // Between two lines of data is white space.
      outline?.append(value)
    }
    hasData = true
  }
}
