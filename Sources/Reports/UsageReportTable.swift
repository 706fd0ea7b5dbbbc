import GuardModel
import Ledger
import Terminal

/// A report as a table.
extension UsageReport {
  /// The table for a terminal, with bars where there is room, a total, and what the numbers hold; exact values separated by
  /// tabs in a pipe.
  public func text(_ style: Style) -> String {
    guard style.isTerminal else { return exact.tabSeparated(style) }
    let (table, leftOut) = shown(style).fitting(style)
    // The notes say it of columns that are left out.
    return table.aligned(style, remedy: leftOut.isEmpty ? "--format csv has all" : nil) + notes(style, leftOut: leftOut)
  }

  /// RFC 4180.
  public var csv: String { exact.csv() }

  /// Markdown.
  public var markdown: String {
    let columns = shownColumns
    var table = Table(columns.map(\.column))
    for row in withTotal { table.add(columns.map { $0.cell(row) }) }
    return table.markdown()
  }

  private typealias Column = (column: Table.Column, cell: (Row) -> Table.Cell)

  private var withTotal: [Row] { rows.count > 1 ? rows + [total] : rows }

  private func shown(_ style: Style) -> Table {
    var columns = shownColumns
    if style.columns >= 120, total.sizes?.tokens.count ?? 0 > 0 { columns += percentiles }
    if style.columns >= 100, content.previous == nil || style.columns >= 140 { columns.append(share(style)) }
    var table = Table(columns.map(\.column))
    for row in withTotal { table.add(columns.map { $0.cell(row) }) }
    return table
  }

  /// What every table for people has.
  private var shownColumns: [Column] {
    columns + (content.previous == nil ? [] : comparison) + (total.sums.unmetered > 0 ? [unmetered] : [])
  }

  /// The usual columns.
  private var columns: [Column] {
    let names = content.groupings.enumerated().map { index, grouping -> Column in
      (
        Table.Column(grouping.title, key: grouping.rawValue, canShrink: !grouping.isTime),
        { Table.Cell($0.labels[index]) }
      )
    }
    return names + [
      number("Calls", "calls") { $0.sums.calls },
      (
        Table.Column("In", key: "input_tokens", isNumber: true, dispensability: 3),
        tokens { ($0.sums.exactInput, $0.sums.estimatedInput) }
      ),
      (
        Table.Column("Out", key: "output_tokens", isNumber: true, dispensability: 3),
        tokens { ($0.sums.exactOutput, $0.sums.estimatedOutput) }
      ),
      number("Charge", "charge_tokens") { $0.sums.chargeTokens },
      (
        Table.Column("Cost", key: "cost_micro_usd", isNumber: true, alignsPoints: true),
        { [figures = figures(.money) { $0.sums.costMicroUSD }] in
          Table.Cell(Self.cost($0.sums, figures), exact: String($0.sums.costMicroUSD))
        }
      ),
      number("Degraded", "degraded", .serious, dispensability: 2) { $0.sums.degraded },
      number("Refused", "refusals", .bad, dispensability: 1) { $0.sums.refusals },
    ]
  }

  /// Everything for programs, in an order that only grows at its end.
  private var exact: Table {
    var columns = columns
    columns += [
      number("Estimated in", "input_tokens_estimated") { $0.sums.estimatedInput },
      number("Estimated out", "output_tokens_estimated") { $0.sums.estimatedOutput },
      number("Unknown cost", "calls_of_unknown_cost") { $0.sums.callsOfUnknownCost },
      number("Retries", "retries") { $0.sums.retries },
      number("Surcharge", "surcharge_tokens") { $0.sums.surchargeTokens },
      number("Cached", "cached") { $0.sums.cached }, number("Saved", "saved_tokens") { $0.sums.savedTokens },
      number("Saved cost", "saved_micro_usd") { $0.sums.savedMicroUSD },
      number("Failed", "failed") { $0.sums.failed }, number("Overrun", "overrun_tokens") { $0.sums.overrunTokens },
    ]
    columns += percentiles
    columns.append(
      (
        Table.Column("Estimate error", key: "estimate_error_median", isNumber: true),
        { Table.Cell($0.sizes?.medianError?.text ?? "") }
      ))
    if content.previous != nil {
      columns.append(number("Before", "previous_\(content.unit.key)") { self.content.unit.amount($0.previous) })
    }
    columns += [
      unmetered, number("Cached in", "cached_input_tokens") { $0.sums.cachedInput },
      number("Cache write", "cache_write_tokens") { $0.sums.cacheWrite },
      number("For an hour", "cache_write_1h_tokens") { $0.sums.cacheWriteHour },
      number("Reasoning", "reasoning_tokens") { $0.sums.reasoning },
      number("Audio in", "audio_input_tokens") { $0.sums.audioInput },
      number("Audio out", "audio_output_tokens") { $0.sums.audioOutput },
      number("Tools", "tool_input_tokens") { $0.sums.toolInput },
      number("Searches", "web_searches") { $0.sums.webSearches },
    ]
    var table = Table(columns.map(\.column))
    for row in rows { table.add(columns.map { $0.cell(row) }) }
    return table
  }

