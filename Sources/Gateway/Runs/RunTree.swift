import Guard
import GuardModel
import Posix

/// The runs whose calls come in: the gateway's own, and those inside it that have joined. What a run takes its outer runs
/// take, too.
///
/// What a run started may outlive it, and call from its address or join from there: so the latest of those that have left
/// are remembered, with what they wanted and what they took.
final class RunTree: Sendable {
  /// One run. It is changed where it stands: to change a member of a dictionary copies it out and in again, and this one is
  /// two thousand bytes.
  private final class Member {
    /// The run around it; `nil` for the gateway's own.
    let parent: String?
    let terms: JoinedTerms
    var use: RunUse
    var summary = GatewaySummary()
    var standIn: StandIn?
    /// Whether a call has taken the stand-in's place.
    var wasReplaced = false
    /// Whether a run inside, whose command is one call, is to be that call.
    var isHandedOver = false
    /// Whether the stand-in's charge counts under the caps.
    var isCounted = false
    /// The charge of a stand-in that its text decides about.
    var withdrawn: Charge?
    /// Whether a run inside was answered by its own cache, which is seen nowhere else.
    var wasAnswered = false
    /// Whether the gateway answered something of it by itself, which so went to nobody.
    var wasTurnedAway = false
    /// A place in the line that is its own and not its stand-in's.
    var place: TurnPlace?
    /// Whether it has left, and is remembered for what it started.
    let hasLeft: Bool
    /// The submitted call that it is; `nil` for any other run.
    let request: String?

    init(
      parent: String?, terms: JoinedTerms = JoinedTerms(), use: RunUse, hasLeft: Bool = false, request: String? = nil
    ) {
      (self.parent, self.terms, self.use, self.hasLeft) = (parent, terms, use, hasLeft)
      self.request = request
    }

    /// Whether it makes a difference to what it started.
    var matters: Bool { parent != RunTree.own || terms != JoinedTerms() }

    func note(_ change: (inout GatewaySummary) -> Void) { change(&summary) }
  }

  /// A stand-in that was taken, and whose it was.
  struct Taken {
    let owner: String
    var standIn: StandIn
    fileprivate let isCounted: Bool
  }

  /// The key of the gateway's own run.
  static let own = ""
  /// The most runs inside that are told apart at one time, and the most that are remembered of those that have left.
  private static let (mostJoined, mostLeft) = (10_000, 10_000)
  private let runs: Locked<[String: Member]>
  /// Those that have left, in a ring: the place of the next takes that of the oldest. It is locked within `runs` alone.
  private let left = Locked<(names: [String], next: Int)>(([], 0))
  /// Answers of the cache that runs inside have named, and the latest of those that are not kept any more. It is locked within
  /// `runs` alone.
  private let claims = Locked<(kept: Set<Int64>, before: Int64)>(([], 0))
  /// The most of them that are kept.
  private static let mostClaims = 10_000

  init(_ caps: RunCaps) { runs = Locked([Self.own: Member(parent: nil, use: RunUse(caps))]) }

  /// A run and those around it, the nearest first. A run that nobody knows is the gateway's own.
  private static func chain(_ id: String?, _ runs: [String: Member]) -> [String] {
    guard let id else { return ownChain }
    var chain: [String] = []
    var next: String? = id
    while let name = next, name != own, let member = runs[name], !chain.contains(name) {
      chain.append(name)
      next = member.parent
    }
    chain.append(own)
    return chain
  }

  private static let ownChain = [own]

  /// Takes a run in. - Returns: whether there was room for it.
  ///
  /// - Parameter request: the submitted call that it is.
  func join(_ id: String, parent: String?, _ terms: JoinedTerms, request: String? = nil) -> Bool {
    runs.use { runs in
      guard runs.count - left.use({ $0.names.count }) <= Self.mostJoined, runs[id] == nil else { return false }
      runs[id] = Member(parent: parent ?? Self.own, terms: terms, use: RunUse(terms.caps), request: request)
      return true
    }
  }

  /// The submitted calls that are inside, and have not left.
  var submitted: [String] { runs.use { runs in runs.values.compactMap { $0.hasLeft ? nil : $0.request }.sorted() } }

  /// Whether a run is inside, and has not left.
  func isKnown(_ id: String) -> Bool { runs.use { $0[id]?.hasLeft == false } }

