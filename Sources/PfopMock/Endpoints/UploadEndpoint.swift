import ByteText
import HTTPCore
import PfopEngine
import QiniuAuth

/// `POST /`: a file by form, with an upload token, and the job that its put policy asks for. The file itself is not kept.
final class UploadEndpoint: Endpoint {
  let kind = EndpointKind.upload
  private let authenticator: Authenticator
  private var reader = JSONObjectReader()
  private var hash = ByteBuffer(capacity: QiniuEtag.count)
  /// What `examine` found sound, for `decide`.
  private var upload: UploadRequest?

  init(authenticator: Authenticator) { self.authenticator = authenticator }

  func examine(_ exchange: inout Exchange) -> Resolution? {
    guard exchange.head.fields.count(of: .contentType) == 1, let type = exchange.field(.contentType),
      MultipartForm.isMultipart(contentType: type)
    else { return Resolution(contentTypeRefusal(exchange), by: "content type") }
    do throws(UploadError) {
      let form = try parse(exchange.request.content, type)
      let (token, key) = try (text("token", of: form), text("key", of: form))
      exchange.key = key ?? exchange.key
      switch authenticator.authenticate(uploadToken: token, &exchange) {
      case .failure(let refusal): return Resolution(refusal.answer, by: "authorization")
      case .success(let token): return try examine(form, token, &exchange)
      }
    } catch {
      return Resolution(.failure(error.status, error.errorText, diagnosis: error.explanation), byName: error.checkName)
    }
  }

  func decide(_ exchange: inout Exchange, in service: inout ServiceState) -> Resolution {
    guard let upload else { preconditionFailure("a request is examined before it is decided") }
    let now = service.clock.now(exchange.request.moment.monotonic)
    switch service.upload(upload, reqid: exchange.reqid, accessKey: exchange.accessKey, at: now) {
    case .stored(let id):
      exchange.id = id ?? 0
      let format = upload.processing?.idiom.idFormat
      return Resolution(.json(UploadEndpoint.body(upload, id, format)), by: "accepted")
    case .refused(let refusal):
      return Resolution(.refused(refusal), byName: refusal.check.name)
    }
  }

  private func examine(
    _ form: MultipartForm, _ token: UploadToken, _ exchange: inout Exchange
  ) throws(UploadError) -> Resolution? {
    do throws(JSONFault) {
      try token.policy.withUnsafeBufferPointer { (json) throws(JSONFault) in try reader.read(ByteView(json)) }
    } catch {
      throw .badPolicy(error.explanation)
    }
    let policy = try PutPolicy(reader)
    exchange.bucket = policy.bucket
    // Clients make deadlines by their clocks, whatever the service's does.
    let late = exchange.request.moment.wall / 1_000_000_000 - policy.deadline
    if late > 0 { throw .expired(late) }
    guard let file = try part("file", of: form) else { throw .fileMissing }
    do throws(AuthorizationFault) {
      let etag = try QiniuEtag.of(file.content)
      hash.removeAll()
      etag.withUnsafeBytes { hash.append($0) }
    } catch {
      return Resolution(
        .failure(599, "server operation failed", diagnosis: "OpenSSL could not compute the hash of the file"),
        by: "hash")
    }
    let upload = try UploadRequest(form, policy, hash: hash.view, authenticator.admission.idioms)
    exchange.key = upload.key
    if let processing = upload.processing { exchange.note(processing) }
    if !upload.ignored.isEmpty {
      exchange.remark(on: "members of the put policy are ignored: \(upload.ignored.prefix(8).joined(separator: ", "))")
    }
    self.upload = upload
    return nil
  }

  private func parse(_ content: ByteView, _ type: ByteView) throws(UploadError) -> MultipartForm {
    do throws(MultipartFault) {
      return try MultipartForm(content, contentType: type)
    } catch {
      throw .multipart(error)
    }
  }

  private func part(_ name: StaticString, of form: MultipartForm) throws(UploadError) -> MultipartForm.Part? {
    do throws(MultipartFault) {
      return try form.part(name)
    } catch {
      throw .multipart(error)
    }
  }

  private func text(_ name: StaticString, of form: MultipartForm) throws(UploadError) -> ByteView? {
    try part(name, of: form)?.content
  }

  private static func body(_ upload: UploadRequest, _ id: Int64?, _ format: IDFormat?) -> [UInt8] {
    JSONWriter.object { writer in
      writer.member("hash", String(decoding: upload.hash, as: UTF8.self))
      writer.member("key", String(decoding: upload.key, as: UTF8.self))
      if let id, let format { writer.member("persistentId", id, as: format) }
    }
  }

  private func contentTypeRefusal(_ exchange: Exchange) -> Answer {
    let sent = exchange.field(.contentType).map { "Content-Type is \"\($0.visibleText(limit: 128))\"" }
    let diagnosis = "\(sent ?? "no Content-Type was sent"); POST / is an upload; allowed: multipart/form-data, once"
    return .failure(400, "bad parameter: content type is not multipart/form-data", diagnosis: diagnosis)
  }
}
