import CIntentTables

/// The words and phrases that are known, and the concepts they stand for.
///
/// The lexicon is a text, one concept a line: `kind name = form | form | …`. It is scanned once, at first use, into a table of
/// hashes; its bytes stay where they are, in the program's read-only data.
struct Lexicon: Sendable {
  /// One reading of a form.
  struct Reading: Equatable, Sendable {
    let kind: ConceptKind
    let concept: UInt16
    /// 0 for English, which counts everywhere; else the language that an instruction must be in.
    let language: UInt8
  }

  static let shared = Lexicon(UnsafeBufferPointer(start: intent_lexicon(), count: intent_lexicon_size()))

  /// Languages whose lines are marked; the first one stands for lines without a mark.
  static let languages = ["en", "de", "fr", "es"]

  /// The names of the concepts.
  private(set) var names: [String] = []
  /// How many surface forms there are.
  var formCount: Int { entries.count }
  /// How many words the longest phrase has.
  private(set) var longestPhrase = 1
  /// Lines that could not be read, by number; empty unless the file is damaged.
  private(set) var faults: [Int] = []
  /// Forms that stand for two concepts of one kind; the first counts.
  private(set) var doubles: [String] = []

  private struct Entry: Sendable {
    let hash: UInt64
    let reading: Reading
    var next: Int32
  }

  private static let bucketCount = 8192
  private var entries: [Entry] = []
  private var buckets = [Int32](repeating: -1, count: bucketCount)
  private var longWords: [UInt32: [Range<Int>]] = [:]
  private let text: UncheckedText

  /// The bytes of a text that is never freed.
  private struct UncheckedText: @unchecked Sendable {
    let bytes: UnsafeBufferPointer<UInt8>
  }

  /// Reads a lexicon from bytes that are never freed.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    text = UncheckedText(bytes: bytes)
    entries.reserveCapacity(Self.bucketCount)
    var line = 0
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      line += 1
      if start < end, bytes[start] != UInt8(ascii: "#"), !read(start..<end) { faults.append(line) }
      start = end + 1
    }
  }

  /// What a phrase stands for, by the hash of its words: one reading for each kind.
  func forEachReading(_ hash: UInt64, _ body: (Reading) -> Void) {
    var index = buckets[Int(truncatingIfNeeded: hash % UInt64(Self.bucketCount))]
    while index >= 0 {
      let entry = entries[Int(index)]
      if entry.hash == hash { body(entry.reading) }
      index = entry.next
    }
  }

  /// Whether a phrase is known in a language.
  func knows(_ hash: UInt64, in language: UInt8 = 0) -> Bool {
    var found = false
    forEachReading(hash) { if $0.language == 0 || $0.language == language { found = true } }
    return found
  }

  /// The one known long word that a word is a likely slip of; nil when there is none or more than one.
  func correction(of word: [UInt8]) -> [UInt8]? {
    guard word.count >= Slip.minimumLength, let ranges = longWords[Slip.frame(word)] else { return nil }
    var found: [UInt8]?
    for range in ranges where Slip.isLikely(word, for: text.bytes[range]) {
      let known = Array(text.bytes[range])
      if let found, found != known { return nil }
      found = known
    }
    return found
  }

  private mutating func read(_ line: Range<Int>) -> Bool {
    let bytes = text.bytes
    guard let equals = bytes[line].firstIndex(of: UInt8(ascii: "=")) else { return false }
    var head = bytes[line.lowerBound..<equals].split(separator: 0x20)[...]
    var language = 0
    if head.count == 3 {
      guard let index = Self.languages.firstIndex(of: String(decoding: head[0], as: UTF8.self)) else { return false }
      language = index
      head = head.dropFirst()
    }
    guard head.count == 2, let kind = ConceptKind(rawValue: String(decoding: head[head.startIndex], as: UTF8.self))
    else { return false }
    let reading = Reading(kind: kind, concept: UInt16(names.count), language: UInt8(language))
    names.append(String(decoding: head[head.startIndex + 1], as: UTF8.self))
    var start = equals + 1
    while start < line.upperBound {
      let end = bytes[start..<line.upperBound].firstIndex(of: UInt8(ascii: "|")) ?? line.upperBound
      if !addForm(start..<end, reading) { return false }
      start = end + 1
    }
    return true
  }

  private mutating func addForm(_ form: Range<Int>, _ reading: Reading) -> Bool {
    var hash = PhraseHash()
    var count = 0
    for word in text.bytes[form].split(separator: 0x20) {
      hash.add(word)
      count += 1
      if word.count >= Slip.minimumLength {
        longWords[Slip.frame(word), default: []].append(word.startIndex..<word.endIndex)
      }
    }
    longestPhrase = max(longestPhrase, count)
    var isDouble = false
    forEachReading(hash.value) { if $0.kind == reading.kind, $0.language == reading.language { isDouble = true } }
    if isDouble {
      doubles.append(String(decoding: text.bytes[form], as: UTF8.self))
    } else {
      let bucket = Int(truncatingIfNeeded: hash.value % UInt64(Self.bucketCount))
      entries.append(Entry(hash: hash.value, reading: reading, next: buckets[bucket]))
      buckets[bucket] = Int32(entries.count - 1)
    }
    return count > 0
  }
}

/// The hash of a phrase, word by word.
struct PhraseHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Adds a word and the gap after it.
  mutating func add(_ word: some Sequence<UInt8>) {
    for byte in word { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    value = (value ^ 0x20) &* 0x0000_0100_0000_01b3
  }
}
