import ByteText

/// The parts of an upload token, `<AccessKey>:<sign>:<put policy in URL-safe base64>`, as views of it; `sign` is the
/// URL-safe base64 of the HMAC-SHA1 of the third part.
package struct UploadToken {
  /// Not empty.
  package let accessKey: ByteView
  let signature: ByteView
  let encodedPolicy: ByteView
  /// JSON, as a client may have written anything.
  package let policy: [UInt8]

  /// - Throws: `malformed`.
  package init(_ text: ByteView) throws(UploadTokenFault) {
    guard let first = text.firstOffset(of: 0x3A), let second = text.firstOffset(of: 0x3A, from: first + 1) else {
      throw .malformed("it has not the three parts <AccessKey>:<sign>:<encoded put policy>")
    }
    accessKey = text.slice(0, first)
    signature = text.slice(first + 1, second)
    encodedPolicy = text.slice(second + 1, text.count)
    guard !accessKey.isEmpty, !signature.isEmpty, !encodedPolicy.isEmpty else {
      throw .malformed("one of its three parts is empty")
    }
    guard let policy = URLSafeBase64.decode(encodedPolicy) else {
      throw .malformed("its third part, the put policy, is no URL-safe base64")
    }
    self.policy = policy
  }
}

/// Why an upload token proves nothing.
package enum UploadTokenFault: Error, Equatable, Sendable {
  /// How it differs from what it should be.
  case malformed(String)
  case unknownAccessKey
  case signatureMismatch
  /// OpenSSL has no SHA-1 or no memory for us.
  case digestUnavailable
}

extension SignatureVerifier {
  /// Checks who signed an upload token.
  package func verify(_ token: UploadToken) throws(UploadTokenFault) {
    guard let account = account(named: token.accessKey) else { throw .unknownAccessKey }
    guard SignatureText(try digest(of: token.encodedPolicy, account)).matches(token.signature) else {
      throw .signatureMismatch
    }
  }

  /// One line of visible ASCII that says what the client should look at; it holds neither a secret nor the signature
  /// that would have been right.
  package func explain(_ fault: UploadTokenFault, of token: UploadToken?) -> String {
    let quotation = Quotation(withholding: credentials.secrets)
    switch fault {
    case .malformed(let reason): return "malformed upload token: \(reason)"
    case .digestUnavailable: return "OpenSSL could not compute the signature"
    case .unknownAccessKey:
      guard let token else { return "unknown access key" }
      return quotation.isSecret(token.accessKey)
        ? "unknown access key: a secret key was sent in its place (keys swapped?)"
        : "unknown access key \(quotation.quote(token.accessKey))"
    case .signatureMismatch:
      return "signature mismatch of the upload token: the server signed its third part, as sent; "
        + (token.flatMap(slip).map { "likely slip: \($0)" } ?? "no known slip explains it: wrong secret key?")
    }
  }

  /// What the client signed or how it wrote the digest, if that explains its signature.
  private func slip(of token: UploadToken) -> String? {
    guard let account = account(named: token.accessKey) else { return nil }
    do throws(UploadTokenFault) {
      if let encoding = SignatureEncoding(of: token.signature, for: try digest(of: token.encodedPolicy, account)) {
        return encoding.description
      }
      let digest = try token.policy.withUnsafeBufferPointer { (policy) throws(UploadTokenFault) in
        try self.digest(of: ByteView(policy), account)
      }
      return SignatureEncoding(of: token.signature, for: digest)
        .map { _ in "the client signed the put policy before it was encoded" }
    } catch {
      return nil
    }
  }

  private func digest(of message: ByteView, _ account: Int) throws(UploadTokenFault) -> SHA1Digest {
    do throws(AuthorizationFault) {
      return try digest(of: message, account: account)
    } catch {
      throw .digestUnavailable
    }
  }
}
