import Guard
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import Providers
import TextFormats
import Upstream

/// Passes the reply to a metered call on, and reads on the way what the call took.
///
/// A stream leaves as it arrives. A reply that comes whole is kept until its end where it is small enough, so that its head
/// can say what the call took; so are errors, so that the call can be sent again.
final class ReplyRelay {
  private enum Mode {
    case nothing
    case held([UInt8])
    case parts(ReplyParts)
    case plain
  }

  private let exchange: Exchange
  private let request: ProviderRequest
  private let held: HeldExchange?
  private let hidesUsage: Bool
  private var mode = Mode.nothing
  private var head: HTTPResponseHead?
  private var reader = ReplyReader(streaming: nil)
  /// The reading of a compressed reply, whose own bytes say nothing.
  private var packed: PackedReply?
  /// Whether the client gets it unpacked: something in it is to be hidden.
  private var unpacks = false
  /// Whether it may be a stream of events whose type says something else: its first bytes tell.
  private var mayBeEvents = false
  /// Whether it is compressed in a way that cannot be read here.
  private var isUnreadable = false
  /// Whether it came whole, and what is packed in it did not.
  private var isCutShort = false
  /// Whether a part of it was too long to be kept: its text is not counted, and its end must follow what has left.
  private var isPartUncounted = false
  /// What was passed on so far, for giving it again; `nil` when it is not kept, or was too much.
  private var kept: [UInt8]?
  private var mostKept = 0
  private static let smallReplyBytes = 1 << 18
  /// The memory that it takes of what all share; where there is none it is passed on and not kept.
  private lazy var part = SharedRoom.Part(exchange.gateway.room)
  private var keeper: ReplyKeeper?
  /// Hears the provider's head when it comes.
  var onHead: ((HTTPResponseHead) -> Void)?
  /// The lines behind the provider's body.
  var trailerLines: [UInt8] = []
  /// Why nothing more can be written to the client.
  private(set) var fault: ClientFault?
  /// Why the reply is none.
  private(set) var unsound: UpstreamError?
  /// Why the hold is not safe.
  private var ledgerFailure: LedgerError?

  init(_ exchange: Exchange, _ request: ProviderRequest, held: HeldExchange?, hidesUsage: Bool) {
    self.exchange = exchange
    self.request = request
    self.held = held
    self.hidesUsage = hidesUsage
  }

  /// Keeps what is passed on, and hands it over when it came whole, with a usage that the provider told.
  func keep(atMost bytes: Int, _ keeper: ReplyKeeper) {
    (mostKept, self.keeper) = (bytes, keeper)
    kept = []
  }

  private func keep(_ bytes: some Collection<UInt8>) {
    guard let count = kept?.count else { return }
    if count + bytes.count > mostKept { return kept = nil }
    // Asked for at once, only what is filled takes memory; growing would copy, and take twice as much.
    if count > Self.smallReplyBytes, kept?.capacity ?? 0 < mostKept {
      if !part.grow(to: Int64(mostKept)) { return kept = nil }
      kept?.reserveCapacity(mostKept)
    }
    kept?.append(contentsOf: bytes)
  }

  /// The provider's status; `nil` before its head.
  var status: Int? { head?.status }

  var isSuccess: Bool { head.map { (200..<300).contains($0.status) } ?? false }

  /// How long the provider asks to wait.
  var retryAfterMs: Int64? {
    head.flatMap { Retry.afterMs($0.fields, nowUnixMs: Clock.unixMs) }
  }

  /// What the provider says of sending the same again; `nil` where it says nothing.
  var saysToRetry: Bool? { head.flatMap { Retry.saysToRetry($0.fields) } }

  /// What came of a reply that is kept until its end; `nil` where it is not.
  var heldBytes: [UInt8]? { if case .held(let bytes) = mode { bytes } else { nil } }

  // MARK: - What arrives

  func take(head bytes: [UInt8]) -> Bool {
    let parsed: HTTPResponseHead
    do throws(HTTPFault) { parsed = try HTTPResponseHead(mending: bytes) } catch {
      unsound = .broken("the head of the reply cannot be read: \(error.message)")
      return false
    }
    head = parsed
    onHead?(parsed)
    let type = MediaType(parsed.fields["Content-Type"] ?? "")
    guard isSuccess, exchange.head.method != "HEAD" else {
      mode = .held([])
      return true
    }
    takeCoding(parsed, type)
    if packed != nil && !unpacks || isUnreadable {
      let isStream = type.isEventStream || type.isLines || request.streaming == .array
      mode = isStream ? .plain : .held([])
      // It could be given again only with its coding.
      kept = nil
      return isStream ? begin(length: nil) : true
    }
    if let streaming = type.streaming, let parts = ReplyParts(streaming) {
      mode = .parts(parts)
      reader = ReplyReader(streaming: streaming, model: request.model)
    } else if request.streaming == .array {
      mode = .plain
    } else {
      mode = .held([])
      mayBeEvents = request.streaming == .events && packed == nil
      return true
    }
    return begin(length: nil)
  }

