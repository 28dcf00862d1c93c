import ByteText
import HTTPCore
import PfopEngine

/// `GET /status/get/prefop?id=…`, and the same as a form by POST: what has become of a job. Needs no authorization; one
/// that is sent is verified for the journal.
final class StatusEndpoint: Endpoint {
  let kind = EndpointKind.status
  private let authenticator: Authenticator
  private var form = FormDecoder()

  init(authenticator: Authenticator) { self.authenticator = authenticator }

  func examine(_ exchange: inout Exchange) -> Resolution? {
    authenticator.note(&exchange)
    do throws(ParameterError) {
      try form.decode(parameters(of: exchange))
      let text = try form.value(of: "id")
      guard let text, let id = PersistentID.parse(text) else {
        return Resolution(StatusEndpoint.badID(text, authenticator.admission.idioms.standard.dialect), by: "id")
      }
      exchange.id = id
      return nil
    } catch {
      return Resolution(.failure(400, error.errorText, diagnosis: error.explanation), byName: error.check.name)
    }
  }

  func decide(_ exchange: inout Exchange, in service: inout ServiceState) -> Resolution {
    let diagnosis: String
    switch service.lookUp(exchange.id) {
    case .found(let job):
      return Resolution(Answer(status: StatusCode(200), body: .job(job)), by: "found")
    case .left:
      diagnosis = "id \(exchange.id) was issued, but its job has left: for newer ones (--max-jobs), or by a reset"
    case .neverIssued: diagnosis = "id \(exchange.id) was never issued by this server"
    }
    // Whose bucket an unknown job is in, nobody knows.
    let status = service.idioms.standard.dialect.unknownIDStatus
    return Resolution(.failure(status, "no such persistentId", diagnosis: diagnosis), by: "id")
  }

  private func parameters(of exchange: Exchange) -> ByteView {
    if exchange.head.method == .post { return exchange.request.content }
    return exchange.head.target.query?.view(in: exchange.request.message) ?? ByteView(start: nil, count: 0)
  }

  private static func badID(_ text: ByteView?, _ dialect: Dialect) -> Answer {
    let sent = text.map { "\"\($0.visibleText(limit: 64))\" is no persistentId" } ?? "the field id is missing"
    return .failure(
      text == nil ? 400 : dialect.malformedIDStatus,
      text == nil ? "bad parameter: id is missing" : "bad parameter: id is malformed",
      diagnosis: "\(sent); allowed: \(PersistentID.allowed)")
  }
}
