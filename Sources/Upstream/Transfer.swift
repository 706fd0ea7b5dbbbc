import Posix

/// One request on its way and its reply.
final class Transfer {
  private typealias Option = CurlLibrary.Option

  private let library: CurlLibrary
  private let connections: ConnectionSet
  /// libcurl's easy handle, from the set.
  private let handle: CurlLibrary.Handle
  private let request: UpstreamRequest
  /// Whom TLS trusts; `nil` leaves it to libcurl.
  private let trust: SharedTrust?
  private let onHead: ([UInt8]) -> Bool
  private let onBody: (UnsafeRawBufferPointer) -> Bool
  /// Is asked before anything of the request leaves; `nil` once it was, or where nobody wants to be.
  private(set) var mayLeave: (() -> Bool)?
  private var fields: CurlLibrary.Handle?
  /// libcurl keeps pointers into both while the request runs.
  private let body: UnsafeMutableRawBufferPointer
  private let problem = UnsafeMutablePointer<CChar>.allocate(capacity: 256)
  /// How much of them is kept: whoever reads them sees that it is too much.
  private static let mostTrailerBytes = 65_536
  /// The lines of the head that is arriving.
  private var head: [UInt8] = []
  private var headIsOver = false
  /// The lines behind the body, not many more than are of use.
  private(set) var trailers: [UInt8] = []
  private var wasStopped = false
  /// Why the reply is none.
  private var unsound: String?
  /// Whether libcurl asks when the connection stands; else it has to be asked before.
  private var isAskedWhenReady = false
  /// The port of this machine from which it goes out; 0 before its connection stands.
  private var port: UInt16 = 0
  private let manner: Manner
  /// When it began, and before when a client is not looked at again whose end a plain wait does not show.
  private let startNs = Clock.monotonicNanoseconds
  private var nextLookNs: Int64 = 0
  /// Whether all went as it should: only then the handle is used again.
  private var isWhole = false
  /// Whether anything of a reply has come.
  private var hasHeard = false
  /// Whether the connection that it took was closed before, which only shows then, or holds a reply that nobody asked for: nobody has
  /// the request, and it can go out again. libcurl sees to that by itself where the end is what it hears first, and asks.
  private(set) var wasStale = false
  /// Whether a connection was made for it. libcurl counts over a handle's whole life how often it has sent something again, as its
  /// connection was closed meanwhile, and gives up at the sixth: so a handle that may have counted one is not used again.
  private var hasConnected = false
  /// Whether it can go out again.
  private var sending: SecondSending
  /// Whether something had come on its connection before it was sent: what that answers is not this request.
  private var wasTaken = false

  init(
    _ library: CurlLibrary, on set: ConnectionSet, _ request: UpstreamRequest, trust: SharedTrust?,
    isFresh: Bool, mayLeave: (() -> Bool)?, onHead: @escaping ([UInt8]) -> Bool,
    onBody: @escaping (UnsafeRawBufferPointer) -> Bool
  ) throws(UpstreamError) {
    let manner = Manner(request, trust)
    let kept = set.takeHandle(for: manner)
    guard let handle = kept ?? library.easyInit() else { throw Self.failureToStart(library) }
    self.library = library
    connections = set
    self.handle = handle
    self.manner = manner
    self.request = request
    sending = SecondSending(request.method)
    self.trust = trust
    self.onHead = onHead
    self.onBody = onBody
    self.mayLeave = mayLeave
    problem.pointee = 0
    if case .bytes(let bytes) = request.body {
      body = .allocate(byteCount: max(1, bytes.count), alignment: 1)
      body.copyBytes(from: bytes)
    } else {
      body = .allocate(byteCount: 1, alignment: 1)
    }
    if kept == nil { setUp() }
    setUpRequest()
    if isFresh { self.set(Option.freshConnection, 1) }
  }

  /// Why libcurl gives no handle.
  static func failureToStart(_ library: CurlLibrary) -> UpstreamError {
    OpenFiles.areUsedUp()
      ? .noFilesLeft("libcurl, which carries calls, cannot start") : .noLibrary("\(library.version) does not start")
  }

  deinit {
    body.deallocate()
    problem.deallocate()
  }

  /// Ends what the request needed of libcurl, before others use its connections.
  func end() {
    if isWhole, !hasConnected {
      _ = library.easySet(handle, Option.errorBuffer, pointer: nil)
      _ = library.easySet(handle, Option.httpHeader, pointer: nil)
      connections.keep(handle, manner)
    } else {
      library.easyCleanup(handle)
    }
    library.listFree(fields)
  }

