import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix
import Providers
import TextFormats
import Upstream

/// Takes LLM calls as their providers would, and lets the pipeline decide about each.
public final class Gateway: Sendable {
  private let current: Locked<GatewayRules>
  let desk: LedgerDesk
  let upstream = UpstreamLoader()
  let tally: GatewayTally
  let line = LineTally()
  let memory = GatewayMemory()
  let room: SharedRoom
  let background = BackgroundCalls()
  let refusals = RefusalPace()
  let balances = BalanceBoard()
  let looks = StandingLooks()
  /// The run whose calls come in, and those inside it.
  let runs: RunTree
  private let door: any GatewayDoor
  /// The token of a gateway that is one run's.
  private let token: String
  private let hosts = Locked<[String]>([])
  private let knownMark = Locked<String?>(nil)
  private let running = Locked<GatewayServer?>(nil)

  /// Makes the gateway of one run.
  ///
  /// - Parameters:
  ///   - options: what it is told.
  ///   - desk: where the ledger is used.
  ///   - owner: whose the calls of all who know its address are.
  public convenience init(_ options: GatewayOptions, desk: LedgerDesk, owner: GatewayIdentity) {
    let door = TokenDoor(owner)
    self.init(options, desk: desk, door: door, token: door.text)
  }

  /// Makes a gateway for whoever a door lets in.
  public convenience init(_ options: GatewayOptions, desk: LedgerDesk, door: any GatewayDoor) {
    self.init(options, desk: desk, door: door, token: "")
  }

  private init(_ options: GatewayOptions, desk: LedgerDesk, door: any GatewayDoor, token: String) {
    current = Locked(GatewayRules(options))
    self.desk = desk
    self.door = door
    self.token = token
    room = SharedRoom(bytes: options.limits.sharedBodyBytes, isShared: token.isEmpty)
    runs = RunTree(options.caps)
    tally = GatewayTally(runs)
    tally.skipNumbers(upTo: options.firstNumber - 1)
  }

  /// What calls that come now go by, and at the desk all calls: between two pieces of work there it changes together with the
  /// pipeline's rules.
  var rules: GatewayRules { current.useQuietly { rules, _ in rules } }

  /// What it is told now.
  var options: GatewayOptions {
    _read {
      let rules = rules
      yield rules.options
    }
  }

  /// Goes by other rules. A call that has come already keeps what it was read by: where it goes, what it is for, what its run may do,
  /// how long it waits. What is still to be decided about it (its turn, its hold) is decided by the new rules; what is held is settled
  /// by the rules and the prices that it was held by.
  ///
  /// - Parameters:
  ///   - change: changes what it is told. How much it takes, its cache and its caps stay.
  ///   - alongside: does what else goes by rules, while nobody is at the desk.
  public func change(_ change: (inout GatewayOptions) -> Void, alongside: (LedgerDesk.Tools) -> Void) {
    var options = self.options
    change(&options)
    let rules = GatewayRules(options)
    desk.change { [current] tools in
      tools.pipeline.change(options.settings)
      alongside(tools)
      current.use { $0 = rules }
    }
    memory.wakeJudges()
  }

  /// Begins to listen, on 127.0.0.1 unless it is given a listener.
  ///
  /// - Parameters:
  ///   - listener: a listener that is there already; it becomes the gateway's.
  ///   - names: the hosts and ports that requests may name; `nil` for those of this machine alone.
  public func start(on listener: Socket? = nil, names: [String]? = nil) throws(PosixError) {
    Heap.shareAmongThreads()
    let listener = if let listener { listener } else { try Socket.listening() }
    let server = GatewayServer(
      on: listener, limits: options.limits, isShared: token.isEmpty, admits: options.admits, giveBack: options.giveBack,
      turnedAway: { [self] in hear(of: $0) }
    ) { [self] client, head in answer(client, head) }
    running.use { $0 = server }
    hosts.use { $0 = names ?? ["127.0.0.1:\(server.port)", "localhost:\(server.port)"] }
    try server.start()
  }

