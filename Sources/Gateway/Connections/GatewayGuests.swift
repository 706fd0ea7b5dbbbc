import Posix

/// The connections of a server: which of them have a request, and which only wait and may be told to go.
///
/// Whoever is told to go is told in the same step in which it is seen to wait, so that no connection begins to wait, or has a
/// request, that nobody knows of any more.
final class GatewayGuests: Sendable {
  private final class Guest {
    let socket: Socket
    /// Since when it waits between two requests; `nil` while it has one.
    var idleSince: Int64?
    /// Since when the head of its request is coming; `nil` where none is.
    var headSince: Int64?
    /// Whether it waits for an answer.
    var isServed = false
    /// Whether it was told to go.
    var hasToGo = false
    /// Whose the request is for which it takes a place of those that users share; `nil` where it takes none.
    var user: String?

    init(_ socket: Socket, idleSince: Int64) { (self.socket, self.idleSince) = (socket, idleSince) }

    func tellToGo() {
      socket.shutdown()
      (idleSince, headSince, hasToGo) = (nil, nil, true)
    }
  }

  private struct State {
    var all: [Int: Guest] = [:]
    var count = 0
    /// The places that requests take, by their users.
    var places = UserPlaces()
    var isClosing = false
    /// Whether memory was given back, and nobody has come or asked since.
    var areAtRest = false
    /// When somebody last found no place.
    var wantedNs: Int64?
  }

  private let limits: GatewayLimits
  private let state = Locked(State())

  init(limits: GatewayLimits) { self.limits = limits }

  /// How many are there.
  var count: Int { state.use { $0.all.count } }

  /// Whether nobody is there.
  var isEmpty: Bool { state.use { $0.all.isEmpty } }

  /// Whether nobody more is taken.
  var areClosing: Bool { state.use { $0.isClosing } }

  /// Gives a connection a place; `nil` when there is none.
  func enter(_ socket: Socket) -> Int? {
    state.use { state -> Int? in
      if state.isClosing { return nil }
      if state.all.count >= limits.connections {
        // Whoever has been of no use longest makes room; it goes when its thread has seen that.
        guard let idlest = idlest(state) else {
          state.wantedNs = Clock.monotonicNanoseconds
          return nil
        }
        idlest.tellToGo()
        if state.all.count >= 2 * limits.connections { return nil }
      }
      state.count += 1
      state.areAtRest = false
      state.all[state.count] = Guest(socket, idleSince: Clock.monotonicNanoseconds)
      return state.count
    }
  }

  /// Who has been idle longest, or whose head has been coming for longest, where that is long: nobody needs a key for it, and
  /// all places could be taken so. Whoever has only just come, or has asked what nobody has read yet, does not go.
  private func idlest(_ state: State) -> Guest? {
    let now = Clock.monotonicNanoseconds
    let (idleBefore, begunBefore) = (now - limits.crowdedIdleMs * 1_000_000, now - limits.crowdedHeadMs * 1_000_000)
    var idle = state.all.values.compactMap { guest -> (guest: Guest, sinceNs: Int64)? in
      if let sinceNs = guest.idleSince { return sinceNs <= idleBefore ? (guest, sinceNs) : nil }
      return guest.headSince.flatMap { $0 < begunBefore ? (guest, $0) : nil }
    }
    while let place = idle.indices.min(by: { idle[$0].sinceNs < idle[$1].sinceNs }) {
      let guest = idle.remove(at: place).guest
      if guest.headSince != nil || !guest.socket.hasArrivals { return guest }
    }
    return nil
  }

  /// Whether somebody found no place a moment ago.
  var areTooMany: Bool {
    state.use { $0.wantedNs.map { Clock.monotonicNanoseconds - $0 < Self.momentNs } ?? false }
  }

  /// Those who find no place come again after a second.
  private static let momentNs: Int64 = 2_000_000_000

  /// Takes a place back.
  func leave(_ id: Int) {
    state.use { state in
      if let user = state.all.removeValue(forKey: id)?.user { state.places.giveBack(user) }
    }
  }

  /// Takes a place for a connection's request, whose user is known now. - Returns: how many the user has, where that is the share.
  ///
  /// - Parameter isShared: whether others than this user come here.
  func takePlace(_ id: Int, of user: String, isShared: Bool) -> UserPlaces.Taken? {
    state.use { state in
      guard let guest = state.all[id], guest.user == nil else { return nil }
      if let reached = state.places.take(user, of: limits.connections, isShared: isShared) { return reached }
      guest.user = user
      return nil
    }
  }

  /// A connection's request is coming.
  ///
  /// - Parameter isWhole: whether its head is there.
  /// - Returns: whether it is served: whoever was told to go gets no answer, and so its request must not be sent.
  func begins(_ id: Int, isWhole: Bool) -> Bool {
    state.use { state in
      guard let guest = state.all[id], !guest.hasToGo else { return false }
      guest.idleSince = nil
      guest.headSince = isWhole ? nil : Clock.monotonicNanoseconds
      guest.isServed = isWhole
      state.areAtRest = false
      return true
    }
  }

  /// How many wait for an answer, and are still there to have it.
  var served: Int { state.use { $0.all.values.count { $0.isServed && $0.socket.pending != .end } } }

  /// A connection's request is answered. - Returns: whether another one is waited for.
  ///
  /// - Parameter goesOn: whether it may be.
  func rests(_ id: Int, goesOn: Bool = true) -> Bool {
    state.use { state in
      state.all[id]?.isServed = false
      if let user = state.all[id]?.user {
        state.places.giveBack(user)
        state.all[id]?.user = nil
      }
      guard goesOn, !state.isClosing, let guest = state.all[id], !guest.hasToGo else { return false }
      guest.idleSince = Clock.monotonicNanoseconds
      return true
    }
  }

  /// Takes nobody more, and tells those to go that wait for a request or its head, or all.
  ///
  /// - Returns: whether others were taken until now.
  func close(all: Bool) -> Bool {
    state.use { state in
      defer { state.isClosing = true }
      for guest in state.all.values where all || guest.idleSince != nil || guest.headSince != nil { guest.tellToGo() }
      return !state.isClosing
    }
  }

  /// Whether memory was given back, and nobody has come or asked since.
  var areAtRest: Bool { state.use { $0.areAtRest } }

  /// Whether every connection waits for a request now, which nobody has heard yet.
  func haveComeToRest() -> Bool {
    state.use { state in
      if state.areAtRest || state.all.values.contains(where: { $0.idleSince == nil }) { return false }
      state.areAtRest = true
      return true
    }
  }
}
