import GuardModel
import Ledger
import Terminal
import TextFormats

/// What a whole run took: the receipt at its end, and what is looked up of it later.
public struct RunReport: Sendable {
  /// The run's id.
  public let run: String
  /// Calls that ended, whichever way.
  public private(set) var calls = 0
  /// Their sums.
  public private(set) var sums = UsageSums()
  /// Calls whose charge was given back.
  public private(set) var givenBack = 0
  /// Those of them that the provider answered with an error.
  private var answeredWithError = 0
  /// Those of them that had been sent when the connection broke, or the time was up.
  private var unanswered = 0
  /// Calls that llmguard turned away itself, which the ledger does not have: only the run can tell of them.
  public var turnedAway: Int64 = 0
  /// Calls that never had their turn, and were not sent: only the run can tell of them, too.
  public var unsent: Int64 = 0
  /// Requests that went out unmetered and that their providers answered with an error: only the run can tell of them, too.
  public var declined: Int64 = 0
  /// Calls that another gateway over the same ledger has charged: the entries that say so are not of the run.
  public var chargedElsewhere: Int64 = 0
  /// Calls that another gateway refused, to which they went.
  public var refusedElsewhere: Int64 = 0
  /// Connections that went past the gateway of a strict run, each in words: only the run can tell of them, too.
  public var pastGateway: [String] = []
  /// Those that were refused, and by what.
  public private(set) var refused = RefusedCalls()
  /// Settled calls whose end the ledger does not have.
  public private(set) var unsettled: Int64 = 0
  /// Whether the command ran without llmguard seeing its calls, because the ledger could not be used.
  public var isUnmetered = false
  /// Whether the ledger that has its calls was moved away.
  public var isElsewhere = false
  /// How sums are written beside the calls that they are of.
  private var figures = CallFigures.usual
  /// The first calls, for people.
  private var shown: [CallRecord] = []
  /// What was degraded: from which model to which, and how often.
  private var changes: [(change: String, count: Int)] = []
  /// Models of settled calls whose prices nobody knew.
  private var modelsWithoutPrice: [String] = []
  private var users: [String] = []
  private var operations: [String] = []
  private var programs: [String] = []
  private var firstUnixMs: Int64?
  private var lastUnixMs: Int64?
  private static let mostShown = 20
  /// How the notes begin of calls that were sent and not answered, as the gateway words them.
  private static let unansweredMarks = [
    "the connection to the provider broke", "the provider took too long", "the provider sent no reply",
  ]

  /// A run without calls.
  public init(run: String) { self.run = run }

  /// A run of which the sums are known: one inside another, whose calls the ledger has under the outer one's id.
  public init(run: String, sums: UsageSums, program: String, startedAtUnixMs: Int64, endedAtUnixMs: Int64) {
    self.run = run
    self.sums = sums
    programs = [program]
    (firstUnixMs, lastUnixMs) = (startedAtUnixMs, endedAtUnixMs)
    calls = Int(clamping: sums.requests)
  }

  /// Adds a call; calls come in the order in which they ended.
  public mutating func add(_ call: CallRecord) throws(AmountOverflow) {
    calls += 1
    if shown.count < Self.mostShown { shown.append(call) }
    firstUnixMs = min(firstUnixMs ?? .max, call.reservedAtUnixMs ?? call.endedAtUnixMs)
    lastUnixMs = max(lastUnixMs ?? .min, call.endedAtUnixMs)
    Self.note(call.facts.user, in: &users)
    Self.note(call.facts.operation, in: &operations)
    Self.note(call.facts.program, in: &programs)
    switch call.entry.kind {
    // A judge that was not let out has refused the run nothing: its call goes its way.
    case .refuse where call.facts.isJudges: break
    case .refuse:
      try sums.add(.refused)
      refused.add(call)
    case .void where call.entry.isChargedElsewhere: chargedElsewhere += 1
    case .void:
      givenBack += 1
      if call.entry.note == Entry.refusedElsewhere {
        refusedElsewhere += 1
      } else if call.entry.isAnswered {
        answeredWithError += 1
      } else if let note = call.entry.note, Self.unansweredMarks.contains(where: note.hasPrefix) {
        unanswered += 1
      }
    case .unmetered: try sums.add(.unmetered)
    case .cached: try sums.add(.cached(charge: call.entry.charge ?? .zero, saved: call.entry.saved ?? .zero))
    default:
      guard let usage = call.entry.usage, let charge = call.entry.charge else { return }
      let settlement = Settlement(
        usage: usage, charge: charge, ending: call.entry.ending ?? .complete,
        surchargeTokens: call.entry.surchargeTokens ?? 0, unpriced: call.entry.unpriced)
      try sums.add(.settled(settlement, call.facts, call.overrunTokens))
      if call.facts.degraded { noteChange(call.facts) }
      if charge.costMicroUSD == nil, let model = call.facts.model { Self.note(model, in: &modelsWithoutPrice) }
    }
  }

