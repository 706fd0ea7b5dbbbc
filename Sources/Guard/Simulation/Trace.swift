import GuardModel
import Ledger

/// A call to replay. Names stand in the trace's tables, so that millions of calls take little room.
public struct TracedCall: Hashable, Sendable {
  /// When it came.
  public var atUnixMs: Int64
  /// Whose it is, as a place in the trace's users.
  public var user: Int32
  /// What it is for, likewise.
  public var operation: Int16
  /// The model it asks for, likewise; -1 when unknown.
  public var model: Int16
  /// Its input tokens as llmguard counts them before.
  public var countedInput: Int32
  /// Its input tokens as the provider counts them.
  public var input: Int32
  /// The output tokens it takes as it is asked for.
  public var output: Int32
  /// The most it is held for; -1 when that is not known. An answer that was longer nevertheless stays longer, unless a policy
  /// lowers the maximum.
  public var maximum: Int32 = -1
  /// How long it takes once it is sent, without a delay before.
  public var durationMs: Int32
  /// Which attempt at the same thing it was recorded as; 1 for the first.
  public var attempt: Int32 = 1
  /// What it asks for, where that is known: equal numbers ask the same. 0 when it is not, and then `attempt` counts.
  public var question: UInt64 = 0
  /// What else is known of what it took, as a place in the trace's details; -1 when that is all.
  public var details: Int32 = -1
  /// Where it stands in its run, as a place in the trace's steps; -1 when it is no run's.
  public var step: Int32 = -1
  /// Whether its own run refused it, or wanted no answer but the cache's: so it would under any policy.
  public var isRefusedByRun = false
  /// The tokens that it would have been charged, where the cache answered it; -1 where it did not.
  public var answeredTokens: Int64 = -1

  /// Makes a call.
  public init(
    atUnixMs: Int64, user: Int, operation: Int, model: Int, input: Int64, output: Int64, durationMs: Int64? = nil
  ) {
    self.atUnixMs = atUnixMs
    self.user = Int32(clamping: user)
    self.operation = Int16(clamping: operation)
    self.model = Int16(clamping: model)
    self.input = Int32(clamping: input)
    self.output = Int32(clamping: output)
    countedInput = self.input
    self.durationMs = Int32(clamping: durationMs ?? Self.assumedDurationMs(output: output))
  }

  /// How long a call is taken to last where nobody measured it: half a second, and fifty tokens a second.
  ///
  /// What no call answers counts as the nearest that one could: a damaged ledger may say anything.
  public static func assumedDurationMs(output: Int64) -> Int64 { 500 + 20 * min(max(0, output), Int64(Int32.max)) }
}

/// What a call of the past took, where its tokens in and out do not tell it all.
public struct TracedDetails: Hashable, Sendable {
  /// Its tokens with their parts.
  public var usage: TokenUsage
  /// The model that answered.
  public var model: String?
  /// What it cost, where that is not what its tokens cost by the price of the model: the provider said it, or the price was
  /// another one.
  public var paidMicroUSD: Int64?
  /// What of it has a price that nobody knew.
  public var unpriced: [UsagePart] = []
}

/// Calls to replay, in the order they came.
public struct Trace: Sendable {
  /// Users by place.
  public var users = NameTable()
  /// Operations by place.
  public var operations = NameTable()
  /// Models by place.
  public var models = NameTable()
  /// The calls.
  public var calls: [TracedCall] = []
  /// How many of them had gone out degraded.
  public private(set) var degradedInPast: Int64 = 0
  /// What is known of some of them.
  public private(set) var details: [TracedDetails] = []
  /// The steps of their runs.
  public private(set) var steps: [TracedStep] = []

  /// No calls.
  public init() {}

  /// The ledger's history.
  ///
  /// - Parameters:
  ///   - price: what the tokens of a model cost by the current rules.
  ///   - delayMs: how long a call waited before it went out: a policy delays it anew.
  public init(
    history: some CallHistory, _ query: HistoryQuery, price: (_ model: String?) -> ModelPrice?,
    delayMs: (PastCall) -> Int64 = { _ in 0 }
  ) throws(LedgerError) {
    var trace = Trace()
    var finder = StepFinder()
    var query = query
    query.hasAnswered = true
    try history.pastCalls(query) { past in
      trace.add(past, price, delayMs(past), step: finder.step(of: past))
      return true
    }
    trace.steps = finder.steps
    self = trace
    // They came out in the order they ended.
    calls = calls.enumerated().sorted { ($0.element.atUnixMs, $0.offset) < ($1.element.atUnixMs, $1.offset) }
      .map(\.element)
  }

  /// Adds a call of the past: as it was asked for, not as it was degraded. What was answered keeps what it took; what a
  /// refused one would have answered nobody knows, and its estimate stands for it, as for one that the cache answered and that
  /// goes out nevertheless.
  private mutating func add(
    _ past: PastCall, _ price: (_ model: String?) -> ModelPrice?, _ delayMs: Int64, step: Int32
  ) {
    let facts = past.facts
    let model = facts.requestedModel ?? facts.model
    var call = TracedCall(
      atUnixMs: past.arrivedAtUnixMs, user: users.place(of: facts.user),
      operation: operations.place(of: facts.operation),
      model: model.map { models.place(of: $0) } ?? -1, input: past.usage?.input ?? facts.estimatedInput,
      output: past.usage?.output ?? facts.estimatedOutput,
      durationMs: past.usage == nil ? nil : past.endedAtUnixMs - past.arrivedAtUnixMs - delayMs)
    call.countedInput = Int32(clamping: facts.estimatedInput)
    call.maximum = Int32(clamping: facts.estimatedOutput)
    call.attempt = Int32(clamping: facts.attempt)
    call.answeredTokens = past.answeredTokens ?? -1
    call.isRefusedByRun = past.refusedByPolicy.map(RefusalReason.isWanted) ?? false
    if let usage = past.usage {
      if facts.degraded { degradedInPast += 1 }
      let priced = price(facts.model).flatMap { try? $0.costMicroUSD(of: usage) }
      let paid = past.charge.costMicroUSD.flatMap { $0 == priced ? nil : min(max(0, $0), LargestAmount.ofACall) }
      // Of a cost that nobody knew its price is asked anew.
      let unpriced = past.charge.costMicroUSD == nil ? [] : past.unpriced
      if paid != nil || usage.hasParts || !unpriced.isEmpty {
        call.details = Int32(clamping: details.count)
        details.append(
          TracedDetails(usage: usage, model: facts.model, paidMicroUSD: paid, unpriced: unpriced))
      }
    }
    call.step = step
    calls.append(call)
  }
}

/// Names by their places.
public struct NameTable: Hashable, Sendable {
  /// The names.
  public private(set) var names: [String] = []
  private var places: [String: Int] = [:]

  /// No names.
  public init() {}

  /// The place of a name; a new one comes at the end.
  public mutating func place(of name: String) -> Int {
    if let place = places[name] { return place }
    places[name] = names.count
    names.append(name)
    return names.count - 1
  }
}
