import GuardModel

/// What is recorded of one call is held to an amount that no call comes near, so that sums of calls fit: the sums of a quarter of
/// an hour have room for half a million such calls. Sums that did not fit nobody could tell or set right, as entries stay as they
/// are. What a provider took beyond it is charged as this much; what would hold more is refused.
public enum LargestAmount {
  /// The most tokens, and the most millionths of a dollar, of one call: 17.6 million million, and 17.6 million dollars.
  public static let ofACall: Int64 = 1 << 44

  /// Refuses a charge or a count that is larger.
  static func check(_ charge: Charge, _ first: Int64 = 0, _ second: Int64 = 0) throws(LedgerError) {
    if max(charge.tokens, charge.costMicroUSD ?? 0, max(first, second)) > ofACall { throw .overflow }
  }
}

extension ReservationRequest {
  /// Refuses what is too large to be recorded.
  public func checkAmounts() throws(LedgerError) {
    try LargestAmount.check(charge, facts.estimatedInput, facts.estimatedOutput)
  }
}

extension Settlement {
  /// Refuses what is too large to be recorded.
  public func checkAmounts() throws(LedgerError) {
    try LargestAmount.check(charge, usage.input, usage.output)
    try LargestAmount.check(.zero, usage.webSearches)
  }
}

extension CachedCall {
  /// Refuses what is too large to be recorded.
  public func checkAmounts() throws(LedgerError) {
    try LargestAmount.check(charge)
    try LargestAmount.check(saved)
  }
}
