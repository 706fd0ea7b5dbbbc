import GuardModel
import Ledger
import Terminal

/// A run as a JUnit report, which CI systems show: a test case for the command and one for each of its calls that is kept. The sums
/// hold all.
///
/// *Source:* the element and attribute names that Jenkins' xUnit schema and GitLab's documentation list.
public struct RunJUnit: Sendable {
  private let run: RunReport
  private let calls: JUnitCalls
  private let program: String
  private let exitStatus: Int32?
  private let reason: String?
  private let verdict: String?
  private let span: Span?
  private let standing: Standing?
  /// How the budgets of those stand whose calls were refused: what a reader of a failed build asks first.
  public struct Standing: Sendable {
    let states: [String: [BudgetState]]
    let zone: ZoneOffsets
    let nowUnixMs: Int64

    /// Keeps budgets by their users, the zone in which times are shown, and the instant of looking.
    public init(_ states: [String: [BudgetState]], zone: ZoneOffsets, nowUnixMs: Int64) {
      (self.states, self.zone, self.nowUnixMs) = (states, zone, nowUnixMs)
    }
  }

  /// When the command was started and when it had ended, in milliseconds since 1970.
  public typealias Span = (startedAtUnixMs: Int64, endedAtUnixMs: Int64)

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - run: its sums.
  ///   - calls: those that are told of.
  ///   - program: what it ran.
  ///   - exitStatus: how that ended; `nil` when it was not started.
  ///   - reason: why it was not started, where its calls do not say.
  ///   - verdict: why the run failed, whatever its command's own status.
  ///   - span: how long it took; `nil` where that is not known.
  ///   - standing: how the budgets stand that refused calls; `nil` where that is not known.
  public init(
    _ run: RunReport, calls: JUnitCalls, program: String, exitStatus: Int32?, because reason: String? = nil,
    failing verdict: String? = nil, span: Span? = nil, standing: Standing? = nil
  ) {
    (self.reason, self.verdict, self.span, self.standing) = (reason, verdict, span, standing)
    self.run = run
    self.calls = calls
    self.program = program
    self.exitStatus = exitStatus
  }

  /// How every such report begins.
  public static let beginning =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"llmguard run "

  /// The document.
  public var xml: String {
    let cases = [command] + calls.kept.map(testCase) + failuresLeft + turnedAway + unsent + pastGateway
    let failures = cases.filter { $0.contains("<failure") }.count
    let errors = cases.filter { $0.contains("<error") }.count
    let skipped = cases.filter { $0.contains("<skipped") }.count
    return Self.beginning + "\(Self.escaped(program))\" tests=\"\(cases.count)\" failures=\"\(failures)\" "
      + "errors=\"\(errors)\" skipped=\"\(skipped)\"\(suiteTime)>\n" + properties + cases.joined()
      + "</testsuite>\n</testsuites>\n"
  }

  /// When the run began, in the form that the schemas have it in, without a zone: in UTC; and how long it took.
  private var suiteTime: String {
    guard let span else { return "" }
    return
      "\(time) timestamp=\"\(CivilTime.rfc3339(span.startedAtUnixMs, in: .utc).prefix { $0 != "Z" && $0 != "+" })\""
  }

  /// ` time="1.250"`: how long the command took, with what llmguard itself did.
  private var time: String { span.map { Self.time($0.endedAtUnixMs - $0.startedAtUnixMs) } ?? "" }

  private static func time(_ milliseconds: Int64) -> String {
    let ms = max(0, milliseconds)
    return " time=\"\(ms / 1000).\(String(ms % 1000 + 1000).dropFirst())\""
  }

  private var properties: String {
    let all: [(String, String)] = [
      ("run", run.run), ("calls", String(run.sums.calls)), ("charge_tokens", String(run.sums.chargeTokens)),
      ("cost_micro_usd", String(run.sums.costMicroUSD)), ("calls_of_unknown_cost", String(run.sums.callsOfUnknownCost)),
      ("refusals", String(run.sums.refusals)), ("turned_away", String(run.turnedAway)),
      ("unsent", String(run.unsent)), ("charged_elsewhere", String(run.chargedElsewhere)),
      ("refused_elsewhere", String(run.refusedElsewhere)),
      ("unsettled", String(run.unsettled)), ("past_gateway", String(run.pastGateway.count)),
      ("metered", String(!run.isUnmetered)),
      ("degraded", String(run.sums.degraded)),
      ("cached", String(run.sums.cached)),
      ("saved_tokens", String(run.sums.savedTokens)), ("unmetered", String(run.sums.unmetered)),
      ("calls_of_cost_at_most", String(run.sums.callsOfCostAtMost)),
      ("calls_of_cost_about", String(run.sums.callsOfCostAbout)), ("cost_bound", run.sums.costBound.rawValue),
      ("calls_not_listed", String(left)),
    ]
    return "<properties>\n"
      + all.map { "<property name=\"\($0.0)\" value=\"\(Self.escaped($0.1))\"/>\n" }.joined() + "</properties>\n"
  }

