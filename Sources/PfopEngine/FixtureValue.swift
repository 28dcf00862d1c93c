import ByteText
import Yams

/// The members of a mapping whose names are known.
package struct FixtureFields {
  var values: [String: FixtureValue]
  /// False if there was no mapping, or a name in it was not known. What is missing then is probably what was misspelt,
  /// and one message is enough.
  package var isSound: Bool

  package subscript(name: String) -> FixtureValue? { values[name] }
}

/// A value in a fixture file, and how one gets there.
package struct FixtureValue {
  var node: Node
  /// As in `buckets.media.then[1].status`; empty for the root.
  package var path: String

  var place: FixturePlace? { node.mark.map { FixturePlace(line: $0.line, column: $0.column) } }

  /// True for what YAML reads as null: nothing at all, `~` or `null`.
  package var isNull: Bool { plainText.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false }

  /// The text of a scalar without quotes; only such ones can be numbers, booleans or null.
  package var plainText: String? { node.scalar.flatMap { $0.style == .plain ? $0.string : nil } }

  /// The value in words that hold nothing of it.
  package var kind: String {
    switch node {
    case .scalar: isNull ? "empty" : "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }

  func member(_ name: String, _ node: Node) -> FixtureValue {
    // A message is one line of bounded length, whatever a file calls its buckets.
    let isShort = name.utf8.count <= String.quoteLimit || name.unicodeScalars.count <= String.quoteLimit
    let isPlain = isShort && (name.utf8.allSatisfy { 0x20..<0x7F ~= $0 } || name.visibleLine == name)
    let shown = isPlain ? name : FixtureProblem.quoted(name)
    return FixtureValue(node: node, path: path.isEmpty ? shown : "\(path).\(shown)")
  }

  func item(_ index: Int, _ node: Node) -> FixtureValue { FixtureValue(node: node, path: "\(path)[\(index)]") }
}
