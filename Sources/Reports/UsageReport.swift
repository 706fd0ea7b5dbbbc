import GuardModel
import Ledger
import Terminal
import TextFormats

/// Who spent what on what: sums of calls in groups, as a table or as JSON.
public struct UsageReport: Sendable {
  /// What calls are grouped by.
  public enum Grouping: String, Hashable, Sendable, CaseIterable {
    /// By user.
    case user
    /// By operation.
    case operation
    /// By model.
    case model
    /// By day, in a time zone.
    case day
    /// By hour, in a time zone.
    case hour
    /// By run.
    case run
    /// By tier.
    case tier
    /// By phase.
    case phase

    /// The dimension the ledger groups by.
    public var dimension: UsageDimension {
      switch self {
      case .user: .user
      case .operation: .operation
      case .model: .model
      case .day, .hour: .quarterHour
      case .run: .run
      case .tier: .tier
      case .phase: .phase
      }
    }
  }

  private let grouping: Grouping
  private let rows: [(label: String, sums: UsageSums)]
  private let total: UsageSums
  private let since: String?
  private let until: String?

  /// Makes a report of a query's rows.
  ///
  /// - Parameters:
  ///   - rows: rows grouped by the grouping's dimension.
  ///   - label: the label of a quarter hour, for days and hours.
  ///   - since: the beginning of the range, for the record.
  ///   - until: its end.
  /// - Throws: `AmountOverflow` when a sum does not fit.
  public init(
    grouping: Grouping, rows: [UsageRow], since: String?, until: String?, label: (Int64) -> String
  ) throws(AmountOverflow) {
    self.grouping = grouping
    self.since = since
    self.until = until
    var order: [String] = []
    var sums: [String: UsageSums] = [:]
    var total = UsageSums()
    for row in rows {
      let key = row.group.first ?? ""
      let name = grouping == .day || grouping == .hour ? label(Int64(key) ?? 0) : key.isEmpty ? "(unknown)" : key
      if sums[name] == nil { order.append(name) }
      try sums[name, default: UsageSums()].add(row.sums)
      try total.add(row.sums)
    }
    let inTime = grouping == .day || grouping == .hour
    self.rows = order.map { ($0, sums[$0] ?? UsageSums()) }.sorted { a, b in
      inTime ? a.0 < b.0 : a.1.chargeTokens != b.1.chargeTokens ? a.1.chargeTokens > b.1.chargeTokens : a.0 < b.0
    }
    self.total = total
  }

  /// Whether nothing was called or refused.
  public var isEmpty: Bool { rows.isEmpty }

  /// The table for a terminal, with bars where there is room, and a total.
  public func text(_ style: Style) -> String {
    guard style.isTerminal else { return table(.details).tabSeparated() }
    return table(style.columns >= 100 ? .share(style) : .nothing, withTotal: rows.count > 1).aligned(style) + footnotes
  }

  /// RFC 4180.
  public var csv: String { table(.details).csv() }

  /// Markdown.
  public var markdown: String { table(.nothing, withTotal: rows.count > 1).markdown() }

  /// One object.
  public var json: JSONValue {
    var object = JSONObject()
    object["schema"] = 1
    object["group_by"] = .string(grouping.rawValue)
    object["since"] = .string(orNull: since)
    object["until"] = .string(orNull: until)
    object["rows"] = .array(
      rows.map { row in
        var members = JSONObject([(grouping.rawValue, .string(row.label))])
        for (key, value) in Self.members(row.sums) { members[key] = .int(value) }
        return .object(members)
      })
    object["total"] = .object(JSONObject(Self.members(total).map { ($0, .int($1)) }))
    return .object(object)
  }

  static func members(_ sums: UsageSums) -> [(String, Int64)] {
    [
      ("calls", sums.calls), ("input_tokens_exact", sums.exactInput), ("input_tokens_estimated", sums.estimatedInput),
      ("output_tokens_exact", sums.exactOutput), ("output_tokens_estimated", sums.estimatedOutput),
      ("charge_tokens", sums.chargeTokens), ("cost_micro_usd", sums.costMicroUSD),
      ("calls_of_unknown_cost", sums.callsOfUnknownCost), ("refusals", sums.refusals), ("degraded", sums.degraded),
      ("failed", sums.failed), ("overrun_tokens", sums.overrunTokens), ("retries", sums.retries),
      ("surcharge_tokens", sums.surchargeTokens), ("cached", sums.cached), ("saved_tokens", sums.savedTokens),
      ("saved_micro_usd", sums.savedMicroUSD),
    ]
  }

