/// Corrects counted tokens by what settlements of the same model showed.
public enum Estimate {
  /// Settlements' worth of trust in the count itself: a single settlement moves the estimate a third of the way, twenty
  /// move it by more than nine tenths.
  static let priorSettlements: Int64 = 2

  /// The expected input of a call.
  ///
  /// The ratio of actual to estimated tokens is taken in full once it rests on twenty settlements, and in part before; it
  /// is held between a quarter and four, so that one odd settlement cannot make estimates useless.
  ///
  /// - Parameters:
  ///   - counted: tokens counted in the text, ≥ 0.
  ///   - exactSettlements: how many settlements the sums rest on.
  ///   - estimated: tokens estimated in those.
  ///   - actual: tokens the provider counted in those.
  public static func input(counted: Int64, exactSettlements: Int64, estimated: Int64, actual: Int64) -> Int64 {
    guard exactSettlements > 0, estimated > 0, actual > 0 else { return counted }
    let bounded = min(max(actual, estimated / 4 + 1), estimated > .max / 4 ? .max : estimated * 4)
    guard let full = try? Amount.scaledUp(counted, by: bounded, over: estimated) else { return counted }
    if exactSettlements >= 20 { return full }
    let (low, high) = (min(counted, full), max(counted, full))
    let moved = (try? Amount.scaledUp(high - low, by: exactSettlements, over: exactSettlements + priorSettlements)) ?? 0
    return full >= counted ? low + moved : high - moved
  }

  /// What was counted of a call, from its corrected estimate: the way back of ``input(counted:exactSettlements:estimated:actual:)``,
  /// as near as whole tokens allow.
  ///
  /// *Source:* with r = actual / estimated, n settlements and a prior p, the correction is r from twenty on, and
  /// (p + n r) / (n + p) before.
  public static func counted(
    ofCorrected corrected: Int64, exactSettlements: Int64, estimated: Int64, actual: Int64
  ) -> Int64 {
    guard corrected > 0, exactSettlements > 0, estimated > 0, actual > 0 else { return corrected }
    let bounded = Int128(min(max(actual, estimated / 4 + 1), estimated > .max / 4 ? .max : estimated * 4))
    let (prior, settlements) = (Int128(priorSettlements), Int128(exactSettlements))
    let isFull = exactSettlements >= 20
    let over = isFull ? bounded : prior * Int128(estimated) + settlements * bounded
    let by = Int128(estimated) * (isFull ? 1 : settlements + prior)
    let (product, overflow) = Int128(corrected).multipliedReportingOverflow(by: by)
    let (sum, isTooMuch) = product.addingReportingOverflow(over / 2)
    return overflow || isTooMuch ? corrected : Int64(clamping: sum / over)
  }
}
