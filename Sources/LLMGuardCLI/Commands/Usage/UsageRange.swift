import CommandSpec
import Configuration
import GuardModel
import Ledger
import Posix

/// The range of time a command looks at, and the zone its times are read and shown in.
struct UsageRange {
  static let since = Option<String>(
    "--since", metavar: "TIME", summary: "from then on",
    details: TimeText.details, defaultText: "30d", completion: TimeText.completion)
  static let sinceAny = Option<String>(
    "--since", metavar: "TIME", summary: "from then on",
    details: TimeText.details, defaultText: "the beginning", completion: TimeText.completion)
  static let until = Option<String>(
    "--until", metavar: "TIME", summary: "before then", details: TimeText.details, defaultText: "now",
    completion: TimeText.completion)
  static let timezone = Option<String>(
    "--timezone", metavar: "ZONE", summary: "in which days and hours are cut and times are read",
    defaultText: "the configured zone", completion: .names(kind: "zones"),
    read: {
      Zone(name: $0) != nil
        ? .success($0) : .failure(ValueProblem("is not a time zone: use a name such as Europe/Berlin"))
    })

  /// The zone.
  let zone: ZoneOffsets
  /// The clock.
  let nowUnixMs: Int64
  /// The first instant; `nil` for the beginning.
  let sinceUnixMs: Int64?
  /// The first instant no longer looked at; `nil` for no end.
  let untilUnixMs: Int64?

  /// Reads the options of a command line.
  ///
  /// - Parameters:
  ///   - since: the command's own `--since`.
  ///   - defaultMs: how long ago the range begins without it; `nil` for the beginning.
  init(
    _ arguments: ParsedArguments, _ zone: ZoneOffsets, nowUnixMs: Int64, since: CommandSpec.Option<String>,
    defaultMs: Int64?
  ) throws(Failure) {
    self.zone = zone
    self.nowUnixMs = nowUnixMs
    let stated = try Self.instant(arguments[since], since, nowUnixMs, zone)
    sinceUnixMs = stated ?? defaultMs.map { nowUnixMs - $0 }
    untilUnixMs = try Self.instant(arguments[Self.until], Self.until, nowUnixMs, zone)
    if let to = untilUnixMs, let from = sinceUnixMs, to <= from {
      let swap =
        to == from ? "what --until names is left out: for all of a day name the day after it" : "swap them"
      throw Failure(
        "--until is not after --since",
        hint: stated == nil ? "without --since the range begins 30 days ago" : swap,
        status: Failure.Status.usage)
    }
  }

  static func instant(
    _ text: String?, _ option: CommandSpec.Option<String>, _ nowUnixMs: Int64, _ zone: ZoneOffsets
  ) throws(Failure) -> Int64? {
    guard let text else { return nil }
    if let instant = TimeText.read(text, nowUnixMs: nowUnixMs, in: zone) { return instant }
    if TimeText.isOutOfRange(text, nowUnixMs: nowUnixMs, in: zone) {
      throw Failure(
        "\(option.spec.name): '\(text)' is out of range",
        hint: "give a time \(TimeText.range), or at most \(DurationText.longestText) ago", status: Failure.Status.usage)
    }
    let noSuchDay = TimeText.noSuchDay(text).map { ": \($0)" } ?? ""
    throw Failure(
      "\(option.spec.name): '\(text)' is not a time\(noSuchDay)",
      hint: "write \(TimeText.forms)", status: Failure.Status.usage)
  }

  /// The range in words, to stand behind others: ` since 2026-11-24T00:00:00Z and before 2026-11-25T00:00:00Z`; none where it
  /// is all.
  var words: String {
    let since = sinceUnixMs.map { "since \(TimeText.rfc3339($0, in: zone))" }
    let before = untilUnixMs.map { "before \(TimeText.rfc3339($0, in: zone))" }
    let ends = [since, before].compactMap { $0 }
    return ends.isEmpty ? "" : " " + ends.joined(separator: " and ")
  }
}
