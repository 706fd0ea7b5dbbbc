import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal

/// A call's turn: waiting for room in its lanes, with something to see meanwhile.
struct Turn {
  /// How waiting ended.
  enum Ending {
    /// The call may go out. No place where nothing limits it, and no time where nothing made it wait.
    case came(TurnPlace?, waitedMs: Int64?)
    /// The time was up.
    case timedOut(ahead: Int64, waitedMs: Int64, estimateMs: Int64?, hold: ProviderHold?)
    /// Its budgets refuse it by now, whenever its turn comes.
    case shut(Plan)
    /// A signal came that ends this process.
    case ended(signal: Int32)
  }

  let queue: SQLiteLedger
  let request: TicketRequest
  let waitMs: Int64
  /// Which provider it is for, where that is known.
  let provider: String?
  let progress: WaitingProgress
  /// Looks whether the call's budgets refuse it by now: how; `nil` where it may still go out.
  let shut: () -> Plan?

  /// Waits for the turn.
  ///
  /// Nobody is woken: a waiter looks at the time of the ledger's log, the more often the nearer its turn is, and at the
  /// line itself when that has changed; and from time to time all the same, because a minute passes and owners die
  /// without a word. So those far behind cost next to nothing, however many they are. From when it can be seen in the line on, a signal
  /// is waited for, too, and stays blocked: its place is to be left, and its record to be written.
  func wait() throws(LedgerError) -> Ending {
    if request.lanes.isEmpty { return .came(nil, waitedMs: nil) }
    let start = Clock.monotonicNanoseconds
    func waited() -> Int64 { (Clock.monotonicNanoseconds - start) / 1_000_000 }
    let ticket = try queue.enter(request, nowUnixMs: Clock.unixMs, begins: SignalPause.block)
    var progress = progress
    var hasStood = false
    while true {
      let mark = queue.changeMark
      let looked = waited()
      switch try queue.standing(of: ticket, nowUnixMs: Clock.unixMs) {
      case .started:
        progress.end(waitedMs: looked, isStarted: true)
        return .came(
          TurnPlace(ticket: ticket, lanes: Set(request.lanes.map(\.name))), waitedMs: hasStood ? looked : nil)
      case .waiting(let ahead, let estimateMs, let hold):
        if looked >= waitMs {
          progress.end(waitedMs: looked, isStarted: false)
          try queue.leave(ticket)
          return .timedOut(ahead: ahead, waitedMs: looked, estimateMs: estimateMs, hold: hold)
        }
        if hasStood, let plan = shut() {
          progress.end(waitedMs: looked, isStarted: false)
          try queue.leave(ticket)
          return .shut(plan)
        }
        hasStood = true
        progress.show(ahead: ahead, estimateMs: estimateMs, waitedMs: looked, because: hold?.words(provider))
        let pauseMs = min(3000, 20 * (ahead + 1))
        let longestMs = min(15_000, 1000 + 100 * ahead)
        repeat {
          if let signal = SignalPause.wait(ms: max(1, min(pauseMs, waitMs - waited()))) {
            progress.end(waitedMs: waited(), isStarted: false)
            try queue.leave(ticket)
            return .ended(signal: signal)
          }
        } while queue.changeMark == mark && waited() - looked < longestMs && waited() < waitMs
      }
    }
  }

}

/// What is seen of waiting: one line that changes on a terminal that can do that, a plain line every ten seconds elsewhere;
/// and, where waiting was told of, that it is over. Nothing is written once the command runs.
struct WaitingProgress {
  let isTerminal: Bool
  let isQuiet: Bool
  let write: (String) -> Void
  private var shownAtMs: Int64?
  private var isShown = false

  init(isTerminal: Bool, isQuiet: Bool, write: @escaping (String) -> Void) {
    self.isTerminal = isTerminal
    self.isQuiet = isQuiet
    self.write = write
  }

  /// How long a plain line stands alone.
  static let plainIntervalMs: Int64 = 10_000

  /// `queued: 3 calls before this one, about 12 s (openai says 0 tokens are left)`
  static func text(ahead: Int64, estimateMs: Int64?, because reason: String?) -> String {
    let place = ahead == 0 ? "next" : ahead == 1 ? "1 call before this one" : "\(ahead) calls before this one"
    return "queued: \(place)" + (estimateMs.map { ", about \(HumanNumber.duration(milliseconds: $0))" } ?? "")
      + (reason.map { " (\($0))" } ?? "")
  }

  /// - Parameter reason: what of its provider's keeps it waiting, in words.
  mutating func show(ahead: Int64, estimateMs: Int64?, waitedMs: Int64, because reason: String? = nil) {
    if isQuiet { return }
    let interval: Int64 = isTerminal ? 200 : Self.plainIntervalMs
    // Who waits a moment has nothing to read.
    if waitedMs < min(interval, 1000) { return }
    if let last = shownAtMs, waitedMs - last < interval { return }
    shownAtMs = waitedMs
    let text = Self.text(ahead: ahead, estimateMs: estimateMs, because: reason)
    if isTerminal {
      write("\r\u{1B}[Kllmguard: \(text)")
      isShown = true
    } else {
      write("llmguard: \(text)\n")
    }
  }

  /// Takes the terminal's line away. Who was told of waiting is told that the command runs.
  mutating func end(waitedMs: Int64, isStarted: Bool) {
    if isShown { write("\r\u{1B}[K") }
    isShown = false
    if isStarted, shownAtMs != nil {
      write("llmguard: running, after \(HumanNumber.duration(milliseconds: waitedMs)) in the line\n")
    }
    shownAtMs = nil
  }
}
