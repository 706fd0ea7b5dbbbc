import Guard
import GuardModel
import Ledger
import Posix

/// A call whose charge is held, on its way.
final class HeldExchange {
  let call: HeldCall
  /// What the hold's commit is called: it must be safe before the client is answered.
  let stamp: LedgerDesk.Stamp
  /// Its places among the calls under way, where there is a limit to them.
  private var tickets: [TicketID]

  init(call: HeldCall, stamp: LedgerDesk.Stamp, tickets: [TicketID]) {
    self.call = call
    self.stamp = stamp
    self.tickets = tickets
  }

  /// Its places that are not left yet.
  var places: [TicketID] { tickets }

  /// The places that are still to be left; whoever takes them leaves them.
  func takeTickets() -> [TicketID] {
    defer { tickets = [] }
    return tickets
  }
}

/// How a call may go on.
enum CallAdmission {
  case admitted(HeldExchange)
  case refused(Plan)
  case failed(GuardError)
}

/// The way from a call to its hold.
extension MeteredCall {
  /// What its run's command holds by its text, where this call may be that command's.
  func takeStandIn() -> RunTree.Taken? { exchange.isJudges ? nil : gateway.runs.takeStandIn(of: exchange.joined) }

  /// Waits for the call's turn and holds its charge, in the place of its command's where that was metered by its text.
  func admit(_ call: CallRequest) throws(ClientFault) -> CallAdmission {
    let taken = takeStandIn()
    var tickets = [taken?.standIn.place?.ticket].compactMap { $0 }
    var call = call
    let turn: Turn
    do throws(ClientFault) { turn = try awaitTurn(call, beside: taken?.standIn.place) } catch {
      if let taken { gateway.runs.putBack(taken) }
      throw error
    }
    switch turn {
    case .came(let ticket, let waitedMs):
      if let ticket { tickets.append(ticket) }
      call.waitedMs = waitedMs
    case .ended(let admission):
      if let taken {
        if case .refused = admission { giveBack(taken, .calls) } else { gateway.runs.putBack(taken) }
      }
      return admission
    }
    let admission = hold(call, tickets, insteadOf: taken)
    if case .admitted = admission { return admission }
    for ticket in tickets { leave(ticket) }
    return admission
  }

  private func hold(_ call: CallRequest, _ tickets: [TicketID], insteadOf taken: RunTree.Taken?) -> CallAdmission {
    var call = call
    call.earlier = taken?.standIn.earlier
    let request = call
    let used = Locked<Charge?>(nil)
    do throws(LedgerError) {
      let (result, stamp) = try gateway.desk.perform { tools -> Result<Admission, GuardError> in
        do throws(GuardError) {
          if let taken { try giveBack(taken, .calls, tools.pipeline) }
          return .success(try underCaps(try tools.pipeline.admit(request), tools.pipeline, used))
        } catch { return .failure(error) }
      }
      switch result {
      case .success(.admitted(let held)):
        return .admitted(HeldExchange(call: held, stamp: stamp, tickets: tickets))
      case .success(.refused(let plan)): return .refused(plan)
      case .failure(let error): return .failed(error)
      }
    } catch {
      // Nothing of the exchange stays: the command's own hold is still there, and nothing was taken under the caps.
      if let charge = used.use({ $0 }) { exchange.settleCaps(charge, nil) }
      // The turn was used: it is left with the others.
      if var taken {
        taken.standIn.place = nil
        gateway.runs.putBack(taken)
      }
      return .failed(.ledger(error))
    }
  }

  /// Holds an admitted call to the caps of its runs. Done within the commit of its hold, one call after the other.
  ///
  /// - Parameter used: gets what was taken under the caps.
  func underCaps(
    _ admission: Admission, _ pipeline: Guard, _ used: Locked<Charge?>
  ) throws(GuardError) -> Admission {
    guard case .admitted(let held) = admission else { return admission }
    let charge = held.plan.shape.charge
    guard let cap = gateway.runs.take(charge, exchange.joined, isExtra: exchange.isJudges, nowMs: Clock.sinceStartMs)
    else {
      used.use { $0 = charge }
      gateway.balances.note(held)
      return admission
    }
    try pipeline.giveBack(held, reason: Replacement.refusal.rawValue)
    return .refused(try pipeline.refuse(held.plan, .runCap(cap)))
  }

