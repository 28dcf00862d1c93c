/// What a client loop works for. It lives on the loop, so it must not block.
package protocol ClientHandler: AnyObject {
  /// Somebody may have called `LoopWaker.wake` since the last time.
  /// - Returns: true if there was something to do.
  func woken() -> Bool

  /// The time that was set has come.
  func timerFired()

  /// An exchange has ended. One to the same place that is started within this call uses its connection, if that is
  /// possible.
  func ended(_ tag: UInt64, _ outcome: ExchangeOutcome)
}
