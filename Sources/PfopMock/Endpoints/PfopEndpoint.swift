import ByteText
import HTTPCore
import PfopEngine

/// `POST /pfop`: checks in the contract's order, then a job and its persistentId.
final class PfopEndpoint: Endpoint {
  let kind = EndpointKind.pfop
  private let authenticator: Authenticator
  private let decoder = Place(FormDecoder())

  init(authenticator: Authenticator) { self.authenticator = authenticator }

  func examine(_ exchange: inout Exchange) -> Resolution? {
    if let refusal = authenticator.authenticate(&exchange) {
      noteResource(&exchange)
      return Resolution(refusal, by: "authorization")
    }
    guard exchange.hasFormContent else {
      return Resolution(contentTypeRefusal(exchange), by: "content type")
    }
    do throws(ParameterError) {
      try decoder.value.decode(exchange.request.content)
      let request = try PfopRequest(decoder.value, authenticator.admission.idioms)
      if request.unknownFieldCount > 0 {
        let names = request.unknownFieldNames(in: decoder.value).prefix(8).joined(separator: ", ")
        exchange.remark(on: "unknown form fields are ignored: \(names)")
      }
      exchange.note(request)
      return nil
    } catch {
      noteResource(&exchange)
      return Resolution(.failure(400, error.errorText, diagnosis: error.explanation), byName: error.check.name)
    }
  }

  func decide(_ exchange: inout Exchange, in service: inout ServiceState) -> Resolution {
    guard let request = exchange.subject.parameters else {
      preconditionFailure("a request is examined before it is decided")
    }
    let now = service.clock.now(exchange.request.moment.monotonic)
    exchange.subject.accessKey = exchange.accessKey
    let scripted = service.decide(request, exchange.subject, reqid: exchange.reqid, at: now)
    var resolution: Resolution
    switch scripted.decision {
    case .accepted(let id, let rule):
      exchange.id = id
      let answer = Answer(status: StatusCode(200), body: .persistentID(id, request.idiom.idFormat))
      resolution = rule.map { Resolution(answer, byName: $0.ownerName) } ?? Resolution(answer, by: "accepted")
    case .refused(let refusal):
      resolution = Resolution(.refused(refusal), byName: refusal.check.name)
    case .unanswered(let rule): resolution = .unanswered(by: rule)
    }
    resolution.script = scripted.script
    return resolution
  }

  /// Finds out what a request is about that is refused for something else, as far as it can be read: people look for their
  /// bucket in the journal.
  private func noteResource(_ exchange: inout Exchange) {
    guard exchange.hasFormContent else { return }
    do throws(ParameterError) {
      try decoder.value.decode(exchange.request.content)
      exchange.bucket = try decoder.value.value(of: "bucket") ?? exchange.bucket
      exchange.key = try decoder.value.value(of: "key") ?? exchange.key
      exchange.fops = try decoder.value.value(of: "fops") ?? exchange.fops
      exchange.pipeline = try decoder.value.value(of: "pipeline") ?? exchange.pipeline
      exchange.notifyURL = try decoder.value.value(of: "notifyURL") ?? exchange.notifyURL
    } catch {
      return
    }
  }

  private func contentTypeRefusal(_ exchange: Exchange) -> Answer {
    let sent: String
    switch exchange.head.fields.count(of: .contentType) {
    case 0: sent = "no Content-Type was sent"
    case 1: sent = "Content-Type is \"\(exchange.field(.contentType)?.visibleText(limit: 128) ?? "")\""
    case let count: sent = "Content-Type was sent \(count) times"
    }
    return .failure(
      400, "bad parameter: content type is not application/x-www-form-urlencoded",
      diagnosis: "\(sent); allowed: application/x-www-form-urlencoded, once")
  }
}
