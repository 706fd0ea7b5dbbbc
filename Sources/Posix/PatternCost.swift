/// What keeps an expression from being compiled, though it may be right: the C library writes a repetition out, so that a line of a
/// configuration file could take all memory, and what refers back to a group is matched by trying, which may take until tomorrow.
struct PatternCost {
  /// The most that repetitions may add to an expression when they are written out: letters, classes and groups.
  ///
  /// *Source:* measured with glibc: two repetitions of up to 5,000 take 400 MB, two of up to 500 take 5 to 13 MB.
  static let mostParts = 1000

  /// Why the expression is not taken, and what would be; `nil` where it is.
  let fault: (description: String, hint: String)?

  /// Looks through an extended expression. One that is malformed is not told from another: whoever compiles it says so.
  init(_ source: String) {
    var reader = Reader(bytes: Array(source.utf8))
    reader.read()
    if reader.refersBack {
      fault = (
        "it refers back to a group, which may take forever to match",
        "write out what the group stands for: (a|b)-(a|b) instead of (a|b)-\\1"
      )
    } else if reader.repeated > Self.mostParts {
      fault = (
        "its repetitions add more than \(Self.mostParts) parts when they are written out",
        "repeat less often, or without a number: + and * cost nothing, x{500} costs 499 parts"
      )
    } else {
      fault = nil
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var place = 0
    var refersBack = false
    /// The parts of each group that is open, the whole first; and of the last thing that could be repeated.
    var open = [0]
    var last = 0
    /// What repetitions have added.
    var repeated = 0

    /// Sums do not become more than can be told apart from too much.
    private static func sum(_ a: Int, _ b: Int) -> Int { min(a + b, 1 << 30) }

    mutating func read() {
      while place < bytes.count {
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\\"):
          if place < bytes.count, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[place]) { refersBack = true }
          place += 1
          add(1)
        case UInt8(ascii: "["):
          skipClass()
          add(1)
        case UInt8(ascii: "("):
          open.append(0)
          last = 0
        case UInt8(ascii: ")") where open.count > 1:
          let group = open.removeLast()
          add(group + 1)
        case UInt8(ascii: "{"): if let times = times() { add(last * max(0, times - 1), isRepetition: true) }
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "|"): break
        default: add(1)
        }
      }
    }

    private mutating func add(_ parts: Int, isRepetition: Bool = false) {
      let parts = min(parts, 1 << 30)
      open[open.count - 1] = Self.sum(open[open.count - 1], parts)
      last = isRepetition ? Self.sum(last, parts) : parts
      if isRepetition { repeated = Self.sum(repeated, parts) }
    }

    /// A class goes to its bracket; one that comes first, and those of a named class within it, belong to it.
    private mutating func skipClass() {
      if place < bytes.count, bytes[place] == UInt8(ascii: "^") { place += 1 }
      if place < bytes.count, bytes[place] == UInt8(ascii: "]") { place += 1 }
      while place < bytes.count, bytes[place] != UInt8(ascii: "]") {
        let opens = bytes[place] == UInt8(ascii: "[") && place + 1 < bytes.count
        if opens, [UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "=")].contains(bytes[place + 1]) {
          let mark = bytes[place + 1]
          place += 2
          while place + 1 < bytes.count, bytes[place] != mark || bytes[place + 1] != UInt8(ascii: "]") { place += 1 }
          place += 1
        }
        place += 1
      }
      place += 1
    }

    /// How often `{n}`, `{n,}` or `{n,m}` repeats what stands before it at most; `nil` where it is none of these.
    private mutating func times() -> Int? {
      guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
      let bounds = bytes[place..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      let numbers = bounds.map { Int(String(decoding: $0, as: UTF8.self)) }
      guard bounds.count <= 2, bounds.first?.isEmpty == false || bounds.count == 2 else { return nil }
      place = end + 1
      // Of an open one as many are written out as there must be, and one that comes again.
      return min((numbers.compactMap { $0 }.max() ?? 0) + (bounds.last?.isEmpty == true ? 1 : 0), 1 << 16)
    }
  }
}
