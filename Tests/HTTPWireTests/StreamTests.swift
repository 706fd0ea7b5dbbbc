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
