import CommandSpec
import Gateway
import Guard
import GuardModel
import Posix
import Reports
import TextFormats

/// The record of one run for programs.
enum Receipt {
  /// What would happen, or what was decided.
  ///
  /// - Parameters:
  ///   - calls: what was seen of the command's calls, where they passed a gateway.
  ///   - cached: the answer from the cache that was given in place of the command's.
  ///   - refusal: what is said of a refused call, and what to do about it.
  static func json(
    _ plan: Plan, settled: Settled?, status: ChildStatus?, isDryRun: Bool, calls: GatewaySummary? = nil,
    cached: CachedAnswer? = nil, refusal: (message: String, hint: String)? = nil
  ) -> JSONValue {
    let shape = plan.shape
    var object = JSONObject()
    object["schema"] = 1
    object["run"] = .string(plan.request.run)
    object["user"] = .string(plan.request.user)
    object["tier"] = .string(plan.tier)
    object["operation"] = .string(plan.request.operation)
    switch plan.request.operationBasis {
    case .stated: object["operation_basis"] = "stated"
    case .rule(let place):
      object["operation_basis"] = "rule"
      object["operation_rule"] = .string(place)
    // What is metered by its text has no endpoint: its client stands for it.
    case .endpoint: object["operation_basis"] = "client"
    case .standard: object["operation_basis"] = "default"
    }
    object["program"] = .string(plan.request.program)
    object["dry_run"] = .bool(isDryRun)
    let isRefused = plan.refusal != nil || refusal != nil
    object["decision"] = .string(
      cached != nil ? "cached" : isRefused ? "refused" : plan.degradation != nil ? "degraded" : "admitted")
    object["message"] = .string(orNull: refusal.map { Announcement.unmarked($0.message) })
    object["hint"] = .string(orNull: refusal?.hint)
    if isDryRun { object["fits"] = .bool(!isRefused) }
    object["phase"] = .string(plan.phase.rawValue)
    object["requested_model"] = .string(orNull: plan.request.model)
    object["model"] = .string(orNull: shape.model)
    object["max_tokens"] = .int(shape.maxOutputTokens)
    switch plan.cap {
    case .tokens(let most): object["max_tokens_per_call"] = .int(most)
    case .cost(let most): object["max_cost_per_call_micro_usd"] = .int(most)
    case nil: break
    }
    object["delay_ms"] = .int(plan.degradation?.delayMs ?? 0)
    object["skipped_models"] = SkippedRung.json(plan.skipped)
    object["estimate"] = [
      "input_tokens": .int(shape.inputTokens), "output_tokens": .int(shape.outputTokens),
      "output_basis": .string(shape.outputBasis.rawValue), "charge_tokens": .int(shape.charge.tokens),
      "cost_micro_usd": .int(shape.charge.costMicroUSD),
      "price": .string(orNull: shape.priceStamp), "asked_charge_tokens": .int(plan.asked.tokens),
      "asked_cost_micro_usd": .int(plan.asked.costMicroUSD),
    ]
    if let attempt = plan.attempt {
      object["attempt"] = .int(attempt)
      object["retry_multiplier"] = .string(shape.retryMultiplier.description)
    }
    if let cached {
      object["cache"] = [
        "tier": .string(cached.finding.tier.rawValue), "entry": .int(cached.finding.entry.id),
        "answer": .string(cached.name),
        "age_seconds": .int(cached.ageMs / 1000), "likeness_thousandths": .int(cached.finding.likeness),
        "saved_tokens": .int(cached.saved.tokens), "saved_micro_usd": .int(cached.saved.costMicroUSD),
        "charge_tokens": .int(cached.charge.tokens), "ledger_entry": .int(cached.entry),
      ]
    }
    if let settled {
      object["settlement"] = [
        "exactness": .string(settled.usage.exactness.rawValue), "input_tokens": .int(settled.usage.input),
        "output_tokens": .int(settled.usage.output), "cached_input_tokens": .int(settled.usage.cachedInput),
        "cache_write_tokens": .int(settled.usage.cacheWrite),
        "cache_write_1h_tokens": .int(settled.usage.cacheWriteHour),
        "reasoning_tokens": .int(settled.usage.reasoning), "audio_input_tokens": .int(settled.usage.audioInput),
        "audio_output_tokens": .int(settled.usage.audioOutput), "tool_input_tokens": .int(settled.usage.toolInput),
        "web_searches": .int(settled.usage.webSearches), "charge_tokens": .int(settled.charge.tokens),
        "surcharge_tokens": .int(settled.surchargeTokens),
        "cost_micro_usd": .int(settled.charge.costMicroUSD), "overrun_tokens": .int(settled.receipt.overrunTokens),
        "unpriced": .array(settled.unpriced.map { .string($0.rawValue) }),
        "ending": .string(settled.ending.rawValue), "entry": .int(settled.receipt.entry),
        "price": .string(orNull: settled.priceStamp),
      ]
    }
    if let calls { object["calls"] = json(calls) }
    object["exit_status"] = status.map { .int(Int64($0.shellStatus)) } ?? .null
    object["opens_at_unix_ms"] = .int(plan.decision.opensAtUnixMs)
    object["waits_for_calls"] = .bool(plan.waitsForCalls)
    object["budgets"] = .array(plan.states.map(budget))
    return .object(object)
  }

