import Guard
import GuardModel
import Terminal
import TextFormats

/// A forecast for people and for programs.
struct ForecastReport {
  let forecast: Forecast
  let user: String
  let script: String?
  let operation: String?
  /// How many runs there were besides that were answered from the cache alone.
  var cachedRuns = 0
  let nowUnixMs: Int64
  let zone: ZoneOffsets

  /// Lines of a name and what there is to say.
  func text(_ style: Style) -> String {
    let announcement = Announcement(nowUnixMs: nowUnixMs)
    var lines: [(String, String)] = []
    if script != nil || operation != nil {
      let what = TerminalText.safe(script ?? operation.map { "operation \($0)" } ?? "")
      lines.append(("runs", "\(forecast.runs + cachedRuns) of \(what) by \(user)\(hindered)\(cached)"))
      if let tokens = forecast.next[.tokens] {
        lines.append(("next run", range(tokens, .tokens) + " tokens" + basis(tokens) + trend(tokens)))
        if let money = forecast.next[.money], money.p90 > 0 { lines.append(("", range(money, .money))) }
        if let calls = forecast.next[.calls] { lines.append(("", range(calls, .calls))) }
      } else {
        lines.append(("next run", "not enough history: \(lack)"))
      }
      switch forecast.fits {
      case true?: lines.append(("fits", style.apply(.good, "yes")))
      case false?: lines.append(("fits", style.apply(.bad, "no") + reasons(announcement)))
      case nil: lines.append(("fits", "nobody can tell yet"))
      }
    }
    if isPaused { lines.append(("budget", "none: all calls are paused")) }
    for budget in forecast.budgets where !budget.state.budget.isPause {
      let state = budget.state
      lines.append(("budget", "\(state.budget.key.label): \(announcement.use(of: state))"))
      lines.append(("", exhaustion(budget)))
    }
    // How many calls fit without the pause says nothing to whoever may make none.
    for outlook in forecast.operations where !isPaused {
      lines.append(
        (
          "operation",
          "\(outlook.operation): \(more(outlook)) (\(outlook.budget.label); from \(outlook.call.count) \(outlook.call.count == 1 ? "call" : "calls")\(holding(outlook)))"
        ))
    }
    return FactList.text(lines, style)
  }

  private var isPaused: Bool { forecast.budgets.contains(where: \.state.budget.isPause) }

  /// `12–15 more calls`; where calls go out degraded after them: `12–15 more calls as asked, then about 3 degraded ones`.
  private func more(_ outlook: Forecast.OperationOutlook) -> String {
    let (least, most) = (HumanNumber.count(outlook.atLeast), HumanNumber.count(outlook.about))
    let calls = "\(least == most ? most : "\(least)–\(most)") more \(outlook.about == 1 ? "call" : "calls")"
    guard outlook.degraded > 0 else {
      return outlook.about == 0 && outlook.hasRoom ? calls + ", though smaller or degraded ones may go out" : calls
    }
    let ones = outlook.degraded == 1 ? "one" : "ones"
    return calls + " as asked, then about \(HumanNumber.count(outlook.degraded)) degraded \(ones)"
  }

  /// What was in the way of the runs that are known.
  private var hindered: String {
    let inPart = forecast.hinderedRuns - forecast.refusedRuns
    var text = inPart > 0 ? ", \(inPart) of them refused or degraded in part" : ""
    if forecast.refusedRuns > 0 {
      text +=
        ", \(forecast.refusedRuns) \(inPart == 0 ? "of them" : forecast.refusedRuns == 1 ? "other" : "others") wholly refused, and not counted"
    }
    return text
  }

  /// What took nothing, and tells nothing of what a run takes that has to ask.
  private var cached: String {
    guard cachedRuns > 0 else { return "" }
    let which = cachedRuns == 1 && forecast.runs == 0 ? "answered" : "\(cachedRuns) of them answered"
    return ", \(which) from the cache, and not counted"
  }

  /// How many runs there are, and how many it takes.
  var lack: String {
    let runs = HumanNumber.counted(Int64(forecast.runs - forecast.refusedRuns), "run")
    let isPart = forecast.refusedRuns > 0 || cachedRuns > 0
    return "\(runs)\(isPart ? " that went out" : ""), \(UseRange.minimumCount) are needed"
  }

  /// What a call needs, where that is not what it takes in the end.
  private func holding(_ outlook: Forecast.OperationOutlook) -> String {
    guard outlook.hold.p90 > outlook.call.p90 else { return "" }
    return
      "; nine of ten took up to \(exact(outlook.call.p90, outlook)), and held up to \(exact(outlook.hold.p90, outlook))"
  }

  private func exact(_ amount: Int64, _ outlook: Forecast.OperationOutlook) -> String {
    Announcement(nowUnixMs: nowUnixMs).exact(amount, outlook.budget.unit)
  }

  private func range(_ range: UseRange, _ unit: BudgetUnit) -> String {
    let announcement = Announcement(nowUnixMs: nowUnixMs)
    let (half, most) = (announcement.amount(range.p50, unit), announcement.amount(range.p90, unit))
    return half == most ? half : "\(half)–\(most)"
  }

