import GuardModel
import Ledger

extension Guard {
  /// Refuses a call whose turn did not come in time, and records that: its own line was too long, or its provider lets nothing
  /// start.
  ///
  /// - Parameters:
  ///   - queue: the line that it waited in.
  ///   - account: where the call goes; `nil` where that is not known yet.
  ///   - ahead: how many calls were still before it.
  ///   - estimateMs: after how long its turn may come; `nil` where that cannot be told.
  ///   - hold: what of its provider's kept it from starting.
  /// - Returns: the plan, with what it waited for.
  public func refuse(
    _ request: CallRequest, waitingIn queue: some CallQueue, account: ProviderAccount? = nil, ahead: Int64,
    waitedMs: Int64, estimateMs: Int64?, hold: ProviderHold?
  ) throws(GuardError) -> Plan {
    let plan = try plan(request)
    let now = nowUnixMs()
    let reason: RefusalReason
    do throws(LedgerError) {
      // Where its provider lets it not start, no limit of the configuration would let it.
      var limits: [LaneLimit] = []
      if hold == nil {
        let lanes = lanes(plan, paused: try queue.pausedLanes(nowUnixMs: now), account: account)
        limits = try queue.limits(on: lanes, tokens: plan.shape.charge.tokens, nowUnixMs: now)
      }
      reason = .queue(
        ahead: ahead, waitedMs: waitedMs, opensAtUnixMs: estimateMs.map { now + $0 }, hold: hold, limits: limits)
    } catch { throw .ledger(error) }
    return try refuse(plan, reason)
  }
}
