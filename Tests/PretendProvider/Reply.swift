import HTTPWire
import Posix
import TextFormats

/// The reply to one request.
struct Reply {
  private let head: HTTPRequestHead
  private let connection: PretendConnection
  var tally: Tally { connection.tally }

  init(to head: HTTPRequestHead, on connection: PretendConnection) {
    self.head = head
    self.connection = connection
  }

  /// - Returns: whether the connection goes on.
  func answer(_ body: [UInt8], uploaded: (count: Int64, sum: UInt64)) -> Bool {
    if head.path.hasPrefix("/__") { return answerQuestion() }
    tally.state.use { $0.last = (head, body) }
    let asked: Asked?
    do { asked = try Asked(head, body) } catch {
      return send(400, ErrorShape.json(400, nil))
    }
    if let asked { return answer(asked) }
    tally.state.use { $0.others["\(head.method) \(head.path)", default: 0] += 1 }
    return OtherRoutes(head: head, body: body, uploaded: uploaded, reply: self).answer()
  }

  private func answerQuestion() -> Bool {
    switch head.path {
    case "/__count": return send(200, tally.json)
    case "/__last": return send(200, tally.state.use { $0.last }.map { Self.json($0.head, $0.body) } ?? .null)
    case "/__reset":
      tally.reset()
      return send(200, [:])
    default: return send(404, [:])
    }
  }

  private static func json(_ head: HTTPRequestHead, _ body: [UInt8]) -> JSONValue {
    [
      "method": .string(head.method), "target": .string(head.target), "authority": .string(head.authority),
      "fields": .array(head.fields.map { [.string($0.name), .string($0.text)] }),
      "body": .string(String(decoding: body.prefix(1 << 20), as: UTF8.self)),
    ]
  }

  // MARK: - Calls

  private func answer(_ asked: Asked) -> Bool {
    let behaviour = asked.behaviour
    if behaviour.delayMs > 0 { Clock.sleep(ms: behaviour.delayMs) }
    if behaviour.hangsUp {
      tally.count(asked.model) { $0.cuts += 1 }
      return false
    }
    if behaviour.drops > 0, tally.isStillFailing(asked.model, times: behaviour.drops) { return false }
    if behaviour.failures > 0, tally.isStillFailing(asked.model, times: behaviour.failures) {
      return fail(503, asked, isCounted: true)
    }
    if let status = behaviour.status { return fail(status, asked) }
    if behaviour.rejectsStreamOptions, asked.body["stream_options"] != nil { return fail(400, asked) }
    if behaviour.isErrorInSuccess { return fail(200, asked) }
    if behaviour.isPage {
      tally.count(asked.model) { $0.errors += 1 }
      return send(502, Array("<html><body>Bad gateway</body></html>".utf8), type: "text/html")
    }
    switch asked.form {
    case .embeddings, .geminiEmbed, .cohereEmbed, .ollamaEmbed, .ollamaEmbedding:
      let told = told(asked, output: 0)
      return sendWhole(EmbeddingShape(asked: asked, told: told).json, asked, told)
    default: break
    }
    if let huge = behaviour.hugeBytes, asked.isStreamed { return stream(asked, hugeBytes: huge) }
    var words = asked.words
    if let huge = behaviour.hugeBytes { words = [String](repeating: "abcdefg", count: Int(huge / 8)) }
    let told = told(asked, output: Int64(words.count) * asked.answers + behaviour.reasoning)
    let shape = Self.shape(asked, told)
    if !asked.isStreamed { return sendWhole(shape.whole(words.joined(separator: " ")), asked, told) }
    return stream(asked, shape, words, told)
  }

  private func told(_ asked: Asked, output: Int64) -> Told {
    Told(
      input: asked.inputTokens, output: output, cached: min(asked.behaviour.cached, asked.inputTokens),
      reasoning: asked.behaviour.reasoning, lie: asked.behaviour.lie)
  }

