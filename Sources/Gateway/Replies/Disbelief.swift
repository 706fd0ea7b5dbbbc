import Providers

extension Exchange {
  /// Says that the provider states more than is charged.
  func tellOfDisbelief(_ reply: ProviderReply, _ verdict: Verdict) {
    guard let usage = reply.usage, case .settle(let charged, let cost, _, _) = verdict, let most = try? charged.total()
    else { return }
    let stated = (try? usage.total()) ?? .max
    if stated > most { tell(.disbelieved(provider: route.provider.name, stated: stated, charged: most)) }
    if let stated = reply.costMicroUSD, cost == nil, charged.exactness == .exact {
      tell(.disbelievedCost(provider: route.provider.name, statedMicroUSD: stated))
    }
  }
}
