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
  /// tokens cost. With it what it is: what of the past call had a price that nobody knew has none now.
  func cost(
    of usage: TokenUsage, _ model: String?, _ price: ModelPrice?, _ known: [TracedDetails]
  ) throws(AmountOverflow) -> (microUSD: Int64?, bound: CostBound) {
    let past = details >= 0 ? known[Int(details)] : nil
    let asItWas = past.flatMap { $0.model == model && $0.usage == usage ? $0 : nil }
    if let asItWas, let paid = asItWas.paidMicroUSD { return (paid, UsagePart.bound(asItWas.unpriced)) }
    guard let price else { return (nil, .atLeast) }
    let unpriced = asItWas.map(\.unpriced).flatMap { $0.isEmpty ? nil : $0 } ?? price.unpriced(in: usage)
    return (try price.costMicroUSD(of: usage), UsagePart.bound(unpriced))
  }
}
