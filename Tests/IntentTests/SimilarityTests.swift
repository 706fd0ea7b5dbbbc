import Intent
import TextFormats
import Testing

@testable import Intent

/// The table and its tokens against the values that the training script wrote.
@Suite struct SimilarityTests {
  struct Golden {
    let text: String
    let ids: [Int]
    let first: [Double]
    let bits: UInt64
    let cosine: Double
  }

  static func golden() throws -> [Golden] {
    try WrittenGroup.text("similarity-golden.jsonl").split(separator: "\n").map { line in
      let value = try JSONParser.parse(String(line))
      return Golden(
        text: try #require(value["text"]?.stringValue),
        ids: try #require(value["ids"]?.arrayValue).compactMap { $0.int64Value.map(Int.init) },
        first: try #require(value["first"]?.arrayValue).compactMap { $0.numberValue?.double },
        bits: try #require(value["bits"]?.stringValue.flatMap { UInt64($0, radix: 16) }),
        cosine: try #require(value["cosine_to_first"]?.numberValue?.double))
    }
  }

  @Test func tokensAndVectorsAreThoseOfTheTraining() throws {
    let all = try Self.golden()
    #expect(all.count > 10)
    let base = SentenceVector(all[0].text)
    for golden in all {
      #expect(WordPiece.tokens(golden.text) == golden.ids, "\(golden.text)")
      let vector = SentenceVector(golden.text)
      for (component, expected) in zip(vector.components, golden.first) {
        #expect(abs(Double(component) - expected) < 1e-4)
      }
      #expect(abs(Double(vector.similarity(to: base)) - golden.cosine) < 1e-3)
      // A component as near to the mean as rounding goes may fall on either side.
      #expect((vector.signBits ^ golden.bits).nonzeroBitCount <= 1)
    }
  }

  @Test func nearIsNearerThanFar() {
    let request = SentenceVector("Summarize this document in three sentences")
    let near = SentenceVector("three-sentence summary of the document")
    let far = SentenceVector("How do I mount a USB drive on Linux?")
    #expect(request.similarity(to: near) > request.similarity(to: far) + 0.3)
    #expect(request.distance(to: near) < request.distance(to: far))
    #expect(SentenceVector("").similarity(to: request) == 0)
  }
}