  /// Sends, and receives until the reply has ended, the client has left or something failed.
  func run(for client: Socket?, onSent: () -> Void) throws(UpstreamError) {
    if mayLeave != nil, !isAskedWhenReady, !isLetOut() { throw .cancelled }
    guard library.multiAdd(connections.handle, handle) == 0 else { throw .broken("libcurl does not take the request") }
    // Taking an unfinished request out closes its connection; of a finished one the connection stays.
    defer { _ = library.multiRemove(connections.handle, handle) }
    var running: Int32 = 0
    var isSent = false
    while true {
      guard library.multiPerform(connections.handle, &running) == 0 else { throw .broken("libcurl gave up") }
      if running == 0 { break }
      if !isSent {
        isSent = true
        onSent()
      }
      if wait(client) { throw .cancelled }
    }
    var left: Int32 = 0
    while let pointer = library.multiInfo(connections.handle, &left) {
      let message = pointer.load(as: CurlLibrary.Message.self)
      if message.kind == CurlLibrary.messageDone, message.easy == handle { return try finish(message.result) }
    }
    throw .broken("libcurl ended the request without a word")
  }

  /// Asks, once: a request that goes out anew on another connection was let out before.
  private func isLetOut() -> Bool {
    guard let mayLeave else { return true }
    self.mayLeave = nil
    return mayLeave()
  }

  /// Waits for the server or the client.
  ///
  /// - Returns: whether the client has left.
  private func wait(_ client: Socket?) -> Bool {
    guard let client else {
      _ = library.multiPoll(connections.handle, nil, 0, 1000, nil)
      return false
    }
    let now = Clock.monotonicNanoseconds
    if now < nextLookNs {
      _ = library.multiPoll(connections.handle, nil, 0, Int32((nextLookNs - now) / 1_000_000) + 1, nil)
      return false
    }
    var watched = CurlLibrary.WaitDescriptor(
      descriptor: client.descriptor.number, events: CurlLibrary.waitForInput, happened: 0)
    _ = library.multiPoll(connections.handle, &watched, 1, 1000, nil)
    // Most clients wait in silence: only where one does not it is looked at more closely.
    if watched.happened == 0 { return false }
    switch client.pending {
    case .end: return true
    case .bytes, .endOfBytes: nextLookNs = now + Self.pauseMs(afterMs: (now - startNs) / 1_000_000) * 1_000_000
    case .nothing: break
    }
    return false
  }

  private func finish(_ result: Int32) throws(UpstreamError) {
    if result == 0 {
      // libcurl takes a head for whole when the connection ends within it.
      if !headIsOver { throw .broken("it ended within the head of the reply") }
      isWhole = true
      return
    }
    if case .stream = request.body {
    } else {
      // CURLE_HTTP2, which a server that goes away ends its connections with, _GOT_NOTHING, _SEND_ERROR, _RECV_ERROR.
      wasStale =
        [16, 52, 55, 56].contains(result) && !hasConnected && !hasHeard
        && sending.mayLeaveAgain(atNs: Clock.monotonicNanoseconds)
    }
    if wasTaken { wasStale = true }
    if let unsound { throw .broken(unsound) }
    if wasStopped { throw .cancelled }
    if sending.wasKeptBack { throw .broken("it was closed before a reply came") }
    let reason = FailureText.safe(problem, library.errorText(result), result)
    if FailureText.isProxys(reason, result), !OpenFiles.areUsedUp() { throw .unreachable(FailureText.ofProxy(reason)) }
    switch result {
    // Names, proxies, connecting, TLS: CURLE_URL_MALFORMAT, _COULDNT_RESOLVE_*, _COULDNT_CONNECT, _SSL_*, _PROXY.
    case 1, 3, 5, 6, 7, 35, 53, 54, 58, 59, 60, 66, 77, 83, 90, 91, 97:
      if OpenFiles.areUsedUp() { throw .noFilesLeft("the provider cannot be reached (\(reason))") }
      throw .unreachable(reason)
    case 28: throw .timedOut(reason)
    default: throw .broken(reason)
    }
  }

  // MARK: - Setting up

