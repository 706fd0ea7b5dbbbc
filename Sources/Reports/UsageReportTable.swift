import GuardModel
import Ledger
import Terminal

/// A report as a table.
extension UsageReport {
  /// The table for a terminal, with bars where there is room, a total, and what the numbers hold; exact values separated by
  /// tabs in a pipe.
  public func text(_ style: Style) -> String {
    guard style.isTerminal else {
      let exact = exact
      return Table(exact.map(\.column)).tabSeparated(style, rows.lazy.map { row in exact.map { $0.exact(row) } })
    }
    let (table, leftOut) = shown(style).fitting(style)
    // The notes say it of columns that are left out.
    return table.aligned(style, remedy: leftOut.isEmpty ? "--format csv has all" : nil) + notes(style, leftOut: leftOut)
  }

  /// RFC 4180.
  public var csv: String {
    let exact = exact
    return Table(exact.map(\.column)).csv(rows.lazy.map { row in exact.map { $0.exact(row) } })
  }

  /// Markdown.
  public var markdown: String {
    let columns = shownColumns
    return table(columns).markdown()
  }

  /// A column: what programs get of a row, and what people do. How a column's figures are written goes by all of them, so that
  /// is found when it is shown.
  private struct Column {
    let column: Table.Column
    let exact: (Row) -> String
    let shown: () -> (Row) -> Table.Cell

    init(
      _ column: Table.Column, exact: @escaping (Row) -> String = { _ in "" },
      shown: @escaping () -> (Row) -> Table.Cell
    ) { (self.column, self.exact, self.shown) = (column, exact, shown) }
  }

  private func table(_ columns: [Column]) -> Table {
    var table = Table(columns.map(\.column))
    let cells = columns.map { $0.shown() }
    for row in withTotal { table.add(cells.map { $0(row) }) }
    return table
  }

  private var withTotal: [Row] { rows.count > 1 ? rows + [total] : rows }

  private func shown(_ style: Style) -> Table {
    var columns = shownColumns
    if style.columns >= 120, total.sizes?.tokens.count ?? 0 > 0 { columns += percentiles }
    if style.columns >= 100, content.previous == nil || style.columns >= 140 { columns.append(share(style)) }
    return table(columns)
  }

  /// What every table for people has.
  private var shownColumns: [Column] {
    var columns = columns
    if let program { columns.insert(program, at: content.groupings.count) }
    return columns + (content.previous == nil ? [] : comparison) + (total.sums.unmetered > 0 ? [unmetered] : [])
  }

  /// Of what programs runs were; `nil` where rows are no runs, or name the program as it is.
  private var program: Column? {
    guard content.programs != nil else { return nil }
    return Column(
      Table.Column("Program", key: "program", canShrink: true), exact: { self.program(of: $0) ?? "" },
      shown: { { Table.Cell(self.program(of: $0) ?? "") } })
  }

  /// The usual columns.
  private var columns: [Column] {
    let names = content.groupings.enumerated().map { index, grouping -> Column in
      Column(
        Table.Column(grouping.title, key: grouping.rawValue, canShrink: !grouping.isTime),
        exact: { $0.labels[index] }, shown: { { Table.Cell($0.labels[index]) } })
    }
    return names + [
      number("Calls", "calls") { $0.sums.calls },
      tokens("In", "input_tokens") { ($0.sums.exactInput, $0.sums.estimatedInput) },
      tokens("Out", "output_tokens") { ($0.sums.exactOutput, $0.sums.estimatedOutput) },
      number("Charge", "charge_tokens") { $0.sums.chargeTokens },
      Column(
        Table.Column("Cost", key: "cost_micro_usd", isNumber: true, alignsPoints: true),
        exact: { String($0.sums.costMicroUSD) },
        shown: {
          let figures = figures(.money) { $0.sums.costMicroUSD }
          return { Table.Cell(Self.cost($0.sums, figures)) }
        }),
      number("Degraded", "degraded", .serious, dispensability: 2) { $0.sums.degraded },
      number("Refused", "refusals", .bad, dispensability: 1) { $0.sums.refusals },
    ]
  }