  /// What would happen to a call, what the cache would do for it, for which limits it would wait, and with which smaller maximum
  /// it would fit.
  static func json(
    rehearsed plan: Plan, cache: CacheRehearsal?, turn: [LaneLimit], fittingMaximum: Int64?,
    refusal: (message: String, hint: String)?
  ) -> JSONValue {
    let planned = json(plan, settled: nil, status: nil, isDryRun: true, refusal: refusal)
    guard case .object(var object) = planned else { return .null }
    object["limits_reached"] = .array(
      turn.map { ["limit": .string($0.kind.rawValue), "most": .int($0.most), "of": .string($0.lane)] })
    object["fitting_max_tokens"] = .int(fittingMaximum)
    switch cache {
    case .given(let finding, let ageMs, _):
      object["decision"] = "cached"
      object["cache"] = [
        "tier": .string(finding.tier.rawValue), "entry": .int(finding.entry.id), "age_seconds": .int(ageMs / 1000),
        "likeness_thousandths": .int(finding.likeness),
      ]
    case .nothing(let offer, let judge):
      if let judge { object["cache_judge"] = .string(judge) }
      if let offer {
        object["cache_offer"] = [
          "entry": .int(offer.entry), "age_seconds": .int(offer.ageMs / 1000),
          "likeness_thousandths": .int(offer.likeness),
        ]
      }
    case nil: break
    }
    return .object(object)
  }

  /// What would happen, with whether the run's share would be held, where that was asked.
  static func json(_ rehearsed: JSONValue, _ share: GuardedRun.RehearsedShare?) -> JSONValue {
    guard let share, case .object(var object) = rehearsed else { return rehearsed }
    object["run_fits"] = share.fits.map { JSONValue.bool($0) } ?? .null
    object["run_fits_because"] = .string(share.words)
    return .object(object)
  }

  /// The record of a run whose calls were metered one by one.
  ///
  /// - Parameter calls: what was seen of its calls; `nil` where nobody saw them, because the ledger could not be used.
  static func json(script request: CallRequest, _ calls: GatewaySummary?, status: ChildStatus) -> JSONValue {
    [
      "schema": 1, "run": .string(request.run), "user": .string(request.user),
      "operation": .string(orNull: request.operationOfAll),
      "program": .string(request.program), "dry_run": false, "metered": .bool(calls != nil),
      "calls": calls.map(json) ?? .null,
      "exit_status": .int(Int64(status.shellStatus)),
    ]
  }

