import GuardModel
import Ledger

/// A story of one ledger, told in lines of `time | action | answer`.
///
/// Times are UTC: `2026-03-29 09:00`, or `09:00:00.250` on the day of the line before. `budget NAME = USER[/OPERATION]
/// LIMIT` sets a budget, or changes its limit. A reservation takes every budget of its user that fits its operation.
/// Blank lines and lines that begin with `#` say nothing. The actions and their answers are those of `ScenarioRunner`.
public struct Scenario: Sendable, CustomStringConvertible {
  /// What it shows.
  public let name: String
  /// Where its calendar is read.
  public let zone: ZoneOffsets
  /// Its lines.
  public let text: String

  init(_ name: String, zone: ZoneOffsets = .utc, _ text: String) {
    self.name = name
    self.zone = zone
    self.text = text
  }

  /// Every scenario: each must end without failures on every engine.
  public static let all = calls + cachedCalls + unmeteredCalls + envelopes + windows + clocks + administration

  /// What it shows.
  public var description: String { name }

  /// Plays the scenario on a ledger that is empty and reads the calendar in `zone`.
  ///
  /// After every line `verify` must find the ledger sound.
  ///
  /// - Returns: one line for each answer that is not the expected one.
  public func failures(on subject: Subject) -> [String] {
    var runner = ScenarioRunner(subject)
    var failures: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmed
      if line.isEmpty || line.hasPrefix("#") { continue }
      let place = "\(name), line \(index + 1): \(line)"
      do {
        if line.hasPrefix("budget ") {
          try runner.define(line.dropFirst("budget ".count).trimmed)
          continue
        }
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed }
        guard fields.count == 3 else { throw Unreadable("a line has a time, an action and an answer") }
        let answer = try runner.perform(fields[1], at: fields[0])
        if answer != fields[2] { failures.append("\(place)\n  answered: \(answer)") }
        let problems = try subject.ledger.verify()
        if !problems.isEmpty { failures.append("\(place)\n  left: \(problems)") }
      } catch {
        failures.append("\(place)\n  \(error)")
      }
    }
    return failures
  }
}

/// A line of a scenario that cannot be read.
struct Unreadable: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension StringProtocol {
  /// The text without the spaces around it.
  var trimmed: String {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