  /// Tells its ledger from all others; empty where nothing does.
  var ledgerMark: String {
    knownMark.use { known in
      if let known { return known }
      let mark = options.ledgerMark()
      known = mark
      return mark
    }
  }

  /// Looks anew at what tells its ledger from all others: another one is in its place.
  public func forgetLedgerMark() { knownMark.use { $0 = nil } }

  /// Whether a reply is that of another gateway over the same ledger, which has charged the call already.
  func isCharged(by head: HTTPResponseHead) -> Bool {
    guard let mark = head.fields[GatewayHeaders.ledgerField], !mark.isEmpty else { return false }
    return mark == ledgerMark
  }

  /// The address of a path behind a key.
  public func address(key: String, path: String) -> String { "\(root)/\(key)\(path)" }

  /// The address that all others begin with: `http://127.0.0.1:PORT/TOKEN`.
  public var root: String { "http://127.0.0.1:\(running.use { $0?.port ?? 0 })/\(token)" }

  /// Takes no more requests, and lets those that are under way come to their end.
  ///
  /// - Parameter goesOn: asked from time to time whether to wait on.
  public func finish(while goesOn: () -> Bool) { running.use { $0 }?.finish(while: goesOn) }

  /// How many calls are under way whose clients wait for them.
  public var callsUnderWay: Int { running.use { $0 }?.served ?? 0 }

  /// Ends: connections are closed, and what is under way is settled with what is known.
  public func stop() {
    running.use { $0 }?.stop()
    background.settleAll(self)
    options.cache?.end()
    upstream.finish()
    desk.close()
  }

  /// Does something while nothing is written that other processes would have to wait for.
  public func rest(during body: () -> Void) {
    guard let cache = options.cache else { return desk.rest(during: body) }
    desk.rest { cache.rest(during: body) }
  }

  /// What has happened so far.
  public var summary: GatewaySummary { tally.summary }

  // MARK: - Requests

  /// Answers one request; says whether the connection goes on.
  private func answer(_ client: ClientConnection, _ head: HTTPRequestHead) -> Bool {
    let (writer, rules) = (ReplyWriter(client, head), rules)
    var way: Way?
    do throws(ClientFault) {
      if let page = page(head, rules) {
        try writer.reply(page)
        return writer.keepsAlive
      }
      way = destination(head.target)
      guard let way, isAddressed(head) else {
        let why = way.map { misaddressed(head, $0.identity.user, $0.joined, rules) } ?? "not found"
        try reply(404, why, to: way, by: writer)
        return writer.keepsAlive
      }
      var identity = way.identity
      let terms = CallTerms(rules, runs.terms(of: way.joined), &identity)
      guard let led = rules.options.routes.destination(of: way.key, way.prefix, way.target, head.fields) else {
        if way.key == Self.ownKey, way.joined == nil, let page = page(head, at: way.target, of: identity.user, rules) {
          try writer.reply(page)
          return writer.keepsAlive
        }
        // Runs join the gateway of a run; one that many share takes no messages.
        let isOwn = way.key == Self.ownKey && !token.isEmpty
        let message = isOwn ? try client.wholeBody(atMost: 65_536) : []
        guard isOwn, let answer = answer(message, to: way.target, from: way.joined, identity) else {
          try reply(
            404, way.key == Self.ownKey ? "not found" : astray(way.key, identity.user, way.joined, rules), to: way,
            by: writer)
          return writer.keepsAlive
        }
        try writer.reply(
          HTTPResponseHead(200, fields: ["Content-Type": "application/json"]), Array(JSONWriter.compact(answer).utf8))
        return writer.keepsAlive
      }
      upstream.expectCall()
      let path = HTTPRequestHead.path(of: led.target)
      let exchange = Exchange(
        gateway: self, rules: rules, client: client, head: head, route: led.route, prefix: led.prefix,
        target: led.target,
        writer: writer,
        identity: identity, joined: way.joined, terms: terms)
      if let forwards = head.forwardsLeft, forwards == 0 { return try answerAsLast(head.method, identity, writer) }
      try exchange.answer(path)
      if !client.skipBody() { return false }
      return writer.keepsAlive
    } catch {
      if case .http(let fault) = error, !writer.hasBegun {
        runs.noteTurnedAway(way?.joined)
        if let news = fault.crowding(of: client.user) { rules.options.tell(news) }
        // Where its body ends is not known.
        writer.cut()
        try? reply(fault.status, "llmguard: \(fault.message)", to: way, by: writer)
      }
      return false
    }
  }

