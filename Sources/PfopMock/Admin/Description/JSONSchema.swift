/// What JSON an admin call takes or answers, as JSON Schema 2020-12 says it: as much of that as our calls need.
indirect enum JSONSchema: Sendable {
  case text
  /// One of these texts.
  case choice([String])
  /// Nil for any size.
  case integer(ClosedRange<Int64>?)
  case number
  case boolean
  case list(JSONSchema)
  /// These members and no others.
  case object([Member])
  /// Members of any names.
  case dictionary(JSONSchema)
  /// The same or null.
  case nullable(JSONSchema)
  case either([JSONSchema])
  case anything
  /// One of `SchemaParts`, by its name.
  case part(String)

  struct Member: Sendable {
    var name: String
    var schema: JSONSchema
    var isRequired: Bool

    static func needed(_ name: String, _ schema: JSONSchema) -> Member {
      Member(name: name, schema: schema, isRequired: true)
    }

    static func maybe(_ name: String, _ schema: JSONSchema) -> Member {
      Member(name: name, schema: schema, isRequired: false)
    }
  }

  /// The parts that it names, and those that they name are not among them.
  var parts: Set<String> {
    switch self {
    case .text, .choice, .integer, .number, .boolean, .anything: []
    case .list(let schema), .dictionary(let schema), .nullable(let schema): schema.parts
    case .object(let members): members.reduce(into: []) { $0.formUnion($1.schema.parts) }
    case .either(let schemas): schemas.reduce(into: []) { $0.formUnion($1.parts) }
    case .part(let name): [name]
    }
  }
}

extension JSONWriter {
  mutating func value(_ schema: JSONSchema) { object { $0.members(of: schema) } }

  private mutating func members(of schema: JSONSchema) {
    switch schema {
    case .text: member("type", "string")
    case .choice(let choices):
      member("type", "string")
      list("enum", choices) { $0.value($1) }
    case .integer(let range):
      member("type", "integer")
      guard let range else { return }
      member("minimum", range.lowerBound)
      member("maximum", range.upperBound)
    case .number: member("type", "number")
    case .boolean: member("type", "boolean")
    case .list(let items):
      member("type", "array")
      name("items")
      value(items)
    case .object(let members):
      member("type", "object")
      name("properties")
      object { writer in
        for member in members {
          writer.name(member.name)
          writer.value(member.schema)
        }
      }
      list("required", members.filter(\.isRequired)) { $0.value($1.name) }
      member("additionalProperties", false)
    case .dictionary(let values):
      member("type", "object")
      name("additionalProperties")
      value(values)
    case .nullable(let other):
      list("anyOf", [other, nil]) { writer, schema in
        if let schema { writer.value(schema) } else { writer.object { $0.member("type", "null") } }
      }
    case .either(let schemas): list("anyOf", schemas) { $0.value($1) }
    case .anything: break
    case .part(let part): member("$ref", "#/components/schemas/\(part)")
    }
  }

  private mutating func list<Item>(_ name: String, _ items: [Item], _ write: (inout JSONWriter, Item) -> Void) {
    self.name(name)
    array { writer in
      for item in items { write(&writer, item) }
    }
  }
}
