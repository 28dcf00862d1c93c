/// What of the request an accepted signature covered in place of what was sent. QBox has none but `asSent`.
package enum SigningVariant: Sendable, Equatable, CaseIterable {
  case asSent
  /// `Host` with the listening port added: the Java SDK leaves it out of the field, yet signs it.
  case hostWithListeningPort
  /// The form type where no `Content-Type` was sent: the Go and Ruby SDKs sign it as the default.
  case defaultContentType
  case hostWithListeningPortAndDefaultContentType

  var hasListeningPort: Bool {
    switch self {
    case .asSent, .defaultContentType: false
    case .hostWithListeningPort, .hostWithListeningPortAndDefaultContentType: true
    }
  }

  var hasDefaultContentType: Bool {
    switch self {
    case .asSent, .hostWithListeningPort: false
    case .defaultContentType, .hostWithListeningPortAndDefaultContentType: true
    }
  }

  /// True if the variant is accepted for `request` and says something that `asSent` does not.
  func applies(to request: SignedRequest, scheme: SignatureScheme) -> Bool {
    switch scheme {
    case .qbox: self == .asSent
    case .qiniu:
      (!hasListeningPort || !request.host.isEmpty && request.hostNameCount == request.host.count)
        && (!hasDefaultContentType || request.contentType == nil)
    }
  }
}

extension SigningVariant: CustomStringConvertible {
  package var description: String {
    switch self {
    case .asSent: "as sent"
    case .hostWithListeningPort: "with the listening port added to Host"
    case .defaultContentType: "with the form type as default Content-Type"
    case .hostWithListeningPortAndDefaultContentType:
      "with the listening port added to Host and the form type as default Content-Type"
    }
  }
}