  private var command: String {
    let name = Self.escaped(program)
    let start = "<testcase classname=\"llmguard\" name=\"\(name)\"\(time)>"
    let lines = run.receipt + (left == 0 ? [] : ["and \(more)"])
    let receipt = "<system-out>\(Self.escaped(lines.joined(separator: "\n"), keepsBreaks: true))</system-out>"
    let failure: String
    switch (verdict, reason, exitStatus) {
    case (let verdict?, _, _): failure = verdict
    case (nil, let reason?, _): failure = "it was not started: \(reason)"
    case (nil, nil, 0): return start + receipt + "</testcase>\n"
    case (nil, nil, let status?): failure = "it ended with \(status)"
    case (nil, nil, nil): failure = "it was not started"
    }
    return start + "<failure message=\"\(Self.escaped(failure))\"/>" + receipt + "</testcase>\n"
  }

  /// How many calls are not told of one by one.
  private var left: Int { max(0, max(calls.count, run.calls) - calls.kept.count) }

  /// `10 more calls, which are not listed here: llmguard usage list --run …`
  private var more: String {
    "\(left) more \(left == 1 ? "call, which is" : "calls, which are") not listed here: llmguard usage list --run \(run.run) "
      + "--limit \(max(calls.count, run.calls))"
  }

  /// Those of them that were refused, or failed: however many, the report is of a run that failed.
  private var failuresLeft: [String] {
    // Of a run inside another the ledger's numbers are known of the first calls alone; its sums know of all.
    let count = Int64(calls.failuresLeft) + max(0, run.sums.refusals - calls.refused)
    if count == 0 { return [] }
    let message =
      "\(count) more \(count == 1 ? "call was" : "calls were") refused or failed; llmguard usage list --run \(run.run) "
      + "--refused names those that were refused"
    return [
      "<testcase classname=\"llmguard\" name=\"calls that are not listed\">"
        + "<failure message=\"\(Self.escaped(message))\"/></testcase>\n"
    ]
  }

  /// The calls that the ledger does not have: nothing more is known of them.
  private var turnedAway: [String] {
    (0..<min(max(0, run.turnedAway), Int64(JUnitCalls.mostAnswered))).map { index in
      "<testcase classname=\"llmguard\" name=\"call that was not sent, \(index + 1)\">"
        + "<error message=\"turned away by llmguard itself; standard error says why\"/></testcase>\n"
    }
  }

  /// Those that never had their turn.
  private var unsent: [String] {
    (0..<min(max(0, run.unsent), Int64(JUnitCalls.mostAnswered))).map { index in
      "<testcase classname=\"llmguard\" name=\"call that never had its turn, \(index + 1)\">"
        + "<skipped message=\"it waited until the command ended or its client left, and was not sent\"/></testcase>\n"
    }
  }

  /// What a strict run is not to have.
  private var pastGateway: [String] {
    run.pastGateway.prefix(JUnitCalls.mostAnswered).enumerated().map { index, words in
      let message = "it went past the gateway: \(words); it may have been a call, and if so is in no budget"
      return "<testcase classname=\"llmguard\" name=\"connection past the gateway, \(index + 1)\">"
        + "<failure message=\"\(Self.escaped(message))\"/></testcase>\n"
    }
  }

  private func testCase(_ call: CallRecord) -> String {
    let tookMs = call.reservedAtUnixMs.map { max(0, call.endedAtUnixMs - $0) } ?? 0
    let start =
      "<testcase classname=\"\(Self.escaped(call.facts.operation))\" "
      + "name=\"call \(calls.places[call.number] ?? 0), \(Self.escaped(call.facts.model ?? call.entry.route ?? "unknown model"))\"\(Self.time(tookMs))>"
    let words = CallOutcome.words(call).text
    let more = " (in the ledger call \(call.number): 'llmguard usage show \(call.number)')"
    switch CallOutcome(call) {
    case .givenBack where !call.entry.isOfNothing:
      return start + "<system-out>\(Self.escaped(words + more))</system-out></testcase>\n"
    // Whatever became of a judge, the run's call went its way.
    case .refused where call.facts.isJudges, .failed where call.facts.isJudges,
      .abandoned where call.facts.isJudges, .givenBack where call.facts.isJudges:
      return start + "<system-out>\(Self.escaped(words + reason(call) + more))</system-out></testcase>\n"
    case .refused, .failed, .abandoned, .givenBack:
      let why = reason(call)
      if let answer = calls.answers[call.number] {
        let message = "\(words)\(why); call \(calls.places[answer] ?? 0), which looks the same, was answered\(more)"
        return start + "<skipped message=\"\(Self.escaped(message))\"/></testcase>\n"
      }
      return start + "<failure message=\"\(Self.escaped(words + why + more))\"/></testcase>\n"
    case .complete, .cached, .unmetered:
      return start + "<system-out>\(Self.escaped(words + more))</system-out></testcase>\n"
    }
  }

  /// Why a call was not answered, to stand behind what became of it.
  private func reason(_ call: CallRecord) -> String {
    if let standing, CallOutcome(call) == .refused, Refusal.budget(inNote: call.entry.note) != nil {
      let states = standing.states[call.facts.user] ?? []
      return " by " + RefusalNotes.reason(call, states, standing.zone, nowUnixMs: standing.nowUnixMs)
    }
    return call.entry.note.map { ": \(CallOutcome.reason($0, isBare: true))" } ?? ""
  }

  /// Text for XML 1.0: nothing of it is markup, and characters that XML may not hold are shown.
  static func escaped(_ text: String, keepsBreaks: Bool = false) -> String {
    let lines = keepsBreaks ? text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) : [text]
    return lines.map { line in
      var result = ""
      for scalar in TerminalText.safe(line).unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&apos;"
        case "\u{FFFE}", "\u{FFFF}": result += "?"
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }.joined(separator: "\n")
  }
}
