import Configuration
import TextFormats

/// The configuration: every mistake lies in its file, and reading a file twice says the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = input(data, count)
  let problems = read(bytes, .user)
  let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  for problem in problems {
    require(problem.path == "f", "a mistake is of the file: \(problem)")
    guard let position = problem.position else { fatalError("a mistake of a file has a place: \(problem)") }
    requirePlace(of: TextFormatError(position: position, message: problem.message), in: bytes, skipping: mark)
  }
  require(read(bytes, .user) == problems, "the same mistakes again")
  _ = read(bytes, .system)
  return 0
}

private func read(_ bytes: [UInt8], _ kind: ConfigSource.Kind) -> [ConfigProblem] {
  ConfigReader.read([ConfigSource(path: "f", bytes: bytes, kind: kind)], isKnownZone: { $0 == "UTC" }).problems
}
