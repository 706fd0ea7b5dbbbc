import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import Providers
import Terminal
import TextFormats

/// How a run ends: refused, rehearsed, or with its command's own status.
extension GuardedRun {
  /// - Parameter cache: what may hold an answer to offer; `nil` where it has nothing to do with the call.
  func refuse(_ plan: Plan, _ cache: RunCache? = nil) throws(Failure) -> Int32 {
    let announcement = Announcement(
      nowUnixMs: context.nowUnixMs, settings: settings, prefix: ActingUser.prefix,
      laterZone: context.laterZone(settings))
    let (message, hint) = refusal(plan, announcement)
    // What could not be had is not offered.
    let offer = cache?.offer(refused: plan).flatMap { settings.allowsSimilar || $0.tier != .similar ? $0 : nil }
    let told = (message: message, hint: (offer.map { announcement.offer($0) + "; or " } ?? "") + hint)
    context.say(.refused, told.message, hint: told.hint)
    cache?.noteRefusal(plan)
    writeReceipt(Receipt.json(plan, settled: nil, status: nil, isDryRun: false, refusal: told))
    part.add(.refused, plan.entry)
    conclude(nil, nil)
    return Failure.Status.refused
  }

  /// What is said of a refused call: where its request body cannot be read, that comes before what it does not say.
  private func refusal(_ plan: Plan, _ announcement: Announcement) -> (message: String, hint: String) {
    guard case .unknownPrice(nil) = plan.refusal, let problem = bodyProblem else { return announcement.refusal(plan) }
    return (
      "refused: the body of this call is not JSON\(problem), so nobody can tell what it asks for",
      "mend the body: the provider could not read it either"
    )
  }

  /// Why the request body on the command line is no JSON; `nil` where it is, or there is none.
  private var bodyProblem: String? {
    guard client?.bodyOptions.isEmpty == false, call.promptTexts.count == 1, let body = call.promptTexts.first else {
      return nil
    }
    do throws(TextFormatError) {
      _ = try JSONParser.parse(body, options: .lenient)
      return nil
    } catch { return error.position.line == 1 && error.position.column == 1 ? "" : ": \(error)" }
  }

  /// Says what would happen.
  ///
  /// - Parameters:
  ///   - late: why the run would not be started at all, and what to do about it; `nil` where it would.
  ///   - cache: what the cache would do; `nil` where it is not used.
  ///   - fittingMaximum: with which smaller maximum it would fit; `nil` where it does, or none would help.
  ///   - limits: what the run may take.
  ///   - share: whether its share would be held; `nil` where that is not asked.
  func dryRun(
    _ plan: Plan, late: (message: String, hint: String)?, cache: CacheRehearsal?, turn: [LaneLimit],
    fittingMaximum: Int64?, limits: RunLimits, share: RehearsedShare?
  ) throws(Failure) -> Int32 {
    let told =
      late
      ?? plan.refusal.map { _ in
        refusal(plan, Announcement(nowUnixMs: context.nowUnixMs, settings: settings, prefix: ActingUser.prefix))
      }
    let text =
      arguments[SharedOptions.json]
      ? JSONWriter.pretty(
        Receipt.json(
          Receipt.json(
            rehearsed: plan, cache: cache, turn: turn, fittingMaximum: fittingMaximum, refusal: told), share))
      : DryRunText(
        plan: plan, cache: cache, passesGateway: !arguments[RunCommand.noGateway], turn: turn,
        fittingMaximum: fittingMaximum, limits: limits, share: share,
        refusal: told,
        style: context.output, nowUnixMs: context.nowUnixMs
      ).text
    try context.print(text)
    // What the cache answers is not refused.
    if case .given = cache { return 0 }
    return told == nil && share?.fits != false ? 0 : Failure.Status.refused
  }

