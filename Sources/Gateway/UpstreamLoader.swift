import Posix
import Upstream

/// Loads libcurl when the first call comes: a command that makes none takes ten megabytes less.
final class UpstreamLoader: Sendable {
  private let loaded = Locked<Result<UpstreamClient, UpstreamError>?>(nil)

  func client() throws(UpstreamError) -> UpstreamClient {
    let result = loaded.use { loaded -> Result<UpstreamClient, UpstreamError> in
      if let loaded { return loaded }
      let result: Result<UpstreamClient, UpstreamError>
      do throws(UpstreamError) { result = .success(try UpstreamClient()) } catch { result = .failure(error) }
      loaded = result
      return result
    }
    return try result.get()
  }
}