  private static func shape(_ asked: Asked, _ told: Told) -> any Shape {
    switch asked.form {
    case .chat, .completions: ChatShape(asked: asked, told: told, isLegacy: asked.form == .completions)
    case .responses: ResponsesShape(asked: asked, told: told)
    case .anthropic: AnthropicShape(asked: asked, told: told)
    case .gemini: GeminiShape(asked: asked, told: told)
    case .cohere: CohereShape(asked: asked, told: told)
    case .cohereEarlier: CohereEarlierShape(asked: asked, told: told)
    default: OllamaShape(asked: asked, told: told)
    }
  }

  private func fail(_ status: Int, _ asked: Asked, isCounted: Bool = false) -> Bool {
    if !isCounted { tally.count(asked.model) { $0.errors += 1 } }
    var fields = limits(asked, tokens: 0)
    if let seconds = asked.behaviour.retryAfterSeconds { fields.append("Retry-After", "\(seconds)") }
    let body = ErrorShape.json(status == 200 ? 400 : status, asked.form)
    return send(status, Array(JSONWriter.compact(body).utf8), fields: fields)
  }

  private func sendWhole(_ json: JSONValue, _ asked: Asked, _ told: Told) -> Bool {
    var bytes = Array(JSONWriter.compact(json).utf8)
    var fields = limits(asked, tokens: told.input + told.output)
    if asked.behaviour.isPacked {
      bytes = Packing.gzip(bytes)
      fields.append("Content-Encoding", "gzip")
    }
    if asked.behaviour.isCut {
      tally.count(asked.model) { $0.cuts += 1 }
      _ = send(200, Array(bytes.prefix(bytes.count / 2)), fields: fields, length: bytes.count)
      return false
    }
    // Counted before it leaves, so that whoever has the answer finds it counted.
    count(asked, told)
    return send(200, bytes, fields: fields)
  }

  private func count(_ asked: Asked, _ told: Told) {
    tally.count(asked.model) {
      $0.calls += 1
      $0.inputTokens += told.input
      $0.outputTokens += told.output
    }
  }

  // MARK: - Streams

  private func stream(_ asked: Asked, _ shape: any Shape, _ words: [String], _ told: Told) -> Bool {
    let framing = Framing(asked)
    var pieces = shape.opening
    let opening = pieces.count
    let text = words.joined(separator: " ")
    // Where several answers are asked for, their pieces alternate.
    let repeats = asked.form == .chat || asked.form == .completions ? Int(asked.answers) : 1
    for (index, word) in words.enumerated() {
      for answer in 0..<repeats {
        pieces.append(shape.piece(index == 0 ? word : " " + word, index: index * repeats + answer))
      }
    }
    let closing = shape.closing(text)
    var file = asked.behaviour.isPacked ? Packing.File() : nil
    func chunk(_ bytes: [UInt8], isLast: Bool = false) -> [UInt8] {
      HTTPWriter.chunk(file?.piece(bytes, isLast: isLast) ?? bytes)
    }
    var isOpen = connection.send(beginning(asked, told, framing))
    for (index, part) in pieces.enumerated() where isOpen {
      if asked.behaviour.isCut, index == pieces.count / 2 {
        tally.count(asked.model) { $0.cuts += 1 }
        return false
      }
      pause(asked)
      let isText = index >= opening
      let sent =
        asked.behaviour.isStamped && isText ? shape.piece("\(Clock.monotonicNanoseconds)", index: index) : part
      isOpen = !connection.hasEnded && connection.send(chunk(framing.bytes(sent, isFirst: index == 0)))
    }
    guard isOpen else {
      tally.count(asked.model) { $0.cuts += 1 }
      return false
    }
    pause(asked)
    count(asked, told)
    var end: [UInt8] = []
    for (index, part) in closing.enumerated() {
      end += framing.bytes(part, isFirst: pieces.isEmpty && index == 0)
    }
    return connection.send(chunk(end + framing.ending, isLast: true) + HTTPWriter.lastChunk())
  }

