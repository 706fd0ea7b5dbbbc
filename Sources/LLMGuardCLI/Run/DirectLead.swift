import Configuration
import Gateway
import Posix
import Providers

/// What a command is told whose calls nobody catches, because the ledger cannot be used and `--fail-open` lets it run all the
/// same: where the configuration has moved a provider, its clients go to that address themselves. A company's proxy is not
/// gone round for want of a ledger.
struct DirectLead {
  /// The variables of clients, each with its address; one that the user has set is left as it is.
  private(set) var variables: [String: String]
  /// The providers that were moved: whoever calls them by their own addresses is not led.
  let providers: [String]

  /// The addresses of the gateway of a run that is over, where there are any; what led there is as it was without it.
  var former: GatewayAddresses?

  /// - Parameter builtIn: what the providers are without configuration.
  init(
    _ settings: Settings, builtIn: [Provider] = BuiltInProviders.all,
    environment: [String: String] = OuterRun.environmentWithout()
  ) {
    let moved = settings.providers.filter { provider in
      !provider.base.isEmpty && builtIn.first { $0.name == provider.name }.map { $0.base != provider.base } == true
    }
    let names = moved.map(\.name)
    providers = names
    let table = RouteTable(providers: moved, builtIn: builtIn, environment: environment)
    let own = Set(table.ownVariables)
    variables = table.settings.reduce(into: [:]) { variables, setting in
      guard !own.contains(setting.name), let route = table.routes[setting.key] else { return }
      variables[setting.name] = setting.address(behind: route.origin)
    }
    // One that led to the gateway of a run that is over leads where it did before.
    for name in own {
      if let now = Environment.value(name), let value = environment[name], value != now { variables[name] = value }
    }
  }
}
