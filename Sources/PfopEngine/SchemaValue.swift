/// A JSON value that is written by us and read by people: the members of its objects keep their order.
package indirect enum SchemaValue: Sendable, Equatable {
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([SchemaValue])
  case object([Member])

  package struct Member: Sendable, Equatable {
    package var name: String
    package var value: SchemaValue
  }

  /// The value of an object's member; nil if there is none.
  package subscript(name: String) -> SchemaValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  static func object(_ members: some Sequence<(String, SchemaValue)>) -> SchemaValue {
    .object(members.map { Member(name: $0.0, value: $0.1) })
  }

  static func texts(_ texts: some Sequence<String>) -> SchemaValue { .list(texts.map { .text($0) }) }

  /// The members of both, which are objects.
  static func + (first: SchemaValue, second: SchemaValue) -> SchemaValue {
    guard case .object(let members) = first, case .object(let more) = second else {
      preconditionFailure("only objects have members")
    }
    return .object(members + more)
  }
}

extension SchemaValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral text: String) { self = .text(text) }

  package init(booleanLiteral boolean: Bool) { self = .boolean(boolean) }

  package init(integerLiteral integer: Int64) { self = .integer(integer) }

  package init(arrayLiteral items: SchemaValue...) { self = .list(items) }

  package init(dictionaryLiteral members: (String, SchemaValue)...) { self = .object(members) }
}
