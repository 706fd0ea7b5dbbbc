import Testing

@testable import LLMGuardCLI

/// A run is known by its script, behind whatever starts it.
@Suite struct CommandNameTests {
  @Test(arguments: [
    // What is no interpreter is known by itself.
    ("./nightly.sh --all", "nightly.sh"), ("/usr/bin/llm -m gpt-4o hello", "llm"), ("curl -d @x https://a/b", "curl"),
    ("make test", "make"), ("", ""),
    // Shells.
    ("bash nightly.sh", "nightly.sh"), ("sh ./jobs/nightly.sh a b", "nightly.sh"),
    ("/bin/bash -eu nightly.sh", "nightly.sh"),
    ("bash -eo pipefail nightly.sh", "nightly.sh"), ("bash -o pipefail -x nightly.sh", "nightly.sh"),
    ("bash +o history nightly.sh", "nightly.sh"), ("bash --norc nightly.sh", "nightly.sh"),
    ("bash --rcfile /etc/x nightly.sh", "nightly.sh"), ("bash -- nightly.sh", "nightly.sh"), ("zsh -f n.zsh", "n.zsh"),
    // Python and others.
    ("python3 a.py", "a.py"), ("python3.13 -u -X dev src/a.py --n 3", "a.py"), ("python -W ignore a.py", "a.py"),
    ("python3 -m jobs.nightly --all", "jobs.nightly"), ("python3 -mjobs.nightly", "jobs.nightly"),
    ("python3 -um jobs.nightly", "jobs.nightly"),
    ("python3 -Wignore a.py", "a.py"), ("python3 .", "python3"), ("python3 app/", "python3"),
    ("node --no-warnings -r dotenv/config a.mjs", "a.mjs"), ("ruby -I lib a.rb", "a.rb"), ("ruby3.1 a.rb", "a.rb"),
    ("perl -w a.pl", "a.pl"), ("php -d x=1 -f a.php", "a.php"), ("Rscript a.R", "a.R"),
    ("Rscript --vanilla a.R", "a.R"),
    ("deno run --allow-net a.ts", "a.ts"), ("deno test", "deno"), ("bun a.ts", "a.ts"), ("bun run a.ts", "a.ts"),
    ("tsx a.ts", "a.ts"),
    // What starts them.
    ("env A=1 B=2 bash nightly.sh", "nightly.sh"), ("env -u HOME -i ./nightly.sh", "nightly.sh"),
    ("nice -n 10 python3 a.py", "a.py"), ("nice -10 ./a.sh", "a.sh"), ("nohup ./a.sh", "a.sh"),
    ("setsid -w bash a.sh", "a.sh"),
    ("timeout 1h ./a.sh", "a.sh"), ("timeout -k 5 --signal=TERM 1h bash a.sh", "a.sh"),
    ("flock -n /tmp/l ./a.sh", "a.sh"),
    ("stdbuf -oL python3 a.py", "a.py"), ("stdbuf -o L python3 a.py", "a.py"), ("/usr/bin/time -v ./a.sh", "a.sh"),
    ("nice ionice -c 3 timeout 5 bash a.sh", "a.sh"), ("uv run a.py", "a.py"),
    ("uv run --with openai python3 a.py", "a.py"),
    ("poetry run python a.py", "a.py"), ("uv sync", "uv"), ("env", "env"), ("env -S bash a.sh", "env"),
    ("timeout 5", "timeout"),
  ]) func theScriptIsTheName(line: String, name: String) {
    #expect(CommandName(line.split(separator: " ").map(String.init)).text == name)
  }

  @Test(arguments: [
    ("bash -c x", "bash"), ("bash -lc x", "bash"), ("sh -euc x y", "sh"), ("python3 -c x", "python3"),
    ("python3 -uc x", "python3"),
    ("python3", "python3"), ("python3 -", "python3"), ("bash -s", "bash"), ("node -e x", "node"),
    ("node --eval x", "node"),
    ("perl -ne x f", "perl"), ("perl -lane x f", "perl"), ("php -r x", "php"), ("ruby -e x", "ruby"),
    ("nice bash -c x", "bash"),
  ]) func codeHasNoNameOfItsOwn(line: String, name: String) {
    let found = CommandName(line.split(separator: " ").map(String.init))
    #expect(found.text == name && found.isUnnamed && found.script == nil)
  }

  @Test(arguments: ["python3 --version", "bash --version", "node -v", "./a.sh", "bash a.sh -c x", "python3 a.py -c x"])
  func allElseHasOne(line: String) {
    #expect(!CommandName(line.split(separator: " ").map(String.init)).isUnnamed)
  }

  @Test func theScriptsPathIsAsItWasGiven() {
    #expect(CommandName(["bash", "jobs/a.sh"]).script == "jobs/a.sh")
    #expect(CommandName(["./a.sh"]).script == nil && CommandName(["python3", "-m", "a"]).script == nil)
  }

  /// The name is kept in the ledger, and shown: what may be a secret is none.
  @Test(arguments: [
    ("uv run --index-url https://bob:s3cr3t@pypi.example nightly.py", "nightly.py"),
    ("uv run --default-index https://bob:s3cr3t@pypi.example", "uv"), ("uv run --token s3cr3t", "uv"),
    ("bash -s s3cr3t", "bash"), ("bash -s -- --token s3cr3t", "bash"), ("bash -es s3cr3t", "bash"), ("sh s3cr3t", "sh"),
    ("perl -eprint s3cr3t", "perl"), ("perl -ne'x' s3cr3t", "perl"), ("python3 -cpass s3cr3t", "python3"),
    ("python3 -m s3cr3t@x", "python3"), ("python3 --token s3cr3t", "python3"), ("node --token s3cr3t x.js", "x.js"),
    ("bash -- s3cr3t", "bash"), ("env A=s3cr3t s3cr3t", "env"), ("timeout 5 s3cr3t", "timeout"),
    ("php -f s3cr3t", "php"),
  ]) func noSecretBecomesAName(line: String, name: String) {
    #expect(CommandName(line.split(separator: " ").map(String.init)).text == name)
  }

  /// What an option takes is not the script, and letters within its value are no options.
  @Test(arguments: [
    ("uv run --package jobs a.py", "a.py"), ("uv run --python-preference managed a.py", "a.py"),
    ("uv run --with-editable . a.py", "a.py"), ("node --inspect-port 9229 x.js", "x.js"),
    ("deno run --cert ca.pem n.ts", "n.ts"), ("bun install", "bun"), ("bun run build", "bun"),
    ("perl -Mautodie n.pl", "n.pl"), ("perl -I/usr/core n.pl", "n.pl"), ("ruby -Ilib/core n.rb", "n.rb"),
    ("python3 -Wdefault::basic n.py", "n.py"), ("python3 -Xdev -Wc n.py", "n.py"),
  ]) func valuesOfOptionsAreNone(line: String, name: String) {
    let found = CommandName(line.split(separator: " ").map(String.init))
    #expect(found.text == name && !(found.isUnnamed && name.contains(".")))
  }
}
