import Guard
import GuardModel
import IntentCache
import Posix
import Providers

/// What a gateway answers from, and keeps answers in.
///
/// It is looked in at the ledger's desk, one call at a time. What is kept is written behind the calls, by a thread and a
/// connection of its own: no client waits for it. Whoever asks for what is just being written waits until it is there.
public final class GatewayCache: @unchecked Sendable {
  /// The cache's file.
  let path: String
  /// What calls want that do not say; `nil` leaves it to the rules.
  let mode: CacheMode?
  private let limits: IntentCache.Limits
  private let makeLikeness: @Sendable () -> (any Likeness)?
  private let tell: @Sendable (CacheTrouble) -> Void
  private let opened = Locked<Opened>(.notYet)
  private let flights = Locked<CacheFlights?>(nil)
  private let keeping = Locked(Keeping())
  private let converted = Locked<Converted?>(nil)
  private let restNs: Int64
  /// Until when nothing is written, by the machine's clock.
  private let unwritableUntilNs = Locked<Int64>(0)
  /// When trouble was last told of, by the machine's clock since it started.
  private let toldNs = Locked<Int64?>(nil)

  private enum Opened {
    case notYet
    case open(IntentCache, (any Likeness)?)
    /// Until a moment of the machine's clock.
    case inTrouble(untilNs: Int64)

    /// Whether it is left alone now.
    var isLeftAlone: Bool {
      if case .inTrouble(let untilNs) = self { Clock.monotonicNanoseconds < untilNs } else { false }
    }
  }

  /// What is to be written.
  private struct Keeping {
    /// The most answers that wait to be written, and about the most bytes of them; whoever has another one waits.
    private static let (mostWaiting, mostWaitingBytes) = (256, 1 << 20)
    /// An answer that is made when it is written.
    struct Answer {
      let keys: CacheKeys
      let make: () -> IntentCache.Keeping?
      let flight: CacheFlights.Flight?
    }

    var answers: [Answer] = []
    var hits: [CacheHit] = []
    /// What says to other processes that there are such, or that they are just being written.
    var noting: Int64?
    var labels: [CacheLabel] = []
    /// How many labels are being written or to be written.
    var labelsUnderWay = 0
    /// The keys of what is being written or to be written.
    var keys = KeysToWrite()
    /// The bytes of the answers that wait.
    var bytes = 0
    var hasThread = false
    var isOver = false
    /// Whether somebody waits for what is to be written.
    var isUrgent = false
    /// Whether something is being written, with the file locked against other processes, and whether nothing is to be for now.
    var (isWriting, isAtRest) = (false, false)

    /// Whether all is there that a question might find.
    var isDone: Bool { keys.isEmpty && labelsUnderWay == 0 }

    /// Whether another answer may wait.
    var hasRoom: Bool { answers.count < Self.mostWaiting && bytes < Self.mostWaitingBytes }
  }

  /// How long answers wait for others, to be written in one go, where nobody waits for them.
  private static let gatherMs: Int64 = 10
  /// How many of them are enough.
  private static let enough = 32
  /// How often trouble that stays, or comes again, is told of.
  private static let tellNs: Int64 = 3_600_000_000_000
  /// How long the log may grow while the gateway runs; it is shortened at its end.
  private static let longestLog: Int64 = 4 << 20

  /// Makes a cache that is opened when it is first needed.
  ///
  /// - Parameters:
  ///   - likeness: makes what finds similar requests, for one thread; `nil` finds none.
  ///   - restMs: how long it is left alone when something is wrong with it: a disk that is full, or somebody who writes for
  ///     long, is no reason for a server to pay for every answer from then on.
  ///   - tell: hears what is wrong with it, and not again for an hour; calls then go on without it.
  public init(
    path: String, mode: CacheMode?, limits: IntentCache.Limits,
    likeness: @escaping @Sendable () -> (any Likeness)? = { nil }, restMs: Int64 = 60_000,
    tell: @escaping @Sendable (CacheTrouble) -> Void
  ) {
    self.path = path
    self.mode = mode
    self.limits = limits
    makeLikeness = likeness
    restNs = restMs * 1_000_000
    self.tell = tell
  }

