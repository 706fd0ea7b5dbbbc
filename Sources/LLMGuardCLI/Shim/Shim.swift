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
    if let (rewriter, own) = rewriter(program, arguments) {
      func rewritten(isLed: Bool) -> CommandRewriter.Result {
        rewriter.rewrite(program, arguments, isLed: isLed) { name in
          own[name] ?? (CommandRewriter.proxyVariables.contains(name) ? Environment.value(name) : nil)
        }
      }
      var result = rewritten(isLed: false)
      var leftOut: [String] = []
      let files = read(result, program, &leftOut)
      // An address in a file clears the way of the whole line.
      if !result.isLed, files.values.contains(where: { rewriter.leads($0, of: program, base: result.base) }) {
        result = rewritten(isLed: true)
      }
      for text in files.values {
        for url in rewriter.inClear(in: text, of: program, base: result.base) where !result.inClear.contains(url) {
          result.inClear.append(url)
        }
      }
      for index in result.files { replaceFile(at: index, &result, files, rewriter, program) }
      if let settings = result.settings { replaceSettings(&result, settings) }
      for name in leftOut {
        StandardStreams.complain(
          "llmguard: warning: curl's file '\(TerminalText.safe(name))' names itself, or is one of too many: it is left out\n"
        )
      }
      for url in result.hidden.map(bare) {
        StandardStreams.complain(
          "llmguard: warning: curl's address '\(TerminalText.safe(url))' has a pattern for a host: its calls are not metered\n"
        )
      }
      for url in result.inClear.map(bare) {
        StandardStreams.complain(
          """
          llmguard: warning: '\(TerminalText.safe(url))' asks a provider without encryption: its key can be read on the \
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

  /// An address without what may be a secret: what stands before the host, and what follows the path.
  private static func bare(_ url: String) -> String {
    let url = url.prefix { $0 != "?" && $0 != "#" }
    // In a pattern a name and a password may stand anywhere.
    guard let sign = url.lastIndex(of: "@"), url.contains(where: { $0 == "{" || $0 == "[" }) else {
      return HTTPCallText.withoutUser(String(url))
    }
    return "…" + url[sign...]
  }

  /// Where calls go: as the nearest folder of shims says, and the gateway that is in force.
  private static func rewriter(_ program: String, _ arguments: [String]) -> (
    CommandRewriter, own: [String: String]
  )? {
    let table = Program.folders.lazy.map { "\($0)/\(ShimFolder.tableName)" }.first { File.exists($0) }
    guard let root = Environment.value("LLMGUARD_GATEWAY"), let table, let bytes = try? File.readAll(table) else {
      return nil
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let own = text.split(separator: "\n").reduce(into: [String: String]()) { own, line in
      let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      if fields.count == 3, fields[0] == ShimFolder.ownMark { own[String(fields[1])] = String(fields[2]) }
    }
    return (
      CommandRewriter(servers: ServerTable(text: text), root: root, standing: standingFile(of: program, arguments)), own
    )
  }

  /// The file of arguments that curl reads by itself, and of settings that wget does, with what it says.
  /// *Source:* curl(1), "CURL_HOME" and `--config`; wget(1), "Wgetrc Location".
  static func standingFile(of program: String, _ arguments: [String]) -> (path: String, text: String)? {
    if program == "wget" {
      guard let path = settingsFile(of: arguments), File.isRegular(path), let bytes = try? File.readAll(path) else {
        return nil
      }
      return (path, String(decoding: bytes, as: UTF8.self))
    }
    if program != "curl" { return nil }
    let places = [
      ("CURL_HOME", "/.curlrc"), ("XDG_CONFIG_HOME", "/curlrc"), ("HOME", "/.curlrc"), ("HOME", "/.config/curlrc"),
    ]
    for (variable, name) in places {
      guard let folder = Environment.value(variable), !folder.isEmpty else { continue }
      let path = folder + name
      // What a pipe holds is curl's own to wait for, and is not there twice.
      if File.exists(path), !File.isRegular(path) { return (path, "") }
      if let bytes = try? File.readAll(path) {
        var others = CurlFiles { regularText($0) }
        return (path, others.whole(String(decoding: bytes, as: UTF8.self), of: path))
      }
    }
    return nil
  }

  private static func settingsFile(of arguments: [String]) -> String? {
    switch CommandRewriter.settingsOfWget(arguments) {
    case .file(let name, _, _): return name
    case .nothing: return nil
    case .usual:
      return Environment.value("WGETRC") ?? Environment.value("HOME").map { $0 + "/.wgetrc" }
    }
  }

  /// A file's text, where it can be read more than once.
  private static func regularText(_ name: String) -> String? {
    guard name != "-", File.isRegular(name) else { return nil }
    return (try? File.readAll(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The files of arguments that a command line names, by their names, with those that they name. Standard input can be read once.
  private static func read(
    _ result: CommandRewriter.Result, _ program: String, _ leftOut: inout [String]
  ) -> [String: String] {
    func text(_ name: String) -> String? {
      // What cannot be read is the program's to complain about.
      (try? File.readAll(name == "-" ? "/proc/self/fd/0" : name)).map { String(decoding: $0, as: UTF8.self) }
    }
    var files: [String: String] = [:]
    for name in result.files.map({ result.arguments[$0] }) where files[name] == nil {
      guard let own = text(name) else { continue }
      var others = CurlFiles(text)
      files[name] = program == "curl" ? others.whole(own, of: name) : own
      leftOut += others.leftOut
    }
    return files
  }

  /// Gives wget other settings in place of the file that it would read. They may hold a key, as such files may.
  private static func replaceSettings(_ result: inout CommandRewriter.Result, _ text: String) {
    // Without it, wget reads its own.
    guard let (path, _) = try? Program.memoryFile(Array(text.utf8)) else { return }
    if case .file(_, let index, let prefix) = CommandRewriter.settingsOfWget(result.arguments) {
      result.arguments[index] = prefix + path
    } else {
      result.variables["WGETRC"] = path
    }
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
