import Synchronization

/// Whether the client of a call that waits is still there; see `LateAnswer.watchClient`.
final class ClientPresence: Sendable {
  private let gone = Atomic(false)

  var hasGone: Bool { gone.load(ordering: .relaxed) }

  func leave() { gone.store(true, ordering: .relaxed) }
}
