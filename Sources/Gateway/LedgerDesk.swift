import Configuration
import Guard
import Ledger
import Posix

/// Lets many threads use one ledger: what they want at the same time is one commit and one wait for the disk.
///
/// Whoever comes while nobody is at work does the work of all who wait, in their order, and then hands over; so a call that
/// is alone needs no other thread, and many cost one transaction. It is the same with the disk: whoever waits for it while
/// nobody is at it syncs for all. A call is sent as soon as its hold is committed, and answered no sooner than its hold is
/// safe. What no client waits for, such as a settlement after its reply, a thread of the desk's own does, unless somebody
/// who comes takes it along.
public final class LedgerDesk: @unchecked Sendable {
  /// What work is done with.
  public struct Tools {
    /// The pipeline.
    public let pipeline: Guard
    /// Its ledger.
    public let ledger: any GroupLedger
  }

  /// Names the commit that some work was part of.
  public struct Stamp: Hashable, Sendable {
    let commit: Int64
  }

  private final class Answer<Value> {
    var value: Value?
  }

  /// One piece of work.
  private final class Job {
    enum State {
      case waiting
      case leads
      case done(Result<Stamp, LedgerError>)

      var isWaiting: Bool { if case .waiting = self { true } else { false } }

      /// The state, where being the leader is taken up.
      mutating func taken() -> State {
        defer { if case .leads = self { self = .waiting } }
        return self
      }
    }

    let work: () -> Void
    /// Whether a thread waits for it.
    let isAwaited: Bool
    /// Hears of a commit that failed, where nobody waits.
    let lost: ((LedgerError) -> Void)?
    let state = Locked(State.waiting)

    init(isAwaited: Bool, lost: ((LedgerError) -> Void)? = nil, _ work: @escaping () -> Void) {
      self.work = work
      self.isAwaited = isAwaited
      self.lost = lost
    }
  }

  private struct Line {
    var jobs: [Job] = []
    var isServed = false
    var commits: Int64 = 0
  }

  /// What is on the disk, and what is to be there.
  private struct Disk {
    /// The last commit that is wanted there, the last one that somebody waits for, and the last one that is there.
    var wanted: Int64 = 0
    var awaited: Int64 = 0
    var safe: Int64 = 0
    var mark: CommitMark?
    /// Whether a sync has failed, and what it left has not been made safe in another way.
    var isBroken = false
    var failure: LedgerError?
    /// Whether somebody is at it.
    var isSyncing = false

    /// Whether something is to be synced that somebody waits for, and whether anything is.
    var owesSync: Bool { safe < awaited && failure == nil }
    var owesLateSync: Bool { safe < wanted && failure == nil }
  }

  /// What the desk's own thread has to do.
  private struct Errands {
    /// Whether there is something to look at: work in the line that nobody waits for, or a commit that is to be synced.
    var isPoked = false
    var hasThread = false
    /// Whether the thread has nothing to do, and does not look again by itself.
    var isResting = false
    var isOver = false
  }

  private let tools: Tools
  private let line = Locked(Line())
  private let disk = Locked(Disk())
  private let errands = Locked(Errands())
  /// How many pages the log may have between calls, and how many while one comes after the other.
  private static let (usualLog, longestLog) = (100, 4000)
  /// How long nobody has to come for the log to be shortened.
  private static let pauseMs: Int64 = 20
  /// How long work that nobody waits for stands in the line for somebody who takes it along: so a settlement and the next
  /// call's hold are one commit, by one thread. No program that looks at the ledger has started by then.
  private static let gatherMs: Int64 = 1
  /// The most work in one commit.
  private static let largestGroup = 64

  /// Makes a desk over a ledger that nobody else in this process uses from now on.
  ///
  /// - Parameter observer: hears what is done with calls, while it is done.
  public init(
    settings: Settings, ledger: any GroupLedger, nowUnixMs: @escaping () -> Int64, observer: (any CallObserver)? = nil
  ) {
    tools = Tools(pipeline: Guard(settings: settings, ledger: ledger, nowUnixMs: nowUnixMs), ledger: ledger)
    tools.pipeline.observer = observer
  }

