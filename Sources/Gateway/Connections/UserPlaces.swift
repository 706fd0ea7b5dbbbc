import HTTPWire
import Providers

/// How many of the places for requests each user has taken.
///
/// A user may have three times as many as are free: three quarters of all where nobody else has one, and less the fewer are
/// left. So whoever comes finds some, however many others there are, and no number has to be set for it.
struct UserPlaces {
  /// The places that a user has, where one more is not to be had.
  struct Taken: Hashable {
    var own: Int
    var all: Int
  }

  /// How many times as many places a user may have as are free.
  private static let share = 3
  /// Of so many places one is kept for those who only ask how things stand, where all requests are one user's.
  private static let placesForOneInReserve = 16

  private var own: [String: Int] = [:]
  private var count = 0

  /// Takes one. - Returns: what the user has, where that is all that the user may have.
  ///
  /// - Parameters:
  ///   - all: how many there are.
  ///   - isShared: whether others than this user come here.
  mutating func take(_ user: String, of all: Int, isShared: Bool) -> Taken? {
    let had = own[user, default: 0]
    // Whoever has none gets the first one: there is one for the connection that asks.
    let mayTake =
      had == 0 || (isShared ? had < Self.share * (all - count - 1) : count < all - all / Self.placesForOneInReserve)
    if !mayTake { return Taken(own: had, all: all) }
    own[user] = had + 1
    count += 1
    return nil
  }

  /// Gives one back.
  mutating func giveBack(_ user: String) {
    guard let had = own[user] else { return }
    own[user] = had == 1 ? nil : had - 1
    count -= 1
  }
}

extension Exchange {
  /// Takes a place for the request, and answers it; where its user has too many already, it is told to come again.
  func answer(_ path: some StringProtocol) throws(ClientFault) {
    let form = head.form(ofCallTo: String(path))
    client.user = user
    if let taken = client.takePlace(user) { return try declineForPlaces(taken, form) }
    if head.asksForWebSocket {
      try declineWebSocket()
    } else if let form {
      try MeteredCall(self, form).run()
    } else {
      try PassThrough(self).run()
    }
  }

  /// Nothing was asked yet, and soon there may be room: the client's own patience is the right one.
  private func declineForPlaces(_ taken: UserPlaces.Taken, _ form: WireFormat?) throws(ClientFault) {
    noteTurnedAway()
    let more =
      taken.all < GatewayLimits().connections ? ", or let llmguard have more open files ('ulimit -n')" : ""
    let hint = "send fewer at once" + more
    tell(
      .crowded(
        user: user,
        why: "\(taken.own) of its requests are under way or wait, of \(taken.all) that all users can have at once",
        remedy: hint))
    try fail(
      form, .crowd, status: 429,
      message: "llmguard: \(taken.own) requests of '\(user)' are under way or wait, of \(taken.all) that all users "
        + "can have at once; this one was not sent",
      details: [
        "schema": 1, "refused": "connections", "user": .string(user), "retry_after_seconds": 1,
        "hint": .string(hint),
      ], fields: ["Retry-After": "1"])
  }
}
