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
      // Where one of them is set, the others lead there, too.
      if provider.variables.contains(where: { Environment.value($0.name)?.isEmpty == false }) { continue }
      for variable in provider.variables {
        for (name, bytes, manner) in texts {
          guard let named = DefaultAddress(of: variable.name, in: bytes, manner) else { continue }
          if server(of: named.address) == server(of: provider.base) { break }
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

  /// Where an address leads, as far as it can be told apart: the host and the port.
  private static func server(_ address: Substring) -> String {
    let bare = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address
    let authority = bare.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
    return host.lowercased().replacing("localhost", with: "127.0.0.1")
  }

  private static func server(of address: String) -> String { server(address[...]) }

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