  /// The record of a run for which nothing could be held (`--require-fit`), and which was not started.
  static func json(unheld request: CallRequest) -> JSONValue {
    [
      "schema": 1, "run": .string(request.run), "user": .string(request.user),
      "operation": .string(orNull: request.operationOfAll), "program": .string(request.program), "dry_run": false,
      "decision": "refused", "metered": true, "calls": json(GatewaySummary()), "exit_status": .null,
    ]
  }

  /// The record of a run that was ended before its command was started.
  static func json(unstarted request: CallRequest, because reason: String) -> JSONValue {
    [
      "schema": 1, "run": .string(request.run), "user": .string(request.user),
      "operation": .string(orNull: request.operationOfAll), "program": .string(request.program), "dry_run": false,
      "decision": "failed", "message": .string("\(reason); the command was not started"), "metered": true,
      "calls": json(GatewaySummary()), "exit_status": .null,
    ]
  }

  /// What was seen of a command's calls.
  static func json(_ calls: GatewaySummary) -> JSONValue {
    [
      "admitted": .int(calls.calls), "refused": .int(calls.refusals), "cached": .int(calls.cached),
      "exact": .int(calls.exact),
      "estimated": .int(calls.estimated), "unmetered": .int(calls.unmetered), "free": .int(calls.free),
      "tokens": .int(calls.tokens), "charge_tokens": .int(calls.chargeTokens),
      "cost_micro_usd": .int(calls.costMicroUSD), "cost_bound": .string(calls.sums.costBound.rawValue),
      "turned_away": .int(calls.turnedAway), "unsent": .int(calls.unsent),
      "refused_elsewhere": .int(calls.refusedElsewhere), "charged_elsewhere": .int(calls.chargedElsewhere),
      "unsettled": .int(calls.unsettled),
    ]
  }

  /// A budget as it stands.
  static func budget(_ state: BudgetState) -> JSONValue {
    let isPause = state.budget.isPause
    return [
      "budget": .string(isPause ? BudgetReport.pauseForPrograms : state.budget.limit.description),
      "origin": .string(state.budget.origin),
      "unit": .string(state.budget.limit.unit == .money ? "micro_usd" : state.budget.limit.unit.rawValue),
      "window": isPause ? .null : .string(window(state)), "window_kind": isPause ? .null : .string(windowKind(state)),
      "operation": .string(orNull: state.budget.key.operation),
      "used": .int(state.posted), "held": .int(state.pending), "granted": .int(state.granted),
      "limit": .int(isPause ? 0 : state.limit), "remaining": .int(isPause ? 0 : state.remaining),
      "used_percent": .int(state.percent(state.posted)),
      "taken_percent": .int(state.percent(state.taken)),
      "phase": .string(state.phase.rawValue), "paused": .bool(isPause),
      "window_start_unix_ms": .int(state.window?.startUnixMs),
      "window_end_unix_ms": .int(state.window.flatMap { $0.endUnixMs == .max ? nil : $0.endUnixMs }),
    ]
  }

  /// The same, with what calls took of its window before it began to count.
  static func budget(_ state: BudgetState, earlier: Int64) -> JSONValue {
    guard case .object(var object) = budget(state) else { return .null }
    object["earlier"] = .int(earlier)
    return .object(object)
  }

  /// The window in words; of a budget that refills, the time in which its amount comes back.
  private static func window(_ state: BudgetState) -> String {
    let name = state.budget.key.windowName
    return name.hasSuffix(" burst") ? String(name.dropLast(" burst".count)) : name
  }

  private static func windowKind(_ state: BudgetState) -> String {
    switch state.budget.limit.rule {
    case .calendar: "calendar"
    case .rolling: "rolling"
    case .replenishing: "refilling"
    }
  }

