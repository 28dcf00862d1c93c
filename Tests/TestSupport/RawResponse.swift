/// An answer as a test sees it.
package struct RawResponse: Equatable, Sendable {
  package var status: Int
  package var reason: String
  /// In their order, names as sent.
  package var fields: [(name: String, value: String)]
  package var body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// The value of the only field with this name; nil if there is none or more than one.
  package subscript(name: String) -> String? {
    let values = fields.filter { $0.name.lowercased() == name.lowercased() }
    return values.count == 1 ? values[0].value : nil
  }

  package static func == (left: RawResponse, right: RawResponse) -> Bool {
    left.status == right.status && left.reason == right.reason && left.body == right.body
      && left.fields.elementsEqual(right.fields) { $0 == $1 }
  }

  /// The answers that `bytes` hold one after another, up to the last whole one.
  package static func parseAll(_ bytes: [UInt8]) throws -> [RawResponse] {
    var rest = bytes
    var responses: [RawResponse] = []
    while let (response, length) = try parse(rest, toHead: false) {
      responses.append(response)
      rest.removeFirst(length)
    }
    return responses
  }

  static func parse(_ bytes: [UInt8], toHead: Bool) throws -> (RawResponse, length: Int)? {
    guard let headEnd = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return nil }
    let lines = String(decoding: bytes[..<(headEnd - 4)], as: UTF8.self).split(separator: "\r\n")
    let statusLine = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard statusLine.count == 3, statusLine[0] == "HTTP/1.1", let status = Int(statusLine[1]) else {
      throw RawClient.Failure.notAResponse(String(lines[0]))
    }
    let fields = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      let value = line[colon...].dropFirst().drop { $0 == " " }
      return (name: String(line[..<colon]), value: String(value))
    }
    var response = RawResponse(status: status, reason: String(statusLine[2]), fields: fields, body: [])
    let hasBody = !(toHead || status < 200 || status == 204 || status == 304)
    if hasBody, response["Transfer-Encoding"] == "chunked" {
      switch chunks(bytes, from: headEnd) {
      case .whole(let body, let end):
        response.body = body
        return (response, end)
      case .incomplete: return nil
      // Whoever looks for that reads on by himself.
      case .malformed: return (response, headEnd)
      }
    }
    let length = hasBody ? response["Content-Length"].flatMap { Int($0) } ?? 0 : 0
    guard bytes.count >= headEnd + length else { return nil }
    response.body = Array(bytes[headEnd..<(headEnd + length)])
    return (response, headEnd + length)
  }

  private enum Chunks {
    case whole([UInt8], end: Int)
    case incomplete, malformed
  }

  private static func chunks(_ bytes: [UInt8], from start: Int) -> Chunks {
    var body: [UInt8] = []
    var position = start
    while let line = bytes[position...].firstRange(of: [13, 10]) {
      let text = String(decoding: bytes[position..<line.lowerBound], as: UTF8.self)
      guard let size = Int(text, radix: 16) else { return .malformed }
      let end = line.upperBound + size
      guard bytes.count >= end + 2 else { return .incomplete }
      if size == 0 { return .whole(body, end: end + 2) }
      body += bytes[line.upperBound..<end]
      position = end + 2
    }
    return .incomplete
  }
}
