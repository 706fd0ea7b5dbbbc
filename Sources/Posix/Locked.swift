import Glibc

/// A value that one thread at a time uses.
///
/// Its methods are compiled where they are used, for the value that is guarded there: as generic code they would take longer
/// than what most of them do.
public final class Locked<Value>: @unchecked Sendable {
  @usableFromInline let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  @usableFromInline let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  @usableFromInline var value: Value

  /// Guards a value.
  public init(_ value: Value) {
    self.value = value
    mutex.initialize(to: pthread_mutex_t())
    changed.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // Waiting for some time must not end sooner or later because the clock was set.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Uses the value; whoever waits for it to change looks again afterwards.
  @inlinable
  public func use<Result, Failure>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return try body(&value)
  }

  /// Uses the value and tells nobody who waits, but where the body says that they should look again.
  @inlinable
  public func useQuietly<Result>(_ body: (inout Value, _ tells: inout Bool) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    var tells = false
    defer {
      if tells { pthread_cond_broadcast(changed) }
      pthread_mutex_unlock(mutex)
    }
    return body(&value, &tells)
  }

  /// Waits until the value fits, then uses it.
  @inlinable
  public func wait<Result>(until fits: (Value) -> Bool, _ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    while !fits(value) { pthread_cond_wait(changed, mutex) }
    return body(&value)
  }

  /// Waits until the value fits, then looks at it: nothing changes, so nobody has to look again.
  @inlinable
  public func look<Result>(when fits: (Value) -> Bool, _ body: (Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !fits(value) { pthread_cond_wait(changed, mutex) }
    return body(value)
  }

  /// Waits until the value fits, but no longer than some time, then uses it, whether it fits or not.
  ///
  /// - Parameter ms: milliseconds; `nil` for no limit.
  public func wait<Result>(atMostMs ms: Int64?, until fits: (Value) -> Bool, _ body: (inout Value) -> Result) -> Result
  {
    guard let ms else { return wait(until: fits, body) }
    let end = Clock.monotonicNanoseconds + ms * 1_000_000
    var instant = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    while !fits(value), pthread_cond_timedwait(changed, mutex, &instant) != ETIMEDOUT {}
    return body(&value)
  }
}
