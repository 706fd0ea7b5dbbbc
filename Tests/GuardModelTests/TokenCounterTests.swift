import SeededGenerator
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
    for weights in [TokenCounterWeights.openAI, TokenCounterWeights.anthropic] {
      #expect(weights.count == TokenClass.count)
      #expect(weights.allSatisfy { $0 >= 0 })
    }
  }
}

@Suite struct TokenCounterAccuracyTests {
  static let families: [TokenizerFamily] = [.openAI, .anthropic, .other]

  /// The error of an estimate in thousandths of what the real tokenizer counts, or the two on average.
  private func error(_ sample: TokenSample, _ family: TokenizerFamily) -> Int64 {
    let twiceActual =
      switch family {
      case .openAI: 2 * sample.cl100k
      case .anthropic: 2 * sample.anthropic
      case .other: sample.cl100k + sample.anthropic
      }
    return abs(TokenCounter.tokens(in: sample.text, by: family) * 2 - twiceActual) * 1000 / twiceActual
  }

  @Test(arguments: families) func estimatesAreNearRealTokenizers(_ family: TokenizerFamily) {
    let errors = TokenSample.all.map { error($0, family) }.sorted()
    #expect(errors.count == 20)
    #expect(errors[errors.count / 2] <= 60, "median, in thousandths: \(errors)")
    #expect(errors[errors.count * 95 / 100] <= 200, "95th percentile, in thousandths: \(errors)")
  }

  @Test(arguments: TokenSample.all.indices, families)
  func noKindIsFarOff(_ index: Int, _ family: TokenizerFamily) {
    let sample = TokenSample.all[index]
    #expect(error(sample, family) <= 200, "\(sample.kind): \(TokenCounter.tokens(in: sample.text, by: family))")
  }

  @Test(arguments: [
    ("gpt-4o-mini", TokenizerFamily.openAI), ("openai/gpt-4.1", .openAI), ("o3-mini", .openAI),
    ("ft:gpt-4o:team::1", .openAI),
    ("text-embedding-3-small", .openAI), ("GPT-4", .openAI), ("claude-sonnet-4-5", .anthropic),
    ("anthropic.claude-3-haiku-20240307-v1:0", .anthropic), ("openrouter/anthropic/claude-haiku-4-5", .anthropic),
    ("gemini-2.5-flash", .other), ("llama3.2", .other), ("gpt-oss:20b", .other), ("olmo", .other), ("", .other),
  ])
  func aModelsNameTellsItsTokenizer(_ model: String, _ family: TokenizerFamily) {
    #expect(TokenizerFamily(model: model) == family)
  }

  @Test func nobodysModelIsCountedBetweenTheTwo() {
    #expect(TokenizerFamily(model: nil) == .other)
    for sample in TokenSample.all {
      let both = [TokenizerFamily.openAI, .anthropic].map { TokenCounter.tokens(in: sample.text, by: $0) }.sorted()
      #expect((both[0]...both[1]).contains(TokenCounter.tokens(in: sample.text)), "\(sample.kind)")
    }
  }
}
