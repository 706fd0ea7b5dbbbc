import Guard
import GuardModel
import Ledger
import Posix

/// A call whose charge is held, on its way.
struct HeldExchange {
  let call: HeldCall
  /// What the hold's commit is called: it must be safe before the client is answered.
  let stamp: LedgerDesk.Stamp
  /// Its place among the calls under way, where there is a limit to them.
  let ticket: TicketID?
}

/// How a call may go on.
enum CallAdmission {
  case admitted(HeldExchange)
  case refused(Plan)
  case failed(GuardError)
}

/// The way from a call to its hold.
extension MeteredCall {
  /// Waits for the call's turn and holds its charge.
  func admit(_ call: CallRequest) throws(ClientFault) -> CallAdmission {
    var ticket: TicketID?
    var call = call
    switch try awaitTurn(call) {
    case .came(let taken, let waitedMs): (ticket, call.waitedMs) = (taken, waitedMs)
    case .ended(let admission): return admission
    }
    let admission = hold(call, ticket)
    if case .admitted = admission { return admission }
    if let ticket { leave(ticket) }
    return admission
  }

  private func hold(_ call: CallRequest, _ ticket: TicketID?) -> CallAdmission {
    var call = call
    let standIn = gateway.takeStandIn()
    // What the command was told to use instead is not made cheaper a second time.
    if let plan = standIn?.plan, plan.degradation != nil { call.isDegraded = true }
    let request = call
    do throws(LedgerError) {
      let (result, stamp) = try gateway.desk.perform { [gateway] tools -> Result<Admission, GuardError> in
        do throws(GuardError) {
          if let standIn { try tools.pipeline.giveBack(standIn, reason: "its calls are metered by what they are") }
          return .success(try gateway.underCaps(try tools.pipeline.admit(request), tools.pipeline))
        } catch { return .failure(error) }
      }
      switch result {
      case .success(.admitted(let held)):
        return .admitted(HeldExchange(call: held, stamp: stamp, ticket: ticket))
      case .success(.refused(let plan)): return .refused(plan)
      case .failure(let error): return .failed(error)
      }
    } catch {
      // Nothing of the exchange stays, so the command's own hold is still there.
      if let standIn { gateway.standIn(for: standIn) }
      return .failed(.ledger(error))
    }
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

  /// Gives a hold back.
  ///
  /// - Parameter countsForRun: whether it was taken under the caps of the run; the hold of a command's text is not.
  func giveBack(_ held: HeldCall, _ reason: String, countsForRun: Bool = true) {
    if countsForRun { gateway.use.use { $0.settle(held.plan.shape.charge, nil) } }
    let tell = options.tell
    gateway.desk.post(
      { tools in
        do throws(GuardError) { try tools.pipeline.giveBack(held, reason: reason) } catch { tell(.unsettled(error)) }
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
  private func awaitTurn(_ call: CallRequest) throws(ClientFault) -> Turn {
    let priority = exchange.identity.priority ?? options.settings.operations[call.operation]?.priority ?? .normal
    let entered = work { tools throws(GuardError) -> TicketID? in
      let plan = try tools.pipeline.plan(call)
      let lanes = try lanes(plan, tools)
      if lanes.isEmpty { return nil }
      let request = TicketRequest(
        user: call.user, operation: call.operation, program: call.program, priority: priority, lanes: lanes,
        tokens: plan.shape.charge.tokens)
      do throws(LedgerError) { return try tools.ledger.enter(request, nowUnixMs: Clock.unixMs) } catch {
        throw .ledger(error)
      }
    }
    let ticket: TicketID
    switch entered {
    case .success((nil, _)): return .came(nil, waitedMs: nil)
    case .success((let taken?, _)): ticket = taken
    case .failure(let error): return .ended(.failed(error))
    }
    let startNs = Clock.monotonicNanoseconds
    while true {
      let standing = work { tools throws(GuardError) -> Standing in
        do throws(LedgerError) { return try tools.ledger.standing(of: ticket, nowUnixMs: Clock.unixMs) } catch {
          throw .ledger(error)
        }
      }
      switch standing {
      case .failure(let error):
        leave(ticket)
        return .ended(.failed(error))
      case .success((.started, _)):
        return .came(ticket, waitedMs: (Clock.monotonicNanoseconds - startNs) / 1_000_000)
      case .success((.waiting(let ahead, let estimateMs), _)):
        let waitedMs = (Clock.monotonicNanoseconds - startNs) / 1_000_000
        options.tell(.queued(ahead: ahead, estimateMs: estimateMs, waitedMs: waitedMs))
        if waitedMs >= options.waitMs {
          leave(ticket)
          return .ended(refuse(call, ahead: ahead, waitedMs: waitedMs))
        }
        if !stays(forMs: max(1, min(min(1000, 10 * (ahead + 1)), options.waitMs - waitedMs))) {
          leave(ticket)
          throw .gone
        }
      }
    }
  }

  /// The lanes that a call has to wait in; none where nothing is limited, and for one that is refused anyway.
  func lanes(_ plan: Plan, _ tools: LedgerDesk.Tools) throws(GuardError) -> [Lane] {
    let paused: Set<String>
    do throws(LedgerError) { paused = try tools.ledger.pausedLanes(nowUnixMs: Clock.unixMs) } catch {
      throw .ledger(error)
    }
    if options.settings.limitsNothing, paused.isEmpty { return [] }
    return plan.refusal == nil ? tools.pipeline.lanes(plan, paused: paused) : []
  }

  private func refuse(_ call: CallRequest, ahead: Int64, waitedMs: Int64) -> CallAdmission {
    let refused = work { tools throws(GuardError) in
      try tools.pipeline.refuse(tools.pipeline.plan(call), .queue(ahead: ahead, waitedMs: waitedMs))
    }
    switch refused {
    case .success((let plan, _)): return .refused(plan)
    case .failure(let error): return .failed(error)
    }
  }

  func leave(_ ticket: TicketID) {
    gateway.desk.post({ tools in try? tools.ledger.leave(ticket) }, lost: { _ in })
    gateway.desk.flushSoon()
  }
}
