/// Divides a stream of UTF-8 bytes into small features that tell how a tokenizer would cut it.
///
/// Each feature has a class, a number in `0..<TokenClass.count`. The classes a text yields do not depend on where the
/// stream is cut into chunks, apart from the run that is still open at its end, which `finish` closes.
struct TokenClassifier: Sendable {
  private enum Run: Int { case start, space, lineBreak, tab, word, digits, marks, underscore, script }

  private var run = Run.start
  /// What stood before the run.
  private var lead = Run.start
  private var length = 0
  private var isAfterLineBreak = true
  /// The last byte of the run: for repeated marks and pairs of letters.
  private var previous: UInt8 = 0
  private var upperCount = 0
  private var startsUpper = false
  private var wordsSinceAccent = Int(TokenClass.accentReach)
  /// The script of an open run of other letters.
  private var script = TokenScript.symbol
  // The character under way: its bits so far, the bytes that must follow, and those that came.
  private var scalar: UInt32 = 0
  private var missingBytes = 0
  private var pendingBytes = 0

  /// Takes in bytes and hands the class of every feature that ends in them to `emit`.
  @inline(__always)
  mutating func classify(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (Int) -> Void) {
    for byte in bytes { classify(byte, emit) }
  }

  /// Closes what is open at the end of the text.
  mutating func finish(_ emit: (Int) -> Void) {
    dropCharacter(emit)
    endRun(emit)
    run = .start
  }

  @inline(__always)
  private mutating func classify(_ byte: UInt8, _ emit: (Int) -> Void) {
    if byte >= 0x80 { return classifyHigh(byte, emit) }
    if missingBytes > 0 { dropCharacter(emit) }
    let folded = byte | 0x20
    if folded >= 0x61, folded <= 0x7A { return letter(byte, folded, emit) }
    switch byte {
    case 0x20: extend(.space, emit)
    case 0x30...0x39: extend(.digits, emit)
    case 0x0A, 0x0D:
      let position = run == .lineBreak ? min(length, 3) : 0
      extend(.lineBreak, emit)
      emit(TokenClass.lineBreak + (position > 0 ? 8 + position : lead.rawValue))
    case 0x09: extend(.tab, emit)
    case 0x5F: extend(.underscore, emit)
    default: mark(byte, emit)
    }
  }

  @inline(__always)
  private mutating func letter(_ byte: UInt8, _ folded: UInt8, _ emit: (Int) -> Void) {
    let isUpper = byte < 0x60
    if run == .word {
      if isUpper, upperCount < length {
        begin(.word, emit)
      } else {
        length += 1
        if previous != 0 { emit(TokenClass.pair + Int(previous &- 0x61) * 26 + Int(folded &- 0x61)) }
      }
    } else {
      begin(.word, emit)
    }
    if length == 1 { startsUpper = isUpper }
    if isUpper { upperCount += 1 }
    previous = folded
  }

  @inline(__always)
  private mutating func mark(_ byte: UInt8, _ emit: (Int) -> Void) {
    if run != .marks {
      begin(.marks, emit)
      emit(TokenClass.firstMark + (lead == .space ? 128 : 0) + Int(byte))
    } else {
      length += 1
      if byte == previous {
        emit(TokenClass.repeatedMark + min(length - 2, TokenClass.repeatedMarks - 1))
      } else {
        length = 1
        emit(TokenClass.nextMark + Int(byte))
      }
    }
    previous = byte
  }

  @inline(__always)
  private mutating func extend(_ kind: Run, _ emit: (Int) -> Void) {
    if run == kind { length += 1 } else { begin(kind, emit) }
  }

  @inline(__always)
  private mutating func begin(_ next: Run, _ emit: (Int) -> Void) {
    endRun(emit)
    isAfterLineBreak = run == .lineBreak || run == .start
    lead = run
    run = next
    length = 1
    upperCount = 0
    startsUpper = false
    previous = 0
  }

  private mutating func endRun(_ emit: (Int) -> Void) {
    switch run {
    case .word:
      if wordsSinceAccent < TokenClass.accentReach { wordsSinceAccent += 1 }
      let shape = upperCount == 0 ? 0 : (upperCount == length && length > 1 ? 2 : 1)
      let context = wordsSinceAccent < TokenClass.accentReach ? 3 : 0
      let limit = TokenClass.wordLengths
      emit(TokenClass.word + (context + shape) * limit + min(length, limit) - 1)
      for _ in 0..<max(0, length - limit) { emit(TokenClass.longWordLetter + (context + shape)) }
      emit(TokenClass.wordLead + lead.rawValue * 4 + min(length, 4) - 1)
    case .digits:
      let limit = TokenClass.digitLengths
      emit(TokenClass.digits + (lead == .word ? limit : 0) + min(length, limit) - 1)
      for _ in 0..<max(0, length - limit) { emit(TokenClass.longDigit) }
    case .space, .tab:
      let base = run == .tab ? TokenClass.tabs : (isAfterLineBreak ? TokenClass.indentation : TokenClass.spaces)
      emit(base + min(length, TokenClass.spaceLengths) - 1)
      for _ in 0..<(max(0, length - TokenClass.spaceLengths) / 16) { emit(TokenClass.longSpace) }
    case .underscore: emit(TokenClass.underscore + min(length, 4) - 1)
    case .script: emit(TokenClass.scriptRun + script.rawValue * 8 + min(length, 8) - 1)
    case .start, .lineBreak, .marks: break
    }
  }

  private mutating func classifyHigh(_ byte: UInt8, _ emit: (Int) -> Void) {
    if byte < 0xC0, missingBytes > 0 {
      scalar = scalar << 6 | UInt32(byte & 0x3F)
      pendingBytes += 1
      missingBytes -= 1
      if missingBytes == 0 {
        pendingBytes = 0
        character(scalar, emit)
      }
      return
    }
    dropCharacter(emit)
    switch byte {
    case 0xC2...0xDF: (scalar, missingBytes) = (UInt32(byte & 0x1F), 1)
    case 0xE0...0xEF: (scalar, missingBytes) = (UInt32(byte & 0x0F), 2)
    case 0xF0...0xF4: (scalar, missingBytes) = (UInt32(byte & 0x07), 3)
    default: return wrongByte(emit)
    }
    pendingBytes = 1
  }

  /// Counts the bytes of a character that never became whole.
  private mutating func dropCharacter(_ emit: (Int) -> Void) {
    for _ in 0..<pendingBytes { wrongByte(emit) }
    (pendingBytes, missingBytes) = (0, 0)
  }

  private mutating func wrongByte(_ emit: (Int) -> Void) {
    if run != .marks { begin(.marks, emit) }
    previous = 0
    emit(TokenClass.wrongByte)
  }

  private mutating func character(_ scalar: UInt32, _ emit: (Int) -> Void) {
    if TokenScript.isLatin(scalar) {
      if run == .word { length += 1 } else { begin(.word, emit) }
      previous = 0
      wordsSinceAccent = -1
      return emit(TokenClass.accent + (scalar < 0x100 ? Int(scalar - 0xC0) : 64))
    }
    let kind = TokenScript(scalar)
    if run == .script, script == kind { length += 1 } else { begin(.script, emit) }
    script = kind
    emit(kind.characterClass(scalar))
  }
}
