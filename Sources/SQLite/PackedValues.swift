import CSQLite

/// Values of one statement that stand one behind the other in one piece of memory, each with its type and its length. They
/// are bound where they stand, and whoever makes a hash of them reads the same bytes: no value is copied for either.
public struct PackedValues: ~Copyable {
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  /// Where the values begin, where they end, and where the last one ends that is not NULL.
  private let start: Int
  private var end: Int
  private var endOfGiven: Int
  /// How many there are.
  public private(set) var count = 0
  /// Which of them are not NULL: a bit each, the first value's is the lowest.
  public private(set) var given: UInt64 = 0
  /// As many as have a bit.
  private static let most = 64

  /// What stands before each value.
  fileprivate enum Tag {
    static let null: UInt8 = 0
    static let integer: UInt8 = 1
    static let text: UInt8 = 2
    static let blob: UInt8 = 3
  }

  /// No values yet.
  ///
  /// - Parameter head: bytes that stand before all values, for a hash.
  public init(after head: [UInt8] = []) {
    let capacity = max(1024, 2 * head.count)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    head.withUnsafeBytes { if let from = $0.baseAddress { memory.copyMemory(from: from, byteCount: $0.count) } }
    (self.memory, self.capacity) = (memory, capacity)
    (start, end, endOfGiven) = (head.count, head.count, head.count)
  }

  deinit { memory.deallocate() }

  /// Adds NULL.
  public mutating func appendNull() {
    makeRoom(1)
    memory.storeBytes(of: Tag.null, toByteOffset: end, as: UInt8.self)
    end += 1
    note(isGiven: false)
  }

  /// Adds a number.
  public mutating func append(_ number: Int64) {
    makeRoom(9)
    begin(Tag.integer, number)
    note(isGiven: true)
  }

  /// Adds a number, or NULL.
  public mutating func append(_ number: Int64?) { if let number { append(number) } else { appendNull() } }

  /// Adds a text.
  public mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0), Tag.text) }
  }

  /// Adds a text, or NULL.
  public mutating func append(_ text: String?) { if let text { append(text) } else { appendNull() } }

  /// Adds bytes.
  public mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0, Tag.blob) } }

  private mutating func append(_ bytes: UnsafeRawBufferPointer, _ tag: UInt8) {
    makeRoom(9 + bytes.count)
    begin(tag, Int64(bytes.count))
    if let from = bytes.baseAddress { (memory + end).copyMemory(from: from, byteCount: bytes.count) }
    end += bytes.count
    note(isGiven: true)
  }

  private mutating func begin(_ tag: UInt8, _ number: Int64) {
    memory.storeBytes(of: tag, toByteOffset: end, as: UInt8.self)
    memory.storeBytes(of: number.littleEndian, toByteOffset: end + 1, as: Int64.self)
    end += 9
  }

  private mutating func note(isGiven: Bool) {
    precondition(count < Self.most, "there are too many values")
    if isGiven {
      given |= 1 << UInt64(count)
      endOfGiven = end
    }
    count += 1
  }

  private mutating func makeRoom(_ bytes: Int) {
    if end + bytes <= capacity { return }
    let larger = 2 * (end + bytes)
    let new = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    new.copyMemory(from: memory, byteCount: end)
    memory.deallocate()
    (memory, capacity) = (new, larger)
  }

  /// The bytes of the head and of all values until the last one that is not NULL, but of no fewer than some.
  ///
  /// - Parameter least: the number of values that are there in any case.
  public func withBytes<Result>(ofAtLeast least: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    // A NULL takes one byte.
    let nulls = max(0, min(least, count) - (UInt64.bitWidth - given.leadingZeroBitCount))
    return body(UnsafeRawBufferPointer(start: memory, count: endOfGiven + nulls))
  }

  /// Binds them.
  ///
  /// - Parameter left: the values that the statement has no places for: a bit each.
  /// - Returns: the first code that is not that of success.
  fileprivate func bind(to statement: OpaquePointer, leavingOut left: UInt64) -> Int32 {
    var (place, index) = (start, Int32(0))
    for number in 0..<count {
      let tag = memory.load(fromByteOffset: place, as: UInt8.self)
      let isLeftOut = left >> UInt64(number) & 1 == 1
      if !isLeftOut { index += 1 }
      if tag == Tag.null {
        place += 1
        continue
      }
      let value = Int64(littleEndian: memory.loadUnaligned(fromByteOffset: place + 1, as: Int64.self))
      place += 9
      let (bytes, length) = (memory + place, tag == Tag.integer ? 0 : Int(value))
      place += length
      if isLeftOut { continue }
      let code =
        switch tag {
        case Tag.integer: sqlite3_bind_int64(statement, index, value)
        case Tag.text:
          sqlite3_bind_text(statement, index, bytes.assumingMemoryBound(to: CChar.self), Int32(length), nil)
        default: sqlite3_bind_blob(statement, index, bytes, Int32(length), nil)
        }
      if code != SQLITE_OK { return code }
    }
    return SQLITE_OK
  }
}

extension Connection {
  /// Runs one statement with values that stand one behind the other.
  ///
  /// - Parameter left: the values that the statement has no places for: a bit each, the first value's is the lowest.
  /// - Returns: how many rows it changed.
  @discardableResult
  public func run(
    _ sql: String, _ values: borrowing PackedValues, leavingOut left: UInt64 = 0
  ) throws(SQLiteError) -> Int {
    let statement = try prepared(sql)
    // They stay where they are until then.
    defer { statement.reset() }
    try check(values.bind(to: statement.handle, leavingOut: left))
    return try finish(statement)
  }
}
