import CSQLiteHeap
import Posix

/// Takes, resizes and frees memory of SQLite's heap at random, in a process of one thread and then in one of two, and looks
/// whether all of it keeps what was written.
///
/// - Returns: what was found wrong; `nil` when nothing was.
func heapProblem() -> String? {
  var state: UInt64 = 20_261_127
  func random(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
  var pieces: [(memory: UnsafeMutableRawPointer, bytes: Int, mark: UInt8)] = []
  func isWhole(_ index: Int, _ bytes: Int) -> Bool {
    let piece = pieces[index]
    return UnsafeRawBufferPointer(start: piece.memory, count: bytes).allSatisfy { $0 == piece.mark }
  }
  func fill(_ memory: UnsafeMutableRawPointer, _ bytes: Int, _ mark: UInt8) {
    UnsafeMutableRawBufferPointer(start: memory, count: bytes).initializeMemory(as: UInt8.self, repeating: mark)
  }
  func turns(_ count: Int) -> String? {
    for turn in 0..<count {
      // Small pieces, as most are, and now and then one that is too large for the lists.
      let bytes = 1 + (random(50) == 0 ? random(40_000) : random(600))
      switch pieces.isEmpty ? 0 : random(pieces.count > 900 ? 3 : 5) {
      case 1:
        let index = random(pieces.count)
        let before = pieces[index]
        guard let memory = llmguard_heap_resize(before.memory, Int32(bytes)) else { return "no memory" }
        pieces[index].memory = memory
        if !isWhole(index, min(before.bytes, bytes)) { return "turn \(turn): lost in resizing" }
        pieces[index].bytes = bytes
        fill(memory, bytes, before.mark)
      case 2:
        let index = random(pieces.count)
        if !isWhole(index, pieces[index].bytes) { return "turn \(turn): written over" }
        llmguard_heap_free(pieces[index].memory)
        pieces.remove(at: index)
      default:
        guard let memory = llmguard_heap_allocate(Int32(bytes)) else { return "no memory" }
        if Int(bitPattern: memory) % 8 != 0 { return "turn \(turn): not aligned" }
        if llmguard_heap_size(memory) < bytes { return "turn \(turn): too small" }
        let mark = UInt8(random(256))
        fill(memory, bytes, mark)
        pieces.append((memory, bytes, mark))
      }
    }
    return nil
  }
  guard llmguard_heap_has_one_thread() else { return "there is more than one thread" }
  if let problem = turns(200_000) { return problem }
  let isOver = Locked(false)
  do { try Thread.start { isOver.wait(until: { $0 }) { _ in } } } catch { return "no thread" }
  defer { isOver.use { $0 = true } }
  if llmguard_heap_has_one_thread() { return "the second thread was not seen" }
  if let problem = turns(100_000) { return "with two threads, \(problem)" }
  llmguard_heap_free(nil)
  return llmguard_heap_allocate(0) == nil ? nil : "memory of no bytes"
}
