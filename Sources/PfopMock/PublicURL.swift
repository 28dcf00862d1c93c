import ByteText
import HTTPCore

/// Where clients reach the server, if that is another address than it listens on: behind a port mapping, or by a name.
package struct PublicURL: Sendable, Equatable {
  package static let allowed = "http://host[:port] or https://host[:port], without a path"

  /// As it was given, without a slash at its end.
  package let text: String
  /// `host[:port]`.
  package let authority: String
  /// 80 or 443 where none is given.
  package let port: UInt16

  /// Nil if `text` is none.
  package init?(_ text: String) {
    let text = text.hasSuffix("/") ? String(text.dropLast()) : text
    guard let colon = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<colon.lowerBound].lowercased()
    var authority = String(text[colon.upperBound...])
    guard scheme == "http" || scheme == "https", authority.withUTF8({ Authority.isValid(ByteView($0)) }),
      !authority.hasSuffix(":")
    else { return nil }
    self.text = text
    self.authority = authority
    let digits = authority.reversed().prefix { $0.isNumber }.reversed()
    let hasPort = digits.count < authority.count && authority.dropLast(digits.count).hasSuffix(":")
    guard let port = hasPort ? UInt16(String(digits)) : scheme == "https" ? 443 : 80, port > 0 else { return nil }
    self.port = port
  }
}

extension Configuration {
  /// - Throws: `StartFailure` if `publicURL` is none.
  func readPublicURL() throws(StartFailure) -> PublicURL? {
    guard let publicURL else { return nil }
    if let url = PublicURL(publicURL) { return url }
    throw StartFailure(problems: ["--public-url \(publicURL): allowed: \(PublicURL.allowed)"])
  }
}
