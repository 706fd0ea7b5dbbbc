import GuardModel
import Ledger
import Terminal
import TextFormats

/// What refused the calls of a list, for people: each budget or policy once, with the budget's window and when it opens.
///
/// What is told of a budget is how it stands now: whoever reads of a refusal wants to know when to ask again.
public struct RefusalNotes: Sendable {
  /// The most reasons that are told.
  private static let most = 10

  private let groups: [RefusedCalls.Group]
  private let zone: ZoneOffsets
  private let nowUnixMs: Int64

  /// Makes notes of refused calls.
  ///
  /// - Parameters:
  ///   - zone: in which times are shown.
  ///   - nowUnixMs: the instant of showing them.
  public init(_ refused: RefusedCalls, zone: ZoneOffsets, nowUnixMs: Int64) {
    (groups, self.zone, self.nowUnixMs) = (refused.newestFirst, zone, nowUnixMs)
  }

  /// Makes notes of the refused calls among some, which come in any order.
  public init(_ calls: [CallRecord], zone: ZoneOffsets, nowUnixMs: Int64) {
    var refused = RefusedCalls()
    for call in calls { refused.add(call) }
    self.init(refused, zone: zone, nowUnixMs: nowUnixMs)
  }

  /// Whose budgets are told of: each is a look into the ledger.
  public var users: Set<String> {
    Set(groups.prefix(Self.most).filter { Refusal.budget(inNote: $0.note)?.isEmpty == false }.map(\.newest.facts.user))
  }

  /// A line or two for each reason.
  ///
  /// - Parameter states: how the budgets of ``users`` stand.
  public func text(_ states: [String: [BudgetState]], _ style: Style) -> String {
    var lines = groups.prefix(Self.most).map { group in
      "refused: \(Self.names(group)) by "
        + Self.reason(group, states[group.newest.facts.user] ?? [], zone, nowUnixMs: nowUnixMs)
    }
    let rest = groups.dropFirst(Self.most).map(\.count).reduce(0, +)
    if rest > 0 {
      lines.append("refused: \(RunReport.count(Int64(rest), "call")) more, told by 'llmguard usage show CALL'")
    }
    return lines.flatMap { TerminalText.wrapped(TerminalText.safe($0), to: min(style.columns, 110)) }
      .map { style.apply(.dim, $0) + "\n" }.joined()
  }

  /// An object for each reason, with the instant at which a call as the newest one is let out; `null` where none is known.
  ///
  /// - Parameter states: how the budgets of ``users`` stand.
  public func json(_ states: [String: [BudgetState]]) -> JSONValue {
    .array(
      groups.prefix(Self.most).map { group in
        let (call, label) = (group.newest, Refusal.budget(inNote: group.note))
        let state = states[call.facts.user]?.first { $0.budget.key.label == label }
        return [
          "user": .string(call.facts.user), "calls": .int(Int64(group.count)), "newest_call": .int(call.number),
          "reason": .string(label == nil ? CallOutcome.reason(group.note) : Refusal.shown(group.note) ?? ""),
          "budget": .string(orNull: Refusal.shown(label)),
          "opens_at_unix_ms": .int(
            state?.opensAtUnixMs(for: call.entry.charge ?? .zero, nowUnixMs: nowUnixMs)),
        ]
      })
  }

  /// `call 8`, `calls 9, 8 and 7`, `calls 9, 8, 7 and 12 more`.
  private static func names(_ group: RefusedCalls.Group) -> String {
    var names = group.last.map { String($0.number) }
    if group.count > names.count { names.append("\(HumanNumber.count(Int64(group.count - names.count))) more") }
    guard let last = names.popLast() else { return "" }
    return names.isEmpty ? "call \(last)" : "calls \(names.joined(separator: ", ")) and \(last)"
  }

  /// What refused a call, to stand behind `refused by`.
  static func reason(_ call: CallRecord, _ states: [BudgetState], _ zone: ZoneOffsets, nowUnixMs: Int64) -> String {
    reason(RefusedCalls.Group(call.entry.note ?? "", call), states, zone, nowUnixMs: nowUnixMs)
  }

