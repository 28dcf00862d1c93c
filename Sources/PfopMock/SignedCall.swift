import ByteText
import QiniuAuth

/// A request that a client could send, with its Authorization.
package struct SignedCall {
  package static let formType = "application/x-www-form-urlencoded"
  private static let dateField = "X-Qiniu-Date"
  package static let schemes = SignatureScheme.allCases.map(\.rawValue)

  private let method: String
  private let url: String
  private let contentType: String?
  private let body: String?
  private let date: String?
  /// The value of the Authorization field.
  package let authorization: String

  /// - Parameters:
  ///   - url: `http://host[:port]/path[?query]`, or the path alone.
  ///   - date: the value of `X-Qiniu-Date`, which the scheme Qiniu covers.
  /// - Throws: `StartFailure` if the URL or the scheme is none.
  package init(
    method: String, url: String, contentType: String?, body: String?, date: String? = nil, scheme: String,
    accessKey: String, secretKey: String
  ) throws {
    guard let scheme = SignatureScheme(rawValue: scheme) else {
      throw StartFailure(problems: [
        "the scheme \(scheme) is unknown; allowed: \(SignedCall.schemes.joined(separator: ", "))"
      ])
    }
    let (host, target) = try SignedCall.split(url)
    self.method = method
    self.url = url
    self.contentType = contentType
    self.body = body
    self.date = date
    let credential = Credential(accessKey: accessKey, secretKey: secretKey)
    let texts = [method, target, host, contentType ?? "", body ?? "", SignedCall.dateField, date ?? ""]
    let octets = try SignedCall.withViews(texts) { views in
      let request = SignedRequest(
        method: views[0], target: views[1], host: views[2], contentType: views[3],
        qiniuFields: date == nil ? [] : [(views[5], views[6])], body: views[4])
      return try credential.authorization(scheme: scheme, for: request)
    }
    authorization = String(decoding: octets, as: UTF8.self)
  }

  /// An upload token for a put policy, which is taken as it is.
  package static func uploadToken(policy: String, accessKey: String, secretKey: String) throws -> String {
    let credential = Credential(accessKey: accessKey, secretKey: secretKey)
    let token = try withViews([policy]) { try credential.uploadToken(policy: $0[0]) }
    return String(decoding: token, as: UTF8.self)
  }

  /// A shell command that sends the request.
  package var curl: String {
    var words = ["curl", "-sS", "-X", method, url, "-H", "Authorization: \(authorization)"]
    // Left to itself curl would send another target than was signed: it takes [a-c] and {a,b} for several, and ".." for
    // a way up.
    if url.contains(where: "[]{}".contains) { words.append("--globoff") }
    if url.contains("/.") { words.append("--path-as-is") }
    if let contentType { words += ["-H", "Content-Type: \(contentType)"] }
    if let date { words += ["-H", "\(SignedCall.dateField): \(date)"] }
    if let body { words += ["--data-raw", body] }
    return words.map(SignedCall.quoted).joined(separator: " ")
  }

  /// The body of a form.
  /// - Parameter fields: each `name=value`.
  package static func encode(form fields: [String]) -> String {
    let pairs = fields.map { field in
      field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { String(decoding: PercentEncoding.encodeForm($0.utf8), as: UTF8.self) }.joined(separator: "=")
    }
    return pairs.joined(separator: "&")
  }

  /// Host and target as clients send them: without a port that the URL's scheme has anyway, and never without a path.
  private static func split(_ url: String) throws(StartFailure) -> (host: String, target: String) {
    let sendable = url.utf8.allSatisfy { $0 > ASCII.space && $0 != 0x7F } && !url.contains("#")
    if sendable, url.hasPrefix("/") { return ("", url) }
    for (prefix, port) in [("http://", ":80"), ("https://", ":443")] where sendable && url.hasPrefix(prefix) {
      let rest = url.dropFirst(prefix.count)
      let authority = rest.prefix { $0 != "/" && $0 != "?" }
      let host = authority.hasSuffix(port) ? authority.dropLast(port.count) : authority
      if host.isEmpty || host.contains("@") { break }
      let target = rest.dropFirst(authority.count)
      return (String(host), target.hasPrefix("/") ? String(target) : "/\(target)")
    }
    throw StartFailure(problems: ["the URL \(url) is none; allowed: http://host[:port]/path[?query], or /path[?query]"])
  }

  /// Octets of several texts at once, valid during the call.
  static func withViews<Result>(_ texts: [String], _ body: ([ByteView]) throws -> Result) rethrows -> Result {
    let joined = Array(texts.joined().utf8)
    return try joined.withUnsafeBytes { bytes in
      var start = 0
      return try body(
        texts.map { text in
          defer { start += text.utf8.count }
          return bytes.slice(start, start + text.utf8.count)
        })
    }
  }

  /// The word as a POSIX shell reads it back.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:@%+,".contains($0)) }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
