import Providers
import Testing

@Suite struct ClientTests {
  static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  @Test(
    arguments: [
      ("llm -m gpt-4o hello", "llm", "gpt-4o", nil, "hello"),
      ("/usr/bin/llm --model=x -o max_tokens 50 hi you", "llm", "x", 50, "hi|you"),
      ("llm -t tpl -s sys hi", "llm", nil, nil, "sys|hi"), ("ollama run llama3 hi", "ollama run", "llama3", nil, "hi"),
      ("ollama run --verbose llama3", "ollama run", "llama3", nil, ""),
      ("aichat -m a:b hi", "aichat", "a:b", nil, "hi"),
      ("mods -m x --max-tokens 9 hi", "mods", "x", 9, "hi"), ("sgpt --model x hi", "sgpt", "x", nil, "hi"),
      ("claude -p hi --model opus", "claude -p", "opus", nil, "hi"),
      ("codex exec -m x do it", "codex exec", "x", nil, "do|it"),
      ("gemini -m x -p hi", "gemini -p", "x", nil, "hi"),
      ("llama-cli -m f.gguf -n 32 -p hi", "llama-cli", "f.gguf", 32, "hi"),
    ] as [(String, String, String?, Int64?, String)])
  func readsItsCommandLine(line: String, name: String, model: String?, maximum: Int64?, prompt: String) throws {
    let arguments = Self.words(line)
    let client = try #require(Client.matching(arguments, in: BuiltInClients.all))
    #expect(client.name == name)
    let call = client.read(arguments)
    #expect(call.model == model)
    #expect(call.maxOutputTokens == maximum)
    #expect(call.promptTexts.joined(separator: "|") == prompt)
  }

  @Test(arguments: ["ollama pull x", "claude chat", "codex login", "gemini", "cat x"])
  func otherCommandsAreNotCalls(line: String) {
    #expect(Client.matching(Self.words(line), in: BuiltInClients.all) == nil)
  }

  @Test(arguments: [
    ("llm -m big hi", "llm -o max_tokens 10 -m small hi"), ("llm -mbig hi", "llm -o max_tokens 10 -msmall hi"),
    ("llm --model=big -o max_tokens 99 hi", "llm --model=small -o max_tokens 10 hi"),
    ("llm hi", "llm -m small -o max_tokens 10 hi"),
    ("ollama run big hi", "ollama run small hi"), ("mods --max-tokens=99 hi", "mods -m small --max-tokens=10 hi"),
    ("claude -p hi", "claude --model small -p hi"), ("codex exec hi", "codex exec -m small hi"),
  ])
  func rewritesItsCommandLine(line: String, expected: String) throws {
    let arguments = Self.words(line)
    let client = try #require(Client.matching(arguments, in: BuiltInClients.all))
    #expect(client.rewrite(arguments, model: "small", maxOutputTokens: 10) == Self.words(expected))
    #expect(client.rewrite(arguments, model: nil, maxOutputTokens: nil) == arguments)
  }

  @Test func curlsBodyIsReadAndRewritten() throws {
    let body = "{\"model\": \"big\", \"max_tokens\":  99, \"messages\":[{\"content\":\"hi\"}]}"
    let arguments = ["curl", "-s", "http://x/v1", "-H", "Authorization: Bearer k", "--data-raw", body]
    let call = BuiltInClients.all.first { $0.name == "curl" }.map { $0.read(arguments) }
    #expect(call?.model == "big")
    #expect(call?.maxOutputTokens == 99)
    #expect(call?.promptTexts == [body], "neither the address nor a header is prompt")
    let client = try #require(Client.matching(arguments, in: BuiltInClients.all))
    let changed = client.rewrite(arguments, model: "small", maxOutputTokens: 10)
    #expect(changed.last == "{\"model\": \"small\", \"max_tokens\":  10, \"messages\":[{\"content\":\"hi\"}]}")
    #expect(client.read(["curl", "-d", "@body.json", "x"]).promptFiles == ["body.json"])
    #expect(client.read(["curl", "-d", "@/dev/stdin", "x"]).promptFiles == ["-"])
    #expect(!client.read(["curl", "-d", "@body.json", "x"]).canChangeModel)
  }

  @Test func ofTwoMaximaTheOneThatIsObeyedCounts() {
    #expect(RequestBody("{\"max_tokens\":5,\"max_completion_tokens\":5000}")?.maxOutputTokens == 5000)
    #expect(RequestBody("{\"options\":{\"num_predict\":7}}")?.maxOutputTokens == 7)
    #expect(RequestBody("not json") == nil)
  }

  @Test func placeholdersAreFilled() {
    let line = ["ask", "--m={model}", "{max_tokens}{max_tokens}", "{other}"]
    #expect(Placeholders.holdsModel(line) && Placeholders.holdsMaxTokens(line))
    #expect(
      Placeholders.filled(line, model: "a{model}", maxOutputTokens: 3) == ["ask", "--m=a{model}", "33", "{other}"])
    #expect(Placeholders.filled(line, model: nil, maxOutputTokens: nil) == line)
  }
}