  /// Where a request leads.
  struct Way {
    var identity: GatewayIdentity
    /// The run inside the run that it comes from.
    var joined: String?
    var key = ""
    /// What stands before the provider's own path.
    var prefix = ""
    /// The provider's own path and query.
    var target = ""
  }

  /// Whether a request names this gateway: what leads here by another name comes from a page of somebody else's.
  func isAddressed(_ head: HTTPRequestHead) -> Bool { hosts.use { $0.contains(head.authority.lowercased()) } }

  /// Where a request leads; `nil` for strangers.
  func destination(_ target: String) -> Way? {
    var whole = target
    return whole.withUTF8 { bytes -> Way? in
      guard bytes.first == 0x2F else { return nil }
      var place = 1
      /// What stands before the next of some marks.
      func part(until marks: (UInt8) -> Bool) -> UnsafeBufferPointer<UInt8> {
        var end = place
        while end < bytes.count, !marks(bytes[end]) { end += 1 }
        return UnsafeBufferPointer(rebasing: bytes[place..<end])
      }
      let first = Array(part { $0 == 0x2F })
      guard let identity = door.identity(behind: first) else { return nil }
      place = min(place + first.count + 1, bytes.count)
      var way = Way(identity: identity)
      way.key = String(decoding: part { $0 == 0x2F || $0 == 0x3F }, as: UTF8.self)
      if let joined = JoinedRun.id(in: way.key) {
        way.joined = joined
        place = min(place + way.key.utf8.count + 1, bytes.count)
        way.key = String(decoding: part { $0 == 0x2F || $0 == 0x3F }, as: UTF8.self)
      }
      place += way.key.utf8.count
      let target = String(decoding: bytes[place...], as: UTF8.self)
      way.prefix = String(decoding: bytes[..<place], as: UTF8.self)
      way.target = bytes[place...].first == 0x2F ? target : "/" + target
      return way
    }
  }
}

/// One request on its way through the gateway. One thread uses it.
final class Exchange {
  let gateway: Gateway
  /// What it is read and answered by, from its beginning to its end. What is decided at the desk goes by the rules of then.
  let rules: GatewayRules
  let client: ClientConnection
  let head: HTTPRequestHead
  let route: RouteTable.Route
  /// The path of the gateway's own, before the provider's: `/TOKEN/KEY`.
  let prefix: String
  /// The provider's own path and query.
  let target: String
  let writer: ReplyWriter
  let identity: GatewayIdentity
  /// The run inside the run that it belongs to.
  let joined: String?
  /// What that run and those around it want.
  let terms: CallTerms
  /// How the call stands that it is.
  var standing = CallStanding.unplanned
  /// A similar answer that could be had instead.
  var offer: CacheOffer?
  /// What was taken under the caps for an answer from the cache.
  var takenForAnswer: Charge?
  /// Whether its provider held anything back in its lanes when they were looked at.
  var sawHolds = false
  /// Whether it is the gateway's own question to a judge, and no client's call.
  let isJudges: Bool

  init(
    gateway: Gateway, rules: GatewayRules, client: ClientConnection, head: HTTPRequestHead, route: RouteTable.Route,
    prefix: String,
    target: String, writer: ReplyWriter, identity: GatewayIdentity, joined: String?, terms: CallTerms,
    isJudges: Bool = false
  ) {
    self.gateway = gateway
    self.rules = rules
    self.client = client
    self.head = head
    self.route = route
    self.prefix = prefix
    self.target = target
    self.writer = writer
    self.identity = identity
    self.joined = joined
    self.terms = terms
    self.isJudges = isJudges
  }