  /// Adds what the ledger does not have of the run.
  ///
  /// - Parameters:
  ///   - more: what is not in the sums yet.
  ///   - unsettled: calls whose end could not be recorded.
  public mutating func add(unrecorded more: UsageSums, unsettled: Int64) {
    try? sums.add(more)
    self.unsettled += unsettled
  }

  private mutating func noteChange(_ facts: CallFacts) {
    let change =
      facts.requestedModel.map { "\($0) → \(facts.model ?? "unknown")" }
      ?? "\(facts.model ?? "unknown") capped or delayed"
    if let place = changes.firstIndex(where: { $0.change == change }) {
      changes[place].count += 1
    } else if changes.count < 10 {
      changes.append((change, 1))
    }
  }

  private static func note(_ name: String, in names: inout [String]) {
    if !names.contains(name), names.count < 10 { names.append(name) }
  }

  /// What was degraded, in words; `nil` when nothing was.
  private var changesText: String? {
    if changes.isEmpty { return nil }
    if changes.count == 1, changes[0].count == 1 { return changes[0].change }
    return changes.map { "\($0.change) (\(Self.count(Int64($0.count), "call")))" }.joined(separator: ", ")
  }

  /// One object.
  public var json: JSONValue {
    var object = JSONObject([("schema", 1), ("run", .string(run))])
    object["users"] = .array(users.map(JSONValue.string))
    object["operations"] = .array(operations.map(JSONValue.string))
    object["programs"] = .array(programs.map(JSONValue.string))
    object["started_at_unix_ms"] = .int(firstUnixMs)
    object["ended_at_unix_ms"] = .int(lastUnixMs)
    for (key, value) in UsageReport.json(sums) { object[key] = value }
    object["given_back"] = .int(Int64(givenBack))
    object["turned_away"] = .int(turnedAway)
    object["unsent"] = .int(unsent)
    object["refused_elsewhere"] = .int(refusedElsewhere)
    object["charged_elsewhere"] = .int(chargedElsewhere)
    object["unsettled"] = .int(unsettled)
    object["metered"] = .bool(!isUnmetered)
    object["changes"] = .array(
      changes.map { ["change": .string($0.change), "calls": .int(Int64($0.count))] })
    return .object(object)
  }

  /// A receipt in a few lines: calls, tokens, money, what was degraded.
  public var receipt: [String] {
    if isUnmetered { return ["unmetered, for the ledger could not be used; what its calls took is unknown"] }
    var lines = ["\(Self.count(sums.calls, "call")), \(tokens), \(money)"]
    if !modelsWithoutPrice.isEmpty {
      lines.append(
        "no price is known of \(modelsWithoutPrice.joined(separator: ", ")): state it in the configuration "
          + "(\(PriceEntry.text(of: modelsWithoutPrice.count == 1 ? modelsWithoutPrice[0] : nil)))")
    }
    if unsettled > 0 { lines.append("\(HumanNumber.count(unsettled)) of them not settled in the ledger") }
    if chargedElsewhere > 0 {
      lines.append(
        "\(Self.count(chargedElsewhere, "call was", "calls were")) charged by the gateway that "
          + "\(chargedElsewhere == 1 ? "it" : "they") went to")
    }
    if isElsewhere { lines.append("the ledger that has them is not in its place any more") }
    if let changesText { lines.append("degraded: \(changesText)") }
    if sums.refusals > 0 { lines.append("\(Self.count(sums.refusals, "call")) refused") }
    if refusedElsewhere > 0 {
      lines.append(
        "\(Self.count(refusedElsewhere, "call")) refused by the gateway that \(refusedElsewhere == 1 ? "it" : "they") went to"
      )
    }
    if turnedAway > 0 {
      lines.append("\(Self.count(turnedAway, "call")) turned away by llmguard itself, and not in the ledger")
    }
    if unsent > 0 {
      lines.append("\(Self.count(unsent, "call")) never had a turn, and \(unsent == 1 ? "was" : "were") not sent")
    }
    if !pastGateway.isEmpty {
      lines.append("\(Self.count(Int64(pastGateway.count), "connection")) went past the gateway")
    }
    if sums.failed > 0 { lines.append("\(Self.count(sums.failed, "call")) failed") }
    if sums.cached > 0 {
      lines.append(
        "\(Self.count(sums.cached, "call")) answered from the cache, which saved \(HumanNumber.count(sums.savedTokens)) tokens"
      )
    }
    if sums.unmetered > 0 {
      lines.append("\(Self.count(sums.unmetered, "request")) went out unmetered\(costOfUnmetered)")
    }
    let notMade = givenBack - answeredWithError - unanswered - Int(clamping: refusedElsewhere)
    if answeredWithError > 0 {
      lines.append("\(Self.count(Int64(answeredWithError), "call")) came back with an error, and cost nothing")
    }
    if unanswered > 0 {
      lines.append(
        "no answer came to \(Self.count(Int64(unanswered), "call")); whether \(unanswered == 1 ? "it" : "they") cost anything is unknown"
      )
    }
    if notMade > 0 { lines.append("\(Self.count(Int64(notMade), "call")) did not happen, and cost nothing") }
    if sums.retries > 0 {
      lines.append(
        "\(Self.count(sums.retries, "retry", "retries")) of the same request added "
          + "\(HumanNumber.count(sums.surchargeTokens)) tokens to the charge")
    }
    return lines
  }