  /// The most bytes of an answer that is kept.
  var maximumEntryBytes: Int { Int(clamping: limits.maximumEntryBytes) }

  // MARK: - Looking

  /// The step of the pipeline that looks in it.
  ///
  /// - Parameter form: the form in which an answer is wanted.
  func step(_ tools: LedgerDesk.Tools, _ form: ReplyForm) -> CacheStep {
    let (cache, likeness) = open()
    let step = CacheStep(
      tools.pipeline, ledger: tools.ledger, cache: cache, likeness: likeness, asksJudge: true,
      nowUnixMs: { Clock.unixMs }, onTrouble: { [self] in fail($0) }, onHit: { [self] in note($0) })
    step.form = form.mark
    // A long one that is only looked at is not given another form for that.
    step.inForm = { finding in
      finding.reply.body.count > CachedExchange.mostAtDesk ? finding.reply : Self.reply(finding, in: form)
    }
    return step
  }

  /// A stored answer in the form in which it is wanted; `nil` where it cannot be given so.
  ///
  /// Who asks in the form in which it was asked for before gets it as it came, however its provider took that form.
  static func reply(_ finding: CacheFinding, in form: ReplyForm) -> CachedReply? {
    if cameAsked(finding, in: form) { return finding.reply }
    guard case .http(let status, let type) = finding.reply.form,
      let (type, body) = ReplyConversion.given(
        finding.reply.body, contentType: type, usage: finding.entry.usage, as: form)
    else { return nil }
    return CachedReply(form: .http(status: status, contentType: type), fields: finding.reply.fields, body: body)
  }

  /// The same of a long answer, away from the desk. One is done at a time, for each takes many times its bytes; of many who ask
  /// for the same, the first does it for all.
  func convert(_ finding: CacheFinding, to form: ReplyForm) -> CachedReply? {
    converted.use { last in
      if let last, last.form == form, last.usage == finding.entry.usage, last.from == finding.reply {
        return last.reply
      }
      let reply = Self.reply(finding, in: form)
      let isKept = finding.reply.body.count <= Self.mostConvertedBytes
      last = isKept ? Converted(from: finding.reply, usage: finding.entry.usage, form: form, reply: reply) : nil
      return reply
    }
  }

  /// A long answer that was given another form.
  private struct Converted {
    let from: CachedReply
    let usage: TokenUsage
    let form: ReplyForm
    let reply: CachedReply?
  }

  private static let mostConvertedBytes = 8 << 20

  /// Whether a stored answer was asked for in a form.
  static func cameAsked(_ finding: CacheFinding, in form: ReplyForm) -> Bool {
    ReplayedFields.form(finding.reply.fields).map { $0 == form.mark } ?? false
  }

  private func open() -> (IntentCache?, (any Likeness)?) {
    opened.use { opened in
      switch opened {
      case .open(let cache, let likeness): return (cache, likeness)
      case .inTrouble where opened.isLeftAlone: return (nil, nil)
      case .notYet, .inTrouble:
        do throws(CacheTrouble) {
          let (cache, likeness) = (try IntentCache(path: path, limits: limits), makeLikeness())
          cache.onReplaced = { [weak self] in self?.say($0) }
          cache.onDamagedAnswer = { [weak self] in self?.say($0) }
          opened = .open(cache, likeness)
          return (cache, likeness)
        } catch {
          opened = leftAlone
          say(error)
          return (nil, nil)
        }
      }
    }
  }

  private func fail(_ trouble: CacheTrouble) {
    let isFirst = opened.use { opened in
      if opened.isLeftAlone { return false }
      opened = leftAlone
      return true
    }
    if isFirst { say(trouble) }
  }

