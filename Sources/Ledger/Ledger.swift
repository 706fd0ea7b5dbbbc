import GuardModel

/// The record of who spent what: balances, holds and an append-only list of entries.
///
/// Every engine behaves as `MemoryLedger` does; the conformance suite in Tests holds them to it. All operations are
/// atomic across processes, take the caller's clock and correct it: the ledger's time never runs backwards.
///
/// The life of a call's money: `reserve` holds the charge on every budget or on none; `settle` replaces the hold by what
/// the call really took; `void` gives it back. A hold whose owner died is recovered by whoever comes next.
public protocol Ledger: AnyObject {
  /// How often another file was put in the place of the ledger's, and opened: a hold is one of the file it was taken in.
  var replacements: Int64 { get }

  /// Holds a charge on every budget of a request, in the phase it was decided in, or holds nothing.
  ///
  /// Inside the transaction the budgets are read and decided on again: a later phase than the request's gives
  /// `.phaseMoved`, so that callers who all saw `ok` cannot all leave as `ok`; another attempt number with another price
  /// gives `.attemptMoved`, so that of many who ask for the same thing at once only one is the first. A repeated
  /// idempotency key gives the first answer again.
  func reserve(_ request: ReservationRequest, nowUnixMs: Int64) throws(LedgerError) -> ReservationOutcome

  /// Replaces a hold by what the call took. More than was held is posted in full. Settling the same hold again changes
  /// nothing.
  ///
  /// - Throws: `.unknownHold` when the hold never was, or was voided or recovered before.
  func settle(_ hold: HoldID, _ settlement: Settlement, nowUnixMs: Int64) throws(LedgerError) -> SettlementReceipt

  /// Gives a hold back: the call did not happen, or failed upstream. Voiding again changes nothing.
  func void(_ hold: HoldID, reason: String, nowUnixMs: Int64) throws(LedgerError)

  /// Records that a call was refused.
  ///
  /// - Returns: its entry.
  @discardableResult
  func recordRefusal(_ refusal: Refusal, nowUnixMs: Int64) throws(LedgerError) -> Int64

  /// Records that a call was answered from the cache, and posts what that is charged, in one step.
  ///
  /// A charge that a budget has no room for posts nothing and gives `.overBudget`.
  func recordCached(_ call: CachedCall, nowUnixMs: Int64) throws(LedgerError) -> CachedOutcome

  /// Records that a request goes out which nobody can meter. No budget takes anything.
  ///
  /// - Returns: its entry.
  @discardableResult
  func recordUnmetered(_ call: UnmeteredCall, nowUnixMs: Int64) throws(LedgerError) -> Int64

  /// Settles (or voids, as each hold says) the holds whose owners are gone.
  ///
  /// - Returns: what was recovered.
  func recover(nowUnixMs: Int64) throws(LedgerError) -> [RecoveredHold]

  /// Reads budgets as they stand, without changing anything.
  func states(of budgets: [Budget], nowUnixMs: Int64) throws(LedgerError) -> [BudgetState]

  /// Reads budgets as they stand for the calls of a run: what its envelope holds is not in their way.
  func states(of budgets: [Budget], inRun run: String, nowUnixMs: Int64) throws(LedgerError) -> [BudgetState]

  /// Holds a run's share of its budgets, on every one or on none. The run's calls then draw from it, and put back what they
  /// do not use; it reaches no further than the windows that are open now. A second one for the same run is the first.
  func holdEnvelope(_ request: EnvelopeRequest, nowUnixMs: Int64) throws(LedgerError) -> EnvelopeOutcome

  /// Gives back what is left of a run's envelope; none is fine. One whose owner died is given back by `recover`.
  func releaseEnvelope(run: String, nowUnixMs: Int64) throws(LedgerError)

  /// How many attempts at the same thing are remembered from the last `windowMs` milliseconds. One that was voided did
  /// not happen.
  func attempts(_ key: AttemptKey, windowMs: Int64, nowUnixMs: Int64) throws(LedgerError) -> Int64

  /// The calls under way, oldest first.
  func holds() throws(LedgerError) -> [HoldRecord]

  /// The call under way that was reserved under a key; `nil` when there is none, or when it has ended.
  func hold(named idempotencyKey: String) throws(LedgerError) -> HoldRecord?

  /// Adds to a budget until an instant, with a reason. What a user books is held to its ceiling in the same step.
  @discardableResult
  func grant(_ grant: Grant, nowUnixMs: Int64) throws(LedgerError) -> GrantOutcome

  /// Takes back what was added to a budget, the latest first: all of an amount, or nothing. What was used stays used.
  @discardableResult
  func takeBack(_ topUp: TakenBack, nowUnixMs: Int64) throws(LedgerError) -> TakeBackOutcome

  /// How much of what a user booked on a budget has not expired.
  func booked(_ key: BudgetKey, nowUnixMs: Int64) throws(LedgerError) -> Int64