  /// What is known of the cost of requests that nobody can meter.
  private var costOfUnmetered: String {
    let others = sums.unmetered - declined
    if declined <= 0 { return "; the cost is unknown" }
    if others <= 0 { return ", came back with an error, and cost nothing" }
    return "; \(HumanNumber.exact(declined)) of them came back with an error, and cost nothing; "
      + "the cost of the \(others == 1 ? "other" : "others") is unknown"
  }

  private var tokens: String {
    let input = (try? Amount.sum(sums.exactInput, sums.estimatedInput)) ?? .max
    let output = (try? Amount.sum(sums.exactOutput, sums.estimatedOutput)) ?? .max
    func mark(_ estimated: Int64) -> String { estimated > 0 ? "~" : "" }
    return "\(mark(sums.estimatedInput))\(figures.input.text(input)) tokens in and "
      + "\(mark(sums.estimatedOutput))\(figures.output.text(output)) out, "
      + "\(figures.charge.text(sums.chargeTokens)) charged"
  }

  private var money: String {
    let (bound, unknown) = (sums.boundOfCalls, sums.callsOfUnknownPrice)
    if bound.mayBeMore, sums.costMicroUSD == 0 { return "cost unknown" }
    // What is known is the most that it can be, and calls of unknown price come on top.
    let known = (bound.mayBeLess ? CostBound.atMost.words : "") + figures.cost.text(sums.costMicroUSD)
    return unknown == 0 ? known : "\(known) and \(Self.count(unknown, "call")) of unknown cost"
  }

  /// `1 call`, `1,249 calls`: never rounded.
  static func count(_ value: Int64, _ word: String, _ words: String? = nil) -> String {
    "\(HumanNumber.exact(value)) \(value == 1 ? word : words ?? word + "s")"
  }

  /// The receipt with the run's calls.
  public func text(_ style: Style, zone: ZoneOffsets, nowUnixMs: Int64) -> String {
    var calls = CallList(shown, zone: zone, nowUnixMs: nowUnixMs)
    if !style.isTerminal { return calls.text(style) }
    var report = self
    // What is shown of a run that is cut short does not come to its sums.
    if shown.count == self.calls { report.figures = CallFigures(shown, sums) }
    calls.figures = report.figures
    let list = calls.text(style)
    let names = "\(programs.joined(separator: ", ")) by \(users.joined(separator: ", "))"
    let head = style.apply(.bold, "Run \(TerminalText.safe(run))") + ": \(TerminalText.safe(names))\n"
    let times = [firstUnixMs, lastUnixMs].compactMap { $0.map { CivilTime.rfc3339($0, in: zone) } }
    let rest = self.calls - shown.count
    return head + "  from \(times.joined(separator: " to "))\n"
      + report.receipt.map { "  \(TerminalText.safe($0))\n" }.joined() + "\n" + list
      + (rest > 0
        ? "… and \(rest) more: llmguard usage list --run \(TerminalText.safe(run)) --limit \(self.calls)\n" : "")
  }
}
