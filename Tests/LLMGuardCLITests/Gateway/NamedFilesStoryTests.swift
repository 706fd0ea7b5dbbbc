import ScriptedServer
import Testing

/// Addresses that stand in files which other files name, and settings that name lists, lead to the gateway as any other.
@Suite struct NamedFilesStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      exchange.reply(#"{"model":"gpt-4o","usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write("list", Self.url + "\n")
    try home.write("ends", "chat/completions\n")
    try home.write("in.cfg", "url = \"\(Self.url)\"\n-H \"Host: api.openai.com\"\n")
    try home.write("out.cfg", "-sK in.cfg\ndata = \(Self.body("out"))\nipv6\n")
  }

  private static let url = "https://api.openai.com/v1/chat/completions"

  private static func body(_ text: String) -> String {
    #"{"model":"gpt-4o","max_tokens":9,"messages":[],"user":"\#(text)"}"#
  }

  /// A file that curl reads by itself, where it does: not each version looks there.
  private static func standing(in folder: String, _ file: String, _ variable: String) -> String {
    """
    mkdir -p \(folder); echo url = http://127.0.0.1:9/ >\(file); \(variable)=x /usr/bin/curl -s 2>said
    [ $? = 7 ] || exec curl -K out.cfg
    cp out.cfg \(file); \(variable)=x curl
    """
  }

  /// Each is one call that is metered; nothing goes past.
  @Test(
    .enabled(if: Wrapping.has("curl")),
    arguments: [
      "curl -K out.cfg", "cp out.cfg .curlrc; curl", "echo config = out.cfg >.curlrc; curl",
      "echo config = out.cfg | curl -K -", "echo '-Kout.cfg' >o; curl -K o", "curl -K <(echo config = out.cfg)",
      standing(in: "x", "x/.curlrc", "XDG_CONFIG_HOME"), standing(in: "x", "x/curlrc", "XDG_CONFIG_HOME"),
      standing(in: "x/.config", "x/.config/curlrc", "CURL_HOME"),
    ])
  func aFileThatCurlFindsInAFileIsLed(command: String) throws { try expectOneCall(command) }

  @Test(
    .enabled(if: Wrapping.has("wget")),
    arguments: [
      "$W -e 'input = list'", "$W -e input=list", "echo 'input = list' >w; $W --config=w",
      "echo 'input = list' >w; $W --config w",
      "echo 'input = list' >w; WGETRC=w $W", "echo 'input = list' >.wgetrc; $W",
      "echo 'header = Host: api.openai.com' >.wgetrc; $W -i list",
      "echo 'header = Host: api.openai.com' >w; $W \(url) --config w", "$W -B https://api.openai.com/v1/ -i ends",
      "echo 'base = https://api.openai.com/v1/' >.wgetrc; $W -i ends",
      "$W -e base=https://api.openai.com/v1/ -e input=ends", "$W --header 'Host: api.openai.com' -i list",
    ])
  func aListThatWgetFindsInItsSettingsIsLed(command: String) throws { try expectOneCall(command) }

  private func expectOneCall(_ command: String) throws {
    defer { home.remove() }
    try home.write("job.sh", "W=\"wget -q -O - --timeout=5 --tries=1 --post-data=$BODY\"\n\(command)\n")
    let outcome = try home.run(
      """
      export BODY='\(Self.body("w"))' https_proxy=http://127.0.0.1:9
      llmguard run --no-cache bash job.sh; echo; llmguard usage report | cut -f 2
      """)
    #expect(outcome.output.hasPrefix("{\"model\":\"gpt-4o\"") && outcome.output.hasSuffix("\n1\n"), "\(outcome)")
    #expect(outcome.error == "", "\(outcome)")
  }

  /// What goes past in the clear is told from there, too.
  @Test(
    .enabled(if: Wrapping.has("curl") && Wrapping.has("wget")),
    arguments: [
      "echo url = http://api.openai.com/v1/models >in; echo config = in | curl -s --max-time 1 -x 127.0.0.1:9 -K -",
      "echo v1/models | wget -q -T 1 -t 1 -e use_proxy=on -e http_proxy=127.0.0.1:9 -B http://api.openai.com/ -i -",
    ])
  func whatGoesPastInTheClearIsTold(command: String) throws {
    defer { home.remove() }
    try home.write("job.sh", command + "; exit 0\n")
    let outcome = try home.run("llmguard run sh job.sh; echo $?")
    #expect(outcome.output == "0\n", "\(outcome)")
    #expect(
      outcome.error.contains("'http://api.openai.com/v1/models' asks a provider without encryption"), "\(outcome)")
  }

  @Test(.enabled(if: Wrapping.has("curl"))) func oneThatNamesItselfIsLeftOutThere() throws {
    defer { home.remove() }
    try home.write("loop.cfg", "-K out.cfg\nconfig = loop.cfg\n")
    let outcome = try home.run("llmguard run --no-cache sh -c 'curl -K loop.cfg'; llmguard usage report | cut -f 2")
    #expect(outcome.output.hasSuffix("1\n"), "\(outcome)")
    #expect(
      outcome.error
        == "llmguard: warning: curl's file 'loop.cfg' names itself, or is one of too many: it is left out\n",
      "\(outcome)")
  }
}
