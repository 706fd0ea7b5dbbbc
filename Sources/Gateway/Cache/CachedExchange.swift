import Guard
import GuardModel
import IntentCache
import Providers

/// A call that the cache may answer, or whose answer it may keep.
final class CachedExchange {
  let cache: GatewayCache
  let question: CacheQuestion
  /// The form in which an answer is wanted.
  let form: ReplyForm
  let keys: CacheKeys
  let plan: Plan
  /// What is asked as the call goes out, where that is something cheaper, or would with more room.
  let lowered: [CacheQuestion]
  let mode: CacheMode
  /// A similar answer that is named and not given.
  var offer: CacheOffer?
  /// What a judge would have to say, and what it said.
  var toJudge: JudgeCase?
  var said: JudgeSaying?
  /// Whether it makes up for a stored answer that was rejected, or that cannot be given in the form that is wanted.
  var isOwed = false
  /// The keys of answers that cannot be given in that form.
  var barred: Set<CacheKeys> = [] {
    // What was answered before would be given for nothing, had it that form.
    didSet { if !barred.isEmpty, plan.attempt ?? 1 > 1 { isOwed = true } }
  }
  /// Whether the answer that is asked for anew is there.
  var couldAnswer = false
  /// The call that others wait for.
  var flight: CacheFlights.Flight?
  /// Whether an answer came, be it kept or not.
  var isAnswered = false
  /// Whether the run of its command keeps its answer: kept twice, a rejected one would be given again.
  var isKeptElsewhere = false
  /// A stored reply that is to be given another form away from the desk.
  private var toConvert: CacheFinding?
  /// What came of that.
  private var converted: (from: CachedReply, reply: CachedReply?)?
  /// The cap of a run that an answer was not given for, as what it is charged does not fit under it.
  var cap: RunCap?

  init(
    _ cache: GatewayCache, _ question: CacheQuestion, _ form: ReplyForm, _ keys: CacheKeys, _ plan: Plan,
    _ mode: CacheMode
  ) {
    self.cache = cache
    self.question = question
    self.form = form
    self.keys = keys
    self.plan = plan
    self.mode = mode
    lowered = plan.lowered(question)
  }
  // MARK: - Its form

  /// The most bytes of a reply that is given another form at the desk, where others wait meanwhile: of 4 MB that takes 0.1 s.
  static let mostAtDesk = 32 << 10

  /// Whether a stored reply waits for its other form.
  var waitsForForm: Bool { toConvert != nil }

  /// A stored reply in the form that is wanted; `nil` where it cannot be given so, and where that takes longer than others at
  /// the desk should wait.
  func reply(_ finding: CacheFinding) -> CachedReply? {
    if let converted, converted.from == finding.reply { return converted.reply }
    // It is put off once: whatever is found then is given, or not.
    if finding.reply.body.count <= Self.mostAtDesk || converted != nil || GatewayCache.cameAsked(finding, in: form) {
      return GatewayCache.reply(finding, in: form)
    }
    toConvert = finding
    return nil
  }

  /// Gives a stored reply its other form, away from the desk. - Returns: whether one waited for it; then it is to be looked for again.
  func convert() -> Bool {
    guard let finding = toConvert else { return false }
    toConvert = nil
    converted = (finding.reply, cache.convert(finding, to: form))
    return true
  }

  /// Goes on from an earlier look at the same call.
  func goOn(from earlier: CachedExchange) {
    (said, flight, converted) = (earlier.said, earlier.flight, earlier.converted)
  }
}
