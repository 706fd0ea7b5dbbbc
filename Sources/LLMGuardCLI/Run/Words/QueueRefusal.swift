import Guard
import GuardModel
import Terminal

extension Announcement {
  /// What is said of a refusal without the word before it, for where that stands already.
  static func unmarked(_ message: String) -> String {
    message.hasPrefix("refused: ") ? String(message.dropFirst("refused: ".count)) : message
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
