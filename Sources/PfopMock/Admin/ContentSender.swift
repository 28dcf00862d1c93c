import Guarded
import HTTPServer

/// Sends content, a piece whenever the one before it has been taken, so a client that takes nothing costs one piece. What
/// is left is given up when the client has gone.
final class ContentSender: Sendable {
  /// Used on the queue alone; nil once it is at its end or has been given up.
  private let content: Guarded<(any ResponseContent)?>
  private let response: StreamedAnswer
  private let client = ClientPresence()
  private let core: MockCore

  init(_ content: some ResponseContent, to response: StreamedAnswer, _ core: MockCore) {
    self.content = Guarded(content)
    self.response = response
    self.core = core
  }

  /// - Parameter piece: the first one.
  func begin(_ piece: [UInt8]) { response.begin("application/json", piece, observer: observer) }

  private var observer: @Sendable (StreamEvent) -> Void {
    { [self] event in
      switch event {
      case .sent: core.contentQueue.async { [self] in sendNext() }
      case .ended:
        client.leave()
        // Freed there: what content holds may be large, and a loop has others to serve.
        core.contentQueue.async { [self] in content.withLock { $0 = nil } }
      }
    }
  }

  private func sendNext() {
    guard !client.hasGone else { return }
    guard let piece = content.withLock({ $0?.next() }) else {
      content.withLock { $0 = nil }
      return response.finish()
    }
    if piece.isEmpty {
      // Behind the others that wait for a piece.
      core.contentQueue.async { [self] in sendNext() }
    } else {
      response.send(framed: response.framed(piece), observer: observer)
    }
  }
}
