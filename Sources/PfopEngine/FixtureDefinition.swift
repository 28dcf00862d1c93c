import ByteText
import Yams

/// Says in JSON what stands in a fixture in YAML, so that it reads as the same.
enum FixtureDefinition {
  /// What is a number however it is written, such as 007 or 0.50. Elsewhere such a scalar is a text.
  private static let numbers: Set<String> = [
    "times", "probability", "status", "errorIndex", "perSecond", "burst", "retryAfter", "sigma", "chunks", "bandwidth",
    "type", "force", "attempt",
  ]

  /// - Parameter name: of the member whose value the node is.
  static func json(_ node: Node, named name: String) -> JSONValue {
    switch node {
    case .scalar(let scalar): json(scalar, named: name)
    case .sequence(let items): .array(items.map { json($0, named: name) })
    case .mapping(let mapping): .object(members(of: mapping))
    // The parser has put what it stands for in its place.
    case .alias: .null
    }
  }

  /// Merged members (`<<`) give way to the mapping's own, and later ones to earlier ones.
  private static func members(of mapping: Node.Mapping) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    var merged: [Node] = []
    for (key, value) in mapping {
      guard let name = key.scalar else { continue }
      if name.string == "<<", name.style == .plain {
        merged += value.sequence.map { Array($0) } ?? [value]
      } else {
        members[name.string] = json(value, named: name.string)
      }
    }
    for source in merged {
      if let source = source.mapping { members.merge(self.members(of: source)) { own, _ in own } }
    }
    return members
  }

  private static func json(_ scalar: Node.Scalar, named name: String) -> JSONValue {
    let text = scalar.string
    guard scalar.style == .plain else { return .string(text) }
    if let number = Int64(text), text == "\(number)" || numbers.contains(name) { return .integer(number) }
    if let number = Double(text), number.isFinite, text == "\(number)" || numbers.contains(name) {
      return .number(number)
    }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true": return .boolean(true)
    case "True", "TRUE": return name == "accept" ? .boolean(true) : .string(text)
    case "false": return .boolean(false)
    default: return .string(text)
    }
  }
}
