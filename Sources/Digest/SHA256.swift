import CDigest

/// The SHA-256 hash.
///
/// *Source:* FIPS 180-4, sections 4.1.2, 5 and 6.2.
public struct SHA256: Sendable {
  private var state: SIMD8<UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// The bytes that do not fill a block yet.
  private var block = SIMD64<UInt8>()
  private var byteCount: UInt64 = 0

  /// Whether the processor's own instructions are used, where it has some.
  private let isQuick: Bool

  /// Begins a hash.
  public init() { self.init(isQuick: Self.canBeQuick) }

  init(isQuick: Bool) { self.isQuick = isQuick && Self.canBeQuick }

  private static let canBeQuick = llmguard_sha256_is_quick() != 0

  /// The hash of an array's bytes: 32 bytes.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The hash of bytes where they stand: 32 bytes.
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The hash of some bytes: 32 bytes.
  public static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// How many bytes of the block are filled.
  private var filled: Int { Int(byteCount % 64) }

  /// Adds the bytes of an array: what nearly everybody has, and what no runtime needs to look at.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ update(UnsafeRawBufferPointer($0)) }) != nil { return }
    for byte in bytes { add(byte) }
  }

  private mutating func add(_ byte: UInt8) {
    let place = filled
    withUnsafeMutableBytes(of: &block) { $0[place] = byte }
    byteCount += 1
    if filled == 0 { compressBlock() }
  }

  private mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    if filled != 0 { take(&rest) }
    let whole = rest.count / 64 * 64
    compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)))
    rest = rest.dropFirst(whole)
    byteCount += UInt64(whole)
    take(&rest)
  }

  /// Takes bytes until a block is full, or there are no more.
  private mutating func take(_ rest: inout Slice<UnsafeRawBufferPointer>) {
    let (start, count) = (filled, min(64 - filled, rest.count))
    if count == 0 { return }
    withUnsafeMutableBytes(of: &block) { block in
      UnsafeMutableRawBufferPointer(rebasing: block[start...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
    }
    rest = rest.dropFirst(count)
    byteCount += UInt64(count)
    if filled == 0 { compressBlock() }
  }

  private mutating func compressBlock() {
    let full = block
    withUnsafeBytes(of: full) { compress($0) }
  }

  /// Ends the hash: 32 bytes. Nothing may be added afterwards.
  public mutating func finish() -> [UInt8] {
    let (bits, start) = (byteCount * 8, filled)
    var isFull = false
    withUnsafeMutableBytes(of: &block) { block in
      block[start] = 0x80
      for index in (start + 1)..<64 { block[index] = 0 }
      isFull = start >= 56
    }
    if isFull {
      compressBlock()
      block = SIMD64()
    }
    withUnsafeMutableBytes(of: &block) { $0.storeBytes(of: bits.bigEndian, toByteOffset: 56, as: UInt64.self) }
    compressBlock()
    let state = state
    @inline(__always) func byte(_ index: Int) -> UInt8 {
      UInt8(truncatingIfNeeded: state[index / 4] >> UInt32(24 - index % 4 * 8))
    }
    // A literal: for a list of a capacity the language's runtime looks for its type each time.
    return [
      byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7), byte(8), byte(9), byte(10), byte(11),
      byte(12), byte(13), byte(14), byte(15), byte(16), byte(17), byte(18), byte(19), byte(20), byte(21), byte(22),
      byte(23), byte(24), byte(25), byte(26), byte(27), byte(28), byte(29), byte(30), byte(31),
    ]
  }

  /// Takes in whole blocks.
  private mutating func compress(_ blocks: UnsafeRawBufferPointer) {
    guard blocks.count >= 64, let bytes = blocks.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    withUnsafeMutableBytes(of: &state) { [isQuick] state in
      let words = state.assumingMemoryBound(to: UInt32.self).baseAddress
      if isQuick {
        llmguard_sha256_blocks(words, bytes, blocks.count / 64)
      } else {
        llmguard_sha256_blocks_plain(words, bytes, blocks.count / 64)
      }
    }
  }
}