  /// What the two ends of a range stand for.
  private func basis(_ range: UseRange) -> String {
    range.p50 == range.p90
      ? " (half of the runs, and nine of ten, took no more)"
      : " (half of such runs take no more than the first, nine of ten no more than the second)"
  }

  private func trend(_ range: UseRange) -> String {
    guard let trend = range.trendPermille, trend / 10 != 0 else { return "" }
    return trend > 0 ? ", rising \(trend / 10) % a run" : ", falling \(-trend / 10) % a run"
  }

  private func reasons(_ announcement: Announcement) -> String {
    if isPaused { return ": all calls of \(user) are paused" }
    let tight = forecast.budgets.filter { $0.fits == false }.map { budget in
      let unit = budget.state.budget.limit.unit
      if budget.nextRun == nil {
        return "nothing is left of the \(budget.state.budget.key.label)\(Announcement.beforeDegrading(budget.state))"
      }
      let held = max(budget.peak?.p90 ?? 0, budget.nextRun?.p90 ?? 0)
      return
        "the \(budget.state.budget.key.label) has \(announcement.leftAsAsked(budget.state)), and nine of "
        + "ten runs have up to \(announcement.exact(held, unit)) used and held at once"
    }
    return ": " + tight.joined(separator: ", ")
  }

  private func exhaustion(_ budget: Forecast.BudgetOutlook) -> String {
    func time(_ instant: Int64) -> String {
      let day = TimeText.date(instant, in: zone) == TimeText.date(nowUnixMs, in: zone)
      return (day ? "" : TimeText.date(instant, in: zone) + " ") + TimeText.time(instant, in: zone)
    }
    // Bare midnight is its day.
    func beginning(_ instant: Int64) -> String {
      let text = time(instant)
      return text.hasSuffix(" 00:00") ? String(text.dropLast(6)) : text
    }
    let rate = ", at the rate since \(beginning(budget.sinceUnixMs ?? nowUnixMs))"
    switch budget.exhaustion {
    case .now: return "has run out"
    case .between(let earliest, let expected, let latest):
      let about = "runs out about \(time(expected))"
      guard let latest else { return about + " (\(time(earliest)) or later, perhaps not in this window)" + rate }
      return about + (time(earliest) == time(latest) ? "" : " (\(time(earliest))–\(time(latest)))") + rate
    case .notInThisWindow: return "lasts to the end of its window" + rate
    case .unknown: return "too little was used to tell how long it lasts, or in too short a time"
    }
  }

  /// One object.
  var json: JSONValue {
    var object = JSONObject()
    object["schema"] = 1
    object["user"] = .string(user)
    object["script"] = .string(orNull: script)
    object["operation"] = .string(orNull: operation)
    object["runs"] = .int(Int64(forecast.runs + cachedRuns))
    object["cached_runs"] = .int(Int64(cachedRuns))
    object["hindered_runs"] = .int(Int64(forecast.hinderedRuns))
    object["refused_runs"] = .int(Int64(forecast.refusedRuns))
    object["runs_needed"] = .int(Int64(UseRange.minimumCount))
    object["fits"] = forecast.fits.map { .bool($0) } ?? .null
    object["next_run"] = .object(
      JSONObject(
        BudgetUnit.allCases.compactMap { unit in forecast.next[unit].map { (Self.name(unit), Self.json($0)) } }))
    object["budgets"] = .array(forecast.budgets.map(json))
    object["operations"] = .array(
      forecast.operations.map { outlook in
        [
          "operation": .string(outlook.operation),
          "budget": .string(isPaused ? Budget.pauseOrigin : outlook.budget.label),
          "call": Self.json(outlook.call), "hold": Self.json(outlook.hold),
          "more_calls_at_least": .int(outlook.atLeast), "more_calls_about": .int(outlook.about),
          "more_calls_degraded": .int(outlook.degraded),
        ]
      })
    return .object(object)
  }

  private static func name(_ unit: BudgetUnit) -> String { unit == .money ? "micro_usd" : unit.rawValue }

  private static func json(_ range: UseRange) -> JSONValue {
    [
      "p50": .int(range.p50), "p90": .int(range.p90), "rests_on": .int(Int64(range.count)),
      "trend_permille": .int(range.trendPermille),
    ]
  }

  private func json(_ budget: Forecast.BudgetOutlook) -> JSONValue {
    var exhaustion = JSONObject()
    if budget.exhaustion != .now { exhaustion["since_unix_ms"] = .int(budget.sinceUnixMs) }
    switch budget.exhaustion {
    case .now: exhaustion["state"] = "exhausted"
    case .notInThisWindow: exhaustion["state"] = "lasts"
    case .unknown: exhaustion["state"] = "unknown"
    case .between(let earliest, let expected, let latest):
      exhaustion["state"] = "runs_out"
      exhaustion["earliest_unix_ms"] = .int(earliest)
      exhaustion["expected_unix_ms"] = .int(expected)
      exhaustion["latest_unix_ms"] = .int(latest)
    }
    return [
      "budget": Receipt.budget(budget.state), "fits": budget.fits.map { .bool($0) } ?? .null,
      "next_run": budget.nextRun.map(Self.json) ?? .null, "peak": budget.peak.map(Self.json) ?? .null,
      "exhaustion": .object(exhaustion),
    ]
  }
}
