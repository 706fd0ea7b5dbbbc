import Guard
import Ledger
import Posix

/// What a gateway has seen.
public struct GatewaySummary: Hashable, Sendable {
  /// Metered calls that were admitted.
  public var calls: Int64 = 0
  /// Metered calls that were refused.
  public var refusals: Int64 = 0
  /// Calls that were answered from the cache.
  public var cached: Int64 = 0
  /// Charged tokens that they would have taken.
  public var savedTokens: Int64 = 0
  /// Whether the latest decision about a call was to refuse it.
  public var lastWasRefused = false
  /// Calls that llmguard turned away itself and that the ledger does not have: it could not be written, or they not be read.
  public var turnedAway: Int64 = 0
  /// Calls that waited for their turn until the run ended or their clients left, and were not sent.
  public var unsent: Int64 = 0
  /// Requests that went on unmetered although they may cost something.
  public var unmetered: Int64 = 0
  /// Of those, what their providers answered with an error: it cost nothing.
  public var declined: Int64 = 0
  /// Other requests that went on.
  public var free: Int64 = 0
  /// Tokens of settled calls.
  public var tokens: Int64 = 0
  /// Charged tokens of settled calls, and of answers from the cache.
  public var chargeTokens: Int64 = 0
  /// Known cost of settled calls.
  public var costMicroUSD: Int64 = 0
  /// Settled calls whose usage the provider told.
  public var exact: Int64 = 0
  /// Settled calls that were estimated.
  public var estimated: Int64 = 0
  /// Replies that were no whole answer, of calls whose answer the command's own run keeps.
  public var partial: Int64 = 0
  /// What the calls took, as a report sums it.
  public var sums = UsageSums()
  /// Settled calls whose end could not be recorded: their holds stay, and the next llmguard charges what was held.
  public var unsettled: Int64 = 0
  /// Settled calls that another gateway over the same ledger has charged.
  public var chargedElsewhere: Int64 = 0
  /// Metered calls that another gateway refused, to which they went.
  public var refusedElsewhere: Int64 = 0
  /// What of the sums the ledger does not have under the run: settled calls that are counted apart, and what went out unmetered because it could not be
  /// used.
  public internal(set) var unrecorded = UsageSums()

  /// The ledger's numbers of calls that ended, for whoever tells of them one by one: the first of them.
  public internal(set) var ended: [Int64] = []
  /// How many numbers are kept.
  public static let mostEnded = 1000

  /// Nothing.
  public init() {}

  /// Whether nothing went out that may cost something, and nothing was answered from the cache.
  var tookNothing: Bool { calls + unmetered + cached == 0 }

  /// Counts what a run's own text took, which is no call that came through here.
  public mutating func add(_ more: UsageSums, _ number: Int64?) {
    try? sums.add(more)
    if let number { self.ended(number) }
  }

  /// Counts a call that went out unmetered.
  ///
  /// - Parameter entry: the ledger's number of it; `nil` where that could not be used.
  mutating func addUnmetered(_ entry: Int64?) {
    unmetered += 1
    add(.unmetered)
    if let entry { ended(entry) } else { try? unrecorded.add(.unmetered) }
  }

  /// Counts a settled call whose end could not be recorded.
  mutating func addUnsettled(_ plan: Plan, _ settlement: Settlement) {
    unsettled += 1
    try? unrecorded.add(Self.sums(plan, settlement))
  }

  /// Counts a settled call that another gateway over the same ledger has charged.
  mutating func addChargedElsewhere(_ plan: Plan, _ settlement: Settlement) {
    chargedElsewhere += 1
    try? unrecorded.add(Self.sums(plan, settlement))
  }

  /// Notes the number of a call that ended.
  mutating func ended(_ number: Int64) {
    if ended.count < Self.mostEnded { ended.append(number) }
  }
}

/// Counts for all threads.
final class GatewayTally: Sendable {
  private let runs: RunTree
  private let numbers = Locked<Int64>(0)

  init(_ runs: RunTree) { self.runs = runs }

  var summary: GatewaySummary { runs.summary }

  /// Counts something of the whole and of the run inside that it belongs to.
  func note(_ id: String?, _ change: (inout GatewaySummary) -> Void) { runs.note(id, change) }

  /// Leaves out numbers that calls of the run have already.
  func skipNumbers(upTo last: Int64) { numbers.use { $0 = max($0, last) } }

  /// The number of the next call, from 1 on.
  func nextNumber() -> Int64 {
    numbers.use { number in
      number += 1
      return number
    }
  }
}
