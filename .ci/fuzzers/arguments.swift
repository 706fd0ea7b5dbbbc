import CommandSpec

/// The argument parser, on the sample program of its tests: one argument a line. What is understood can be written in
/// another way that is understood alike; what is refused comes with a hint.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: input(data, count), as: UTF8.self)
  let arguments = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  do {
    guard case .run(let path, let parsed) = try CommandParser(SampleTree.root).parse(arguments) else { return 0 }
    require(path.last?.handler != nil, "what runs has something that runs it")
    let tail = arguments.suffix(parsed.operands.count)
    if path.last?.name == "run" {
      require(zip(tail, parsed.operands).allSatisfy(same), "another program's command line is passed untouched")
    }
    for isLong in [true, false] {
      let line = spelled(path, parsed, long: isLong)
      guard case .run(let pathAgain, let again)? = try? CommandParser(SampleTree.root).parse(line) else {
        fatalError("\(arguments) is understood, and \(line) is not")
      }
      require(pathAgain.map(\.name) == path.map(\.name), "\(line) is another command than \(arguments)")
      require(same(values(path, again), values(path, parsed)), "\(line) is understood otherwise than \(arguments)")
    }
  } catch {
    require(!error.message.isEmpty && !error.hint.isEmpty, "a mistake has a message and a hint: \(arguments)")
  }
  return 0
}

/// The same command line in another spelling: `--x=v` or `-x v` (`-x--` where the value is `--`), options first, then `--`, then the operands.
private func spelled(_ path: [Command<String>], _ parsed: ParsedArguments, long: Bool) -> [String] {
  var line = path.dropFirst().map(\.name)
  func option(_ names: String..., value: String?) {
    guard let value else { return }
    let name = names[names.count - 1]
    if long {
      line.append("\(names[0])=\(value)")
    } else if value != "--" {
      line += [name, value]
    } else {
      // What stands apart ends the options; as a value it has to be written onto its option.
      line.append(names.count > 1 ? "\(name)--" : "\(name)=--")
    }
  }
  option("--color", value: parsed[SampleTree.color])
  option("--config", value: parsed[SampleTree.config])
  if path.last?.name == "run" {
    option("--user", "-u", value: parsed[SampleTree.user])
    option("--max-tokens", "-n", value: parsed[SampleTree.count].map(String.init))
    option("--mode", value: parsed[SampleTree.mode]?.rawValue)
    for tag in parsed.all(SampleTree.tags) { option("--tag", value: tag) }
    if let open = parsed.given(SampleTree.open) { line.append(open ? "--fail-open" : "--no-fail-open") }
    if parsed[SampleTree.quiet] { line.append(long ? "--quiet" : "-q") }
    if parsed[SampleTree.dryRun] { line.append(long ? "--dry-run" : "-d") }
  }
  if path.last?.name == "set" { option("--reason", value: parsed[SampleTree.reason]) }
  return line + ["--"] + parsed.operands
}

/// Everything that was understood.
private func values(_ path: [Command<String>], _ parsed: ParsedArguments) -> String {
  var parts = [parsed[SampleTree.color] ?? "∅", parsed[SampleTree.config] ?? "∅"]
  if path.last?.name == "run" {
    parts += [parsed[SampleTree.user] ?? "∅", parsed[SampleTree.count].map(String.init) ?? "∅"]
    parts += parsed.all(SampleTree.tags) + [parsed[SampleTree.mode]?.rawValue ?? "∅"]
    parts += [parsed.given(SampleTree.open), parsed.given(SampleTree.quiet), parsed.given(SampleTree.dryRun)].map {
      $0.map { "\($0)" } ?? "∅"
    }
  }
  if path.last?.name == "set" { parts.append(parsed[SampleTree.reason] ?? "∅") }
  return (parts + parsed.operands).joined(separator: "\u{0}")
}