  /// Holds a call that goes out without the ledger to the caps of its runs, which stand in memory: for what is known of it without.
  ///
  /// - Returns: what was taken, `nil` where what it asks for cannot be counted; and its plan where it does not fit.
  func underCaps(unrecorded call: CallRequest) -> (taken: Charge?, refused: Plan?) {
    let settings = options.settings
    let known = Planner.Knowledge(
      tier: settings.tier(settings.defaultTier) ?? Tier(name: settings.defaultTier), states: [],
      learned: { _ in .nothing }, nowUnixMs: Clock.unixMs)
    guard let plan = try? Planner(settings: settings).plan(call, known) else { return (nil, nil) }
    let charge = plan.shape.charge
    let cap = gateway.runs.takeUnmetered(exchange.joined, charge, nowMs: Clock.sinceStartMs)
    return cap.map { (nil, plan.refused(.runCap($0))) } ?? (charge, nil)
  }

  /// Gives back what was taken under the caps for a call without the ledger that did not happen.
  func giveBack(_ unrecorded: Charge?) {
    if let unrecorded { gateway.runs.returnUnmetered(exchange.joined, unrecorded) }
  }

  /// Does some work with the ledger.
  func work<Value>(
    _ body: @escaping (LedgerDesk.Tools) throws(GuardError) -> Value
  ) -> Result<(Value, LedgerDesk.Stamp), GuardError> {
    do throws(LedgerError) {
      let (result, stamp) = try gateway.desk.perform { tools -> Result<Value, GuardError> in
        do throws(GuardError) { return .success(try body(tools)) } catch { return .failure(error) }
      }
      return result.map { ($0, stamp) }
    } catch { return .failure(.ledger(error)) }
  }

  /// Gives a call's hold back.
  func giveBack(_ held: HeldCall, _ reason: String) {
    exchange.settleCaps(held.plan.shape.charge, nil)
    gateway.tally.note(exchange.joined) { $0.ended(held.hold.number) }
    let balances = gateway.balances
    _ = balances.end(held, posted: nil)
    giveBack { pipeline throws(GuardError) in
      balances.forget(held, isInLedger: true)
      try pipeline.giveBack(held, reason: reason)
    }
  }

  /// Gives back what a command held by its text, and leaves its place in the line.
  func giveBack(_ taken: RunTree.Taken, _ reason: Replacement) {
    let hold = taken.standIn.hold
    giveBack { pipeline throws(GuardError) in try pipeline.giveBack(hold, reason: reason.rawValue) }
    if let place = taken.standIn.place { leave(place.ticket) }
  }

  /// The same as part of other work; where the hold is not there any more, whoever had it is gone.
  func giveBack(_ taken: RunTree.Taken, _ reason: Replacement, _ pipeline: Guard) throws(GuardError) {
    do throws(GuardError) { try pipeline.giveBack(taken.standIn.hold, reason: reason.rawValue) } catch {
      if !error.isOfNoHold { throw error }
    }
  }

  private func giveBack(_ body: @escaping (Guard) throws(GuardError) -> Void) {
    let tell = options.tell
    gateway.desk.post(
      { tools throws(LedgerError) in
        do throws(GuardError) { try body(tools.pipeline) } catch {
          try error.throwIfLedgerIsUnusable()
          if !error.isOfNoHold { tell(.unsettled(error)) }
        }
      }, lost: { tell(.unsettled(.ledger($0))) })
    gateway.desk.flushSoon()
  }

  // MARK: - The line

  private enum Turn {
    case came(TicketID?, waitedMs: Int64?)
    case ended(CallAdmission)
  }

