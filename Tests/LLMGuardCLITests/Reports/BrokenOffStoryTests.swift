import Testing

/// A call whose answer did not come whole says why: the script around it may have ended well.
@Suite struct BrokenOffStoryTests {
  private static let server = #"""
    import http.server, json, time
    class Stream(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(200); self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", "100000"); self.end_headers()
            self.wfile.write(b'data: {"choices":[{"delta":{"content":"Hello there"}}]}\n\n'); self.wfile.flush()
            if "wait" in body: time.sleep(5)
        def log_message(self, *words): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stream)
    print(server.server_address[1], flush=True)
    server.serve_forever()
    """#

  @Test func itSaysWhoLeftOrBrokeOff() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("server.py", Self.server)
    try home.write(
      "job",
      """
      ask() {
        text=$1; shift
        curl -sN "$@" -o /dev/null "$OPENAI_BASE_URL/chat/completions" \\
          -d '{"model":"gpt-4o","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"'$text'"}]}'
      }
      ask wait -m 1; ask go
      true
      """)
    let outcome = try home.run(
      """
      on() { NO_COLOR=1 script -qec "stty cols 110; $1" /dev/null | tr -d '\\r'; }
      python3 server.py >port & server=$!
      until [ -s port ]; do kill -0 $server || exit 1; sleep 0.02; done
      printf "[provider.openai]\\nbase = 'http://127.0.0.1:%s/v1'\\n" "$(cat port)" >.config/llmguard/llmguard.toml
      llmguard run -q --cache off --report junit x sh job; echo $?; kill $server
      llmguard usage list --json | grep -E '"(outcome|note)"' | tr -d ' \\n'; echo
      for call in $(llmguard usage list | cut -f 1 | sort -n); do
        on "llmguard usage show $call" | sed -n 's/.*outcome *//p' | sed 's/ at .*after/ after/; s/ [0-9.]* m\\{0,1\\}s$/ N/'
      done
      grep -o 'message="failed[^(]*[^ (]' x; llmguard ledger verify
      """)
    #expect(
      outcome.output == """
        0
        "outcome":"failed","note":"theproviderbrokeoff","outcome":"failed","note":"theclientleft",
        the client left after N
        the provider broke off after N
        message="failed: the client left
        message="failed: the provider broke off
        ok

        """, "\(outcome)")
  }
}
