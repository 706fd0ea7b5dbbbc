import Posix
import ScriptedServer
import Testing

/// What clients read from files, and what is named in bytes that are no UTF-8, goes on as it is, and is led as any other.
@Suite struct FileBytesStoryTests {
  let home: ProgramHome
  let provider: ScriptedServer
  /// Nobody leads there. It answers with the bytes that it got.
  let other: ScriptedServer
  private let bodies = Locked<[[UInt8]]>([])

  init() throws {
    home = try ProgramHome()
    let bodies = bodies
    provider = try ScriptedServer { exchange in
      bodies.use { $0.append(exchange.body) }
      exchange.reply(#"{"model":"gpt-4o","usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
    other = try ScriptedServer { exchange in
      exchange.reply(exchange.body.map { String($0, radix: 16) }.joined(separator: " ") + "\n")
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(provider.url)/v1'\n")
    try home.write("b", #"{"model":"gpt-4o","max_tokens":9,"messages":[]}"#)
    try write("other.cfg", "url = \"\(other.url)/x\"\ndata-binary = \"a\u{E9} \u{F4}\u{8F}\u{BF}\u{A9}\"\n")
    try write("led.cfg", "# caf\u{E9}\r\nurl = \(Self.url)\r\ndata = @b\r\nuser-agent = \"caf\u{E9}\"\r\n")
    try write("list", "caf\u{E9}\n\(Self.url)\n")
  }

  private static let url = "https://api.openai.com/v1/chat/completions"
  private static let wget = "wget -q -O /dev/null --timeout=5 --tries=1 --post-file=b"

  /// Writes a file of one byte for each letter.
  private func write(_ name: String, _ text: String) throws {
    try File.replace("\(home.path)/\(name)", with: text.unicodeScalars.map { UInt8($0.value) })
  }

  @Test(
    .enabled(if: Wrapping.has("curl")),
    arguments: [
      "curl -s -K other.cfg", "echo config = other.cfg >o; curl -s -K o", "curl -s -K - <other.cfg",
      "curl -s -K <(cat other.cfg)", "cp other.cfg .curlrc; curl -s",
      "(echo next; cat led.cfg) >>other.cfg; curl -s -K other.cfg",
    ])
  func aFileOfCurlKeepsItsBytes(command: String) throws {
    defer { home.remove() }
    try home.write("job.sh", command + " | head -1\n")
    let outcome = try home.run("export https_proxy=http://127.0.0.1:9; llmguard run --no-cache bash job.sh")
    #expect(outcome.output == "61 e9 20 f4 8f bf a9\n", "\(outcome)")
    #expect(outcome.error == "", "\(outcome)")
  }

  @Test(
    .enabled(if: Wrapping.has("curl") && Wrapping.has("wget")),
    arguments: [
      "curl -s -K led.cfg", "curl -s -K - <led.cfg", "cp led.cfg .curlrc; curl -s",
      "printf 'header = X: caf\\351\\n' >.wgetrc; \(wget) \(url)", "\(wget) -i list",
    ])
  func anAddressInAFileOfOtherBytesIsLed(command: String) throws { try expectOneCall(command) }

  @Test(
    .enabled(if: Wrapping.has("curl") && Wrapping.has("wget")),
    arguments: [
      "cp led.cfg $'k\\xe9'; curl -s -K $'k\\xe9'", "cp led.cfg $'k\\xe9'; curl -sK$'k\\xe9'",
      "cp led.cfg $'k\\xe9'; printf 'config = k\\351' | curl -s -K -",
      "mkdir $'h\\xe9'; cp led.cfg $'h\\xe9/.curlrc'; CURL_HOME=$'h\\xe9' curl -s",
      "cp list $'l\\xe9'; \(wget) -i $'l\\xe9'", "cp list $'l\\xe9'; \(wget) --input-file=$'l\\xe9'",
      "cp list $'l\\xe9'; printf 'input = l\\351' >$'w\\xe9'; \(wget) --config=$'w\\xe9'",
      "exec llmguard run --no-cache -- curl -s -H $'X-A: caf\\xe9' \(url) -d @b",
      "cp list $'l\\xe9'; exec llmguard run --no-cache -- \(wget) -i $'l\\xe9'",
    ])
  func aFileWhoseNameIsOtherBytesIsLed(command: String) throws { try expectOneCall(command) }

  /// The folder of shims stands before it, and the list of hosts has more: what the user has there stays.
  @Test func variablesThatAreAddedToKeepTheirBytes() throws {
    defer { home.remove() }
    try home.write(
      "job.sh",
      """
      mkdir $'p\\xe9'; printf '#!/bin/sh\\necho found\\n' >$'p\\xe9/prog'; chmod +x $'p\\xe9/prog'
      export PATH=$PWD/$'p\\xe9':$PATH no_proxy=$'h\\xe9'
      llmguard run -- sh -c 'prog; printf %s "$no_proxy" | od -An -tx1 | head -1'
      """)
    let outcome = try home.run("bash job.sh")
    #expect(outcome.output.hasPrefix("found\n") && outcome.output.contains("68 e9"), "\(outcome)")
    #expect(outcome.error == "", "\(outcome)")
  }

  private func expectOneCall(_ command: String) throws {
    defer { home.remove() }
    try home.write("job.sh", command + "\n")
    let outcome = try home.run(
      """
      export https_proxy=http://127.0.0.1:9
      llmguard run --no-cache bash job.sh >/dev/null; llmguard usage report | cut -f 2
      """)
    #expect(outcome.output == "1\n" && outcome.error == "", "\(outcome)")
    #expect(bodies.use { $0.count } == 1)
  }
}
