import CPosix
import Glibc

/// Words of 32 bits at the beginning of a file, in memory shared with whoever maps them as well. They begin as zeros, and may be
/// lost: nothing may depend on them but how soon something is done.
public final class SharedWords {
  /// The words.
  public let words: UnsafeMutablePointer<UInt32>
  private let count: Int32

  /// Maps a file's words; a missing file is made, for the user alone. `nil` where that cannot be done.
  ///
  /// - Parameter count: at most 64.
  public init?(path: String, count: Int) {
    guard let file = try? FileDescriptor.open(path, .readWrite, followLinks: false) else { return nil }
    defer { file.close() }
    guard let words = llmguard_map_words(file.number, Int32(count)) else { return nil }
    self.words = words
    self.count = Int32(count)
  }

  deinit { llmguard_unmap_words(words, count) }
}
