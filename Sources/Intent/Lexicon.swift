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

  /// How many surface forms there are.
  var formCount: Int { entries.count }
  /// How many words the longest phrase has.
  private(set) var longestPhrase = 1
  /// Lines that could not be read, by number; empty unless the file is damaged.
  private(set) var faults: [Int] = []
  /// Forms that stand for two concepts of one kind, or for more than are kept; the first count.
  private(set) var doubles: [String] = []

  /// A form, in a chain of those with the same place.
  private struct Entry: Sendable {
    let hash: UInt64
    let reading: Reading
    let next: Int32
  }

  /// A long word, in a chain of those with the same frame.
  private struct LongWord: Sendable {
    let frame: UInt32
    let start: Int32
    let count: Int32
    let next: Int32
  }

  private static let places = 8192
  private var entries: [Entry] = []
  private var heads = [Int32](repeating: -1, count: places)
  private var longWords: [LongWord] = []
  private var longHeads = [Int32](repeating: -1, count: places)
  /// A bit for each hash that a longer phrase begins with, by its last 16 bits.
  private var beginnings = [UInt64](repeating: 0, count: 1024)
  private var nameRanges: [Range<Int>] = []
  private var kind = ConceptKind.filler
  private var kindRange = 0..<0
  private let text: UncheckedText

  /// The bytes of a text that is never freed.
  private struct UncheckedText: @unchecked Sendable {
    let bytes: UnsafeBufferPointer<UInt8>
  }

  /// Reads a lexicon from bytes that are never freed.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    text = UncheckedText(bytes: bytes)
    entries.reserveCapacity(Self.places)
    longWords.reserveCapacity(Self.places)
    nameRanges.reserveCapacity(2048)
    var line = 0
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      line += 1
      if start < end, bytes[start] != UInt8(ascii: "#"), !read(start..<end) { faults.append(line) }
      start = end + 1
    }
  }

  /// The name of a concept.
  func name(_ concept: UInt16) -> String { String(decoding: text.bytes[nameRanges[Int(concept)]], as: UTF8.self) }

  /// What a phrase stands for, by the hash of its words: one reading for each kind.
  func forEachReading(_ hash: UInt64, _ body: (Reading) -> Void) {
    var index = heads[Int(truncatingIfNeeded: hash % UInt64(Self.places))]
    while index >= 0 {
      let entry = entries[Int(index)]
      if entry.hash == hash { body(entry.reading) }
      index = entry.next
    }
  }

  /// Whether a phrase is known in a language.
  func knows(_ hash: UInt64, in language: UInt8 = 0) -> Bool {
    var index = heads[Int(truncatingIfNeeded: hash % UInt64(Self.places))]
    while index >= 0 {
      let entry = entries[Int(index)]
      if entry.hash == hash, entry.reading.language == 0 || entry.reading.language == language { return true }
      index = entry.next
    }
    return false
  }

  /// Whether a longer phrase may begin with these words; it says yes to a few others, too.
  func mayBegin(_ hash: UInt64) -> Bool { beginnings[Int(hash >> 6 & 1023)] >> (hash & 63) & 1 == 1 }

  /// The one known long word that a word is a likely slip of; nil when there is none or more than one.
  func correction(of word: [UInt8]) -> [UInt8]? {
    guard word.count >= Slip.minimumLength else { return nil }
    let frame = Slip.frame(word)
    var found: [UInt8]?
    var index = longHeads[Int(frame % UInt32(Self.places))]
    while index >= 0 {
      let entry = longWords[Int(index)]
      index = entry.next
      guard entry.frame == frame else { continue }
      let known = text.bytes[Int(entry.start)..<Int(entry.start + entry.count)]
      guard Slip.isLikely(word, for: known) else { continue }
      if let found, !found.elementsEqual(known) { return nil }
      found = Array(known)
    }
    return found
  }

  private mutating func read(_ line: Range<Int>) -> Bool {
    let bytes = text.bytes
    var words: [Range<Int>] = []
    var start = line.lowerBound
    while start < line.upperBound, bytes[start] != UInt8(ascii: "=") {
      var end = start
      while end < line.upperBound, bytes[end] != 0x20 { end += 1 }
      if end > start { words.append(start..<end) }
      start = end + 1
    }
    guard start < line.upperBound, words.count == 2 || words.count == 3 else { return false }
    var language = 0
    if words.count == 3 {
      let mark = String(decoding: bytes[words.removeFirst()], as: UTF8.self)
      guard let index = Self.languages.firstIndex(of: mark) else { return false }
      language = index
    }
    // Most lines are of the kind of the line before.
    if !bytes[words[0]].elementsEqual(bytes[kindRange]) || nameRanges.isEmpty {
      guard let read = ConceptKind(rawValue: String(decoding: bytes[words[0]], as: UTF8.self)) else { return false }
      (kind, kindRange) = (read, words[0])
    }
    let reading = Reading(kind: kind, concept: UInt16(nameRanges.count), language: UInt8(language))
    nameRanges.append(words[1])
    start += 1
    while start < line.upperBound {
      var end = start
      while end < line.upperBound, bytes[end] != UInt8(ascii: "|") { end += 1 }
      if !addForm(start..<end, reading) { return false }
      start = end + 1
    }
    return true
  }

  private mutating func addForm(_ form: Range<Int>, _ reading: Reading) -> Bool {
    let bytes = text.bytes
    var hash = PhraseHash()
    var count = 0
    var start = form.lowerBound
    while start < form.upperBound {
      var end = start
      while end < form.upperBound, bytes[end] != 0x20 { end += 1 }
      if end > start {
        if count > 0 { beginnings[Int(hash.value >> 6 & 1023)] |= 1 << (hash.value & 63) }
        for index in start..<end { hash.add(byte: bytes[index]) }
        hash.endWord()
        count += 1
        if end - start >= Slip.minimumLength { addLongWord(start, end - start) }
      }
      start = end + 1
    }
    longestPhrase = max(longestPhrase, count)
    let place = Int(truncatingIfNeeded: hash.value % UInt64(Self.places))
    var index = heads[place]
    var known = 0
    while index >= 0 {
      let entry = entries[Int(index)]
      if entry.hash == hash.value, entry.reading.language == reading.language {
        known += 1
        if entry.reading.kind == reading.kind || known == Readings.maximum {
          doubles.append(String(decoding: bytes[form], as: UTF8.self))
          return true
        }
      }
      index = entry.next
    }
    entries.append(Entry(hash: hash.value, reading: reading, next: heads[place]))
    heads[place] = Int32(entries.count - 1)
    return count > 0
  }

  private mutating func addLongWord(_ start: Int, _ count: Int) {
    let bytes = text.bytes
    let frame = UInt32(bytes[start]) << 16 | UInt32(bytes[start + count - 2]) << 8 | UInt32(bytes[start + count - 1])
    let place = Int(frame % UInt32(Self.places))
    longWords.append(LongWord(frame: frame, start: Int32(start), count: Int32(count), next: longHeads[place]))
    longHeads[place] = Int32(longWords.count - 1)
  }
}

/// The hash of a phrase, word by word.
struct PhraseHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Adds a byte of a word.
  mutating func add(byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

  /// Adds the gap after a word.
  mutating func endWord() { add(byte: 0x20) }

  /// Adds a word and the gap after it.
  mutating func add(_ word: some Sequence<UInt8>) {
    for byte in word { add(byte: byte) }
    endWord()
  }
}
