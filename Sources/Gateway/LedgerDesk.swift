import Configuration
import Guard
import Ledger
import Posix

/// Lets many threads use one ledger: what they want at the same time is one commit and one wait for the disk.
///
/// Whoever comes while nobody is at work does the work of all who wait, in their order, and then hands over; so a call that
/// is alone needs no other thread, and many cost one transaction. The disk is waited for on a thread of its own: a call is
/// sent as soon as its hold is committed, and answered no sooner than its hold is safe. The same thread does what no client
/// waits for, such as a settlement after its reply, unless somebody who comes takes it along.
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

  /// What is on the disk: what clients wait for.
  private struct Disk {
    var safe: Int64 = 0
    var failure: LedgerError?
  }

  /// What the desk's own thread has to do. It stands apart from `Disk`, so that those who wait for the disk are not woken
  /// for the thread's sake.
  private struct Errands {
    /// The last commit that is wanted on the disk, the last one that somebody waits for, and the last one that is there.
    var wanted: Int64 = 0
    var awaited: Int64 = 0
    var synced: Int64 = 0
    var mark: CommitMark?
    var isBroken = false
    /// Whether work stands in the line that nobody waits for.
    var hasWork = false
    var hasThread = false
    /// Whether the thread has nothing to do, and does not look again by itself.
    var isResting = false
    var isOver = false
    var owesSync: Bool { synced < awaited && !isBroken }
    /// Whether something is to be synced that nobody waits for.
    var owesLateSync: Bool { synced < wanted && !isBroken }
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
  /// - Returns: what the work gave, and the stamp to wait for where it must be safe.
  /// - Throws: `LedgerError` when the commit failed: then nothing of the work counts. Nor is it done where the disk has
  ///   failed before and still does: what could not be made safe must not begin.
  public func perform<Value>(
    _ work: @escaping (Tools) -> Value
  ) throws(LedgerError) -> (value: Value, stamp: Stamp) {
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

  /// Sees to what stands in the line, on another thread: whoever asks goes on.
  public func flushSoon() {
    // Who is at work does that, too.
    if line.useQuietly({ line, _ in line.isServed || line.jobs.isEmpty }) { return }
    let needsThread = errands.useQuietly { errands, tells in
      errands.hasWork = true
      // Otherwise it looks by itself in a moment.
      tells = errands.isResting
      defer { errands.hasThread = true }
      return !errands.hasThread
    }
    if needsThread, !startThread() { flush() }
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

  /// Waits until a commit is on the disk.
  public func waitUntilSafe(_ stamp: Stamp) throws(LedgerError) {
    let failure = disk.look(when: { $0.safe >= stamp.commit || $0.failure != nil }) { disk in
      disk.safe >= stamp.commit ? nil : disk.failure
    }
    if let failure { throw failure }
  }

  /// Does all work and waits until it is safe; nothing comes after.
  public func close() {
    if errands.useQuietly({ errands, _ in errands.isBroken }) { _ = try? perform { _ in } }
    while true {
      flush()
      let (isDone, commits) = line.use { ($0.jobs.isEmpty && !$0.isServed, $0.commits) }
      if isDone {
        errands.use { $0.awaited = $0.wanted }
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

  /// Has a commit made safe: at once where somebody waits for it, else with the next one, or when nobody has come for a while.
  /// A settlement that a power cut takes away leaves its hold, which is safe: the estimate is then charged.
  private func wantSafe(_ commit: Int64, _ mark: CommitMark?, isAwaited: Bool) {
    let (isSafe, needsThread) = errands.useQuietly { errands, tells in
      errands.mark = mark ?? errands.mark
      if mark == nil, errands.synced == errands.wanted {
        (errands.wanted, errands.synced) = (commit, commit)
        return (true, false)
      }
      errands.wanted = commit
      if isAwaited { errands.awaited = commit }
      tells = isAwaited || errands.isResting
      defer { errands.hasThread = true }
      return (false, !errands.hasThread)
    }
    if isSafe { disk.use { $0.safe = max($0.safe, commit) } }
    if needsThread, !startThread() { sync(leads: true) }
  }

  /// Starts the thread that waits for the disk, and does what nobody waits for.
  private func startThread() -> Bool {
    do throws(PosixError) {
      try Thread.start { [self] in keepSafe() }
      return true
    } catch {
      errands.use { $0.hasThread = false }
      return false
    }
  }

  private func keepSafe() {
    var (isTidy, lastNs) = (true, Clock.monotonicNanoseconds)
    while true {
      errands.useQuietly { errands, _ in errands.isResting = isTidy }
      let next = errands.wait(
        atMostMs: isTidy ? nil : Self.gatherMs,
        until: { $0.owesSync || $0.isOver || isTidy && ($0.hasWork || $0.owesLateSync) }
      ) { errands -> Errand in
        errands.isResting = false
        // Somebody waits for the disk; for the other work nobody does.
        if errands.owesSync { return .sync }
        if isTidy, !errands.isOver { return .gather }
        defer { errands.hasWork = false }
        if errands.hasWork { return .work }
        let isQuiet = Clock.monotonicNanoseconds - lastNs >= Self.pauseMs * 1_000_000
        if !isQuiet, !errands.isOver { return .nothing }
        // Nobody has come for a while.
        return errands.owesLateSync ? .sync : errands.isOver ? .end : .tidy
      }
      switch next {
      case .sync: sync()
      case .work: flush()
      case .tidy: tidy()
      case .gather, .nothing: break
      case .end: return
      }
      isTidy = next == .tidy
      if next != .nothing { lastNs = Clock.monotonicNanoseconds }
    }
  }

  private enum Errand {
    case sync
    case work
    /// Work has come that may be taken along.
    case gather
    case nothing
    case tidy
    case end
  }

  /// An error of the disk is not tried away: what was not safe then is safe only once it was written in another way.
  ///
  /// - Parameter leads: whether this thread is at work on the line, and cannot have it done.
  private func sync(leads: Bool = false) {
    let (wanted, mark) = errands.useQuietly { errands, _ in (errands.wanted, errands.mark) }
    var failure: LedgerError?
    do throws(LedgerError) { if let mark { try tools.ledger.makeDurable(mark) } } catch { failure = error }
    errands.useQuietly { errands, _ in
      if failure == nil { errands.synced = max(errands.synced, wanted) } else { errands.isBroken = true }
    }
    if failure != nil, !leads {
      do throws(LedgerError) {
        _ = try perform { _ in }
        return
      } catch { failure = error }
    }
    disk.use { disk in
      if failure == nil { disk.safe = max(disk.safe, wanted) } else { disk.failure = failure }
    }
  }

  /// Where the disk has failed, has everything before a commit made safe in another way.
  ///
  /// - Returns: why that cannot be done.
  private func mend(before commit: Int64) -> LedgerError? {
    let (isBroken, mark) = errands.useQuietly { errands, _ in (errands.isBroken, errands.mark) }
    if !isBroken { return nil }
    do throws(LedgerError) { try tools.ledger.makeSafeAnew(mark) } catch { return error }
    errands.useQuietly { errands, _ in
      errands.isBroken = false
      errands.synced = max(errands.synced, commit - 1)
    }
    disk.use { disk in
      disk.failure = nil
      disk.safe = max(disk.safe, commit - 1)
    }
    return nil
  }
}