  /// Does some work and waits until it is committed.
  ///
  /// - Parameter makesSafe: whether whoever asks will wait until it is safe, or see to the line (`flushSoon`); otherwise
  ///   another thread has it made safe a moment later.
  /// - Returns: what the work gave, and the stamp to wait for where it must be safe.
  /// - Throws: `LedgerError` when the commit failed: then nothing of the work counts. Nor is it done where the disk has
  ///   failed before and still does: what could not be made safe must not begin.
  public func perform<Value>(
    makesSafe: Bool = false, _ work: @escaping (Tools) -> Value
  ) throws(LedgerError) -> (value: Value, stamp: Stamp) {
    // Last of all, so that nobody waits for another thread's being woken.
    defer { if !makesSafe { seeToIt() } }
    let result = Answer<Value>()
    let job = Job(isAwaited: true) { [tools] in result.value = work(tools) }
    let leads = line.use { line in
      line.jobs.append(job)
      defer { line.isServed = true }
      return !line.isServed
    }
    if leads { lead() }
    while true {
      switch job.state.wait(until: { !$0.isWaiting }, { $0.taken() }) {
      case .done(let outcome):
        let stamp = try outcome.get()
        guard let value = result.value else { preconditionFailure("work that was committed was done") }
        return (value, stamp)
      case .leads, .waiting: lead()
      }
    }
  }

  /// Puts some work in the line, before all that comes later, without doing it: `flushSoon` sees to that.
  ///
  /// - Parameter lost: hears of it when the commit failed.
  public func post(_ work: @escaping (Tools) -> Void, lost: @escaping (LedgerError) -> Void) {
    let job = Job(isAwaited: false, lost: lost) { [tools] in work(tools) }
    line.use { $0.jobs.append(job) }
  }

  /// Sees to what stands in the line, and to what is to be safe, on another thread: whoever asks goes on.
  public func flushSoon() {
    // Who is at work does that, too, and sees to it afterwards.
    if line.useQuietly({ line, _ in line.isServed && !line.jobs.isEmpty }) { return }
    seeToIt()
  }

  /// Has the desk's own thread look at what there is to do.
  private func seeToIt() {
    let needsThread = errands.useQuietly { errands, tells in
      errands.isPoked = true
      // Otherwise it looks by itself in a moment.
      tells = errands.isResting
      defer { errands.hasThread = true }
      return !errands.hasThread
    }
    if needsThread, !startThread() {
      flush()
      let commits = line.use { $0.commits }
      try? waitUntilSafe(Stamp(commit: commits))
    }
  }

  /// Does what stands in the line, unless somebody is at it.
  private func flush() {
    let leads = line.use { line in
      if line.isServed || line.jobs.isEmpty { return false }
      line.isServed = true
      return true
    }
    if leads { lead() }
  }

  /// Waits until a commit is on the disk. Whoever comes while nobody is at it syncs for all, and those who come meanwhile
  /// wait: so a call that is alone needs no other thread for it.
  public func waitUntilSafe(_ stamp: Stamp) throws(LedgerError) {
    while true {
      let step = disk.waitQuietly(
        until: { $0.safe >= stamp.commit || $0.failure != nil || !$0.isSyncing }
      ) { disk -> SyncStep in
        if disk.safe >= stamp.commit { return .over(nil) }
        if let failure = disk.failure { return .over(failure) }
        disk.isSyncing = true
        return .sync
      }
      switch step {
      case .over(let failure?): throw failure
      case .over(nil): return
      case .sync: sync()
      }
    }
  }

  private enum SyncStep {
    case over(LedgerError?)
    case sync
  }

  /// Does all work and waits until it is safe; nothing comes after.
  public func close() {
    if disk.useQuietly({ disk, _ in disk.isBroken }) { _ = try? perform { _ in } }
    while true {
      flush()
      let (isDone, commits) = line.use { ($0.jobs.isEmpty && !$0.isServed, $0.commits) }
      if isDone {
        try? waitUntilSafe(Stamp(commit: commits))
        tidy()
        break
      }
      Clock.sleep(ms: 1)
    }
    errands.use { $0.isOver = true }
  }