  /// Whether a run is another one, or stands inside it.
  func holds(_ id: String?, inside other: String) -> Bool { runs.use { Self.chain(id, $0).contains(other) } }

  /// Lets a run go: what was seen of it, and its place in the line where it has one still.
  ///
  /// - Parameter posted: what its text was charged, where that decided; `nil` for nothing.
  func leave(_ id: String, posted: Charge?) -> (summary: GatewaySummary, place: TurnPlace?)? {
    runs.use { runs in
      guard let member = runs[id], !member.hasLeft else { return nil }
      if let charge = member.withdrawn {
        for name in Self.chain(id, runs) {
          if member.isCounted {
            runs[name]?.use.settle(charge, posted)
          } else if let posted {
            runs[name]?.use.add(posted)
          }
        }
      } else if let standIn = member.standIn, member.isCounted {
        for name in Self.chain(id, runs) { runs[name]?.use.settle(standIn.charge, nil) }
      }
      forget(id, &runs)
      return (member.summary, member.standIn?.place ?? member.place)
    }
  }

  /// Forgets a run, or all of it that is of no matter to what it started.
  private func forget(_ id: String, _ runs: inout [String: Member]) {
    guard let member = runs[id], member.matters else {
      runs[id] = nil
      return
    }
    var terms = member.terms
    // What it held is given back.
    terms.envelope = nil
    runs[id] = Member(parent: member.parent, terms: terms, use: member.use, hasLeft: true)
    let oldest = left.use { left in
      guard left.names.count == Self.mostLeft else {
        left.names.append(id)
        return String?.none
      }
      defer {
        left.names[left.next] = id
        left.next = (left.next + 1) % Self.mostLeft
      }
      return left.names[left.next]
    }
    if let oldest { runs[oldest] = nil }
  }

  /// Whether a call that is submitted in a run may go on without it and those around it: nothing that they were given, or that is
  /// held for them, is to be shared with it.
  func mayGo(from id: String?) -> Bool {
    runs.use { runs in
      Self.chain(id, runs).allSatisfy { name in
        guard let member = runs[name] else { return true }
        return member.use.caps.areNone && member.standIn == nil && member.terms.envelope == nil
          && member.terms.maxOutputTokens == nil
      }
    }
  }

  /// What a run and those around it want, the nearest first.
  func terms(of id: String?) -> [JoinedTerms] {
    runs.use { runs in Self.chain(id, runs).compactMap { runs[$0]?.terms } }
  }

  // MARK: - Counting

  /// What the gateway's own run was, with all inside it.
  var summary: GatewaySummary { runs.use { $0[Self.own]?.summary ?? GatewaySummary() } }

  /// Counts something of a run and of those around it.
  func note(_ id: String?, _ change: (inout GatewaySummary) -> Void) {
    runs.use { runs in for name in Self.chain(id, runs) { runs[name]?.note(change) } }
  }

  /// Counts what a run's own text took for the runs around it that stand inside, too: the outermost asks the ledger.
  func note(ownTextOf id: String, _ own: GatewaySummary) {
    runs.use { runs in
      for name in Self.chain(id, runs).dropFirst() where name != Self.own {
        runs[name]?.note { summary in
          summary.add(own.sums, nil)
          for number in own.ended { summary.ended(number) }
        }
      }
    }
  }

  // MARK: - Caps

  /// Takes a charge under the caps of a run and of those around it, or under none.
  ///
  /// - Parameter isExtra: whether it is a call that none of them made.
  /// - Returns: the cap that it does not fit under; `nil` when it was taken.
  func take(_ charge: Charge, _ id: String?, isExtra: Bool = false, nowMs: Int64) -> RunCap? {
    runs.use { runs in Self.take(charge, id, isExtra: isExtra, nowMs, &runs) }
  }

  /// Whether the time of a run is over, or of one around it: then no call of it goes out any more, nor goes out again.
  func isOver(_ id: String?, atMs nowMs: Int64) -> Bool {
    runs.use { runs in Self.chain(id, runs).contains { runs[$0]?.use.isOver(atMs: nowMs) == true } }
  }

