import Posix

FileDescriptor.ensureStandardOpen()
ChildStatus.exited(Bench.run(Array(CommandLine.arguments.dropFirst()))).reproduce()
