/// A time zone as a function from an instant to its offset; who knows the rules is someone else's business.
///
/// The shipped zones ask the C library; tests make up their own.
public struct ZoneOffsets: Sendable {
  /// The zone's name, such as `Europe/Berlin`.
  public let name: String
  /// Seconds east of UTC at an instant given in Unix seconds.
  public let offsetSeconds: @Sendable (_ atUnixSeconds: Int64) -> Int64

  /// Makes a zone from its name and its offset function.
  public init(name: String, offsetSeconds: @escaping @Sendable (_ atUnixSeconds: Int64) -> Int64) {
    self.name = name
    self.offsetSeconds = offsetSeconds
  }

  /// Coordinated Universal Time.
  public static let utc = ZoneOffsets(name: "UTC") { _ in 0 }

  /// The last second before `upper` and after `lower` at which the offset still equals the one at `lower`, plus one: the
  /// instant of the change. Requires different offsets at the two ends.
  func transition(after lower: Int64, before upper: Int64) -> Int64 {
    let before = offsetSeconds(lower)
    var low = lower
    var high = upper
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offsetSeconds(middle) == before { low = middle } else { high = middle }
    }
    return high
  }

  /// Whether clocks that are put back show something of a stretch of local time twice: before they are, and after it.
  ///
  /// Assumes at most one change of offset in the 48 hours around the instant.
  func showsTwice(from localStart: Int64, to localEnd: Int64, around instant: Int64) -> Bool {
    let (dayBefore, dayAfter) = (instant - 86_400, instant + 86_400)
    let (before, after) = (offsetSeconds(dayBefore), offsetSeconds(dayAfter))
    guard after < before else { return false }
    let change = transition(after: dayBefore, before: dayAfter)
    return localStart < change + before && localEnd > change + after
  }

  /// The first instant at which clocks in the zone show `localSeconds` (seconds since 1970 by the local clock) or later.
  ///
  /// Where the clocks jump over that moment it is the instant of the jump; where they show it twice, the first time.
  /// Assumes at most one change of offset in the 48 hours around it.
  public func firstInstant(showing localSeconds: Int64) -> Int64 {
    let dayBefore = localSeconds - 86_400
    let dayAfter = localSeconds + 86_400
    let offsetBefore = offsetSeconds(dayBefore)
    let offsetAfter = offsetSeconds(dayAfter)
    if offsetBefore == offsetAfter { return localSeconds - offsetBefore }
    let change = transition(after: dayBefore, before: dayAfter)
    let earlier = localSeconds - offsetBefore
    return earlier < change ? earlier : max(change, localSeconds - offsetAfter)
  }
}
