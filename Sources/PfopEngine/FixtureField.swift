/// The names that the members of one mapping of a fixture may have, in the order in which messages tell them. The decoder
/// reads by them and the schema is made from them, so that neither knows a field that the other does not.
protocol FixtureField: CaseIterable, RawRepresentable<String>, Sendable {}

extension FixtureField {
  static var names: [String] { allCases.map(\.rawValue) }
  /// For messages.
  static var list: String { names.joined(separator: ", ") }
}

/// The members of a mapping whose names are a `FixtureField`'s.
struct FixtureMembers<Field: FixtureField> {
  fileprivate let fields: FixtureFields

  /// See `FixtureFields.isSound`.
  var isSound: Bool { fields.isSound }

  subscript(field: Field) -> FixtureValue? { fields[field.rawValue] }
}

extension FixtureReader {
  /// The members of a mapping; those with other names are reported.
  /// - Parameter isSecret: see `fields(of:allowed:isSecret:)`.
  func members<Field: FixtureField>(
    of value: FixtureValue, as type: Field.Type, isSecret: Bool = false
  ) -> FixtureMembers<Field> {
    FixtureMembers(fields: fields(of: value, allowed: Field.names, isSecret: isSecret))
  }
}