  /// Tells what happens, where it is wanted.
  func tell(_ news: GatewayNews) { if !(terms.isQuiet && news.isChatty) { teller(news) } }

  /// Hears what happens. Of a question to a judge only what it took, and what failed, as its own.
  var teller: @Sendable (GatewayNews) -> Void {
    let tell = rules.options.tell
    if !isJudges, identity.operation != CallFacts.judgeOperation { return tell }
    return { news in if let told = news.ofJudge { tell(told) } }
  }

  /// Puts what a call took in the place of what was taken for it under the caps; `nil` when it did not happen.
  func settleCaps(_ held: Charge, _ posted: Charge?) {
    gateway.runs.settle(joined, held, posted, isExtra: isJudges)
  }

  /// Fields that concern one connection, or only the gateway. *Source:* RFC 9110 section 7.6.1.
  private static let ownFields = [
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "content-length", "expect", "accept-encoding",
    // Some servers take the path from them, which would then be another than the one that is seen here. No client sends them.
    // *Source:* Symfony's and Zend's requests, IIS's rewriting.
    "x-original-url", "x-rewrite-url", "x_original_url", "x_rewrite_url",
  ]

  private static let connectionFields = [
    "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "trailer",
  ]

  /// The fields that go on to the provider.
  func forwardedFields(leavingOut more: [String] = []) -> [(name: String, value: [UInt8])] {
    let named = head.fields.elements(of: "Connection")
    let forwards = head.forwardsLeft
    var fields = head.fields.compactMap { field -> (name: String, value: [UInt8])? in
      if field.isNamed(oneOf: Self.ownFields) || field.isNamed(oneOf: named) || field.isNamed(oneOf: more)
        || field.isOwn
      {
        return nil
      }
      if let forwards, field.isNamed("max-forwards") { return (field.name, Array(String(forwards - 1).utf8)) }
      if field.isNamed("cookie"), let cookie = CookiePath.asItWasSet(field.value) { return (field.name, cookie) }
      return (field.name, field.value)
    }
    fields.append(("Via", head.minorVersion == 0 ? Self.viaOld : Self.via))
    if asksForTrailers { fields += Self.trailersPlease }
    return fields
  }

  /// Who stands between. *Source:* RFC 9110 section 7.6.3, which asks it of gateways towards the server.
  private static let (via, viaOld) = (Array("1.1 llmguard".utf8), Array("1.0 llmguard".utf8))

  /// *Source:* RFC 9110 section 10.1.4.
  private static let trailersPlease = [("TE", Array("trailers".utf8)), ("Connection", Array("TE".utf8))]

  /// A provider's head without what concerns its connection alone.
  func passedOn(_ head: HTTPResponseHead) -> HTTPResponseHead {
    var passed = HTTPResponseHead(head.status, reason: head.reason)
    let named = head.fields.elements(of: "Connection")
    for field in head.fields {
      if field.isNamed(oneOf: Self.connectionFields) || field.isNamed(oneOf: named) || field.isOwn { continue }
      if field.isNamed("location") {
        passed.fields.append(field.name, location(field.text))
      } else if field.isNamed("set-cookie"), let cookie = CookiePath.below(prefix, field.text) {
        passed.fields.append(field.name, cookie)
      } else {
        passed.fields.append(field)
      }
    }
    return passed
  }
}

extension HTTPField {
  /// Whether it is one of the gateway's own.
  var isOwn: Bool {
    let own: StaticString = "x-llmguard-"
    var place = 0
    for byte in name.utf8 {
      if place == own.utf8CodeUnitCount { return true }
      let wanted = own.utf8Start[place]
      if byte | 0x20 != wanted, byte != wanted { return false }
      place += 1
    }
    return place == own.utf8CodeUnitCount
  }
}
