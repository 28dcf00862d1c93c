import ByteText
import HTTPCore
import HTTPServer
import PfopEngine

/// `GET jobs/{id}`, and `POST jobs/{id}/finish`, `fail` and `advance`: one job, told and led.
enum JobCalls {
  static let description = CallDescription([id], answers: [.json("The job", .part("Job")), unknown])
  static let steeringDescription = CallDescription([id], body: .object([]), answers: steered)
  static let failureDescription = CallDescription(
    [id], body: .object([.maybe("error", .text), .maybe("errorIndex", .integer(0...999))]), answers: steered)

  private static let id = CallDescription.Parameter("id", "The persistentId, in any of its forms")
  private static let unknown = CallDescription.Answer.error(404, "No job has the id, or it has left")
  private static let steered: [CallDescription.Answer] = [
    .json("The job, as it is now", .part("Job")), unknown, .error(409, "It has finished already"),
  ]

  static func one(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let id = try id(of: request)
    return .now(try answer(id, request.core))
  }

  static func finish(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    try request.readBody([]) { _, _ in }
    return try steer(request, .finish)
  }

  static func fail(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let steering = try request.readBody(["error", "errorIndex"]) { reader, fields in
      ServiceState.Steering.fail(
        error: fields["error"].flatMap { reader.text($0, allowed: "a text") } ?? JobResult.defaultError,
        errorIndex: fields["errorIndex"].flatMap { reader.errorIndex($0) })
    }
    return try steer(request, steering)
  }

  static func advance(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    try request.readBody([]) { _, _ in }
    return try steer(request, .step)
  }

  private static func steer(
    _ request: AdminRequest, _ steering: ServiceState.Steering
  ) throws(AdminError) -> AdminReply {
    let id = try id(of: request)
    let core = request.core
    let isDone = core.withService { $0.steer(id, steering, at: $0.clock.now(SystemClock.monotonic)) }
    core.backstage.knock()
    if isDone == false { throw .refused(status: 409, "job \(id) has finished; nothing can be done to it") }
    return .now(try answer(id, core))
  }

  private static func answer(_ id: Int64, _ core: MockCore) throws(AdminError) -> Answer {
    switch core.withService({ $0.lookUp(id) }) {
    case .found(let job): return .json(JSONWriter.json { $0.value(job) })
    case .left: throw .refused(status: 404, "job \(id) has left: for newer ones (--max-jobs), or by a reset")
    case .neverIssued: throw .refused(status: 404, "no job has the id \(id)")
    }
  }

  /// The id in the path, in any of its forms.
  private static func id(of request: AdminRequest) throws(AdminError) -> Int64 {
    let text = request.parameter("id")
    var octets = text
    guard let id = octets.withUTF8({ PersistentID.parse(ByteView($0)) }) else {
      throw .refused(status: 400, "\(text.quoted()) is no persistentId; allowed: \(PersistentID.allowed)")
    }
    return id
  }
}
