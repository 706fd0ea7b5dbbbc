import Posix
import ScriptedServer
import Testing

/// A proxy that a command names is no place for what is led to the gateway: that part of the way is not sealed.
@Suite struct ProxyStoryTests {
  /// Takes down what reaches it, and answers nothing of use.
  private final class RecordingProxy: Sendable {
    private let listener: Socket
    private let text = Locked("")

    init() throws {
      listener = try Socket.listening()
      let (listener, text) = (listener, text)
      try Thread.start {
        while let socket = try? listener.accept() {
          socket.setTimeouts(ms: 2000)
          var buffer = [UInt8](repeating: 0, count: 65_536)
          let count = (try? buffer.withUnsafeMutableBytes { try socket.read(into: $0) }) ?? 0
          text.use { $0 += String(decoding: buffer[..<count], as: UTF8.self) }
          try? socket.writeAll(Array("HTTP/1.1 502 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
          socket.shutdown()
          socket.close()
        }
      }
    }

    deinit { listener.shutdown() }

    var address: String { "http://127.0.0.1:\(listener.port)" }
    var heard: String { text.use { $0 } }
  }

  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      exchange.reply(#"{"model":"gpt-4o","usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  private static let call =
    #"https://api.openai.com/v1/chat/completions -H 'authorization: Bearer SECRETKEY9' -d '{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"PRIVATE"}]}'"#

  /// Led by the command line itself, by a shim in a script, by a file of arguments, and beside settings of the user's own.
  @Test func nothingReachesAProxyInClearText() throws {
    defer { home.remove() }
    let proxy = try RecordingProxy()
    try home.write(".curlrc", "noproxy = \"example.org\"\nproxy = \"\(proxy.address)\"\n")
    try home.write(".wgetrc", "use_proxy = on\nhttp_proxy = \(proxy.address)\nno_proxy = example.org\n")
    try home.write(
      "k.cfg",
      """
      url: https://api.openai.com/v1/chat/completions
      header = "authorization: Bearer SECRETKEY9"
      data = "{\\"model\\":\\"gpt-4o\\",\\"max_tokens\\":9,\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"K\\"}]}"
      proxy = "\(proxy.address)"
      noproxy = ""

      """)
    try home.write(
      "calls",
      """
      ask() { curl -sS -m 20 -o /dev/null -w '%{http_code} ' "$@" \(Self.call); }
      ask; ask -x \(proxy.address) --noproxy ''; ask --noproxy example.org --proxy \(proxy.address)
      curl -sS -m 20 -o /dev/null -w '%{http_code} ' -Kk.cfg
      wget -q -O /dev/null -e http_proxy=\(proxy.address) --header 'authorization: Bearer SECRETKEY9' \\
        --post-data '{"model":"gpt-4o","max_tokens":9,"messages":[]}' https://api.openai.com/v1/chat/completions; echo $?
      echo https://api.openai.com/v1/chat/completions >urls
      for list in '-i urls' '-qi -' '--input-file=urls'; do
        wget -q -O /dev/null -e http_proxy=\(proxy.address) --post-data '{"model":"gpt-4o","max_tokens":9,"messages":[]}' $list <urls
        echo $?
      done

      """)
    let outcome = try home.run(
      """
      llmguard run --no-cache sh calls
      llmguard run --no-cache -- curl -sS -m 20 -o /dev/null -w '%{http_code}' --noproxy '' -x \(proxy.address) \(Self.call)
      echo; llmguard usage list | cut -f 1 | wc -l

      """)
    #expect(proxy.heard == "")
    #expect(outcome.output == "200 200 200 200 0\n0\n0\n0\n200\n9\n", "\(outcome.output)\(outcome.error)")
  }

  /// A proxy of the user's own that lets nothing through is named as what stands in the way, and its password nowhere.
  @Test func aProxyThatRefusesIsToldWithoutItsPassword() throws {
    defer { home.remove() }
    let proxy = try RecordingProxy()
    try home.write(".config/llmguard/llmguard.toml", "")
    try home.write("job.sh", "curl -sS -m 20 \(Self.call); exit 0\n")
    let host = proxy.address.dropFirst(7)
    let outcome = try home.run(
      """
      ask() { HTTPS_PROXY="$1" llmguard run --no-cache --retries 0 sh job.sh; }
      ask http://corp:s3kr@\(host) >refused 2>&1; ask 'http://corp:s3kr+t/pw@\(host)' >unread 2>&1
      llmguard usage list --json >list; llmguard ledger backup copy >got
      grep -c 's3kr' refused unread list copy
      grep -l 'the proxy that the environment names does not let it through: .*502' refused
      grep -o '@\(host)' unread | wc -l
      """)
    #expect(
      outcome.output == "refused:0\nunread:0\nlist:0\ncopy:0\nrefused\n2\n",
      "\(outcome) \((try? home.run("cat refused unread"))?.output ?? "")")
  }

  /// The proof that the proxy would hear it.
  @Test func theProxyIsHeardOtherwise() throws {
    defer { home.remove() }
    let proxy = try RecordingProxy()
    let outcome = try home.run(
      "curl -sS -m 20 -o /dev/null -w '%{http_code}' --noproxy '' -x \(proxy.address) \(server.url)/")
    #expect(outcome.output == "502")
    #expect(proxy.heard.hasPrefix("GET http://"))
  }

  /// Hosts that the user asks no proxy for are asked directly under the guard, too, whichever variable holds their list.
  @Test(arguments: ["NO_PROXY", "no_proxy"]) func whatNeededNoProxyNeedsNone(variable: String) throws {
    defer { home.remove() }
    let proxy = try RecordingProxy()
    let port = server.url.split(separator: ":").last ?? ""
    try home.write("job.sh", "curl -sS -m 20 -o /dev/null -w '%{http_code}' http://here.example:\(port)/\n")
    try home.write(".curlrc", "resolve = \"here.example:\(port):127.0.0.1\"\n")
    let outcome = try home.run(
      """
      export http_proxy=\(proxy.address) \(variable)=here.example
      sh job.sh; echo; llmguard run sh job.sh; echo
      llmguard run sh -c 'echo "$NO_PROXY $no_proxy"'
      llmguard serve --listen 127.0.0.1:0 --print-env >env 2>log & until [ -s env ]; do sleep 0.05; done
      (. ./env; set -u; sh job.sh; echo; echo "$NO_PROXY $no_proxy"); kill $!; wait $!

      """)
    let list = "here.example,127.0.0.1,localhost"
    #expect(outcome.output == "200\n200\n\(list) \(list)\n200\n\(list) \(list)\n", "\(outcome.error)")
    #expect(proxy.heard == "")
  }

  /// Nor does a socket that the user's own files name take what is led: by the line itself, a shim, or a file of arguments.
  @Test func noSocketTakesWhatIsLed() throws {
    defer { home.remove() }
    try home.write(".curlrc", "silent\nunix-socket = \"/nowhere/socket\"\n")
    try home.write("k.cfg", "url = https://api.openai.com/v1/chat/completions\nunix-socket = /nowhere/other\n")
    try home.write(
      "job.sh",
      """
      curl \(Self.call)
      curl --unix-socket /nowhere/third -K k.cfg -d '{"model":"gpt-4o","max_tokens":9,"messages":[]}'
      curl 'https://api.{openai}.com/v1/models' -o model_#1; ls
      """)
    let direct = try home.run("llmguard run --no-cache -- curl -sS \(Self.call)")
    #expect(direct.output.contains("usage"), "\(direct.output) \(direct.error)")
    let outcome = try home.run("llmguard run --no-cache sh job.sh; llmguard usage report | cut -f 2")
    #expect(outcome.output.components(of: "usage") == 2, "\(outcome.output) \(outcome.error)")
    #expect(outcome.output.hasSuffix("\n3\n"), "\(outcome.output) \(outcome.error)")
  }

  /// A pattern that is not looked through is told.
  @Test func aHostThatIsHiddenIsTold() throws {
    defer { home.remove() }
    let line = "curl -s --max-time 1 'http://127.0.0.[1-1:1]:9/ap[h-j].openai.com' 'http://ap[h-j].openai.com:9/'"
    try home.write("job.sh", "\(line) >/dev/null; exit 0\n")
    let outcome = try home.run("llmguard run sh job.sh; echo $?")
    #expect(outcome.output == "0\n")
    #expect(outcome.error.contains("has a pattern for a host: its calls are not metered"), "\(outcome.error)")
    // Neither a key nor the gateway's own address is told.
    let quiet = "curl -s --max-time 1 -o got"
    let told = try home.run(
      """
      llmguard run -- sh -c '\(quiet) "http://127.0.0.[1-1:1]:9/{https://api.openai.com,x}/v1/models?key=SECRET#SECRET"; true'
      llmguard run -- sh -c '\(quiet) "https://{api.openai.com,127.0.0.[1-1:1]:9}/v1/models?key=SECRET"; true'
      llmguard run -- sh -c '\(quiet) "https://me:SECRET@{api.openai.com,127.0.0.[1-1:1]:9}/v1/models"; true'
      """)
    #expect(told.error.components(of: "has a pattern for a host") == 3, "\(told)")
    #expect(!told.error.contains("SECRET") && !told.error.contains("http://127.0.0.1:"), "\(told)")
  }

  /// What goes to a provider without encryption goes past the gateway, and its key in the clear.
  @Test(.enabled(if: Wrapping.has("curl"))) func anAddressWithoutEncryptionIsTold() throws {
    defer { home.remove() }
    let url = "http://ana:mine@api.openai.com/v1/models?key=mine"
    try home.write("job.sh", "curl -s --max-time 1 -x 127.0.0.1:9 '\(url)'; exit 0\n")
    let outcome = try home.run("llmguard run sh job.sh; echo $?")
    #expect(outcome.output == "0\n")
    #expect(
      outcome.error.contains("'http://api.openai.com/v1/models' asks a provider without encryption"), "\(outcome.error)"
    )
    #expect(!outcome.error.contains("mine"), "\(outcome.error)")
  }
}

extension String {
  fileprivate func components(of text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