  /// Tells a new handle what holds for all requests of this manner.
  private func setUp() {
    set(Option.noSignal, 1)
    set(Option.pathAsIs, 1)
    set(Option.suppressConnectHeaders, 1)
    set(Option.connectTimeoutMs, Int(request.connectTimeoutMs))
    set(Option.lowSpeedLimit, 1)
    set(Option.lowSpeedTime, Int(request.idleTimeoutSeconds))
    // libcurl leaves its sockets to every program that is started while they are open.
    let keepToOurselves: CurlLibrary.SocketCallback = { this, number, _ in
      FileDescriptor(number).closeOnExec()
      guard let transfer = Transfer.of(this) else { return 0 }
      transfer.hasConnected = true
      transfer.connections.opened(Socket(adopting: FileDescriptor(number)))
      return 0
    }
    _ = library.easySet(
      handle, Option.socketFunction, pointer: unsafeBitCast(keepToOurselves, to: UnsafeRawPointer.self))
    if let trust {
      // It has nothing to read by itself, and trusts nobody until it is given the store.
      _ = library.easySet(handle, Option.authorityFile, pointer: nil)
      _ = library.easySet(handle, Option.authorityFolder, pointer: nil)
      _ = library.easySet(
        handle, Option.contextFunction, pointer: unsafeBitCast(SharedTrust.callback, to: UnsafeRawPointer.self))
      _ = library.easySet(handle, Option.contextData, pointer: Unmanaged.passUnretained(trust).toOpaque())
    } else {
      if let file = Authorities.ofUser.file { set(Option.authorityFile, text: file) }
      if let folder = Authorities.ofUser.folder { set(Option.authorityFolder, text: folder) }
    }
    setCallback(Option.headerFunction, Self.headerArrived)
    setCallback(Option.writeFunction, Self.bodyArrived)
    switch request.body {
    case .none: set(request.method == "HEAD" ? Option.noBody : Option.httpGet, 1)
    case .bytes: set(Option.post, 1)
    case .stream(let length, _):
      set(Option.upload, 1)
      // A server may close one that stood idle just when the request is on its way: libcurl then sends it again on another, where
      // what was sent is still there. (To have it go back and take what is fetched anew is no way out: with fields behind the body
      // 7.88 frees memory twice.)
      set(Option.freshConnection, 1)
      setCallback(Option.readFunction, Self.bodyWanted)
      if request.trailers != nil {
        _ = library.easySet(
          handle, Option.trailerFunction, pointer: unsafeBitCast(Self.trailersWanted, to: UnsafeRawPointer.self))
        _ = library.easySet(handle, Option.trailerData, pointer: Unmanaged.passUnretained(self).toOpaque())
      }
      _ = library.easySet(handle, Option.inFileSize, offset: length ?? -1)
    }
    if request.method != "HEAD" { set(Option.customRequest, text: request.method) }
  }

  /// Tells the handle what is this request's alone.
  private func setUpRequest() {
    let this = Unmanaged.passUnretained(self).toOpaque()
    for option in [Option.headerData, Option.writeData, Option.readData, Option.socketData] {
      _ = library.easySet(handle, option, pointer: this)
    }
    _ = library.easySet(handle, Option.errorBuffer, pointer: problem)
    set(Option.url, text: request.url)
    if case .bytes(let bytes) = request.body {
      _ = library.easySet(handle, Option.postFieldSize, offset: Int64(bytes.count))
      _ = library.easySet(handle, Option.postFields, pointer: body.baseAddress)
    }
    setFields()
    // A libcurl before 7.80 cannot ask, and nothing leaves unasked; it keeps no call from leaving twice, but on a connection of its own.
    _ = library.easySet(handle, Option.readyData, pointer: this)
    let callback = unsafeBitCast(Self.connectionStands, to: UnsafeRawPointer.self)
    isAskedWhenReady =
      library.asksWhenReady && library.easySet(handle, Option.readyFunction, pointer: callback) == 0
    if !isAskedWhenReady, !sending.isIdempotent { set(Option.freshConnection, 1) }
  }

  /// The fields as they are, and none that libcurl would add by itself.
  private func setFields() {
    var line: [UInt8] = []
    line.reserveCapacity(256)
    for (name, value) in request.fields {
      // An empty value would take the field away; the semicolon sends it empty.
      if value.isEmpty { add(&line, name, ";".utf8) } else { add(&line, name, ": ".utf8, value) }
    }
    for name in ["Accept", "Content-Type", "Expect"] where name != "Expect" || !request.mayAskFirst {
      let isGiven = request.fields.contains { field in
        field.name.utf8.count == name.utf8.count && field.name.lowercased() == name.lowercased()
      }
      if !isGiven { add(&line, name, ":".utf8) }
    }
    _ = library.easySet(handle, Option.httpHeader, pointer: fields)
  }

