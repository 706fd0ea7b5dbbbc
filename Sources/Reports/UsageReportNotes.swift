import GuardModel
import Ledger
import Terminal

/// What a report's numbers hold, in words under the table.
extension UsageReport {
  ///
  /// - Parameter leftOut: the columns that the table had no room for.
  func notes(_ style: Style, leftOut: [String] = []) -> String {
    let missing =
      leftOut.isEmpty
      ? nil
      : "without \(leftOut.joined(separator: ", ")): a wider terminal has room for more columns, --format csv has all"
    let notes = [
      missing, marks, unknown, discounts, bothUnknown, unmetered, apart, sizes, shares, stored, again, failures,
      inNoSum, estimates, compared,
    ]
    .compactMap { $0 }
    if notes.isEmpty { return "" }
    return "\n" + notes.map { CallStory.wrapped($0, indent: 0, columns: min(style.columns, 110)) + "\n" }.joined()
  }

  private var sums: UsageSums { total.sums }

  private var marks: String? {
    sums.estimatedInput > 0 || sums.estimatedOutput > 0
      ? "~ holds tokens that llmguard counted itself; without it the provider counted them all" : nil
  }

  private var unknown: String? {
    let calls = sums.callsOfUnknownPrice - sums.callsOfCostAbout
    guard calls > 0 else { return nil }
    return "the price of \(RunReport.count(calls, "call")) is unknown, wholly or in part; the cost holds what is known"
  }

  private var discounts: String? {
    guard sums.callsOfCostAtMost > 0 else { return nil }
    let marks = "- marks the most that it can be" + (sums.costBound == .about ? ", ± what may be more or less" : "")
    return
      "a discount of \(RunReport.count(sums.callsOfCostAtMost, "call")) is unknown; the cost holds the full price: \(marks)"
  }

  private var bothUnknown: String? {
    guard sums.callsOfCostAbout > 0 else { return nil }
    return "\(RunReport.count(sums.callsOfCostAbout, "call")) may have cost more or less than the cost holds (±): "
      + "a price and a discount are unknown"
  }

  private var unmetered: String? {
    guard sums.unmetered > 0 else { return nil }
    return "\(RunReport.count(sums.unmetered, "request")) went out unmetered: llmguard cannot tell what "
      + "\(sums.unmetered == 1 ? "it" : "they") took, and it is in no sum; 'llmguard usage list' names them, and --strict refuses them"
  }

  /// What has prices of its own.
  private var apart: String? {
    let input = [
      (sums.cachedInput, "read from providers' caches"),
      (max(0, sums.cacheWrite - sums.cacheWriteHour), "written to them"),
      (sums.cacheWriteHour, "written to them for an hour"), (sums.audioInput, "audio"),
      (sums.toolInput, "added by providers' tools"),
    ]
    let output = [(sums.reasoning, "reasoning"), (sums.audioOutput, "audio")]
    func words(_ parts: [(Int64, String)], _ whole: String) -> String? {
      let shown = parts.filter { $0.0 > 0 }.map { "\(HumanNumber.count($0.0)) \($0.1)" }
      return shown.isEmpty ? nil : "of the \(whole), \(shown.joined(separator: ", "))"
    }
    var parts = [words(input, "input"), words(output, "output")].compactMap { $0 }
    if sums.webSearches > 0 { parts.append(RunReport.count(sums.webSearches, "web search", "web searches")) }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private var sizes: String? {
    guard let tokens = total.sizes?.tokens, tokens.count >= 2, let half = tokens.percentile(50),
      let most = tokens.percentile(95), let maximum = tokens.maximum
    else { return nil }
    return "tokens per call: half of the \(basis) took \(HumanNumber.count(half)) at most, 95 % took "
      + "\(HumanNumber.count(most)) at most, the largest \(HumanNumber.count(maximum))"
  }

  private var basis: String {
    content.isSampled ? "latest \(HumanNumber.count(Int64(content.sizes.count))) calls" : "calls"
  }

  private var shares: String? {
    var parts: [String] = []
    if sums.degraded > 0, let share = FixedPoint.share(sums.degraded, of: sums.calls) {
      parts.append("\(share) of the calls went out degraded")
    }
    if sums.refusals > 0, let share = FixedPoint.share(sums.refusals, of: sums.requests) {
      parts.append("\(share) of what was asked for was refused")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private var stored: String? {
    guard sums.cached > 0 else { return nil }
    let share = FixedPoint.share(sums.cached, of: sums.answered).map { " (\($0))" } ?? ""
    let money = sums.savedMicroUSD > 0 ? " and \(HumanNumber.money(microUSD: sums.savedMicroUSD))" : ""
    return
      "\(RunReport.count(sums.cached, "call")) \(sums.cached == 1 ? "was" : "were") answered from the cache\(share), which "
      + "saved \(HumanNumber.count(sums.savedTokens)) tokens\(money)"
  }

  private var again: String? {
    guard sums.surchargeTokens > 0 else { return nil }
    let share = FixedPoint.share(sums.surchargeTokens, of: sums.chargeTokens).map { " (\($0))" } ?? ""
    return "\(HumanNumber.count(sums.surchargeTokens)) tokens of the charge\(share) are for asking the same again "
      + "(\(RunReport.count(sums.retries, "retry", "retries")))"
  }

  private var failures: String? {
    guard sums.failed > 0 else { return nil }
    return
      "\(RunReport.count(sums.failed, "call")) failed or \(sums.failed == 1 ? "was" : "were") stopped, and charged what "
      + "\(sums.failed == 1 ? "it" : "they") took"
  }

  private var inNoSum: String? {
    guard content.ofNothing > 0 else { return nil }
    let (are, them) = content.ofNothing == 1 ? ("is", "it") : ("are", "them")
    return "\(RunReport.count(content.ofNothing, "call")) came to nothing, cost nothing, and \(are) in no sum; "
      + "'llmguard usage list' names \(them)"
  }

  private var estimates: String? {
    guard let sizes = total.sizes, sizes.errors.count >= 2, var text = sizes.held else { return nil }
    if sums.overrunTokens > 0, let share = FixedPoint.share(sums.overrunTokens, of: sums.chargeTokens) {
      text += "; \(share) of the charge was more than was held"
    }
    return text
  }

  private var compared: String? {
    guard content.previous != nil, let since = content.previousSince, let until = content.previousUntil else {
      return nil
    }
    return "before: from \(since) to \(until), by \(content.unit.word)"
  }
}
