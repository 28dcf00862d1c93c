import Dispatch
import Guarded
import HTTPServer

/// Finds the addresses behind host names, away from the loops: a resolver may take its time.
///
/// Answers wait until the loop that asked comes for them.
final class AddressResolver: Sendable {
  typealias Lookup = @Sendable (_ host: String, _ port: UInt16) throws(ServerError) -> [SocketAddress]

  struct Resolution: Sendable {
    var destination: NotifyTarget.Destination
    var addresses: Result<[SocketAddress], ServerError>
  }

  private let lookup: Lookup
  private let found = Guarded<[Resolution]>([])
  /// A name that nobody answers for holds up those of its own queue only.
  private let queues = (0..<4).map { DispatchQueue(label: "pfop-mock.resolver.\($0)") }

  /// - Parameter lookup: blocks until it knows.
  init(_ lookup: @escaping Lookup) { self.lookup = lookup }

  /// - Parameter done: called on another thread once the answer waits.
  func resolve(_ destination: NotifyTarget.Destination, done: @escaping @Sendable () -> Void) {
    let queue = queues[Int(UInt(bitPattern: destination.hashValue) % UInt(queues.count))]
    queue.async { [self] in
      let addresses: Result<[SocketAddress], ServerError>
      do throws(ServerError) {
        addresses = .success(try lookup(destination.host, destination.port))
      } catch {
        addresses = .failure(error)
      }
      found.withLock { $0.append(Resolution(destination: destination, addresses: addresses)) }
      done()
    }
  }

  /// The answers since the last time.
  func take() -> [Resolution] {
    found.withLock { found in
      defer { found = [] }
      return found
    }
  }
}
