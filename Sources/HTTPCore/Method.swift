import ByteText

/// The request methods of RFC 9110, section 9, and PATCH (RFC 5789). Names are case-sensitive.
package enum Method: Equatable, Sendable, CaseIterable {
  case get, head, post, put, delete, options, trace, connect, patch
  /// A token that is none of these: the answer is 501 (RFC 9110, section 9.1).
  case unknown

  package init(_ token: ByteView) {
    // The common ones first; comparing lengths decides most of the others.
    if token.equals("POST") {
      self = .post
    } else if token.equals("GET") {
      self = .get
    } else {
      self = Method.allCases.first { $0 != .unknown && token.equals($0.name) } ?? .unknown
    }
  }

  /// Empty for `unknown`.
  package var name: StaticString {
    switch self {
    case .get: "GET"
    case .head: "HEAD"
    case .post: "POST"
    case .put: "PUT"
    case .delete: "DELETE"
    case .options: "OPTIONS"
    case .trace: "TRACE"
    case .connect: "CONNECT"
    case .patch: "PATCH"
    case .unknown: ""
    }
  }
}
