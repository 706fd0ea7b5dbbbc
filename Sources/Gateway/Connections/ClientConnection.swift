import HTTPWire
import Posix

/// Why nothing more can be done with a client.
enum ClientFault: Error {
  /// It has gone, or takes nothing more.
  case gone
  /// It sent what cannot be taken.
  case http(HTTPFault)
}

/// A client's connection: requests in, replies out. One thread uses it.
final class ClientConnection {
  let socket: Socket
  private let limits: GatewayLimits
  private var reader: HTTPRequestReader
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)
  /// Whether the body of the request was read to its end.
  private var bodyHasEnded = true
  /// Whether its end would stand for that of a reply which is not whole.
  var hasToBreak = false
  /// How the end of the request's body is told.
  private var framing = BodyFraming.length(0)
  /// What stood behind the request's body; none before its end.
  private(set) var trailers = HTTPFields()
  /// The body's bytes that were read and not taken.
  private var leftOver: ArraySlice<UInt8> = []
  private var owesContinue = false
  /// How much of the body has arrived.
  private var taken: Int64 = 0
  /// How much of what was answered already is still read.
  private static let mostSkipped = 1 << 20
  /// How long what was answered already is still read.
  private var skipUntilNs: Int64?
  /// Is called when nothing has come for a moment.
  var onRest: () -> Void = {}
  /// The longest that a read stands still while its thread rests.
  private let longestReadMs: Int64
  /// Says whether others find no place; whoever is slow then goes.
  var othersWait: () -> Bool = { false }
  /// Takes a place for a request of a user; gives what the user has where one more is not to be had.
  var takePlace: (_ user: String) -> UserPlaces.Taken? = { _ in nil }
  /// The target of a request whose head was refused, as far as it is known.
  var refusedTarget: String? { reader.refusedTarget }
  /// Whether its server ends.
  var isClosing: () -> Bool = { false }
  /// Whose its request is; `nil` where that is not known.
  var user: String?
  /// The memory that the body of its request takes of what all share.
  weak var part: SharedRoom.Part?
  /// How fast the request's body comes.
  private var pace = ClientPace()
  /// How long a write stands still before its thread looks about.
  private let longestWriteMs: Int64
  /// Whether the thread has given back what it does not need for waiting.
  private var isResting = false
  /// How long nothing has to come for that.
  private static let restMs: Int64 = 250

  init(_ socket: Socket, limits: GatewayLimits) {
    self.socket = socket
    self.limits = limits
    reader = HTTPRequestReader(limits: limits.http)
    // Set once, not for every request: how long it may really take is counted where it is read.
    longestReadMs = min(limits.idleMs, limits.stallMs)
    longestWriteMs = min(1000, limits.stallMs)
    socket.setTimeouts(readMs: min(Self.restMs, longestReadMs), writeMs: longestWriteMs)
  }

  deinit { buffer.deallocate() }

  /// The next request's head; `nil` when the client sends no more.
  ///
  /// - Parameter begun: hears that a request has begun, and whether its head is whole; says whether it is still taken.
  func nextHead(begun: (_ isWhole: Bool) -> Bool) throws(ClientFault) -> HTTPRequestHead? {
    var startNs: Int64?
    while true {
      switch try nextEvent() {
      case .head(let head)?:
        if !begun(true) { throw .gone }
        bodyHasEnded = false
        pace = ClientPace()
        framing = head.framing
        leftOver = []
        taken = 0
        trailers = HTTPFields()
        owesContinue = head.expectsContinue
        return head
      case nil: break
      default: throw .http(HTTPFault(400, "a body stands where a request should begin"))
      }
      if !reader.isIdle, startNs == nil {
        startNs = Clock.monotonicNanoseconds
        if !begun(false) { throw .gone }
      }
      if let startNs, (Clock.monotonicNanoseconds - startNs) / 1_000_000 > limits.headMs {
        throw .http(HTTPFault(408, "the request's head took too long"))
      }
      if try !receive() { return nil }
    }
  }

  /// Reads what has come. - Returns: `false` when the client sends no more, at a place where it may.
  private func receive() throws(ClientFault) -> Bool {
    let isIdle = reader.isIdle
    let startNs = Clock.monotonicNanoseconds
    let limitNs = (isIdle ? limits.idleMs : limits.stallMs) * 1_000_000
    var read: Int?
    var countedNs = startNs
    /// Counts the time since it was counted last.
    func countWait() {
      let nowNs = Clock.monotonicNanoseconds
      pace.wait(nowNs - countedNs)
      countedNs = nowNs
    }
    while read == nil {
      do throws(PosixError) { read = try socket.read(into: buffer) } catch {
        guard error.isTimeout else { throw .gone }
        countWait()
        if let skipUntilNs, Clock.monotonicNanoseconds > skipUntilNs { throw .gone }
        if isIdle { rest() }
        try checkPace()
        if Clock.monotonicNanoseconds - startNs < limitNs { continue }
        throw isIdle ? .gone : .http(HTTPFault(408, "the request did not come in time"))
      }
    }
    if isResting {
      isResting = false
      socket.setTimeouts(readMs: min(Self.restMs, longestReadMs), writeMs: longestWriteMs)
    }
    let count = read ?? 0
    if count == 0 {
      if reader.isIdle { return false }
      throw .gone
    }
    reader.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    if !bodyHasEnded {
      countWait()
      pace.count(count, limits)
      try checkPace()
    }
    return true
  }

  /// Turns a client away that sends its body so slowly that it keeps others out.
  private func checkPace() throws(ClientFault) {
    if bodyHasEnded || !pace.isSlow(limits) { return }
    if othersWait() { throw .http(HTTPFault(408, "the request came too slowly, and others wait for a place")) }
    if part?.isWanted == true {
      throw .http(HTTPFault(408, "the request came too slowly, and other large calls wait for its memory"))
    }
  }

  /// Waits on with as little memory as that takes: many connections stay open for long between two calls.
  private func rest() {
    if isResting { return }
    isResting = true
    onRest()
    Thread.giveBackStack()
    socket.setTimeouts(readMs: longestReadMs, writeMs: longestWriteMs)
  }

  /// The next part of the body; `nil` at its end.
  func nextBody() throws(ClientFault) -> ArraySlice<UInt8>? {
    if !leftOver.isEmpty {
      defer { leftOver = [] }
      return leftOver
    }
    while !bodyHasEnded {
      switch try nextEvent() {
      case .body(let bytes)?:
        taken += Int64(bytes.count)
        return bytes[...]
      case .end(let trailers)?: (bodyHasEnded, self.trailers) = (true, trailers)
      case .head?: throw .http(HTTPFault(400, "a request begins within a body"))
      case nil:
        if owesContinue {
          owesContinue = false
          try send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
        if try !receive() { throw .gone }
      }
    }
    return nil
  }

  private func nextEvent() throws(ClientFault) -> HTTPRequestReader.Event? {
    do throws(HTTPFault) { return try reader.next() } catch { throw .http(error) }
  }

  /// Puts bytes of the body into a buffer; 0 at the end.
  func readBody(into buffer: UnsafeMutableRawBufferPointer) throws(ClientFault) -> Int {
    guard let part = try nextBody() else { return 0 }
    let count = min(part.count, buffer.count)
    buffer.copyBytes(from: part.prefix(count))
    leftOver = part.dropFirst(count)
    return count
  }

  /// The whole body.
  ///
  /// - Parameter part: the memory that it takes of what all share.
  /// - Throws: 413 when it is larger than the limit, 429 when others have all the memory.
  func wholeBody(atMost limit: Int64, in part: SharedRoom.Part? = nil) throws(ClientFault) -> [UInt8] {
    let tooLarge = ClientFault.http(HTTPFault(413, "the body of a metered call is larger than \(limit) bytes"))
    // One that says so is not asked for what would be taken of it.
    if case .length(let stated) = framing, stated > limit { throw tooLarge }
    var body: [UInt8] = []
    self.part = part
    while let piece = try nextBody() {
      let count = Int64(body.count + piece.count)
      if count > limit { throw tooLarge }
      if part?.grow(to: count) == false {
        throw .http(SharedRoom.none)
      }
      body += piece
    }
    return body
  }

  /// Whether no other request can be read behind this one once it is answered, as far as is known now.
  var endsWithAnswer: Bool {
    if bodyHasEnded { return false }
    // A client that still waits for its go-ahead may send the body or not: nobody can tell what comes next.
    if owesContinue { return true }
    if case .length(let stated) = framing { return stated - taken > Self.mostSkipped }
    return false
  }

  /// Leaves out what was not read of a body, so that the next request can be read. - Returns: whether it can.
  func skipBody() -> Bool {
    if bodyHasEnded { return true }
    if owesContinue { return false }
    var left = Self.mostSkipped
    let endNs = Clock.monotonicNanoseconds + limits.skipMs * 1_000_000
    skipUntilNs = endNs
    defer { skipUntilNs = nil }
    while left > 0, Clock.monotonicNanoseconds < endNs {
      guard let part = try? nextBody() else { return bodyHasEnded }
      left -= part.count
    }
    return false
  }

  /// Sends bytes, waiting for as long as the client takes some of them within the time that it may stand still, and may take
  /// where others wait.
  func send(_ bytes: [UInt8]) throws(ClientFault) {
    var sent = 0
    var pace = ClientPace()
    var (startNs, movedNs): (Int64, Int64) = (0, 0)
    while sent < bytes.count {
      var count = 0
      do throws(PosixError) { count = try socket.write(bytes[sent...]) } catch {
        if !error.isTimeout { throw .gone }
      }
      sent += count
      if sent == bytes.count { return }
      // It has not taken all of it at once, which is rare.
      let nowNs = Clock.monotonicNanoseconds
      if startNs > 0 { pace.wait(nowNs - startNs) }
      startNs = nowNs
      if count > 0 || movedNs == 0 { movedNs = nowNs }
      pace.count(count, limits)
      if nowNs - movedNs > limits.stallMs * 1_000_000 { throw .gone }
      if pace.isSlow(limits), othersWait() { throw .gone }
    }
  }
}
