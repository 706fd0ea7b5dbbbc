import Posix
import PretendProvider
import Testing

/// Calls that go past the gateway are seen: all of them before a dead end, and those that last for a moment in a strict run.
@Suite(.serialized) struct BypassStoryTests {
  let home: ProgramHome
  let provider: PretendProvider

  init() throws {
    home = try ProgramHome()
    provider = try PretendProvider()
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(provider.url)/v1'\n")
  }

  static let isShutIn = (try? IsolatedNetwork(watches: true)) != nil

  // MARK: - Before a dead end

  /// No proxy is heeded, no variable, no shim: by name, by number, with another family, and from a process that was left behind.
  @Test(
    .enabled(if: isShutIn),
    arguments: [
      ("env -i /usr/bin/curl -s --max-time 5 https://api.openai.com/v1/models", "api.openai.com:443", "curl"),
      ("env -i /usr/bin/curl -s --max-time 5 http://192.0.2.7:8000/v1/models", "192.0.2.7:8000", "curl"),
      ("env -i /usr/bin/curl -sg --max-time 5 'http://[2001:db8::7]:8000/v1'", "[2001:db8:0:0:0:0:0:7]:8000", "curl"),
      (
        "unset HTTPS_PROXY https_proxy ALL_PROXY all_proxy; PATH=/usr/bin:/bin curl -s https://x.invalid/",
        "x.invalid:443", "curl"
      ),
      (
        "python3 -c 'import socket; socket.create_connection((\"api.openai.com\", 443), 5)' 2>/dev/null",
        "api.openai.com:443", "python3"
      ),
      ("env -i /usr/bin/curl -6 -s --max-time 5 https://six.invalid/", "six.invalid:443", "curl"),
      (askedByIPv6, "asked.invalid:443", "python3"),
      (send("SOCK_STREAM", "s.sendto(b\"x\", 0x20000000, (\"192.0.2.7\", 443))"), "192.0.2.7:443", "python3"),
      (send("SOCK_STREAM", "s.sendmsg([b\"x\"], [], 0x20000000, (\"192.0.2.7\", 443))"), "192.0.2.7:443", "python3"),
      (send("SOCK_DGRAM", "s.sendto(b\"x\", (\"192.0.2.7\", 443))"), "192.0.2.7:443", "python3"),
    ])
  func aConnectionIsABypass(command: String, place: String, program: String) throws {
    defer { home.remove() }
    try home.write("job.sh", "\(command); true\n")
    let outcome = try home.run("llmguard doctor -- sh job.sh")
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.output == "bypass\t\(place)\tconnection of \(program)\t\t\t\n", "\(outcome)")
    let json = try home.run("llmguard doctor --json -- sh job.sh")
    #expect(json.status == 75)
    #expect(
      json.output.contains("\"kind\": \"bypass\"") && json.output.contains("\"provider\": \"\(place)\""), "\(json)")
    #expect(json.output.contains("\"program\": \"\(program)\"") && json.output.contains("\"sees_connections\": true"))
  }

  /// What asks a name server of IPv6.
  private static let askedByIPv6 = #"""
    python3 -c 'import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.settimeout(5)
    s.sendto(b"\xab\xcd\x01\0\0\x01\0\0\0\0\0\0\x05asked\x07invalid\0\0\x01\0\x01", ("2001:db8::53", 53))
    socket.create_connection((socket.inet_ntoa(s.recv(600)[-4:]), 443), 5)' 2>/dev/null
    """#

  /// What sends without having connected.
  private static func send(_ kind: String, _ code: String) -> String {
    "python3 -c 'import socket; s = socket.socket(type=socket.\(kind)); \(code)' 2>/dev/null"
  }

  /// Where not all can be seen, it does not look as if there were nothing.
  @Test(.enabled(if: isShutIn)) func whatCannotBeSeenIsSaid() throws {
    defer { home.remove() }
    try home.write("job.sh", "env -i /usr/bin/curl -s --max-time 5 http://192.0.2.7:8000/; true\n")
    let inside = try home.run("llmguard doctor --json -- sh -c 'llmguard doctor -- sh job.sh >list; cat list'")
    #expect(inside.error.contains("'job.sh' may have tried to go past the gateway unseen"), "\(inside)")
    #expect(inside.status == 75 && inside.output.contains("192.0.2.7:8000"), "\(inside)")
    let bare = try home.run(
      """
      unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_net_namespaces && exec llmguard doctor -- true' 2>said; echo $?
      head -1 said
      """)
    #expect(
      bare.output.hasPrefix("0\nllmguard: warning: 'true' is not shut in, as the kernel gives no namespaces: "),
      "\(bare)")
  }

  /// A provider on this machine has an address that is its own; what else is on the loopback is the script's.
  @Test(.enabled(if: isShutIn)) func aProviderOnThisMachineIsNotPassedByUnseen() throws {
    defer { home.remove() }
    try home.write("job.sh", "env -i /usr/bin/curl -s --max-time 5 \(provider.url)/v1/models; true\n")
    let outcome = try home.run("llmguard doctor -- sh job.sh")
    #expect(outcome.status == 75 && outcome.output.hasPrefix("bypass\t127.0.0.1:"), "\(outcome)")
    try home.write("job.sh", "env -i /usr/bin/curl -s --max-time 5 http://127.0.0.1:9/; true\n")
    let own = try home.run("llmguard doctor -- sh job.sh")
    #expect(own.status == 0 && own.output == "", "\(own)")
  }

  /// What a command leaves behind may go on connecting: the list comes all the same, and each attempt is not one more.
  @Test(.enabled(if: isShutIn)) func whatGoesOnConnectingKeepsNoListFromComing() throws {
    defer { home.remove() }
    try home.write(
      "go.py",
      """
      import os, socket, time
      end = time.monotonic() + 60
      while time.monotonic() < end and os.getppid() != 1:
        for place in [("127.0.0.1", 9), ("192.0.2.7", 443)]:
          try: socket.create_connection(place, 1)
          except OSError: pass
        open("tried", "w").close()
        time.sleep(0.005)

      """)
    try home.write("job.sh", "python3 go.py & until [ -e tried ]; do sleep 0.05; done; sleep 0.5\n")
    let outcome = try home.run("timeout 120 llmguard doctor -- sh job.sh")
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.output == "bypass\t192.0.2.7:443\tconnection of python3\t\t\t\n", "\(outcome)")
  }

  @Test(.enabled(if: isShutIn)) func aCallThatIsCaughtIsNoBypass() throws {
    defer { home.remove() }
    try home.write(
      "job.sh",
      """
      curl -s "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","messages":[]}' >reply
      getent hosts some.name.invalid; true
      """)
    let outcome = try home.run("llmguard doctor -- sh job.sh")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("call\topenai\t"), "\(outcome)")
    #expect(!outcome.output.contains("bypass"))
  }

  // MARK: - In a strict run

  private static let body = #"{"model":"gpt-4o","messages":[{"role":"user","content":"hello there"}]}"#

  private static let warning = "warning: a connection went past the gateway: curl ("

  @Test func aStrictRunSaysWhoWentPastIt() throws {
    defer { home.remove() }
    try home.write("slow.py", Self.slowServer)
    try home.write(
      "job.sh", "env -i /usr/bin/curl -s --max-time 20 http://127.0.0.1:$1/v1/chat/completions -d '{}'; exit 3\n")
    let outcome = try home.run(
      """
      python3 slow.py >port & server=$!
      until [ -s port ]; do kill -0 $server || exit 1; sleep 0.02; done
      printf "[provider.local]\\nbase = 'http://localhost:%s/v1'\\n" "$(cat port)" >.config/llmguard/llmguard.toml
      llmguard run --strict --receipt receipt.json sh job.sh "$(cat port)"; echo "ended with $?"
      llmguard run sh job.sh "$(cat port)"; echo "ended with $?"
      kill $server; cat port; cat receipt.json
      """)
    #expect(outcome.output.hasPrefix("slow\nended with 3\nslow\nended with 3\n"), "\(outcome)")
    #expect(outcome.error.contains(Self.warning) && outcome.error.contains("--isolate"), "\(outcome)")
    #expect(
      outcome.error.split(separator: "\n").filter { $0.contains("past the gateway") }.count == 1, "without it, nothing")
    #expect(outcome.output.contains("\"past_gateway\""), "\(outcome)")
    #expect(outcome.output.contains("\"program\": \"curl\""), "\(outcome)")
  }

  /// What a strict run is not to have makes a pipeline red that looks at its status, or at its report.
  @Test func aConnectionPastAStrictRunFailsIt() throws {
    defer { home.remove() }
    try home.write("slow.py", Self.slowServer)
    try home.write(
      "job.sh", "env -i /usr/bin/curl -s -o /dev/null --max-time 20 http://127.0.0.1:$1/v1/chat/completions -d '{}'\n")
    let outcome = try home.run(
      """
      python3 slow.py >port & server=$!
      until [ -s port ]; do kill -0 $server || exit 1; sleep 0.02; done
      printf "[provider.local]\\nbase = 'http://localhost:%s/v1'\\n" "$(cat port)" >.config/llmguard/llmguard.toml
      for options in --strict '--strict --fail-on-refusal' --fail-on-refusal; do
        llmguard run $options --summary --report junit x --report json j sh job.sh "$(cat port)" 2>said; echo "$options $?"
        grep -o 'tests=.* errors' x; sed 's/([0-9]*)/(N)/; s/127.0.0.1:[0-9]*/PLACE/' x | grep -o 'message="it went.*"'
        sed 's/([0-9]*)/(N)/; s/127.0.0.1:[0-9]*/PLACE/' said | grep -o 'a connection went past.*'
        grep -o '[^:]*went past the gateway$' said; grep 'of the run; its' said; grep '"message"' j
      done
      kill $server
      """)
    let words = "went past the gateway: curl (N) to PLACE; it may have been a call, and if so is in no budget"
    let (failure, warning) = ("message=\"it \(words)\"", "a connection \(words)")
    #expect(
      outcome.output == """
        --strict 0
        tests="2" failures="1" errors
        \(failure)
        \(warning)
         0 calls, 0 tokens in and 0 out, 0 charged, $0.00; 1 connection went past the gateway
        --strict --fail-on-refusal 75
        tests="2" failures="2" errors
        \(failure)
        \(warning)
         0 calls, 0 tokens in and 0 out, 0 charged, $0.00; 1 connection went past the gateway
        llmguard: past the gateway: 1 connection of the run; its command ended with 0, the run ends with 75
          "message": "past the gateway: 1 connection of the run; its command ended with 0, the run ends with 75"
        --fail-on-refusal 0
        tests="1" failures="0" errors

        """, "\(outcome)")
  }

  /// Any name may be this machine's, and this machine has many addresses.
  @Test func aStrictRunKnowsAProviderByItsPort() throws {
    defer { home.remove() }
    try home.write(
      "hold.py",
      """
      import socket, time
      s = socket.create_server(("127.0.1.1", 0))
      port = s.getsockname()[1]
      with open(".config/llmguard/llmguard.toml", "w") as f: f.write(f"[provider.local]\\nbase = 'http://llm.corp:{port}/v1'\\n")
      print(port, flush=True)
      time.sleep(30)

      """)
    let outcome = try home.run(
      """
      python3 hold.py >port & server=$!
      until [ -s port ]; do kill -0 $server || exit 1; sleep 0.02; done
      llmguard run --strict bash -c "exec 3<>/dev/tcp/127.0.1.1/$(cat port); sleep 2"; kill $server
      """)
    #expect(outcome.error.contains("warning: a connection went past the gateway: "), "\(outcome)")
    #expect(outcome.error.contains(" to 127.0.1.1:"), "\(outcome)")
  }

  @Test func aStrictRunWhoseCallsAreCaughtSaysNothing() throws {
    defer { home.remove() }
    try home.write(
      "job.sh", "curl -s \"$OPENAI_BASE_URL/chat/completions\" -d '\(Self.body)' >reply; sleep 0.3\n")
    let outcome = try home.run("llmguard run --strict --no-cache --receipt receipt.json sh job.sh; cat receipt.json")
    #expect(outcome.error == "", "\(outcome)")
    #expect(outcome.output.contains("\"past_gateway\": []"), "\(outcome)")
    #expect(provider.tally.lines["gpt-4o"]?.calls == 1)
  }

  /// Answers each request after a model's time.
  private static let slowServer = """
    import http.server, time
    class Slow(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            time.sleep(1.5)
            self.send_response(200); self.end_headers(); self.wfile.write(b"slow\\n")
        def log_message(self, *words): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    print(server.server_address[1], flush=True)
    server.serve_forever()
    """
}
