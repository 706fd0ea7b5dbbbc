import CommandSpec
import Gateway
import Posix
import Reports
import TextFormats

/// A run that llmguard itself failed to start.
struct UnstartedRun {
  let arguments: ParsedArguments
  let failure: Failure
  let context: Context

  /// Writes into the receipt and the reports that the command line asks for that its command was not started: earlier ones there
  /// would go on telling of a run that ended well. What is neither stays as it is.
  ///
  /// Of a command line that is wrong nothing is believed, and what it names may be a slip, too: it changes no file.
  func tell() {
    if arguments[RunCommand.dryRun] || failure.status == Failure.Status.usage { return }
    // Whoever cannot write there is told so by a run that starts.
    if let target = arguments[RunCommand.receipt] {
      do throws(PosixError) { try Receipt.write(receipt, to: target) } catch { Receipt.discard(at: target) }
    }
    let now = context.nowUnixMs
    let run = RunReportTarget.Run(program: program, exitStatus: nil, reason: failure.message, span: (now, now))
    for target in arguments.all(GuardedRun.report) {
      do throws(PosixError) { try target.write(RunReport(run: OuterRun.current ?? ""), of: run) } catch {
        target.discard()
      }
    }
  }

  private var program: String { CommandName(arguments.operands).text }

  private var receipt: JSONValue {
    [
      "schema": 1, "run": .string(orNull: OuterRun.current), "program": .string(program), "dry_run": false,
      "decision": "failed", "message": .string(failure.message),
      "hint": .string(orNull: failure.hint.isEmpty ? nil : failure.hint), "metered": true,
      "calls": Receipt.json(GatewaySummary()), "exit_status": .null,
    ]
  }
}
