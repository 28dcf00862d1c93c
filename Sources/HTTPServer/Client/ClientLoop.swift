/// A loop on a thread of its own that sends requests to others and keeps a time.
package final class ClientLoop: Sendable {
  private let waker: LoopWaker
  private let loops = LoopThreads()

  /// - Parameters:
  ///   - waker: calls the handler's `woken`, soon and on the loop.
  ///   - makeHandler: called once, on the loop.
  package init(
    limits: ClientLimits, trust: TLSTrust, waker: LoopWaker,
    makeHandler: @escaping @Sendable (ClientDriver) throws -> any ClientHandler
  ) throws {
    self.waker = waker
    try loops.start {
      let driver = try ClientDriver(limits: limits, trust: trust, waker: waker)
      let handler = try makeHandler(driver)
      return {
        do throws(SystemError) {
          while !waker.isStopping { try driver.turn(handler) }
        } catch {
          preconditionFailure("the loop's own epoll set cannot fail: \(error)")
        }
        driver.stop(handler)
      }
    }
  }

  deinit { stop() }

  /// Breaks off what is under way, each exchange with `stopped`, and returns when the loop has ended.
  package func stop() {
    waker.stop()
    loops.wait()
  }
}
