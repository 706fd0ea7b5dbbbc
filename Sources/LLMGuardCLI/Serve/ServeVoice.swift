import Configuration
import Gateway
import Guard
import GuardModel
import Posix
import Terminal

/// Says what happens in a server: what one has to know of it, and with `--verbose` a line about each call.
final class ServeVoice: Sendable {
  private struct Rules {
    let settings: Settings
    let zone: ZoneOffsets
    let general: GatewayVoice
  }

  private let rules: Locked<Rules>
  private let context: Context
  private let isVerbose: Bool
  private let isQuiet: Bool
  /// When refusals of each user's calls were told of, when their waiting was, and when what else concerns them was.
  private let told = Locked((refused: UserLines(), queued: UserLines(), other: UserLines(intervalMs: 3_600_000)))
  /// When what went wrong was.
  private let trouble = Locked(RepeatedLines())

  init(_ context: Context, _ settings: Settings, zone: ZoneOffsets, isQuiet: Bool, isVerbose: Bool) {
    self.context = context
    self.isVerbose = isVerbose
    self.isQuiet = isQuiet
    rules = Locked(Self.rules(context, settings, zone, isQuiet: isQuiet || isVerbose))
  }

  private static func rules(
    _ context: Context, _ settings: Settings, _ zone: ZoneOffsets, isQuiet: Bool
  ) -> Rules {
    // Each call's own line says it all.
    Rules(settings: settings, zone: zone, general: GatewayVoice(context, settings, isQuiet: isQuiet))
  }

  /// Goes by other rules from now on.
  func change(_ settings: Settings, zone: ZoneOffsets) {
    let new = Self.rules(context, settings, zone, isQuiet: isQuiet || isVerbose)
    rules.use { $0 = new }
  }

  private var now: Rules { rules.useQuietly { rules, _ in rules } }

  func hear(_ news: GatewayNews) {
    guard isVerbose, let (plan, text) = line(news) else { return hearOfUsers(news) }
    var model = plan.request.model ?? "-"
    if let sent = plan.shape.model, sent != model { model += "→\(sent)" }
    context.say(
      .note,
      "\(TimeText.rfc3339(context.nowUnixMs, in: now.zone)) \(plan.request.user) \(plan.request.operation) "
        + "\(plan.request.provider ?? "-") \(model) \(text)", isDated: true)
  }

  /// Says what concerns a user: of a run three refusals say all, but a server's users are many and its life is long.
  private func hearOfUsers(_ news: GatewayNews) {
    switch news {
    case .refused(let plan):
      let user = plan.request.user
      guard let untold = told.use({ $0.refused.note(user, atMs: Self.nowMs) }) else { return }
      if untold > 0 { tell(of: user, untold) }
      let (message, hint) = Announcement(
        nowUnixMs: context.nowUnixMs, settings: now.settings, prefix: ActingUser.prefix,
        laterZone: context.error.isTerminal ? nil : now.zone, isOfRequest: true
      ).refusal(plan)
      context.say(.refused, "\(user): \(message)", hint: hint)
    case .queued(let user, let provider, let ahead, let estimateMs, let waitedMs, let hold):
      if isQuiet || isVerbose { return }
      // A short wait has nothing to read.
      let least = WaitingProgress.plainIntervalMs
      if waitedMs < least, estimateMs ?? 0 < least { return }
      if told.use({ $0.queued.note(user, atMs: Self.nowMs) }) == nil { return }
      let text = WaitingProgress.text(ahead: ahead, estimateMs: estimateMs, because: hold?.words(provider))
      context.say(.note, "\(user): \(text)")
    case .admitted(let plan, let isKept):
      // The figures change from call to call; that it is so is to be known, and not each time.
      for one in now.general.announcements(plan, freeBy: isKept ? GatewayVoice.free : nil) {
        // Once when it is told what comes, and once when more is charged; the number of the retry is no news.
        let key = one.key.hasPrefix("retry ") ? "retry \(plan.shape.retryMultiplier == .one)" : one.key
        say(one.kind, one.text, of: plan.request.user, as: key)
      }
    case .cached(let answer, let plan):
      // What may be wrong is told each time, and in quiet, too, as by a run: the line names the entry.
      let text = Announcement(nowUnixMs: context.nowUnixMs).cached(answer, plan)
      if answer.isSubstitute { return context.say(.note, "\(plan.request.user): \(text)") }
      say(.note, text, of: plan.request.user, as: GatewayVoice.key(of: answer))
    case .offered(let user, let offer):
      say(.note, Announcement(nowUnixMs: context.nowUnixMs).offerToRequest(offer), of: user, as: "offer \(offer.entry)")
    case .slowedRefusals(let user):
      if let remark = GatewayRemark(news) { say(remark.kind, remark.text, of: user, as: "slowed", hint: remark.hint) }
    case .failed, .unsettled, .judgeUnsettled, .judgeUnreachable, .unreachable, .unreadable, .astray,
      .misaddressed, .crowded, .ledAway, .unmetered, .disbelieved, .beyondMaximum, .disbelievedCost, .overMaximum,
      .webSocketDeclined:
      // A server that is quiet tells of errors and refusals alone; with a line for each call these are told, too.
      guard let remark = GatewayRemark(news, of: user(of: news)), !(isQuiet && remark.kind == .warning) else { return }
      let isTold = trouble.use { $0.note(remark.key, remark.kind, atMs: Self.nowMs, more: remark.more) }
      if isTold { context.say(remark.kind, remark.text, hint: remark.hint) }
    default: now.general.hear(news)
    }
  }

