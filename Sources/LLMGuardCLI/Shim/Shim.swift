import Posix
import Providers

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
      var result = rewriter.rewrite(program, arguments) { name in
        own[name] ?? (CommandRewriter.proxyVariables.contains(name) ? Environment.value(name) : nil)
      }
      for index in result.files { readFile(at: index, &result, rewriter) }
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
    return (CommandRewriter(servers: ServerTable(text: text), root: root), own)
  }

  /// Rewrites a file of arguments. It may hold a key, so it is passed on in memory and never written anywhere.
  private static func readFile(at index: Int, _ result: inout CommandRewriter.Result, _ rewriter: CommandRewriter) {
    let name = result.arguments[index]
    do throws(PosixError) {
      let bytes = try File.readAll(name == "-" ? "/proc/self/fd/0" : name)
      let (path, file) = try Program.memoryFile(
        Array(rewriter.rewrite(curlConfig: String(decoding: bytes, as: UTF8.self), isLed: result.isLed).utf8))
      if name == "-" { file.becomeInput() } else { result.arguments[index] = path }
    } catch {
      // What cannot be read is the program's to complain about.
    }
  }
}
