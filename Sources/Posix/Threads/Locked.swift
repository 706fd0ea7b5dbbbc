import CPosix

/// A value that one thread at a time uses.
///
/// Its methods are compiled where they are used, for the value that is guarded there: as generic code they would take longer
/// than what most of them do.
///
/// Whoever waits sleeps on a number that counts the changes, and whoever has changed the value wakes them after letting go of
/// it, where there are any: so they do not meet at the lock, as they would with the condition variable of the C library.
public final class Locked<Value>: @unchecked Sendable {
  @usableFromInline let gate: OpaquePointer
  /// Apart from the object: the lock sees to it that one thread at a time uses it, and nobody has to look again.
  @usableFromInline let value: UnsafeMutablePointer<Value>

  /// Guards a value.
  public init(_ value: Value) {
    let alignment = MemoryLayout<Value>.alignment
    guard let gate = llmguard_gate_make(MemoryLayout<Value>.size, alignment) else { fatalError("out of memory") }
    self.gate = gate
    self.value = llmguard_gate_value(gate, alignment).bindMemory(to: Value.self, capacity: 1)
    self.value.initialize(to: value)
  }

  deinit {
    value.deinitialize(count: 1)
    llmguard_gate_free(gate)
  }

  /// Uses the value; whoever waits for it to change looks again afterwards.
  @inlinable
  public func use<Result, Failure>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
    llmguard_gate_lock(gate)
    defer { llmguard_gate_unlock(gate, 1) }
    return try body(&value.pointee)
  }

  /// Uses the value and tells nobody who waits, but where the body says that they should look again.
  @inlinable
  public func useQuietly<Result>(_ body: (inout Value, _ tells: inout Bool) -> Result) -> Result {
    llmguard_gate_lock(gate)
    var tells = false
    defer { llmguard_gate_unlock(gate, tells ? 1 : 0) }
    return body(&value.pointee, &tells)
  }

  /// Waits until the value fits, then uses it.
  @inlinable
  public func wait<Result>(until fits: (Value) -> Bool, _ body: (inout Value) -> Result) -> Result {
    llmguard_gate_lock(gate)
    defer { llmguard_gate_unlock(gate, 1) }
    while !fits(value.pointee) { llmguard_gate_wait(gate, -1) }
    return body(&value.pointee)
  }

  /// Waits until the value fits, then uses it, and tells nobody else who waits.
  @inlinable
  public func waitQuietly<Result>(until fits: (Value) -> Bool, _ body: (inout Value) -> Result) -> Result {
    llmguard_gate_lock(gate)
    defer { llmguard_gate_unlock(gate, 0) }
    while !fits(value.pointee) { llmguard_gate_wait(gate, -1) }
    return body(&value.pointee)
  }

  /// Waits until the value fits, then looks at it: nothing changes, so nobody has to look again.
  @inlinable
  public func look<Result>(when fits: (Value) -> Bool, _ body: (Value) -> Result) -> Result {
    llmguard_gate_lock(gate)
    defer { llmguard_gate_unlock(gate, 0) }
    while !fits(value.pointee) { llmguard_gate_wait(gate, -1) }
    return body(value.pointee)
  }

  /// Waits until the value fits, but no longer than some time, then uses it, whether it fits or not.
  ///
  /// - Parameter ms: milliseconds; `nil` for no limit.
  public func wait<Result>(atMostMs ms: Int64?, until fits: (Value) -> Bool, _ body: (inout Value) -> Result) -> Result
  {
    guard let ms else { return wait(until: fits, body) }
    let endNs = Clock.monotonicNanoseconds + ms * 1_000_000
    llmguard_gate_lock(gate)
    defer { llmguard_gate_unlock(gate, 1) }
    while !fits(value.pointee) {
      let leftNs = endNs - Clock.monotonicNanoseconds
      if leftNs <= 0 { break }
      llmguard_gate_wait(gate, leftNs)
    }
    return body(&value.pointee)
  }
}