  /// A stream of any length in little memory.
  private func stream(_ asked: Asked, hugeBytes: Int64) -> Bool {
    let framing = Framing(asked)
    let count = hugeBytes / 1024
    let told = told(asked, output: count * 128)
    let shape = Self.shape(asked, told)
    var start = beginning(asked, told, framing)
    for part in shape.opening { start += HTTPWriter.chunk(framing.bytes(part, isFirst: true)) }
    var isOpen = connection.send(start)
    let text = String(repeating: "abcdefg ", count: 128)
    let chunk = HTTPWriter.chunk(framing.bytes(shape.piece(text, index: 0), isFirst: false))
    for _ in 0..<count where isOpen { isOpen = connection.send(chunk) }
    guard isOpen else {
      tally.count(asked.model) { $0.cuts += 1 }
      return false
    }
    self.count(asked, told)
    // The whole text is not repeated at the end: nobody would keep it.
    let end = shape.closing("").flatMap { HTTPWriter.chunk(framing.bytes($0, isFirst: false)) }
    return connection.send(end + HTTPWriter.chunk(framing.ending) + HTTPWriter.lastChunk())
  }

  private func pause(_ asked: Asked) {
    if asked.behaviour.pauseMs > 0 { Clock.sleep(ms: asked.behaviour.pauseMs) }
  }

  private func beginning(_ asked: Asked, _ told: Told, _ framing: Framing) -> [UInt8] {
    var fields = limits(asked, tokens: told.input + told.output)
    fields.append("Content-Type", framing.type)
    fields.append("Transfer-Encoding", "chunked")
    if asked.behaviour.isPacked, asked.behaviour.hugeBytes == nil { fields.append("Content-Encoding", "gzip") }
    return HTTPWriter.head(HTTPResponseHead(200, fields: fields))
  }

  /// How a stream's parts are written.
  private struct Framing {
    enum Kind { case events, lines, array }
    let kind: Kind

    init(_ asked: Asked) {
      switch asked.form {
      case .ollamaChat, .ollamaGenerate, .cohereEarlier: kind = .lines
      case .gemini where asked.isArray: kind = .array
      default: kind = .events
      }
    }

    var type: String {
      switch kind {
      case .events: "text/event-stream; charset=utf-8"
      case .lines: "application/x-ndjson"
      case .array: "application/json; charset=UTF-8"
      }
    }

    func bytes(_ part: Part, isFirst: Bool) -> [UInt8] {
      switch kind {
      case .events: Array("\(part.event.map { "event: \($0)\n" } ?? "")data: \(part.data)\n\n".utf8)
      case .lines: Array("\(part.data)\n".utf8)
      case .array: Array("\(isFirst ? "[" : ",\r\n")\(part.data)".utf8)
      }
    }

    var ending: [UInt8] { kind == .array ? Array("]\n".utf8) : [] }
  }

  // MARK: - Bytes

  func send(_ status: Int, _ json: JSONValue) -> Bool { send(status, Array(JSONWriter.compact(json).utf8)) }

  func send(
    _ status: Int, _ bytes: [UInt8], type: String = "application/json", fields: HTTPFields = HTTPFields(),
    length: Int? = nil
  ) -> Bool {
    var fields = fields
    fields.append("Content-Type", type)
    fields.append("Content-Length", "\(length ?? bytes.count)")
    let start = HTTPWriter.head(HTTPResponseHead(status, fields: fields))
    return connection.send(head.method == "HEAD" ? start : start + bytes)
  }

  /// Sends bytes that are made while they are sent.
  func send(length: Int64, _ piece: [UInt8]) -> Bool {
    let fields: HTTPFields = ["Content-Type": "application/octet-stream", "Content-Length": "\(length)"]
    guard connection.send(HTTPWriter.head(HTTPResponseHead(200, fields: fields))) else { return false }
    if head.method == "HEAD" { return true }
    var left = length
    while left > 0 {
      guard connection.send(left >= piece.count ? piece : Array(piece.prefix(Int(left)))) else { return false }
      left -= Int64(piece.count)
    }
    return true
  }
}
