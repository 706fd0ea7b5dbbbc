import HTTPWire
import Testing

/// Streams: every byte is passed on, and what events and lines say does not depend on how they arrive.
@Suite struct StreamTests {
  private func events(_ pieces: [[UInt8]], maximumBytes: Int = 1000) -> [StreamPart] {
    var splitter = EventSplitter(maximumBytes: maximumBytes)
    return pieces.flatMap { splitter.append($0) } + [splitter.finish()].compactMap { $0 }
  }

  private func lines(_ pieces: [[UInt8]], maximumBytes: Int = 1000) -> [StreamPart] {
    var splitter = LineSplitter(maximumBytes: maximumBytes)
    return pieces.flatMap { splitter.append($0) } + [splitter.finish()].compactMap { $0 }
  }

  private func said(_ parts: [StreamPart]) -> [String?] {
    parts.map { part in part.data.map { String(decoding: $0, as: UTF8.self) } }
  }

  @Test(arguments: [
    ("data: a\n\ndata: b\n\n", ["a", "b"]),
    ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b", nil]),
    ("data: a\r\rdata: b\r\r", ["a", "b"]),
    ("event: x\ndata: {\ndata:1}\nid: 7\n\n", ["{\n1}"]),
    (": comment\n\ndata: a\n\n", [nil, "a"]),
    ("data\n\n", [""]), ("data:\n\n", [""]), ("data:  a\n\n", [" a"]), ("datax: a\n\n", [nil]), ("data : a\n\n", [nil]),
    ("\u{FEFF}data: a\n\ndata: b", ["a", "b"]),
    ("data: ä€😀\n\n", ["ä€😀"]), ("data: [DONE]\n\n", ["[DONE]"]), ("\n\n", [nil, nil]), ("", []),
    ("data: a\r\n\ndata: b\n\r\n", ["a", "b", nil]),
  ])
  func eventsAreTold(text: String, expected: [String?]) {
    let bytes = Array(text.utf8)
    for parts in [events([bytes]), events(bytes.map { [$0] })] {
      #expect(said(parts) == expected)
      #expect(parts.flatMap(\.raw) == bytes)
    }
  }

  @Test func anEventLeavesWithItsLastByte() {
    var splitter = EventSplitter()
    #expect(splitter.append(Array("data: a\n".utf8)).isEmpty)
    #expect(splitter.append([0x0A]).count == 1)
    #expect(splitter.append(Array("data: b\r\n".utf8)).isEmpty)
    #expect(said(splitter.append([0x0D])) == ["b"])
    #expect(splitter.append([0x0A]).isEmpty)
    #expect(said(splitter.append(Array("data: c\n\n".utf8))) == ["c"])
  }

  @Test(arguments: [
    ("{\"a\":1}\n{\"b\":2}\r\n", ["{\"a\":1}", "{\"b\":2}"]), ("\n\r\na", [nil, nil, "a"]), ("a\rb\n", ["a\rb"]),
    ("", []),
  ])
  func linesAreTold(text: String, expected: [String?]) {
    let bytes = Array(text.utf8)
    for parts in [lines([bytes]), lines(bytes.map { [$0] })] {
      #expect(said(parts) == expected)
      #expect(parts.flatMap(\.raw) == bytes)
    }
  }

