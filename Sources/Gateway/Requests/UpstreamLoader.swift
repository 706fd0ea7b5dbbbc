import Posix
import Upstream

/// Loads libcurl when the first call comes: a command that makes no calls takes ten megabytes less.
final class UpstreamLoader: Sendable {
  private let loaded = Locked<Result<UpstreamClient, UpstreamError>?>(nil)
  private let isExpected = Locked(false)

  /// Begins to load it, once, on a thread of its own, while the call is still read, planned and held in the ledger: it takes
  /// five milliseconds and more, as libcurl brings some thirty libraries with it.
  func expectCall() {
    let isFirst = isExpected.useQuietly { isExpected, _ in
      defer { isExpected = true }
      return !isExpected
    }
    // Where there is no thread to be had, the call loads it.
    if isFirst { try? Thread.start { [self] in _ = try? client() } }
  }

  /// Waits until what is being loaded is there: a process must not end in the midst of it.
  func finish() { loaded.use { _ in } }

  func client() throws(UpstreamError) -> UpstreamClient {
    let result = loaded.use { loaded -> Result<UpstreamClient, UpstreamError> in
      if let loaded { return loaded }
      let result: Result<UpstreamClient, UpstreamError>
      // What a start executed stands in the way of what is loaded now.
      ProgramCode.giveBack()
      do throws(UpstreamError) {
        result = .success(try UpstreamClient())
        // Of thirty libraries most is executed while they are loaded, and never again.
        ProgramCode.giveBack()
      } catch {
        // Files may be closed by the next call.
        if case .noFilesLeft = error { return .failure(error) }
        result = .failure(error)
      }
      loaded = result
      return result
    }
    return try result.get()
  }
}
