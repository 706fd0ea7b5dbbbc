import CommandSpec
import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import Terminal

/// `llmguard usage watch`: what happens now.
enum UsageWatchCommand {
  static let command = Command<CLIHandler>(
    "watch", summary: "Watch budgets, calls under way and spending live",
    description: [
      "On a terminal it fills the screen, follows its size, and ends with q or ^C; the screen is then as it was before. "
        + "In a pipe, and where TERM is dumb, each call is a line when it ends, as `usage list --follow` writes it."
    ],
    options: [UsageFilter.user.spec, UsageRange.timezone.spec],
    examples: [Example("llmguard usage watch --user ci-bot", "Look over a bot's shoulder.")],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let zone = context.zone(settings, named: arguments[UsageRange.timezone])
    let ledger = try context.readingLedger(settings, follows: true)
    try UnknownNames(settings, ledger, context).warn(arguments)
    var past = RecentCalls(user: arguments[UsageFilter.user])
    if !FullScreen.isDumb, FileDescriptor.input.isTerminal, FileDescriptor.output.isTerminal,
      FullScreen.isInBackground
    {
      throw Failure(
        "the screen is another job's: usage watch runs in the background",
        hint: "bring it to the front (fg; timeout --foreground), or let it write lines: llmguard usage watch | cat",
        status: Failure.Status.unavailable)
    }
    guard let screen = FullScreen() else {
      return try UsageListCommand.follow(
        context, RecentCalls.query(arguments[UsageFilter.user]), isJSON: false, zone: zone, settings, ledger)
    }
    defer { screen.leave() }
    while true {
      let now = Clock.unixMs
      let (columns, lines) = screen.size
      let view = try view(&past, settings, ledger, zone, now, arguments[UsageFilter.user])
      let style = Style(
        isColored: context.output.isColored, isTerminal: true, columns: columns, isUnicode: context.output.isUnicode)
      do throws(PosixError) { try screen.draw(view.lines(style, height: lines).map(style.shown)) } catch {
        throw Failure(error, hint: "the terminal took no more; nothing is wrong with the ledger")
      }
      switch screen.next(withinMs: refreshMs) {
      case .key(let byte) where byte == UInt8(ascii: "q") || byte == UInt8(ascii: "Q") || byte == 3: return 0
      case .gone: return 0
      case .ended(let signal):
        screen.leave()
        ChildStatus.signaled(signal).reproduce()
      case .key, .changed, .nothing: break
      }
    }
  }

  /// How often the screen is drawn when nothing happens.
  private static let refreshMs: Int64 = 1000
  /// How many users' budgets are read: those who called last.
  private static let mostUsers = 500

  private static func view(
    _ past: inout RecentCalls, _ settings: Settings, _ ledger: SQLiteLedger, _ zone: ZoneOffsets, _ now: Int64,
    _ user: String?
  ) throws(Failure) -> WatchView {
    try past.read(ledger, nowUnixMs: now)
    let pipeline = Guard(settings: settings, ledger: ledger, nowUnixMs: { now })
    let known = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
      .sorted { ($0.lastCallAtUnixMs ?? 0) > ($1.lastCallAtUnixMs ?? 0) }.map(\.name)
    var standings: [WatchView.Standing] = []
    var withoutTier: [(user: String, tier: String)] = []
    for name in user.map({ [$0] }) ?? Array(known.prefix(mostUsers)) {
      let one = try UserStanding.of(name, pipeline, operations: settings.operations.keys.sorted())
      if one.problem != nil { withoutTier.append((name, one.tier)) }
      standings += one.states.map { WatchView.Standing(user: name, state: $0) }
    }
    let holds = try Failure.ledger { () throws(LedgerError) in try ledger.holds() }
      .filter { user == nil || $0.facts.user == user }
    let waiting = try Failure.ledger { () throws(LedgerError) in try ledger.tickets(nowUnixMs: now) }
      .filter { $0.startedAtUnixMs == nil && (user == nil || $0.request.user == user) }.count
    return WatchView(
      standings: standings, leftOutUsers: user == nil ? max(0, known.count - mostUsers) : 0, withoutTier: withoutTier,
      holds: holds, waiting: waiting, perMinute: past.perMinute(now),
      calls: past.calls,
      zone: zone,
      nowUnixMs: now)
  }
}

/// The calls of the last hour, kept up with what is recorded.
private struct RecentCalls {
  private static let minutes = 60
  private static let mostShown = 100
  private let user: String?
  private var last: Int64?
  private var charges: [Int64: Int64] = [:]
  /// The last ones, the newest first.
  private(set) var calls: [CallRecord] = []

  init(user: String?) { self.user = user }

  static func query(_ user: String?) -> CallQuery { CallQuery(user: user, limit: 10) }

  mutating func read(_ ledger: SQLiteLedger, nowUnixMs: Int64) throws(Failure) {
    let since = nowUnixMs - Int64(Self.minutes) * 60_000
    guard let last else {
      // What was recorded up to here is read backwards once; what comes is read as it is recorded.
      let last = try Failure.ledger { () throws(LedgerError) in try ledger.entries(limit: 1) }.first?.sequence ?? 0
      self.last = last
      var query = CallQuery(user: user, limit: Self.mostShown)
      calls = try Failure.ledger { () throws(LedgerError) in try ledger.calls(query) }
        .filter { $0.entry.sequence <= last }
      query = CallQuery(sinceUnixMs: since, user: user, limit: 1000)
      for _ in 0..<20 {
        let page = try Failure.ledger { () throws(LedgerError) in try ledger.calls(query) }
        for call in page where call.entry.sequence <= last { add(call) }
        guard page.count == query.limit, let oldest = page.last else { break }
        query.order = .newestFirst(before: oldest.place)
      }
      return
    }
    var after = last
    while true {
      let query = CallQuery(user: user, order: .asRecorded(after: after), limit: 500)
      let page = try Failure.ledger { () throws(LedgerError) in try ledger.calls(query) }
      for call in page {
        add(call)
        calls.insert(call, at: 0)
        after = call.entry.sequence
      }
      calls = Array(calls.prefix(Self.mostShown))
      if page.count < 500 { break }
    }
    self.last = after
    charges = charges.filter { $0.key >= since / 60_000 }
  }

  private mutating func add(_ call: CallRecord) {
    guard let posted = call.posted else { return }
    let minute = call.endedAtUnixMs / 60_000
    charges[minute] = (try? Amount.sum(charges[minute] ?? 0, posted.tokens)) ?? .max
  }

  func perMinute(_ nowUnixMs: Int64) -> [Int64] {
    let now = nowUnixMs / 60_000
    return (0..<Int64(Self.minutes)).map { charges[now - Int64(Self.minutes) + 1 + $0] ?? 0 }
  }
}
