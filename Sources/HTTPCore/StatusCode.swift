/// A status code and the phrase that goes with it on the status line (RFC 9110, section 15; 579 and above, and
/// 608 to 701, are Qiniu's).
package struct StatusCode: Equatable, Hashable, Sendable {
  /// 100 to 999.
  package var code: Int

  package init(_ code: Int) { self.code = code }

  /// True if an answer with this status never has content (RFC 9110, sections 6.4.1 and 15.3.6).
  package var forbidsContent: Bool { code < 200 || code == 204 || code == 205 || code == 304 }

  /// Never empty: some clients cannot read a status line without a phrase.
  package var reasonPhrase: StaticString {
    switch code {
    case 100: "Continue"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 205: "Reset Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 421: "Misdirected Request"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    case 573: "Too Many Requests For Bucket"
    case 579: "Callback Failed"
    case 599: "Server Operation Failed"
    case 608: "Content Modified"
    case 612: "No Such Key"
    case 614: "File Exists"
    case 631: "No Such Bucket"
    case 200..<300: "Success"
    case 300..<400: "Redirection"
    case 400..<500: "Client Error"
    case 500..<600: "Server Error"
    default: "Qiniu Status"
    }
  }
}
