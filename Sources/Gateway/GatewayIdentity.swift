import GuardModel

/// Whose calls come in, and what may be done about them.
public struct GatewayIdentity: Hashable, Sendable {
  /// Who is charged.
  public var user: String
  /// What calls are for; `nil` where a request may say (`x-llmguard-op`), and else the rules do.
  public var operation: String?
  /// Whether a request may say who is charged (`x-llmguard-user`).
  public var mayNameUser: Bool
  /// The run the calls belong to.
  public var run: String
  /// The program of the run.
  public var program: String
  /// The script or program by its path, for the rules.
  public var script: String?
  /// How urgent calls are; `nil` takes the operation's priority.
  public var priority: Priority?
  /// Whether a degraded call is accepted.
  public var mayDegrade: Bool

  /// Makes an identity.
  public init(
    user: String, operation: String? = nil, mayNameUser: Bool = false, run: String, program: String,
    script: String? = nil, priority: Priority? = nil, mayDegrade: Bool = true
  ) {
    self.user = user
    self.operation = operation
    self.mayNameUser = mayNameUser
    self.run = run
    self.program = program
    self.script = script
    self.priority = priority
    self.mayDegrade = mayDegrade
  }
}