  private var unmetered: Column { number("Unmetered", "unmetered", .warning) { $0.sums.unmetered } }

  private var percentiles: [Column] {
    [(50, "p50"), (95, "p95")].map { percent, name in
      (
        Table.Column(name, key: "tokens_per_call_\(name)", isNumber: true, dispensability: 4),
        { row in
          let value = row.sizes?.tokens.percentile(percent)
          return Table.Cell(value.map(HumanNumber.count) ?? "–", exact: value.map(String.init) ?? "")
        }
      )
    }
  }

  /// The earlier range's amount and the change since.
  private var comparison: [Column] {
    let unit = content.unit
    let figures = figures(unit == .money ? .money : .count) { unit.amount($0.previous) }
    return [
      (
        Table.Column("Before", key: "previous_\(unit.key)", isNumber: true),
        {
          Table.Cell(unit == .money ? Self.cost($0.previous, figures) : figures.text(unit.amount($0.previous)))
        }
      ),
      (
        Table.Column("Change", key: "change", isNumber: true),
        { Self.change(from: $0.previous, to: $0.sums, unit) }
      ),
    ]
  }

  /// The change, as far as it is known: what is known in part is the least that it was, and more than that has a `+`.
  private static func change(from before: UsageSums, to after: UsageSums, _ unit: UsageUnit) -> Table.Cell {
    let cell = change(from: unit.amount(before), to: unit.amount(after))
    if unit != .money || !isCostInPart(before) && !isCostInPart(after) { return cell }
    if isCostInPart(before) || after.costMicroUSD <= before.costMicroUSD { return Table.Cell("–", look: .dim) }
    return before.costMicroUSD == 0 ? cell : Table.Cell(cell.shown + "+", look: cell.look)
  }

  /// `+12 %`, `-40 %`, `3.1×`, `new`, `gone`.
  static func change(from before: Int64, to after: Int64) -> Table.Cell {
    if before == after { return Table.Cell("same", look: .dim) }
    if before <= 0 { return Table.Cell("new", look: .warning) }
    if after <= 0 { return Table.Cell("gone", look: .dim) }
    if after > before {
      if let times = FixedPoint(after, over: before), times.millionths >= 2_000_000 {
        let tenths = times.millionths / 100_000
        return Table.Cell(
          tenths >= 1000 || tenths % 10 == 0 ? "\(HumanNumber.count(tenths / 10))×" : "\(tenths / 10).\(tenths % 10)×",
          look: .bad)
      }
      let more = FixedPoint(after - before, over: before)?.percent ?? ""
      return Table.Cell("+" + more, look: .warning)
    }
    return Table.Cell("-" + (FixedPoint(before - after, over: before)?.percent ?? ""), look: .good)
  }

  private func share(_ style: Style) -> Column {
    let unit = content.unit
    let whole = unit.amount(total.sums)
    return (
      Table.Column("Share of \(unit.word)", key: "share_percent", dispensability: 5),
      { row in
        let percent = FixedPoint(unit.amount(row.sums), over: whole)?.wholePercent ?? 0
        return Table.Cell(Bar.text(percent: percent, columns: 16, isUnicode: style.isUnicode) + " \(percent) %")
      }
    )
  }

  private func number(
    _ title: String, _ key: String, _ look: Style.Look? = nil, dispensability: Int = 0,
    _ value: @escaping (Row) -> Int64
  ) -> Column {
    let figures = figures(.count, value)
    return (
      Table.Column(title, key: key, isNumber: true, dispensability: dispensability),
      { row in
        let value = value(row)
        return Table.Cell(figures.text(value), exact: String(value), look: value > 0 ? look : nil)
      }
    )
  }

  private func tokens(
    _ parts: @escaping (Row) -> (exact: Int64, estimated: Int64)
  ) -> (Row) -> Table.Cell {
    func all(_ row: Row) -> Int64 { (try? Amount.sum(parts(row).exact, parts(row).estimated)) ?? .max }
    let figures = figures(.count, all)
    return { row in
      let all = all(row)
      return Table.Cell((parts(row).estimated > 0 ? "~" : "") + figures.text(all), exact: String(all))
    }
  }

  /// How the figures of a column are written, so that they add up.
  private func figures(_ kind: AddedFigures.Kind, _ value: (Row) -> Int64) -> AddedFigures {
    AddedFigures(rows.map(value), total: value(total), kind)
  }

  /// What is known of the cost: a sum that leaves calls out has a `+`, and one that knows none is no zero.
  private static func cost(_ sums: UsageSums, _ figures: AddedFigures) -> String {
    let known = figures.text(sums.costMicroUSD)
    if !isCostInPart(sums) { return known }
    return sums.costMicroUSD == 0 ? "unknown" : known + "+"
  }

  private static func isCostInPart(_ sums: UsageSums) -> Bool { sums.callsOfUnknownCost > 0 || sums.unmetered > 0 }

  static func amount(_ value: Int64, _ unit: UsageUnit) -> String {
    unit == .money ? HumanNumber.money(microUSD: value) : HumanNumber.count(value)
  }
}