  // MARK: - The leader

  private func lead() {
    while true {
      let (jobs, commit) = line.use { line in
        let jobs = Array(line.jobs.prefix(Self.largestGroup))
        line.jobs.removeFirst(jobs.count)
        line.commits += 1
        return (jobs, line.commits)
      }
      let broken = mend(before: commit)
      // What has happened is recorded all the same.
      let done = broken == nil ? jobs : jobs.filter { !$0.isAwaited }
      let isAwaited = done.contains(where: \.isAwaited)
      let result: Result<Stamp, LedgerError>
      do throws(LedgerError) {
        let mark = done.isEmpty ? nil : try tools.ledger.group { for job in done { job.work() } }
        wantSafe(commit, mark, isAwaited: isAwaited)
        result = .success(Stamp(commit: commit))
      } catch {
        wantSafe(commit, nil, isAwaited: isAwaited)
        result = .failure(error)
      }
      for job in jobs {
        if let broken, job.isAwaited {
          job.state.use { $0 = .done(.failure(broken)) }
          continue
        }
        job.state.use { $0 = .done(result) }
        if case .failure(let error) = result { job.lost?(error) }
      }
      shortenLog(toPages: Self.longestLog)
      if !handOver() { return }
    }
  }

  /// Hands over to somebody who waits. - Returns: whether there is work left that nobody waits for.
  private func handOver() -> Bool {
    let next = line.use { line -> (leader: Job?, goesOn: Bool) in
      if let waiting = line.jobs.first(where: \.isAwaited) { return (waiting, false) }
      line.isServed = !line.jobs.isEmpty
      return (nil, line.isServed)
    }
    if let leader = next.leader { leader.state.use { $0 = .leads } }
    return next.goesOn
  }

  /// A log that cannot be shortened now is shortened later; nothing is lost with it.
  private func shortenLog(toPages most: Int) { try? tools.ledger.shortenLog(toPages: most) }

  /// Shortens the log while nobody has anything to do.
  private func tidy() {
    let isMine = line.use { line in
      if line.isServed || !line.jobs.isEmpty { return false }
      line.isServed = true
      return true
    }
    guard isMine else { return }
    shortenLog(toPages: Self.usualLog)
    if handOver() { lead() }
  }

  // MARK: - The disk

  /// Notes what is to be made safe: by whoever waits for it, else with the next commit, or when nobody has come for a while.
  /// A settlement that a power cut takes away leaves its hold, which is safe: the estimate is then charged.
  private func wantSafe(_ commit: Int64, _ mark: CommitMark?, isAwaited: Bool) {
    disk.useQuietly { disk, _ in
      disk.mark = mark ?? disk.mark
      if mark == nil, disk.safe == disk.wanted, !disk.isSyncing {
        (disk.wanted, disk.safe) = (commit, commit)
        return
      }
      disk.wanted = commit
      if isAwaited { disk.awaited = commit }
    }
  }

  /// Starts the thread that does what nobody waits for.
  private func startThread() -> Bool {
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
        atMostMs: isTidy ? nil : Self.gatherMs, until: { $0.isOver || isTidy && $0.isPoked }
      ) { errands -> Errand in
        errands.isResting = false
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
      case .work: flush()
      case .tidy where owesLate, .end where owesLate: makeAllSafe()
      case .tidy: tidy()
      case .gather, .nothing: break
      case .end: return
      }
      if owes { makeAllSafe() }
      isTidy = next == .tidy && !owesLate
      if next == .work || next == .gather { lastNs = Clock.monotonicNanoseconds }
    }
  }

  private enum Errand {
    case work
    /// Work has come that may be taken along.
    case gather
    case nothing
    case tidy
    case end
  }

  /// Syncs what is committed. Where that fails, those who wait for it are told.
  private func makeAllSafe() {
    let wanted = disk.useQuietly { disk, _ in disk.wanted }
    try? waitUntilSafe(Stamp(commit: wanted))
  }

  /// Syncs, for all who wait. An error of the disk is not tried away: what was not safe then is safe only once it was written
  /// in another way.
  private func sync() {
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
  private func mend(before commit: Int64) -> LedgerError? {
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
