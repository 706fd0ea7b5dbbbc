import Posix
import TextFormats

/// The files that rules and prices come from, as they were when a server read them.
struct RuleFiles {
  /// How often a server looks whether they are as they were.
  static let pauseMs: Int64 = 2000

  private let paths: [String]
  /// Those of the configuration that were there.
  private let configs: [String]
  private var marks: [[Int64]]

  init(_ context: Context) {
    func whole(_ paths: [String?]) -> [String] {
      paths.compactMap { $0 }.map { $0.hasPrefix("/") ? $0 : "\(Folder.current ?? "")/\($0)" }
    }
    let configs = whole([Context.systemConfig, try? context.userConfigPath()])
    paths = configs + whole([try? context.pricesPath()])
    marks = paths.map(File.changeMark)
    self.configs = zip(configs, marks).filter { !$0.1.isEmpty }.map(\.0)
  }

  /// The files of the configuration that were there when these were read, and are not any more.
  var goneConfigs: [String] { configs.filter { File.changeMark($0).isEmpty } }

  /// The files that were changed, made or removed since this was last asked.
  mutating func changed() -> [String] {
    let now = paths.map(File.changeMark)
    defer { marks = now }
    return zip(paths, zip(marks, now)).filter { $1.0 != $1.1 }.map(\.0)
  }

  /// What other commands are told of them.
  var json: JSONValue {
    .array(
      zip(paths, marks).map { ["path": .string($0), "mark": .array($1.map { .int($0) })] })
  }

  /// Those of what was told that are not as they were any more.
  static func changed(since told: JSONValue) -> [String] {
    (told.arrayValue ?? []).compactMap { file in
      guard let path = file["path"]?.stringValue, let mark = file["mark"]?.arrayValue?.compactMap(\.int64Value) else {
        return nil
      }
      return File.changeMark(path) == mark ? nil : path
    }
  }
}
