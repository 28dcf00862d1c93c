import Dispatch
import Glibc
import Synchronization

/// The signals that steer a server, as events that its main thread waits for.
final class Signals: Sendable {
  enum Event: Sendable {
    case stop, reload
  }

  private let events = Mutex<[Event]>([])
  private let arrived = DispatchSemaphore(value: 0)
  private let exitsAtStop = Atomic(false)
  /// Kept alive; each is made before anyone else sees this object, and only Dispatch uses them afterwards.
  nonisolated(unsafe) private var sources: [any DispatchSourceSignal] = []

  init() {
    let queue = DispatchQueue(label: "pfop-mock.signals")
    for (number, event) in [(SIGTERM, Event.stop), (SIGINT, .stop), (SIGHUP, .reload)] {
      // The default action would end the process before Dispatch hears of the signal.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [unowned self] in receive(event) }
      source.resume()
      sources.append(source)
    }
  }

  deinit {
    for source in sources { source.cancel() }
  }

  /// Waits for the next event.
  func next() -> Event {
    arrived.wait()
    return events.withLock { $0.removeFirst() }
  }

  /// From now on a signal to stop ends the process without waiting for anything.
  func exitAtNextStop() { exitsAtStop.store(true, ordering: .sequentiallyConsistent) }

  private func receive(_ event: Event) {
    if event == .stop, exitsAtStop.load(ordering: .sequentiallyConsistent) { exit(0) }
    events.withLock { $0.append(event) }
    arrived.signal()
  }
}
