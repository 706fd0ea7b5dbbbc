@testable import Reports
import Testing

@Suite struct FixedPointTests {
  @Test(
    arguments: [
      (0, 84, "0 %"), (9, 84, "11 %"), (288, 2958, "9.7 %"), (995, 10_000, "10 %"), (9949, 100_000, "9.9 %"),
      (364, 1000, "36 %"), (365, 1000, "37 %"), (9999, 10_000, "99 %"), (1, 1, "100 %"), (3, 2, "150 %"),
      (1, 20_001, "0 %"),
      (1, 2000, "0.1 %"), (2, 100, "2 %"), (1_234_567, 100, "1,234,567 %"), (999_949, 100_000, "1,000 %"),
    ] as [(Int64, Int64, String)])
  func sharesAreRounded(part: Int64, whole: Int64, percent: String) {
    #expect(FixedPoint(part, over: whole)?.percent == percent)
  }

  /// Counts of which the millionths are more than fit into 64 bits are told to the last digit all the same.
  @Test func wholeNumbersAreExact() {
    for count in [0, 1, -7, 10_555_311_626_649_000, .max, .min] as [Int64] {
      #expect(FixedPoint(count).text == String(count) && FixedPoint(count).nearestWhole == count)
      #expect(FixedPoint(count).json == .int(count))
    }
    #expect(FixedPoint(Int64.max - 1) < FixedPoint(Int64.max))
    #expect(
      FixedPoint(millionths: 1_499_999).nearestWhole == 1 && FixedPoint(millionths: -1_500_000).nearestWhole == -2)
  }

  @Test func wholePercentsAreRounded() {
    let parts: [Int64] = [365, 126, 94, 92, 76, 55, 52, 24, 22, 21, 19, 54]
    #expect(parts.compactMap { FixedPoint($0, over: 1000)?.wholePercent } == [37, 13, 9, 9, 8, 6, 5, 2, 2, 2, 2, 5])
    #expect(FixedPoint(999_999, over: 1_000_000)?.wholePercent == 99, "not all")
    #expect(FixedPoint(millionths: -126_000).wholePercent == -13)
    #expect(FixedPoint(millionths: -126_000).percent == "-13 %" && FixedPoint(millionths: -100).percent == "0 %")
  }

  @Test(
    arguments: [
      (287, 29, 9_896_552), (1, 3, 333_333), (2, 3, 666_667), (1, 2_000_000, 1), (1, 2_000_001, 0), (5, 5, 1_000_000),
      (.max, 1, .max), (.max, .max, 1_000_000), (.max - 1, .max, 1_000_000), (0, 7, 0),
    ] as [(Int64, Int64, Int64)])
  func thereIsANearestMillionth(part: Int64, whole: Int64, millionths: Int64) {
    #expect(FixedPoint(nearest: part, over: whole)?.millionths == millionths)
  }

  /// A share is rounded to the nearest, and all is what all is.
  @Test(
    arguments: [
      (2, 3, 666_667), (1, 6, 166_667), (1, 3, 333_333), (0, 7, 0), (7, 7, 1_000_000), (1_999_999, 2_000_000, 999_999),
      (.max - 1, .max, 999_999), (3, 2, 1_500_000), (19_999_999, 10_000_000, 2_000_000),
    ] as [(Int64, Int64, Int64)])
  func aShareIsRounded(part: Int64, whole: Int64, millionths: Int64) {
    #expect(FixedPoint(share: part, of: whole)?.millionths == millionths)
    #expect(FixedPoint(share: part, of: 0) == nil && FixedPoint(share: -1, of: whole) == nil)
  }

  /// In words a part that is there is not nothing, and what is not all is not all.
  @Test(
    arguments: [
      (0, 84, "0 %"), (1, 20_001, "less than 0.1 %"), (1, 3_000_000, "less than 0.1 %"), (1, 2000, "0.1 %"),
      (9, 84, "11 %"), (9999, 10_000, "99 %"), (1, 0, nil),
    ] as [(Int64, Int64, String?)])
  func aShareInWordsIsNotNothing(part: Int64, whole: Int64, words: String?) {
    #expect(FixedPoint.share(part, of: whole) == words)
  }

  @Test(
    arguments: [
      ([], nil), ([3], 3), ([1, 4], 3), ([1, 3], 2), ([5, 1, 9], 5), ([9, 1, 2, 4], 3), ([.max, .max], .max),
    ] as [([Int64], Int64?)])
  func theMedianLiesInTheMiddle(values: [Int64], median: Int64?) {
    #expect(Distribution(values).median == median)
  }
}