  /// Everything for programs, in an order that only grows at its end.
  private var exact: [Column] {
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
      Column(
        Table.Column("Estimate error", key: "estimate_error_median", isNumber: true),
        exact: { $0.sizes?.medianError?.text ?? "" }, shown: { { Table.Cell($0.sizes?.medianError?.text ?? "") } }))
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
    columns += [
      number("At most", "calls_of_cost_at_most") { $0.sums.callsOfCostAtMost },
      number("About", "calls_of_cost_about") { $0.sums.callsOfCostAbout },
    ]
    if let program { columns.append(program) }
    return columns
  }

  private var unmetered: Column { number("Unmetered", "unmetered", .warning) { $0.sums.unmetered } }

  private var percentiles: [Column] {
    [(50, "p50"), (95, "p95")].map { percent, name in
      Column(
        Table.Column(name, key: "tokens_per_call_\(name)", isNumber: true, dispensability: 4),
        exact: { $0.sizes?.tokens.percentile(percent).map { String($0) } ?? "" },
        shown: { { Table.Cell($0.sizes?.tokens.percentile(percent).map(HumanNumber.count) ?? "–") } })
    }
  }

  /// The earlier range's amount and the change since.
  private var comparison: [Column] {
    let unit = content.unit
    return [
      Column(
        Table.Column("Before", key: "previous_\(unit.key)", isNumber: true),
        shown: {
          let figures = figures(unit == .money ? .money : .count) { unit.amount($0.previous) }
          return {
            Table.Cell(unit == .money ? Self.cost($0.previous, figures) : figures.text(unit.amount($0.previous)))
          }
        }),
      Column(
        Table.Column("Change", key: "change", isNumber: true),
        shown: { { Self.change(from: $0.previous, to: $0.sums, unit) } }),
    ]
  }

  /// The change, as far as it is known: the least that it was, and what may have been more has a `+`. That is known of what rose
  /// from no more than something to no less than it, and of what fell from just as much to no more.
  private static func change(from before: UsageSums, to after: UsageSums, _ unit: UsageUnit) -> Table.Cell {
    let cell = change(from: unit.amount(before), to: unit.amount(after))
    let (old, new) = (before.costBound, after.costBound)
    if unit != .money || old == .exact && new == .exact { return cell }
    let isRise = after.costMicroUSD > before.costMicroUSD && !old.mayBeMore && !new.mayBeLess
    let isFall = after.costMicroUSD < before.costMicroUSD && old == .exact && new == .atMost
    if !isRise && !isFall { return Table.Cell("–", look: .dim) }
    let isWhole = isRise ? before.costMicroUSD == 0 : after.costMicroUSD == 0
    return isWhole ? cell : Table.Cell(cell.shown + "+", look: cell.look)
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
    return Column(
      Table.Column("Share of \(unit.word)", key: "share_percent", dispensability: 5),
      shown: {
        // The total stands below the rows.
        let shares = AddedShares(rows.map { unit.amount($0.sums) }, of: whole)
        let all = AddedShares([whole], of: whole)
        var next = 0
        return { _ in
          let (one, place) = next < rows.count ? (shares, next) : (all, 0)
          next += 1
          return Table.Cell(
            Bar.text(percent: one.percent(place), columns: 16, isUnicode: style.isUnicode) + " " + one.text(place))
        }
      })
  }

  private func number(
    _ title: String, _ key: String, _ look: Style.Look? = nil, dispensability: Int = 0,
    _ value: @escaping (Row) -> Int64
  ) -> Column {
    Column(
      Table.Column(title, key: key, isNumber: true, dispensability: dispensability), exact: { String(value($0)) },
      shown: {
        let figures = figures(.count, value)
        return { Table.Cell(figures.text(value($0)), look: value($0) > 0 ? look : nil) }
      })
  }

  private func tokens(
    _ title: String, _ key: String, _ parts: @escaping (Row) -> (exact: Int64, estimated: Int64)
  ) -> Column {
    func all(_ row: Row) -> Int64 { (try? Amount.sum(parts(row).exact, parts(row).estimated)) ?? .max }
    return Column(
      Table.Column(title, key: key, isNumber: true, dispensability: 3), exact: { String(all($0)) },
      shown: {
        let figures = figures(.count, all)
        return { Table.Cell((parts($0).estimated > 0 ? "~" : "") + figures.text(all($0))) }
      })
  }

  /// How the figures of a column are written, so that they add up.
  private func figures(_ kind: AddedFigures.Kind, _ value: (Row) -> Int64) -> AddedFigures {
    AddedFigures(rows.map(value), total: value(total), kind)
  }

  /// What is known of the cost: a sum that leaves prices out has a `+`, one that leaves discounts out a `-`, and one that knows
  /// nothing is no zero.
  private static func cost(_ sums: UsageSums, _ figures: AddedFigures) -> String {
    let bound = sums.costBound
    if sums.costMicroUSD == 0, bound.mayBeMore { return "unknown" }
    return figures.text(sums.costMicroUSD) + bound.mark
  }

  static func amount(_ value: Int64, _ unit: UsageUnit) -> String {
    unit == .money ? HumanNumber.money(microUSD: value) : HumanNumber.count(value)
  }
}
