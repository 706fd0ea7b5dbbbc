import Configuration
import Gateway
import Ledger
import Posix
import Reports
import SQLiteLedger
import TextFormats

/// What a server says of itself, and to whom.
struct ServePages: Sendable {
  private let health: LedgerHealth
  private let context: Context
  /// The rules that hold now, and whether calls go out unmetered where the ledger cannot be used.
  private let rules: Locked<(settings: Settings, failsOpen: Bool)>
  private let door: ServeDoor
  /// Whether somebody reads the ledger, beside the calls: one after the other, so that nobody has it read by all processors.
  private let reading = Locked(())

  init(_ context: Context, _ settings: Settings, _ desk: LedgerDesk, _ door: ServeDoor, failsOpen: Bool) {
    (self.context, self.door) = (context, door)
    let rules = Locked((settings: settings, failsOpen: failsOpen))
    self.rules = rules
    health = LedgerHealth(desk) { state in
      switch state {
      case .up: context.say(.note, "calls can be held again")
      case .down(let error):
        let failsOpen = rules.useQuietly { rules, _ in rules.failsOpen }
        context.say(
          .error, "\(failsOpen ? "calls go out unmetered (fail-open)" : "no call can be held"): \(error)",
          hint: error.hint)
      case .unanswered: break
      }
    }
  }

  /// Goes by other rules from now on.
  func change(_ settings: Settings, failsOpen: Bool) { rules.use { $0 = (settings, failsOpen) } }

  private var settings: Settings { rules.useQuietly { rules, _ in rules.settings } }

  var pages: GatewayPages {
    GatewayPages(
      health: { [self] in healthPage },
      metrics: { [self] secret in door.opensMetrics(secret) ? metricsPage : nil },
      budgets: { [self] user in budgetsPage(of: user) })
  }

  /// What `usage metrics -f prometheus` says.
  private var metricsPage: GatewayPage {
    let type = "text/plain; version=0.0.4; charset=utf-8"
    do throws(Failure) {
      let metrics = try read { ledger throws(Failure) in
        try Failure.ledger { () throws(LedgerError) in
          try Metrics(of: ledger, sinceUnixMs: Clock.unixMs - UsageMetricsCommand.usualRangeMs, untilUnixMs: .max)
        }
      }
      return GatewayPage(type: type, body: Array(metrics.prometheus.utf8))
    } catch {
      return GatewayPage(
        status: 503, type: "text/plain; charset=utf-8", body: Array("\(error.message)\n\(error.hint)\n".utf8))
    }
  }

  /// What `budget show --json` says of one user, by the rules that hold here.
  private func budgetsPage(of user: String) -> GatewayPage {
    do throws(Failure) {
      return GatewayPage(
        try read { ledger throws(Failure) in try BudgetCommands.json(of: user, settings, ledger) })
    } catch { return GatewayPage(status: 503, ["error": ["message": .string("llmguard: \(error.message)")]]) }
  }

  /// Reads the ledger in a connection of its own: no call waits for it.
  private func read<Value>(_ body: (SQLiteLedger) throws(Failure) -> Value) throws(Failure) -> Value {
    try reading.use { (_: inout Void) throws(Failure) -> Value in try body(try context.readingLedger(settings)) }
  }

  /// For load balancers and probes, which have no key. A message would name files and processes: those are in the log.
  private var healthPage: GatewayPage {
    let reason: String
    // With --fail-open nobody is let in either.
    if door.isBarred { return Self.down("the keys cannot be read") }
    switch health.state() {
    case .up: return GatewayPage(["status": "up"])
    case .down(.locked): reason = "the ledger is locked"
    case .down(.diskFull): reason = "the disk is full"
    case .down: reason = "the ledger cannot be used"
    case .unanswered: reason = "the ledger does not answer"
    }
    // Calls go out all the same there, and are wanted.
    if rules.useQuietly({ rules, _ in rules.failsOpen }) {
      return GatewayPage(["status": "unmetered", "reason": .string(reason)])
    }
    return Self.down(reason)
  }

  private static func down(_ reason: String) -> GatewayPage {
    GatewayPage(status: 503, ["status": "down", "reason": .string(reason)])
  }
}
