import GuardModel
import Ledger
import Terminal

/// Calls one by one, a row each.
public struct CallList: Sendable {
  private let calls: [CallRecord]
  private let zone: ZoneOffsets
  private let nowUnixMs: Int64
  /// How its figures are written where they belong to a sum.
  var figures = CallFigures.usual

  /// Makes a list.
  ///
  /// - Parameters:
  ///   - calls: in the order in which they are shown.
  ///   - zone: in which times are shown.
  ///   - nowUnixMs: the instant of showing them: what is of the same day shows the time alone.
  public init(_ calls: [CallRecord], zone: ZoneOffsets, nowUnixMs: Int64) {
    self.calls = calls
    self.zone = zone
    self.nowUnixMs = nowUnixMs
  }

  /// Aligned rows for a terminal; every exported column, tab-separated, in a pipe.
  public func text(_ style: Style) -> String {
    style.isTerminal ? table(style).aligned(style) : exact.tabSeparated(style)
  }

  /// Rows without headings and with columns of fixed widths, for lines that come one by one.
  public func lines(_ style: Style) -> String {
    guard style.isTerminal else { return exact.tabSeparated() }
    return calls.map { call in
      let outcome = CallOutcome.words(call)
      let amounts = "\(padded(tokens(call), 6)) \(padded(cost(call), 9))"
      let names = [call.facts.user, call.facts.operation, model(call)].map(TerminalText.safe)
      let mark = outcome.look.map { style.apply($0, outcome.text) } ?? outcome.text
      let room = min(max(24, style.columns - 46), 60)
      return "\(style.apply(.dim, CivilTime.clock(call.endedAtUnixMs, in: zone)))  "
        + "\(amounts)  \(fitted(names.joined(separator: " · "), room))  \(mark)\n"
    }.joined()
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - TerminalText.width(text))) + text
  }

  private func fitted(_ text: String, _ width: Int) -> String {
    let cut = TerminalText.truncated(text, to: width)
    return cut + String(repeating: " ", count: width - TerminalText.width(cut))
  }

  private var exact: Table {
    var table = Table(CallColumn.all.map { Table.Column($0.name, key: $0.name) })
    for call in calls { table.add(CallColumn.texts(call).map { Table.Cell($0) }) }
    return table
  }

  private func table(_ style: Style) -> Table {
    // Who was charged how much for what stays: the rest goes by how rarely it is looked for.
    var table = Table([
      Table.Column("Call", key: "call", isNumber: true), Table.Column("Ended", key: "ended_at", isNumber: true),
      Table.Column("User", key: "user", canShrink: true),
      Table.Column("Operation", key: "operation", canShrink: true, dispensability: 2),
      Table.Column("Model", key: "model", canShrink: true),
      Table.Column("Program", key: "program", canShrink: true, dispensability: 1),
      Table.Column("Phase", key: "phase", dispensability: 6),
      Table.Column("In", key: "input_tokens", isNumber: true, dispensability: 4),
      Table.Column("Out", key: "output_tokens", isNumber: true, dispensability: 3),
      Table.Column("Took", key: "took_ms", isNumber: true, dispensability: 5),
      Table.Column("Charge", key: "charge_tokens", isNumber: true),
      Table.Column("Cost", key: "cost_micro_usd", isNumber: true, alignsPoints: true),
      Table.Column("Outcome", key: "outcome"),
    ])
    for call in calls { table.add(cells(call)) }
    return table
  }

  private func cells(_ call: CallRecord) -> [Table.Cell] {
    let facts = call.facts
    let outcome = CallOutcome.words(call)
    let mark = call.entry.usage?.exactness == .estimated ? "~" : ""
    return [
      Table.Cell(String(call.number)), Table.Cell(Self.when(call.endedAtUnixMs, in: zone, nowUnixMs: nowUnixMs)),
      Table.Cell(facts.user), Table.Cell(facts.operation), Table.Cell(model(call)), Table.Cell(facts.program),
      Table.Cell(facts.phase.rawValue, look: BudgetReport.look(facts.phase)),
      Table.Cell(call.entry.usage.map { mark + figures.input.text($0.input) } ?? "–"),
      Table.Cell(call.entry.usage.map { mark + figures.output.text($0.output) } ?? "–"),
      Table.Cell(
        call.reservedAtUnixMs.map { HumanNumber.duration(milliseconds: max(0, call.endedAtUnixMs - $0)) } ?? "–"),
      Table.Cell(charge(call)), Table.Cell(cost(call)), Table.Cell(outcome.text, look: outcome.look),
    ]
  }

  private func tokens(_ call: CallRecord) -> String {
    guard let usage = call.entry.usage else { return "–" }
    let all = (try? Amount.sum(usage.input, usage.output)) ?? .max
    return (usage.exactness == .estimated ? "~" : "") + HumanNumber.count(all)
  }

  private func charge(_ call: CallRecord) -> String { call.posted.map { figures.charge.text($0.tokens) } ?? "–" }

  /// The model; of a request that nobody can meter, where it went.
  private func model(_ call: CallRecord) -> String {
    guard let route = call.entry.route else { return call.facts.model ?? "unknown" }
    return "\(call.facts.provider ?? "unknown") \(route)"
  }

  private func cost(_ call: CallRecord) -> String {
    if call.entry.kind == .unmetered { return "unknown" }
    guard let posted = call.posted else { return "–" }
    let more = UsagePart.bound(call.entry.unpriced).mark
    return posted.costMicroUSD.map { figures.cost.text($0) + more } ?? "unknown"
  }

  /// `09:30:07` today, `11-24 09:30` before; with the offset where the clock shows it twice.
  static func when(_ unixMs: Int64, in zone: ZoneOffsets, nowUnixMs: Int64) -> String {
    let date = CivilTime.date(unixMs, in: zone)
    let mark = CivilTime.mark(unixMs, in: zone)
    if date == CivilTime.date(nowUnixMs, in: zone) { return CivilTime.clock(unixMs, in: zone) + mark }
    let isThisYear = date.prefix(4) == CivilTime.date(nowUnixMs, in: zone).prefix(4)
    return "\(isThisYear ? String(date.dropFirst(5)) : date) \(CivilTime.time(unixMs, in: zone))\(mark)"
  }
}
