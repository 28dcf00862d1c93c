/// What a step of a rule makes of a request.
package enum Outcome: Sendable, Equatable {
  /// The request goes on to the checks that remain.
  case accept
  /// The request ends here with this HTTP status and `error` text.
  case status(Int, error: String)
  /// The request ends here without having had any effect, and without an answer.
  case silence

  /// Statuses that can be scripted. Those below 200 are interim answers (RFC 9110, section 15.2): a client would go on
  /// waiting for the final one.
  package static let statuses = 200...999

  /// The `error` text of a status for which the fixture gives none.
  package static func defaultErrorText(_ status: Int) -> String {
    switch status {
    case 400: "bad parameter"
    case 401: "bad token"
    case 403: "forbidden"
    case 404, 612: "no such key"
    case 429, 573: "too many requests"
    case 500: "internal server error"
    case 503: "service unavailable"
    case 599: "server operation failed"
    case 614: "file exists"
    case 631: "no such bucket"
    default: "status \(status)"
    }
  }
}
