import Guard
import GuardModel
import Terminal

extension Announcement {
  /// What is said of a refusal without the word before it, for where that stands already.
  static func unmarked(_ message: String) -> String {
    message.hasPrefix("refused: ") ? String(message.dropFirst("refused: ".count)) : message
  }

  /// A call that its provider kept from starting in time: what the provider says, and when its limit opens again.
  func holdRefusal(
    _ plan: Plan, _ hold: ProviderHold, ahead: Int64, waitedMs: Int64, opens: Int64?
  ) -> (message: String, hint: String) {
    let said = hold.words(plan.request.provider, for: span(until: hold.untilUnixMs))
    let waited = HumanNumber.duration(milliseconds: waitedMs)
    let ways = "try again then, wait longer (--wait 10min), or use another model"
    let hint =
      Self.after(limitOpens(plan, hold, opens), ways) + "; 'llmguard queue list' shows what providers hold back"
    guard case .rest(let unit, _, _) = hold.cause else {
      return ("refused: \(said), and this one has waited \(waited)", hint)
    }
    let place =
      ahead == 1
      ? "1 call is before this one"
      : ahead > 0
        ? "\(ahead) calls are before this one"
        : unit == .tokens ? "this call may take \(exact(plan.shape.charge.tokens, .tokens))" : "this is one more"
    return ("refused: \(said); \(place)" + (waitedMs > 0 ? ", and it has waited \(waited)" : ""), hint)
  }

  /// When a provider's limit opens again; `nil` where that stands in the message.
  func limitOpens(_ plan: Plan, _ hold: ProviderHold, _ opens: Int64?) -> String? {
    if hold.cause == .pause { return nil }
    let own = opens.flatMap { $0 < hold.untilUnixMs + 1000 ? nil : span(until: $0) }
    return "\(plan.request.provider ?? "the provider")'s limit opens again in about \(span(until: hold.untilUnixMs))"
      + (own.map { ", those of the configuration in about \($0)" } ?? "")
  }

  /// What can be done, after when.
  static func after(_ event: String?, _ ways: String) -> String { (event.map { $0 + ": " } ?? "") + ways }

  private func span(until unixMs: Int64) -> String {
    HumanNumber.duration(milliseconds: max(0, unixMs - nowUnixMs))
  }

  /// A call whose turn did not come in time: which limit it waited for, and when there may be room.
  func queueRefusal(
    _ plan: Plan, ahead: Int64, waitedMs: Int64, opens: Int64?, _ limits: [LaneLimit]
  ) -> (message: String, hint: String) {
    let named = limits.map { "\($0.kind.rawValue) = \(HumanNumber.exact($0.most)) of \($0.lane), " }.joined()
    let line = ahead == 0 ? "it is the next one" : ahead == 1 ? "1 call is before it" : "\(ahead) calls are before it"
    let room =
      opens.map { at in
        // Of calls that last longer than usual nobody knows when they end.
        at - nowUnixMs < 1000 && limits.contains { $0.kind == .concurrency }
          ? ", room as soon as a call ends"
          : ", room in about \(HumanNumber.duration(milliseconds: max(0, at - nowUnixMs)))"
      } ?? ""
    let keys = limits.map(\.kind.rawValue).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let raise =
      keys.isEmpty
      ? "raise what limits it in the configuration" : "raise \(keys.joined(separator: " and ")) in the configuration"
    // Where only the minute is full, nothing stands in the line, and nothing is under way.
    let isListed = ahead > 0 || limits.contains { $0.kind == .concurrency }
    return (
      "refused: no room for another call of \(plan.request.user): \(named)\(line)\(room)"
        + (waitedMs > 0 ? ", after waiting \(HumanNumber.duration(milliseconds: waitedMs))" : ""),
      Self.either((opens == nil ? [] : ["try again then"]) + ["wait longer (--wait 10min)", raise])
        + (isListed ? "; 'llmguard queue list' shows the line and what is under way" : "")
    )
  }
}

extension ProviderHold {
  /// `openai says 0 tokens are left`, `openai says 50 tokens are left for another 12 s, and calls under way take 40`
  ///
  /// - Parameters:
  ///   - provider: its name; `nil` where that is not known.
  ///   - span: how long that holds, where it is told.
  func words(_ provider: String?, for span: String? = nil) -> String {
    let (who, span) = (provider ?? "the provider", span.map { " for another \($0)" } ?? "")
    guard case .rest(let unit, let left, let taken) = cause else { return "\(who) lets no call start\(span)" }
    let thing = HumanNumber.counted(left, String(unit.rawValue.dropLast()))
    return "\(who) says \(thing) \(left == 1 ? "is" : "are") left\(span)"
      + (taken == 0 ? "" : ", and calls under way take \(HumanNumber.count(taken))")
  }
}
