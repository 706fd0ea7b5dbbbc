/// The few numbers of what a ledger object holds itself. A list: a set would have to ask the language's runtime how numbers
/// are hashed, which takes longer than all else that is done with them in a run.
struct OwnNumbers {
  private var numbers: [Int64] = []

  /// How many there are.
  var count: Int { numbers.count }
  /// All of them.
  var all: [Int64] { numbers }
  /// The largest; 0 where there is none.
  var largest: Int64 { numbers.max() ?? 0 }

  func contains(_ number: Int64) -> Bool { numbers.contains(number) }

  mutating func insert(_ number: Int64) { numbers.append(number) }

  /// Takes a number out. - Returns: whether it was there.
  mutating func remove(_ number: Int64) -> Bool {
    guard let index = numbers.lastIndex(of: number) else { return false }
    numbers.swapAt(index, numbers.count - 1)
    numbers.removeLast()
    return true
  }
}
