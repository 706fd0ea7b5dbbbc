import Configuration
import Posix
import TextFormats

/// The command of `[notify]`, before anything is told to it.
enum NotifyCommand {
  /// Why it cannot be run; `nil` where it can, as far as its file says.
  ///
  /// - Parameter name: its first word: a path, or a name that is looked for on `PATH`.
  static func problem(_ name: String) -> String? {
    if name.isEmpty { return nil }
    guard name.contains("/") else {
      return Program.find(name, in: Program.folders) == nil ? "it is not on PATH" : nil
    }
    if File.isFolder(name) { return "it is a folder" }
    if Program.isExecutable(name) { return nil }
    return File.exists(name) ? "it may not be executed" : "there is no such file"
  }
}

extension NotifyCommand {
  /// What is to be said of the command of `[notify]`, as `config check` says it: that it cannot be run, or that others may put
  /// another in its place, by the file that names it, by its own, or by one that it is given; `nil` where nothing is, or there is
  /// none.
  static func warning(_ settings: Settings) -> ConfigWarning? {
    guard let name = settings.notify.command.first else { return nil }
    func warning(_ message: String, _ hint: String) -> ConfigWarning {
      ConfigWarning(
        key: "notify.command", origin: settings.origins["notify.command"] ?? "built-in",
        position: settings.position(of: "notify.command"), message: message, hint: hint)
    }
    if let problem = problem(name) {
      return warning(
        "the command '\(name)' cannot be run: \(problem); nobody is told of anything",
        name.contains("/")
          ? "give the path of a file that may be executed ('chmod +x')"
          : "give its whole path: cron's PATH is short, and not your shell's")
    }
    if let file = warning("", "").file,
      let open = [file, File.parent(of: file)].first(where: File.mayOthersWrite)
    {
      return warning(
        "others may write to '\(open)', and so have you run a command of theirs",
        "let nobody else write there: chmod go-w \(ShellWord.text(open))")
    }
    let program = name.contains("/") ? name : Program.find(name, in: Program.folders)
    for file in (program.map { [$0] } ?? []) + settings.notify.command.dropFirst().filter(isFileGiven) {
      if let open = File.placeOfOthers(onTheWayTo: file) {
        return warning(
          "others may change '\(file)' by '\(open)', and so have you run a command of theirs",
          "keep it where everything on the way to it is yours or root's, and nobody else may write")
      }
    }
    return nil
  }

  /// Whether a word names a file with its whole path, such as an interpreter's script.
  private static func isFileGiven(_ word: String) -> Bool { word.hasPrefix("/") && File.isRegular(word) }
}
