import Configuration
import Guard
import Posix

/// What a gateway is told.
public struct GatewayOptions: Sendable {
  /// The rules.
  public var settings: Settings
  /// Where requests lead.
  public var routes: RouteTable
  /// How much is taken from clients.
  public var limits = GatewayLimits()
  /// How long a call waits for its turn.
  public var waitMs: Int64
  /// Whether a connection is from somebody who may know of the gateway at all; for all others nothing is there.
  public var admits: @Sendable (Socket) -> Bool = { _ in true }
  /// Whether calls go out unmetered when the ledger cannot be used.
  public var failsOpen = false
  /// The most output tokens that a call may ask for; `nil` where nobody says.
  public var maxOutputTokens: Int64?
  /// Whether requests that cannot be metered and may cost something are refused.
  public var isStrict = false
  /// What calls are answered from; `nil` lets every call go out.
  public var cache: GatewayCache?
  /// Tells the ledger from all others, on this machine and elsewhere; empty where nothing does. Asked once, when it is needed.
  public var ledgerMark: @Sendable () -> String = { "" }
  /// How often a call that the provider turned away is sent again.
  public var retries = 0
  /// The number of the first call.
  public var firstNumber: Int64 = 1
  /// What all calls together may take.
  public var caps = RunCaps()
  /// Whether what is submitted inside cannot go on without it: it would reach nobody, or a share of the budgets is held for it.
  public var keepsSubmitted = false
  /// Gives back memory that others hold for calls; called when none has come for a moment.
  public var giveBack: @Sendable () -> Void = {}
  /// Says in words why a call was refused, and what can be done.
  public var explain: @Sendable (Plan) -> (message: String, hint: String) = { _ in ("the call was refused", "") }
  /// Says in words that a similar answer could be had.
  public var offer: @Sendable (CacheOffer) -> String = { _ in "" }
  /// What it says of itself; `nil` for the gateway of a run, which is its command's alone.
  public var pages: GatewayPages?
  /// Hears what happens; called from any thread.
  public var tell: @Sendable (GatewayNews) -> Void = { _ in }

  /// Makes options.
  public init(settings: Settings, routes: RouteTable) {
    self.settings = settings
    self.routes = routes
    waitMs = settings.queueWaitMs
  }
}

/// What a gateway is told at one time, and what the rules in it say for all calls: looked up for each, all of them would be copied.
final class GatewayRules: Sendable {
  let options: GatewayOptions
  let limitsNothing: Bool
  let allowsSimilar: Bool

  init(_ options: GatewayOptions) {
    self.options = options
    limitsNothing = options.settings.limitsNothing
    allowsSimilar = options.settings.allowsSimilar
  }
}