  /// Sees whether a reply is compressed, and how it is then read.
  private func takeCoding(_ parsed: HTTPResponseHead, _ type: MediaType) {
    let streaming = type.streaming
    packed = PackedReply(parsed, streaming: streaming)
    guard packed != nil else { return isUnreadable = PackedReply.isPacked(parsed) }
    reader = ReplyReader(streaming: streaming, model: request.model)
    unpacks = hidesUsage && streaming == .events
    if unpacks { head?.fields.remove("Content-Encoding") }
  }

  func take(body bytes: UnsafeRawBufferPointer) -> Bool {
    if !unpacks {
      packed?.read(bytes, into: &reader)
      return take(plain: bytes)
    }
    let plain = packed?.unpacked(bytes) ?? []
    guard plain.withUnsafeBytes({ take(plain: $0) }) else { return false }
    if packed?.isUnreadable == true { unsound = .broken("the reply is not compressed as it says") }
    return unsound == nil
  }

  private func take(plain bytes: UnsafeRawBufferPointer) -> Bool {
    // What is compressed has been read from its copy.
    let isRead = packed != nil && !unpacks
    switch mode {
    case .nothing: return false
    case .held(var kept):
      // Taken out first, so that appending does not copy.
      mode = .nothing
      if isSuccess, !isRead { reader.read(piece: bytes) }
      kept.append(contentsOf: bytes)
      if mayBeEvents, let begins = MediaType.beginsEvents(kept) {
        mayBeEvents = false
        if begins, let parts = ReplyParts(.events) {
          reader = ReplyReader(streaming: .events, model: request.model)
          mode = .parts(parts)
          return begin(length: nil) && kept.withUnsafeBytes { take(plain: $0) }
        }
      }
      if kept.count <= exchange.gateway.options.limits.heldReplyBytes, part.grow(to: Int64(kept.count)) {
        mode = .held(kept)
        return true
      }
      mode = .plain
      return begin(length: nil) && write(kept)
    case .parts(var parts):
      mode = .nothing
      guard let found = parts.append(bytes, &reader) else {
        mode = .plain
        return parts.begun.withUnsafeBytes { take(plain: $0) }
      }
      mode = .parts(parts)
      return pass(found)
    case .plain:
      if !isRead { reader.read(piece: bytes) }
      return write(bytes)
    }
  }

  private func pass(_ parts: [StreamPart]) -> Bool {
    var bytes: [UInt8] = []
    for part in parts {
      let kind = part.data.map { reader.read(part: $0) }
      if part.isCut, kind != .error { isPartUncounted = true }
      if kind == .usageOnly, hidesUsage, !part.isRest { continue }
      bytes += hidesUsage ? EmptyUsage.removed(from: part.raw) : part.raw
    }
    return write(bytes)
  }

  // MARK: - What leaves

  /// Sends the head of a reply whose end is not known yet.
  private func begin(length: Int64?) -> Bool {
    guard let head else { return false }
    // Put together while the disk may still be at work.
    var passed = exchange.passedOn(head)
    passed.fields.append(all: exchange.callFields())
    exchange.announceTrailers(in: &passed, of: head, isMetered: held != nil, isEdited: isEdited)
    guard isSafe() else { return false }
    return attempt { writer throws(ClientFault) in try writer.begin(passed, length: length) }
  }

  private func write(_ bytes: some Collection<UInt8>) -> Bool {
    keep(bytes)
    return attempt { writer throws(ClientFault) in try writer.write(bytes) }
  }

  private func attempt(_ step: (ReplyWriter) throws(ClientFault) -> Void) -> Bool {
    do throws(ClientFault) {
      try step(exchange.writer)
      return true
    } catch {
      fault = error
      return false
    }
  }

  /// Waits until the call's hold is on the disk: nobody is answered for a call that could be forgotten.
  private func isSafe() -> Bool {
    guard let held else { return true }
    do throws(LedgerError) {
      try exchange.gateway.desk.waitUntilSafe(held.stamp)
      return true
    } catch {
      let isOpen = exchange.terms.failsOpen && error.isLedgerUnusable
      exchange.tell(.unsettled(.ledger(error)))
      if !isOpen { ledgerFailure = error }
      return isOpen
    }
  }

