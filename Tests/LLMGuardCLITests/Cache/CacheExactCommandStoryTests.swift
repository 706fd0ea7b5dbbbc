import Posix
import ScriptedServer
import Testing

/// Commands in the same words that do not ask for the same.
@Suite struct CacheExactCommandStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    for client in ["llm", "aichat", "mods", "sgpt", "ollama", "llama-cli", "ask"] {
      try File.replace(
        home.path + "/bin/" + client, with: Array("#!/bin/sh\necho call >>$HOME/calls\necho answer\n".utf8),
        permissions: 0o700)
    }
    for folder in ["a", "b"] { try Folder.makePrivate(home.path + "/" + folder) }
  }

  /// Runs two lines one after the other. - Returns: how many calls were made.
  private func calls(_ first: String, _ second: String? = nil) throws -> Int {
    let outcome = try home.run(
      "rm -f calls; llmguard cache clear >/dev/null 2>&1\n\(first)\ncd ~\n\(second ?? first)\nwc -l <~/calls")
    return Int(outcome.output.split(separator: "\n").last ?? "") ?? -1
  }

  /// What goes on with a conversation, removes one or shows it, however its letters are run together.
  @Test(arguments: [
    "aichat -smine 'and then'", "mods -qC 'and then'", "mods -cabc 'and then'", "llm -xc 'and then'",
    "llm -uc 'and then'", "llm -xt template hi", "sgpt -cs 'list files'", "mods --delete abc", "mods -d abc",
    "mods --delete-older-than 10d", "sgpt --show-chat x", "llm cmd 'delete the logs'",
  ])
  func whatIsNoSingleQuestionIsAlwaysAsked(line: String) throws {
    defer { home.remove() }
    #expect(try calls("llmguard run -q -- \(line)") == 2)
  }

  /// What is written to a terminal may be coloured and wrapped: a script could not read it.
  @Test(arguments: ["mods hi", "aichat hi", "sgpt hi", "ollama run llama3 hi", "llm hi"])
  func whatWasMarkedUpForATerminalIsForTerminals(line: String) throws {
    defer { home.remove() }
    let piped = "llmguard run -q -- \(line)"
    let onTerminal = "script -qec \"\(piped)\" /dev/null </dev/null >/dev/null"
    #expect(try calls(onTerminal, piped) == (line == "llm hi" ? 1 : 2))
    #expect(try calls(onTerminal) == 1)
  }

  @Test(arguments: [
    "llm -m gpt-4o -x hi", "aichat -c hi", "mods -q hi", "sgpt hi", "ollama run llama3 'what is in a.b/c'",
    "llama-cli -st -p hi", "llm -m gpt-4o-audio hi", "llm -mgpt-4o-audio hi",
  ])
  func whatIsOneIsAskedOnce(line: String) throws {
    defer { home.remove() }
    #expect(try calls("llmguard run -q -- \(line)") == 1)
  }

  /// Variables can name the server or the model.
  @Test(arguments: [
    "DEFAULT_MODEL=%; sgpt hi", "API_BASE_URL=http://%/; sgpt hi", "LLAMA_ARG_MODEL=%; llama-cli -st -p hi",
    "GROQ_BASE_URL=http://%/; llm hi", "OPENROUTER_BASE_URL=http://%/; llm hi",
  ])
  func anotherServerOrModelIsAskedAnew(line: String) throws {
    defer { home.remove() }
    func run(_ value: String) -> String {
      let parts = line.split(separator: ";").map {
        $0.split(separator: "%", omittingEmptySubsequences: false).joined(separator: value)
      }
      return "\(parts[0]) llmguard run -q --no-gateway -- \(parts[1])"
    }
    #expect(try calls(run("a"), run("b")) == 2)
    #expect(try calls(run("a")) == 1)
  }

  /// The same name is another file in another folder, or later.
  @Test func filesThatAreNamedMustBeTheSame() throws {
    defer { home.remove() }
    for folder in ["a", "b"] {
      for name in ["m.gguf", "my photo.png", "photo.PNG"] { try home.write("\(folder)/\(name)", folder) }
    }
    let model = "llmguard run -q -- llama-cli -m m.gguf -st -p hi"
    #expect(try calls("cd a; \(model)", "cd b; \(model)") == 2)
    #expect(try calls("cd a; \(model)", "cd a; \(model)") == 1)
    #expect(try calls("cd a; \(model)", "cd a; echo more >>m.gguf; \(model)") == 2)
    for path in ["./my photo.png", #"./my\ photo.png"#, "this?./photo.PNG", "(./photo.PNG)?", "./photo.PNG,"] {
      let look = "llmguard run -q -- ollama run llava 'what is in \(path)'"
      #expect(try calls("cd a; \(look)", "cd b; \(look)") == 2, "\(path)")
    }
    let long = "llmguard run -q -- llm '" + String(repeating: "word ", count: 300) + "photo.PNG'"
    #expect(try calls("cd a; \(long)", "cd b; \(long)") == 2)
  }

  /// Of a program of one's own it is the program itself, where it is called.
  @Test func anotherProgramOfTheSameNameIsAskedAnew() throws {
    defer { home.remove() }
    for folder in ["a", "b"] {
      try File.replace(
        home.path + "/\(folder)/ask.sh", with: Array("#!/bin/sh\necho call >>$HOME/calls\necho \(folder)\n".utf8),
        permissions: 0o700)
    }
    let run = "llmguard run -q --prompt-from args --cache auto --"
    #expect(try calls("\(run) a/ask.sh hi", "\(run) b/ask.sh hi") == 2)
    #expect(try calls("cd a; \(run) ./ask.sh hi", "cd b; \(run) ./ask.sh hi") == 2)
    #expect(try calls("cd a; \(run) ask hi", "cd b; \(run) ask hi") == 2, "it may read what is there")
    #expect(try calls("\(run) a/ask.sh hi") == 1)
    #expect(try calls("\(run) a/ask.sh hi", "echo '# new' >>a/ask.sh; \(run) a/ask.sh hi") == 2)
  }

  /// Whoever wants a stored answer or none is sent nowhere, though none can be stored.
  @Test(arguments: [
    "llm -c 'go on'", "llm 'pick a random number'", "llm -t template hi", "-o quiet llm hi", "-m m ask hi",
  ])
  func onlyTheCacheIsAskedWhereThatIsSaid(line: String) throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[operation.quiet]\ncache = 'off'\n")
    let parts = line.split(separator: " ", maxSplits: line.hasPrefix("-") ? 2 : 0).map(String.init)
    let words = (parts.dropLast() + ["--", parts.last ?? ""]).joined(separator: " ")
    let outcome = try home.run("touch calls; llmguard run --cache only \(words); echo $?; wc -l <calls")
    #expect(outcome.output == "75\n0\n", "\(outcome)")
    let reason = line.contains("quiet") ? "the cache is off for this call" : "no answer to this request is in the cache"
    #expect(outcome.error.contains(reason), "\(outcome)")
  }

  /// A command ends well though its provider broke the answer off; its gateway has seen that.
  @Test(arguments: [("stop", 1), ("length", 2), ("content_filter", 2)])
  func whatWasBrokenOffIsNotKeptAsACommandsOutput(ending: String, upstream: Int) throws {
    defer { home.remove() }
    let calls = Locked(0)
    let server = try ScriptedServer { exchange in
      calls.use { $0 += 1 }
      exchange.reply(
        #"{"choices":[{"message":{"content":"Tom"},"finish_reason":"\#(ending)"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
      )
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try File.replace(
      home.path + "/bin/llm",
      with: Array(
        """
        #!/bin/sh
        curl -sS "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","messages":[{"role":"user","content":"names"}]}' |
          tr , '\\n' | grep -o Tom

        """.utf8), permissions: 0o700)
    let outcome = try home.run("for i in 1 2; do llmguard run -q -- llm -m gpt-4o names; done")
    #expect(outcome.output == "Tom\nTom\n", "\(outcome)")
    #expect(calls.use { $0 } == upstream)
  }
}
