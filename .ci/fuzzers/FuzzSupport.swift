/// What all fuzzers share. A property that does not hold stops the process, and libFuzzer keeps the input.

/// Stops when a property does not hold, saying which.
func require(_ holds: Bool, _ property: @autoclosure () -> String) {
  if !holds { fatalError(property()) }
}

/// The input of one round.
func input(_ data: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
  Array(UnsafeBufferPointer(start: data, count: count))
}

/// Whether two texts are the same scalar by scalar; `==` takes canonically equivalent ones for equal.
func same(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

/// Numbers, taken from the front of the input.
struct Draw {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  /// A byte; 0 when none is left.
  mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

  /// A number of eight bytes.
  mutating func number() -> Int64 { (0..<8).reduce(0) { value, _ in value << 8 | Int64(byte()) } }

  /// A number in a range.
  mutating func number(in range: ClosedRange<Int64>) -> Int64 {
    let span = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int64(UInt64(bitPattern: number()) % span)
  }

  /// What is left, as text.
  var rest: String { String(decoding: bytes, as: UTF8.self) }
}

/// The input in pieces of one to sixteen bytes, cut where its own bytes say.
func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var pieces: [ArraySlice<UInt8>] = []
  var rest = bytes[...]
  while let first = rest.first {
    let size = 1 + Int(first ^ UInt8(truncatingIfNeeded: pieces.count)) % 16
    pieces.append(rest.prefix(size))
    rest = rest.dropFirst(size)
  }
  return pieces
}
