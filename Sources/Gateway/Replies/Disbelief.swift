import Providers

extension Exchange {
  /// Says that the provider states more than is charged, or more than the call allowed.
  ///
  /// - Parameter most: what its model may write, with what it thinks; `nil` where nobody knows.
  func tellOfDisbelief(_ reply: ProviderReply, _ verdict: Verdict, most allowed: Int64?) {
    guard let usage = reply.usage, case .settle(let charged, let cost, _, _) = verdict, let most = try? charged.total()
    else { return }
    let stated = (try? usage.total()) ?? .max
    if stated > most { tell(.disbelieved(provider: route.provider.name, stated: stated, charged: most)) }
    // Some count what ends an answer, too.
    if let allowed, usage.output > allowed, usage.output == charged.output, charged.exactness == .exact,
      usage.output - allowed > allowed / 10 + 16
    {
      tell(.beyondMaximum(provider: route.provider.name, stated: usage.output, most: allowed))
    }
    if let stated = reply.costMicroUSD, cost == nil, charged.exactness == .exact {
      tell(.disbelievedCost(provider: route.provider.name, statedMicroUSD: stated))
    }
  }
}