  /// Takes the use of a budget's open window back to zero, holds excepted.
  ///
  /// - Returns: what was forgiven; `nil` when nothing was in use, and nothing was recorded.
  func reset(_ key: BudgetKey, reason: String, actor: String, nowUnixMs: Int64) throws(LedgerError) -> Int64?

  /// Takes the resets of a budget's open window back: what was used before them counts again, beside what was used since. A
  /// budget that refills is left as it is.
  ///
  /// - Returns: what counts again; `nil` when nothing was forgiven, and nothing was recorded.
  func undoReset(_ key: BudgetKey, reason: String, actor: String, nowUnixMs: Int64) throws(LedgerError) -> Int64?

  /// Closes the windows that have ended since the last time, one audited entry each.
  ///
  /// Idempotent: a window is closed once. Windows count as ended whether or not anybody closes them.
  func closeDueWindows(actor: String, nowUnixMs: Int64) throws(LedgerError) -> [WindowRecord]

  /// How far the ledger's clock is ahead of a clock, in milliseconds, ≥ 0: after a clock was set back, or once ran ahead.
  func clockLeadMs(over nowUnixMs: Int64) throws(LedgerError) -> Int64

  /// Sets the ledger's clock back to the caller's: the remedy for a clock that once ran ahead and left its windows standing
  /// still. Audited.
  ///
  /// Whatever lasts for a while (rolling windows, replenishing budgets, top-ups, remembered attempts) keeps the time it
  /// has left, so that nothing is given free. Windows of the calendar follow the calendar: today's goes on where it stood,
  /// and what was used in those still to come counts when they come.
  ///
  /// - Returns: by how many milliseconds; `nil` when the clock was not ahead, and nothing was recorded.
  func repairClock(reason: String, actor: String, nowUnixMs: Int64) throws(LedgerError) -> Int64?

  /// Everybody the ledger knows, by name: who called, and who was given a tier or budgets.
  func users() throws(LedgerError) -> [LedgerUser]

  /// One user's assignments; `nil` when the ledger does not know the user.
  func user(_ name: String) throws(LedgerError) -> LedgerUser?

  /// Changes who a user is to the ledger. Audited. An unchanged value is not recorded.
  func change(_ change: UserChange, of user: String, actor: String, nowUnixMs: Int64) throws(LedgerError)

  /// What past settlements of a model and operation showed.
  func learned(model: String?, operation: String) throws(LedgerError) -> Learned

  /// Sums of calls, grouped. Exact for any bounds.
  func usage(_ query: UsageQuery) throws(LedgerError) -> [UsageRow]

  /// Calls that have ended, one by one. At most `limit` of a query are read at once, so that nobody holds a ledger open:
  /// who wants more asks again from the last one's place.
  func calls(_ query: CallQuery) throws(LedgerError) -> [CallRecord]

  /// Every entry of a call, in their order; none when no call has this number. Any of its entries' numbers names it.
  func entries(ofCall number: Int64) throws(LedgerError) -> [Entry]

  /// The sizes of the latest settled calls of a query's range, user and operation, newest first, at most `limit`.
  func sizes(_ query: UsageQuery, limit: Int) throws(LedgerError) -> [CallSize]

  /// How often each user was refused, and by what, by user and budget.
  func refusals(sinceUnixMs: Int64, untilUnixMs: Int64) throws(LedgerError) -> [RefusalSums]

  /// How many calls of a query's range, user and operation came to nothing: they are in no sum.
  func callsOfNothing(_ query: UsageQuery) throws(LedgerError) -> Int64

  /// How many holds were recovered from owners that were gone.
  func recoveries(sinceUnixMs: Int64, untilUnixMs: Int64) throws(LedgerError) -> Int64

  /// The windows that ended from an instant on and before another, by their ends.
  func windows(endingFrom sinceUnixMs: Int64, until untilUnixMs: Int64) throws(LedgerError) -> [WindowRecord]

  /// The entries that no call made (top-ups, resets, closed windows, changes of users, notices), oldest first, of more
  /// than `limit` the latest.
  func administration(
    sinceUnixMs: Int64, untilUnixMs: Int64, limit: Int
  ) throws(LedgerError) -> [Entry]

  /// Takes a notice that is to be told once: whoever is first takes it until it is over, and it is recorded.
  ///
  /// - Returns: `false` when somebody took it before, and nothing was recorded.
  func take(_ notice: Notice, nowUnixMs: Int64) throws(LedgerError) -> Bool

  /// Records how telling went.
  func record(notice note: String, user: String?, nowUnixMs: Int64) throws(LedgerError)

  /// The latest entries, newest first, at most `limit`.
  func entries(limit: Int) throws(LedgerError) -> [Entry]

  /// Checks every invariant; an empty list means the ledger is sound.
  func verify() throws(LedgerError) -> [LedgerProblem]
}
