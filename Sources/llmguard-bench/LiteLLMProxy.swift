import HTTPWire
import Posix

/// LiteLLM's proxy before the same provider, as its users start it: one process, a model list that lets every name through.
struct LiteLLMProxy {
  /// Where it is called.
  let base: String
  /// The key that it wants.
  let key = "sk-" + Random.hexadecimal(bytes: 16)
  private let pid: String

  /// The longest that it takes to start; it loads a lot.
  private static let patienceMs: Int64 = 180_000

  /// Starts it.
  ///
  /// - Parameters:
  ///   - program: `litellm`, such as of a virtual environment in which `pip install 'litellm[proxy]'` was run.
  ///   - provider: the provider's base address.
  ///   - work: a folder of the measurement.
  init(_ program: String, before provider: String, in work: String) throws(BenchFailure) {
    let port: UInt16
    do throws(PosixError) {
      let free = try Socket.listening()
      port = free.port
      free.close()
      // *Source:* LiteLLM's documentation, "Proxy config": wildcard models.
      let config = """
        model_list:
          - model_name: "*"
            litellm_params:
              model: "openai/*"
              api_base: "\(provider)"
              api_key: "sk-bench"
        general_settings:
          master_key: "\(key)"

        """
      try File.replace("\(work)/litellm.yaml", with: Array(config.utf8))
    } catch { throw BenchFailure(error) }
    base = "http://127.0.0.1:\(port)/v1"
    let script = """
      HOME="$2" "$1" --config "$2/litellm.yaml" --host 127.0.0.1 --port "$3" >"$2/litellm.log" 2>&1 </dev/null &
      echo $! >"$2/litellm.pid"
      """
    guard ChildCommand(arguments: ["sh", "-c", script, "sh", program, work, "\(port)"]).run() == .exited(0),
      let bytes = try? File.readAll("\(work)/litellm.pid", maximumBytes: 32)
    else { throw BenchFailure("'\(program)' did not start") }
    pid = String(decoding: bytes, as: UTF8.self).filter(\.isNumber)
    let end = Clock.monotonicNanoseconds + Self.patienceMs * 1_000_000
    while !Self.answers(port) {
      guard File.exists("/proc/\(pid)"), Clock.monotonicNanoseconds < end else {
        stop()
        let log = (try? File.readAll("\(work)/litellm.log")).map { String(decoding: $0.suffix(600), as: UTF8.self) }
        throw BenchFailure("'\(program)' does not serve: \(log ?? "")", hint: "pip install 'litellm[proxy]'")
      }
      Clock.sleep(ms: 200)
    }
  }

  /// What it holds in memory, in kilobytes.
  var memory: Int64 { ProcessUse.kilobytes(of: pid) }

  /// Ends it.
  func stop() { _ = ChildCommand(arguments: ["kill", pid]).run() }

  private static func answers(_ port: UInt16) -> Bool {
    guard let socket = try? Socket.connected(to: port) else { return false }
    defer { socket.close() }
    socket.setTimeouts(ms: 5000)
    let request = "GET /health/liveliness HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
    guard (try? socket.writeAll(Array(request.utf8))) != nil else { return false }
    var buffer = [UInt8](repeating: 0, count: 4096)
    guard let count = try? buffer.withUnsafeMutableBytes({ try socket.read(into: $0) }) else { return false }
    return buffer[..<count].starts(with: Array("HTTP/1.1 200".utf8))
  }
}
