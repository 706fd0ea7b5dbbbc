/// Reads a table of prices word by word. Every run reads in the built-in one: nothing is made of what is passed.
struct PriceLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Hands the lines of a table to whoever reads them.
  static func read<Result>(_ table: String, _ body: (inout PriceLines) -> Result) -> Result {
    var table = table
    return table.withUTF8 { bytes in
      var lines = PriceLines(bytes)
      return body(&lines)
    }
  }

  /// Goes behind the name that begins a line, in a table whose lines are in the order of their names' bytes.
  ///
  /// - Returns: whether there is such a line.
  mutating func goTo(_ name: String) -> Bool {
    let name = Array(name.utf8)
    var (low, high) = (0, bytes.count)
    while low < high {
      var start = (low + high) / 2
      while start > low, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
      place = start
      let found = bytes[range() ?? start..<start]
      if found.elementsEqual(name) { return true }
      if found.lexicographicallyPrecedes(name) { low = next() ? place : high } else { high = start }
    }
    return false
  }

  /// Whether the line, which nothing was read of, begins with `=`.
  var isList: Bool { place < bytes.count && bytes[place] == UInt8(ascii: "=") }

  /// Goes behind a name in this line or a later one that begins with `=`, which lists names.
  ///
  /// - Returns: whether there is such a line.
  mutating func goToList(with name: String) -> Bool {
    let name = Array(name.utf8)
    repeat {
      if !isList { continue }
      place += 1
      while let found = range() { if bytes[found].elementsEqual(name) { return true } }
    } while next()
    return false
  }

  /// What a line states behind its names.
  struct Amounts {
    var input, output, cachedInput, cacheWrite, cacheWriteHour, reasoning, audioInput, audioOutput, webSearch: Int64?
  }

  /// The next word of the line; `nil` at its end.
  mutating func word() -> String? { range().map { String(decoding: bytes[$0], as: UTF8.self) } }

  /// The next word of the line as a whole number; `nil` where it is none, as `-` is.
  mutating func number() -> Int64? { range().flatMap { number(in: $0) } }

  /// The rest of the line: four numbers, and then what has a name.
  mutating func amounts() -> Amounts {
    var amounts = Amounts()
    amounts.input = number()
    amounts.output = number()
    amounts.cachedInput = number()
    amounts.cacheWrite = number()
    while let range = range() {
      guard let equals = bytes[range].firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = number(in: equals + 1..<range.upperBound)
      switch String(decoding: bytes[range.lowerBound..<equals], as: UTF8.self) {
      case "hour": amounts.cacheWriteHour = value
      case "reasoning": amounts.reasoning = value
      case "audio_in": amounts.audioInput = value
      case "audio_out": amounts.audioOutput = value
      case "search": amounts.webSearch = value
      default: break
      }
    }
    return amounts
  }

  /// Goes on to the next line. - Returns: whether there is one.
  mutating func next() -> Bool {
    while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
    place += 1
    return place < bytes.count
  }

  private mutating func range() -> Range<Int>? {
    while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
    let start = place
    while place < bytes.count, bytes[place] > UInt8(ascii: " ") { place += 1 }
    return start == place ? nil : start..<place
  }

  private func number(in range: Range<Int>) -> Int64? {
    var value: Int64 = 0
    for byte in bytes[range] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    return range.isEmpty ? nil : value
  }
}