  /// The lines behind a body. One without a value ends with a space: libcurl leaves out what has none behind its colon.
  private func list(of trailers: [(name: String, value: [UInt8])]) -> CurlLibrary.Handle? {
    var list: CurlLibrary.Handle?
    for (name, value) in trailers {
      let line = (Array("\(name): ".utf8) + value + [0]).map { CChar(bitPattern: $0) }
      line.withUnsafeBufferPointer { line in list = line.baseAddress.flatMap { library.listAppend(list, $0) } ?? list }
    }
    return list
  }

  private func add(_ line: inout [UInt8], _ name: String, _ mark: String.UTF8View, _ value: [UInt8] = []) {
    line.removeAll(keepingCapacity: true)
    line += name.utf8
    line += mark
    line += value
    line.append(0)
    fields = line.withUnsafeBytes {
      $0.withMemoryRebound(to: CChar.self) { $0.baseAddress.flatMap { library.listAppend(fields, $0) } }
    }
  }

  private func set(_ option: Int32, _ value: Int) { _ = library.easySet(handle, option, value) }

  /// libcurl copies texts.
  private func set(_ option: Int32, text: String) {
    text.withCString { _ = library.easySet(handle, option, pointer: $0) }
  }

  private func setCallback(_ option: Int32, _ callback: CurlLibrary.Callback) {
    _ = library.easySet(handle, option, pointer: unsafeBitCast(callback, to: UnsafeRawPointer.self))
  }

  // MARK: - What libcurl calls

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
    pointer.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private static let connectionStands: CurlLibrary.ReadyCallback = { this, _, _, _, port in
    guard let transfer = of(this) else { return 0 }
    transfer.port = UInt16(clamping: port)
    if !transfer.sending.mayLeave(atNs: Clock.monotonicNanoseconds) { return 1 }
    if !transfer.hasConnected, transfer.connections.hasUnasked(on: transfer.port) {
      transfer.wasTaken = true
      return 1
    }
    guard !transfer.isLetOut() else { return 0 }
    transfer.wasStopped = true
    return 1
  }

  private static let headerArrived: CurlLibrary.Callback = { bytes, size, count, this in
    guard let transfer = of(this), let bytes else { return 0 }
    return transfer.take(line: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : -1
  }

  private static let bodyArrived: CurlLibrary.Callback = { bytes, size, count, this in
    guard let transfer = of(this), let bytes, transfer.headIsOver else { return 0 }
    if size * count == 0 { return 0 }
    if transfer.onBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) { return size * count }
    transfer.wasStopped = true
    return -1
  }

  private static let bodyWanted: CurlLibrary.Callback = { buffer, size, count, this in
    guard let transfer = of(this), let buffer, case .stream(_, let next) = transfer.request.body else {
      return CurlLibrary.readAbort
    }
    if let count = next(UnsafeMutableRawBufferPointer(start: buffer, count: size * count)) { return count }
    transfer.wasStopped = true
    return CurlLibrary.readAbort
  }

  private static let trailersWanted: CurlLibrary.TrailerCallback = { list, this in
    guard let transfer = of(this), let list else { return 1 }
    list.pointee = transfer.list(of: transfer.request.trailers?() ?? [])
    return 0
  }

  /// How a head begins where the replies on one connection stand in a line; later versions say which request each is for.
  private static let inLine = Array("HTTP/1.".utf8)

  /// Takes a line of a head, or one behind the body.
  private func take(line: UnsafeRawBufferPointer) -> Bool {
    hasHeard = true
    if headIsOver {
      if trailers.count <= Self.mostTrailerBytes, !line.elementsEqual([0x0D, 0x0A]) { trailers += line }
      return true
    }
    // Room for what most heads have, once; of a little more the C library has no list for each thread (1032 bytes).
    if head.isEmpty { head.reserveCapacity(960) }
    head += line
    guard line.elementsEqual([0x0D, 0x0A]) || line.elementsEqual([0x0A]) else {
      // libcurl takes what follows such a line for the body.
      if line.first == 0x0D { unsound = "a line in the head of the reply begins with a carriage return" }
      return line.first != 0x0D
    }
    defer { head = [] }
    // The status stands behind the version: `HTTP/1.1 100` is interim, and the head proper follows.
    let status = head.drop { $0 != 0x20 }.dropFirst().prefix(3)
    if status.elementsEqual("101".utf8) {
      // What follows would be no reply, and nobody asked for it.
      unsound = "the provider goes over to another protocol"
      return false
    }
    if status.first == UInt8(ascii: "1") { return true }
    headIsOver = true
    if head.starts(with: Self.inLine) { connections.answersInLine(on: port) }
    if onHead(head) { return true }
    wasStopped = true
    return false
  }
}
