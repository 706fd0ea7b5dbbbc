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
    guard isQuick else {
      for start in stride(from: 0, to: blocks.count, by: 64) {
        expand(UnsafeRawBufferPointer(rebasing: blocks[start..<(start + 64)]))
      }
      return
    }
    guard let bytes = blocks.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    withUnsafeMutableBytes(of: &state) { state in
      Self.constants.withUnsafeBufferPointer { constants in
        llmguard_sha256_blocks(
          state.assumingMemoryBound(to: UInt32.self).baseAddress, constants.baseAddress, bytes, blocks.count / 64)
      }
    }
  }

  private mutating func expand(_ block: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
      for i in 0..<16 {
        w.initializeElement(at: i, to: UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
      }
      for i in 16..<64 {
        let s0 = Self.rotate(w[i - 15], 7) ^ Self.rotate(w[i - 15], 18) ^ (w[i - 15] >> 3)
        let s1 = Self.rotate(w[i - 2], 17) ^ Self.rotate(w[i - 2], 19) ^ (w[i - 2] >> 10)
        w.initializeElement(at: i, to: w[i - 16] &+ s0 &+ w[i - 7] &+ s1)
      }
      mix(w)
    }
  }

  private mutating func mix(_ w: UnsafeMutableBufferPointer<UInt32>) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    Self.constants.withUnsafeBufferPointer { constants in
      for i in 0..<64 {
        let s1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
        let t1 = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[i] &+ w[i]
        let s0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
        let t2 = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
        (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
      }
    }
    state = state &+ SIMD8(a, b, c, d, e, f, g, h)
  }

  private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
