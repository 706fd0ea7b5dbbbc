import Posix

/// The files that rules and prices come from, as they were when a server read them.
struct RuleFiles {
  /// How often a server looks whether they are as they were.
  static let pauseMs: Int64 = 2000

  private let paths: [String]
  private var marks: [[Int64]]

  init(_ context: Context) {
    paths = [Context.systemConfig, try? context.userConfigPath(), try? context.pricesPath()].compactMap { $0 }
    marks = paths.map(File.changeMark)
  }

  /// The files that were changed, made or removed since this was last asked.
  mutating func changed() -> [String] {
    let now = paths.map(File.changeMark)
    defer { marks = now }
    return zip(paths, zip(marks, now)).filter { $1.0 != $1.1 }.map(\.0)
  }
}
