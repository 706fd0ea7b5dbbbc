import Guard
import GuardModel
import IntentCache
import Posix

/// What a gateway answers from, and keeps answers in. It is used at the ledger's desk, one at a time.
public final class GatewayCache: @unchecked Sendable {
  /// The cache's file.
  let path: String
  /// What calls want that do not say; `nil` leaves it to the rules.
  let mode: CacheMode?
  private let limits: IntentCache.Limits
  private let likeness: (any Likeness)?
  private let tell: @Sendable (CacheTrouble) -> Void
  private let opened = Locked<Opened>(.notYet)

  private enum Opened {
    case notYet
    case open(IntentCache)
    case inTrouble
  }

  /// Makes a cache that is opened when it is first needed.
  ///
  /// - Parameter tell: hears what is wrong with it, once; calls then go on without it.
  public init(
    path: String, mode: CacheMode?, limits: IntentCache.Limits, likeness: (any Likeness)? = nil,
    tell: @escaping @Sendable (CacheTrouble) -> Void
  ) {
    self.path = path
    self.mode = mode
    self.limits = limits
    self.likeness = likeness
    self.tell = tell
  }

  /// The step of the pipeline that looks in it.
  func step(_ tools: LedgerDesk.Tools) -> CacheStep {
    CacheStep(
      tools.pipeline, ledger: tools.ledger, cache: cache, likeness: likeness, nowUnixMs: { Clock.unixMs },
      onTrouble: { [self] in fail($0) })
  }

  private var cache: IntentCache? {
    opened.use { opened in
      switch opened {
      case .open(let cache): return cache
      case .inTrouble: return nil
      case .notYet:
        do throws(CacheTrouble) {
          let cache = try IntentCache(path: path, limits: limits)
          opened = .open(cache)
          return cache
        } catch {
          opened = .inTrouble
          tell(error)
          return nil
        }
      }
    }
  }

  private func fail(_ trouble: CacheTrouble) {
    opened.use { $0 = .inTrouble }
    tell(trouble)
  }

  /// The most bytes of an answer that is kept.
  var maximumEntryBytes: Int { Int(clamping: limits.maximumEntryBytes) }
}

/// A call that the cache may answer, or whose answer it may keep.
final class CachedExchange {
  let cache: GatewayCache
  let question: CacheQuestion
  let plan: Plan
  let mode: CacheMode
  /// A similar answer that is named and not given.
  var offer: CacheOffer?
  /// The call that others wait for.
  var flight: CacheFlights.Flight?

  init(_ cache: GatewayCache, _ question: CacheQuestion, _ plan: Plan, _ mode: CacheMode) {
    self.cache = cache
    self.question = question
    self.plan = plan
    self.mode = mode
  }
}
