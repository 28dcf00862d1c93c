import Dispatch
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

  /// One at a time: a document may be large, and whoever restores two at once means one of them.
  private static let queue = DispatchQueue(label: "pfop-mock.state")

  /// The document is written behind the loops, from a copy that shares what nothing has changed since.
  static func get(_ request: AdminRequest) -> AdminReply {
    request.answer(with: StateWriter(request.core.withService { $0.copy(SystemClock.monotonic) }))
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
