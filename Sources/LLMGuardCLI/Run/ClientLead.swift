import Gateway
import Posix
import Providers

/// How a command's clients are led to an address that stands for all providers: variables, and programs in front of those
/// that heed none.
struct ClientLead {
  /// The address that all others begin with.
  let root: String
  let routes: RouteTable
  let shims: ShimFolder?

  /// A command that is led.
  func command(_ line: [String]) -> ChildCommand {
    var command = ChildCommand(arguments: line)
    command.environment = environment
    let program = File.name(of: line.first ?? "")
    guard let shims, CommandRewriter.programs.contains(program) else { return command }
    // The command itself is changed here; a shim does the same for those it starts.
    let standing = Shim.standingFile(of: program, line)
    let result = CommandRewriter(servers: routes.servers, root: root, standing: standing)
      .rewrite(program, line, own: Environment.value)
    command.arguments = result.arguments
    for (name, value) in result.variables { command.environment[name] = .some(value) }
    // What is no UTF-8 was repaired here; the shim has it as it is.
    let isRepaired = line.contains { $0.unicodeScalars.contains("\u{FFFD}") }
    if isRepaired || !result.files.isEmpty || !result.hidden.isEmpty || result.settings != nil {
      command.arguments = ["\(shims.path)/\(program)"] + line.dropFirst()
    }
    return command
  }

  private var environment: [String: String?] {
    var variables: [String: String?] = [OuterRun.gatewayVariable: root]
    variables[OuterRun.originsVariable] = .some(OwnOrigins(of: routes).text)
    for setting in routes.settings { variables[setting.name] = setting.value(root) }
    for name in CommandRewriter.proxyVariables {
      variables[name] = LoopbackHosts.value(of: name, own: Environment.value)
    }
    if let shims { variables["PATH"] = shims.searchPath }
    return variables
  }
}
