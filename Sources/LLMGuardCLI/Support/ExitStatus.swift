import CommandSpec

extension Failure {
  /// The exit statuses of llmguard's own, and what they mean: one table for the code, the help and the manual.
  ///
  /// *Source:* `sysexits.h`; 125 as `env` and `timeout` use it; 75 (`EX_TEMPFAIL`) because a refusal ends by itself.
  enum Status {
    static let usage: Int32 = 64
    static let data: Int32 = 65
    static let noInput: Int32 = 66
    static let unavailable: Int32 = 69
    static let cannotCreate: Int32 = 73
    static let inputOutput: Int32 = 74
    static let refused: Int32 = 75
    static let configuration: Int32 = 78
    static let failed: Int32 = 125

    static let meanings: [(status: Int32, meaning: String)] = [
      (0, "done"), (usage, "the command line cannot be understood"),
      (data, "data is damaged or cannot be understood"),
      (noInput, "a file that was named is not there, or may not be read"),
      (
        unavailable,
        "what was named is not known: a user, a tier, a budget, a call, a key, a model, an answer; or a library or a program is missing"
      ),
      (cannotCreate, "a file cannot be made where it should be, or a port cannot be had"),
      (inputOutput, "reading or writing failed, or the disk is full"),
      (refused, "refused, or locked: try again later"),
      (configuration, "the configuration cannot be used"),
      (failed, "run and submit: whatever went wrong with llmguard itself, their own command line too"),
    ]

    /// The table for help and manual.
    static var terms: [Term] { meanings.map { Term(String($0.status), $0.meaning) } }
  }
}
