import HTTPCore
import HTTPServer

extension ServerLimits {
  /// The limit that was passed and the flag that raises it, as the end of an explanation; empty if none was.
  func hint(for reason: ParseError.Reason) -> String {
    let limits: [(ParseError.Reason, Int, String)] = [
      (.requestLineTooLong, parser.requestLine, "octets (--max-request-line)"),
      (.headerBlockTooLarge, parser.headerBlock, "octets (--max-header)"),
      (.tooManyFields, parser.fieldCount, "fields (--max-fields)"),
      (.contentTooLarge, parser.content, "octets (--max-body)"),
    ]
    guard let (_, limit, unit) = limits.first(where: { $0.0 == reason }) else { return "" }
    return "; allowed: \(limit) \(unit)"
  }
}
