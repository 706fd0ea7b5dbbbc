import CIntentTables

/// The token table of the similarity tier, read where it stands in the program's read-only data: nothing is loaded.
///
/// The format is described in `.tools/train-similarity/README.md`.
struct SimilarityTable: @unchecked Sendable {
  static let shared = SimilarityTable(base: intent_similarity(), size: intent_similarity_size())

  static let dimensions = 64
  static let unknownToken = 100

  let vocabularySize: Int
  private let mean: UnsafePointer<Float>
  private let scales: UnsafePointer<UInt16>
  private let rows: UnsafePointer<Int8>
  private let places: UnsafePointer<UInt16>
  private let offsets: UnsafePointer<UInt32>
  private let folds: UnsafePointer<UInt32>
  private let foldCount: Int
  private let text: UnsafePointer<UInt8>

  private init(base: UnsafePointer<UInt8>, size: Int) {
    let raw = UnsafeRawPointer(base)
    let numbers = raw.advanced(by: 8).assumingMemoryBound(to: UInt32.self)
    vocabularySize = Int(numbers[0])
    foldCount = Int(numbers[2])
    precondition(Int(numbers[1]) == Self.dimensions, "the similarity table has other dimensions")
    var place = 24
    func next<Element>(_ type: Element.Type, _ count: Int) -> UnsafePointer<Element> {
      defer { place += count * MemoryLayout<Element>.stride }
      return raw.advanced(by: place).assumingMemoryBound(to: type)
    }
    mean = next(Float.self, Self.dimensions)
    scales = next(UInt16.self, vocabularySize)
    rows = next(Int8.self, vocabularySize * Self.dimensions)
    places = next(UInt16.self, 65_536)
    offsets = next(UInt32.self, vocabularySize + 1)
    folds = next(UInt32.self, foldCount * 2)
    text = next(UInt8.self, Int(numbers[3]))
    precondition(place == size, "the similarity table has another size")
  }

  /// The mean of the vectors of many instructions: sign bits are taken around it.
  func mean(_ dimension: Int) -> Float { mean[dimension] }

  /// Adds a token's row to a sum.
  func add(_ token: Int, to sum: inout [Float]) {
    let scale = Float(Float16(bitPattern: scales[token]))
    let row = rows + token * Self.dimensions
    sum.withUnsafeMutableBufferPointer { sum in
      for dimension in 0..<Self.dimensions { sum[dimension] += scale * Float(row[dimension]) }
    }
  }

  /// What stands before a token that continues a word.
  private static let mark = UInt8(ascii: "#")
  private static let start: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let startOfContinuation = next(next(start, mark), mark)

  private static func next(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

  /// The hashes of the first none, one, two, … bytes of a piece, as `token` needs them.
  static func hash(_ bytes: ArraySlice<UInt8>, continues: Bool, into hashes: inout [UInt64]) {
    var hash = continues ? startOfContinuation : start
    var count = 0
    hashes[0] = hash
    for byte in bytes {
      hash = next(hash, byte)
      count += 1
      hashes[count] = hash
    }
  }

  /// The number of a token; nil when there is none.
  ///
  /// - Parameters:
  ///   - bytes: its text, without the two marks of a token that continues a word.
  ///   - continues: whether it continues one.
  ///   - hash: its hash.
  func token(_ bytes: ArraySlice<UInt8>, continues: Bool, hash: UInt64) -> Int? {
    let marks = continues ? 2 : 0
    var place = Int(hash % 65_536)
    while places[place] != 0 {
      let number = Int(places[place]) - 1
      let start = Int(offsets[number])
      let count = Int(offsets[number + 1]) - start
      if count == bytes.count + marks, isToken(text + start, bytes, marks: marks) { return number }
      place = (place + 1) % 65_536
    }
    return nil
  }

  private func isToken(_ token: UnsafePointer<UInt8>, _ bytes: ArraySlice<UInt8>, marks: Int) -> Bool {
    for index in 0..<marks where token[index] != Self.mark { return false }
    var place = marks
    for byte in bytes {
      if token[place] != byte { return false }
      place += 1
    }
    return true
  }

  /// A character in lower case without its accents; nil when nothing is left of it.
  func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    if scalar.value < 0x80 {
      return scalar.value >= 0x41 && scalar.value <= 0x5A ? Unicode.Scalar(scalar.value | 0x20) : scalar
    }
    var (low, high) = (0, foldCount)
    while low < high {
      let middle = (low + high) / 2
      if folds[2 * middle] < scalar.value { low = middle + 1 } else { high = middle }
    }
    guard low < foldCount, folds[2 * low] == scalar.value else { return scalar }
    return folds[2 * low + 1] == 0 ? nil : Unicode.Scalar(folds[2 * low + 1])
  }
}
