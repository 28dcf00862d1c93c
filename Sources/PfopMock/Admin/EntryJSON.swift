import PfopEngine

/// Buckets or rules as testers see them.
struct EntryItems: ListItems {
  /// Those that have not been taken.
  private var places: Range<Int>
  private let entry: @Sendable (Int) -> ServiceState.Entry

  private static let batch = 64

  init(bucketsOf entries: ServiceState.EntryList) {
    places = entries.buckets.indices
    entry = { entries.buckets[$0] }
  }

  init(rulesOf entries: ServiceState.EntryList) {
    places = entries.rules.indices
    entry = { entries.rules[$0] }
  }

  mutating func next() -> [ServiceState.Entry]? {
    guard !places.isEmpty else { return nil }
    let batch = places.prefix(Self.batch)
    places = batch.endIndex..<places.endIndex
    return batch.map(entry)
  }

  func parts(of entry: ServiceState.Entry) -> [JSONPart] { entry.parts }
}

extension ServiceState.Entry {
  /// A bucket or a rule as testers see it: what a file says of it may be long.
  var parts: [JSONPart] {
    let head = JSONWriter.object { writer in
      if id > 0 { writer.member("id", id) }
      writer.name("name")
      if let name { writer.value(name) } else { writer.null() }
      if id > 0 { writer.member("enabled", isEnabled) }
    }
    let tail = JSONWriter.object { writer in
      writer.name("taken")
      writer.array { writer in
        for count in taken { writer.value(count) }
      }
    }
    return [
      .text(head.dropLast() + Array(", \"definition\": ".utf8)), .value(definition),
      .text(Array(", ".utf8) + tail.dropFirst()),
    ]
  }
}

extension JSONWriter {
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
