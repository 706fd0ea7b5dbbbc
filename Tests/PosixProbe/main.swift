import Glibc
import MathTable
import Posix

// Runs one command the way `llmguard run` does, for tests that need a process of their own: signals, the standard
// descriptors and the exit status belong to a whole process.
//
//     posix-probe [--watch FILE] [--watch-error FILE] [--relay TEXT] [--set NAME=VALUE] [--unset NAME]
//         [--let-sockets] [--isolate TEXT] [--socket-input FILE] COMMAND [ARG…]
//     posix-probe peek [PATIENCE-MS]      prints "complete|open COUNT"
//     posix-probe heap                    prints "whole", or what is wrong with SQLite's memory
//     posix-probe mathematics             prints "N functions, N late", and which answer differently from the C library's
//
// What a watcher saw is appended to its file. An isolated command finds a server at $INSIDE that answers with the text; it has
// no UNIX sockets unless it is let. A
// socket as its input is what some programs give to those that they start; a file's bytes come through it, piece by piece.

FileDescriptor.ensureStandardOpen()
var arguments = Array(CommandLine.arguments.dropFirst())

@MainActor func next() -> String { arguments.isEmpty ? "" : arguments.removeFirst() }

func recorder(_ path: String) throws -> (UnsafeRawBufferPointer) -> Void {
  let file = try FileDescriptor.open(path, .append)
  return { try? file.writeAll($0) }
}

if arguments.first == "heap" {
  let problem = heapProblem()
  try StandardStreams.print("\(problem ?? "whole")\n")
  ChildStatus.exited(problem == nil ? 0 : 1).reproduce()
}

if arguments.first == "mathematics" {
  var (functions, late): (Int32, Int32) = (0, 0)
  let different = math_table_check(&functions, &late)
  try StandardStreams.print(different < 0 ? "no library\n" : "\(functions) functions, \(late) late\n")
  ChildStatus.exited(different == 0 ? 0 : 1).reproduce()
}

if arguments.first == "peek" {
  _ = next()
  let view = PipePeek.standardInput(patienceMs: Int64(next()))
  try StandardStreams.print("\(view.isComplete ? "complete" : "open") \(view.bytes.count)\n")
  ChildStatus.exited(0).reproduce()
}

var command = ChildCommand(arguments: [])
var letsSockets = false
options: while let option = arguments.first {
  switch option {
  case "--watch":
    _ = next()
    command.watchOutput = try recorder(next())
  case "--watch-error":
    _ = next()
    command.watchError = try recorder(next())
  case "--relay":
    _ = next()
    command.input = .relayed(first: Array(next().utf8), watch: { _ in })
  case "--set":
    _ = next()
    let pair = next().split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    command.environment[pair[0]] = .some(pair[1])
  case "--unset":
    _ = next()
    command.environment[next()] = .some(nil)
  case "--let-sockets":
    _ = next()
    letsSockets = true
  case "--isolate":
    _ = next()
    let network = try IsolatedNetwork(allowsUnixSockets: letsSockets)
    let text = next()
    try Thread.start {
      while let socket = try? network.listener.accept() {
        try? socket.writeAll(Array("HTTP/1.0 200 OK\r\n\r\n\(text)".utf8))
        socket.endWriting()
        // Whoever asks has not been read; closing at once would take the answer away.
        Clock.sleep(ms: 100)
        socket.close()
      }
    }
    command.network = network
    command.environment["INSIDE"] = .some("http://127.0.0.1:\(network.listener.port)/")
  case "--socket-input":
    _ = next()
    let bytes = try File.readAll(next())
    var ends: [Int32] = [-1, -1]
    if socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) != 0 {
      throw PosixError("socketpair")
    }
    dup2(ends[0], 0)
    close(ends[0])
    let outside = Socket(adopting: FileDescriptor(ends[1]))
    try Thread.start {
      for start in stride(from: 0, to: bytes.count, by: 50_000) {
        try? outside.writeAll(Array(bytes[start..<min(start + 50_000, bytes.count)]))
      }
      outside.endWriting()
    }
  default: break options
  }
}
command.arguments = arguments
command.run().reproduce()
