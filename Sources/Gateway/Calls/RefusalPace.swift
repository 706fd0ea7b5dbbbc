import Guard
import Ledger
import Posix

/// How long a user whose calls are refused again and again waits for the next refusal: a loop that asks on and on would fill
/// the ledger, which has each of them, and keep the processor busy.
///
/// Twenty or so in a row are answered at once, and whoever is refused less than once a second always is. Beyond that each waits
/// the longer, the more came before it. Every refusal is in the ledger, and none but refusals wait.
final class RefusalPace: Sendable {
  private struct Recent {
    var count = 0.0
    var countedMs: Int64
  }

  private let recent = Locked<[String: Recent]>([:])

  /// So many are answered at once.
  private static let free = 20.0
  /// How long one counts, less and less.
  private static let fadesMs = 20_000.0
  /// How much longer each is waited for than the one before it.
  private static let stepMs = 50.0
  private static let longestMs = 10_000.0
  /// Of so many users it is known; then the counting begins anew.
  private static let mostUsers = 10_000

  /// Counts a refusal. - Returns: how long its answer is to wait.
  ///
  /// - Parameters:
  ///   - weight: how much it counts for.
  ///   - nowMs: the time, by a clock that nobody sets.
  func delayMs(_ user: String, weight: Double = 1, nowMs: Int64) -> Int64 {
    recent.use { recent in
      if recent[user] == nil, recent.count >= Self.mostUsers { recent = [:] }
      var own = recent[user] ?? Recent(countedMs: nowMs)
      own.count *= max(0, 1 - Double(max(0, nowMs - own.countedMs)) / Self.fadesMs)
      own.count += weight
      own.countedMs = nowMs
      recent[user] = own
      return Int64(min(max(0, own.count - Self.free) * Self.stepMs, Self.longestMs))
    }
  }
}

extension Exchange {
  /// Waits before a refusal is answered, where many came before it.
  ///
  /// Also where its client leaves meanwhile: its place stays taken, or whoever asks and leaves would be refused faster.
  func waitToRefuse(_ plan: Plan) {
    if isJudges || identity.operation == CallFacts.judgeOperation { return }
    // Whoever asks for what is in the cache alone looks up one after the other, and does not ask for the same again.
    let weight = if case .notCached? = plan.refusal { 0.1 } else { 1.0 }
    let nowMs = Clock.sinceStartMs
    let delayMs = gateway.refusals.delayMs(plan.request.user, weight: weight, nowMs: nowMs)
    if delayMs == 0 { return }
    tell(.slowedRefusals(user: plan.request.user))
    // Where only calls under way are in the way, there may soon be room.
    let endMs = nowMs + (plan.waitsForCalls ? min(delayMs, 1000) : delayMs)
    gateway.line.refuse(client.socket) {
      while !client.isClosing() {
        let leftMs = endMs - Clock.sinceStartMs
        if leftMs <= 0 { return }
        Clock.sleep(ms: min(leftMs, 100))
      }
    }
  }
}
