import Posix
import Testing

/// What comes to a client by its standard input, whatever that is.
@Suite struct CacheInputStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try File.replace(
      home.path + "/bin/llm",
      with: Array(
        "#!/bin/sh\necho call >>$HOME/calls\necho \"$(wc -l <$HOME/calls): $(head -n 1 | cut -c 1-4)\"\n".utf8),
      permissions: 0o700)
  }

  /// Programs such as Node give their children sockets for pipes.
  @Test(.enabled(if: Wrapping.has("python3"))) func aSocketIsReadAsAPipeIs() throws {
    defer { home.remove() }
    try home.write(
      "ask.py",
      """
      import socket, subprocess
      def ask(text):
          a, b = socket.socketpair()
          p = subprocess.Popen(["llmguard", "run", "-q", "--", "llm", "sum this up"], stdin=b, stdout=subprocess.PIPE)
          b.close(); a.sendall(text.encode()); a.close()
          print(p.communicate()[0].decode().strip(), flush=True)
      for name in ["cats", "dogs", "cats"]: ask((name + " like food ") * 500)
      """)
    let outcome = try home.run("python3 ask.py")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.prefix(3) == ["1: cats", "2: dogs", "1: cats"], "\(outcome)")
    // The document was counted.
    let tokens = try home.run("llmguard usage report | cut -f 3")
    #expect((Int64(tokens.output.trimmed) ?? 0) > 2000, "\(tokens)")
  }

  /// What is typed at a terminal is known to the client alone.
  @Test(.enabled(if: Wrapping.has("python3"))) func whatIsTypedIsNotTakenForTheSame() throws {
    defer { home.remove() }
    try home.write(
      "type.py",
      """
      import os, pty
      def session(words, typed):
          pid, fd = pty.fork()
          if pid == 0: os.execvp("llmguard", ["llmguard", "run", "-q", "--", "llm"] + words)
          os.write(fd, typed.encode())
          while True:
              try:
                  if not os.read(fd, 4096): break
              except OSError: break
          os.waitpid(pid, 0); os.close(fd)
          print(len(open(os.environ["HOME"] + "/calls").readlines()), flush=True)
      for words in [["chat"], ["-s", "You are a pirate"], ["three names"]]:
          session(words, "one\\n"); session(words, "two\\n")
      """)
    let outcome = try home.run("python3 type.py")
    // Whose question stands on the command line reads nothing at a terminal: the second time it is known.
    #expect(outcome.output == "1\n2\n3\n4\n5\n5\n", "\(outcome)")
  }
}

extension String {
  fileprivate var trimmed: String { split(whereSeparator: \.isWhitespace).joined() }
}
