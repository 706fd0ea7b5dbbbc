import Ledger
import Posix
import Terminal

/// A folder on the way to a file that is closed to whoever runs llmguard: a HOME that is another user's, as `sudo` or a service may
/// leave it.
struct ClosedFolder {
  let path: String

  /// The one on the way to a file; `nil` where there is none.
  init?(onTheWayTo file: String) {
    guard let path = Folder.closed(onTheWayTo: file) else { return nil }
    self.path = path
  }

  /// The one that an error of the ledger's comes from; `nil` where it comes from something else.
  init?(_ error: LedgerError) {
    switch error {
    case .readOnly(let file), .cannotOpen(let file, _): self.init(onTheWayTo: file)
    default: return nil
    }
  }

  var message: String { "the folder '\(TerminalText.safe(path))' cannot be entered" }

  var hint: String {
    let isHome = Environment.home.map { ($0 + "/").hasPrefix(path + "/") } ?? false
    return isHome
      ? "\(Environment.home == path ? "it is HOME" : "HOME is in it"), and another user's or closed to you: let HOME name a "
        + "folder of your own, as 'sudo -H' and 'su -' do"
      : "it is another user's or closed to you: make it yours ('chown'), or open it for you ('chmod')"
  }
}
