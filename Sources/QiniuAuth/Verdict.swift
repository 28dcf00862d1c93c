/// What became of a request's `Authorization`.
package enum Verdict: Equatable, Sendable {
  case notSent
  /// - `account`: its index among the verifier's credentials.
  case valid(account: Int, variant: SigningVariant)
  case invalid(AuthorizationFault)

  /// The status of an answer that refuses the request.
  package static let refusalStatus = 401

  /// The `error` of that answer, as short and as mute as the real service's; nil for a valid request.
  package var refusal: StaticString? {
    switch self {
    case .notSent: "token not specified"
    case .valid: nil
    case .invalid: "bad token"
    }
  }
}
