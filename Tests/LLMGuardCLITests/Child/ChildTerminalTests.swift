import Posix
import SessionDriver
import Testing

/// A command on a terminal meets the terminal under the guard as it meets it alone.
@Suite struct ChildTerminalTests {
  static let ways: [Wrapping.Way] = [.alone, .guarded, .metered]

  /// Scripts whose whole screen must be as alone.
  @Test(arguments: [
    // Every mixture of terminals and files.
    """
    t='for n in 0 1 2; do if test -t $n; then printf "$n "; fi; done > seen'
    for r in '' '<f' '>f' '2>f' '<f >f' '<f 2>f' '>f 2>f' '<f >f 2>f' '| cat' '2>&1 | cat' '</dev/null'; do
      : > f; eval "$W sh -c '$t' $r"; echo "$r: $(cat seen)"
    done; true | $W sh -c "$t"; cat seen
    """,
    "stty rows 33 cols 101; $W stty size; $W sh -c 'stty size <&1'; $W tput cols 2>/dev/null",
    "$W sh -c 'tty; stty -a <&0; stty -a <&1; stty -a <&2'",
    #"$W printf 'a\nb\r\nc\td\r\r\n\n\re\n'; $W printf 'no end'"#,
    "$W sh -c 'ps -o tty= -p $$' | tr -d 0-9; $W sh -c 'test \"$(ps -o pgid= -p $$)\" = \"$(ps -o tpgid= -p $$)\"'; echo $?",
    "$W true; echo $?; $W sh -c 'exit 3'; echo $?; $W sh -c 'kill -TERM $$'; echo $?",
    "for i in 1 2 3; do $W sh -c \"echo \\$0 >&2\" $i; done",
  ])
  func theScreenIsTheSame(_ script: String) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let alone = try wrapping.session(script, .alone)
    #expect(alone.finish() == .exited(0))
    for way in [Wrapping.Way.guarded, .metered] {
      let got = try wrapping.session(script, way)
      #expect(got.finish() == .exited(0))
      #expect(got.screen.normalized == alone.screen.normalized, "\(way): expected \(alone.screen), got \(got.screen)")
    }
  }

  /// The control: a wrapper with a pipe is found.
  @Test func aCarelessWrapperIsFound() throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let script = "$W sh -c 'test -t 1; echo $?'"
    let (alone, broken) = (try wrapping.session(script, .alone), try wrapping.session(script, .broken))
    #expect(alone.finish() == .exited(0) && broken.finish() == .exited(0))
    #expect(alone.screen == "0\r\n" && broken.screen == "1\r\n")
  }

  @Test(arguments: ways) func interruptBreaksALoopOfTheShell(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session(
      "while :; do $W bash -c 'echo begun; read -t 20 line'; echo again; done; echo never", way)
    #expect(session.sees("begun"))
    session.type("\u{3}")
    #expect(session.finish() == .signaled(2), "\(session.screen)")
    #expect(!session.screen.contains("again") && !session.screen.contains("never"), "\(session.screen)")
  }

  @Test(arguments: ways) func aCaughtInterruptGoesOn(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    // A signal that comes before `read` waits has its trap when that is over.
    let session = try wrapping.session(
      "trap : INT; $W bash -c 'trap \"echo caught\" INT; echo begun; until read -t 0.2 line; do :; done; echo \"<$line>\"; exit 5'; echo $?",
      way)
    #expect(session.sees("begun"))
    session.type("\u{3}")
    #expect(session.sees("caught"))
    session.type("more\n")
    #expect(session.sees("<more>"))
    #expect(session.finish() == .exited(0))
    #expect(session.screen.split(separator: "caught", omittingEmptySubsequences: false).count == 2, "\(session.screen)")
    #expect(session.screen.hasSuffix("5\r\n"))
  }

  @Test(arguments: ways) func quitEndsTheCommand(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session(
      "ulimit -c 0; trap : QUIT; $W sh -c 'echo begun; exec sleep 20'; echo $?", way)
    #expect(session.sees("begun"))
    session.type("\u{1C}")
    #expect(session.finish() == .exited(0))
    #expect(session.screen.hasSuffix("131\r\n"), "\(session.screen)")
  }

  /// ^Z, the prompt, `jobs`, `bg`, `fg`, and the command goes on where it was.
  @Test(arguments: ways) func theShellControlsTheJob(_ way: Wrapping.Way) throws { try control(way, Self.bash) }

  @Test(.enabled(if: Wrapping.has("zsh")), arguments: ways) func zshControlsTheJob(_ way: Wrapping.Way) throws {
    try control(way, Self.zsh)
  }

  private static let bash = "bash --norc --noprofile -i"
  private static let zsh = "zsh -f -i"
  /// Ends the job. A shell does not leave while its own table has a stopped one, whatever the system knows of it.
  private static let kill = "kill -KILL %1; while jobs >left; test -s left; do sleep 0.05; done"

  private func control(_ way: Wrapping.Way, _ shell: String) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    try wrapping.write("job", "echo be\"\"gun; read -r line; echo \"<$line>\"; exit 6\n")
    let session = try wrapping.session("PS1='ready> ' exec \(shell)", way)
    #expect(session.sees("ready> "))
    session.type("\(way.words) sh $HOME/job\n")
    #expect(session.sees("begun"), "\(session.screen)")
    session.type("\u{1A}")
    #expect(session.sees("ready> ", after: shell.hasPrefix("zsh") ? "suspended" : "Stopped"), "\(session.screen)")
    session.type("echo the shell\" goes on\"\n")
    #expect(session.sees("ready> ", after: "the shell goes on"), "\(session.screen)")
    // In the background it wants to read, and stops again.
    session.type("bg; until jobs -s >stopped; test -s stopped; do sleep 0.05; done; jobs; echo job\"s shown\"\n")
    #expect(session.sees("ready> ", after: "jobs shown"), "\(session.screen)")
    session.type("fg\n")
    // zsh said so once before, for the background; bash repeats the command's line.
    let isZsh = shell.hasPrefix("zsh")
    let goesOn = isZsh ? session.sees("continued", times: 2) : session.sees("/job", after: "jobs shown")
    #expect(goesOn, "\(session.screen)")
    // Between that line and the terminal's new owner the shell may throw away what was typed.
    #expect(session.isGivenToAJob(), "\(session.screen)")
    session.type("typed\n")
    #expect(session.sees("<typed>"), "\(session.screen)")
    session.type("exit $?\n")
    #expect(session.finish() == .exited(6), "\(session.screen)")
  }

  /// The shell tells by which signal a job was stopped, as of the command alone: by ^Z, or by one that nobody can refuse.
  @Test(arguments: ways, [bash, "dash -i"])
  func theStatusOfAStoppedJobIsThatOfItsSignal(_ way: Wrapping.Way, _ shell: String) throws {
    try stop(way, shell)
  }

  @Test(.enabled(if: Wrapping.has("zsh")), arguments: ways)
  func zshTellsTheSignalOfAStoppedJob(_ way: Wrapping.Way) throws { try stop(way, Self.zsh) }

  private func stop(_ way: Wrapping.Way, _ shell: String) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    try wrapping.write("job", "echo be\"\"gun; read -r line\n")
    try wrapping.write("stops", "kill -STOP $$; exit 7\n")
    let session = try wrapping.session("PS1='ready> ' exec \(shell)", way)
    #expect(session.sees("ready> "))
    session.type("\(way.words) sh $HOME/job\n")
    #expect(session.sees("begun"), "\(session.screen)")
    session.type("\u{1A}")
    #expect(session.sees("ready> ", times: 2), "\(session.screen)")
    session.type("echo \"st\"atus $?; \(Self.kill)\n")
    #expect(session.sees("ready> ", after: "status 148"), "\(session.screen)")
    session.type("\(way.words) sh $HOME/stops\n")
    let stopped = shell.hasPrefix("zsh") ? "suspended" : "Stopped"
    #expect(session.sees(stopped, times: 2) && session.sees("ready> ", after: stopped), "\(session.screen)")
    session.type("echo \"st\"atus $?\n")
    #expect(session.sees("ready> ", after: "status 147"), "\(session.screen)")
    session.type("fg; echo \"le\"ft $?\n")
    #expect(session.sees("ready> ", after: "left 7"), "\(session.screen)")
    session.type("exit 0\n")
    #expect(session.finish() == .exited(0), "\(session.screen)")
  }

  /// A command has ended, and whoever reads what it wrote takes a while: ^Z gives the prompt back all the same.
  @Test func whatIsStillPassedOnIsStoppedToo() throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session("PS1='ready> ' exec bash --norc --noprofile -i", .metered)
    #expect(session.sees("ready> "))
    // More than one pipe holds, and less than two.
    session.type(
      "\(Wrapping.Way.metered.words) sh -c 'echo $$ >&2; head -c 100000 /dev/zero' 2>$HOME/pid | (sleep 30; cat)\n")
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    func hasEnded() -> Bool {
      guard let bytes = try? File.readAll(wrapping.path + "/pid") else { return false }
      let number = String(decoding: bytes.dropLast(), as: UTF8.self)
      return !number.isEmpty && !File.exists("/proc/\(number)")
    }
    while !hasEnded(), Clock.monotonicNanoseconds < end { Clock.sleep(ms: 5) }
    #expect(hasEnded())
    session.type("\u{1A}")
    #expect(session.sees("ready> ", times: 2), "\(session.screen)")
    // Now and then bash takes the killed job for a stopped one even now: told twice, it leaves.
    session.type("\(Self.kill); exit 0\nexit 0\n")
    #expect(session.finish() == .exited(0), "\(session.screen)")
  }

  @Test(arguments: ways) func aJobInTheBackgroundRunsAndIsEndedByTheShell(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session("PS1='ready> ' exec bash --norc --noprofile -i", way)
    #expect(session.sees("ready> "))
    session.type("\(way.words) sh -c 'while :; do sleep 0.1; done' & sleep 0.5; kill %1; wait %1; echo \"st\"atus $?\n")
    #expect(session.sees("status 143"), "\(session.screen)")
    session.type("exit 0\n")
    #expect(session.finish() == .exited(0))
  }

  @Test(arguments: ways) func aSecretIsNotShown(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session("$W bash -c 'read -rsp \"word: \" word; echo; echo \"${#word} letters\"'", way)
    #expect(session.sees("word: "))
    // The prompt and the end of the echo are two system calls.
    Clock.sleep(ms: 100)
    session.type("secret\n")
    #expect(session.sees("6 letters"))
    #expect(session.finish() == .exited(0))
    #expect(!session.screen.contains("secret"), "\(session.screen)")
  }

  @Test(arguments: ways) func aClosedTerminalEndsTheCommand(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session(
      "$W bash -c 'trap \"echo hung up > $HOME/told; exit\" HUP; echo begun; while :; do sleep 0.05; done'", way)
    #expect(session.sees("begun"))
    session.hangUp()
    #expect(session.finish() != nil, "it hung")
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    while !File.exists(wrapping.path + "/told"), Clock.monotonicNanoseconds < end { Clock.sleep(ms: 5) }
    #expect(File.exists(wrapping.path + "/told"))
  }

  /// Where no shell is left between the terminal and the guard (`ssh -t host 'llmguard run …'`), the kernel tells the guard alone.
  /// As alone, the command hears of it once.
  @Test(arguments: ways) func aClosedTerminalOfALeaderEndsTheCommand(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session(
      "exec $W bash -c 'trap \"echo hung up >> $HOME/told; sleep 0.3; echo end >> $HOME/told; exit 7\" HUP; echo begun; "
        + "for i in $(seq 400); do sleep 0.05; done; echo late >> $HOME/told'", way)
    #expect(session.sees("begun"))
    session.hangUp()
    #expect(session.finish() == .exited(7))
    let told = (try? File.readAll(wrapping.path + "/told")).map { String(decoding: $0, as: UTF8.self) }
    #expect(told == "hung up\nend\n")
  }

  @Test(.enabled(if: Wrapping.has("vim")), arguments: ways) func anEditorEdits(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session(
      "export TERM=xterm; $W vim -u NONE -i NONE -N $HOME/text; echo \"left $?\"; stty -a", way)
    let modes = session.modes
    #expect(session.sees("\"~/text\" [New"), "\(session.screen)")
    session.type("ihello wörld\u{1B}")
    session.type(":wq\r")
    #expect(session.sees("left 0"), "\(session.screen)")
    #expect(session.finish() == .exited(0))
    #expect(String(decoding: try File.readAll(wrapping.path + "/text"), as: UTF8.self) == "hello wörld\n")
    #expect(session.modes == modes)
  }

  @Test(.enabled(if: Wrapping.has("python3")), arguments: ways) func anInterpreterTalks(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let session = try wrapping.session("export TERM=xterm; $W python3 -q; echo \"left $?\"", way)
    #expect(session.sees(">>> "))
    session.type("6 * 7\r")
    #expect(session.sees("42"), "\(session.screen)")
    session.type("import time; time.sleep(20)\r")
    #expect(session.sees("sleep(20)"))
    Clock.sleep(ms: 200)
    session.type("\u{3}")
    #expect(session.sees("KeyboardInterrupt"), "\(session.screen)")
    session.type("raise SystemExit(3)\r")
    #expect(session.sees("left 3"), "\(session.screen)")
    #expect(session.finish() == .exited(0))
  }

  @Test(.enabled(if: Wrapping.has("python3")), arguments: ways) func aCursesProgramGetsKeysAndLeavesTheTerminalAsItWas(
    _ way: Wrapping.Way
  ) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    try wrapping.write(
      "keys.py",
      """
      import curses
      def main(w):
          w.addstr(1, 1, "press"); w.refresh()
          return [w.getkey() for _ in range(3)]
      print(curses.wrapper(main))
      """)
    let session = try wrapping.session(
      "stty sane; export TERM=xterm; $W python3 $HOME/keys.py; echo left; read line; echo \"<$line>\"", way)
    #expect(session.sees("press"), "\(session.screen)")
    session.type("ab\u{1B}OA")
    #expect(session.sees("['a', 'b', 'KEY_UP']"), "\(session.screen)")
    #expect(session.sees("left"))
    session.type("shown\n")
    #expect(session.finish() == .exited(0))
    #expect(session.screen.hasSuffix("shown\r\n<shown>\r\n"), "\(session.screen)")
  }
}

extension String {
  /// Without the number of the pseudo-terminal, which is another one each time.
  fileprivate var normalized: String {
    split(separator: "/dev/pts/", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset == 0 ? String($0.element) : String($0.element.drop { $0.isNumber }) }.joined(
        separator: "/dev/pts/")
  }
}
