import CPosix

/// The C library's memory for what is allocated.
public enum Heap {
  /// Fits it to a process of many threads that all do a little: few arenas, so that each of many threads does not keep a
  /// piece of its own, and no giving back after every call of what the next one needs again.
  ///
  /// It counts for threads that are started afterwards. *Source:* mallopt(3).
  public static func shareAmongThreads() { llmguard_share_heap(2, 1 << 20, 1 << 18) }

  /// Gives back what it keeps of what was freed. It takes a moment, and what is needed again is got anew: for when nobody has
  /// anything to do. *Source:* malloc_trim(3).
  public static func giveBack() { llmguard_give_back_heap() }
}
