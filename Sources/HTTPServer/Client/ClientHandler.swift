/// What a client loop works for. It lives on the loop, so it must not block.
package protocol ClientHandler: AnyObject {
  /// Somebody has called `ClientLoop.wake` since the last time.
  func woken()

  /// The time that was set has come.
  func timerFired()

  /// An exchange has ended. One to the same place that is started within this call uses its connection, if that is
  /// possible.
  func ended(_ tag: UInt64, _ outcome: ExchangeOutcome)
}
