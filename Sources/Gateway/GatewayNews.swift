import Guard
import GuardModel

/// What happens in a gateway that a person may want to hear of.
public enum GatewayNews: Sendable {
  /// A call went out. Whether the answer that it asks for anew is kept, and would cost nothing.
  case admitted(Plan, couldBeAnswered: Bool)
  /// A user's call waits for its turn: how many are before it, how long that may take, and what of its provider's keeps it. Told
  /// each time the line is looked at.
  case queued(user: String, provider: String?, ahead: Int64, estimateMs: Int64?, waitedMs: Int64, hold: ProviderHold?)
  /// A call was answered from the cache.
  case cached(CachedAnswer, Plan)
  /// A user's call goes out although a similar answer could be had.
  case offered(user: String, CacheOffer)
  /// A call has ended, and took this.
  case settled(Plan, TokenUsage, Charge)
  /// A provider states that a call took so many tokens, which it cannot have; so many are charged.
  case disbelieved(provider: String, stated: Int64, charged: Int64)
  /// A provider states that a call wrote so many tokens, more than its maximum; they are charged.
  case beyondMaximum(provider: String, stated: Int64, most: Int64)
  /// A provider states that a call cost so much, in millionths of a dollar, which its tokens cannot have; their price is charged.
  case disbelievedCost(provider: String, statedMicroUSD: Int64)
  /// A call came to nothing, and costs nothing.
  case givenBack(Plan, reason: String)
  /// A call was refused.
  case refused(Plan)
  /// A call went out unmetered, or was turned away, because the pipeline failed.
  case failed(GuardError, isOpen: Bool)
  /// A call has run but could not be settled.
  case unsettled(GuardError)
  /// A judge's call has run but could not be settled.
  case judgeUnsettled(GuardError)
  /// A judge's provider could not be asked.
  case judgeUnreachable(message: String, hint: String)
  /// The provider could not be asked.
  case unreachable(message: String, hint: String)
  /// A user's call could not be read, and was turned away.
  case unreadable(user: String, provider: String, why: String)
  /// A user's request has an address that leads to no provider, and was turned away: what stands in the provider's
  /// place, where that is like a name, and what to do.
  case astray(user: String, provider: String?, remedy: String)
  /// A user's request names another host than the gateway, and was turned away.
  case misaddressed(user: String, host: String)
  /// A request, of a user where that is known, was turned away although there was nothing wrong with it: places or memory are
  /// taken by others, or it came too slowly while they wait for them.
  case crowded(user: String?, why: String, remedy: String)
  /// A user's calls were refused so often in a row that refusals are answered later and later.
  case slowedRefusals(user: String)
  /// A call asks for more answers than `--max-tokens` has tokens, and was turned away.
  case overMaximum(answers: Int64, most: Int64)
  /// A judge that was asked about a stored answer was cut short before it said yes or no.
  case judgeUnclear(model: String)
  /// A provider led a user's call to another server, where nobody meters it.
  case ledAway(user: String, provider: String, isRefused: Bool)
  /// A user's request that nobody can meter went to a provider, or was turned away: which one, in words that hold no name, and the
  /// ledger's number of it, where it was recorded.
  case unmetered(user: String, provider: String, Unmetered, request: String, entry: Int64?)
  /// A user's client asked a provider for a WebSocket, and was told to ask over HTTP; whether nothing there can be.
  case webSocketDeclined(user: String, provider: String, request: String, isLost: Bool)

  /// What becomes of a request that nobody can meter.
  public enum Unmetered: Hashable, Sendable {
    /// It is plainly a call of a model, and went out.
    case call
    /// It is something else, and went out.
    case other
    /// `--strict` refused it.
    case refusedAsStrict
    /// It is plainly a call, and no call may go out.
    case refusedAsCall(ShutReason)

    /// What is told once of the same request: what is used of a cap, and held, changes from call to call.
    public var kind: String {
      if case .refusedAsCall(.run(let cap)) = self { ShutReason.run(cap).policy ?? "" } else { "\(self)" }
    }

    /// Whether it did not go out.
    public var isRefused: Bool {
      switch self {
      case .refusedAsStrict, .refusedAsCall: true
      case .call, .other: false
      }
    }
  }

  /// What is told of it where it is a judge's call that it happened to; `nil` for nothing.
  var ofJudge: GatewayNews? {
    switch self {
    case .settled, .givenBack: self
    case .unsettled(let error): .judgeUnsettled(error)
    case .unreachable(let message, let hint): .judgeUnreachable(message: message, hint: hint)
    default: nil
    }
  }

  /// Whether a quiet run leaves it out: neither an error, nor a refusal, nor an answer that may not be what was asked for.
  var isChatty: Bool {
    switch self {
    case .cached(let answer, _): !answer.isSubstitute
    case .admitted, .queued, .offered, .settled, .givenBack, .judgeUnclear, .judgeUnreachable, .disbelieved,
      .beyondMaximum, .disbelievedCost, .slowedRefusals:
      true
    case .unmetered(_, _, let what, _, _): !what.isRefused
    case .webSocketDeclined(_, _, _, let isLost): !isLost
    case .ledAway(_, _, let isRefused): !isRefused
    case .refused, .failed, .unsettled, .judgeUnsettled, .unreachable, .unreadable, .astray, .misaddressed,
      .overMaximum, .crowded:
      false
    }
  }
}
