import Ledger
import Terminal

/// How the figures of single calls are written, so that those of a run add up to what stands above them.
struct CallFigures: Sendable {
  let input: AddedFigures
  let output: AddedFigures
  let charge: AddedFigures
  let cost: AddedFigures

  /// Figures that belong to no sum.
  static let usual = CallFigures([], UsageSums())

  /// Figures of calls, all of which are shown, and of their sums.
  init(_ calls: [CallRecord], _ sums: UsageSums) {
    let usages = calls.compactMap(\.entry.usage)
    let posted = calls.compactMap(\.posted)
    input = AddedFigures(usages.map(\.input), total: sums.input, .count)
    output = AddedFigures(usages.map(\.output), total: sums.output, .count)
    charge = AddedFigures(posted.map(\.tokens), total: sums.chargeTokens, .count)
    cost = AddedFigures(posted.compactMap(\.costMicroUSD), total: sums.costMicroUSD, .money)
  }
}