  /// Says something of a user that is no trouble, once an hour.
  private func say(_ kind: Context.Notice, _ text: String, of user: String, as key: String?, hint: String = "") {
    if isQuiet || isVerbose { return }
    if let key, told.use({ $0.other.note("\(user)\u{1F}\(key)", atMs: Self.nowMs) }) == nil { return }
    context.say(kind, "\(user): \(text)", hint: hint)
  }

  /// Whose doing some trouble is; `nil` for what hits everybody: the ledger's, or a provider's.
  private func user(of news: GatewayNews) -> String? {
    switch news {
    case .unreadable(let user, _, _), .astray(let user, _, _), .misaddressed(let user, _), .ledAway(let user, _, _),
      .unmetered(let user, _, _, _, _), .webSocketDeclined(let user, _, _, _):
      user
    case .crowded(let user, _, _): user
    default: nil
    }
  }

  /// Says how much was not told one by one, where that is due.
  ///
  /// - Parameter isEnd: whether this is the last time.
  func tellUntold(isEnd: Bool = false) {
    for (kind, text) in trouble.use({ $0.due(atMs: Self.nowMs, isEnd: isEnd) }) { context.say(kind, text) }
    for (user, untold) in told.use({ $0.refused.due(atMs: Self.nowMs, isEnd: isEnd) }) { tell(of: user, untold) }
  }

  private func tell(of user: String, _ untold: Int64) {
    context.say(.refused, "\(user): refused: \(HumanNumber.counted(untold, "more call"))")
  }

  private static var nowMs: Int64 { Clock.monotonicNanoseconds / 1_000_000 }

  /// What became of a call; `nil` for other news, and for a call that is not over.
  private func line(_ news: GatewayNews) -> (Plan, String)? {
    switch news {
    case .cached(let answer, let plan):
      let age =
        answer.isFromLater ? ", ahead of the clock" : answer.isPastUsualAge ? ", older than usual" : ""
      return (plan, "cached \(answer.finding.tier.rawValue)\(age), saved \(answer.saved.tokens) tokens")
    case .refused(let plan): return (plan, Announcement(nowUnixMs: context.nowUnixMs).refusal(plan).message)
    case .settled(let plan, let usage, let charge):
      var text = "\(usage.input)+\(usage.output) tokens \(usage.exactness.rawValue), charged \(charge.tokens)"
      if let cost = charge.costMicroUSD { text += ", \(HumanNumber.money(microUSD: cost))" }
      return (plan, text + (plan.phase == .ok ? "" : ", \(plan.phase.rawValue)"))
    case .givenBack(let plan, let reason): return (plan, "charged nothing: \(reason)")
    default: return nil
    }
  }
}
