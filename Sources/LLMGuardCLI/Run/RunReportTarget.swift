import CommandSpec
import Gateway
import Ledger
import Posix
import Reports
import TextFormats

/// Where `--report` writes, and in which form.
struct RunReportTarget: Sendable {
  enum Form: String, CaseIterable, Sendable {
    case junit, json

    var usualName: String { self == .junit ? "llm.xml" : "llm.json" }

    /// How such a report begins: nothing else is written over.
    var beginnings: [String] {
      switch self {
      case .junit: [RunJUnit.beginning]
      case .json: Receipt.beginnings
      }
    }
  }

  var form: Form
  var path: String

  /// Reads `junit:FILE` or `json:FILE`.
  static let read: @Sendable (String) -> Result<RunReportTarget, ValueProblem> = { text in
    guard let colon = text.firstIndex(of: ":"), let form = Form(rawValue: String(text[..<colon])),
      text.index(after: colon) < text.endIndex
    else {
      return .failure(
        ValueProblem(
          "is not junit FILE or json FILE",
          hint: "the form comes first: --report junit \(Form.junit.usualName), or --report json \(Form.json.usualName)"
        ))
    }
    return .success(RunReportTarget(form: form, path: String(text[text.index(after: colon)...])))
  }
}

extension RunReportTarget {
  /// What is told of a run besides what its calls took.
  struct Run {
    let program: String
    /// How the command ended, as a shell has it; `nil` when it was not started.
    let exitStatus: Int32?
    /// Why it was not started, where its calls do not say.
    var reason: String?
    /// Why the run failed, whatever its command's own status.
    var verdict: String?
    let span: RunJUnit.Span
  }

  /// Writes a report.
  func write(
    _ whole: RunReport, of run: Run, calls: JUnitCalls = JUnitCalls(), standing: RunJUnit.Standing? = nil
  ) throws(PosixError) {
    let text: String
    switch form {
    case .json:
      var object = whole.json.objectValue ?? JSONObject()
      object["program"] = .string(run.program)
      object["exit_status"] = .int(run.exitStatus.map { Int64($0) })
      if let message = run.verdict ?? run.reason.map({ "it was not started: \($0)" }) {
        object["message"] = .string(message)
      }
      text = JSONWriter.pretty(.object(object))
    case .junit:
      text =
        RunJUnit(
          whole, calls: calls, program: run.program, exitStatus: run.exitStatus, because: run.reason,
          failing: run.verdict, span: run.span, standing: standing
        ).xml
    }
    let file = try GrowingFile(path, over: form.beginnings, readerWaitMs: Receipt.readerWaitMs)
    try file.write(text)
    try file.finish()
  }

  /// Whether a report stands in a file there, which another one may replace.
  var isFile: Bool { GrowingFile.isOwn(at: path, over: form.beginnings) }

  /// Takes an earlier report away that would be taken for this run's.
  func discard() { GrowingFile.discard(at: path, over: form.beginnings) }

  /// Writes in an earlier report's place that the run has not ended: were it killed, or could its report not be written, the
  /// earlier one would be taken for its own. Where there is none, nothing is written.
  func mark(_ run: String, of program: String, startedAtUnixMs: Int64) {
    guard GrowingFile.isOwn(at: path, over: form.beginnings) else { return }
    let unended = Run(
      program: program, exitStatus: nil, verdict: Self.unended, span: (startedAtUnixMs, startedAtUnixMs))
    do throws(PosixError) { try write(RunReport(run: run), of: unended) } catch { discard() }
  }

  /// What stands in a report until its run has ended.
  static let unended = "the run has not ended, or could not say how"
}
