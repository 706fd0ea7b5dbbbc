import Guard
import HTTPWire
import Posix
import Providers

/// Calls whose providers go on with them after their replies, and whose answers are fetched later: their holds stay until
/// the answer says what they took.
///
/// *Source:* OpenAI's reference, "Background mode": `GET …/responses/ID` tells the status, and with the end the usage;
/// `POST …/responses/ID/cancel` ends it. xAI's, "Deferred chat completions": `GET …/chat/deferred-completion/ID` has no status, and
/// gives the completion once it is there.
final class BackgroundCalls: Sendable {
  /// One of them.
  struct Call: Sendable {
    let held: HeldCall
    /// The run inside the run that it belongs to.
    let joined: String?
    fileprivate var user: String { held.plan.request.user }

    init(_ held: HeldCall, joined: String?) { (self.held, self.joined) = (held, joined) }
  }

  /// The most of one user that wait. Of one more, that user's oldest is charged what it may take.
  private static let most = 1000
  private struct State {
    /// By their names, with the place of each in the order in which they came.
    var calls: [String: (call: Call, place: Int)] = [:]
    /// How many of each user there are.
    var own: [String: Int] = [:]
    var last = 0

    mutating func take(_ name: String) -> Call? {
      guard let call = calls.removeValue(forKey: name)?.call else { return nil }
      let left = own[call.user, default: 0] - 1
      own[call.user] = left > 0 ? left : nil
      return call
    }

    mutating func put(_ call: Call, _ name: String) {
      last += 1
      calls[name] = (call, last)
      own[call.user, default: 0] += 1
    }

    /// The name of a user's oldest, where there are too many.
    func oneTooMany(of user: String) -> String? {
      if own[user, default: 0] <= most { return nil }
      return calls.filter { $0.value.call.user == user }.min { $0.value.place < $1.value.place }?.key
    }
  }
  private let state = Locked(State())

  private static func name(_ id: String, _ route: RouteTable.Route) -> String { "\(route.origin) \(id)" }

  /// Has a call wait for its answer.
  func add(_ call: Call, _ id: String, _ route: RouteTable.Route, _ gateway: Gateway) {
    let name = Self.name(id, route)
    let passed = state.use { state -> [Call] in
      // Whoever gives two calls one name is not believed about the first of them.
      let first = state.take(name)
      state.put(call, name)
      return [first, state.oneTooMany(of: call.user).flatMap { state.take($0) }].compactMap { $0 }
    }
    for call in passed { Self.settle(call, ProviderReply(), gateway) }
  }

  /// The name of the answer that a request fetches, gives up or deletes, where somebody waits for it.
  func awaited(method: String, path: some StringProtocol, _ route: RouteTable.Route) -> String? {
    guard state.use({ !$0.calls.isEmpty }),
      let id = ResponsePath.id(method: method, path: path) ?? ResponsePath.deferredID(method: method, path: path)
        ?? ResponsePath.deletedID(method: method, path: path),
      state.use({ $0.calls[Self.name(id, route)] != nil })
    else { return nil }
    return id
  }

  /// Settles the call whose answer has come, once.
  ///
  /// - Parameter isDeferred: whether the answer's own name is another one: then it has come where it says what it took.
  func settle(
    _ id: String, _ route: RouteTable.Route, _ reply: ProviderReply, isDeferred: Bool = false, _ gateway: Gateway
  ) {
    guard isDeferred ? reply.usage != nil : reply.isOver && reply.id == id,
      let call = state.use({ $0.take(Self.name(id, route)) })
    else { return }
    Self.settle(call, reply, gateway)
  }

  /// Charges a call what it may take whose answer is deleted: nobody can learn any more what that was.
  func noteDeleted(_ id: String, _ route: RouteTable.Route, _ gateway: Gateway) {
    guard let call = state.use({ $0.take(Self.name(id, route)) }) else { return }
    Self.settle(call, ProviderReply(), gateway)
  }

  /// Charges all that wait, or those of a run inside, what they may take: nobody fetches their answers here any more.
  func settleAll(of joined: String? = nil, _ gateway: Gateway) {
    let calls = state.use { state -> [Call] in
      let names = state.calls.filter { joined == nil || $0.value.call.joined == joined }.map(\.key)
      return names.compactMap { state.take($0) }
    }
    for call in calls { Self.settle(call, ProviderReply(), gateway) }
  }

  /// What the answer does not say is taken to be what was held; an error without usage took nothing.
  private static func settle(_ call: Call, _ reply: ProviderReply, _ gateway: Gateway) {
    let plan = call.held.plan
    let verdict = Verdict(
      ReplyEnd(status: 200, reply: reply, countedOutput: reply.isError ? 0 : plan.shape.outputTokens), of: plan)
    _ = gateway.post(verdict, call.held, joined: call.joined, isAnswered: true, tell: gateway.options.tell)
    gateway.desk.flushSoon()
  }
}