  private static func reason(
    _ group: RefusedCalls.Group, _ states: [BudgetState], _ zone: ZoneOffsets, nowUnixMs: Int64
  ) -> String {
    let call = group.newest
    guard let note = call.entry.note, !note.isEmpty else { return "a policy" }
    guard let label = Refusal.budget(inNote: note) else { return CallOutcome.reason(note) }
    if Refusal.isPause(inNote: label) {
      let isOver = !states.contains(where: \.budget.isPause)
      return "a pause of \(call.facts.user)'s calls, which \(isOver ? "is over" : "'llmguard budget resume' ends")"
    }
    let name = "the \(label) of \(call.facts.user)"
    guard let state = states.first(where: { $0.budget.key.label == label }) else { return name + ", which is no more" }
    // What it was then is not known: budgets are changed, and topped up.
    return "\(name) (now \(state.budget.limit)\(granted(state))): "
      + standing(of: state, group, zone, nowUnixMs: nowUnixMs)
  }

  private static func granted(_ state: BudgetState) -> String {
    guard state.granted > 0 else { return "" }
    return " + " + state.budget.key.text(of: state.granted)
  }

  /// Its window, and when it lets out calls as these: told of the smallest and the largest where that is not the same.
  private static func standing(
    of state: BudgetState, _ group: RefusedCalls.Group, _ zone: ZoneOffsets, nowUnixMs: Int64
  ) -> String {
    let call = group.newest
    var openings = [opening(of: state, call, nil, zone, nowUnixMs: nowUnixMs)]
    if let span = group.spans[state.budget.limit.unit] {
      let both = [span.least, span.most].map { opening(of: state, $0, nil, zone, nowUnixMs: nowUnixMs) }
      if both[0] != both[1] {
        openings = [("smallest", span.least), ("largest", span.most)].map {
          opening(of: state, $0.1, $0.0, zone, nowUnixMs: nowUnixMs)
        }
      }
    }
    let told = openings.joined(separator: "; ")
    if case .replenishing = state.budget.limit.rule { return "refills all the time; \(told)" }
    guard let window = state.window else { return "its window has ended; \(told)" }
    let ends = [window.startUnixMs, window.endUnixMs].map { moment($0, zone, nowUnixMs) }
    let isLater = window.startUnixMs > call.endedAtUnixMs
    return "\(isLater ? "a new window, " : "window ")\(ends[0]) to \(ends[1]); \(told)"
  }

  /// When a budget lets out a call as one.
  ///
  /// - Parameter size: what it is among others: `largest`; `nil` for one that stands for all.
  private static func opening(
    of state: BudgetState, _ call: CallRecord, _ size: String?, _ zone: ZoneOffsets, nowUnixMs: Int64
  ) -> String {
    let (charge, unit) = (call.entry.charge ?? .zero, state.budget.limit.unit)
    let amount = charge.amount(in: unit)
    let named = size.map { "one as the \($0), call \(call.number) (\(HumanNumber.limit(amount, in: unit)))," }
    switch state.opensAtUnixMs(for: charge, nowUnixMs: nowUnixMs) {
    case nil where state.granted > 0 && amount <= state.ceiling:
      return "\(named ?? "such a call") fits with a top-up alone, of which too much is used now"
    case nil: return "\(named ?? "such a call") never fits, for it is more than the whole budget"
    case let at? where at <= nowUnixMs: return "\(named ?? "such a call") fits now"
    case let at?:
      return (named.map { "for \($0) it " } ?? "")
        + "opens at \(moment(at, zone, nowUnixMs)), in \(HumanNumber.duration(milliseconds: at - nowUnixMs))"
    }
  }

  /// `09:30` today, else with its date: `11-24 09:30`.
  private static func moment(_ unixMs: Int64, _ zone: ZoneOffsets, _ nowUnixMs: Int64) -> String {
    let isToday = CivilTime.date(unixMs, in: zone) == CivilTime.date(nowUnixMs, in: zone)
    return isToday
      ? CivilTime.time(unixMs, in: zone) + CivilTime.mark(unixMs, in: zone)
      : CallList.when(unixMs, in: zone, nowUnixMs: nowUnixMs)
  }
}
