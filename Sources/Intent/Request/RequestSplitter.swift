/// Finds the payload in a message by its marks: fences, tags, here-documents, separators, labels, paragraphs and long lines.
///
/// It errs to one side: text that is taken for payload is compared byte for byte, so only an instruction taken too long could
/// do harm. An instruction is therefore short, at one end of the message, and without any mark inside.
struct RequestSplitter {
  private let bytes: [UInt8]
  private var lines: [Range<Int>] = []
  private var payload: [UInt8] = []
  /// The parts of the payload as they were found, each with the byte that ends it.
  private var pieces: [(range: Range<Int>, end: UInt8)] = []
  /// Lines that are left of the instruction; nil where a payload was taken out.
  private var rest: [Range<Int>?] = []
  /// Where blocks may end, once one that has an end begins.
  private var blockEnds: BlockEnds?

  /// An instruction is not longer than this.
  static let maximumInstruction = 1000
  /// A line longer than this is text to work on.
  static let longLine = 400

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      lines.append(start..<index)
      start = index + 1
    }
    if start < bytes.count { lines.append(start..<bytes.count) }
  }

  /// The parts; nil when they cannot be told apart.
  mutating func parts() -> RequestParts? {
    takeBlocks()
    takeAfterSeparator()
    takeParagraphs()
    // In the order in which they stand: an answer below a quoted line is none to the next one.
    for piece in pieces.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      payload += bytes[piece.range]
      payload.append(piece.end)
    }
    addLayout()
    trimBlankEnds()
    guard let instruction = joined(), !instruction.isEmpty, instruction.utf8.count <= Self.maximumInstruction,
      !instruction.utf8.contains(0)
    else { return nil }
    return RequestParts(instruction: instruction, payload: payload)
  }

  // MARK: Blocks with an end of their own

  private mutating func takeBlocks() {
    var index = 0
    while index < lines.count {
      if let end = blockEnd(from: index) {
        take(lines[index].lowerBound..<lines[end].upperBound)
        index = end + 1
      } else {
        rest.append(lines[index])
        index += 1
      }
    }
  }

  /// Where blocks end: looked up, for a text may begin thousands of them that have no end.
  private struct BlockEnds {
    /// The lines that hold nothing but such a word.
    var words: [ArraySlice<UInt8>: [Int]] = [:]
    /// The lines that end with the closing tag of such a name.
    var tags: [ArraySlice<UInt8>: [Int]] = [:]

    /// The first of some lines from one on.
    static func first(of lines: [Int]?, from index: Int) -> Int? {
      guard let lines else { return nil }
      var (low, high) = (0, lines.count)
      while low < high {
        let middle = (low + high) / 2
        if lines[middle] < index { low = middle + 1 } else { high = middle }
      }
      return low < lines.count ? lines[low] : nil
    }
  }

  /// All places where a block may end.
  private mutating func ends() -> BlockEnds {
    if let blockEnds { return blockEnds }
    var ends = BlockEnds()
    for index in lines.indices {
      let line = trimmed(lines[index])
      if Self.isHereWord(line) { ends.words[line, default: []].append(index) }
      if let name = closedTag(line) { ends.tags[name, default: []].append(index) }
    }
    blockEnds = ends
    return ends
  }

  /// The last line of the block that begins in a line; nil when none begins there. A block without an end is no block.
  private mutating func blockEnd(from index: Int) -> Int? {
    let line = trimmed(lines[index])
    if line.starts(with: "```".utf8) || line.starts(with: "~~~".utf8) {
      let mark = line.prefix(3)
      return (index + 1..<lines.count).first { trimmed(lines[$0]).starts(with: mark) }
    }
    if let word = hereWord(line) { return BlockEnds.first(of: ends().words[word], from: index + 1) }
    if let tag = openingTag(line) { return BlockEnds.first(of: ends().tags[tag], from: index) }
    if line.first == UInt8(ascii: ">") {
      // Quoted lines, as in mail.
      return (index..<lines.count).prefix { trimmed(lines[$0]).first == UInt8(ascii: ">") }.last
    }
    return nil
  }

  /// The word that ends a here-document: `<<EOF` or `<<'EOF'` at the end of a line.
  private func hereWord(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let start = line.indices.last(where: { $0 > line.startIndex && line[$0] == 0x3C && line[$0 - 1] == 0x3C })
    else { return nil }
    let word = line[(start + 1)...].filter {
      $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "-")
    }
    return Self.isHereWord(word[...]) ? word[...] : nil
  }

  private static func isHereWord(_ word: ArraySlice<UInt8>) -> Bool {
    word.count >= 2 && word.allSatisfy { InstructionWords.isCapital($0) || $0 == UInt8(ascii: "_") }
  }

  /// The name of the tag that a line begins with: `<document>`.
  private func openingTag(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard line.first == UInt8(ascii: "<"), let end = line.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let name = line[(line.startIndex + 1)..<end].prefix(while: Self.isTagLetter)
    return name.isEmpty ? nil : name
  }

  /// The name of the tag that a line ends by closing: `</document>`.
  private func closedTag(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard line.last == UInt8(ascii: ">") else { return nil }
    let open = line.dropLast()
    let name = open.suffix(from: open.lastIndex { !Self.isTagLetter($0) }.map { $0 + 1 } ?? open.startIndex)
    return !name.isEmpty && open.dropLast(name.count).suffix(2).elementsEqual("</".utf8) ? name : nil
  }

  private static func isTagLetter(_ byte: UInt8) -> Bool {
    InstructionWords.isLetter(byte) || byte == UInt8(ascii: "_")
  }

  // MARK: Separators and labels

  /// A line of dashes, or a label such as `Text:`: what follows is payload, to the end.
  private mutating func takeAfterSeparator() {
    for index in rest.indices {
      guard let line = rest[index] else { continue }
      let text = trimmed(line)
      if isSeparator(text) {
        let isFirst = rest[..<index].allSatisfy { $0.map(isBlank) ?? true }
        if isFirst { takeBetweenSeparators(from: index) } else { takeAll(from: index) }
        return
      }
      if index > 0, let label = labelLength(text) {
        if label == text.count || rest[..<index].contains(where: { $0.map { !isBlank($0) } ?? false }) {
          return takeAll(from: index)
        }
      }
    }
  }

  /// A separator first: the payload is what stands up to the next one, the instruction what follows.
  private mutating func takeBetweenSeparators(from first: Int) {
    guard
      let next = rest.indices.first(where: { index in
        index > first && (rest[index].map { isSeparator(trimmed($0)) } ?? false)
      })
    else { return takeAll(from: first) }
    for index in first...next { takeLine(index) }
  }

  private func isSeparator(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.count >= 3, let first = line.first else { return false }
    return "-=*_#~".utf8.contains(first) && line.allSatisfy { $0 == first }
  }

  private static let labels: [[UInt8]] = [
    "text", "input", "document", "content", "code", "log", "logs", "diff", "article", "email", "e-mail", "message",
    "transcript", "data", "context", "body", "source", "passage", "review", "report", "notes", "error", "output",
    "json", "csv", "query",
  ].map { Array("\($0):".utf8) }

  /// How long the label is that a line begins with.
  private func labelLength(_ line: ArraySlice<UInt8>) -> Int? {
    let lower = InstructionWords.lowercased(line.prefix(12))
    return Self.labels.first { lower.starts(with: $0) }?.count
  }

  // MARK: Paragraphs

  /// Several paragraphs: the first one is the instruction when it is one short line, else the last one; the others are payload.
  private mutating func takeParagraphs() {
    let filled = rest.indices.filter { rest[$0].map { !isBlank($0) } ?? false }
    guard let first = filled.first, let last = filled.last, first != last else {
      if let only = filled.first, let line = rest[only], line.count > Self.maximumInstruction { takeLine(only) }
      return
    }
    // Words between blocks that were taken out: "compare … with …".
    let isCutByBlocks = zip(filled, filled.dropFirst()).allSatisfy { a, b in (a..<b).contains { rest[$0] == nil } }
    if isCutByBlocks, !endsWithColon(first) { return }
    let isFirst = isInstruction(first, alone: rest.count > first + 1 && isBlankOrTaken(first + 1))
    let isLast = isInstruction(last, alone: isBlankOrTaken(last - 1))
    // "Open the window", "Say it politely": either may be what is asked, and the other the text.
    let isEither = isFirst && isLast
    if isFirst && !isEither || endsWithColon(first) {
      for index in rest.indices where index > first { takeLine(index) }
    } else if isLast && !isEither {
      for index in rest.indices where index < last { takeLine(index) }
    } else {
      // Lines that belong together: a list of wishes is as much instruction as its first line.
      for index in filled { takeLine(index) }
    }
  }

  /// Where texts stand in more than one place beside what is asked, it counts which stand where: "the code above" is another
  /// one, and so is the text that "and this into German" is about.
  private mutating func addLayout() {
    // How much text stands before each line that goes on behind one.
    var places: [Int] = []
    var (before, start, gaps, isBehindText) = (0, 0, 0, false)
    var (hasAsked, isTextFirst) = (false, false)
    for line in rest {
      guard let line else {
        if !isBehindText { gaps += 1 }
        if !hasAsked { isTextFirst = true }
        isBehindText = true
        continue
      }
      if isBlank(line) { continue }
      hasAsked = true
      before += bytes[start..<line.lowerBound].count { !InstructionWords.isBlank($0) && $0 != 0x0A && $0 != 0x0D }
      start = line.upperBound
      if isBehindText { places.append(before) }
      isBehindText = false
    }
    // Behind what is asked is where a text is expected. Before it another word is the first of the message.
    if gaps == 1, isTextFirst { payload += Array("first".utf8) + [0] }
    if gaps < 2 { return }
    for place in places {
      payload += Array("after \(place)".utf8)
      payload.append(0)
    }
  }

  private func isBlankOrTaken(_ index: Int) -> Bool { rest[index].map(isBlank) ?? true }

  private func endsWithColon(_ index: Int) -> Bool {
    guard let line = rest[index], line.count <= Self.longLine else { return false }
    return trimmed(line).last == UInt8(ascii: ":")
  }

  private func isInstruction(_ index: Int, alone: Bool) -> Bool {
    guard alone, let line = rest[index], line.count <= Self.longLine else { return false }
    return CanonicalIntent.read(String(decoding: bytes[line], as: UTF8.self)).isUnderstood
  }

  // MARK: Taking

  private mutating func take(_ range: Range<Int>) {
    pieces.append((range, 0))
    if rest.last != .some(nil) { rest.append(nil) }
  }

  private mutating func takeLine(_ index: Int) {
    guard let line = rest[index] else { return }
    pieces.append((line, 0x0A))
    rest[index] = nil
  }

  private mutating func takeAll(from index: Int) {
    for index in index..<rest.count { takeLine(index) }
    pieces.append((bytes.count..<bytes.count, 0))
  }

  private mutating func trimBlankEnds() {
    while let last = rest.last, last.map(isBlank) ?? true { rest.removeLast() }
    while let first = rest.first, first.map(isBlank) ?? true { rest.removeFirst() }
  }

  /// The lines that are left, with a mark where a payload stood between them.
  private func joined() -> String? {
    var result = ""
    for part in rest {
      if let part {
        if isBlank(part) { continue }
        if !result.isEmpty { result += "\n" }
        result += String(decoding: bytes[part], as: UTF8.self)
      } else if !result.hasSuffix("\u{FFFC}") {
        result += "\n\u{FFFC}"
      }
    }
    return result
  }

  private func trimmed(_ range: Range<Int>) -> ArraySlice<UInt8> {
    var slice = bytes[range]
    while let last = slice.last, InstructionWords.isBlank(last) { slice.removeLast() }
    return slice.drop(while: InstructionWords.isBlank)
  }

  private func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy(InstructionWords.isBlank) }
}
