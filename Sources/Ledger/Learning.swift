import GuardModel

/// What settlements teach, in whole numbers that every engine computes alike.
public enum Learning {
  /// Below this many settlements nothing is said about outputs.
  public static let minimumSettlements: Int64 = 20
  /// After this many settlements the sums are halved, so that old ones fade.
  public static let fadingSettlements: Int64 = 256

  /// The sums for correcting a model's input estimates.
  public struct Input: Hashable, Sendable {
    /// Exact settlements since the last halving, plus half of those before.
    public var settlements: Int64 = 0
    /// Input tokens as they were counted.
    public var estimated: Int64 = 0
    /// Actual input tokens.
    public var actual: Int64 = 0

    /// Nothing.
    public init() {}

    /// Makes sums.
    public init(settlements: Int64, estimated: Int64, actual: Int64) {
      self.settlements = settlements
      self.estimated = estimated
      self.actual = actual
    }

    /// Adds one exact settlement. Estimates of nothing teach nothing.
    ///
    /// An estimate was corrected by these sums when it was made: what was counted is added, or half of what the count is off
    /// by would stay for ever.
    public mutating func add(estimated corrected: Int64, actual: Int64) {
      guard corrected > 0, actual > 0, corrected < 1 << 40, actual < 1 << 40 else { return }
      let new = Estimate.counted(
        ofCorrected: corrected, exactSettlements: settlements, estimated: estimated, actual: self.actual)
      if settlements >= Learning.fadingSettlements {
        settlements /= 2
        estimated /= 2
        self.actual /= 2
      }
      settlements += 1
      // What a disk has changed stays what it is, and ends nothing.
      estimated = estimated.addingReportingOverflow(new).overflow ? .max : estimated + new
      self.actual = self.actual.addingReportingOverflow(actual).overflow ? .max : self.actual + actual
    }
  }

  /// The bucket of an output in a histogram of quarter octaves: four buckets between a power of two and the next.
  public static func bucket(ofOutput tokens: Int64) -> Int64 {
    if tokens < 4 { return max(0, tokens) }
    let exponent = Int64(63 - tokens.leadingZeroBitCount)
    return (exponent - 1) * 4 + (tokens >> (exponent - 2)) & 3
  }

  /// The last bucket, which holds `Int64.max`.
  public static let lastBucket: Int64 = 247

  /// The largest output in a bucket; what is no bucket, as a disk may have it, is taken for the nearest.
  public static func upperBound(ofBucket number: Int64) -> Int64 {
    let bucket = min(max(0, number), lastBucket)
    if bucket < 4 { return bucket }
    let exponent = bucket / 4 + 1
    let width = Int64(1) << (exponent - 2)
    let first = (4 + bucket % 4) * width
    return first + (width - 1)
  }

  /// The output that 95 % of calls stayed within, from bucket counts in ascending order; `nil` below 20 calls.
  public static func p95(_ counts: [(bucket: Int64, count: Int64)]) -> Int64? {
    // Wider than the counts, which may be anything where a disk has changed them.
    let total = counts.reduce(Int128(0)) { $0 + Int128($1.count) }
    guard total >= minimumSettlements else { return nil }
    // The smallest bucket with at least 95 % of the calls in it or below.
    var seen: Int128 = 0
    for (bucket, count) in counts {
      seen += Int128(count)
      if seen * 100 >= total * 95 { return upperBound(ofBucket: bucket) }
    }
    return nil
  }
}
