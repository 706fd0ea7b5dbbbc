/// An instruction as a point among others: the nearer two are, the likelier they ask for something similar.
///
/// Similar is not the same. The similarity tier finds candidates; it never answers unasked.
public struct SentenceVector: Sendable, Equatable {
  /// 64 numbers of unit length; all zero for a text without tokens.
  public let components: [Float]
  /// A bit for each component: whether it is above the mean of many instructions. Near vectors differ in few bits.
  public let signBits: UInt64

  /// The vector of an instruction; its first 256 tokens count.
  public init(_ instruction: String) {
    let table = SimilarityTable.shared
    var sum = [Float](repeating: 0, count: SimilarityTable.dimensions)
    for token in WordPiece.tokens(instruction) { table.add(token, to: &sum) }
    let length = Self.root(sum.reduce(0) { $0 + $1 * $1 })
    if length > 0 { for index in sum.indices { sum[index] /= length } }
    components = sum
    var bits: UInt64 = 0
    for index in sum.indices where sum[index] > table.mean(index) { bits |= 1 << UInt64(index) }
    signBits = bits
  }

  /// The square root, by Newton's method: the C library's would be one more thing to link.
  private static func root(_ square: Float) -> Float {
    guard square > 0 else { return 0 }
    var root = max(square, 1)
    for _ in 0..<40 {
      let next = (root + square / root) / 2
      if next == root { break }
      root = next
    }
    return root
  }

  /// The cosine of the angle between two instructions: 1 for the same tokens, about 0 for texts that have nothing in common.
  public func similarity(to other: SentenceVector) -> Float {
    var sum: Float = 0
    for index in components.indices { sum += components[index] * other.components[index] }
    return sum
  }

  /// In how many bits two vectors differ: 0 to 64.
  public func distance(to other: SentenceVector) -> Int { (signBits ^ other.signBits).nonzeroBitCount }
}
