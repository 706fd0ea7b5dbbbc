import Posix
import SessionDriver
import Testing

/// A command without a terminal does under the guard what it does alone, to the byte.
@Suite struct ChildStreamsTests {
  /// A script, and its output where that does not depend on the machine.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let script: String
    var expected: String?
    /// Whether it holds for a client whose input is read, too.
    var isMeteredAlike = true
    var testDescription: String { name }
  }

  static let bytes = [
    Case(
      name: "bytes of every kind pass both ways",
      script: #"""
        printf 'a\0b\377\r\n' | $W cat | od -An -tx1
        $W sh -c 'printf "\376\0" >&2' 2>&1 | od -An -tx1
        """#, expected: " 61 00 62 ff 0d 0a\n fe 00\n"),
    Case(
      name: "three megabytes through each stream",
      script: """
        seq 1 450000 > big; cksum < big
        $W cat < big | cksum; cat big | $W cat | cksum; $W cat big 2>/dev/null | cksum
        $W sh -c 'cat big >&2' 2>&1 >/dev/null | cksum
        """, expected: nil),
    Case(name: "no output at all", script: "$W true | od -An -c; $W true < /dev/null; echo $?", expected: "0\n"),
    Case(
      name: "in a substitution", script: "x=$($W printf 'a\\n\\n'); echo \"[$x]\"; cat <($W echo sub)",
      expected: "[a]\nsub\n"),
    Case(
      name: "a loop over a list is not eaten", script: "seq 3 | while read n; do $W echo $n; done",
      expected: "1\n2\n3\n"),
    Case(
      name: "what is not read is left for the next",
      script:
        "printf '1\\n2\\n3\\n' > f; { $W sh -c 'read a; echo \"<$a>\"'; cat; } < f; printf '4\\n5\\n' | { $W sh -c 'read a'; cat; }",
      expected: "<1>\n2\n3\n5\n", isMeteredAlike: false),
    Case(
      name: "appending and positions",
      script: "echo first > f; $W echo second >> f; $W sh -c 'echo third >&2' 2>> f; cat f",
      expected: "first\nsecond\nthird\n"),
  ]

  static let ends = [
    Case(
      name: "every kind of exit status",
      script: "for c in 0 1 2 64 75 124 125 126 127 128 200 255; do $W sh -c \"exit $c\"; echo $?; done",
      expected: "0\n1\n2\n64\n75\n124\n125\n126\n127\n128\n200\n255\n"),
    Case(
      name: "every kind of deadly signal",
      script:
        "ulimit -c 0; for s in HUP INT QUIT ILL ABRT FPE KILL SEGV PIPE ALRM TERM USR1 USR2 XCPU; do ( $W sh -c \"kill -$s \\$\\$\" ) 2>/dev/null; echo $s $?; done"
    ),
    Case(
      name: "a reader that leaves",
      script: """
        $W yes | head -n 1; echo "${PIPESTATUS[*]}"
        $W sh -c 'yes >&2' 2>&1 >/dev/null | head -n 1; echo "${PIPESTATUS[*]}"
        $W seq 1 1000000 | sed -n '2{p;q}'; echo "${PIPESTATUS[*]}"
        """, expected: "y\n141 0\ny\n141 0\n2\n141 0\n"),
    Case(
      name: "a reader that leaves where SIGPIPE is ignored",
      script: "(trap '' PIPE; $W yes 2>/dev/null | head -n 1; echo \"${PIPESTATUS[*]}\")", expected: "y\n1 0\n"),
    Case(
      name: "a process left behind",
      script: "$W sh -c 'sleep 9 & echo done' > f; cat f; $W sh -c 'exec >/dev/null 2>&1; sleep 9 & exit 3'; echo $?",
      expected: "done\n3\n"),
    Case(
      name: "a signal sent to the guard",
      script:
        "for s in TERM HUP USR1 USR2 ALRM; do (exec 2>/dev/null; $W sleep 30 & p=$!; until grep -q sleep /proc/$p/task/$p/children /proc/$p/cmdline; do sleep 0.01; done; sleep 0.2; kill -$s $p; wait $p; echo $s $?); done"
    ),
    Case(
      name: "signals that stop, continue and inform reach the command",
      script: """
        for s in TSTP CONT WINCH USR1 USR2 HUP TERM; do rm -f ready
          $W sh -c "trap 'echo got $s; exit 4' $s; : > ready; while :; do sleep 0.05; done" & p=$!
          until [ -e ready ]; do sleep 0.02; done
          kill -$s $p; wait $p; echo $?
        done
        """, expected: ["TSTP", "CONT", "WINCH", "USR1", "USR2", "HUP", "TERM"].map { "got \($0)\n4\n" }.joined()),
    Case(
      name: "commands that cannot start",
      script: "$W /no/such 2>/dev/null; echo $?; $W /etc/passwd 2>/dev/null; echo $?; $W / 2>/dev/null; echo $?",
      expected: "127\n126\n126\n"),
  ]

  /// `limited OPTION... -- COMMAND...`: `timeout`, whose time is over as soon as the command has written `ready`: it learns
  /// of that by this signal.
  private static let timeoutEnds = """
    limited() {
      local options=(); while [ "$1" != -- ]; do options+=("$1"); shift; done; shift
      rm -f ready limit
      { n=0; until [ -e ready ] || [ $((n += 1)) -gt 3000 ]; do sleep 0.02; done; kill -ALRM $(cat limit); } &
      sh -c 'echo $$ >limit; exec timeout "$@"' sh "${options[@]}" "$@"
    }

    """

  static let surroundings = [
    Case(
      name: "closed standard descriptors",
      script: """
        for c in '<&-' '>&-' '2>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-'; do
          eval "$W sh -c 'echo out; echo err >&2; cat; exit 5' 2>/dev/null $c"; echo "$c $?"
        done
        """),
    Case(
      name: "closed standard descriptors stay closed for the command",
      script: #"""
        for c in '<&-' '>&-' '2>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-'; do
          for t in 'echo hi' 'echo hi >&2' cat '[ ! -e /proc/self/fd/0 ]' '[ ! -e /proc/self/fd/1 ]' '[ ! -e /proc/self/fd/2 ]'
          do eval "( $W sh -c '$t' ) </dev/null 2>/dev/null $c"; echo "$c $t $?"; done
        done
        echo hi >full; $W cat full >&-; echo $?; $W cat <&-; echo $?
        """#),
    Case(
      name: "ten thousand arguments",
      script:
        "set -- $(seq 1 10000); $W sh -c 'echo $#; printf \"%s\\n\" \"$@\" | cksum' sh \"$@\"; printf '%s\\n' \"$@\" | cksum"
    ),
    Case(
      name: "an argument as long as there can be",
      script:
        "$W sh -c 'echo ${#1}' sh \"$(head -c 131000 /dev/zero | tr '\\0' a)\"; $W sh -c 'echo $#' sh '' ' ' '-- ' '{x}'",
      expected: "131000\n4\n"),
    Case(
      name: "a megabyte of environment",
      script: """
        for i in 1 2 3 4 5 6 7 8 9 10; do export "V$i=$(head -c 100000 /dev/zero | tr '\\0' $((i - 1)))"; done
        env 'odd name=1' "RAW=$(printf '\\377')" EMPTY= $W env -0 | grep -zav -e ^LLMGUARD_ -e ^_= -e ^W= -e PWD= -e _BASE= -e _BASE_URL= -e _HOST= -e ^CO_API_URL= -e ^NO_PROXY= -e ^no_proxy= -e ^PATH= | sort -z | cksum
        """, isMeteredAlike: false),
    Case(
      name: "limits, mask, folder, niceness, signals and descriptors",
      script: """
        umask 027; ulimit -n 123; cd /usr; trap '' USR2; exec 7< /etc/passwd
        nice -n 5 $W sh -c 'umask; pwd; ulimit -a; nice; head -n 1 <&7; ls /proc/self/fd
          grep -E "^(Sig(Blk|Ign|Cgt)|Cpus_allowed_list|NoNewPrivs|Groups|Seccomp)" /proc/self/status
          ps -o sid= -p $$; ps -o pgid= -p $$' | sed "s/\\b$$\\b/shell/"
        """),
    Case(name: "timeout", script: "timeout 0.4 $W sleep 30; echo $?", expected: "124\n"),
    Case(
      // timeout sends it twice, to the command and to its group; GroupSignalTests has what llmguard makes of that.
      name: "timeout with a signal that is caught",
      script: timeoutEnds + """
        limited -s INT 600 -- $W sh -c 'trap "trap \\"\\" INT; echo got; exit 3" INT; : >ready; while :; do sleep 0.05; done'; echo $?
        """,
      expected: "got\n124\n"),
    Case(
      name: "timeout that must kill",
      script: timeoutEnds + "limited -k 0.3 600 -- $W sh -c 'trap \"\" TERM; : >ready; sleep 60'; echo $?",
      expected: "137\n"),
    Case(
      name: "nohup", script: "nohup $W sh -c 'grep SigIgn /proc/$$/status; exit 4' 2>/dev/null; echo $?"),
    Case(
      name: "setsid, without a terminal", script: "setsid -w $W sh -c 'ps -o tty= -p $$; exit 4'; echo $?",
      expected: "?\n4\n"),
    Case(name: "xargs", script: "seq 1 6 | xargs -P 3 -n 1 $W echo | sort", expected: "1\n2\n3\n4\n5\n6\n"),
    Case(
      name: "find", script: "touch a b; find . -type f -exec $W echo {} + | tr ' ' '\\n' | sort", expected: "./a\n./b\n"
    ),
    Case(name: "stdbuf and env around it", script: "stdbuf -oL env A=1 $W sh -c 'echo $A'", expected: "1\n"),
    Case(
      name: "a script without an interpreter", script: "printf 'echo $0 $1' > s; chmod +x s; $W ./s x",
      expected: "./s x\n"),
  ]

  @Test(arguments: bytes + ends + surroundings) func asAlone(_ one: Case) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let alone = try wrapping.run(one.script, .alone)
    if let expected = one.expected { #expect(alone.text == expected, "alone: \(alone.errorText)") }
    for way in one.isMeteredAlike ? [Wrapping.Way.guarded, .metered] : [.guarded] {
      let got = try wrapping.run(one.script, way)
      #expect(got.text == alone.text, "\(way): expected \(alone.text), got \(got.text); \(got.errorText.prefix(600))")
      #expect(got.status == alone.status, "\(way)")
    }
  }

  /// The control: the comparison sees what a careless wrapper changes.
  @Test func aCarelessWrapperIsFound() throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    for one in Self.ends.prefix(3) {
      #expect(try wrapping.run(one.script, .broken).text != wrapping.run(one.script, .alone).text, "\(one.name)")
    }
  }

  /// The command ends only when its first byte was seen: a buffer anywhere would hang it.
  @Test(arguments: Wrapping.Way.allCases.filter { $0 != .broken }, ["1", "2"])
  func theFirstByteArrivesWhenItIsWritten(_ way: Wrapping.Way, _ stream: String) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let outcome = try wrapping.run(
      """
      mkfifo seen; exec 3>&1
      { $W sh -c 'printf x >&\(stream); read -r line < seen; echo "$line"' \(stream)>&1 >&\(stream == "1" ? "1" : "3"); } |
        { head -c 1; echo; echo seen > seen; cat; }
      """, way)
    #expect(outcome.status == .exited(0), "it hung")
    #expect(outcome.text.hasPrefix("x\n") || outcome.text.hasPrefix("xseen"), "\(outcome.text)")
  }

  /// Alone, the reader would wait for the process that was left behind; where the guard reads the output it has no reason
  /// to. (Where it does not, the reader's pipe is the command's own, as alone.)
  @Test func aProcessLeftBehindHoldsNoReader() throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let outcome = try wrapping.run("$W sh -c 'sleep 200 & echo done' 2>/dev/null | cat", .metered)
    #expect(outcome.status == .exited(0))
    #expect(outcome.text == "done\n")
  }

  /// `LLMGUARD_CHILD_BYTES` makes it longer. A program that was built for debugging takes twice the memory.
  @Test(arguments: [Wrapping.Way.guarded, .metered]) func muchPassesInLittleMemory(_ way: Wrapping.Way) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let megabytes = ProgramHome.stated == nil ? 40 : 20
    let bytes = Environment.value("LLMGUARD_CHILD_BYTES") ?? "20000000"
    let outcome = try wrapping.run(
      """
      $W sh -c 'head -c \(bytes) /dev/zero; grep VmHWM /proc/$PPID/status >&2' 2> high | wc -c
      head -c \(bytes) /dev/zero | $W sh -c 'wc -c; grep VmHWM /proc/$PPID/status >&2' 2>> high
      grep -o '[0-9]* kB' high
      """, way, limitMs: 1_200_000)
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.prefix(2) == [bytes, bytes][...], "\(outcome.text) \(outcome.errorText)")
    for line in lines.dropFirst(2) {
      let kilobytes = Int(line.prefix { $0 != " " }) ?? .max
      #expect(kilobytes <= megabytes * 1024, "expected at most \(megabytes) MB, got \(line)")
      print("\(way): \(bytes) bytes in \(line)")
    }
    #expect(lines.count == 4)
  }
}
