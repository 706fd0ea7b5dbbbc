import HTTPWire

/// HTTP: how bytes are cut changes nothing, what was read is strict, what is written reads equal, streams lose no byte.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = input(data, count)
  guard let first = bytes.first else { return 0 }
  let text = Array(bytes.dropFirst())
  let step = Int(first % 16) + 1
  checkRequests(text, step)
  checkResponse(text)
  checkChunks(text, step)
  checkStreams(text, step)
  return 0
}

/// Everything a reader says, and how it ended.
private func read(_ bytes: [UInt8], step: Int) -> (events: [HTTPRequestReader.Event], fault: HTTPFault?) {
  var limits = HTTPLimits()
  limits.startLineBytes = 256
  limits.fieldsBytes = 512
  limits.fieldCount = 8
  limits.chunkLineBytes = 32
  limits.bodyBytes = 1024
  var reader = HTTPRequestReader(limits: limits)
  var events: [HTTPRequestReader.Event] = []
  do throws(HTTPFault) {
    for start in stride(from: 0, to: bytes.count, by: step) {
      reader.append(bytes[start..<min(start + step, bytes.count)])
      while let event = try reader.next() {
        // Parts of one body depend on the cut; together they do not.
        if case .body(let more) = event, case .body(let before)? = events.last {
          events[events.count - 1] = .body(before + more)
        } else {
          events.append(event)
        }
      }
    }
    try reader.connectionEnded()
    return (events, nil)
  } catch { return (events, error) }
}

private func checkRequests(_ bytes: [UInt8], _ step: Int) {
  let whole = read(bytes, step: max(1, bytes.count))
  let cut = read(bytes, step: step)
  require(whole.fault == cut.fault, "the fault does not depend on the cut")
  if whole.fault == nil { require(whole.events == cut.events, "the events do not depend on the cut") }
  for event in whole.events {
    guard case .head(let head) = event else { continue }
    let lengths = head.fields.values(of: "Content-Length").count
    require(lengths + head.fields.values(of: "Transfer-Encoding").count <= 1, "one field frames a body at most")
    require(head.target.hasPrefix("/") || head.target == "*", "a target begins with a slash")
    require(head.fields.values(of: "Host").count <= 1, "one host is named at most")
  }
  if let fault = whole.fault {
    require([400, 413, 414, 417, 431, 501, 505].contains(fault.status), "a fault has a status for clients")
  }
}

private func checkResponse(_ bytes: [UInt8]) {
  guard let head = try? HTTPResponseHead(reading: bytes) else { return }
  require((try? HTTPResponseHead(reading: HTTPWriter.head(head))) == head, "a head that is written reads equal")
}

private func checkChunks(_ bytes: [UInt8], _ step: Int) {
  var wire: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: step) {
    wire += HTTPWriter.chunk(bytes[start..<min(start + step, bytes.count)])
  }
  wire += HTTPWriter.lastChunk()
  do {
    var body = try HTTPResponseBody(.chunked)
    body.append(wire)
    var read: [UInt8] = []
    while case .bytes(let more)? = try body.next() { read += more }
    require(read == bytes, "chunks that are written read equal")
  } catch { fatalError("chunks that are written are read: \(error)") }
}

private func checkStreams(_ bytes: [UInt8], _ step: Int) {
  let most = 64
  func parts(_ size: Int) -> [[StreamPart]] {
    var events = EventSplitter(maximumBytes: most)
    var lines = LineSplitter(maximumBytes: most)
    var found: [[StreamPart]] = [[], []]
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = bytes[start..<min(start + size, bytes.count)]
      found[0] += events.append(piece)
      found[1] += lines.append(piece)
    }
    found[0] += [events.finish()].compactMap { $0 }
    found[1] += [lines.finish()].compactMap { $0 }
    return found
  }
  let whole = parts(max(1, bytes.count))
  require(whole == parts(step), "parts do not depend on the cut")
  for kind in whole {
    require(kind.flatMap(\.raw) == bytes, "no byte is lost")
    require(kind.allSatisfy { $0.raw.count <= most + 1 }, "parts are bounded")
  }
}
