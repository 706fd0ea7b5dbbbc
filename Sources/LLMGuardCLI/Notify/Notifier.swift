import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// Tells the command in `[notify]` what happened: each thing once, in a process of its own, without making the call wait.
///
/// Nothing that goes wrong here is the call's business: it is told on standard error, at most once an hour, and the call goes
/// on.
final class Notifier: CallObserver {
  private let settings: NotifySettings
  private let ledger: SQLiteLedger
  private let zone: ZoneOffsets
  private let isQuiet: Bool
  private let complain: (String) -> Void
  /// When something was last said, by the machine's clock since it started.
  private var saidAtMs: Int64?

  /// Makes a notifier; `nil` when nobody wants to be told.
  ///
  /// - Parameter isQuiet: whether what could not be told is left for the next one to say.
  init?(
    _ settings: Settings, ledger: SQLiteLedger, zone: @autoclosure () -> ZoneOffsets, isQuiet: Bool,
    complain: @escaping (String) -> Void
  ) {
    if settings.notify.command.isEmpty { return nil }
    self.settings = settings.notify
    self.ledger = ledger
    self.zone = zone()
    self.isQuiet = isQuiet
    self.complain = complain
    sayWhatWasNotTold()
  }

  /// Says that an event did not arrive, this run's or an earlier one's: once among all who ask.
  func sayWhatWasNotTold() {
    guard !isQuiet, mayComplain, let untold = UntoldEvent.take(ledgerPath: ledger.path) else { return }
    let time = CivilTime.date(untold.atUnixMs, in: zone) + " " + CivilTime.time(untold.atUnixMs, in: zone)
    say("an event could not be told at \(time): \(untold.problem)")
  }

  func admitted(_ call: HeldCall) { tell(CallEvent.of(call, nowUnixMs: Clock.unixMs)) }

  func refused(_ plan: Plan) {
    // Nobody is kept from anything by a judge that was not asked.
    if plan.request.operation != CallFacts.judgeOperation { tell(CallEvent.of(refused: plan, nowUnixMs: Clock.unixMs)) }
  }

  func settled(_ call: HeldCall, _ settled: Settled) {
    if settings.tells(.budget), !call.states.isEmpty {
      let now = Clock.unixMs
      do throws(LedgerError) {
        let states = try ledger.states(of: call.states.map(\.budget), nowUnixMs: now)
        tell(CallEvent.of(settled: call, states, nowUnixMs: now))
      } catch { say("cannot look at the budgets of \(call.plan.request.user): \(error)") }
    }
    guard settings.tells(.burnRate) else { return }
    let now = Clock.unixMs
    let user = call.plan.request.user
    do throws(LedgerError) {
      // Once a quarter of an hour and user is often enough to look.
      guard looked.isFirst(user, inQuarter: now / UsageQuery.quarterHourMs) else { return }
      guard let rate = try BurnRate(of: user, in: ledger, nowUnixMs: now), rate.isUnusual else { return }
      tell([
        CallEvent(
          kind: .burnRate, key: "burn\u{1F}\(user)\u{1F}\(CivilTime.date(now, in: zone))",
          untilUnixMs: now + 86_400_000,
          message: "\(user): \(HumanNumber.count(rate.now)) tokens in the last hour, where "
            + "\(HumanNumber.count(rate.usual)) are usual", plan: call.plan,
          details: [("tokens_last_hour", .int(rate.now)), ("tokens_usual_hour", .int(rate.usual))])
      ])
    } catch { say("cannot look at \(user)'s past: \(error)") }
  }

  private var looked = QuarterlyLooks()

