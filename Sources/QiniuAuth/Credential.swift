import ByteText

/// One account's pair of keys.
///
/// The secret is shown nowhere: not when the value is printed, reflected upon or dumped.
package struct Credential: Sendable, Equatable {
  /// Names the account, in clear, in every request. An account with an empty one can never be addressed.
  package var accessKey: String
  /// The HMAC key. May be empty.
  package var secretKey: String

  package init(accessKey: String, secretKey: String) {
    self.accessKey = accessKey
    self.secretKey = secretKey
  }

  /// The value of the `Authorization` field that signs `request`: scheme, access key and signature.
  /// - Throws: `digestUnavailable`.
  package func authorization(
    scheme: SignatureScheme, for request: SignedRequest
  ) throws(AuthorizationFault) -> [UInt8] {
    var message = ByteBuffer()
    SigningString(scheme: scheme, request: request).append(to: &message)
    let digest = try HMACKey(secret: secretKey).digest(of: message.view)
    return Array("\(scheme.rawValue) \(accessKey):".utf8) + SignatureText(digest).octets
  }

  /// An upload token for a put policy, which is taken as it is.
  /// - Throws: `digestUnavailable`.
  package func uploadToken(policy: ByteView) throws(AuthorizationFault) -> [UInt8] {
    let encoded = URLSafeBase64.encode(policy)
    let key = try HMACKey(secret: secretKey)
    let digest = try encoded.withUnsafeBufferPointer { (text) throws(AuthorizationFault) in
      try key.digest(of: ByteView(text))
    }
    return Array("\(accessKey):".utf8) + SignatureText(digest).octets + [0x3A] + encoded
  }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "Credential(accessKey: \(accessKey))" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["accessKey": accessKey]) }
}
