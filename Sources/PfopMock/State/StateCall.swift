import Dispatch
import Guarded
import HTTPServer
import PfopEngine

/// `GET state` and `PUT state`: all that the service knows, as one document, and back.
enum StateCall {
  static let description = CallDescription(answers: [.json("The state; no secret is in it", .part("State"))])
  static let restoringDescription = CallDescription(
    body: .part("State"),
    answers: [
      .json(
        "It was taken over",
        .object([
          .needed("jobs", .integer(0...Int64.max)), .needed("nextId", .nullable(.integer(1...Int64.max))),
          .needed("now", .text),
        ]))
    ])

  static let mediaType: StaticString = "application/json"

  /// One at a time: a document may be large, and whoever restores two at once means one of them.
  private static let queue = DispatchQueue(label: "pfop-mock.state")

  /// The document is written behind the loops, from a copy that shares what nothing has changed since.
  static func get(_ request: AdminRequest) -> AdminReply {
    if request.isHead { return .now(.text([], type: mediaType)) }
    let copy = request.core.withService { $0.copy(SystemClock.monotonic) }
    let sender = StateSender(StateWriter(copy), to: request.streamedAnswer)
    queue.async { sender.begin() }
    return .later
  }

  /// Everything is read and looked at before anything changes.
  static func put(_ request: AdminRequest) -> AdminReply {
    let (core, reply, document) = (request.core, request.lateAnswer, request.content)
    queue.async {
      reply.send(document.withUnsafeBytes { bytes in restore(bytes, core) })
    }
    return .later
  }

  private static func restore(_ document: UnsafeRawBufferPointer, _ core: MockCore) -> Answer {
    do throws(SnapshotProblem) {
      let snapshot = try StateReader.read(document, accounts: core.withService { $0.fixture.accounts })
      core.restore(snapshot)
      return .json(
        JSONWriter.object { writer in
          writer.member("jobs", snapshot.jobs.count)
          writer.name("nextId")
          if let id = snapshot.nextID { writer.value(id) } else { writer.null() }
          writer.member("now", core.withService { $0.clock.now(SystemClock.monotonic) }.rfc3339)
        })
    } catch {
      return AdminError.fields([FixtureProblem(error)]).answer
    }
  }
}

/// Sends a document of any length, a slice whenever the one before it has been taken. On its queue alone.
private final class StateSender: Sendable {
  private let writer: Guarded<StateWriter>
  private let answer: StreamedAnswer
  private let queue = DispatchQueue(label: "pfop-mock.state.sender")

  init(_ writer: StateWriter, to answer: StreamedAnswer) {
    self.writer = Guarded(writer)
    self.answer = answer
  }

  func begin() { answer.begin(StateCall.mediaType, observer: observer) }

  private var observer: @Sendable (StreamEvent) -> Void {
    { [self] event in
      switch event {
      case .sent: queue.async { [self] in sendNext() }
      case .ended: break
      }
    }
  }

  private func sendNext() {
    if let slice = writer.withLock({ $0.next() }) {
      answer.send(framed: answer.framed(slice), observer: observer)
    } else {
      answer.finish()
    }
  }
}