  private var footnotes: String {
    var notes: [String] = []
    if total.estimatedInput > 0 || total.estimatedOutput > 0 {
      notes.append("~ holds tokens that llmguard counted itself; without it the provider counted them all")
    }
    if total.callsOfUnknownCost > 0 {
      let calls = total.callsOfUnknownCost == 1 ? "1 call" : "\(total.callsOfUnknownCost) calls"
      notes.append("the price of \(calls) is unknown, and not in the cost")
    }
    if total.surchargeTokens > 0 {
      notes.append(
        "\(HumanNumber.count(total.surchargeTokens)) tokens of the charge are for asking the same again "
          + "(\(HumanNumber.count(total.retries)) retries)")
    }
    if total.cached > 0 {
      let calls = total.cached == 1 ? "1 call was" : "\(HumanNumber.count(total.cached)) calls were"
      notes.append(
        "\(calls) answered from the cache, which saved \(HumanNumber.count(total.savedTokens)) tokens"
          + (total.savedMicroUSD > 0 ? " (\(HumanNumber.money(microUSD: total.savedMicroUSD)))" : ""))
    }
    return notes.isEmpty ? "" : "\n" + notes.map { $0 + "\n" }.joined()
  }

  /// The columns after the usual ones.
  private enum Extra {
    /// None.
    case nothing
    /// What a person sees from marks and footnotes.
    case details
    /// A bar.
    case share(Style)
  }

  private func table(_ extra: Extra, withTotal: Bool = false) -> Table {
    var columns = [
      Table.Column(
        grouping.rawValue.prefix(1).uppercased() + grouping.rawValue.dropFirst(), key: grouping.rawValue,
        canShrink: true),
      Table.Column("Calls", key: "calls", isNumber: true), Table.Column("In", key: "input_tokens", isNumber: true),
      Table.Column("Out", key: "output_tokens", isNumber: true),
      Table.Column("Charge", key: "charge_tokens", isNumber: true),
      Table.Column("Cost", key: "cost_micro_usd", isNumber: true),
      Table.Column("Degraded", key: "degraded", isNumber: true),
      Table.Column("Refused", key: "refusals", isNumber: true),
    ]
    switch extra {
    case .nothing: break
    case .share: columns.append(Table.Column("Share of charge", key: "share_percent"))
    case .details:
      columns += [
        Table.Column("Estimated in", key: "input_tokens_estimated", isNumber: true),
        Table.Column("Estimated out", key: "output_tokens_estimated", isNumber: true),
        Table.Column("Unknown cost", key: "calls_of_unknown_cost", isNumber: true),
        Table.Column("Retries", key: "retries", isNumber: true),
        Table.Column("Surcharge", key: "surcharge_tokens", isNumber: true),
        Table.Column("Cached", key: "cached", isNumber: true),
        Table.Column("Saved", key: "saved_tokens", isNumber: true),
        Table.Column("Saved cost", key: "saved_micro_usd", isNumber: true),
      ]
    }
    var table = Table(columns)
    for row in rows { table.add(cells(row.label, row.sums) + cells(of: extra, row.sums)) }
    if withTotal { table.add(cells("total", total) + cells(of: extra, total)) }
    return table
  }

  private func number(_ value: Int64, _ look: Style.Look? = nil) -> Table.Cell {
    Table.Cell(HumanNumber.count(value), exact: String(value), look: value > 0 ? look : nil)
  }

  private func cells(_ label: String, _ sums: UsageSums) -> [Table.Cell] {
    func tokens(_ exact: Int64, _ estimated: Int64) -> Table.Cell {
      let all = (try? Amount.sum(exact, estimated)) ?? .max
      return Table.Cell((estimated > 0 ? "~" : "") + HumanNumber.count(all), exact: String(all))
    }
    return [
      Table.Cell(label), number(sums.calls), tokens(sums.exactInput, sums.estimatedInput),
      tokens(sums.exactOutput, sums.estimatedOutput), number(sums.chargeTokens),
      Table.Cell(cost(sums), exact: String(sums.costMicroUSD)), number(sums.degraded, .serious),
      number(sums.refusals, .bad),
    ]
  }

  /// What is known of the cost: a sum that leaves calls out has a `+`, and one that knows none is no zero.
  private func cost(_ sums: UsageSums) -> String {
    let known = HumanNumber.money(microUSD: sums.costMicroUSD)
    if sums.callsOfUnknownCost == 0 { return known }
    return sums.costMicroUSD == 0 ? "unknown" : known + "+"
  }

  private func cells(of extra: Extra, _ sums: UsageSums) -> [Table.Cell] {
    switch extra {
    case .nothing: return []
    case .details:
      return [
        number(sums.estimatedInput), number(sums.estimatedOutput), number(sums.callsOfUnknownCost),
        number(sums.retries), number(sums.surchargeTokens), number(sums.cached), number(sums.savedTokens),
        number(sums.savedMicroUSD),
      ]
    case .share(let style):
      let percent =
        total.chargeTokens > 0 ? (try? Amount.scaledDown(sums.chargeTokens, by: 100, over: total.chargeTokens)) ?? 0 : 0
      return [Table.Cell(Bar.text(percent: percent, columns: 16, isUnicode: style.isUnicode) + " \(percent) %")]
    }
  }
}
