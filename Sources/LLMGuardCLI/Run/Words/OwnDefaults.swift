import Configuration
import Posix
import Providers

/// Addresses that a command's own files name for variables which are not set, and which its run sets: the command keeps what is set,
/// and its calls go elsewhere than they would alone.
enum OwnDefaults {
  /// Warns of each variable whose calls go to the provider of its name, where a file of the command's names another server.
  static func warn(_ commandLine: [String], _ providers: [Provider], _ context: Context) {
    let texts = texts(of: commandLine)
    for provider in providers {
      guard let base = WebAddress(provider.base) else { continue }
      for variable in provider.variables where !isSet(variable.name) {
        // Some lead where another one does, which is set.
        if let other = BuiltInProviders.fallback(of: variable.name), isSet(other) { continue }
        for (name, bytes, manner) in texts {
          guard let named = DefaultAddress(of: variable.name, in: bytes, manner) else { continue }
          if isSame(named.address, as: provider.base) { break }
          context.say(
            .warning,
            "\(name) names another server for \(variable.name), which is not set and which the run sets: calls that go by it go to "
              + "\(provider.name) (\(base.origin))",
            hint:
              "set \(variable.name) before the run, or put that server into the configuration: base of [provider.\(provider.name)]"
          )
          break
        }
      }
    }
  }

  private static func isSet(_ variable: String) -> Bool { Environment.value(variable)?.isEmpty == false }

  /// Whether two addresses lead to one server, as far as it can be told. One without a port may mean the usual one.
  private static func isSame(_ address: String, as base: String) -> Bool {
    let (a, b) = (place(of: address), place(of: base))
    return a.host == b.host && (a.port == b.port || a.port.isEmpty)
  }

  private static func place(of address: String) -> (host: String, port: String) {
    let bare = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
    let authority = bare.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let server = (authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority).lowercased()
    let port = server.lastIndex(of: ":").map { String(server[server.index(after: $0)...]) } ?? ""
    let host = port.isEmpty ? server : String(server.dropLast(port.count + 1))
    let usual = address.hasPrefix("https:") ? "443" : address.hasPrefix("http:") ? "80" : ""
    return (["localhost", "0.0.0.0", "[::1]"].contains(host) ? "127.0.0.1" : host, port == usual ? "" : port)
  }

  /// No script is longer that somebody wrote.
  private static let most = 1 << 18

  /// What may name one: the words of the command, the script that it is, what make reads, and a file of variables in the folder.
  private static func texts(of line: [String]) -> [(name: String, bytes: [UInt8], DefaultAddress.Manner)] {
    var texts = [("the command line", Array(line.joined(separator: "\n").utf8), DefaultAddress.Manner.code)]
    let name = CommandName(line)
    var files: [(String, DefaultAddress.Manner)] = [(".env", .variables)]
    if let script = name.script ?? Executable.find(name.program) { files.append((script, .code)) }
    if ["make", "gmake"].contains(name.text) {
      // *Source:* GNU make's manual, "What Name to Give Your Makefile".
      files += ["GNUmakefile", "makefile", "Makefile"].map { ($0, .code) }
    }
    for (path, manner) in files {
      guard File.isRegular(path), let bytes = try? File.readAll(path, maximumBytes: most),
        !bytes.prefix(512).contains(0)
      else { continue }
      texts.append(("'\(path)'", bytes, manner))
    }
    return texts
  }
}
