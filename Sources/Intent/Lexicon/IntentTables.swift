import CIntentTables

/// The tables of words, which stand in the program's file.
public enum IntentTables {
  /// Gives back the memory that holds what was read of them; they are read again, page by page, when they are needed. For
  /// when nobody has asked for anything for a while.
  public static func giveBack() { intent_give_back() }
}
