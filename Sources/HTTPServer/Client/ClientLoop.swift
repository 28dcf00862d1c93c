import Dispatch

/// A loop on a thread of its own that sends requests to others and keeps a time.
package final class ClientLoop: Sendable {
  private let waker: LoopWaker
  private let loops = DispatchGroup()

  /// - Parameters:
  ///   - waker: calls the handler's `woken`, soon and on the loop.
  ///   - makeHandler: called once, on the loop.
  package init(
    limits: ClientLimits, trust: TLSTrust, waker: LoopWaker,
    makeHandler: @escaping @Sendable (ClientDriver) throws -> any ClientHandler
  ) throws {
    self.waker = waker
    let started = DispatchSemaphore(value: 0)
    let failure = FirstFailure()
    DispatchQueue(label: "pfop-mock.client").async(group: loops) {
      let driver: ClientDriver
      let handler: any ClientHandler
      do {
        driver = try ClientDriver(limits: limits, trust: trust, waker: waker)
        handler = try makeHandler(driver)
      } catch {
        failure.note(error)
        started.signal()
        return
      }
      started.signal()
      do throws(SystemError) {
        while !waker.isStopping { try driver.turn(handler) }
      } catch {
        preconditionFailure("the loop's own epoll set cannot fail: \(error)")
      }
      driver.stop(handler)
    }
    started.wait()
    if let error = failure.error { throw error }
  }

  deinit { stop() }

  /// Breaks off what is under way, each exchange with `stopped`, and returns when the loop has ended.
  package func stop() {
    waker.stop()
    loops.wait()
  }
}