  /// Waits for room where the user's tier or the model has limits. A call that its budgets refuse anyway does not wait, and
  /// neither does a client that has left.
  ///
  /// - Parameter place: a place that the call has already; it waits only for the lanes that are not that place's.
  private func awaitTurn(_ call: CallRequest, beside place: TurnPlace?) throws(ClientFault) -> Turn {
    var (ticket, file): (TicketID, Int64)
    var rules = gateway.rules
    switch enterLine(call, beside: place) {
    case .success((.none, _)): return .came(nil, waitedMs: nil)
    case .success((.some(let taken), let number)): (ticket, file) = (taken, number)
    case .failure(let error): return .ended(.failed(error))
    }
    let startNs = Clock.monotonicNanoseconds
    // Its place among those that wait.
    var stood: Int?
    defer { if let stood { gateway.line.leave(stood) } }
    // Since when somebody is putting another ledger in the place.
    var replacedNs: Int64?
    var looksAtMs = Self.looksEachMs
    while true {
      let (known, number, mark) = (ticket, file, gateway.desk.tools.ledger.writeMark)
      let (held, current) = (rules, gateway.rules)
      rules = current
      let standing = work { tools throws(GuardError) -> Standing? in
        if tools.ledger.replacements != number { return nil }
        if held !== current { try move(known, call, tools, beside: place) }
        do throws(LedgerError) { return try tools.ledger.standing(of: known, nowUnixMs: Clock.unixMs) } catch {
          throw .ledger(error)
        }
      }
      // Its run has ended, and has told that its client had left.
      if let stood, !gateway.line.holds(stood) {
        leave(ticket)
        throw .gone
      }
      switch standing {
      case .failure(.ledger(.replaced)) where Self.isShort(since: &replacedNs):
        if stays(forMs: Self.replacingPauseMs) { continue }
        leave(ticket)
        throw .gone
      case .success((.none, _)):
        // Another ledger is in the place, and in its line nobody stands yet.
        leave(ticket)
        switch enterLine(call, beside: place) {
        case .success((.none, _)): return .came(nil, waitedMs: (Clock.monotonicNanoseconds - startNs) / 1_000_000)
        case .success((.some(let taken), let number)): (ticket, file) = (taken, number)
        case .failure(let error): return .ended(.failed(error))
        }
        replacedNs = nil
      case .failure(let error):
        leave(ticket)
        return .ended(.failed(error))
      case .success((.started?, _)):
        return .came(ticket, waitedMs: stood != nil ? (Clock.monotonicNanoseconds - startNs) / 1_000_000 : nil)
      case .success((.waiting(let ahead, let estimateMs, let hold)?, _)):
        let waitedMs = (Clock.monotonicNanoseconds - startNs) / 1_000_000
        if waitedMs >= exchange.terms.waitMs {
          leave(ticket)
          return .ended(refuse(call, ahead: ahead, waitedMs: waitedMs, estimateMs: estimateMs, hold: hold))
        }
        (stood, replacedNs) = (stood ?? gateway.line.enter(exchange.client.socket, of: exchange.joined), nil)
        if waitedMs >= looksAtMs {
          looksAtMs = waitedMs + Self.looksEachMs
          if let ended = refuseIfShut(call) {
            leave(ticket)
            return .ended(ended)
          }
        }
        exchange.tell(
          .queued(
            user: call.user, provider: call.provider, ahead: ahead, estimateMs: estimateMs, waitedMs: waitedMs,
            hold: hold))
        let isSoon = estimateMs.map { $0 < Self.quietMs } ?? false
        if !staysInLine(
          forMs: max(1, min(min(1000, 10 * (ahead + 1)), exchange.terms.waitMs - waitedMs)), unlessChanged: mark,
          atMostMs: isSoon ? 0 : min(Self.quietMs, exchange.terms.waitMs - waitedMs))
        {
          leave(ticket)
          if let stood, gateway.line.lose(stood) { gateway.tally.note(exchange.joined) { $0.unsent += 1 } }
          throw .gone
        }
      }
    }
  }

  /// How long a ledger that nobody has written to is not looked at: a turn may also come as time goes by, or an owner dies.
  private static let quietMs: Int64 = 100

  /// Waits, and longer while nobody writes to the ledger: to see only that is cheap, and a look is not. - Returns: whether the client
  /// is still there.
  private func staysInLine(forMs ms: Int64, unlessChanged mark: [Int64], atMostMs most: Int64) -> Bool {
    let startNs = Clock.monotonicNanoseconds
    repeat {
      if !stays(forMs: ms) { return false }
    } while gateway.desk.tools.ledger.writeMark == mark
      && (Clock.monotonicNanoseconds - startNs) / 1_000_000 + ms <= most
    return true
  }

  /// How long whoever stands in the line waits for a ledger that is being put in the place of another, and how often it is
  /// looked for.
  private static let (longestReplacingMs, replacingPauseMs): (Int64, Int64) = (10_000, 200)