  /// Has the call's hold put on the disk while the provider works. Where that fails, nothing of the reply is passed on.
  func makeSafe() {
    guard let held else { return }
    do throws(LedgerError) { try exchange.gateway.desk.makeSafe(held.stamp) } catch { ledgerFailure = error }
  }

  /// What the provider said behind its body, and what a stream took, for a client that reads on behind its end.
  private var trailers: HTTPFields {
    var trailers = providersTrailers
    if held == nil || !exchange.writer.takesTrailers { return trailers }
    for field in exchange.callFields() where field.isNamed(oneOf: GatewayHeaders.trailers) { trailers.append(field) }
    return trailers
  }

  private var providersTrailers: HTTPFields { exchange.passedTrailers(trailerLines, of: head, isEdited: isEdited) }

  /// Whether the client gets other bytes than came.
  private var isEdited: Bool { hidesUsage || unpacks }

  // MARK: - The end

  /// Settles the call and ends the reply.
  ///
  /// The settlement stands in the line before the last byte leaves: whatever the client asks for next is decided after it.
  func finish(_ ended: UpstreamError?) throws(ClientFault) {
    var failure = ended
    if case .parts(var parts) = mode { _ = pass(parts.finish(&reader)) }
    if failure == nil, packed?.isCutShort == true {
      isCutShort = true
      // Its client has what was in it, and would take that for all of it.
      if unpacks { failure = .broken("the reply is not compressed as it says: its end is missing") }
    }
    if !unpacks, packed?.finish(into: &reader) == true { isPartUncounted = true }
    var (reply, counted) = reader.finish()
    // Gemini says it here only. *Source:* its documentation, "Priority inference".
    if reply.serviceTier == nil, let text = head?.fields["x-gemini-service-tier"] {
      reply.serviceTier = ServiceTier(said: text)
    }
    reply.serviceTier = reply.served(asked: request.serviceTier)
    reply = request.charging(reply)
    let text = request.takesTextAlone ? answerTokens(reply) : nil
    if let text { counted = text.counted }
    let thinks = thinksUnseen(reply)
    let end = ReplyEnd(
      status: status, failure: failure, isRefusal: head.map(GatewayHeaders.isRefusal) ?? false,
      clientLeft: fault != nil || failure == .cancelled, reply: reply,
      countedOutput: request.format.answersWithNumbers ? 0 : outputTokens(counted, reply),
      leastOutput: text?.least ?? reader.leastOutputTokens, isText: reader.isText || text != nil,
      isInParts: reader.isText || request.streaming == .array, isCut: isPackingBroken,
      goesOnAfterReply: request.goesOnAfterReply,
      mayLeaveInputOut: request.format.mayLeaveInputOut, thinksUnseen: thinks,
      likelyOutput: thinks && reply.usage == nil && failure == nil
        ? exchange.gateway.likelyOutput(ofShown: counted, model: held?.call.plan.shape.model) : nil)
    let verdict = Verdict(end, of: held?.call.plan)
    exchange.tellOfDisbelief(reply, verdict, most: thinks ? nil : held?.call.plan.shape.maxOutputTokens)
    let isAnswered = isAnswered(failure, counted) && !reply.hasNoAnswer
    if isAnswered, case .settle = verdict { keeper?.noteAnswer() }
    let settled = held.flatMap { post(verdict, $0, reply, isAnswered: isAnswered, because: end.reason) }
    // So does its place among the calls under way: the next one finds it free.
    for ticket in held?.takeTickets() ?? [] {
      exchange.gateway.desk.post({ tools in try? tools.ledger.leave(ticket) }, lost: { _ in })
    }
    defer { exchange.gateway.desk.flushSoon() }
    if case .held(let bytes) = mode { keep(bytes) }
    var passed = head.map { exchange.passedOn($0) }
    if failure == nil, fault == nil, status == 200, !reply.hasNoAnswer,
      case .settle(let usage, let cost, _, .complete) = verdict,
      usage.exactness == .exact, let kept, let keeper, let passed
    {
      keeper.keep(passed, kept, usage, cost ?? settled?.charge.costMicroUSD)
    }
    if let fault { throw fault }
    if let ledgerFailure, !exchange.writer.hasBegun { return try exchange.fail(sent: request.format, ledgerFailure) }
    if let failure {
      if failure == .cancelled { throw .gone }
      if exchange.writer.hasBegun { return exchange.writer.cut() }
      return try exchange.fail(request.format, failure)
    }
    guard case .held(let bytes) = mode, let head else { return try exchange.writer.end(trailers: trailers) }
    if try exchange.refusesToBeLed(by: head, request.format) { return }
    passed?.fields.append(all: exchange.callFields())
    guard isSafe() else {
      return try exchange.fail(sent: request.format, ledgerFailure ?? .inputOutput(path: "", reason: ""))
    }
    guard let passed else { return }
    let trailers = providersTrailers
    if trailers.count == 0 { return try exchange.writer.begin(passed, length: Int64(bytes.count), with: bytes) }
    // Only chunks can have something behind them.
    try exchange.writer.begin(passed, length: nil, with: bytes)
    try exchange.writer.end(trailers: trailers)
  }

