import Ledger
import Posix

/// What is to be on the disk, and what the desk's own thread does: that for which no client waits.
extension LedgerDesk {
  /// Notes what is to be made safe: by whoever waits for it, else with the next commit, or when nobody has come for a while.
  /// A settlement that a power cut takes away leaves its hold, which is safe: the estimate is then charged.
  ///
  /// - Parameter lost: why the commit did not come about.
  func wantSafe(_ commit: Int64, _ mark: CommitMark?, isAwaited: Bool, lost: LedgerError? = nil) {
    disk.useQuietly { disk, _ in
      if lost != nil || mark != nil { disk.lost = lost }
      disk.mark = mark ?? disk.mark
      if mark == nil, disk.safe == disk.wanted, !disk.isSyncing {
        (disk.wanted, disk.safe) = (commit, commit)
        return
      }
      disk.wanted = commit
      if isAwaited { disk.awaited = commit }
    }
  }

  /// Whether the disk had no room for the last commit with something to record: the error then, once.
  func takeFullDisk() -> LedgerError? {
    disk.useQuietly { disk, _ in
      guard let lost = disk.lost, case .diskFull = lost else { return nil }
      disk.lost = nil
      return lost
    }
  }

  /// Has the desk's own thread look at what there is to do. - Returns: whether it will: there may be no thread to be had.
  @discardableResult
  func poke() -> Bool {
    let needsThread = errands.useQuietly { errands, tells in
      errands.isPoked = true
      // Otherwise it looks by itself in a moment.
      tells = errands.isResting
      defer { errands.hasThread = true }
      return !errands.hasThread
    }
    return !needsThread || startThread()
  }

  /// Starts the thread that does what nobody waits for.
  func startThread() -> Bool {
    do throws(PosixError) {
      try Thread.start { [self] in seeToErrands() }
      return true
    } catch {
      errands.use { $0.hasThread = false }
      return false
    }
  }

  private func seeToErrands() {
    var (isTidy, lastNs) = (true, Clock.monotonicNanoseconds)
    // What whoever waits for it has not made safe until the next look, the thread does.
    var awaitedBefore: Int64 = 0
    while true {
      errands.useQuietly { errands, _ in errands.isResting = isTidy }
      let next = errands.wait(
        atMostMs: isTidy ? msToLate() : Self.gatherMs, until: { $0.isOver || $0.hasSync || isTidy && $0.isPoked }
      ) { errands -> Errand in
        errands.isResting = false
        defer { errands.hasSync = false }
        if errands.hasSync { return .sync }
        if isTidy, !errands.isOver { return .gather }
        defer { errands.isPoked = false }
        if errands.isPoked { return .work }
        let isQuiet = Clock.monotonicNanoseconds - lastNs >= Self.pauseMs * 1_000_000
        // Nobody has come for a while.
        return errands.isOver ? .end : isQuiet ? .tidy : .nothing
      }
      let (owes, owesLate, awaited) = disk.useQuietly { disk, _ in
        (disk.owesSync && awaitedBefore > disk.safe, disk.owesLateSync, disk.awaited)
      }
      awaitedBefore = awaited
      switch next {
      case .sync: sync()
      case .work: flush()
      case .tidy where owesLate: makeAllSafe()
      case .end where owesLate:
        makeAllSafe()
        Clock.sleep(ms: 1)
      case .tidy: tidy()
      case .gather, .nothing: break
      case .end: return
      }
      if owes { makeAllSafe() }
      if msToLate() == 0 { tryLate() }
      isTidy = next == .tidy && !owesLate
      if next != .nothing, next != .tidy { lastNs = Clock.monotonicNanoseconds }
    }
  }

  private enum Errand {
    /// A commit is to be synced, by nobody else.
    case sync
    case work
    /// Work has come that may be taken along.
    case gather
    case nothing
    case tidy
    case end
  }

  /// Syncs what is committed, unless somebody is at it: the desk's own thread never waits for that, as it may be its own turn.
  private func makeAllSafe() {
    let isMine = disk.useQuietly { disk, _ in
      if disk.isSyncing || !disk.owesLateSync { return false }
      disk.isSyncing = true
      return true
    }
    if isMine { sync() }
  }

  /// What whoever waits for the disk does next.
  enum SyncStep {
    case over(LedgerError?)
    case sync
  }

  /// Syncs, for all who wait. An error of the disk is not tried away: what was not safe then is safe only once it was written
  /// in another way.
  func sync() {
    let (wanted, mark) = disk.useQuietly { disk, _ in (disk.wanted, disk.mark) }
    var failure: LedgerError?
    do throws(LedgerError) { if let mark { try tools.ledger.makeDurable(mark) } } catch { failure = error }
    if failure != nil {
      disk.useQuietly { disk, _ in disk.isBroken = true }
      // Whoever leads next mends it; those who wait are told only where that fails, too.
      do throws(LedgerError) {
        _ = try perform(makesSafe: true) { _ in }
        failure = nil
      } catch { failure = error }
    }
    disk.use { disk in
      disk.isSyncing = false
      if failure == nil { disk.safe = max(disk.safe, wanted) } else { disk.failure = failure }
    }
  }

  /// Where the disk has failed, has everything before a commit made safe in another way.
  ///
  /// - Returns: why that cannot be done.
  func mend(before commit: Int64) -> LedgerError? {
    let (isBroken, mark) = disk.useQuietly { disk, _ in (disk.isBroken, disk.mark) }
    if !isBroken { return nil }
    do throws(LedgerError) { try tools.ledger.makeSafeAnew(mark) } catch { return error }
    disk.use { disk in
      (disk.isBroken, disk.failure) = (false, nil)
      disk.safe = max(disk.safe, commit - 1)
    }
    return nil
  }
}
