import Posix

/// What a gateway has learned of servers while it runs.
final class GatewayMemory: Sendable {
  private let refusing = Locked<Set<String>>([])
  /// Until when judges are left alone, by server and model.
  let resting = Locked<[String: Int64]>([:])

  /// Whether a server may be asked for the usage in a stream.
  func takesUsageOption(_ route: RouteTable.Route) -> Bool { !refusing.use { $0.contains(route.origin) } }

  /// Remembers that a server does not know the option.
  func noteRefusal(ofUsageOption route: RouteTable.Route, when isSaid: Bool) {
    if isSaid { refusing.use { _ = $0.insert(route.origin) } }
  }
}
