import Posix
import PretendProvider

// Serves until its standard input ends: whoever started it holds the other end, and it cannot outlive them.
// Prints its address; `--port N` asks for a port.
FileDescriptor.ensureStandardOpen()
let arguments = CommandLine.arguments
let port = arguments.firstIndex(of: "--port").flatMap { arguments.dropFirst($0 + 1).first }.flatMap { UInt16($0) } ?? 0
let provider = try PretendProvider(port: port)
try StandardStreams.print(provider.url + "\n")
var buffer = [UInt8](repeating: 0, count: 4096)
while let count = try? buffer.withUnsafeMutableBytes({ try FileDescriptor.input.read(into: $0) }), count > 0 {}
