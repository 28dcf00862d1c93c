import Dispatch
import Glibc

/// The signals that steer a server. From the first `Signals` on they interrupt nothing but wait to be taken, so none
/// is missed while the server starts or stops.
struct Signals {
  enum Event {
    case stop, reload
  }

  private let awaited: sigset_t

  /// To be made before there is another thread: only threads that begin later leave the signals alone.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    awaited = signals
  }

  /// Waits for the next event.
  func next() -> Event {
    var awaited = awaited
    var number: Int32 = 0
    sigwait(&awaited, &number)
    return number == SIGHUP ? .reload : .stop
  }

  /// From now on a signal to stop ends the process, successfully, without waiting for anything.
  func exitAtNextStop() {
    DispatchQueue(label: "pfop-mock.signals").async {
      while next() == .reload {}
      _exit(EXIT_SUCCESS)
    }
  }
}
