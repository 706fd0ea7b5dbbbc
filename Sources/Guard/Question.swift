import Digest

/// A hash of what a call asks for, so that asking again is known as such. Nothing of the text is kept.
///
/// White space is taken as one blank: the same question in other lines is the same question.
public struct Question {
  private var hash = SHA256()
  private var isEmpty = true
  private var isBetweenWords = false
  private var isAtStart = true

  /// Nothing asked yet.
  public init() {}

  /// Adds a part of text.
  public mutating func add(part text: String) { add(part: Array(text.utf8)) }

  /// Adds a part; two parts are never taken for one.
  public mutating func add(part bytes: [UInt8]) {
    add(bytes)
    hash.update([0])
    (isBetweenWords, isAtStart) = (false, true)
  }

  /// Adds bytes of a part that may go on.
  public mutating func add(_ bytes: [UInt8]) {
    var squeezed: [UInt8] = []
    for byte in bytes {
      let isBlank = byte == 0x20 || (0x09...0x0D).contains(byte)
      if isBlank {
        isBetweenWords = !isAtStart
        continue
      }
      if isBetweenWords { squeezed.append(0x20) }
      squeezed.append(byte)
      (isBetweenWords, isAtStart) = (false, false)
    }
    if !squeezed.isEmpty { isEmpty = false }
    hash.update(squeezed)
  }

  /// The hash; `nil` when nothing was asked.
  public var fingerprint: [UInt8]? {
    var hash = hash
    return isEmpty ? nil : hash.finish()
  }
}
