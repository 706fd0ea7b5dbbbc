import SeededGenerator
import Testing

@testable import GuardModel

@Suite struct AmountTests {
  @Test func sumsFitOrThrow() throws {
    #expect(try Amount.sum(.max - 1, 1) == .max)
    #expect(throws: AmountOverflow.self) { try Amount.sum(.max, 1) }
    #expect(throws: AmountOverflow.self) { try Amount.sum(.min, -1) }
  }

  @Test(
    arguments: [
      (0, Int64.max, 1, 0, 0), (1, 1, 3, 0, 1), (2, 3, 3, 2, 2), (7, 10, 3, 23, 24),
      (.max, .max, .max, .max, .max), (.max, 1000, 1000, .max, .max), (.max, 1, 2, .max / 2, .max / 2 + 1),
      (.max - 1, .max, .max, .max - 1, .max - 1),
    ] as [(Int64, Int64, Int64, Int64, Int64)])
  func scales(_ a: Int64, _ b: Int64, _ divisor: Int64, _ down: Int64, _ up: Int64) throws {
    #expect(try Amount.scaledDown(a, by: b, over: divisor) == down)
    #expect(try Amount.scaledUp(a, by: b, over: divisor) == up)
  }

  @Test(
    arguments: [
      (Int64.max, Int64.max, Int64.max - 1), (.max, 2, 1), (.max, .max, 1), (-1, 1, 1), (1, -1, 1), (1, 1, 0),
      (1, 1, -1),
    ] as [(Int64, Int64, Int64)])
  func refusesWhatDoesNotFit(_ a: Int64, _ b: Int64, _ divisor: Int64) {
    #expect(throws: AmountOverflow.self) { try Amount.scaledDown(a, by: b, over: divisor) }
    #expect(throws: AmountOverflow.self) { try Amount.scaledUp(a, by: b, over: divisor) }
  }

  @Test func roundingUpPastTheLargestThrows() {
    // (2⁶³ − 1) × 3 / 3 fits; one more in the product does not after rounding up.
    #expect(throws: AmountOverflow.self) { try Amount.scaledUp(3, by: 6_148_914_691_236_517_205, over: 2) }
    #expect(throws: Never.self) { try Amount.scaledDown(3, by: 6_148_914_691_236_517_204, over: 2) }
  }

  @Test func scalingAgreesWith128BitArithmetic() throws {
    var random = Seeded(1)
    for _ in 0..<20_000 {
      let a = Int64.random(in: 0 ... .max, using: &random) >> Int64.random(in: 0...62, using: &random)
      let b = Int64.random(in: 0 ... .max, using: &random) >> Int64.random(in: 0...62, using: &random)
      let d = max(1, Int64.random(in: 1 ... .max, using: &random) >> Int64.random(in: 0...62, using: &random))
      let exact = Int128(a) * Int128(b)
      let down = Int64(exactly: exact / Int128(d))
      let up = Int64(exactly: (exact + Int128(d) - 1) / Int128(d))
      #expect((try? Amount.scaledDown(a, by: b, over: d)) == down)
      #expect((try? Amount.scaledUp(a, by: b, over: d)) == up)
      #expect(Amount.fraction(a, over: d, isGreaterThan: b, over: 7) == (Int128(a) * 7 > Int128(b) * Int128(d)))
    }
  }

  @Test func aZeroDenominatorIsLargest() {
    #expect(Amount.fraction(0, over: 0, isGreaterThan: .max, over: 1))
    #expect(!Amount.fraction(.max, over: 1, isGreaterThan: 0, over: 0))
    #expect(!Amount.fraction(5, over: 0, isGreaterThan: 5, over: 0))
  }
}

@Suite struct DecimalTests {
  @Test(
    arguments: [
      ("0", 3, 0), ("2", 3, 2000), ("0.5", 3, 500), ("1.125", 3, 1125), ("1.1250000", 3, 1125), ("007", 0, 7),
      ("9223372036854775.807", 3, Int64.max), ("0.000001", 6, 1), ("5.00", 0, 5),
    ] as [(String, Int, Int64)])
  func reads(_ text: String, _ decimals: Int, _ value: Int64) {
    #expect(Decimal.parse(text, decimals: decimals) == value)
  }

  @Test(arguments: [
    "", ".", "1.", ".5", "-1", "+1", "1,5", "1.2.3", "1.0001", "1e3", " 1", "1 ", "١", "1.\u{301}5", "0x10",
    "9223372036854775.808", "99999999999999999999",
  ])
  func refuses(_ text: String) { #expect(Decimal.parse(text, decimals: 3) == nil) }

  @Test(
    arguments: [
      (0, 3, "0"), (1500, 3, "1.5"), (1, 6, "0.000001"), (-1500, 3, "-1.5"), (42, 0, "42"), (1000, 3, "1"),
      (Int64.min, 3, "-9223372036854775.808"),
    ] as [(Int64, Int, String)])
  func writes(_ value: Int64, _ decimals: Int, _ text: String) {
    #expect(Decimal.text(value, decimals: decimals) == text)
  }

  @Test func readsBackWhatItWrites() {
    var random = Seeded(2)
    for _ in 0..<5000 {
      let value = Int64.random(in: 0 ... .max, using: &random) >> Int64.random(in: 0...62, using: &random)
      let decimals = Int.random(in: 0...9, using: &random)
      #expect(Decimal.parse(Decimal.text(value, decimals: decimals), decimals: decimals) == value)
    }
  }

  @Test func multipliersKeepToTheirRange() {
    #expect(Multiplier("1.5")?.thousandths == 1500)
    #expect(Multiplier("0")?.description == "0")
    #expect(Multiplier("1000")?.description == "1000")
    #expect(Multiplier("1000.001") == nil)
    #expect(Multiplier("0.0001") == nil)
    #expect(Multiplier(thousandths: -1) == nil)
    #expect(Multiplier.one.description == "1")
    #expect(Multiplier("0.25")! < .one)
  }

  @Test func aRoundAmountIsTheNextOne() {
    let rounded = [0, 1, 2, 3, 5, 6, 25, 375, 1_250_000].map(Amount.roundedUp)
    #expect(rounded == [1, 1, 2, 5, 5, 10, 50, 500, 2_000_000])
    #expect(Amount.roundedUp(.max) == .max)
  }
}
