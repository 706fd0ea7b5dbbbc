/// How the figures of a column are written that has a total: with as many more digits than usual as make what is shown add up.
///
/// What is shown above the total, added and rounded as the total is, gives the total as it is shown. Where it does not with the
/// usual figures, each gets a digit more, and so on, to the last unit.
public struct AddedFigures: Sendable {
  /// What is added.
  public enum Kind: Sendable {
    case count, money
  }

  private let kind: Kind
  /// How much finer than usual they are rounded: 1, 10, 100 …
  private var fineness: Int64 = 1

  /// Finds how they are written.
  ///
  /// - Parameters:
  ///   - parts: what stands above the total: a count, or millionths of a dollar; none is below 0.
  ///   - total: their sum.
  public init(_ parts: some Collection<Int64>, total: Int64, _ kind: Kind) {
    self.kind = kind
    guard parts.count > 1 else { return }
    // Nothing usual is rounded to more than this many units.
    while fineness < 1_000_000_000, !addUp(parts, total) { fineness *= 10 }
  }

  /// A figure of the column, or its total.
  public func text(_ value: Int64) -> String {
    if fineness == 1 { return kind == .money ? HumanNumber.money(microUSD: value) : HumanNumber.count(value) }
    let shown = rounded(value, by: unit(of: value))
    return kind == .money ? HumanNumber.exact(microUSD: shown) : HumanNumber.limit(shown)
  }

  private func addUp(_ parts: some Collection<Int64>, _ total: Int64) -> Bool {
    var sum: Int64 = 0
    for part in parts {
      let (next, overflow) = sum.addingReportingOverflow(rounded(part, by: unit(of: part)))
      if overflow { return true }
      sum = next
    }
    let unit = unit(of: total)
    return rounded(sum, by: unit) == rounded(total, by: unit)
  }

  private func unit(of value: Int64) -> Int64 {
    max(1, (kind == .money ? HumanNumber.unit(ofMicroUSD: value) : HumanNumber.unit(ofCount: value)) / fineness)
  }

  private func rounded(_ value: Int64, by unit: Int64) -> Int64 { HumanNumber.rounded(value, by: unit) }
}
