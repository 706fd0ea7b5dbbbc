import GuardModel

/// What a call of the past takes under a policy.
extension TracedCall {
  /// What it takes under a maximum. The one it was held for does not cut it: an answer that was longer was not bound by it.
  func usage(under maximum: Int64?, _ known: [TracedDetails]) -> TokenUsage {
    let whole =
      details < 0
      ? TokenUsage(input: Int64(input), output: Int64(output), exactness: .exact) : known[Int(details)].usage
    guard let maximum, self.maximum < 0 || maximum < Int64(self.maximum) else { return whole }
    return whole.cut(toOutput: maximum)
  }

  /// What it costs: what it cost in the past, where nothing about it is otherwise and its tokens do not tell; else what its
  /// tokens cost.
  func cost(
    of usage: TokenUsage, _ model: String?, _ price: ModelPrice?, _ known: [TracedDetails]
  ) throws(AmountOverflow) -> Int64? {
    if details >= 0 {
      let past = known[Int(details)]
      if let paid = past.paidMicroUSD, past.model == model, past.usage == usage { return paid }
    }
    return try price.map { price throws(AmountOverflow) in try price.costMicroUSD(of: usage) }
  }
}
