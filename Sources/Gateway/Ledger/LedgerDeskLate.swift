import Ledger
import Posix

/// Work whose commit failed, and when it is done again: when one with something to record has succeeded, after a while by the desk's
/// own thread, and once more at the end.
extension LedgerDesk {
  /// One piece of work.
  final class Job {
    /// What its thread is called for.
    enum Reason: UInt32 {
      case leads = 1
      case done
    }

    private let work: () throws(LedgerError) -> Void
    /// Where a thread waits for it.
    let seat: WaitingRoom.Seat?
    /// Whether it is done again where its commit fails, if nobody waits for it.
    let isKept: Bool
    /// Hears of a commit that failed for good, where nobody waits.
    let lost: ((LedgerError) -> Void)?
    /// Why it could not be done, in a commit that may have succeeded all the same.
    private(set) var trouble: LedgerError?
    /// How often its commit has failed where the disk had room, and how often so while others succeeded. Whoever leads counts.
    private(set) var (failures, tries) = (0, 0)
    /// How many commits had recorded something when it failed last; `nil` where it never did.
    private var failedAt: Int64?
    /// What came of it, once its thread was called for that.
    var outcome: Result<Stamp, LedgerError>?

    var isAwaited: Bool { seat != nil }
    /// Whether it is done again.
    var isLate: Bool { failedAt != nil }

    init(
      seat: WaitingRoom.Seat?, isKept: Bool = false, lost: ((LedgerError) -> Void)? = nil,
      _ work: @escaping () throws(LedgerError) -> Void
    ) {
      (self.seat, self.isKept, self.lost, self.work) = (seat, isKept, lost, work)
    }

    func perform() {
      trouble = nil
      do throws(LedgerError) { try work() } catch { trouble = error }
    }

    /// Notes that its commit failed. A full disk is nobody's fault, nor is what stops all others, too.
    func fail(_ error: LedgerError, atCommit recorded: Int64) {
      if !error.isOfFullDisk {
        failures += 1
        if failedAt != recorded { tries += 1 }
      }
      failedAt = recorded
    }
  }

  struct Line {
    var jobs: [Job] = []
    /// Work that nobody waits for and whose commit failed.
    var late: [Job] = []
    /// When it is done again, whoever comes.
    var nextTryNs: Int64 = 0
    /// The most of it in one commit: fewer where the disk has little room.
    var largestLateGroup = LedgerDesk.largestGroup
    var isClosing = false
    var isServed = false
    var commits: Int64 = 0
    /// How many of them had something to record, and came about.
    var recorded: Int64 = 0
    /// Whether several waited for the last commit.
    var isCrowded = false
    /// Whether somebody has the ledger, which is then locked against other processes.
    var hasLedger = false
    /// How many want that nobody takes it for work now.
    var resting = 0

    /// Puts what is to be done again before all else.
    mutating func bringBackLate() {
      if late.isEmpty { return }
      jobs.insert(contentsOf: late, at: 0)
      late = []
    }

    /// Takes what is to be the next commit.
    mutating func takeGroup() -> [Job] {
      // What has failed before is not let near what has not, and what has twice goes alone: it may be to blame.
      let isLate = jobs.first?.isLate ?? false
      let most = !isLate ? LedgerDesk.largestGroup : (jobs.first?.failures ?? 0) > 1 ? 1 : largestLateGroup
      let group = Array(jobs.prefix(most).prefix { $0.isLate == isLate })
      jobs.removeFirst(group.count)
      return group
    }
  }

  /// How much work is kept for later, and how often it is tried while others succeed.
  static let (mostLate, mostTries) = (10_000, 5)
  /// How long work that failed waits until it is done again, and how much longer than it took to fail: a ledger that is waited for is
  /// not kept from those who come.
  private static let (latePauseNs, latePauseTimes) = (Int64(1_000_000_000), Int64(10))

  /// In how many milliseconds late work is to be done again; `nil` where there is none.
  func msToLate() -> Int64? {
    line.useQuietly { line, _ in
      line.late.isEmpty ? nil : max(0, (line.nextTryNs - Clock.monotonicNanoseconds + 999_999) / 1_000_000)
    }
  }

  /// Does late work again.
  func tryLate() {
    line.useQuietly { line, _ in line.bringBackLate() }
    flush()
  }

  /// Notes that a commit has succeeded; what of it could not be done all the same is put off.
  ///
  /// - Parameter hasRecorded: whether anything was written, which shows that there is room.
  func noteCommit(of jobs: [Job], hasRecorded: Bool) {
    line.useQuietly { line, _ in
      if hasRecorded {
        line.recorded += 1
        line.largestLateGroup = min(Self.largestGroup, line.largestLateGroup * 2)
        line.bringBackLate()
      }
    }
    let failed = jobs.compactMap { job in job.trouble.map { (job, $0) } }
    if !failed.isEmpty { putOff(failed, since: Clock.monotonicNanoseconds) }
  }

  /// Keeps work whose commit failed for later; what is not kept is lost.
  ///
  /// - Parameter startNs: since when it was tried.
  func putOff(_ failed: [(job: Job, error: LedgerError)], since startNs: Int64) {
    if failed.isEmpty { return }
    let now = Clock.monotonicNanoseconds
    let isFull = failed.contains { $0.error.isOfFullDisk }
    let lost = line.use { line -> [(job: Job, error: LedgerError)] in
      for (job, error) in failed { job.fail(error, atCommit: line.recorded) }
      var kept = failed.filter { $0.job.isKept && $0.job.tries < Self.mostTries }
      var lost = failed.filter { !$0.job.isKept || $0.job.tries >= Self.mostTries }
      if isFull, failed.count > 1 { line.largestLateGroup = max(1, line.largestLateGroup / 2) }
      if line.isClosing {
        // A smaller one may have room still.
        if isFull, kept.count > 1 {
          line.jobs.insert(contentsOf: kept.map(\.job), at: 0)
          return lost
        }
        // The rest would fail likewise, and nobody waits for that.
        lost += kept
        if let error = failed.last?.error { lost += line.jobs.filter(\.isLate).map { ($0, error) } }
        line.jobs.removeAll(where: \.isLate)
        return lost
      }
      if kept.count > Self.mostLate - line.late.count {
        let room = max(0, Self.mostLate - line.late.count)
        lost += kept[room...]
        kept.removeSubrange(room...)
      }
      line.late += kept.map(\.job)
      if isFull {
        // So it would be with the others that wait for room.
        line.late += line.jobs.filter(\.isLate)
        line.jobs.removeAll(where: \.isLate)
      }
      line.nextTryNs = now + max(Self.latePauseNs, (now - startNs) * Self.latePauseTimes)
      return lost
    }
    for (job, error) in lost { job.lost?(error) }
    // So that it looks again when it is time, where nobody comes.
    poke()
  }
}

extension LedgerError {
  /// Whether the disk has no room.
  fileprivate var isOfFullDisk: Bool { if case .diskFull = self { true } else { false } }
}
