import GuardModel
import Ledger
import Terminal

/// What refused the calls of a list, for people: each budget or policy once, with the budget's window and when it opens.
///
/// What is told of a budget is how it stands now: whoever reads of a refusal wants to know when to ask again.
public struct RefusalNotes: Sendable {
  /// Calls of one user that one budget, or one policy, refused; the newest first.
  private struct Group {
    let user: String
    let note: String
    var calls: [CallRecord]
  }

  /// The most reasons that are told.
  private static let most = 10

  private let groups: [Group]
  private let zone: ZoneOffsets
  private let nowUnixMs: Int64

  /// Makes notes of the refused calls among some.
  ///
  /// - Parameters:
  ///   - calls: in any order.
  ///   - zone: in which times are shown.
  ///   - nowUnixMs: the instant of showing them.
  public init(_ calls: [CallRecord], zone: ZoneOffsets, nowUnixMs: Int64) {
    var (groups, places): ([Group], [[String]: Int]) = ([], [:])
    for call in calls.sorted(by: { $0.place > $1.place }) where call.entry.kind == .refuse {
      let note = call.entry.note ?? ""
      if let place = places[[call.facts.user, note]] {
        groups[place].calls.append(call)
      } else {
        places[[call.facts.user, note]] = groups.count
        groups.append(Group(user: call.facts.user, note: note, calls: [call]))
      }
    }
    (self.groups, self.zone, self.nowUnixMs) = (groups, zone, nowUnixMs)
  }

  /// Whose budgets are told of: each is a look into the ledger.
  public var users: Set<String> {
    Set(groups.prefix(Self.most).filter { Refusal.budget(inNote: $0.note)?.isEmpty == false }.map(\.user))
  }

  /// A line or two for each reason.
  ///
  /// - Parameter states: how the budgets of ``users`` stand.
  public func text(_ states: [String: [BudgetState]], _ style: Style) -> String {
    var lines = groups.prefix(Self.most).map { group in
      "refused: \(Self.names(group.calls)) by "
        + Self.reason(group.calls[0], states[group.user] ?? [], zone, nowUnixMs: nowUnixMs)
    }
    let rest = groups.dropFirst(Self.most).map(\.calls.count).reduce(0, +)
    if rest > 0 {
      lines.append("refused: \(RunReport.count(Int64(rest), "call")) more, told by 'llmguard usage show CALL'")
    }
    return lines.flatMap { TerminalText.wrapped(TerminalText.safe($0), to: min(style.columns, 110)) }
      .map { style.apply(.dim, $0) + "\n" }.joined()
  }

  /// `call 8`, `calls 9, 8 and 7`, `calls 9, 8, 7 and 12 more`.
  private static func names(_ calls: [CallRecord]) -> String {
    var names = calls.prefix(3).map { String($0.number) }
    if calls.count > 3 { names.append("\(HumanNumber.count(Int64(calls.count - 3))) more") }
    guard let last = names.popLast() else { return "" }
    return names.isEmpty ? "call \(last)" : "calls \(names.joined(separator: ", ")) and \(last)"
  }

  /// What refused a call, to stand behind `refused by`.
  static func reason(_ call: CallRecord, _ states: [BudgetState], _ zone: ZoneOffsets, nowUnixMs: Int64) -> String {
    guard let note = call.entry.note, !note.isEmpty else { return "a policy" }
    guard let label = Refusal.budget(inNote: note) else { return CallOutcome.reason(note) }
    let name = "the \(label) of \(call.facts.user)"
    guard let state = states.first(where: { $0.budget.key.label == label }) else { return name + ", which is no more" }
    return "\(name) (\(state.budget.limit)\(granted(state))): " + standing(of: state, call, zone, nowUnixMs: nowUnixMs)
  }

  private static func granted(_ state: BudgetState) -> String {
    guard state.granted > 0 else { return "" }
    return " + " + state.budget.key.text(of: state.granted)
  }

  /// Its window, and when it lets out a call as this one.
  private static func standing(
    of state: BudgetState, _ call: CallRecord, _ zone: ZoneOffsets, nowUnixMs: Int64
  ) -> String {
    let opens = state.opensAtUnixMs(for: call.entry.charge ?? .zero, nowUnixMs: nowUnixMs)
    let opening =
      switch opens {
      case nil: "such a call is more than it ever holds"
      case let at? where at <= nowUnixMs: "such a call fits now"
      case let at?:
        "opens at \(moment(at, zone, nowUnixMs)), in "
          + HumanNumber.duration(milliseconds: at - nowUnixMs)
      }
    if case .replenishing = state.budget.limit.rule { return "refills all the time; \(opening)" }
    guard let window = state.window else { return "its window has ended; \(opening)" }
    let ends = [window.startUnixMs, window.endUnixMs].map { moment($0, zone, nowUnixMs) }
    let isLater = window.startUnixMs > call.endedAtUnixMs
    return "\(isLater ? "a new window, " : "window ")\(ends[0]) to \(ends[1]); \(opening)"
  }

  /// `09:30` today, else with its date: `11-24 09:30`.
  private static func moment(_ unixMs: Int64, _ zone: ZoneOffsets, _ nowUnixMs: Int64) -> String {
    let isToday = CivilTime.date(unixMs, in: zone) == CivilTime.date(nowUnixMs, in: zone)
    return isToday
      ? CivilTime.time(unixMs, in: zone) + CivilTime.mark(unixMs, in: zone)
      : CallList.when(unixMs, in: zone, nowUnixMs: nowUnixMs)
  }
}
