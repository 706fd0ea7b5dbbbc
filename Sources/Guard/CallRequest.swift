import GuardModel
import Ledger

/// A call as it arrives, however it arrives: what it asks for and what may be changed about it.
public struct CallRequest: Hashable, Sendable {
  /// Who is charged.
  public var user: String
  /// What it is for.
  public var operation: String
  /// How that is known.
  public var operationBasis = OperationBasis.stated
  /// The model asked for; `nil` when it cannot be told.
  public var model: String?
  /// The most output tokens asked for; `nil` when none was.
  public var maxOutputTokens: Int64?
  /// The input as counted from the text, before what was learned about the model corrects it.
  public var countedInputTokens: Int64
  /// The tokens of an answer that is told in advance: as many may be charged as output beside the answer's own.
  public var predictedTokens: Int64 = 0
  /// What of the input the provider is asked to keep; `nil` for nothing.
  public var promptCacheWrite: PromptCacheWrite?
  /// The whole call's tokens as the caller states them; replaces counting.
  public var statedTokens: Int64?
  /// The provider it goes to; `nil` when it cannot be told.
  public var provider: String?
  /// How long it stood in the line; `nil` when nothing made it.
  public var waitedMs: Int64?
  /// The run it belongs to.
  public var run: String
  /// Whose envelope it draws from, where a run inside its run has one of its own; `nil` for the run's.
  public var envelope: String?
  /// Which call of the run it is, from 1 on.
  public var number: Int64 = 1
  /// How it asks to be served: its price depends on that.
  public var serviceTier = ServiceTier.standard
  /// How many answers it asks for. Its maximum is that of all of them together.
  public var answers: Int64 = 1
  /// The program of the run.
  public var program: String
  /// Hashes of what is asked for: conversation, payload and instruction. `nil` when it cannot be told, and then the call
  /// is never taken for a retry.
  public var fingerprint: Fingerprint?
  /// Whether it makes up for a stored answer that was rejected: then it is no attempt at the same thing.
  public var isOwed = false
  /// Whether the model can be changed in the call.
  public var canChangeModel: Bool
  /// The models that it can be changed to; `nil` for any.
  public var reachableModels: Set<String>?
  /// Whether the maximum can be changed in the call.
  public var canCapTokens: Bool
  /// What was decided about it before, by the text of its command; `nil` for a call that is looked at once.
  public var earlier: EarlierDecision?
  /// Whether the caller accepts a degraded call; otherwise the soft phase refuses.
  public var mayDegrade: Bool

  /// What names the envelope of a run inside a run.
  ///
  /// - Parameter id: the run's own among all that are inside.
  public static func envelope(inRun run: String, of id: String) -> String { "\(run)~\(id)" }

  /// What names a call of a run to the ledger.
  public static func idempotencyKey(run: String, number: Int64) -> String { "\(run)/\(number)" }

  /// What it asks for and who does, as a hash; `nil` when it cannot be told. It is made anew each time.
  public var attemptKey: AttemptKey? {
    fingerprint.map { AttemptKey(user: user, operation: operation, fingerprint: $0) }
  }

  /// Makes a request.
  public init(
    user: String, operation: String, model: String? = nil, maxOutputTokens: Int64? = nil,
    countedInputTokens: Int64, statedTokens: Int64? = nil, run: String, program: String,
    fingerprint: Fingerprint? = nil,
    canChangeModel: Bool = false, canCapTokens: Bool = false, mayDegrade: Bool = true
  ) {
    self.user = user
    self.operation = operation
    self.model = model
    self.maxOutputTokens = maxOutputTokens
    self.countedInputTokens = countedInputTokens
    self.statedTokens = statedTokens
    self.run = run
    self.program = program
    self.fingerprint = fingerprint
    self.canChangeModel = canChangeModel
    self.canCapTokens = canCapTokens
    self.mayDegrade = mayDegrade
  }
}

/// What was decided about a command by its text, before its call came to the gateway: there it is one and the same call.
public struct EarlierDecision: Hashable, Sendable {
  /// The phase it was let out in; its call goes out in no earlier one.
  public var phase: Phase
  /// Whether it was told to use something cheaper: in the soft phase its call goes out as it is.
  public var isDegraded: Bool
  /// The budget on whose account it was told so, in words; `nil` where it was not, or by a run that does not say.
  public var degradedBy: String?
  /// The model that was asked for, where it was told to use another.
  public var requestedModel: String?
  /// Which attempt at the same thing it was; `nil` when that could not be told.
  public var attempt: Int64?
  /// How long it stood in the line; `nil` when nothing made it.
  public var waitedMs: Int64?
  /// Whether it makes up for a stored answer that was rejected.
  public var isOwed: Bool

  /// Makes one.
  public init(
    phase: Phase = .ok, isDegraded: Bool = false, requestedModel: String? = nil, attempt: Int64? = nil,
    waitedMs: Int64? = nil, isOwed: Bool = false, degradedBy: String? = nil
  ) {
    self.phase = phase
    self.isDegraded = isDegraded
    self.degradedBy = degradedBy
    self.requestedModel = requestedModel
    self.attempt = attempt
    self.waitedMs = waitedMs
    self.isOwed = isOwed
  }

  /// That about a command that was admitted.
  public init(_ plan: Plan) {
    let facts = plan.facts
    self.init(
      phase: facts.phase, isDegraded: facts.degraded, requestedModel: facts.requestedModel, attempt: plan.attempt,
      waitedMs: facts.waitedMs, isOwed: plan.request.isOwed, degradedBy: plan.degradedBy)
  }
}
