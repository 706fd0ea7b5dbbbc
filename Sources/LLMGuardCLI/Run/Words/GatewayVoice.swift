import Configuration
import Gateway
import Guard
import Posix
import Terminal

/// Says what happens in a gateway, from any of its threads, and not the same thing again and again.
final class GatewayVoice: Sendable {
  private struct Said {
    var lines = SaidLines()
    var refusals = 0
    var refusalsTold = 0
    var caps: Set<String> = []
    /// The kinds of requests that nobody can meter and that were told.
    var requests: Set<String> = []
    /// How many of those that went out were not told.
    var unmeteredUntold = 0
    /// The same of those that were refused.
    var unmeteredRefused = 0
    /// How many calls that were turned away were not told.
    var turnedAwayUntold = 0
    /// How many that went out unmetered because llmguard failed.
    var openUntold = 0
    /// How many answers from the cache were not told.
    var cachedUntold = 0
    /// How many calls went out degraded as others had that were told.
    var degradedUntold = 0
    /// What was told before its call came, in all the ways that the call may say it: of the first call it is none of those.
    var leftOut: Set<String> = []
    /// When waiting was last told of, by the machine's clock since it started.
    var queuedAtMs: Int64 = 0
  }

  /// Refusals that are told one by one; of the rest the number is told at the end.
  private static let refusalsTold = 3
  /// Kinds of requests that nobody can meter and that are told one by one.
  private static let requestsTold = 5
  private let said = Locked(Said())
  private let context: Context
  private let settings: Settings
  private let isQuiet: Bool

  init(_ context: Context, _ settings: Settings, isQuiet: Bool) {
    self.context = context
    self.settings = settings
    self.isQuiet = isQuiet
  }

  func hear(_ news: GatewayNews) {
    switch news {
    case .admitted(let plan, let isKept): if !isQuiet { announce(plan, isKept) }
    case .settled, .givenBack: break
    case .queued(_, let provider, let ahead, let estimateMs, let waitedMs, let hold):
      if !isQuiet { tellOfWaiting(ahead, estimateMs, waitedMs, because: hold?.words(provider)) }
    case .cached(let answer, let plan):
      if !isQuiet || answer.isSubstitute {
        said.use { $0.leftOut = [] }
        // A hundred answers from the cache are one line; what may be wrong is told each time.
        let text = Announcement(nowUnixMs: context.nowUnixMs).cached(answer, plan)
        if !once(.note, text, as: Self.key(of: answer)) {
          said.use { $0.cachedUntold += 1 }
        }
      }
    case .offered(_, let offer):
      if !isQuiet {
        once(.note, Announcement(nowUnixMs: context.nowUnixMs).offerToRequest(offer), as: "offer \(offer.entry)")
      }
    case .refused(let plan):
      let isTold = said.use { said in
        said.leftOut = []
        said.refusals += 1
        // A cap of the run stays what it is: it is told once.
        if case .runCap(let cap)? = plan.refusal, !said.caps.insert(Self.kind(of: cap)).inserted { return false }
        guard said.refusalsTold < Self.refusalsTold else { return false }
        said.refusalsTold += 1
        return true
      }
      guard isTold else { return }
      let (message, hint) = Announcement(
        nowUnixMs: context.nowUnixMs, settings: settings, prefix: ActingUser.prefix,
        laterZone: context.laterZone(settings), isOfRequest: true
      ).refusal(plan)
      context.say(.refused, message, hint: hint)
    case .failed(_, let isOpen):
      if !once(news) { said.use { if isOpen { $0.openUntold += 1 } else { $0.turnedAwayUntold += 1 } } }
    case .unreadable, .overMaximum, .astray, .misaddressed: if !once(news) { said.use { $0.turnedAwayUntold += 1 } }
    case .crowded: if !once(news, ofFigures: true) { said.use { $0.turnedAwayUntold += 1 } }
    case .slowedRefusals: if !isQuiet { once(news) }
    case .unsettled, .judgeUnsettled, .unreachable, .ledAway: once(news)
    case .disbelieved(let provider, _, _): once(ofFigures: news, as: "disbelieved \(provider)")
    case .beyondMaximum(let provider, _, _): once(ofFigures: news, as: "beyond maximum \(provider)")
    case .disbelievedCost(let provider, _): once(ofFigures: news, as: "disbelieved cost \(provider)")
    case .judgeUnreachable: if !isQuiet { once(news) }
    case .webSocketDeclined(_, _, _, let isLost): if isLost || !isQuiet { once(news) }
    case .judgeUnclear(let model):
      if !isQuiet { once(.warning, JudgeRemark.text(model), hint: JudgeRemark.hint) }
    case .unmetered(_, let provider, let what, let request, _):
      if isQuiet, !what.isRefused { return }
      // Each kind of request once, and of many kinds the first ones.
      let isTold = said.use { said in
        let key = "\(what.kind) \(provider) \(request)"
        if said.requests.contains(key) || said.requests.count >= Self.requestsTold {
          if what.isRefused { said.unmeteredRefused += 1 } else { said.unmeteredUntold += 1 }
          return false
        }
        said.requests.insert(key)
        return true
      }
      if isTold { once(news) }
    }
  }