  /// Reads the place of a receipt.
  static let readTarget: @Sendable (String) -> Result<String, ValueProblem> = { text in
    if text.isEmpty { return .failure(ValueProblem("names no file")) }
    if text == "-" {
      return .failure(ValueProblem("is no file: fd:1 is standard output, fd:2 standard error, ./- a file of that name"))
    }
    if text.hasPrefix("fd:"), Int32(text.dropFirst(3)).map({ $0 < 0 }) ?? true {
      return .failure(ValueProblem("is not fd:N with the number of an open file"))
    }
    return .success(text)
  }

  /// How receipts begin, and the reports of runs in JSON: nothing else is written over.
  static let beginnings = ["{\n  \"schema\": 1,\n"]

  /// Why a receipt could not be written; `nil` where nothing stands against it.
  static func problem(at target: String) -> PosixError? {
    guard target.hasPrefix("fd:"), let number = Int32(target.dropFirst(3)) else {
      return GrowingFile.problem(at: target, over: beginnings)
    }
    return FileDescriptor(number).isWritable ? nil : PosixError("write", path: target, code: PosixError.notOpen)
  }

  /// Which file `--receipt` or `--report` names, by its one path; `nil` where it is no file, such as a device, or a stream, which
  /// takes one after the other.
  ///
  /// - Parameter isReceipt: whether `--receipt` names it: to `--report` `fd:3` is a file of that name.
  static func place(of target: String, isReceipt: Bool) -> String? {
    if ["/dev/", "/proc/"].contains(where: target.hasPrefix) { return nil }
    var path = target
    if isReceipt, target.hasPrefix("fd:"), let number = Int32(target.dropFirst(3)) { path = "/proc/self/fd/\(number)" }
    if File.isLink(path) { path = Folder.resolved(path) ?? followed(path) }
    if File.exists(path), !File.isRegular(path) { return nil }
    guard let folder = Folder.resolved(File.parent(of: path)), let name = path.split(separator: "/").last else {
      return nil
    }
    return "\(folder)/\(name)"
  }

  /// Where a link leads though nothing is there yet: what is written there first makes it lead to that.
  private static func followed(_ path: String) -> String {
    var path = path
    for _ in 0..<mostLinks {
      guard let target = File.linkTarget(path) else { break }
      path = target.hasPrefix("/") ? target : "\(File.parent(of: path))/\(target)"
    }
    return path
  }

  /// Of more links the system makes no place.
  private static let mostLinks = 40

  /// Whether a receipt stands in a file there, which another one may replace.
  static func isFile(at target: String) -> Bool {
    !target.hasPrefix("fd:") && GrowingFile.isOwn(at: target, over: beginnings)
  }

  /// Takes an earlier receipt away that would be taken for this run's.
  static func discard(at target: String) {
    if !target.hasPrefix("fd:") { GrowingFile.discard(at: target, over: beginnings) }
  }

  /// Writes in an earlier receipt's place that the run has not ended, as `RunReportTarget.mark` does.
  static func mark(at target: String, _ run: String, of program: String) {
    guard isFile(at: target) else { return }
    let unended: JSONValue = [
      "schema": 1, "run": .string(run), "program": .string(program), "dry_run": false, "decision": "unended",
      "message": .string(RunReportTarget.unended), "exit_status": .null,
    ]
    do throws(PosixError) { try write(unended, to: target) } catch { discard(at: target) }
  }

  /// How long somebody who reads it from a FIFO is waited for: the run has ended, and no signal ends it now.
  static let readerWaitMs: Int64 = 5000

  /// Writes a receipt where `--receipt` says: a file, or `fd:N`.
  static func write(_ value: JSONValue, to target: String) throws(PosixError) {
    let bytes = Array(JSONWriter.pretty(value).utf8)
    if target.hasPrefix("fd:"), let number = Int32(target.dropFirst(3)) {
      try FileDescriptor(number).writeAll(bytes)
    } else {
      let file = try GrowingFile(target, over: beginnings, readerWaitMs: readerWaitMs)
      try file.write(bytes)
      try file.finish()
    }
  }
}
