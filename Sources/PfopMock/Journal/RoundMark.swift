import Synchronization

/// How far a loop's answers have left: all those of its rounds that are over, but for those that it has called delayed.
///
/// The loop moves it after each round without any lock. Whoever reads it holds the journal's lock, so that the entries of
/// one round at most are not marked themselves yet.
final class RoundMark: Sendable {
  private let end = Atomic<UInt64>(0)
  private let time = Atomic<Int64>(0)

  /// Answers up to `number` have left.
  /// - Parameter time: nanoseconds of the monotonic clock.
  func move(behind number: UInt64, at time: Int64) {
    self.time.store(time, ordering: .relaxed)
    end.store(number + 1, ordering: .releasing)
  }

  /// When the answer of that entry left, which is the loop's own; nil if it has not.
  func departure(of number: UInt64) -> Int64? {
    end.load(ordering: .acquiring) > number ? time.load(ordering: .relaxed) : nil
  }
}
