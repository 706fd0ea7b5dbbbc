import HTTPWire
import Posix
import TextFormats

/// Calls to one base address, and how long they took. It runs as a process of its own, alone or under `llmguard run`, and
/// finds the address where clients find it, in `OPENAI_BASE_URL`.
struct GatewayLoad {
  /// What is measured.
  enum Kind: String, CaseIterable {
    /// Whole answers, one after the other on each connection.
    case calls
    /// Streams whose events hold the moment at which they were sent.
    case streams
    /// Connections that have made a call and stay open.
    case idle
  }

  let kind: Kind
  let connections: Int
  let count: Int
  /// The process whose time is told.
  let process: String

  private let port: UInt16
  private let path: String
  private let host: String
  private let key = Environment.value("OPENAI_API_KEY") ?? "sk-bench"

  init(_ kind: Kind, connections: Int, count: Int, process: String?) throws(BenchFailure) {
    let base = Environment.value("OPENAI_BASE_URL") ?? ""
    let rest = base.dropFirst("http://".count)
    host = String(rest.prefix { $0 != "/" })
    guard base.hasPrefix("http://127.0.0.1:"), let port = UInt16(host.drop { $0 != ":" }.dropFirst()) else {
      throw BenchFailure("OPENAI_BASE_URL is no address of this machine")
    }
    self.port = port
    path = rest.dropFirst(host.count) + "/chat/completions"
    (self.kind, self.connections, self.count) = (kind, connections, count)
    self.process = process ?? ProcessUse.parent
  }

  /// Makes the calls and writes what they took, in microseconds, as JSON.
  func run(to file: String) throws(BenchFailure) {
    let results = Locked(Results())
    // All are made before the first is sent: what the client does meanwhile, the gateway cannot.
    let requests = (0..<connections).map { _ in
      let asker = Random.hexadecimal(bytes: 8)
      return (0..<(kind == .idle ? 1 : count)).map { request("call \($0) of \(asker)") }
    }
    let processor = ProcessUse.processorUs(of: process)
    let start = Clock.monotonicNanoseconds
    for calls in requests {
      do throws(PosixError) {
        try Thread.start {
          var own = Results()
          do { try serve(calls, &own) } catch { own.failures += 1 }
          results.use {
            $0.add(own)
            $0.ended += 1
          }
        }
      } catch { throw BenchFailure(error) }
    }
    let all = results.wait(until: { $0.ended == connections }) { $0 }
    let elapsed = Clock.monotonicNanoseconds - start
    let json: JSONValue = [
      "elapsed_us": .int(elapsed / 1000), "failures": .int(Int64(all.failures)),
      "times_us": .array(all.times.map { .int($0 / 1000) }), "delays_us": .array(all.delays.map { .int($0 / 1000) }),
      "parent_rss_kb": .int(ProcessUse.kilobytes(of: ProcessUse.parent)),
      "parent_most_kb": .int(ProcessUse.mostKilobytes(of: ProcessUse.parent)),
      "processor_us": .int(ProcessUse.processorUs(of: process) - processor),
    ]
    do throws(PosixError) { try File.replace(file, with: Array(JSONWriter.compact(json).utf8)) } catch {
      throw BenchFailure(error)
    }
  }

  private struct Results {
    var times: [Int64] = []
    var delays: [Int64] = []
    var failures = 0
    var ended = 0

    mutating func add(_ other: Results) {
      times += other.times
      delays += other.delays
      failures += other.failures
    }
  }

  private func serve(_ requests: [[UInt8]], _ results: inout Results) throws {
    let socket = try Socket.connected(to: port)
    defer { socket.close() }
    let reader = LoadReader(socket)
    for request in requests {
      let start = Clock.monotonicNanoseconds
      try socket.writeAll(request)
      if kind == .streams {
        try read(socket, start, &results)
      } else {
        try reader.readAnswer()
        results.times.append(Clock.monotonicNanoseconds - start)
      }
    }
    // Everybody is here before anybody leaves.
    if kind == .idle { Clock.sleep(ms: 1500) }
  }

  /// A call. Each asks for something else: what was asked before would be answered from the cache.
  private func request(_ prompt: String) -> [UInt8] {
    let model = kind == .streams ? "gpt-4o--stamp--pause-2--words-50" : "gpt-4o"
    let body =
      #"{"model":"\#(model)","stream":\#(kind == .streams),"messages":[{"role":"user","content":"\#(prompt)"}]}"#
    return Array(
      ("POST \(path) HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/json\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
  }

  /// Reads a stream.
  private func read(_ socket: Socket, _ start: Int64, _ results: inout Results) throws {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    var head: [UInt8] = []
    var body: HTTPResponseBody?
    var events = EventSplitter()
    while true {
      let count = try buffer.withUnsafeMutableBytes { try socket.read(into: $0) }
      let now = Clock.monotonicNanoseconds
      if count == 0 { throw BenchFailure("the connection ended") }
      if body == nil {
        head += buffer[..<count]
        guard let end = head.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { continue }
        let parsed = try HTTPResponseHead(reading: head[..<end])
        if parsed.status != 200 { throw BenchFailure("a call was answered with \(parsed.status)") }
        body = try HTTPResponseBody(try parsed.framing(requestMethod: "POST"))
        body?.append(head[end...])
        results.times.append(now - start)
      } else {
        body?.append(buffer[..<count])
      }
      while let event = try body?.next() {
        switch event {
        case .bytes(let bytes): note(events.append(bytes), now, &results)
        case .end: return
        }
      }
    }
  }

  /// How long events were under way: their text is the moment at which they were sent.
  private func note(_ parts: [StreamPart], _ now: Int64, _ results: inout Results) {
    for part in parts {
      guard let data = part.data, let json = try? JSONParser.parse(data),
        let text = json["choices"]?.arrayValue?.first?["delta"]?["content"]?.stringValue, let sent = Int64(text)
      else { continue }
      results.delays.append(now - sent)
    }
  }
}
