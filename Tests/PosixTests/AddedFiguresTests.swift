import SeededGenerator
import Terminal
import Testing

/// What a reader adds up by hand is the total that stands below it.
@Suite struct AddedFiguresTests {
  private func shown(_ parts: [Int64], _ kind: AddedFigures.Kind) -> [String] {
    let total = parts.reduce(0, +)
    let figures = AddedFigures(parts, total: total, kind)
    return (parts + [total]).map(figures.text)
  }

  @Test func whatAddsUpIsWrittenAsUsual() {
    #expect(shown([2510, 1620], .count) == ["2.5k", "1.6k", "4.1k"])
    #expect(shown([190, 152], .count) == ["190", "152", "342"])
    #expect(shown([12_345, 999], .count) == ["12.3k", "999", "13.3k"])
    #expect(shown([1_000_000, 500], .money) == ["$1.00", "$0.0005", "$1.00"])
    #expect(shown([25_460], .money) == ["$0.0255", "$0.0255"])
    #expect(shown([], .count) == ["0"])
  }

  @Test func moreDigitsAreWrittenWhereRoundingWouldShow() {
    #expect(shown([25_460, 12_950], .money) == ["$0.02546", "$0.01295", "$0.03841"])
    #expect(shown([1440, 1440], .count) == ["1.44k", "1.44k", "2.88k"])
    #expect(shown([1_234_444, 1_234_444, 3], .count).last == "2,468,891")
  }

  /// Read back as a reader would, whatever the figures are.
  @Test(arguments: 0..<400) func allAddUp(seed: Int) {
    var random = Seeded(UInt64(seed))
    let largest = Int64(1) << Int64.random(in: 1..<30, using: &random)
    let parts = (0..<Int.random(in: 2..<40, using: &random)).map { _ in Int64.random(in: 0..<largest, using: &random) }
    for kind in [AddedFigures.Kind.count, .money] {
      let texts = shown(parts, kind)
      let numbers = texts.map(Self.value)
      let sum = numbers.dropLast().reduce(0) { $0 + $1.value }
      let (total, unit) = numbers[numbers.count - 1]
      #expect((sum + unit / 2) / unit * unit == total, "\(texts)")
    }
  }

  /// A figure in millionths, and the unit of its last digit.
  private static func value(_ text: String) -> (value: Int64, unit: Int64) {
    var unit: Int64 = 1_000_000
    var digits = text.filter { $0 != "$" && $0 != "," }
    let sizes: [Character: Int64] = ["k": 1000, "M": 1_000_000, "B": 1_000_000_000]
    if let size = digits.last.flatMap({ sizes[$0] }) {
      unit *= size
      digits.removeLast()
    }
    if let point = digits.firstIndex(of: ".") {
      for _ in digits[digits.index(after: point)...] { unit /= 10 }
      digits.remove(at: point)
    }
    return ((Int64(digits) ?? -1) * unit, unit)
  }
}
