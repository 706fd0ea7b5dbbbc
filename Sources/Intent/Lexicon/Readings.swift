/// What a form may be: up to four readings, kept in place and not on the heap, since instructions are read before every call.
struct Readings: RandomAccessCollection, Sendable {
  /// No form may have more in one language; the lexicon's compiler reports one that has.
  static let maximum = 4

  private static let none = Lexicon.Reading(kind: .filler, language: 0, concept: 0)
  private var kept = (none, none, none, none)
  private(set) var endIndex = 0
  /// A bit for each kind that there is a reading of.
  private var kinds: UInt32 = 0

  /// The greatest number of a language among them.
  private(set) var latestLanguage: UInt8 = 0

  /// Whether there is a reading of a kind.
  func has(_ kind: ConceptKind) -> Bool { kinds >> UInt32(kind.rawValue) & 1 == 1 }

  var startIndex: Int { 0 }

  subscript(position: Int) -> Lexicon.Reading {
    precondition(position >= 0 && position < endIndex, "no such reading")
    return position == 0 ? kept.0 : position == 1 ? kept.1 : position == 2 ? kept.2 : kept.3
  }

  /// Adds a reading; one too many is left out.
  mutating func append(_ reading: Lexicon.Reading) {
    switch endIndex {
    case 0: kept.0 = reading
    case 1: kept.1 = reading
    case 2: kept.2 = reading
    case 3: kept.3 = reading
    default: return
    }
    endIndex += 1
    if reading.language > latestLanguage { latestLanguage = reading.language }
    kinds |= 1 << UInt32(reading.kind.rawValue)
  }
}
