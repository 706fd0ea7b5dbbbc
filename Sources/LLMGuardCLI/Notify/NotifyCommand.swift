import Configuration
import Posix

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
  /// The command of `[notify]` that cannot be run, as `config check` says it; `nil` where it can, or there is none.
  static func warning(_ settings: Settings) -> ConfigWarning? {
    guard let name = settings.notify.command.first, let problem = problem(name) else { return nil }
    return ConfigWarning(
      key: "notify.command", origin: settings.origins["notify.command"] ?? "built-in",
      position: settings.position(of: "notify.command"),
      message: "the command '\(name)' cannot be run: \(problem); nobody is told of anything",
      hint: name.contains("/")
        ? "give the path of a file that may be executed ('chmod +x')"
        : "give its whole path: cron's PATH is short, and not your shell's")
  }
}
