import ByteText
import PfopEngine
import QiniuAuth

/// The request that tells a receiver what a job has come to.
struct NotificationMessage {
  static let contentType: StaticString = "application/json"

  /// The value of the Authorization field; empty if there is none.
  let authorization: String
  /// The whole request.
  let octets: [UInt8]

  /// Request line and fields, without the empty line.
  var head: String { parts.head }
  var body: String { parts.body }

  private var parts: (head: String, body: String) {
    let text = String(decoding: octets, as: UTF8.self)
    let end = text.firstRange(of: "\r\n\r\n")
    return (String(text[..<(end?.lowerBound ?? text.endIndex)]), end.map { String(text[$0.upperBound...]) } ?? "")
  }

  /// - Parameters:
  ///   - credential: of the account that asked for the job; nil if it is there no more. Then nothing is signed.
  init(_ job: Job, to target: NotifyTarget, signedBy credential: Credential?, _ signing: NotificationSigning)
    throws(AuthorizationFault)
  {
    var body = ByteBuffer(capacity: 1024)
    body.append(StatusReport(result: job))
    authorization = try NotificationMessage.authorization(target, body, credential, signing)
    octets = NotificationMessage.octets(target, body, authorization)
  }

  /// The same as it was sent once, with the Authorization of then.
  init(_ job: Job, to target: NotifyTarget, authorization: String) {
    var body = ByteBuffer(capacity: 1024)
    body.append(StatusReport(result: job))
    self.authorization = authorization
    octets = NotificationMessage.octets(target, body, authorization)
  }

  private static func octets(_ target: NotifyTarget, _ body: borrowing ByteBuffer, _ authorization: String) -> [UInt8] {
    var message = ByteBuffer(capacity: body.count + 512)
    message.append("POST ")
    message.append(text: target.target)
    message.append(" HTTP/1.1\r\nHost: ")
    message.append(text: target.authority)
    message.append("\r\nUser-Agent: pfop-mock\r\n")
    if !authorization.isEmpty {
      message.append("Authorization: ")
      message.append(text: authorization)
      message.append("\r\n")
    }
    message.append("Content-Type: ")
    message.append(contentType)
    message.append("\r\nContent-Length: ")
    message.append(decimal: UInt64(body.count))
    message.append("\r\n\r\n")
    message.append(body.view)
    return Array(message.view)
  }

  private static func authorization(
    _ target: NotifyTarget, _ body: borrowing ByteBuffer, _ credential: Credential?, _ signing: NotificationSigning
  ) throws(AuthorizationFault) -> String {
    guard let credential, let scheme = signing.scheme else { return "" }
    var text = ByteBuffer()
    text.append("POST")
    text.append(text: target.target)
    let targetEnd = text.count
    text.append(text: target.authority)
    let request = SignedRequest(
      method: text.view.slice(0, 4), target: text.view.slice(4, targetEnd),
      host: text.view.slice(targetEnd, text.count),
      contentType: ByteView(start: contentType.utf8Start, count: contentType.utf8CodeUnitCount), body: body.view)
    return String(decoding: try credential.authorization(scheme: scheme, for: request), as: UTF8.self)
  }
}

extension NotificationSigning {
  fileprivate var scheme: SignatureScheme? {
    switch self {
    case .none: nil
    case .qbox: .qbox
    case .qiniu: .qiniu
    }
  }
}