  private func tell(_ events: [CallEvent]) {
    for event in events where settings.tells(event.kind) {
      let now = Clock.unixMs
      let notice = Notice(
        key: event.key, untilUnixMs: event.untilUnixMs, note: "\(event.kind.rawValue): \(event.message)",
        user: event.plan.request.user)
      do throws(LedgerError) {
        guard try ledger.take(notice, nowUnixMs: now) else { continue }
      } catch {
        say("cannot record a notice: \(error)")
        continue
      }
      // What cannot be run at all is said by the very run that has something to tell.
      if let problem = NotifyCommand.problem(settings.command[0]) {
        give(up: "\(event.kind.rawValue): the command '\(settings.command[0])' cannot be run: \(problem)", event, now)
      } else {
        // What is not committed is done again, and would be told again.
        let letter = event.json(nowUnixMs: now, zone: zone)
        ledger.whenCommitted { self.deliver(letter) }
      }
    }
    // Once a second is often enough to look.
    let second = Clock.monotonicNanoseconds / 1_000_000_000
    if second != lookedInSecond { sayWhatWasNotTold() }
    lookedInSecond = second
  }

  private var lookedInSecond: Int64 = 0

  private func give(up problem: String, _ event: CallEvent, _ nowUnixMs: Int64) {
    UntoldEvent(atUnixMs: nowUnixMs, problem: problem).keep(ledgerPath: ledger.path, isSaid: !isQuiet)
    do throws(LedgerError) {
      try ledger.record(notice: problem, user: event.plan.request.user, nowUnixMs: nowUnixMs)
    } catch { return say("cannot record a notice: \(error)") }
    if !isQuiet { say("an event could not be told: \(problem)") }
  }

  private func deliver(_ event: JSONValue) {
    do throws(PosixError) {
      try Delivery(command: settings.command, timeoutMs: settings.timeoutMs, event: event).start(
        ledgerPath: ledger.path)
    } catch { say("cannot start the command of [notify]: \(error)") }
  }

  /// Whether it is long enough since something was said; a server runs for months.
  private var mayComplain: Bool {
    saidAtMs.map { Clock.monotonicNanoseconds / 1_000_000 - $0 >= 3_600_000 } ?? true
  }

  private func say(_ text: String) {
    guard mayComplain else { return }
    complain(text)
    saidAtMs = Clock.monotonicNanoseconds / 1_000_000
  }

  /// Leaves a mark in the first folder of the user's own that can be written to; one that others write to would let them
  /// silence what is told.
  private static func isFirstTrouble(ofHour hour: Int64, ledgerPath: String) -> Bool {
    let prefix = "llmguard-trouble-"
    let cache = Environment.value("XDG_CACHE_HOME") ?? Environment.value("HOME").map { $0 + "/.cache" }
    for folder in [File.parent(of: ledgerPath), Environment.value("XDG_RUNTIME_DIR"), cache].compactMap({ $0 }) {
      let mark = "\(folder)/\(prefix)\(hour)"
      if File.exists(mark) { return false }
      guard let file = try? FileDescriptor.open(mark, .createNew, followLinks: false) else { continue }
      file.close()
      for name in (try? Folder.names(in: folder)) ?? [] where name.hasPrefix(prefix) && "\(folder)/\(name)" != mark {
        try? File.remove("\(folder)/\(name)")
      }
      return true
    }
    return false
  }

  /// Tells that the ledger cannot be used. What was told before cannot be looked up in it then, so an empty file of the hour
  /// stands for it; where not even that can be made, nothing is told, for it could be told without end.
  static func tellOfTrouble(_ message: String, _ settings: Settings, ledgerPath: String, zone: ZoneOffsets) {
    guard settings.notify.tells(.ledger) else { return }
    let now = Clock.unixMs
    guard isFirstTrouble(ofHour: now / 3_600_000, ledgerPath: ledgerPath) else { return }
    let event: JSONValue = [
      "schema": 1, "event": .string(NoticeKind.ledger.rawValue), "message": .string(message), "at_unix_ms": .int(now),
      "at": .string(CivilTime.rfc3339(now, in: zone)), "ledger": .string(ledgerPath),
    ]
    try? Delivery(command: settings.notify.command, timeoutMs: settings.notify.timeoutMs, event: event)
      .start(ledgerPath: ledgerPath)
  }
}