  /// The tokens of the text of a reply that came whole. Its values take some ten times its bytes: of large ones there is one at a time.
  private func answerTokens(_ reply: ProviderReply) -> AnswerTokens? {
    if reader.wholeBytes < Self.largeBytes { return reader.answerTokens(besideOutput: reply.usage?.output) }
    return Self.largeReplies.use { _ in reader.answerTokens(besideOutput: reply.usage?.output) }
  }

  private static let largeReplies = Locked(())
  private static let largeBytes: Int64 = 262_144

  /// What a reply without usage counts for. Of a call that goes on behind it, of one that cannot be unpacked, and of one with a part too
  /// long to be kept nobody knows more than was held; where the usage of the last is believed, that decides.
  private func outputTokens(_ counted: Int64, _ reply: ProviderReply) -> Int64 {
    let held = held?.call.plan.shape.outputTokens ?? 0
    let isUnread = reply.usage?.output ?? 0 == 0 && !reply.isError && reader.unreadBytes > Self.fewUnreadBytes
    if reply.usage != nil, !isPartUncounted, !isUnread { return counted }
    // Of bytes that nobody can read a quarter is counted, and of what was unpacked before, its text: there was more.
    let isMore =
      request.goesOnAfterReply || isUnreadable || isPackingBroken || isPartUncounted || reader.holdsMedia
    if isMore { return max(counted, held) }
    // Of what is no part of a stream nobody knows what it was; some say a word or two in that way.
    return isUnread ? max(counted, min(held, counted + (reader.unreadBytes + 3) / 4)) : counted
  }

  private static let fewUnreadBytes: Int64 = 128

  /// Whether more was thought than came. Gemini tells it from its first part on.
  private func thinksUnseen(_ reply: ProviderReply) -> Bool {
    if reply.hasNoAnswer || request.format == .gemini && reply.usage != nil { return false }
    return request.mayThinkUnseen(model: held?.call.plan.shape.model, showsThoughts: reader.showsThoughts)
  }

  /// Whether the client has something of an answer: one that gave up before anything came, and one whose provider broke
  /// off, will ask for the same again, and that is no retry.
  private func isAnswered(_ failure: UpstreamError?, _ counted: Int64) -> Bool {
    if fault != nil || failure == .cancelled { return exchange.writer.hasBegun && counted > 0 }
    return failure == nil && !isPackingBroken
  }

  /// Whether what is packed in the reply has no end, or cannot be unpacked from some place on.
  private var isPackingBroken: Bool { isCutShort || packed?.isUnreadable == true }

  /// Puts the call's end in the ledger's line, or has it wait for its answer. - Returns: what it took, if it took anything.
  private func post(
    _ verdict: Verdict, _ held: HeldExchange, _ reply: ProviderReply, isAnswered: Bool, because reason: String?
  ) -> (usage: TokenUsage, charge: Charge)? {
    let gateway = exchange.gateway
    let isCharged = head.map { gateway.isCharged(by: $0) } ?? false
    // One that goes on at its provider does so whatever became of its stream.
    if case .settle(_, _, _, let ending) = verdict, ending == .complete || request.goesOnAfterReply, reply.isPending,
      !isCharged, let id = reply.id
    {
      gateway.background.add(BackgroundCalls.Call(held.call, joined: exchange.joined), id, exchange.route, gateway)
      return nil
    }
    exchange.standing = gateway.post(
      verdict, held.call, joined: exchange.joined, isAnswered: isAnswered, isChargedElsewhere: isCharged,
      isExtra: exchange.isJudges, because: reason, tell: exchange.teller)
    guard case .settled(_, let usage, let charge) = exchange.standing else { return nil }
    return (usage, charge)
  }
}