  /// Whether what has begun now, or before, has not lasted for so long.
  private static func isShort(since startNs: inout Int64?) -> Bool {
    let nowNs = Clock.monotonicNanoseconds
    defer { startNs = startNs ?? nowNs }
    return nowNs - (startNs ?? nowNs) < longestReplacingMs * 1_000_000
  }

  /// Takes a place in the line, where the call has to wait in one. - Returns: the place, and which file of the ledger it is in.
  private func enterLine(_ call: CallRequest, beside place: TurnPlace?) -> Result<(TicketID?, Int64), GuardError> {
    return work { tools throws(GuardError) -> (TicketID?, Int64) in
      let plan = try tools.pipeline.plan(call)
      let priority =
        exchange.identity.priority ?? tools.pipeline.settings.operations[call.operation]?.priority ?? .normal
      let lanes = try lanes(plan, tools, beside: place)
      if lanes.isEmpty { return (nil, tools.ledger.replacements) }
      let request = TicketRequest(
        user: call.user, operation: call.operation, program: call.program, priority: priority, lanes: lanes,
        tokens: plan.shape.charge.tokens)
      do throws(LedgerError) {
        return (try tools.ledger.enter(request, nowUnixMs: Clock.unixMs), tools.ledger.replacements)
      } catch { throw .ledger(error) }
    }.map(\.0)
  }

  /// Has a call that waits wait by the rules of now: where there is no lane that it has to wait in, its turn has come.
  private func move(
    _ ticket: TicketID, _ call: CallRequest, _ tools: LedgerDesk.Tools, beside place: TurnPlace?
  ) throws(GuardError) {
    let lanes = try lanes(try tools.pipeline.plan(call), tools, beside: place)
    do throws(LedgerError) { try tools.ledger.move(ticket, to: lanes) } catch { throw .ledger(error) }
  }

  /// The lanes that a call has to wait in; none where nothing is limited, and for one that is refused anyway.
  ///
  /// - Parameter place: a place that the call has already.
  func lanes(_ plan: Plan, _ tools: LedgerDesk.Tools, beside place: TurnPlace?) throws(GuardError) -> [Lane] {
    let paused: Set<String>
    do throws(LedgerError) { paused = try tools.ledger.pausedLanes(nowUnixMs: Clock.unixMs) } catch {
      throw .ledger(error)
    }
    exchange.sawHolds = false
    // By the rules of now, as the plan is: they may limit what was free when the call came.
    if gateway.rules.limitsNothing, paused.isEmpty { return [] }
    if plan.refusal != nil { return [] }
    let account = paused.isEmpty ? nil : exchange.account
    let lanes = tools.pipeline.lanes(plan, paused: paused, account: account)
    exchange.sawHolds = !paused.isEmpty && lanes.contains { paused.contains($0.name) }
    return lanes.filter { place?.lanes.contains($0.name) != true }
  }

  /// How often a call that waits looks whether its budgets still let it out.
  private static let looksEachMs: Int64 = 1000

  /// Refuses a call in the line that its budgets refuse by now, whenever its turn comes. What calls under way hold may yet be
  /// its own.
  ///
  /// - Returns: `nil` where it may still go out.
  private func refuseIfShut(_ call: CallRequest) -> CallAdmission? {
    let looked = work { tools throws(GuardError) -> Plan? in
      let plan = try tools.pipeline.plan(call)
      guard let reason = plan.refusal, !plan.mayBeHeldUpByItself else { return nil }
      return try tools.pipeline.refuse(plan, reason)
    }
    switch looked {
    case .success((let plan, _)): return plan.map { .refused($0) }
    case .failure(let error): return .failed(error)
    }
  }

  private func refuse(
    _ call: CallRequest, ahead: Int64, waitedMs: Int64, estimateMs: Int64?, hold: ProviderHold?
  ) -> CallAdmission {
    let refused = work { tools throws(GuardError) in
      try tools.pipeline.refuse(
        call, waitingIn: tools.ledger, account: exchange.account, ahead: ahead, waitedMs: waitedMs,
        estimateMs: estimateMs, hold: hold)
    }
    switch refused {
    case .success((let plan, _)): return .refused(plan)
    case .failure(let error): return .failed(error)
    }
  }

  func leave(_ ticket: TicketID) { gateway.leave(ticket) }
}
