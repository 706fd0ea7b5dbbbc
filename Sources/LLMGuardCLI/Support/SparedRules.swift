import Configuration

extension Context {
  /// The rules for a command that does without them where they cannot be used: users are stopped, and the ledger is saved and
  /// looked over, when something is broken. That is said; what of the configuration can be read (its time zone, how long a lock is
  /// waited for) holds.
  func settingsIfUsable() -> Settings {
    let hint = "'llmguard config check' says what is wrong; calls are refused until it is put right"
    do throws(Failure) {
      // Prices that were imported are no matter to such a command.
      let (settings, problems, _) = try readConfiguration()
      if let first = problems.first {
        say(.warning, "the configuration cannot be used, and is not needed here: \(first)", hint: hint)
      }
      return settings
    } catch {
      say(.warning, "\(error.message); it is not needed here", hint: hint)
      return Settings()
    }
  }
}
