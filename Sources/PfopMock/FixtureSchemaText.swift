import PfopEngine

/// The schema of fixtures as it is published: JSON that people can read, too.
package enum FixtureSchemaText {
  /// With a line break at its end.
  package static let text: String = {
    var text = ""
    write(FixtureSchema.root, indentation: "", to: &text)
    return text + "\n"
  }()

  private static func write(_ value: SchemaValue, indentation: String, to text: inout String) {
    switch value {
    case .boolean(let boolean): text += "\(boolean)"
    case .integer(let integer): text += "\(integer)"
    case .number(let number): text += Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    case .text(let string): text += string.jsonString
    case .list(let items):
      write(items, in: "[", "]", indentation, &text) { item, indentation, text in
        write(item, indentation: indentation, to: &text)
      }
    case .object(let members):
      write(members, in: "{", "}", indentation, &text) { member, indentation, text in
        text += member.name.jsonString + ": "
        write(member.value, indentation: indentation, to: &text)
      }
    }
  }

  /// One item a line.
  private static func write<Item>(
    _ items: [Item], in open: String, _ close: String, _ indentation: String, _ text: inout String,
    _ write: (Item, String, inout String) -> Void
  ) {
    text += open
    for (index, item) in items.enumerated() {
      text += (index > 0 ? "," : "") + "\n  " + indentation
      write(item, indentation + "  ", &text)
    }
    text += (items.isEmpty ? "" : "\n" + indentation) + close
  }
}
