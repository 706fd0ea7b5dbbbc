import Guard
import GuardModel
import Terminal
import TextFormats

/// What policies did to the same calls, side by side.
struct SimulationReport {
  let policies: [(name: String, outcome: PolicyOutcome)]
  let calls: Int64
  let source: String
  let assumedCachePercent: Int64
  /// How many of the ledger's calls had gone out degraded.
  let degradedInPast: Int64

  /// Groups in order, each with every policy's tally; the total last.
  private var rows: [(tier: String, operation: String, policy: String, tally: PolicyTally, overruns: Overruns)] {
    var groups: [PolicyOutcome.Group] = []
    for (_, outcome) in policies {
      for (group, _) in outcome.groups where !groups.contains(group) { groups.append(group) }
    }
    groups.sort { ($0.tier, $0.operation) < ($1.tier, $1.operation) }
    var rows: [(String, String, String, PolicyTally, Overruns)] = []
    for group in groups {
      for (name, outcome) in policies {
        let tally = outcome.groups.first { $0.group == group }?.tally ?? PolicyTally()
        rows.append((group.tier, group.operation, name, tally, outcome.overruns(of: group)))
      }
    }
    return rows + policies.map { ("total", "", $0.name, $0.outcome.total, $0.outcome.overruns) }
  }

  private typealias Overruns = [BudgetUnit: PolicyOverrun]

  /// The table, and what it rests on.
  func text(_ style: Style) -> String {
    var table = Table([
      Table.Column("Tier", key: "tier", canShrink: true), Table.Column("Operation", key: "operation", canShrink: true),
      Table.Column("Policy", key: "policy", canShrink: true), Table.Column("Calls", key: "calls", isNumber: true),
      Table.Column("Refused", key: "refused", isNumber: true),
      Table.Column("Degraded", key: "degraded", isNumber: true, dispensability: 1),
      Table.Column("Queued", key: "queued", isNumber: true, dispensability: 5),
      Table.Column("Wait 50 %", key: "wait_p50_ms", isNumber: true, dispensability: 6),
      Table.Column("Wait 95 %", key: "wait_p95_ms", isNumber: true, dispensability: 6),
      Table.Column("Surcharge", key: "surcharge_tokens", isNumber: true, dispensability: 4),
      Table.Column("Cached", key: "cached", isNumber: true, dispensability: 3),
      Table.Column("Tokens", key: "tokens", isNumber: true, dispensability: 2),
      Table.Column("Charge", key: "charge_tokens", isNumber: true),
      Table.Column("Cost", key: "cost_micro_usd", isNumber: true, alignsPoints: true),
      Table.Column("Beyond", key: "overrun_permille", isNumber: true),
    ])
    let rows = rows
    for row in rows {
      // What one policy came to adds up, for people, to its own total.
      func figure(_ kind: AddedFigures.Kind, _ value: (PolicyTally) -> Int64) -> String {
        guard style.isTerminal else { return "" }
        let column = rows.filter { $0.policy == row.policy }.map { value($0.tally) }
        return AddedFigures(column.dropLast(), total: column.last ?? 0, kind).text(value(row.tally))
      }
      func count(_ value: (PolicyTally) -> Int64) -> Table.Cell {
        Table.Cell(figure(.count, value), exact: String(value(row.tally)))
      }
      func wait(_ percentile: Int) -> Table.Cell {
        let ms = row.tally.waitMs(percentile: percentile)
        return Table.Cell(ms == 0 ? "–" : HumanNumber.duration(milliseconds: ms), exact: String(ms))
      }
      let beyond = row.overruns.values.map(\.permille).max() ?? 0
      table.add([
        Table.Cell(row.tier), Table.Cell(row.operation), Table.Cell(row.policy), count(\.calls),
        count(\.refused), count(\.degraded), count(\.queued), wait(50), wait(95), count(\.surchargeTokens),
        count(\.cached), count(\.tokens), count(\.chargeTokens),
        Table.Cell(
          row.tally.costMicroUSD == 0 && row.tally.costBound.mayBeMore
            ? "unknown" : figure(.money, \.costMicroUSD) + row.tally.costBound.mark,
          exact: String(row.tally.costMicroUSD)),
        Table.Cell("\(beyond / 10).\(beyond % 10) %", exact: String(beyond)),
      ])
    }
    if !style.isTerminal { return table.tabSeparated(style) }
    let note =
      "\(HumanNumber.counted(calls, "call")) of the \(source); \(assumedCachePercent) % of retries taken to be cached; "
      + "beyond: used above the budgets that apply, in percent of them"
      + (degradedInPast == 0
        ? ""
        : "; \(HumanNumber.counted(degradedInPast, "call")) went out degraded, and what maximum they had asked for is not kept: "
          + "usage report may have more degraded and another cost than current")
    return table.aligned(style, remedy: "--json has all") + "\n"
      + TerminalText.paragraph(note, style).map { $0 + "\n" }.joined()
  }

  /// One object.
  var json: JSONValue {
    [
      "schema": 1, "source": .string(source), "calls": .int(calls), "assumed_cached_percent": .int(assumedCachePercent),
      "policies": .array(
        policies.map { name, outcome in
          [
            "policy": .string(name), "total": Self.json(outcome.total),
            "groups": .array(
              outcome.groups.map { group, tally in
                [
                  "tier": .string(group.tier), "operation": .string(group.operation), "sums": Self.json(tally),
                  "overruns": Self.json(outcome.overruns(of: group)),
                ]
              }),
            "overruns": Self.json(outcome.overruns),
          ]
        }),
    ]
  }

  private static func json(_ overruns: Overruns) -> JSONValue {
    .array(
      BudgetUnit.allCases.compactMap { unit in
        overruns[unit].map { overrun in
          [
            "unit": .string(unit == .money ? "micro_usd" : unit.rawValue), "beyond": .int(overrun.beyond),
            "limits": .int(overrun.limits), "permille": .int(overrun.permille),
            "worst_permille": .int(overrun.worstPermille),
          ]
        }
      })
  }

  private static func json(_ tally: PolicyTally) -> JSONValue {
    [
      "calls": .int(tally.calls), "refused": .int(tally.refused), "refused_by_budget": .int(tally.refusedByBudget),
      "refused_by_queue": .int(tally.refusedByQueue), "refused_otherwise": .int(tally.refusedOtherwise),
      "refused_by_unknown_price": .int(tally.refusedByPrice),
      "degraded": .int(tally.degraded), "queued": .int(tally.queued), "wait_p50_ms": .int(tally.waitMs(percentile: 50)),
      "wait_p95_ms": .int(tally.waitMs(percentile: 95)), "surcharged": .int(tally.surcharged),
      "surcharge_tokens": .int(tally.surchargeTokens), "cached": .int(tally.cached), "tokens": .int(tally.tokens),
      "charge_tokens": .int(tally.chargeTokens), "cost_micro_usd": .int(tally.costMicroUSD),
      "calls_of_unknown_cost": .int(tally.callsOfUnknownCost),
      "calls_of_cost_at_most": .int(tally.callsOfCostAtMost), "calls_of_cost_about": .int(tally.callsOfCostAbout),
      "cost_bound": .string(tally.costBound.rawValue),
    ]
  }
}