  private var leftAlone: Opened { .inTrouble(untilNs: Clock.monotonicNanoseconds + restNs) }

  private func say(_ trouble: CacheTrouble) {
    let now = Clock.monotonicNanoseconds
    let isNews = toldNs.use { told in
      if let told, now - told < Self.tellNs { return false }
      told = now
      return true
    }
    if isNews { tell(trouble) }
  }

  private var isInTrouble: Bool { opened.use { $0.isLeftAlone } }

  /// Whether nothing is kept for now. What is there can be read all the same where the disk is full, or the file not to be written.
  var keepsNothing: Bool { isInTrouble || unwritableUntilNs.use { $0 > Clock.monotonicNanoseconds } }

  /// Whether what is asked for again may have been answered before, and not been kept.
  var hasKeptNothing: Bool { keepsNothing || IntentCache.cannotKeep(at: path) }

  private func failToWrite(_ trouble: CacheTrouble) {
    guard trouble.kind == .readOnly || trouble.kind == .full else { return fail(trouble) }
    unwritableUntilNs.use { $0 = Clock.monotonicNanoseconds + restNs }
    say(trouble)
  }

  /// The calls under way that others wait for; `nil` where they cannot be known.
  func underWay() -> CacheFlights? {
    flights.use { flights in
      if flights == nil, !isInTrouble { flights = try? CacheFlights(cache: path) }
      return flights
    }
  }

  // MARK: - Keeping

  /// Keeps an answer, a moment later. Its flight ends when it is there.
  ///
  /// - Parameters:
  ///   - keys: what it answers.
  ///   - bytes: its length.
  ///   - make: makes what is kept, on the thread that writes it; `nil` for nothing.
  func keep(
    _ keys: CacheKeys, bytes: Int, _ flight: CacheFlights.Flight?, _ make: @escaping () -> IntentCache.Keeping?
  ) {
    if keepsNothing {
      flight?.end()
      return
    }
    keeping.look(when: { $0.hasRoom || $0.isOver }) { _ in }
    let needsThread = keeping.useQuietly { keeping, tells in
      keeping.answers.append(Keeping.Answer(keys: keys, make: make, flight: flight))
      keeping.bytes += bytes
      // The thread that writes is woken for the first answer, and when there are enough.
      tells = keeping.answers.count == 1 || keeping.answers.count == Self.enough
      keeping.keys.add(keys)
      defer { keeping.hasThread = true }
      return !keeping.hasThread
    }
    if needsThread { startThread() }
  }

  /// Records that an answer was given, or that a call was refused, a moment later.
  func note(_ hit: CacheHit) {
    if keepsNothing { return }
    let flights = underWay()
    let needsThread = keeping.use { keeping in
      keeping.hits.append(hit)
      // Before its client has it: whoever rejects it at once means this one.
      if keeping.noting == nil { keeping.noting = flights?.beginNoting() }
      defer { keeping.hasThread = true }
      return !keeping.hasThread
    }
    if needsThread { startThread() }
  }

  /// Keeps what a judge said. Whoever looks next knows it.
  func keep(_ label: CacheLabel) {
    if keepsNothing { return }
    let needsThread = keeping.use { keeping in
      keeping.labels.append(label)
      keeping.labelsUnderWay += 1
      defer { keeping.hasThread = true }
      return !keeping.hasThread
    }
    if needsThread { startThread() }
  }

  /// Waits until nothing is being written that a question might find.
  ///
  /// - Parameters:
  ///   - form: the form in which an answer is wanted.
  ///   - all: whether anything might be found, as where similar requests matter.
  func awaitKept(_ keys: CacheKeys, _ form: ReplyForm, all: Bool) {
    let asked = all ? [] : keys.question.beginnings
    if keeping.useQuietly({ keeping, _ in all ? keeping.isDone : !keeping.keys.mayAnswer(asked) }) { return }
    let mine = all ? [] : keys.beginnings + keys.inForm(form.mark).beginnings
    hurry { keeping in all || keeping.keys.holdsOne(of: mine) }
    keeping.look(when: { keeping in all ? keeping.isDone : !keeping.keys.holdsOne(of: mine) }) { _ in }
  }

