import Guard
import GuardModel
import Ledger
import Posix
import TextFormats

/// What runs inside the run tell the gateway, and what it answers.
extension Gateway {
  /// The submitted calls that are part of its run, and have not said that they left.
  public var submittedInside: [String] { runs.submitted }

  /// Answers a message.
  ///
  /// - Parameters:
  ///   - bytes: the message.
  ///   - target: what it is about.
  ///   - sender: the run that sends it; to join, that around the one that joins.
  /// - Returns: `nil` for what is no message.
  func answer(
    _ bytes: [UInt8], to target: String, from sender: String?, _ identity: GatewayIdentity
  ) -> JSONValue? {
    guard let message = try? JSONParser.parse(bytes), message.objectValue != nil else { return nil }
    switch (target, sender) {
    case ("/join", _):
      guard let id = message["id"]?.stringValue, JoinedRun.isID(id) else { return nil }
      let request = message["request"]?.stringValue.flatMap { JoinedRun.isID($0) ? $0 : nil }
      guard runs.join(id, parent: sender, JoinedTerms(message), request: request) else { return nil }
      let taken = message["metered_by_text"]?.boolValue == true ? runs.handOver(to: id) : nil
      return [
        "schema": 1, "user": .string(identity.user), "turn": taken?.place?.json ?? .null,
        "instead_of": .int(taken?.hold.number),
      ]
    case ("/submit", _):
      let terms = runs.mayGo(from: sender) ? termsForSubmitted(from: sender, identity) : nil
      return ["schema": 1, "user": .string(identity.user), "terms": terms?.json ?? .null]
    case ("/stand-in", let id?):
      let run = message["run"]?.stringValue ?? identity.run
      guard let number = message["number"]?.int64Value, let held = hold(number, run, identity) else { return nil }
      let place = message["turn"].flatMap(TurnPlace.init)
      let standIn = StandIn(
        hold: held.id, charge: held.charge, earlier: EarlierDecision(message),
        keeping: message["keeping"]?.stringValue.flatMap(AnswerKeeping.init) ?? .gateway, place: place)
      let cap = runs.setStandIn(standIn, of: id, nowMs: Clock.sinceStartMs)
      return ["schema": 1, "cap": cap?.json ?? .null]
    case ("/withdraw", let id?):
      let (wasThere, isHandedOver) = (runs.withdrawStandIn(of: id), runs.isHandedOver(id))
      // Whoever then looks whether a run inside was its call has to find what that took.
      if wasThere, isHandedOver { _ = try? desk.perform { _ in } }
      return [
        "schema": 1, "was_there": .bool(wasThere), "handed_over": .bool(isHandedOver),
        "has_taken": .bool(runs.hasTaken(id)), "sent_nothing": .bool(runs.sentNothing(id)),
      ]
    case ("/leave", let id?):
      let posted = message["charge_tokens"]?.int64Value.map {
        Charge(tokens: max(0, $0), costMicroUSD: message["cost_micro_usd"]?.int64Value.map { max(0, $0) })
      }
      if let entry = message["answered_by"]?.int64Value, runs.mayClaim(id), isAnswer(entry, identity) {
        runs.claim(entry, by: id)
      }
      if let own = message["own"], runs.isKnown(id) { runs.note(ownTextOf: id, GatewaySummary(own)) }
      // Whatever was to be fetched by it is not fetched any more.
      background.settleAll(of: id, self)
      for run in line.loseThoseLeft(where: { runs.holds($0, inside: id) }) { runs.note(run) { $0.unsent += 1 } }
      guard let (summary, place) = runs.leave(id, posted: posted) else { return nil }
      if let place { leave(place.ticket) }
      // Whoever looks its calls up has to find them.
      if message["looks_up"]?.boolValue == true { _ = try? desk.perform { _ in } }
      return summary.json
    default: return nil
    }
  }

  /// What a call that is submitted in a run and goes on without it takes along of what the runs around it want; `nil` where it has to
  /// stay.
  private func termsForSubmitted(from sender: String?, _ identity: GatewayIdentity) -> JoinedTerms? {
    let rules = rules
    if rules.options.keepsSubmitted || rules.options.maxOutputTokens != nil { return nil }
    var identity = identity
    let wanted = CallTerms(rules, runs.terms(of: sender), &identity)
    var terms = JoinedTerms()
    (terms.operation, terms.priority, terms.mayDegrade) = (identity.operation, identity.priority, identity.mayDegrade)
    (terms.isStrict, terms.retries, terms.waitMs) = (wanted.isStrict, Int64(wanted.retries), wanted.waitMs)
    terms.failsOpen = wanted.failsOpen
    terms.cacheMode = wanted.cacheMode ?? rules.options.cache?.mode
    return terms
  }

  /// The open hold of a run inside, by the number of its call, which that run alone knows: a script that names another's
  /// hold, or that of a call under way here, would make it free.
  ///
  /// - Parameter run: the run that it is kept under: that of this gateway, or the id of a submitted one.
  private func hold(_ number: Int64, _ run: String, _ identity: GatewayIdentity) -> HoldRecord? {
    guard CallNumbers.untold.contains(number), run == identity.run || JoinedRun.isID(run) else { return nil }
    let key = CallRequest.idempotencyKey(run: run, number: number)
    let found = try? desk.perform { tools in try? tools.ledger.hold(named: key) }
    guard let held = found?.0, held.facts.user == identity.user else { return nil }
    return held
  }

