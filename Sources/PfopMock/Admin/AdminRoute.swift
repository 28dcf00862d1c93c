import HTTPCore

/// One row of the table of admin calls. It is what a description of the API is made from, so all that a caller has to
/// know of the address is in it.
struct AdminRoute: Sendable {
  /// GET stands for HEAD as well.
  let method: Method
  /// Below `/__admin/`; a part in braces stands for any part, and names it: `jobs/{id}`.
  let path: StaticString
  /// One line, without a full stop.
  let summary: StaticString
  /// The query parameters that the call knows.
  let query: [StaticString]
  /// What `openapi.json` tells beside the above; a test sees to it that nothing is missing.
  let description: CallDescription
  let access: Access
  let answer: @Sendable (AdminRequest) throws(AdminError) -> AdminReply
  private let parts: [Part]

  /// Who may call it.
  enum Access: Sendable {
    /// Those whom `AdminGuard` lets in.
    case guarded
    /// They need not know the token: nothing of the service is told, and nothing changed.
    case withoutToken
    /// Everybody, from everywhere.
    case open
  }

  /// Everybody may call it, from everywhere.
  var isOpen: Bool { access == .open }

  private enum Part: Sendable {
    case literal(String)
    case parameter(String)
  }

  init(
    _ method: Method, _ path: StaticString, _ summary: StaticString, query: [StaticString] = [],
    access: Access = .guarded, description: CallDescription,
    _ answer: @escaping @Sendable (AdminRequest) throws(AdminError) -> AdminReply
  ) {
    self.method = method
    self.path = path
    self.summary = summary
    self.query = query
    self.access = access
    self.description = description
    self.answer = answer
    parts = path.description.split(separator: "/", omittingEmptySubsequences: false).map { part in
      part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
    }
  }

  /// How people write the call: `GET jobs/{id}`.
  var name: String { "\(method.name) \(path)" }

  /// What the path's parts in braces are for a path of these parts, already decoded; nil if the row is for another
  /// path.
  func parameters(in given: [String]) -> [String: String]? {
    guard given.count == parts.count else { return nil }
    var parameters: [String: String] = [:]
    for (part, text) in zip(parts, given) {
      switch part {
      case .literal(let literal): if literal != text { return nil }
      case .parameter(let name): if text.isEmpty { return nil } else { parameters[name] = text }
      }
    }
    return parameters
  }
}
