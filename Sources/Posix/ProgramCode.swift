import CPosix

/// The program's own code, as the process maps it.
public enum ProgramCode {
  /// Gives back the memory of what is executed once or seldom, such as a start's; it is mapped from the program's file again,
  /// piece by piece, where it is executed after all. What every call executes stays (`Sources/llmguard/link/order`).
  ///
  /// The kernel maps sixteen pages where one is needed, so that a gateway had eighty per cent of its code mapped, of which a
  /// call executes a tenth. It does nothing in a program whose functions are not placed (a debug build), and never changes
  /// what the program does. *Source:* madvise(2).
  ///
  /// - Parameter inPieces: from then on it maps four pages at the most. That costs whoever calls a fault more here and there, and
  ///   takes five megabytes off a process of which many threads execute a little of everything.
  public static func giveBack(inPieces: Bool = false) { llmguard_give_back_code(inPieces ? 1 : 0) }
}
