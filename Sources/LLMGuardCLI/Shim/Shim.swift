import Posix
import Providers
import Terminal

/// llmguard under the name of another program: leads its calls to the gateway and hands over to it.
enum Shim {
  /// The program this process was called as; `nil` when that is llmguard itself.
  static func program(_ arguments: [String]) -> String? {
    let name = File.name(of: arguments.first ?? "")
    return CommandRewriter.programs.contains(name) ? name : nil
  }

  /// Takes the program's place on, and ends with it.
  static func run(_ program: String, _ arguments: [String]) -> Int32 {
    guard let real = ShimFolder.realProgram(program) else {
      StandardStreams.complain("\(program): not found\n")
      return 127
    }
    var arguments = arguments
    arguments[0] = program
    var variables: [String: String?] = [:]
    if let (rewriter, own) = rewriter() {
      func rewritten(isLed: Bool) -> CommandRewriter.Result {
        rewriter.rewrite(program, arguments, isLed: isLed) { name in
          own[name] ?? (CommandRewriter.proxyVariables.contains(name) ? Environment.value(name) : nil)
        }
      }
      var result = rewritten(isLed: false)
      let files = read(result)
      // An address in a file clears the way of the whole line.
      if !result.isLed, files.values.contains(where: { rewriter.leads($0, of: program, base: result.base) }) {
        result = rewritten(isLed: true)
      }
      for index in result.files { replaceFile(at: index, &result, files, rewriter, program) }
      for url in result.hidden {
        StandardStreams.complain(
          "llmguard: warning: curl's address '\(TerminalText.safe(url))' has a pattern for a host: its calls are not metered\n"
        )
      }
      // What stands before the host, and what follows the path, may be a secret.
      for url in result.inClear.map({ HTTPCallText.withoutUser($0).prefix { $0 != "?" && $0 != "#" } }) {
        StandardStreams.complain(
          """
          llmguard: warning: '\(TerminalText.safe(String(url)))' asks a provider without encryption: its key can be read on the \
          way, and its calls are not metered
          hint: write https://

          """)
      }
      (arguments, variables) = (result.arguments, result.variables)
    }
    let error = Program.replaceThis(by: real, arguments, variables: variables)
    StandardStreams.complain("\(program): \(error.reason)\n")
    return error.isMissing ? 127 : 126
  }

  /// Where calls go: as the nearest folder of shims says, and the gateway that is in force.
  private static func rewriter() -> (CommandRewriter, own: [String: String])? {
    let table = Program.folders.lazy.map { "\($0)/\(ShimFolder.tableName)" }.first { File.exists($0) }
    guard let root = Environment.value("LLMGUARD_GATEWAY"), let table, let bytes = try? File.readAll(table) else {
      return nil
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let own = text.split(separator: "\n").reduce(into: [String: String]()) { own, line in
      let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      if fields.count == 3, fields[0] == ShimFolder.ownMark { own[String(fields[1])] = String(fields[2]) }
    }
    return (CommandRewriter(servers: ServerTable(text: text), root: root, standing: standingFile), own)
  }

  /// The file of arguments that curl reads by itself. *Source:* curl(1), "CURL_HOME" and `--config`.
  static var standingFile: (path: String, text: String)? {
    let places = [
      ("CURL_HOME", "/.curlrc"), ("XDG_CONFIG_HOME", "/curlrc"), ("HOME", "/.curlrc"), ("HOME", "/.config/curlrc"),
    ]
    for (variable, name) in places {
      guard let folder = Environment.value(variable), !folder.isEmpty else { continue }
      // What a pipe holds is curl's own to wait for, and is not there twice.
      if File.exists(folder + name), !File.isRegular(folder + name) { return (folder + name, "") }
      if let bytes = try? File.readAll(folder + name) {
        return (folder + name, String(decoding: bytes, as: UTF8.self))
      }
    }
    return nil
  }

  /// The files of arguments that a command line names, by their names. Standard input can be read once.
  private static func read(_ result: CommandRewriter.Result) -> [String: String] {
    var files: [String: String] = [:]
    for name in result.files.map({ result.arguments[$0] }) where files[name] == nil {
      // What cannot be read is the program's to complain about.
      guard let bytes = try? File.readAll(name == "-" ? "/proc/self/fd/0" : name) else { continue }
      files[name] = String(decoding: bytes, as: UTF8.self)
    }
    return files
  }

  /// Rewrites a file of arguments or addresses. It may hold a key, so it is passed on in memory and never written anywhere.
  private static func replaceFile(
    at index: Int, _ result: inout CommandRewriter.Result, _ files: [String: String], _ rewriter: CommandRewriter,
    _ program: String
  ) {
    let name = result.arguments[index]
    guard let text = files[name] else { return }
    do throws(PosixError) {
      let (path, file) = try Program.memoryFile(
        Array(rewriter.rewrite(text, of: program, isLed: result.isLed, base: result.base).utf8))
      if name == "-" { file.becomeInput() } else { result.arguments[index] = path }
    } catch {
      // The program reads the file as it is.
    }
  }
}
