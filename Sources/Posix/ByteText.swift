import Glibc

/// Bytes that are mostly text, as text: for what is looked through, changed in places, and goes on with the bytes that it had.
///
/// A byte that is no UTF-8 stands as one scalar of its own, at the end of the last private plane. So do the bytes of such a scalar
/// that is in the text already: the way back gives each text its bytes.
public enum ByteText {
  /// What is added to a byte for its scalar.
  private static let base: UInt32 = 0x10FF00
  /// What the form in UTF-8 of all such scalars begins with.
  private static let firstByte: UInt8 = 0xF4

  /// The text of some bytes.
  public static func text(_ bytes: [UInt8]) -> String {
    // Nearly all are as they should be.
    if !bytes.contains(firstByte), let text = String(validating: bytes, as: UTF8.self) { return text }
    return NameBytes.text(bytes, isStray: { byte(of: $0) != nil }) { byte, text in
      if let scalar = Unicode.Scalar(base + UInt32(byte)) { text.append(scalar) }
    }
  }

  /// The bytes that a text stands for.
  public static func bytes(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    if !bytes.contains(firstByte) { return bytes }
    return text.unicodeScalars.flatMap { scalar in byte(of: scalar).map { [$0] } ?? Array(String(scalar).utf8) }
  }

  /// The text as people are shown it: with the sign of a repair for each byte that is none.
  public static func shown(_ text: String) -> String { String(decoding: bytes(text), as: UTF8.self) }

  /// The byte that a scalar stands for; `nil` for one that is itself. ASCII is always text.
  private static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    scalar.value >= base + 0x80 ? UInt8(truncatingIfNeeded: scalar.value) : nil
  }

  // MARK: - Files

  /// Reads a file whose path is such a text.
  public static func readFile(_ path: String) throws(PosixError) -> [UInt8] {
    guard let file = FileDescriptor.open(bytes: name(path), O_RDONLY) else {
      throw PosixError("open", path: shown(path))
    }
    defer { file.close() }
    return try File.readAll(of: file, shown(path))
  }

  /// Whether a file with content of its own is at such a path.
  public static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(name(path), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether something is at such a path.
  public static func isThere(_ path: String) -> Bool { access(name(path), F_OK) == 0 }

  /// A path for the system.
  private static func name(_ path: String) -> [CChar] { bytes(path).map { CChar(bitPattern: $0) } + [0] }
}

extension Environment {
  /// A variable's value as a `ByteText`; `nil` when it is not set.
  public static func byteText(_ name: String) -> String? {
    getenv(name).map { ByteText.text(Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))) }
  }
}