  /// Says that calls wait: one line in ten seconds, however many do. The screen is the command's, so no line changes.
  private func tellOfWaiting(_ ahead: Int64, _ estimateMs: Int64?, _ waitedMs: Int64, because reason: String?) {
    let intervalMs = WaitingProgress.plainIntervalMs
    // A short wait has nothing to read; who is told to wait long hears it at once.
    if waitedMs < intervalMs, estimateMs ?? 0 < intervalMs { return }
    let nowMs = Clock.monotonicNanoseconds / 1_000_000
    let isTime = said.use { said in
      if said.queuedAtMs > 0, nowMs - said.queuedAtMs < intervalMs { return false }
      said.queuedAtMs = nowMs
      return true
    }
    if isTime { context.say(.note, WaitingProgress.text(ahead: ahead, estimateMs: estimateMs, because: reason)) }
  }

  /// Says how much was not told one by one.
  func end() {
    let said = said.use { $0 }
    let (more, unmetered, refused) = (
      said.refusals - said.refusalsTold, said.unmeteredUntold, said.unmeteredRefused
    )
    func say(_ kind: Context.Notice, _ count: Int, _ start: String, _ one: String, _ several: String) {
      if count == 0 { return }
      context.say(
        kind, "\(start)\(count) more \(count == 1 ? "call" : "calls") of this run \(count == 1 ? one : several)")
    }
    say(.note, said.cachedUntold, "cached: ", "was answered from the cache", "were answered from the cache")
    if said.degradedUntold > 0 {
      context.say(.degraded, "\(said.degradedUntold) more \(said.degradedUntold == 1 ? "call" : "calls") of this run")
    }
    say(.error, said.turnedAwayUntold, "", "was not sent", "were not sent")
    say(.warning, said.openUntold, "", "went out unmetered (fail-open)", "went out unmetered (fail-open)")
    if more > 0 { context.say(.refused, "refused: \(more) more \(more == 1 ? "call" : "calls") of this run") }
    if refused > 0 {
      let requests = refused == 1 ? "request" : "requests"
      context.say(.refused, "refused: \(refused) more \(requests) of this run that cannot be metered")
    }
    if unmetered > 0 {
      context.say(
        .warning, "\(unmetered) more \(unmetered == 1 ? "request" : "requests") of this run went out unmetered",
        hint: "'llmguard usage list' names them")
    }
  }

  /// How long what only writes on what it has, such as a `tee`, may take to end after its script, looked at every now and then.
  private static let farewell: (looks: Int, everyMs: Int64) = (10, 10)
  /// How many processes are named.
  private static let processesNamed = 3

  /// How many calls are still under way, now that the command has ended; one that ends in a moment is none.
  func callsLeft(by gateway: Gateway) -> Int {
    if isQuiet { return 0 }
    for _ in 0..<Self.farewell.looks where gateway.callsUnderWay > 0 || !submittedGoingOn(in: gateway).isEmpty {
      Clock.sleep(ms: Self.farewell.everyMs)
    }
    return gateway.callsUnderWay
  }

  /// The submitted calls that are part of a gateway's run and go on. One that was killed never said that it left.
  func submittedGoingOn(in gateway: Gateway) -> [String] {
    let inside = gateway.submittedInside
    guard !inside.isEmpty, let store = try? JobStore(context) else { return inside }
    // One that was submitted beside another ledger is not known here.
    return inside.filter { store.job($0)?.state.isOver != true }
  }

  /// Says that calls were cut: whoever made them may have ended with them, without a word. And that submitted calls go on which were
  /// part of the run: they would call in vain.
  func tell(ofCut calls: Int, _ submitted: [String] = []) {
    if isQuiet { return }
    let wait =
      "let the script end with 'llmguard queue wait \(submitted.prefix(Self.processesNamed).joined(separator: " "))'"
    if calls <= 0 {
      if submitted.isEmpty { return }
      let one = submitted.count == 1
      return context.say(
        .warning,
        one
          ? "a call that was submitted in this run is not over (\(submitted[0])), and reaches nobody any more"
          : "\(submitted.count) calls that were submitted in this run are not over, and reach nobody any more",
        hint: wait)
    }
    let (were, answers) = calls == 1 ? ("was", "its answer") : ("were", "their answers")
    context.say(
      .warning,
      "\(calls) \(calls == 1 ? "call" : "calls") \(were) still under way when the command ended, and \(were) cut: "
        + "what was left of \(answers) is lost",
      hint: submitted.isEmpty ? "let the script end with 'wait'" : wait)
  }

