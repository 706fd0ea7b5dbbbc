/// What is short in a JSON text that is too long to be kept, read as it streams by.
///
/// Long texts stand in it as empty ones and what is nested too deep as `null`; of arrays that take more room than there is, the
/// beginning stands. So numbers, names and states are found wherever they are, in constant memory.
public struct JSONOutline {
  /// The longest text that is kept, in bytes as they are written.
  private static let longestText = 256
  /// The deepest array or object that is kept: members of replies that anybody reads stand higher.
  private static let deepest = 8
  /// From so many bytes on nothing more is kept of arrays, and from twice as many on nothing at all.
  private static let fewBytes = 1 << 19

  private var kept: [UInt8] = []
  /// The arrays and objects that are open, by their first byte.
  private var open: [UInt8] = []
  /// How many are open within one that is left out.
  private var leftOut = 0
  /// Whether the rest of the innermost array is left out.
  private var leavesRestOut = false
  /// Where the text under way begins in what is kept; `nil` outside of a text.
  private var textStart: Int?
  private var isLongText = false
  private var isEscaped = false
  private var isTooLong = false

  /// Begins with nothing.
  public init() {}

  private var isLeftOut: Bool { leftOut > 0 || leavesRestOut }

  /// Takes in the next bytes.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    if isTooLong { return }
    if bytes.withContiguousStorageIfAvailable({ append(contiguous: $0) }) == nil {
      Array(bytes).withUnsafeBufferPointer { append(contiguous: $0) }
    }
  }

  /// What was kept of the whole text; `nil` where it is no object or array, has no end, or has too much in it that is short.
  public func finish() -> [UInt8]? {
    guard let first = kept.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["), open.isEmpty,
      textStart == nil
    else { return nil }
    return kept
  }

  private mutating func append(contiguous bytes: UnsafeBufferPointer<UInt8>) {
    var place = 0
    while place < bytes.count, !isTooLong {
      if textStart != nil {
        place = readText(bytes, from: place)
      } else {
        read(bytes[place])
        place += 1
      }
      if kept.count > 2 * Self.fewBytes { (kept, isTooLong) = ([], true) }
    }
  }

  /// Reads on in a text. - Returns: the place behind what was read.
  private mutating func readText(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        break
      }
      end += 1
    }
    if !isLeftOut, !isLongText, let begin = textStart {
      let room = begin + 1 + Self.longestText - kept.count
      if end - start > room {
        kept.removeSubrange((begin + 1)...)
        isLongText = true
      } else {
        kept.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
      }
    }
    if end == bytes.count { return end }
    if !isLeftOut { kept.append(UInt8(ascii: "\"")) }
    (textStart, isLongText) = (nil, false)
    return end + 1
  }

  private mutating func read(_ byte: UInt8) {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: return
    case UInt8(ascii: "\""):
      textStart = kept.count
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      if isLeftOut {
        leftOut += 1
        return
      }
      if open.count == Self.deepest {
        kept += Array("null".utf8)
        leftOut = 1
        return
      }
      open.append(byte)
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      if leftOut > 0 {
        leftOut -= 1
        return
      }
      leavesRestOut = false
      open.removeLast(min(1, open.count))
    case UInt8(ascii: ",") where !isLeftOut:
      if open.last == UInt8(ascii: "["), kept.count > Self.fewBytes { leavesRestOut = true }
    default: break
    }
    if !isLeftOut { kept.append(byte) }
  }
}
