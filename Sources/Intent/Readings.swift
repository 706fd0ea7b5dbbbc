/// What a form may be: up to four readings, kept in place and not on the heap, since instructions are read before every call.
struct Readings: RandomAccessCollection, Sendable {
  /// No form may have more; the lexicon reports one that has.
  static let maximum = 4

  private var a: Lexicon.Reading?
  private var b: Lexicon.Reading?
  private var c: Lexicon.Reading?
  private var d: Lexicon.Reading?
  private(set) var endIndex = 0

  var startIndex: Int { 0 }

  subscript(position: Int) -> Lexicon.Reading {
    guard let reading = position == 0 ? a : position == 1 ? b : position == 2 ? c : d else {
      preconditionFailure("no reading \(position) of \(endIndex)")
    }
    return reading
  }

  /// Adds a reading; one too many is left out.
  mutating func append(_ reading: Lexicon.Reading) {
    switch endIndex {
    case 0: a = reading
    case 1: b = reading
    case 2: c = reading
    case 3: d = reading
    default: return
    }
    endIndex += 1
  }
}
