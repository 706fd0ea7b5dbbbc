/// How the shares of a column are written that add up to all of it: in whole percent, which come to 100 where they are added.
///
/// Each is rounded down, and what that leaves is given a percent each to those that lost the most by it. What is below 1 % is
/// written as that, and given nothing: small parts, each rounded to nothing or to one, would say of many equal ones that they
/// differ. What is not all is not 100 %.
public struct AddedShares: Sendable {
  private let percents: [Int64]
  private let parts: [Int64]
  private let whole: Int64

  /// Finds how they are written.
  ///
  /// - Parameters:
  ///   - parts: what is shared; none is below 0.
  ///   - whole: their sum.
  public init(_ parts: [Int64], of whole: Int64) {
    (self.parts, self.whole) = (parts, whole)
    guard whole > 0 else {
      self.percents = parts.map { _ in 0 }
      return
    }
    func hundredfold(_ part: Int64) -> (percent: Int64, rest: Int64) {
      let (percent, rest) = (Int128(part) * 100).quotientAndRemainder(dividingBy: Int128(whole))
      return (Int64(clamping: percent), Int64(clamping: rest))
    }
    let exact = parts.map(hundredfold)
    let large = exact.indices.filter { exact[$0].percent > 0 }
    // What the large ones come to together, rounded.
    let sum = large.reduce(Int128(0)) { $0 + Int128(parts[$1]) } * 100
    let rounded = Int64(clamping: (sum + Int128(whole) / 2) / Int128(whole))
    let left = rounded - large.reduce(0) { $0 + exact[$1].percent }
    var shown = exact.map { $0.percent }
    let byRest = large.sorted { (exact[$0].rest, $1) > (exact[$1].rest, $0) }
    for place in byRest.prefix(Int(max(0, left))) { shown[place] += 1 }
    self.percents = shown
  }

  /// How many percent of a bar a part fills.
  public func percent(_ place: Int) -> Int64 { percents[place] }

  /// `33 %`, `<1 %`, `>99 %`.
  public func text(_ place: Int) -> String {
    let (percent, part) = (percents[place], parts[place])
    if percent == 0, part > 0 { return "<1 %" }
    if percent >= 100, part < whole { return ">99 %" }
    return HumanNumber.percent(percent)
  }
}
