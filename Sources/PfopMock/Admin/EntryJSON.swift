import PfopEngine

extension JSONWriter {
  /// A bucket or a rule as testers see it.
  mutating func value(_ entry: ServiceState.Entry) {
    object { writer in
      if entry.id > 0 { writer.member("id", entry.id) }
      writer.name("name")
      if let name = entry.name { writer.value(name) } else { writer.null() }
      if entry.id > 0 { writer.member("enabled", entry.isEnabled) }
      writer.name("definition")
      writer.value(entry.definition)
      writer.name("taken")
      writer.array { writer in
        for count in entry.taken { writer.value(count) }
      }
    }
  }

  mutating func member(_ name: String, _ entries: [ServiceState.Entry]) {
    self.name(name)
    array { writer in
      for entry in entries { writer.value(entry) }
    }
  }

  /// Members in the order of their names: JSON's have none of their own.
  mutating func value(_ json: JSONValue) {
    switch json {
    case .null: null()
    case .boolean(let boolean): value(boolean)
    case .integer(let integer): value(integer)
    case .number(let number): value(number)
    case .string(let text): value(text)
    case .array(let items):
      array { writer in
        for item in items { writer.value(item) }
      }
    case .object(let members):
      object { writer in
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
          writer.name(name)
          writer.value(member)
        }
      }
    }
  }
}