  /// Has what waits to be written at once, where somebody waits for it.
  private func hurry(_ isWaitedFor: (Keeping) -> Bool) {
    keeping.useQuietly { keeping, tells in
      if keeping.answers.isEmpty && keeping.labels.isEmpty || keeping.isUrgent || !isWaitedFor(keeping) { return }
      keeping.isUrgent = true
      tells = true
    }
  }

  /// The same for an answer that somebody waits for.
  func hurry(_ keys: CacheKeys) { hurry { $0.keys.holdsOne(of: [keys.beginnings[0]]) } }

  /// Writes what is left, and ends.
  func end() {
    keeping.use { $0.isOver = true }
    keeping.look(when: { !$0.hasThread }) { _ in }
  }

  /// Does something while nothing is being written.
  func rest(atMostMs ms: Int64 = 1000, during body: () -> Void) {
    keeping.use { $0.isAtRest = true }
    keeping.wait(atMostMs: ms, until: { !$0.isWriting }) { _ in }
    body()
    keeping.use { $0.isAtRest = false }
  }

  private func startThread() {
    do throws(PosixError) { try Thread.start { [self] in write() } } catch {
      // Without a thread nothing is kept; who waits for it must not.
      let flights = underWay()
      keeping.use { keeping in
        keeping.answers = []
        keeping.bytes = 0
        keeping.hits = []
        if let noting = keeping.noting { flights?.endNoting(noting) }
        keeping.noting = nil
        keeping.labels = []
        keeping.labelsUnderWay = 0
        keeping.keys = KeysToWrite()
        keeping.hasThread = false
      }
    }
  }

  private func write() {
    // Calls that are under way go first: what is written here is nobody's answer.
    Thread.letOthersGoFirst()
    var cache: IntentCache?
    let likeness = makeLikeness()
    while true {
      keeping.look(when: { !$0.answers.isEmpty || !$0.hits.isEmpty || !$0.labels.isEmpty || $0.isOver }) { _ in }
      let work = keeping.wait(
        atMostMs: Self.gatherMs, until: { $0.answers.count >= Self.enough || $0.isUrgent || $0.isOver }
      ) { keeping in
        let work = (answers: keeping.answers, hits: keeping.hits, labels: keeping.labels)
        (keeping.answers, keeping.hits, keeping.labels, keeping.isUrgent) = ([], [], [], false)
        keeping.bytes = 0
        return work
      }
      if work.answers.isEmpty, work.hits.isEmpty, work.labels.isEmpty { break }
      keeping.wait(until: { !$0.isAtRest }) { $0.isWriting = true }
      if !keepsNothing {
        do throws(CacheTrouble) {
          if cache == nil {
            cache = try IntentCache(path: path, limits: limits, longestLog: Self.longestLog, readsLittle: true)
          }
          cache?.onReplaced = { [weak self] in self?.say($0) }
          try cache?.store(
            work.answers.compactMap { $0.make() }, hits: work.hits, labels: work.labels, likeness: likeness)
        } catch {
          failToWrite(error)
          cache = nil
        }
      }
      let flights = underWay()
      keeping.use { keeping in
        for answer in work.answers { keeping.keys.remove(answer.keys) }
        keeping.labelsUnderWay -= work.labels.count
        keeping.isWriting = false
        if keeping.hits.isEmpty, let noting = keeping.noting {
          flights?.endNoting(noting)
          keeping.noting = nil
        }
      }
      for answer in work.answers { answer.flight?.end() }
    }
    cache?.shortenLog()
    keeping.use { $0.hasThread = false }
  }
}