  /// Takes a call that nobody can meter under the caps of a run and of those around it, or under none.
  ///
  /// - Parameter charge: what it may take, for one that is only not recorded.
  /// - Returns: the cap that it does not fit under, or not even the smallest call; `nil` when it was taken.
  func takeUnmetered(_ id: String?, _ charge: Charge? = nil, nowMs: Int64) -> RunCap? {
    runs.use { runs in
      var taken: [String] = []
      for name in Self.chain(id, runs) {
        if let cap = runs[name]?.use.takeUnmetered(charge, nowMs: nowMs) {
          for name in taken { runs[name]?.use.returnUnmetered(charge) }
          return cap
        }
        taken.append(name)
      }
      return nil
    }
  }

  /// Gives such a call back, that did not happen.
  func returnUnmetered(_ id: String?, _ charge: Charge? = nil) {
    runs.use { runs in for name in Self.chain(id, runs) { runs[name]?.use.returnUnmetered(charge) } }
  }

  /// Whether there is room for charges under the caps of a run and of those around it. Nothing is taken.
  func hasRoom(for charge: Charge, _ id: String?, nowMs: Int64) -> Bool {
    runs.use { runs in
      // Of the runs there may be many.
      var copy: [String: Member] = [:]
      for name in Self.chain(id, runs) { copy[name] = runs[name].map { Member(parent: $0.parent, use: $0.use) } }
      return Self.take(charge, id, nowMs, &copy) == nil
    }
  }

  private static func take(
    _ charge: Charge, _ id: String?, isExtra: Bool = false, _ nowMs: Int64, _ runs: inout [String: Member]
  ) -> RunCap? {
    var taken: [String] = []
    for name in chain(id, runs) {
      if let cap = runs[name]?.use.take(charge, isExtra: isExtra, nowMs: nowMs) {
        for name in taken { runs[name]?.use.settle(charge, nil, isExtra: isExtra) }
        return cap
      }
      taken.append(name)
    }
    return nil
  }

  /// Puts what a call took in the place of what was taken for it; `nil` when it did not happen.
  func settle(_ id: String?, _ held: Charge, _ posted: Charge?, isExtra: Bool = false) {
    runs.use { runs in for name in Self.chain(id, runs) { runs[name]?.use.settle(held, posted, isExtra: isExtra) } }
  }

  // MARK: - Stand-ins

  /// Lets the first metered call of the gateway's own run take the place of a hold.
  func setStandIn(_ standIn: StandIn) { runs.use { $0[Self.own]?.standIn = standIn } }

  /// The same for a run inside, whose hold counts under the caps.
  ///
  /// - Returns: the cap that it does not fit under; `nil` when it does.
  func setStandIn(_ standIn: StandIn, of id: String, nowMs: Int64) -> RunCap? {
    runs.use { runs in
      if let cap = Self.take(standIn.charge, id, nowMs, &runs) { return cap }
      // For one that has left nothing stands in any more.
      guard runs[id]?.hasLeft == false else { return nil }
      var standIn = standIn
      standIn.place = standIn.place ?? runs[id]?.place
      runs[id]?.place = nil
      runs[id]?.standIn = standIn
      runs[id]?.isCounted = true
      return nil
    }
  }

  /// The stand-in of a run, or of the nearest one around it that has one, for a call that takes its place; it is not there
  /// afterwards.
  func takeStandIn(of id: String? = nil) -> Taken? {
    runs.use { runs in
      for name in Self.chain(id, runs) {
        // Most runs have none: the run itself is not copied.
        guard let standIn = runs[name]?.standIn else { continue }
        let isCounted = runs[name]?.isCounted == true
        if isCounted { for name in Self.chain(name, runs) { runs[name]?.use.settle(standIn.charge, nil) } }
        runs[name]?.standIn = nil
        runs[name]?.isCounted = false
        runs[name]?.wasReplaced = true
        return Taken(owner: name, standIn: standIn, isCounted: isCounted)
      }
      return nil
    }
  }

  /// Puts a stand-in back that nothing has replaced after all.
  func putBack(_ taken: Taken) {
    runs.use { runs in
      guard runs[taken.owner]?.hasLeft == false, runs[taken.owner]?.standIn == nil else { return }
      runs[taken.owner]?.wasReplaced = false
      let isCounted = taken.isCounted && Self.take(taken.standIn.charge, taken.owner, 0, &runs) == nil
      runs[taken.owner]?.standIn = taken.standIn
      runs[taken.owner]?.isCounted = isCounted
    }
  }

