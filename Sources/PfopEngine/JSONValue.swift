import Yams

/// What came as JSON and is read as fixtures are; see `JSONTreeReader.value`.
package indirect enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  /// Exact up to the limits of Int64.
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The same as a node of YAML. Only numbers, booleans and null are plain: what stands in quotes in JSON is a text,
  /// whatever it looks like. And so are names, so that `<<` merges nothing.
  var node: Node {
    switch self {
    case .null: Self.plain("null")
    case .boolean(let value): Self.plain(value ? "true" : "false")
    case .integer(let value): Self.plain("\(value)")
    case .number(let value): Self.plain("\(value)")
    case .string(let text): Self.quoted(text)
    case .array(let items): .sequence(Node.Sequence(items.map(\.node)))
    case .object(let members):
      // JSON's members have no order; one that is always the same makes messages that are.
      .mapping(Node.Mapping(members.sorted { $0.key < $1.key }.map { (Self.quoted($0.key), $0.value.node) }))
    }
  }

  private static func plain(_ text: String) -> Node { .scalar(Node.Scalar(text, .implicit, .plain)) }

  private static func quoted(_ text: String) -> Node { .scalar(Node.Scalar(text, .implicit, .doubleQuoted)) }
}
