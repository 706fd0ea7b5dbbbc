import CPosix
import Glibc

/// A system library that is looked for at run time, so that the build and those who do not use it need nothing of it.
///
/// It is never unloaded: functions found in it stay valid.
public struct DynamicLibrary: @unchecked Sendable {
  /// The name it was found under.
  public let name: String
  private let handle: UnsafeMutableRawPointer

  /// Loads the first library that is there.
  ///
  /// - Parameter names: file names such as `libcurl.so.4`, by preference.
  /// - Returns: `nil` when none is there.
  public init?(firstOf names: [String]) {
    for name in names {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        self.name = name
        self.handle = handle
        return
      }
    }
    return nil
  }

  /// A function; `nil` when the library has none of that name.
  ///
  /// - Parameters:
  ///   - name: the symbol.
  ///   - type: its type, a `@convention(c)` function; nothing can check it.
  public func function<F>(_ name: String, as type: F.Type) -> F? {
    dlsym(handle, name).map { unsafeBitCast($0, to: type) }
  }

  /// A function by its address, for calling it through `VariadicOption`.
  public func address(_ name: String) -> UnsafeMutableRawPointer? { dlsym(handle, name) }
}

/// Calls functions of the form `int set(void *object, int option, ...)`, which Swift cannot call itself.
public struct VariadicOption: @unchecked Sendable {
  private let function: UnsafeMutableRawPointer

  /// Wraps a function.
  ///
  /// - Parameter function: its address; nothing can check that it has the form.
  public init(_ function: UnsafeMutableRawPointer) { self.function = function }

  /// Passes a `long`.
  public func callAsFunction(_ object: UnsafeMutableRawPointer, _ option: Int32, _ value: Int) -> Int32 {
    llmguard_option_long(function, object, option, value)
  }

  /// Passes a 64-bit offset.
  public func callAsFunction(_ object: UnsafeMutableRawPointer, _ option: Int32, offset: Int64) -> Int32 {
    llmguard_option_offset(function, object, option, offset)
  }

  /// Passes a pointer to data or to a function.
  public func callAsFunction(
    _ object: UnsafeMutableRawPointer, _ option: Int32, pointer: UnsafeRawPointer?
  ) -> Int32 {
    llmguard_option_pointer(function, object, option, pointer)
  }
}
