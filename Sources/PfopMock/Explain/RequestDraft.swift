/// A request that somebody describes, on its way to being the octets that would be sent.
package struct RequestDraft: Equatable, Sendable {
  package struct Field: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var method = "POST"
  /// `path[?query]`
  package var target = "/pfop"
  package var fields: [Field] = []
  package var body = ""

  package init() {}

  package func value(_ name: String) -> String? {
    fields.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Adds a field unless there is one of its name.
  mutating func complete(_ name: String, _ value: @autoclosure () -> String) {
    if self.value(name) == nil { fields.append(Field(name, value())) }
  }

  /// The message. A length is told if none is, and a host.
  /// - Parameter host: `host[:port]`
  func message(host: String) -> [UInt8] {
    var draft = self
    if draft.value("Host") == nil { draft.fields.insert(Field("Host", host), at: 0) }
    let body = Array(self.body.utf8)
    if !body.isEmpty, draft.value("Transfer-Encoding") == nil { draft.complete("Content-Length", "\(body.count)") }
    let lines = draft.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
    return Array("\(method) \(target) HTTP/1.1\r\n\(lines)\r\n".utf8) + body
  }
}