  /// The largest maximum of output tokens with which a call that would be degraded would go out as asked, or one that its
  /// budgets refuse would go out at all. Only a rehearsal asks: it plans the call anew for each maximum that it tries.
  func fittingMaximum(_ plan: Plan, _ tools: RunTools) throws(Failure) -> Int64? {
    // A refusal has been looked into already, to be told.
    if let room = plan.room { return room.maxOutputTokens }
    guard plan.refusal == nil, plan.degradation != nil, plan.request.statedTokens == nil else { return nil }
    var (fits, tooMuch): (Int64, Int64) = (0, plan.request.maxOutputTokens ?? max(plan.shape.outputTokens, 1 << 20))
    while tooMuch - fits > 1 {
      let middle = fits + (tooMuch - fits) / 2
      var smaller = plan.request
      smaller.maxOutputTokens = middle
      let again = try Failure.pipeline { () throws(GuardError) in try tools.pipeline.plan(smaller) }
      if again.refusal == nil, again.degradation == nil { fits = middle } else { tooMuch = middle }
    }
    return fits > 0 ? fits : nil
  }

  func writeReceipt(_ receipt: @autoclosure () -> JSONValue) {
    guard let target = arguments[RunCommand.receipt] else { return }
    var record = receipt()
    if let watch = part.bypassWatch, case .object(var object) = record {
      object["past_gateway"] = watch.json
      record = .object(object)
    }
    do throws(PosixError) {
      try Receipt.write(record, to: target)
      part.receipt = record
    } catch {
      part.lacksRecords = true
      Receipt.discard(at: target)
      context.say(
        .error, "the receipt could not be written: \(error.at(target))",
        hint:
          "all calls are settled; give --receipt a path that can be "
          + "written, or read it with 'llmguard usage show \(run)'")
    }
  }

  /// Says in the receipt that was written, where it is a file, why the run fails though its command did not.
  func tellInReceipt(_ verdict: String) {
    guard let target = arguments[RunCommand.receipt], case .object(var record) = part.receipt,
      Receipt.isFile(at: target)
    else { return }
    record["message"] = .string(verdict)
    do throws(PosixError) { try Receipt.write(.object(record), to: target) } catch { Receipt.discard(at: target) }
  }

  /// The end of a run whose calls nobody saw.
  func finish(unmetered request: CallRequest, _ status: ChildStatus) -> Int32 {
    writeReceipt(Receipt.json(script: request, nil, status: status))
    return finish(status)
  }

  /// The run's own status: the command's. Only where the command is a client that was refused its call, and so failed, is
  /// it that of a refusal, as if the client had not been started; and where a refused call is to fail the run.
  ///
  /// - Parameters:
  ///   - calls: what its calls were, where they were seen.
  ///   - outputFailure: why not all that it wrote could be written on; it may have ended well all the same.
  func finish(_ status: ChildStatus, _ calls: GatewaySummary? = nil, outputFailure: PosixError? = nil) -> Int32 {
    let dropped = conclude(status, calls, outputFailure: outputFailure)
    if let remark = part.bypassWatch?.remark { context.say(.warning, remark.text, hint: remark.hint) }
    if let outputFailure {
      context.say(
        .error, "what the command wrote could not be written on: \(outputFailure.reason)",
        hint:
          "the call was made and is settled; make room, and run it again: that is no retry (its answer was not kept)")
    }
    if case .notStarted(let error) = status {
      context.say(
        .error, "cannot run '\(commandLine.first ?? "")': \(error.reason)",
        hint: Failure.hint(notStarted: commandLine.first ?? "", error))
    }
    atEnd.perform()
    if case .signaled = status { status.reproduce() }
    if case .exited(let code) = status, code != 0, client != nil, let calls, calls.lastWasRefused, calls.calls == 0 {
      return Failure.Status.refused
    }
    if outputFailure != nil, status == .exited(0) { return Failure.Status.inputOutput }
    guard dropped.areAny else { return status.shellStatus }
    context.say(
      .refused, "\(dropped.text); \(dropped.ending)",
      // What llmguard turned away itself is not in the ledger.
      hint: (dropped.refused > 0 ? "'llmguard usage show \(run)' tells of the run" : "standard error says above why")
        + "; --no-fail-on-refusal keeps the command's own status")
    return Failure.Status.refused
  }
}
