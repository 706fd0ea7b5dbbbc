import Posix

/// Why a request did not bring a whole reply.
public enum UpstreamError: Error, Hashable, Sendable {
  /// libcurl is not installed, or too old.
  case noLibrary(String)
  /// No file can be opened any more, and so not what was wanted.
  case noFilesLeft(String)
  /// The server was not reached: no name, no connection, no trust. Nothing of the request was answered.
  case unreachable(String)
  /// Nothing came in the time there was.
  case timedOut(String)
  /// The connection broke off.
  case broken(String)
  /// The client left, or the one who asked wanted no more.
  case cancelled

  /// What happened, for a person.
  public var message: String {
    switch self {
    case .noLibrary(let problem): problem
    case .noFilesLeft(let wanted): "too many open files: \(wanted)"
    case .unreachable(let reason): "the provider cannot be reached: \(reason)"
    case .timedOut(let reason): "the provider took too long: \(reason)"
    case .broken(let reason): "the connection to the provider broke: \(reason)"
    case .cancelled: "the client left"
    }
  }

  /// Whether the same request may have better luck later: whoever asks the provider itself tries again then.
  public var mayPass: Bool { if case .noLibrary = self { false } else { true } }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .noLibrary: "install it: apt-get install libcurl4"
    case .noFilesLeft: OpenFiles.remedy
    case .unreachable: "check the base address, the network, HTTPS_PROXY, and SSL_CERT_FILE for a private authority"
    case .timedOut, .broken: "try again later"
    case .cancelled: "nothing is to be done"
    }
  }
}
