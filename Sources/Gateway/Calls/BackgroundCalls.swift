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

    init(_ held: HeldCall, joined: String?) { (self.held, self.joined) = (held, joined) }
  }

  /// The most that wait. Of one more, the oldest is charged what it may take.
  private static let most = 1000
  private struct State {
    /// By their names, with the place of each in the order in which they came.
    var calls: [String: (call: Call, place: Int)] = [:]
    var last = 0
  }
  private let state = Locked(State())

  private static func name(_ id: String, _ route: RouteTable.Route) -> String { "\(route.origin) \(id)" }

  /// Has a call wait for its answer.
  func add(_ call: Call, _ id: String, _ route: RouteTable.Route, _ gateway: Gateway) {
    let name = Self.name(id, route)
    let passed = state.use { state -> [Call] in
      // Whoever gives two calls one name is not believed about the first of them.
      state.last += 1
      var passed = [state.calls.updateValue((call, state.last), forKey: name)]
      if state.calls.count > Self.most, let oldest = state.calls.min(by: { $0.value.place < $1.value.place }) {
        passed.append(state.calls.removeValue(forKey: oldest.key))
      }
      return passed.compactMap { $0?.call }
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
      let call = state.use({ $0.calls.removeValue(forKey: Self.name(id, route))?.call })
    else { return }
    Self.settle(call, reply, gateway)
  }

  /// Charges a call what it may take whose answer is deleted: nobody can learn any more what that was.
  func noteDeleted(_ id: String, _ route: RouteTable.Route, _ gateway: Gateway) {
    guard let call = state.use({ $0.calls.removeValue(forKey: Self.name(id, route))?.call }) else { return }
    Self.settle(call, ProviderReply(), gateway)
  }

  /// Charges all that wait, or those of a run inside, what they may take: nobody fetches their answers here any more.
  func settleAll(of joined: String? = nil, _ gateway: Gateway) {
    let calls = state.use { state -> [Call] in
      let names = state.calls.filter { joined == nil || $0.value.call.joined == joined }.map(\.key)
      return names.compactMap { state.calls.removeValue(forKey: $0)?.call }
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
