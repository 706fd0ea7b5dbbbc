import Guard
import GuardModel
import Terminal

/// What `run` says of answers from the cache.
extension Announcement {
  /// `cached: the same request was answered 12 min ago, which saves 1.2k tokens`
  func cached(_ answer: CachedAnswer, _ plan: Plan) -> String {
    let entry = answer.finding.entry
    let age = HumanNumber.duration(milliseconds: answer.ageMs)
    var text: String
    switch answer.finding.tier {
    case .exact: text = "cached: the same request was answered \(age) ago"
    case .intent:
      text = "cached: the same request in other words ('\(Self.short(entry.instruction))') was answered \(age) ago"
    case .similar:
      text =
        "cached: a similar request ('\(Self.short(entry.instruction))', \(answer.finding.likeness / 10) % alike) was "
        + "answered \(age) ago"
    }
    if answer.isJudged { text += "; the judge says that it wants the same" }
    if answer.isNearLimit, let state = plan.decision.tightest {
      text += "; given because the \(state.budget.key.label) is \(state.usedPercent) % used (near_limit)"
    } else if answer.isPastUsualAge {
      text += ", longer than usual, because a budget is nearly used up"
    }
    text +=
      answer.charge == .zero
      ? ", which saves \(HumanNumber.count(answer.saved.tokens)) tokens"
      : ", which costs \(HumanNumber.count(answer.charge.tokens)) of \(HumanNumber.count(answer.saved.tokens)) tokens"
    return answer.finding.tier == .exact ? text : text + "; wrong? llmguard cache reject \(entry.id)"
  }

  /// `a cached answer to a similar request ('…'), 12 min old, exists: add --cache similar`
  func offer(_ offer: CacheOffer, remedy: String = "add --cache similar") -> String {
    "a cached answer to a similar request ('\(Self.short(offer.instruction))'), "
      + "\(HumanNumber.duration(milliseconds: offer.ageMs)) old, exists: \(remedy)"
  }

  /// The beginning of an instruction, on one line.
  static func short(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 60 ? line.prefix(59) + "…" : line
  }
}
