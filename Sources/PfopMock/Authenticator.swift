import ByteText
import HTTPCore
import QiniuAuth

/// Tells from a request's Authorization who sent it. One per event loop, as the verifier's HMAC contexts are.
final class Authenticator {
  private let core: MockCore
  private let port: UInt16
  private let maxSkew: Int64
  private var verifier: SignatureVerifier
  /// What the verifier was made of.
  private(set) var admission: Admission

  /// - Parameter port: the one that clients dial; some sign it without sending it.
  init(core: MockCore, port: UInt16) {
    self.core = core
    self.port = port
    maxSkew = core.configuration.maxSkew.nanoseconds
    let admission = core.admission
    self.admission = admission
    verifier = Authenticator.makeVerifier(admission, port)
  }

  /// Notes the verdict in the exchange.
  /// - Returns: how the request is refused; nil if it is signed well.
  func authenticate(_ exchange: inout Exchange) -> Answer? {
    followAdmission()
    let fieldCount = exchange.head.fields.count(of: .authorization)
    if fieldCount > 1 {
      exchange.authorization = .invalid
      return .failure(401, "bad token", diagnosis: "\(fieldCount) Authorization fields were sent; allowed: one")
    }
    let authorization = exchange.field(.authorization)
    let request = signedRequest(exchange)
    let verdict = verifier.verify(authorization: authorization, request: request)
    switch verdict {
    case .valid(_, let variant):
      exchange.authorization = .valid
      if variant != .asSent { exchange.remark(on: "the signature is valid \(variant)") }
      exchange.accessKey = exchange.claimedAccessKey
    case .notSent: exchange.authorization = .none
    case .invalid: exchange.authorization = .invalid
    }
    guard let refusal = verdict.refusal else { return skewRefusal(exchange) }
    let diagnosis = verifier.explain(verdict, authorization: authorization, request: request)
    return .failure(Verdict.refusalStatus, refusal.description, diagnosis: diagnosis)
  }

  /// The same where nobody needs to sign: the verdict is for the journal alone.
  func note(_ exchange: inout Exchange) {
    // A signature that is wrong all the same is worth knowing of.
    if let refusal = authenticate(&exchange), exchange.authorization == .invalid {
      exchange.remark(on: refusal.diagnosis ?? "")
    }
  }

  /// Tells from an upload token who allows an upload. Notes the verdict in the exchange.
  func authenticate(uploadToken text: ByteView?, _ exchange: inout Exchange) -> Result<UploadToken, UploadRefusal> {
    followAdmission()
    guard let text else {
      exchange.authorization = .none
      return .failure(UploadRefusal(error: "token not specified", diagnosis: "the form has no part \"token\""))
    }
    var token: UploadToken?
    do throws(UploadTokenFault) {
      let parsed = try UploadToken(text)
      token = parsed
      try verifier.verify(parsed)
      exchange.authorization = .valid
      exchange.accessKey = parsed.accessKey
      return .success(parsed)
    } catch {
      exchange.authorization = .invalid
      return .failure(UploadRefusal(error: "bad token", diagnosis: verifier.explain(error, of: token)))
    }
  }

  /// Why an upload is not allowed.
  struct UploadRefusal: Error {
    var error: String
    var diagnosis: String

    var answer: Answer { .failure(Verdict.refusalStatus, error, diagnosis: diagnosis) }
  }

  /// A signature may not be older or newer than so much, by the clock of this machine.
  private func skewRefusal(_ exchange: Exchange) -> Answer? {
    guard maxSkew > 0, admission.idioms.standard.dialect.checksDate else { return nil }
    let message = exchange.request.message
    let lines = exchange.head.fields.lines.filter { $0.known == .qiniu }
    guard let line = lines.first(where: { $0.name.view(in: message).equalsIgnoringCase("x-qiniu-date") }) else {
      return nil
    }
    let sent = line.value.view(in: message)
    let shown = "X-Qiniu-Date \"\(sent.visibleText(limit: 64))\""
    guard let seconds = QiniuDate.parse(sent) else {
      return .failure(403, "request time too skewed", diagnosis: "\(shown) is no date; allowed: \(QiniuDate.allowed)")
    }
    let skew = seconds - exchange.request.moment.wall / 1_000_000_000
    guard abs(skew) > maxSkew / 1_000_000_000 else { return nil }
    let allowed = "\(maxSkew / 1_000_000_000) s (--max-skew)"
    let direction = skew < 0 ? "behind" : "ahead of"
    return .failure(
      403, "request time too skewed",
      diagnosis: "\(shown) is \(abs(skew)) s \(direction) the server's clock; allowed: \(allowed)")
  }

  private func signedRequest(_ exchange: Exchange) -> SignedRequest {
    let message = exchange.request.message
    var qiniuFields: [(name: ByteView, value: ByteView)] = []
    for line in exchange.head.fields.lines where line.known == .qiniu {
      qiniuFields.append((line.name.view(in: message), line.value.view(in: message)))
    }
    let target = exchange.head.target
    return SignedRequest(
      method: exchange.head.methodName.view(in: message), target: target.pathAndQuery.view(in: message),
      // The absolute form's host replaces the field's (RFC 9112, section 3.2.2).
      host: target.authority?.view(in: message) ?? exchange.field(.host) ?? ByteView(start: nil, count: 0),
      contentType: exchange.field(.contentType),
      qiniuFields: qiniuFields, body: exchange.request.content)
  }

  /// Takes over what a fixture that was loaded in the meantime says.
  func followAdmission() {
    guard core.admissionVersion != admission.version else { return }
    let latest = core.admission
    verifier = Authenticator.makeVerifier(latest, port)
    admission = latest
  }

  private static func makeVerifier(_ admission: Admission, _ port: UInt16) -> SignatureVerifier {
    SignatureVerifier(
      credentials: admission.credentials, acceptedSchemes: admission.acceptedSchemes, listeningPort: port)
  }
}
