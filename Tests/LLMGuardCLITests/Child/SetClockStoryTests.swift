import Posix
import ScriptedServer
import Testing

/// The machine's clock is set while a run is under way.
@Suite(.enabled(if: File.exists("/usr/bin/cc"))) struct SetClockStoryTests {
  /// Sets the wall clock of the programs that load it, by as many seconds as a file holds, and no other.
  private static let clock = #"""
    #define _GNU_SOURCE
    #include <fcntl.h>
    #include <stdlib.h>
    #include <sys/syscall.h>
    #include <time.h>
    #include <unistd.h>
    int clock_gettime(clockid_t clock, struct timespec *time) {
      char text[32] = {0};
      int result = syscall(SYS_clock_gettime, clock, time);
      int file = clock == CLOCK_REALTIME ? open(getenv("SET"), O_RDONLY | O_CLOEXEC) : -1;
      if (file >= 0 && read(file, text, sizeof text - 1) > 0) time->tv_sec += atol(text);
      if (file >= 0) close(file);
      return result;
    }
    """#

  /// What a run may take is a while, and no instant.
  @Test(arguments: [("1h", "86400", "0", "a\nb\n"), ("2s", "-86400", "2.2", "a\n")])
  func aRunLastsAsLongAsItMay(most: String, set: String, pause: String, answered: String) throws {
    let server = try ScriptedServer { exchange in
      exchange.reply(#"{"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write("clock.c", Self.clock)
    try home.write(
      "s",
      """
      ask() { curl -sSf $OPENAI_BASE_URL/chat/completions -d '{"model":"gpt-4o","input":"'"$1"'"}' >/dev/null 2>&1 && echo $1; }
      ask a; echo \(set) >set; sleep \(pause); ask b; true

      """)
    let outcome = try home.run(
      """
      cc -shared -fPIC -o clock.so clock.c || exit; export SET=$HOME/set LD_PRELOAD=$HOME/clock.so
      llmguard run --max-duration \(most) -- sh s
      """)
    #expect(outcome.output == answered, "\(outcome)")
  }
}
