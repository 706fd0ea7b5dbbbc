/// Numbers as people write them: `1,000`, `3.5`, `100MB`, `$5`, `15%`, `12*7`.
enum NumberText {
  /// The pieces of a number with what is written close to it; nil when it is none.
  static func read(_ bytes: ArraySlice<UInt8>) -> [InstructionWord]? {
    var rest = bytes
    var result: [InstructionWord] = []
    var unit: String?
    if rest.first == UInt8(ascii: "$") {
      unit = "$"
      rest = rest.dropFirst()
    }
    guard let first = rest.first, isDigit(first) else { return nil }
    while true {
      guard let (value, count) = digits(rest) else { return nil }
      result.append(InstructionWord(kind: .number, text: value))
      rest = rest.dropFirst(count)
      guard let next = rest.first else { break }
      // A sign between two numbers: an expression. A hyphen between numbers may be a date or a span: that stays as it is.
      guard let sign = InstructionWords.sign(next), next != UInt8(ascii: "-"), next != UInt8(ascii: "/"),
        let after = rest.dropFirst().first, isDigit(after)
      else { break }
      result.append(InstructionWord(kind: .sign, text: sign))
      rest = rest.dropFirst()
    }
    if !rest.isEmpty {
      guard unit == nil, result.count == 1, let text = unitText(rest) else { return nil }
      unit = text
    }
    if let unit { result.append(InstructionWord(kind: .word, text: unit)) }
    return result
  }

  /// Letters close to a number, when they are a unit that is known.
  private static func unitText(_ bytes: ArraySlice<UInt8>) -> String? {
    if bytes.count == 1, bytes.first == UInt8(ascii: "%") { return "%" }
    guard bytes.count <= 5, bytes.allSatisfy(InstructionWords.isLetter) else { return nil }
    let lower = InstructionWords.lowercased(bytes)
    // `8Gb` and `5M` are as they are written: they are not `8GB` and `5m`.
    let isSmall = bytes.allSatisfy { !InstructionWords.isCapital($0) }
    let isCapitals = bytes.count > 1 && bytes.last.map { !InstructionWords.isSmall($0) || bytes.count > 2 } ?? false
    guard isSmall || isCapitals || bytes.first.map(InstructionWords.isSmall) ?? false else { return nil }
    return isUnit(lower) ? String(decoding: lower, as: UTF8.self) : nil
  }

  /// Whether a word in lower case may be a unit.
  static func isUnit(_ lower: [UInt8]) -> Bool {
    var hash = PhraseHash()
    hash.add(lower)
    var isUnit = false
    Lexicon.shared.forEachReading(hash.value) { if $0.kind == .unit { isUnit = true } }
    return isUnit
  }

  /// Digits with separators of thousands and decimals, in one form: `1,000` is `1000`, `2.50` stays.
  private static func digits(_ bytes: ArraySlice<UInt8>) -> (value: String, count: Int)? {
    var value: [UInt8] = []
    var index = bytes.startIndex
    var hasPoint = false
    while index < bytes.endIndex {
      let byte = bytes[index]
      if isDigit(byte) {
        value.append(byte)
      } else if byte == UInt8(ascii: "."), !hasPoint, index + 1 < bytes.endIndex, isDigit(bytes[index + 1]) {
        hasPoint = true
        value.append(byte)
      } else if byte == UInt8(ascii: ","), !hasPoint, isThousands(bytes, index) {
        // Left out.
      } else {
        break
      }
      index += 1
    }
    guard !value.isEmpty else { return nil }
    return (String(decoding: value, as: UTF8.self), index - bytes.startIndex)
  }

  /// A comma with one to three digits before it and exactly three after.
  private static func isThousands(_ bytes: ArraySlice<UInt8>, _ comma: Int) -> Bool {
    let after = bytes[(comma + 1)...].prefix(while: isDigit).count
    let before = bytes[bytes.startIndex..<comma].reversed().prefix(while: isDigit).count
    return after == 3 && before >= 1 && before <= 3
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
