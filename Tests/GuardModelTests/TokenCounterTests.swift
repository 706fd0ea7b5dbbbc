import Testing

@testable import GuardModel

@Suite struct TokenCounterTests {
  private static let mixed =
    "Hello, wörld! parseHTTPHeader(snake_case_name) == 0x1f600;\r\n\t\tif a  <=  12345678901234 { --x }\n\n\n"
    + "Привет, мир. 漢字とカタカナ、한국어 🎉👩‍💻👍🏽 ----==== \u{201C}quoted\u{201D} Ünïcödé\u{0}"

  private func count(_ bytes: [UInt8], cutAt cuts: [Int] = []) -> Int64 {
    var counter = TokenCounter()
    var start = 0
    for cut in cuts + [bytes.count] {
      counter.consume(bytes[start..<cut])
      start = cut
    }
    return counter.tokens
  }

  @Test func everyCutGivesTheSameCount() {
    let bytes = Array(Self.mixed.utf8) + [0xFF, 0xE4, 0xBD, 0x41, 0xC3, 0xF0, 0x9F]
    let whole = count(bytes)
    #expect(whole > 50)
    for first in 0...bytes.count {
      #expect(count(bytes, cutAt: [first]) == whole, "cut at \(first)")
    }
    #expect(count(bytes, cutAt: Array(0..<bytes.count)) == whole)
  }

  @Test func readingTheCountChangesNothing() {
    var counter = TokenCounter()
    for byte in Self.mixed.utf8 {
      counter.consume(CollectionOfOne(byte))
      _ = counter.tokens
    }
    #expect(counter.tokens == TokenCounter.tokens(in: Self.mixed))
  }

  @Test func anySequenceOfBytesWillDo() {
    var counter = TokenCounter()
    counter.consume(AnySequence(Self.mixed.utf8.map { $0 }))
    #expect(counter.tokens == TokenCounter.tokens(in: Self.mixed))
  }

  @Test func nothingIsNothing() {
    #expect(TokenCounter().tokens == 0)
    #expect(TokenCounter.tokens(in: "") == 0)
  }

  @Test func bytesThatAreNotTextStillCount() {
    let wrong = count(Array(repeating: 0xFF, count: 1000))
    #expect(wrong >= 300)
    // A character that never became whole is as many wrong bytes as it has.
    #expect(count([0x41, 0xE4, 0xBD]) == count([0x41, 0xFF, 0xFF]))
    #expect(count([0xE4, 0xBD, 0x41, 0x42]) == count([0xFF, 0xFF, 0x41, 0x42]))
  }

  @Test func everyByteHasAClass() {
    var random = Seeded(7)
    for _ in 0..<300 {
      let bytes = (0..<400).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(count(bytes) > 0)
    }
    for scalar in (UInt32(0x80)...0x10FFFF).lazy.filter({ $0 % 7 == 0 }) {
      guard let character = Unicode.Scalar(scalar) else { continue }
      var classifier = TokenClassifier()
      var wrong = 0
      Array(String(character).utf8).withUnsafeBufferPointer {
        classifier.classify($0) { if $0 >= TokenClass.count { wrong += 1 } }
      }
      classifier.finish { if $0 >= TokenClass.count { wrong += 1 } }
      #expect(wrong == 0, "U+\(String(scalar, radix: 16))")
    }
  }

  @Test func thereIsOneWeightForEachClassAndNoneIsNegative() {
    #expect(TokenCounterWeights.thousandths.count == TokenClass.count)
    #expect(TokenCounterWeights.thousandths.allSatisfy { $0 >= 0 })
  }
}

@Suite struct TokenCounterAccuracyTests {
  /// The error of an estimate in thousandths of what two real tokenizers count on average.
  private func error(_ sample: TokenSample) -> Int64 {
    let twiceActual = sample.cl100k + sample.anthropic
    return abs(TokenCounter.tokens(in: sample.text) * 2 - twiceActual) * 1000 / twiceActual
  }

  @Test func estimatesAreNearRealTokenizers() {
    let errors = TokenSample.all.map(error).sorted()
    #expect(errors.count == 20)
    #expect(errors[errors.count / 2] <= 60, "median, in thousandths: \(errors)")
    #expect(errors[errors.count * 95 / 100] <= 200, "95th percentile, in thousandths: \(errors)")
  }

  @Test(arguments: TokenSample.all.indices)
  func noKindIsFarOff(_ index: Int) {
    let sample = TokenSample.all[index]
    #expect(error(sample) <= 200, "\(sample.kind): \(TokenCounter.tokens(in: sample.text))")
  }
}
