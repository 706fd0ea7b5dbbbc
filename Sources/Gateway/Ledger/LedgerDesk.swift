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
    /// Whether the desk's own thread makes it safe already.
    var isUnderWay = false
  }

  private final class Answer<Value> {
    var value: Value?
  }

  /// What is on the disk, and what is to be there.
  struct Disk {
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
    /// Why the last commit with something to record did not come about; `nil` where it did.
    var lost: LedgerError?

    /// Whether something is to be synced that somebody waits for, and whether anything is.
    var owesSync: Bool { safe < awaited && failure == nil }
    var owesLateSync: Bool { safe < wanted && failure == nil }
  }

  /// What the desk's own thread has to do.
  struct Errands {
    /// Whether there is something to look at: work in the line that nobody waits for, or a commit that is to be synced.
    var isPoked = false
    /// Whether a commit is to be synced at once.
    var hasSync = false
    var hasThread = false
    /// Whether the thread has nothing to do, and does not look again by itself.
    var isResting = false
    var isOver = false
  }

  let tools: Tools
  let line = Locked(Line())
  private let room = WaitingRoom()
  let disk = Locked(Disk())
  let errands = Locked(Errands())
  /// How many pages the log may have between calls, and how many while one comes after the other.
  private static let (usualLog, longestLog) = (100, 4000)
  /// How long nobody has to come for the log to be shortened.
  static let pauseMs: Int64 = 20
  /// How long work that nobody waits for stands in the line for somebody who takes it along: so a settlement and the next
  /// call's hold are one commit, by one thread. No program that looks at the ledger has started by then.
  static let gatherMs: Int64 = 1
  /// The most work in one commit.
  static let largestGroup = 64

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
    let seat = room.seat()
    let job = Job(seat: seat) { [tools] in result.value = work(tools) }
    let leads = line.use { line in
      line.jobs.append(job)
      defer { line.isServed = true }
      return !line.isServed
    }
    if leads { lead() }
    while Job.Reason(rawValue: room.wait(at: seat)) == .leads { lead() }
    guard let stamp = try job.outcome?.get(), let value = result.value else {
      preconditionFailure("work that was committed was done")
    }
    return (value, stamp)
  }

  /// Puts some work in the line, before all that comes later, without doing it: `flushSoon` sees to that.
  ///
  /// Where its commit fails, it is done again later (`putOff`): what a call holds would else stay held for as long as whoever
  /// holds it lives.
  ///
  /// - Parameters:
  ///   - isKept: whether it is done again.
  ///   - work: throws where the ledger cannot take it now: that, too, is done again.
  ///   - lost: hears of it when that does not come to pass.
  public func post(
    isKept: Bool = true, _ work: @escaping (Tools) throws(LedgerError) -> Void, lost: @escaping (LedgerError) -> Void
  ) {
    let job = Job(seat: nil, isKept: isKept, lost: lost) { [tools] () throws(LedgerError) in try work(tools) }
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
    if !poke() {
      flush()
      let commits = line.use { $0.commits }
      try? waitUntilSafe(Stamp(commit: commits))
    }
  }

  /// Does what stands in the line, unless somebody is at it.
  func flush() {
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

  /// Waits until a commit is on the disk, unless the desk's thread sees to that: then whoever asks goes on for now.
  public func makeSafe(_ stamp: Stamp) throws(LedgerError) { if !stamp.isUnderWay { try waitUntilSafe(stamp) } }

  /// Has the desk's own thread sync at once, where nobody is at it and nobody else is at the desk. - Returns: whether it does.
  private func beginSync() -> Bool {
    if line.useQuietly({ line, _ in !line.jobs.isEmpty }) { return false }
    let begins = disk.useQuietly { disk, _ in
      if disk.isSyncing || disk.failure != nil || disk.safe == disk.wanted { return false }
      disk.isSyncing = true
      return true
    }
    guard begins else { return false }
    let needsThread = errands.useQuietly { errands, tells in
      errands.hasSync = true
      tells = true
      defer { errands.hasThread = true }
      return !errands.hasThread
    }
    if !needsThread || startThread() { return true }
    // Whoever waits for it then does it.
    errands.use { $0.hasSync = false }
    disk.use { $0.isSyncing = false }
    return false
  }

  /// Does something between two commits, while other processes can have the ledger: who stands still with it in hand keeps
  /// them all out. Whoever comes here meanwhile waits.
  ///
  /// - Parameter ms: how long whoever is at work is waited for at most.
  public func rest(atMostMs ms: Int64 = 1000, during body: () -> Void) {
    line.use { $0.resting += 1 }
    line.wait(atMostMs: ms, until: { !$0.hasLedger }) { _ in }
    body()
    line.use { $0.resting -= 1 }
  }

  /// Changes what work is done with, between two commits: nobody is at the ledger meanwhile, and no other change is made. It waits
  /// for whoever is at work, as long as that takes: a commit ends by its own deadline, and none may see half a change.
  func change(_ body: (Tools) -> Void) {
    line.use { $0.resting += 1 }
    line.wait(until: { !$0.hasLedger }) { $0.hasLedger = true }
    body(tools)
    line.use { line in
      line.hasLedger = false
      line.resting -= 1
    }
  }

  /// Does all work and waits until it is safe; nothing comes after.
  public func close() {
    if disk.useQuietly({ disk, _ in disk.isBroken }) { _ = try? perform { _ in } }
    line.use { line in
      line.isClosing = true
      line.bringBackLate()
    }
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
      // In a crowd those who are about to come take part, too: what a commit writes is much the same for one and for many.
      if line.useQuietly({ line, _ in line.isCrowded }) { Thread.letOthersRun() }
      let (jobs, commit) = line.wait(until: { $0.resting == 0 && !$0.hasLedger }) { line in
        line.hasLedger = true
        let jobs = line.takeGroup()
        line.commits += 1
        line.isCrowded = jobs.count(where: \.isAwaited) > 1
        return (jobs, line.commits)
      }
      let broken = mend(before: commit)
      // What has happened is recorded all the same.
      let done = broken == nil ? jobs : jobs.filter { !$0.isAwaited }
      let isAwaited = done.contains(where: \.isAwaited)
      let result: Result<Stamp, LedgerError>
      let startNs = Clock.monotonicNanoseconds
      var hasRecorded = false
      do throws(LedgerError) {
        let mark = done.isEmpty ? nil : try tools.ledger.group { for job in done { job.perform() } }
        hasRecorded = mark != nil
        wantSafe(commit, mark, isAwaited: isAwaited)
        // The disk's time is the provider's time, too, for a call that is alone. Where there are several, each that has been
        // sent syncs for all: to wake a thread for each would cost more.
        let isUnderWay = isAwaited && jobs.count(where: \.isAwaited) == 1 && beginSync()
        result = .success(Stamp(commit: commit, isUnderWay: isUnderWay))
      } catch {
        wantSafe(commit, nil, isAwaited: isAwaited, lost: error)
        result = .failure(error)
      }
      var call = WaitingRoom.Call()
      for job in jobs {
        guard let seat = job.seat else { continue }
        job.outcome = if let broken { .failure(broken) } else { result }
        call.add(seat, for: Job.Reason.done.rawValue)
      }
      switch result {
      case .success: noteCommit(of: done, hasRecorded: hasRecorded)
      case .failure(let error): putOff(done.filter { !$0.isAwaited }.map { ($0, error) }, since: startNs)
      }
      if tools.ledger.hasLog(longerThanPages: Self.longestLog) {
        // Nobody waits for that but whoever wants the ledger next.
        room.make(call)
        call = WaitingRoom.Call()
        shortenLog(toPages: Self.longestLog)
      }
      if !handOver(with: call) { return }
    }
  }

  /// Hands over to somebody who waits.
  ///
  /// - Parameter call: who is called with whoever is next: all are awake before one of them puts this thread aside.
  /// - Returns: whether there is work left that nobody waits for.
  private func handOver(with call: WaitingRoom.Call = WaitingRoom.Call()) -> Bool {
    var call = call
    let next = line.use { line -> (leader: Job?, goesOn: Bool) in
      line.hasLedger = false
      if let waiting = line.jobs.first(where: \.isAwaited) { return (waiting, false) }
      line.isServed = !line.jobs.isEmpty
      return (nil, line.isServed)
    }
    if let seat = next.leader?.seat { call.add(seat, for: Job.Reason.leads.rawValue) }
    room.make(call)
    return next.goesOn
  }

  /// A log that cannot be shortened now is shortened later; nothing is lost with it.
  private func shortenLog(toPages most: Int) { try? tools.ledger.shortenLog(toPages: most) }

  /// Shortens the log while nobody has anything to do.
  func tidy() {
    let isMine = line.use { line in
      if line.isServed || line.resting > 0 || !line.jobs.isEmpty { return false }
      (line.isServed, line.hasLedger) = (true, true)
      return true
    }
    guard isMine else { return }
    shortenLog(toPages: Self.usualLog)
    if handOver() { lead() }
  }
}
