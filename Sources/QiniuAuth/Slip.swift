/// A mistake that is known to spoil signatures. Texts in it are quoted already.
enum Slip: Equatable {
  case trailingSlash(signed: String)
  case queryLeftOut(signed: String)
  case targetDecoded(signed: String)
  case absoluteTarget(signed: String)
  case bodyLeftOut
  /// With what was sent as `Content-Type`.
  case bodySigned(contentType: String)
  case bodyDecoded
  case spacesOtherwise
  case newlineMissing
  case newlineAdded
  case newlineSpelledOut
  case carriageReturnAdded
  case wrongMethod(signed: String)
  case wrongHost(signed: String)
  case wrongContentType(signed: String)
  case qiniuFieldsLeftOut
  case otherScheme(SignatureScheme)
  case secretWithNewline
  case accessKeyAsSecret
  case otherAccount(accessKey: String)
  case encoding(SignatureEncoding)
}

extension Slip: CustomStringConvertible {
  var description: String {
    switch self {
    case .trailingSlash(let target): "trailing slash: the client signed \(target)"
    case .queryLeftOut(let target): "query left out: the client signed \(target)"
    case .targetDecoded(let target): "target signed decoded: the client signed \(target)"
    case .absoluteTarget(let target): "absolute URL: the client signed \(target) in place of path and query"
    case .bodyLeftOut: "body left out: a body of this Content-Type is signed"
    case .bodySigned(let contentType): "body signed although it must not be with \(contentType)"
    case .bodyDecoded: "body signed decoded: sign it as it is sent, percent-escapes and all"
    case .spacesOtherwise: "body signed with its spaces escaped otherwise (+ or %20) than it was sent"
    case .newlineMissing: "missing \"\\n\": one stands behind all but the body, also where no body follows"
    case .newlineAdded: "extra \"\\n\": the client signed one at the end (echo without -n?)"
    case .newlineSpelledOut: "missing \"\\n\": the client signed a backslash and an n in its place"
    case .carriageReturnAdded: "wrong \"\\n\": the client signed \"\\r\\n\" in its place"
    case .wrongMethod(let method): "wrong method: the client signed \(method)"
    case .wrongHost(let host): "wrong Host: the client signed \(host)"
    case .wrongContentType(let type): "wrong Content-Type: the client signed \(type)"
    case .qiniuFieldsLeftOut: "X-Qiniu- fields left out: they are signed as well"
    case .otherScheme(let scheme): "the other scheme: the client signed the string of \(scheme.rawValue)"
    case .secretWithNewline: "wrong secret key: the client's ends in a newline"
    case .accessKeyAsSecret: "wrong secret key: the client signed with the access key"
    case .otherAccount(let accessKey): "wrong secret key: the client signed with the one of access key \(accessKey)"
    case .encoding(let encoding): encoding.description
    }
  }
}