  /// Whether an entry of the ledger is an answer of the cache to this run: a script may name any.
  private func isAnswer(_ entry: Int64, _ identity: GatewayIdentity) -> Bool {
    let found = try? desk.perform { tools in try? tools.ledger.entries(ofCall: entry) }
    guard let last = found?.0?.last else { return false }
    return last.kind == .cached && last.facts?.run == identity.run && last.facts?.user == identity.user
  }

  /// Leaves the line.
  func leave(_ ticket: TicketID) {
    desk.post({ tools in try? tools.ledger.leave(ticket) }, lost: { _ in })
    desk.flushSoon()
  }
}

extension GuardError {
  /// Whether the hold is not there: whoever had it is gone, and it has been recovered.
  var isOfNoHold: Bool { if case .ledger(.unknownHold) = self { true } else { false } }
}

extension TurnPlace {
  /// As runs and gateways tell it each other.
  public var json: JSONValue {
    ["ticket": .int(ticket.number), "lanes": .array(lanes.sorted().map(JSONValue.string))]
  }

  /// Reads what is told; `nil` where there is no place.
  public init?(_ json: JSONValue) {
    guard let number = json["ticket"]?.int64Value else { return nil }
    self.init(ticket: TicketID(number), lanes: Set(json["lanes"]?.arrayValue?.compactMap(\.stringValue) ?? []))
  }
}

extension RunCap {
  /// As it is told to a run inside.
  var json: JSONValue {
    switch self {
    case .calls(let most): ["kind": "calls", "most": .int(most)]
    case .tokens(let most, let used, let held):
      ["kind": "tokens", "most": .int(most), "used": .int(used), "held": .int(held)]
    case .cost(let most, let used, let held):
      ["kind": "cost", "most": .int(most), "used": .int(used), "held": .int(held)]
    case .duration: ["kind": "duration"]
    }
  }

  /// Reads what a gateway tells; `nil` when there is no cap.
  public init?(_ json: JSONValue) {
    let (most, used) = (json["most"]?.int64Value ?? 0, json["used"]?.int64Value ?? 0)
    let held = json["held"]?.int64Value ?? 0
    switch json["kind"]?.stringValue {
    case "calls": self = .calls(most)
    case "tokens": self = .tokens(most, used: used, held: held)
    case "cost": self = .cost(microUSD: most, used: used, held: held)
    case "duration": self = .duration
    default: return nil
    }
  }
}

extension EarlierDecision {
  /// As it is told to the gateway of the run around.
  public var members: JSONObject {
    JSONObject([
      ("phase", .string(phase.rawValue)), ("degraded", .bool(isDegraded)),
      ("requested_model", .string(orNull: requestedModel)), ("attempt", .int(attempt)), ("waited_ms", .int(waitedMs)),
      ("owed", .bool(isOwed)), ("degraded_by", .string(orNull: degradedBy)),
    ])
  }

  /// Reads what is told.
  init(_ json: JSONValue) {
    self.init(
      phase: json["phase"]?.stringValue.flatMap(Phase.init) ?? .ok, isDegraded: json["degraded"]?.boolValue ?? false,
      requestedModel: json["requested_model"]?.stringValue, attempt: json["attempt"]?.int64Value,
      waitedMs: json["waited_ms"]?.int64Value.map { max($0, 0) }, isOwed: json["owed"]?.boolValue ?? false,
      degradedBy: json["degraded_by"]?.stringValue)
  }
}

extension GatewaySummary {
  private static var numbers: [(key: String, path: WritableKeyPath<GatewaySummary, Int64>)] {
    [
      ("calls", \.calls), ("refusals", \.refusals), ("cached", \.cached), ("saved_tokens", \.savedTokens),
      ("unmetered", \.unmetered), ("declined", \.declined), ("free", \.free), ("turned_away", \.turnedAway),
      ("unsent", \.unsent),
      ("unsettled", \.unsettled), ("charged_elsewhere", \.chargedElsewhere), ("refused_elsewhere", \.refusedElsewhere),
      ("tokens", \.tokens), ("charge_tokens", \.chargeTokens),
      ("cost_micro_usd", \.costMicroUSD), ("exact", \.exact), ("estimated", \.estimated),
    ]
  }

  /// What runs and gateways tell each other.
  public var json: JSONValue {
    var object = JSONObject([("schema", 1), ("last_was_refused", .bool(lastWasRefused))])
    for (key, path) in Self.numbers { object[key] = .int(self[keyPath: path]) }
    object["ended"] = .array(ended.map { .int($0) })
    object["sums"] = .array(UsageSums.parts.map { .int(sums[keyPath: $0]) })
    return .object(object)
  }

  /// Reads what a gateway tells.
  public init(_ json: JSONValue) {
    self.init()
    lastWasRefused = json["last_was_refused"]?.boolValue ?? false
    for (key, path) in Self.numbers { self[keyPath: path] = json[key]?.int64Value ?? 0 }
    ended = json["ended"]?.arrayValue?.compactMap(\.int64Value) ?? []
    for (path, value) in zip(UsageSums.parts, json["sums"]?.arrayValue ?? []) {
      sums[keyPath: path] = max(0, value.int64Value ?? 0)
    }
  }
}
