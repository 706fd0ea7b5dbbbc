import Digest
import Intent
import IntentCache
import Ledger
import Providers

/// A hash of what a call asks for, so that asking again is known as such. Nothing of the text is kept.
///
/// White space is taken as one blank: the same question in other lines is the same question.
public struct Question {
  private var hash = SHA256()
  private var isEmpty = true
  private var isBetweenWords = false
  private var isAtStart = true
  /// What is asked in words, the last of several.
  private var wording: IntentSketch?
  private var words = ""
  /// The last text that was told apart, and how.
  private var split: (text: String, parts: RequestParts)?

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

  /// Adds words that ask for something, and may do so in other words: the text that they ask it about is compared as it is.
  ///
  /// Of several, the last may be worded otherwise; those before have to ask for the same.
  public mutating func add(asked text: String) {
    let parts = RequestParts.split(lastUserText: text)
    split = (text, parts)
    if let wording { add(part: wording.exact) }
    wording = nil
    guard let sketch = IntentSketch(parts.instruction) else { return add(part: text) }
    add(part: parts.payload)
    isEmpty = false
    (wording, words) = (sketch, parts.instruction)
  }

  /// Adds what a request asks for.
  public mutating func add(_ question: RequestBody.Question) {
    if !question.surroundings.isEmpty { add(part: question.surroundings) }
    if let asked = question.asked { add(asked: asked) }
  }

  /// Adds bytes of a part that may go on.
  public mutating func add(_ bytes: [UInt8]) {
    var squeezed: [UInt8] = []
    squeezed.reserveCapacity(bytes.count + 1)
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

  /// How a text was told apart, where it is the last one that was added.
  func parts(of text: String?) -> RequestParts? {
    guard let split, let text, split.text.utf8.elementsEqual(text.utf8) else { return nil }
    return split.parts
  }

  /// Has the cache's question read, from what was read already where both ask in the same words.
  public func read(for question: CacheQuestion) {
    if !tell(question) { question.readIntent() }
  }

  /// Tells the cache's question what was read already, where both ask in the same words. - Returns: whether they do.
  @discardableResult
  public func tell(_ question: CacheQuestion) -> Bool {
    guard let wording, words == question.instruction else { return false }
    question.readIntent(
      wording.isUnderstood ? wording.exact : nil, parts: wording.parts, signs: wording.signs,
      summary: wording.unmadeSummary)
    return true
  }

  /// The hashes; `nil` when nothing was asked.
  public var fingerprint: Fingerprint? {
    var hash = hash
    if isEmpty { return nil }
    return Fingerprint(
      hash.finish(), wording: wording.map { Fingerprint.Wording(group: $0.group, sketch: $0.bytes) })
  }
}
