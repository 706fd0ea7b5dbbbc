import CommandSpec
import Configuration
import Dashboard
import GuardModel
import HTTPWire
import Ledger
import Posix
import SQLiteLedger
import Terminal

/// `llmguard usage serve`: the dashboard, live, for a browser on this machine.
enum UsageServeCommand {
  static let port = Option<Int64>(
    "--port", metavar: "N", summary: "the port; 0 takes a free one", defaultText: "0",
    read: ValueReader.wholeNumber(0...65_535))

  static let command = Command<CLIHandler>(
    "serve", summary: "Show the dashboard live to a browser on this machine",
    description: [
      "It listens on 127.0.0.1 alone and prints a link with a secret in it; whoever has not got the link is told nothing. It "
        + "only reads. The page looks for news every five seconds. ^C ends it, and so does "
        + "SIGTERM. What a script starts in its background ignores ^C, by most shells: `kill` ends that."
    ],
    options: [port.spec, UsageRange.since.spec, UsageFilter.user.spec, UsageRange.timezone.spec],
    examples: [Example("llmguard usage serve", "Then open the link it prints.")], handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let zone = context.zone(settings, named: arguments[UsageRange.timezone])
    func since() throws(Failure) -> Int64 {
      let now = Clock.unixMs
      return try UsageRange.instant(arguments[UsageRange.since], UsageRange.since, now, zone) ?? now - 30 * 86_400_000
    }
    // What cannot be meant is refused before anybody has the link.
    _ = try since()
    let ledger = try context.readingLedger(settings, follows: true)
    try UnknownNames(settings, ledger, context).warn(arguments)
    let listener: Socket
    do throws(PosixError) {
      listener = try Socket.listening(port: UInt16(arguments[port] ?? 0), backlog: 16)
    } catch {
      throw Failure(
        "--port \(arguments[port] ?? 0): cannot listen on it: \(error.reason)",
        hint: "another program may have it: choose another, or leave --port out for a free one",
        status: Failure.Status.cannotCreate)
    }
    let server = DashboardServer(
      port: listener.port, secret: Random.hexadecimal(bytes: 16),
      page: { () throws(Failure) in
        let content = try DashboardContent.read(
          ledger, settings, sinceUnixMs: try since(), untilUnixMs: nil, user: arguments[UsageFilter.user],
          zone: zone)
        return Dashboard(content, isLive: true).html
      })
    try context.print(server.link + "\n")
    // A shell without job control starts what is in its background with SIGINT ignored.
    let end = SignalPause.isInterruptIgnored ? "'kill \(ProcessInfo.id)'" : "^C"
    context.say(.note, "the link is for you alone; \(end) ends it")
    StandardStreams.ignoreBrokenPipes()
    while true {
      do throws(PosixError) { server.answer(try listener.accept()) } catch {
        throw Failure(error, hint: "start it again")
      }
    }
  }
}
