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
  /// The whole call's tokens as the caller states them; replaces counting.
  public var statedTokens: Int64?
  /// The provider it goes to; `nil` when it cannot be told.
  public var provider: String?
  /// How long it stood in the line; `nil` when nothing made it.
  public var waitedMs: Int64?
  /// The run it belongs to.
  public var run: String
  /// Which call of the run it is, from 1 on.
  public var number: Int64 = 1
  /// The program of the run.
  public var program: String
  /// Hashes of what is asked for: conversation, payload and instruction. `nil` when it cannot be told, and then the call
  /// is never taken for a retry.
  public var fingerprint: Fingerprint?
  /// Whether the model can be changed in the call.
  public var canChangeModel: Bool
  /// The models that it can be changed to; `nil` for any.
  public var reachableModels: Set<String>?
  /// Whether the maximum can be changed in the call.
  public var canCapTokens: Bool
  /// Whether it has been degraded already: in the soft phase it goes out as it is.
  public var isDegraded = false
  /// Whether the caller accepts a degraded call; otherwise the soft phase refuses.
  public var mayDegrade: Bool

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