  @Test func whatIsTooLongIsPassedOnAndNotKept() {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 5000)
    let event = Array("data: ".utf8) + long + Array("\ndata: y\n\ndata: z\n\n".utf8)
    let line = long + Array("\nz\n".utf8)
    for pieces in [[event], event.map { [$0] }] {
      let parts = events(pieces, maximumBytes: 1000)
      #expect(parts.flatMap(\.raw) == event)
      #expect(parts.allSatisfy { $0.raw.count <= 1001 })
      #expect(said(parts).compactMap { $0 } == ["z"])
    }
    for pieces in [[line], line.map { [$0] }] {
      let parts = lines(pieces, maximumBytes: 1000)
      #expect(parts.flatMap(\.raw) == line)
      #expect(parts.allSatisfy { $0.raw.count <= 1001 })
      #expect(said(parts).compactMap { $0 } == ["z"])
    }
  }

  /// Of an event or a line that is too long to be kept its last part says what is short in it, wherever its lines end.
  @Test func whatIsShortInALongPartIsSaid() {
    let long = String(repeating: "x", count: 5000)
    let text =
      "\u{FEFF}event: done\ndata: {\"a\":\"\(long)\",\ndata:\"usage\":{\"b\":7},\nid: {\(long)}\ndata: \"c\":1}\n\ndata: z\n\n"
    let line = "{\"a\":\"\(long)\",\"usage\":{\"b\":7}}\r\nz\n"
    for most in [1, 7, 1000, 4999, 5020] {
      for pieces in [[Array(text.utf8)], Array(text.utf8).map { [$0] }] {
        let parts = events(pieces, maximumBytes: most)
        #expect(parts.flatMap(\.raw).elementsEqual(text.utf8))
        #expect(said(parts).compactMap { $0 }.first == #"{"a":"","usage":{"b":7},"c":1}"#, "\(most)")
      }
      for pieces in [[Array(line.utf8)], Array(line.utf8).map { [$0] }] {
        let parts = lines(pieces, maximumBytes: most)
        #expect(parts.flatMap(\.raw).elementsEqual(line.utf8))
        #expect(said(parts).compactMap { $0 }.first == #"{"a":"","usage":{"b":7}}"#, "\(most)")
      }
    }
    // One without an end says it all the same, also where what is kept ends with it.
    for end in ["", "\n", "\n\n"] {
      let text = "data: {\"a\":\"\(long)\"}" + end
      for most in [5000, 2500] {
        #expect(said(events([Array(text.utf8)], maximumBytes: most)).compactMap { $0 } == [#"{"a":""}"#])
        #expect(said(lines([Array(text.utf8.dropFirst(6))], maximumBytes: 5000)).compactMap { $0 } == [#"{"a":""}"#])
      }
    }
  }

  /// Nothing is missing of what says nothing, however long it is.
  @Test(
    arguments: [
      (": ", false, false), ("event: ", false, false), ("", false, false), ("data: ", true, true),
      ("data: {}\nid: ", true, false),
    ])
  func aLongCommentHasNoRest(beginning: String, isRest: Bool, isCut: Bool) {
    let text = beginning + String(repeating: "x", count: 5000) + "\n\n"
    let parts = events([Array(text.utf8)])
    #expect(parts.contains(where: \.isRest) == isRest && parts.contains(where: \.isCut) == isCut)
  }

  /// Beside what says nothing data that is short is kept as it is, wherever the longest part ends.
  @Test func shortDataBesideALongCommentIsKept() {
    let data = "{\"text\":\"\(String(repeating: "y", count: 300))\"}"
    for before in [0, 1, 3, 900, 990, 1000, 1300] {
      let text =
        ": " + String(repeating: "x", count: before) + "\ndata: \(data)\nx: " + String(repeating: "z", count: 3000)
        + "\n\n"
      for pieces in [[Array(text.utf8)], Array(text.utf8).map { [$0] }] {
        let parts = events(pieces, maximumBytes: 1000)
        #expect(parts.flatMap(\.raw).elementsEqual(text.utf8) && parts.allSatisfy { $0.raw.count <= 1001 })
        #expect(said(parts).compactMap { $0 } == [data] && !parts.contains(where: \.isCut), "\(before)")
      }
    }
  }

  /// Whatever the pieces, and wherever the longest part ends.
  @Test func partsDoNotDependOnThePieces() {
    var random = SystemRandomNumberGenerator()
    let letters = Array("a :\n\n\r\ndata:x\u{FEFF}".utf8)
    for _ in 0..<400 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in letters.randomElement(using: &random)! }
      let cuts = (0..<Int.random(in: 0...6, using: &random)).map { _ in Int.random(in: 0...bytes.count, using: &random)
      }
      let places = ([0, bytes.count] + cuts).sorted()
      let pieces = zip(places, places.dropFirst()).map { Array(bytes[$0..<$1]) }
      for most in [1, 2, 7, 1000] {
        #expect(
          events(pieces, maximumBytes: most) == events(bytes.map { [$0] }, maximumBytes: most), "\(bytes) \(pieces)")
        #expect(
          lines(pieces, maximumBytes: most) == lines(bytes.map { [$0] }, maximumBytes: most), "\(bytes) \(pieces)")
      }
    }
  }
}
