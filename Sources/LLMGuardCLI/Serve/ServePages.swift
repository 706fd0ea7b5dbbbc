import Gateway
import Ledger

/// What a server says of itself, and to whom.
struct ServePages: Sendable {
  private let health: LedgerHealth
  private let failsOpen: Bool

  init(_ context: Context, _ desk: LedgerDesk, failsOpen: Bool) {
    self.failsOpen = failsOpen
    health = LedgerHealth(desk) { state in
      switch state {
      case .up: context.say(.note, "calls can be held again")
      case .down(let error):
        context.say(
          .error, "\(failsOpen ? "calls go out unmetered (fail-open)" : "no call can be held"): \(error)",
          hint: error.hint)
      case .unanswered: break
      }
    }
  }

  var pages: GatewayPages { GatewayPages(health: { [self] in healthPage }) }

  /// For load balancers and probes, which have no key. A message would name files and processes: those are in the log.
  private var healthPage: GatewayPage {
    let reason: String
    switch health.state() {
    case .up: return GatewayPage(["status": "up"])
    case .down(.locked): reason = "the ledger is locked"
    case .down(.diskFull): reason = "the disk is full"
    case .down: reason = "the ledger cannot be used"
    case .unanswered: reason = "the ledger does not answer"
    }
    // Calls go out all the same there, and are wanted.
    if failsOpen { return GatewayPage(["status": "unmetered", "reason": .string(reason)]) }
    return GatewayPage(status: 503, ["status": "down", "reason": .string(reason)])
  }
}
