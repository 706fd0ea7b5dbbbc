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

  /// Takes the program's place on, and ends with it. Its arguments are `ByteText`, as are the names and the texts of files below:
  /// what is not changed goes on as it is.
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
          own[name] ?? (CommandRewriter.proxyVariables.contains(name) ? Environment.byteText(name) : nil)
        }
      }
      var result = rewritten(isLed: false)
      var leftOut: [String] = []
      let files = read(result, program, &leftOut)
      // An address in a file clears the way of the whole line.
      if !result.isLed, files.values.contains(where: { rewriter.leads($0.text, of: program, base: result.base) }) {
        result = rewritten(isLed: true)
      }
      for file in files.values {
        for url in rewriter.inClear(in: file.text, of: program, base: result.base) where !result.inClear.contains(url) {
          result.inClear.append(url)
        }
      }
      for index in result.files { replaceFile(at: index, &result, files, rewriter, program) }
      if let settings = result.settings { replaceSettings(&result, settings) }
      for name in leftOut {
        StandardStreams.complain(
          "llmguard: warning: curl's file '\(shown(name))' names itself, or is one of too many: it is left out\n"
        )
      }
      for url in result.hidden.map(bare) {
        StandardStreams.complain(
          "llmguard: warning: curl's address '\(shown(url))' has a pattern for a host: its calls are not metered\n"
        )
      }
      for url in result.inClear.map(bare) {
        StandardStreams.complain(
          """
          llmguard: warning: '\(shown(url))' asks a provider without encryption: its key can be read on the \
          way, and its calls are not metered
          hint: write https://

          """)
      }
      (arguments, variables) = (result.arguments, result.variables)
    }
    let error = Program.replaceThis(by: real, arguments.map(ByteText.bytes), variables: variables)
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

  private static func shown(_ text: String) -> String { TerminalText.safe(ByteText.shown(text)) }

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
      guard let path = settingsFile(of: arguments), let text = regularText(path) else { return nil }
      return (path, text)
    }
    if program != "curl" { return nil }
    // As 7.88 looks for it, and as the manual has it.
    let places = [
      ("CURL_HOME", "/.curlrc"), ("XDG_CONFIG_HOME", "/.curlrc"), ("XDG_CONFIG_HOME", "/curlrc"), ("HOME", "/.curlrc"),
      ("CURL_HOME", "/.config/curlrc"), ("HOME", "/.config/curlrc"),
    ]
    for (variable, name) in places {
      guard let folder = Environment.byteText(variable), !folder.isEmpty else { continue }
      let path = folder + name
      // What a pipe holds is curl's own to wait for, and is not there twice.
      if ByteText.isThere(path), !ByteText.isRegularFile(path) { return (path, "") }
      if let text = text(path) {
        var others = CurlFiles(regularText)
        return (path, others.whole(text, of: path))
      }
    }
    return nil
  }

  private static func settingsFile(of arguments: [String]) -> String? {
    switch CommandRewriter.settingsOfWget(arguments) {
    case .file(let name, _, _): return name
    case .nothing: return nil
    case .usual:
      return Environment.byteText("WGETRC") ?? Environment.byteText("HOME").map { $0 + "/.wgetrc" }
    }
  }

  /// A file's text; `nil` where it cannot be read.
  private static func text(_ name: String) -> String? { (try? ByteText.readFile(name)).map(ByteText.text) }

  /// A file's text, where it can be read more than once.
  private static func regularText(_ name: String) -> String? {
    guard name != "-", ByteText.isRegularFile(name) else { return nil }
    return text(name)
  }

  /// A file that a command line names.
  private struct NamedFile {
    /// What it says, with what the files say that it names.
    var text: String
    /// Whether that is what the program would read from the file, now as then.
    var isThere: Bool
  }

  /// The files of arguments that a command line names, by their names, with those that they name. Standard input can be read once.
  private static func read(
    _ result: CommandRewriter.Result, _ program: String, _ leftOut: inout [String]
  ) -> [String: NamedFile] {
    // What cannot be read is the program's to complain about.
    func content(_ name: String) -> String? { text(name == "-" ? "/proc/self/fd/0" : name) }
    var files: [String: NamedFile] = [:]
    for name in result.files.map({ result.arguments[$0] }) where files[name] == nil {
      guard let own = content(name) else { continue }
      var others = CurlFiles(content)
      let whole = program == "curl" ? others.whole(own, of: name) : own
      let isThere = name != "-" && ByteText.isRegularFile(name) && whole.utf8.elementsEqual(own.utf8)
      files[name] = NamedFile(text: whole, isThere: isThere)
      leftOut += others.leftOut
    }
    return files
  }

  /// Gives wget other settings in place of the file that it would read. They may hold a key, as such files may.
  private static func replaceSettings(_ result: inout CommandRewriter.Result, _ text: String) {
    // Without it, wget reads its own.
    guard let (path, _) = try? Program.memoryFile(ByteText.bytes(text)) else { return }
    if case .file(_, let index, let prefix) = CommandRewriter.settingsOfWget(result.arguments) {
      result.arguments[index] = prefix + path
    } else {
      result.variables["WGETRC"] = path
    }
  }

  /// Rewrites a file of arguments or addresses. It may hold a key, so it is passed on in memory and never written anywhere.
  private static func replaceFile(
    at index: Int, _ result: inout CommandRewriter.Result, _ files: [String: NamedFile], _ rewriter: CommandRewriter,
    _ program: String
  ) {
    let name = result.arguments[index]
    guard let file = files[name] else { return }
    let text = rewriter.rewrite(file.text, of: program, isLed: result.isLed, base: result.base)
    if file.isThere, text.utf8.elementsEqual(file.text.utf8) { return }
    do throws(PosixError) {
      let (path, memory) = try Program.memoryFile(ByteText.bytes(text))
      if name == "-" { memory.becomeInput() } else { result.arguments[index] = path }
    } catch {
      // The program reads the file as it is.
    }
  }
}
