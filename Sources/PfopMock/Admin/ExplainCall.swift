import ByteText
import HTTPCore
import HTTPServer
import PfopEngine

/// `POST explain`: what would come of a request that is not sent. It is given as `{"method", "path", "headers", "body"}`, as
/// `{"raw": "POST /pfop HTTP/1.1\r\n…"}` or as `{"curl": "curl …"}`.
enum ExplainCall {
  static let description = CallDescription(
    body: .object([
      .maybe("method", .text), .maybe("path", .text), .maybe("headers", .dictionary(.text)), .maybe("body", .text),
      .maybe("raw", .text), .maybe("curl", .text),
    ]),
    answers: [.json("What would come of it", explanation)])

  private static let explanation = JSONSchema.object(
    [.maybe("bucket", .text), .maybe("key", .text)] + course + [.maybe("otherwise", .object(course))])

  private static let course: [JSONSchema.Member] =
    [
      .needed("decidedBy", .text), .maybe("remark", .text),
      .needed(
        "answer",
        .nullable(
          .object([
            .maybe("status", .integer(100...999)), .maybe("body", .text), .maybe("diagnosis", .text),
            .maybe("script", .text),
          ]))),
    ] + SchemaParts.tried

  private static let fields = ["method", "path", "headers", "body", "raw", "curl"]

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let host = request.addresses.plain.reachableAuthority
    let message = try request.readBody(fields) { reader, fields in read(reader, fields, host: host) }
    let explanation = try message.withUnsafeBufferPointer { octets throws(AdminError) in
      try explain(ByteView(octets), request)
    }
    return .now(.json(explanation))
  }

  private static func explain(_ message: ByteView, _ request: AdminRequest) throws(AdminError) -> [UInt8] {
    var parser = RequestParser(limits: request.core.configuration.limits.parser)
    let progress: RequestParser.Progress
    do throws(ParseError) {
      progress = try parser.parse(message)
    } catch {
      return JSONWriter.object { ExplanationJSON.writeFraming(error, to: &$0) }
    }
    guard case .complete(let length) = progress else {
      throw .refused(status: 400, "the request is not complete: its head or its content ends too early")
    }
    guard length == message.count else {
      throw .refused(
        status: 400, "behind the request there are \(message.count - length) octets more; allowed: one request")
    }
    let asked = request.with(parser.head, message: message, content: parser.content(in: message))
    do {
      let rehearsal = try Rehearsal(asked, reqid: RequestID.none, request.core, request.addresses)
      return JSONWriter.object { ExplanationJSON.write(rehearsal, to: &$0) }
    } catch {
      throw .refused(status: 500, "\(error)")
    }
  }

  /// The message that is described; empty if that was reported.
  private static func read(_ reader: FixtureReader, _ fields: FixtureFields, host: String) -> [UInt8] {
    let ways = [fields["raw"], fields["curl"]].compactMap { $0 }
    let parts = ["method", "path", "headers", "body"].compactMap { fields[$0] }
    if ways.count > 1 || !ways.isEmpty && !parts.isEmpty {
      reader.report(ways[0], "is one of several ways to tell the request", allowed: "raw; or curl; or method, path, …")
      return []
    }
    if let raw = fields["raw"] { return Array((reader.text(raw, allowed: "an HTTP/1.1 message") ?? "").utf8) }
    if let curl = fields["curl"] {
      guard let line = reader.text(curl, allowed: "a curl command") else { return [] }
      do throws(CurlLine.Mistake) {
        return try CurlLine.parse(line).message(host: host)
      } catch {
        reader.report(curl, error.what, allowed: error.allowed)
        return []
      }
    }
    var draft = RequestDraft()
    draft.method = fields["method"].flatMap { line($0, reader) } ?? draft.method
    draft.target = fields["path"].flatMap { line($0, reader) } ?? draft.target
    draft.body = fields["body"].flatMap { $0.isNull ? nil : reader.content($0) } ?? ""
    if let headers = fields["headers"] {
      for (name, value) in reader.members(of: headers, allowed: "a mapping of field names to values") {
        guard let text = line(value, reader), let field = line(name, reader) else { continue }
        draft.fields.append(RequestDraft.Field(field, text))
      }
    }
    return draft.message(host: host)
  }

  private static func line(_ value: FixtureValue, _ reader: FixtureReader) -> String? {
    guard let text = reader.text(value, allowed: "a line of text") else { return nil }
    guard text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else {
      reader.report(value, "holds a control character", allowed: "a line of text")
      return nil
    }
    return text
  }
}
