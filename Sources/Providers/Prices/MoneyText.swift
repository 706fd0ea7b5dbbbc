import GuardModel
import TextFormats

/// Decimal texts of dollars, exact to a millionth.
enum MoneyText {
  /// `0.0042` or `2.5e-06` times a power of ten, rounded up to a whole number; `nil` when it is negative or too large.
  static func scaled(_ text: String, decimals: Int) -> Int64? {
    guard !text.hasPrefix("-") else { return nil }
    let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
    guard let mantissa = parts.first, let exponent = parts.count > 1 ? Int(parts[1]) : 0, (-99...99).contains(exponent)
    else { return nil }
    let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = halves.count > 1 ? halves[1] : ""
    var digits = String(halves[0]) + fraction
    let shift = decimals + exponent - fraction.count
    if shift >= 0 { return Int64(digits + String(repeating: "0", count: shift)) }
    let dropped = digits.suffix(-shift)
    let hasRest = dropped.contains { $0 != "0" }
    digits = String(digits.dropLast(-shift))
    guard let whole = Int64(digits.isEmpty ? "0" : digits) else { return nil }
    return hasRest ? try? Amount.sum(whole, 1) : whole
  }

  static func microUSD(_ text: String) -> Int64? { scaled(text, decimals: 6) }

  /// What a usage says that the call cost; `nil` where it says nothing. Whoever pays the provider's provider with a key of their
  /// own is told of that beside the fee.
  ///
  /// *Source:* OpenRouter's documentation, "Usage accounting" and "BYOK"; xAI's, "Cost tracking": ten thousand million ticks are a
  /// dollar, all tools included; Perplexity's SDK, `UsageInfo.cost`: an object whose total has the fee of the search in it.
  static func stated(_ usage: JSONValue) -> Int64? {
    if let ticks = usage["cost_in_usd_ticks"]?.int64Value, ticks >= 0 {
      return ticks / 10_000 + (ticks % 10_000 == 0 ? 0 : 1)
    }
    let stated = usage["cost"]?["total_cost"] ?? usage["cost"]
    guard let text = stated?.numberValue?.text, let cost = microUSD(text) else { return nil }
    guard usage["is_byok"]?.boolValue == true,
      let upstream = usage["cost_details"]?["upstream_inference_cost"]?.numberValue.flatMap({ microUSD($0.text) })
    else { return cost }
    return try? Amount.sum(cost, upstream)
  }
}
