import GuardModel
import Providers

/// The price import: what was imported comes back from its file, and prices are never negative.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = input(data, count)
  if let (prices, skipped) = try? PriceImport.liteLLM(bytes, source: "list", asOf: "2025-01-31") {
    require(!prices.isEmpty && skipped >= 0, "a list holds a price")
    check(prices)
  }
  if let prices = try? PriceImport.decode(bytes) { check(prices) }
  return 0
}

private func check(_ prices: [String: ModelPrice]) {
  let file = PriceImport.encode(prices)
  do {
    require(try PriceImport.decode(Array(file.utf8)) == prices, "the file keeps the prices:\n\(file)")
  } catch {
    fatalError("the file can be read: \(error)\n\(file)")
  }
  let usage = TokenUsage(input: 1_000_000, output: 1_000_000, cachedInput: 10, cacheWrite: 10, exactness: .exact)
  for (model, price) in prices {
    let parts = [
      price.inputMicroUSDPerMillion, price.outputMicroUSDPerMillion, price.cachedInputMicroUSDPerMillion ?? 0,
      price.cacheWriteMicroUSDPerMillion ?? 0,
    ]
    require(parts.allSatisfy { $0 >= 0 }, "the price of '\(model)' is negative: \(parts)")
    if let cost = try? price.costMicroUSD(of: usage) { require(cost >= 0, "a cost is negative") }
  }
  let table = PriceTable([prices])
  for model in prices.keys { require(table.price(of: model) == prices[model], "'\(model)' is found") }
}
