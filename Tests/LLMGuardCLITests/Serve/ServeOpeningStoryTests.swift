import Posix
import Testing

/// A refusal says when it opens: then the call passes, and not before.
@Suite(.serialized) struct ServeOpeningStoryTests {
  let served: ServedHome

  init() throws { served = try ServedHome() }

  /// Asks until it is refused, then shortly before it is said to open, then when it does, and when `Retry-After` is over.
  private static let script = """
    import http.client, json, sys, time, urllib.parse
    url = urllib.parse.urlsplit(sys.argv[1])
    number = 0
    def ask():
        global number
        number += 1
        body = {"model": "gpt-4o", "max_tokens": 50, "messages": [{"role": "user", "content": "question %d" % number}]}
        connection = http.client.HTTPConnection(url.hostname, url.port)
        connection.request("POST", url.path, json.dumps(body), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.getheader("Retry-After"), reply.read()
    def refused():
        while True:
            status, after, body = ask()
            if status == 429:
                return time.time(), int(after), json.loads(body)["llmguard"]["opens_at_unix_ms"] / 1000
    came, after, opens = refused()
    time.sleep(max(0, opens - 0.25 - time.time()))
    print("early", ask()[0])
    time.sleep(max(0, opens + 0.02 - time.time()))
    print("opened", ask()[0])
    came, after, opens = refused()
    time.sleep(max(0, came + after - time.time()))
    print("after", ask()[0])
    """

  @Test(arguments: [
    // A window of two seconds, by calls and by tokens; and a bucket of 120 from which 20 drain a second.
    "2 calls/2s", "120 tokens/2s", "40 tokens/2s burst 120",
  ])
  func itOpensWhenItSays(budget: String) throws {
    defer { served.home.remove() }
    try served.configure("[tier.default]\nbudgets = ['\(budget)']\nwarn = 100\nhard = 100\n[cache]\nmode = 'off'\n")
    try served.home.write("ask.py", Self.script)
    let outcome = try served.home.run(
      ServedHome.start(users: "ana") + "python3 ask.py \"$address/$(cat key-ana)/openai/v1/chat/completions\"; stop")
    #expect(outcome.output == "early 429\nopened 200\nafter 200\nended 0\n", "\(outcome)")
  }
}