  /// Lets a run inside be the call that the command of the nearest run around it is: the hold counts no more under the caps,
  /// and its place in the line is the run's. The hold itself is the ledger's matter, and stays what it was until the run
  /// inside has given it back there: a script's word alone ends no hold.
  ///
  /// - Returns: the stand-in; `nil` where there is none, or where another run is that call.
  func handOver(to id: String) -> StandIn? {
    runs.use { runs in
      for name in Self.chain(id, runs) {
        guard let member = runs[name], let standIn = member.standIn, !member.isHandedOver else { continue }
        if member.isCounted { for name in Self.chain(name, runs) { runs[name]?.use.settle(standIn.charge, nil) } }
        runs[name]?.isCounted = false
        runs[name]?.isHandedOver = true
        runs[name]?.standIn = StandIn(
          hold: standIn.hold, charge: standIn.charge, earlier: EarlierDecision(), keeping: .gateway, place: nil)
        if let place = standIn.place { runs[id]?.place = place }
        return standIn
      }
      return nil
    }
  }

  /// Whether a run inside was to be the call of a run's command.
  func isHandedOver(_ id: String = RunTree.own) -> Bool { runs.use { $0[id]?.isHandedOver ?? false } }

  /// Whether a run, or one inside it, has taken anything: calls that are under way count, and answers of the cache.
  func hasTaken(_ id: String = RunTree.own) -> Bool {
    runs.use { runs in runs[id].map { $0.use.hasCalls || $0.summary.cached > 0 || $0.wasAnswered } ?? false }
  }

  /// Notes that the gateway answered something of a run by itself.
  func noteTurnedAway(_ id: String?) {
    runs.use { runs in for name in Self.chain(id, runs) { runs[name]?.wasTurnedAway = true } }
  }

  /// Whether the gateway itself has answered what a run asked, and nothing of it that may cost something went out.
  func sentNothing(_ id: String = RunTree.own) -> Bool {
    runs.use { runs in runs[id].map { $0.wasTurnedAway && !$0.wasAnswered && $0.summary.tookNothing } ?? false }
  }

  /// Whether anybody asks what a run was answered: a command around it whose call a run inside was to be.
  func mayClaim(_ id: String) -> Bool {
    runs.use { runs in Self.chain(id, runs).contains { runs[$0]?.isHandedOver == true } }
  }

  /// Takes an answer of the cache for the call of the commands around a run.
  ///
  /// - Parameter entry: its entry, which the ledger has.
  /// - Returns: whether there was such a command that held its charge before, and nobody has named this answer.
  @discardableResult
  func claim(_ entry: Int64, by id: String) -> Bool {
    runs.use { runs in
      let commands = Self.chain(id, runs).filter { name in
        runs[name].map { $0.isHandedOver && $0.standIn.map { $0.hold.number < entry } ?? true } ?? false
      }
      guard !commands.isEmpty, claims.use({ Self.isNew(entry, &$0) }) else { return false }
      for name in Self.chain(id, runs) { runs[name]?.wasAnswered = true }
      return true
    }
  }

  private static func isNew(_ entry: Int64, _ claims: inout (kept: Set<Int64>, before: Int64)) -> Bool {
    guard entry > claims.before, claims.kept.insert(entry).inserted else { return false }
    if claims.kept.count > mostClaims {
      // What comes so late that as many later ones have been named is taken for one of them.
      let sorted = claims.kept.sorted()
      claims.before = sorted[mostClaims / 2]
      claims.kept = Set(sorted[(mostClaims / 2 + 1)...])
    }
    return true
  }

  /// Whether a call has taken the place of the hold of the gateway's own run.
  var wasReplaced: Bool { runs.use { $0[Self.own]?.wasReplaced ?? false } }

  /// Takes back a stand-in whose text decides. It counts under the caps until the run leaves.
  ///
  /// - Returns: whether no call has taken its place.
  func withdrawStandIn(of id: String) -> Bool {
    runs.use { runs in
      guard let member = runs[id], !member.wasReplaced else { return false }
      guard let standIn = member.standIn else { return true }
      runs[id]?.withdrawn = standIn.charge
      if let place = standIn.place { runs[id]?.place = place }
      runs[id]?.standIn = nil
      return true
    }
  }
}
