import CIntentTables

/// The words and phrases that are known, and the concepts they stand for.
///
/// The lexicon is a text, one concept a line: `kind name = form | form | …`. It is compiled to a table (`.tools/compile-lexicon`
/// describes it) that is read where it stands in the program's read-only data: nothing is parsed when a program starts.
struct Lexicon: @unchecked Sendable {
  /// One reading of a form.
  struct Reading: Equatable, Sendable {
    let kind: ConceptKind
    /// 0 for English, which counts everywhere; else the language that an instruction must be in.
    let language: UInt8
    let concept: UInt16
  }

  /// What is known of a phrase.
  struct Form: Sendable {
    fileprivate let first: Int
    fileprivate let count: Int
    /// A bit for each language in which it stands for something.
    fileprivate let languages: UInt8
    /// Whether a longer phrase begins with it.
    let beginsPhrase: Bool

    /// Whether it stands for something, in English or in another language.
    func isKnown(in language: UInt8) -> Bool { languages & (1 | 1 << language) != 0 }
    /// Whether it stands for something in any language.
    var isKnown: Bool { languages != 0 }
  }

  static let shared = Lexicon(table: intent_lexicon_table(), size: intent_lexicon_table_size(), text: intent_lexicon())

  /// Languages whose lines are marked; the first one stands for lines without a mark.
  static let languages = ["en", "de", "fr", "es"]

  /// How many surface forms there are.
  let formCount: Int
  /// How many concepts.
  let conceptCount: Int
  /// How many words the longest phrase has.
  let longestPhrase: Int

  /// As it stands in the table.
  private struct Slot {
    let hash: UInt64
    let first: UInt32
    let count: UInt8
    let languages: UInt8
    let beginsPhrase: UInt8
    let isUsed: UInt8
  }

  /// As it stands in the table.
  private struct Code {
    let kind: UInt8
    let language: UInt8
    let concept: UInt16
  }

  /// A long word, in the order of their frames.
  private struct LongWord {
    let frame: UInt32
    let place: UInt32
  }

  private let slots: UnsafePointer<Slot>
  private let mask: UInt64
  private let codes: UnsafePointer<Code>
  private let names: UnsafePointer<UInt32>
  private let longWords: UnsafePointer<LongWord>
  private let longWordCount: Int
  private let text: UnsafePointer<UInt8>

  private init(table: UnsafePointer<UInt8>, size: Int, text: UnsafePointer<UInt8>) {
    let raw = UnsafeRawPointer(table)
    let numbers = raw.advanced(by: 8).assumingMemoryBound(to: UInt32.self)
    mask = UInt64(numbers[0]) - 1
    conceptCount = Int(numbers[2])
    longWordCount = Int(numbers[3])
    longestPhrase = Int(numbers[4])
    formCount = Int(numbers[5])
    self.text = text
    var place = 32
    func next<Element>(_ type: Element.Type, _ count: Int) -> UnsafePointer<Element> {
      defer { place += count * MemoryLayout<Element>.stride }
      return raw.advanced(by: place).assumingMemoryBound(to: type)
    }
    slots = next(Slot.self, Int(numbers[0]))
    codes = next(Code.self, Int(numbers[1]))
    names = next(UInt32.self, conceptCount)
    longWords = next(LongWord.self, longWordCount)
    precondition(place == size, "the lexicon's table has another size")
  }

  /// The name of a concept.
  func name(_ concept: UInt16) -> String { String(decoding: word(names[Int(concept)]), as: UTF8.self) }

  /// The last letter of a concept's name.
  func lastLetter(_ concept: UInt16) -> UInt8? { word(names[Int(concept)]).last }

  /// The bytes of a word of the text.
  private func word(_ place: UInt32) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text + Int(place >> 8), count: Int(place & 0xFF))
  }

  /// What is known of a phrase, by the hash of its words; `nil` when it is no phrase and begins none.
  func form(_ hash: UInt64) -> Form? {
    var place = hash & mask
    while slots[Int(place)].isUsed != 0 {
      let slot = slots[Int(place)]
      if slot.hash == hash {
        return Form(
          first: Int(slot.first), count: Int(slot.count), languages: slot.languages,
          beginsPhrase: slot.beginsPhrase != 0)
      }
      place = (place + 1) & mask
    }
    return nil
  }

  /// What a form stands for in a language; one reading for each kind, the last line of the lexicon first.
  func readings(_ form: Form, in language: UInt8) -> Readings {
    var readings = Readings()
    guard form.languages >> language & 1 == 1 else { return readings }
    for index in form.first..<(form.first + form.count) where codes[index].language == language {
      readings.append(reading(index))
    }
    return readings
  }

  private func reading(_ index: Int) -> Reading {
    let code = codes[index]
    guard let kind = ConceptKind(rawValue: code.kind) else {
      preconditionFailure("the lexicon's table has an unknown kind")
    }
    return Reading(kind: kind, language: code.language, concept: code.concept)
  }

  /// What a phrase stands for in any language, by the hash of its words.
  func forEachReading(_ hash: UInt64, _ body: (Reading) -> Void) {
    guard let form = form(hash) else { return }
    for index in form.first..<(form.first + form.count) { body(reading(index)) }
  }

  /// Whether a phrase is known in a language.
  func knows(_ hash: UInt64, in language: UInt8 = 0) -> Bool { form(hash)?.isKnown(in: language) ?? false }

  /// The one known long word that a word is a likely slip of; nil when there is none or more than one.
  func correction(of word: [UInt8]) -> [UInt8]? {
    guard word.count >= Slip.minimumLength - 1 else { return nil }
    let frame = Slip.frame(word)
    var (low, high) = (0, longWordCount)
    while low < high {
      let middle = (low + high) / 2
      if longWords[middle].frame < frame { low = middle + 1 } else { high = middle }
    }
    var found: [UInt8]?
    while low < longWordCount, longWords[low].frame == frame {
      let known = self.word(longWords[low].place)
      low += 1
      guard Slip.isLikely(word, for: known) else { continue }
      if found != nil { return nil }
      found = Array(known)
    }
    return found
  }
}

/// The hash of a phrase, word by word.
struct PhraseHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of nothing yet.
  init() {}

  /// The hash of a word.
  init(_ word: InstructionWord) { value = word.hash }

  /// The hash of a word and the gap after it.
  static func of(_ word: String) -> UInt64 {
    var hash = PhraseHash()
    hash.add(word)
    return hash.value
  }

  /// Adds a byte of a word.
  mutating func add(byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

  /// Adds the gap after a word.
  mutating func endWord() { add(byte: 0x20) }

  /// Adds a word and the gap after it, where its bytes stand.
  mutating func add(_ word: String) {
    var (word, hash) = (word, self)
    word.withUTF8 { for byte in $0 { hash.add(byte: byte) } }
    self = hash
    endWord()
  }

  /// Adds a word and the gap after it.
  mutating func add(_ word: some Sequence<UInt8>) {
    for byte in word { add(byte: byte) }
    endWord()
  }
}
