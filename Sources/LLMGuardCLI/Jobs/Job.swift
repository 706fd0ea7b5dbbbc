import Posix
import TextFormats

/// A call that was submitted: what is known of it from the files in its folder.
struct Job {
  /// Where it stands.
  enum State: String {
    case waiting, running, finished, cancelled, lost

    /// Whether nothing more will happen.
    var isOver: Bool { self == .finished || self == .cancelled || self == .lost }
  }

  /// Its id, which is that of its run.
  let id: String
  let program: String
  let submittedAtUnixMs: Int64
  let folder: String
  var state: State
  /// Its process; 0 when it was never told.
  var process: Int32 = 0
  /// When it ended; `nil` while it has not, and when nobody knows.
  var endedAtUnixMs: Int64?
  /// Its exit status as a shell reports it; `nil` while it has none.
  var exitStatus: Int32?
  /// Why it was lost.
  var reason: String?

  var outputPath: String { folder + "/stdout" }
  var errorPath: String { folder + "/stderr" }

  /// One object.
  var json: JSONValue {
    [
      "id": .string(id), "program": .string(program), "state": .string(state.rawValue),
      "submitted_at_unix_ms": .int(submittedAtUnixMs), "ended_at_unix_ms": .int(endedAtUnixMs),
      "exit_status": .int(exitStatus.map(Int64.init)), "pid": process == 0 ? .null : .int(Int64(process)),
      "reason": .string(orNull: reason), "stdout": .string(outputPath), "stderr": .string(errorPath),
    ]
  }
}
