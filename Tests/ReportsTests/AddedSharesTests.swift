import Ledger
import Terminal
import Testing

@testable import Reports

/// Shares of a column that are added by who reads them.
@Suite struct AddedSharesTests {
  @Test(
    arguments: [
      ([1, 1, 1], ["34 %", "33 %", "33 %"]), ([1], ["100 %"]), ([0], ["0 %"]), ([2, 1], ["67 %", "33 %"]),
      // Rounded each by itself they would come to 99 %, and to 101 %.
      ([334, 333, 333], ["34 %", "33 %", "33 %"]), ([626, 226, 148], ["63 %", "22 %", "15 %"]),
      ([335, 335, 330], ["34 %", "33 %", "33 %"]), ([0, 5], ["0 %", "100 %"]),
      ([9990, 10], [">99 %", "<1 %"]), ([Int64.max, 0], ["100 %", "0 %"]), ([Int64.max - 1, 1], [">99 %", "<1 %"]),
      ([600, 395, 5], ["60 %", "40 %", "<1 %"]),
    ] as [([Int64], [String])])
  func comeToAllOfIt(parts: [Int64], words: [String]) {
    let shares = AddedShares(parts, of: parts.reduce(0, +))
    #expect(parts.indices.map(shares.text) == words)
  }

  /// However the whole is parted, what is written adds up to it, and none is a percent away.
  @Test func addUpHoweverTheWholeIsParted() {
    for step in 1...200 as ClosedRange<Int64> {
      let parts = (1...7).map { Int64($0) * Int64($0) * step % 997 + 100 }
      let whole = parts.reduce(0, +)
      let shares = AddedShares(parts, of: whole)
      #expect(parts.indices.map(shares.percent).reduce(0, +) == 100, "\(parts)")
      for place in parts.indices { #expect(abs(shares.percent(place) * whole - parts[place] * 100) < whole) }
    }
  }

  /// Of two hundred equal parts none is more than another.
  @Test func manySmallOnesAreEqual() {
    let shares = AddedShares(Array(repeating: 3, count: 200), of: 600)
    #expect((0..<200).allSatisfy { shares.text($0) == "<1 %" })
  }

  @Test func aReportsSharesComeToAHundred() throws {
    let rows = ["ana", "ben", "eve"].map { name in
      var sums = UsageSums()
      (sums.calls, sums.chargeTokens) = (1, 100)
      return UsageRow(group: [name], sums: sums)
    }
    let report = try UsageReport(UsageReport.Content(groupings: [.user], rows: rows, zone: .utc))
    let lines = report.text(Style(isColored: false, isTerminal: true, columns: 120, isUnicode: true))
      .split(separator: "\n")
    let shares = lines.dropFirst().prefix(4).map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
    #expect(shares == ["34 %", "33 %", "33 %", "100 %"], "\(lines)")
  }
}