  /// Says that calls never had their turn: they took nothing, and stand in no ledger.
  func tell(of line: CallsInLine) {
    if isQuiet { return }
    if line.waiting > 0 {
      let (their, were) = line.waiting == 1 ? ("its", "was") : ("their", "were")
      context.say(
        .warning,
        "\(HumanNumber.counted(Int64(line.waiting), "call")) still waited for \(their) turn when the command ended, and \(were) not sent",
        hint: "let the script end with 'wait'")
    }
    if line.lost > 0 {
      let (whose, were) =
        line.lost == 1 ? ("its client left while it", "was") : ("their clients left while they", "were")
      context.say(
        .warning,
        "\(HumanNumber.counted(Int64(line.lost), "call")) \(were) not sent: \(whose) waited for \(line.lost == 1 ? "its" : "their") turn",
        hint: "--wait says how long a call waits before it is refused; its client has to wait longer than that")
    }
  }

  /// Says which processes of the command go on, as in vain they would call.
  ///
  /// - Parameter variable: what only the command was given.
  func tellOfProcesses(startedWith variable: String) {
    if isQuiet { return }
    var left = LeftProcess.all(startedWith: variable)
    for _ in 0..<Self.farewell.looks where !left.isEmpty {
      Clock.sleep(ms: Self.farewell.everyMs)
      left = LeftProcess.all(startedWith: variable)
    }
    if left.isEmpty { return }
    let named = left.prefix(Self.processesNamed).map { "\($0.program.isEmpty ? "?" : $0.program), \($0.id)" }
    let more = left.count > named.count ? "; and \(left.count - named.count) more" : ""
    context.say(
      .warning,
      left.count == 1
        ? "a process of the command still runs (\(named[0])); its calls reach nobody any more"
        : "\(left.count) processes of the command still run (\(named.joined(separator: "; "))\(more)); their calls reach nobody any more",
      hint: "let the script end with 'wait', or lead what is to go on to 'llmguard serve'")
  }

  /// Takes what a plan says for told: the call that comes is the same one, and says it in a little different figures.
  func leaveOut(_ plan: Plan) {
    var keys = announcements(plan, freeBy: nil).map(\.key)
    // The command was told of the cheaper model, so its call asks for that one; what else is changed is the same again.
    if plan.degradation != nil { keys.append(Self.degradationKey(from: plan.shape.model, to: plan.shape.model)) }
    said.use { said in
      for key in keys { said.lines.insert(key) }
      said.leftOut.formUnion(keys)
    }
  }

  private static func degradationKey(from asked: String?, to model: String?) -> String {
    "degraded \(asked ?? "") \(model ?? "")"
  }

  /// What is said once of answers to the very words that were asked; `nil` where each is told.
  static func key(of answer: CachedAnswer) -> String? {
    answer.finding.tier == .exact && !answer.isSubstitute ? "cached exact" : nil
  }

  private static func kind(of cap: RunCap) -> String {
    switch cap {
    case .calls: "calls"
    case .tokens: "tokens"
    case .cost: "cost"
    case .duration: "duration"
    }
  }

  /// How an answer that is kept is had for nothing.
  static let free = "--cache only, or x-llmguard-cache: only"

  private func announce(_ plan: Plan, _ isKept: Bool) {
    for one in announcements(plan, freeBy: isKept ? Self.free : nil) {
      if !once(one.kind, one.text, as: one.key), one.kind == .degraded {
        said.use { if !$0.leftOut.contains(one.key) { $0.degradedUntold += 1 } }
      }
    }
    // One call was told of, whichever way it says it, and the command's first is that one.
    said.use { $0.leftOut = [] }
  }

  /// What a plan says. The figures change from call to call; the first of a kind is told.
  func announcements(_ plan: Plan, freeBy free: String?) -> [(kind: Context.Notice, text: String, key: String)] {
    let announcement = Announcement(nowUnixMs: context.nowUnixMs)
    var all: [(kind: Context.Notice, text: String, key: String)] = []
    if let text = announcement.degradation(plan) {
      all.append((.degraded, text, Self.degradationKey(from: plan.request.model, to: plan.shape.model)))
    }
    if let text = announcement.warning(plan) {
      all.append((.warning, text, "warning \(plan.decision.tightest?.budget.key.storageText ?? "")"))
    }
    if let text = announcement.cap(plan) { all.append((.note, text, "cap \(plan.request.operation)")) }
    if let text = announcement.retry(plan, freeBy: free) { all.append((.note, text, "retry \(plan.attempt ?? 0)")) }
    return all
  }

  /// Says what went wrong. - Returns: whether it was said now.
  @discardableResult
  private func once(_ trouble: GatewayNews, ofFigures: Bool = false) -> Bool {
    guard let remark = GatewayRemark(trouble) else { return false }
    return once(remark.kind, remark.text, as: ofFigures ? remark.key : nil, hint: remark.hint)
  }

  /// Says what holds figures that change from call to call once for all of them.
  private func once(ofFigures trouble: GatewayNews, as key: String) {
    guard !isQuiet, let remark = GatewayRemark(trouble) else { return }
    once(remark.kind, remark.text, as: key, hint: remark.hint)
  }

  /// - Returns: whether it was said now.
  @discardableResult
  private func once(_ kind: Context.Notice, _ text: String, as key: String? = nil, hint: String = "") -> Bool {
    let isFirst = said.use { $0.lines.insert(key ?? text) }
    if isFirst { context.say(kind, text, hint: hint) }
    return isFirst
  }
}
