import Foundation

@testable import QiniuAuth

/// A request that owns its bytes; as it stands, a form that asks for a pfop.
struct SampleRequest: Sendable {
  static let form = "application/x-www-form-urlencoded"

  var method = "POST"
  var target = "/pfop"
  var host = "127.0.0.1:18181"
  var contentType: String? = SampleRequest.form
  var fields: [String: String] = [:]
  var body = "bucket=media&key=a+b%2Fc.mp4&fops=avinfo"

  func read<Result>(_ body: (SignedRequest) throws -> Result) rethrows -> Result {
    let pieces = PieceKeeper()
    return try withExtendedLifetime(pieces) {
      try body(
        SignedRequest(
          method: pieces.keep(method), target: pieces.keep(target), host: pieces.keep(host),
          contentType: contentType.map { pieces.keep($0) },
          qiniuFields: fields.map { (pieces.keep($0), pieces.keep($1)) }, body: pieces.keep(self.body)))
    }
  }

  func authorization(_ scheme: SignatureScheme, _ account: Credential = .sample) throws -> String {
    String(decoding: try read { try account.authorization(scheme: scheme, for: $0) }, as: UTF8.self)
  }

  /// The verdict of a verifier that listens on port 18181.
  func verdict(
    _ authorization: String?, accepting schemes: AcceptedSchemes = .both, _ accounts: [Credential] = [.sample]
  ) throws -> Verdict {
    let verifier = try SignatureVerifier(credentials: accounts, acceptedSchemes: schemes, listeningPort: 18181)
    return read { request in
      withView(of: authorization) { verifier.verify(authorization: $0, request: request) }
    }
  }

  func diagnosis(
    _ authorization: String?, accepting schemes: AcceptedSchemes = .both, _ accounts: [Credential] = [.sample]
  ) throws -> String {
    let verifier = try SignatureVerifier(credentials: accounts, acceptedSchemes: schemes, listeningPort: 18181)
    return read { request in
      withView(of: authorization) {
        verifier.explain(verifier.verify(authorization: $0, request: request), authorization: $0, request: request)
      }
    }
  }

  private func withView<Result>(of text: String?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return Array(text.utf8).withUnsafeBytes { body($0) }
  }
}

extension Credential {
  static let sample = Credential(
    accessKey: "testak-0123456789ABCDEFGHIJKLMNOPQRSTUVW", secretKey: "testsk-0123456789abcdefghijklmnopqrstuvw")

  /// The HMAC of a string that the test made up itself.
  func digest(_ message: String) throws -> Data {
    let digest = try Array(message.utf8).withUnsafeBytes {
      try HMACKey(secret: secretKey).digest(of: $0)
    }
    return digest.withBytes { Data($0) }
  }

  /// An Authorization over a string that the test made up itself, so a slip's as well.
  func authorization(_ scheme: SignatureScheme, over message: String) throws -> String {
    let text = try digest(message).base64EncodedString()
      .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
    return "\(scheme.rawValue) \(accessKey):\(text)"
  }
}

/// Keeps copies of texts for as long as it lives itself.
private final class PieceKeeper {
  private var pieces: [UnsafeMutableRawBufferPointer] = []

  func keep(_ text: String) -> UnsafeRawBufferPointer {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
    piece.copyBytes(from: text.utf8)
    pieces.append(piece)
    return UnsafeRawBufferPointer(piece)
  }

  deinit { for piece in pieces { piece.deallocate() } }
}
