/// The parts that schemas are made of.
extension FixtureSchema {
  /// A mapping with just these fields.
  /// - Parameters:
  ///   - type: another type that is as good as a mapping.
  ///   - keywords: what else has to hold.
  static func object<Field: FixtureField>(
    _ fields: Field.Type, or type: String? = nil, required: [Field] = [], _ keywords: SchemaValue = [:],
    _ schema: (Field) -> SchemaValue
  ) -> SchemaValue {
    [
      "type": type.map { .texts(["object", $0]) } ?? "object",
      "properties": .object(Field.allCases.map { ($0.rawValue, schema($0)) }), "additionalProperties": false,
    ] + (required.isEmpty ? [:] : ["required": .texts(required.map(\.rawValue))]) + keywords
  }

  static func reference(_ definition: String) -> SchemaValue { ["$ref": .text("#/$defs/\(definition)")] }

  /// None of these fields.
  static func nothing<Field: FixtureField>(_ fields: some Sequence<Field>) -> SchemaValue {
    .object(fields.map { ($0.rawValue, .boolean(false)) })
  }

  /// One of an enum's names. Editors know `enumDescriptions`; nothing else looks at it.
  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ type: Choice.Type, default choice: Choice? = nil, _ description: (Choice) -> String
  ) -> SchemaValue {
    [
      "enum": .texts(Choice.allCases.map(\.rawValue)),
      "enumDescriptions": .texts(Choice.allCases.map(description)),
    ] + (choice.map { ["default": .text($0.rawValue)] } ?? [:])
  }

  // MARK: - Scalars

  /// What is read as it is written, whatever YAML takes it for; yet not null.
  private static let textTypes: SchemaValue = ["string", "number", "boolean"]

  static func text(_ description: String? = nil, pattern: String? = nil) -> SchemaValue {
    (description.map { ["description": .text($0)] } ?? [:]) + ["type": textTypes, "minLength": 1]
      + (pattern.map { ["pattern": .text("^\($0)$")] } ?? [:])
  }

  /// Text that may also be empty, or null, which is then text as well.
  static func content(_ description: String, pattern: String? = nil) -> SchemaValue {
    ["description": .text(description), "type": ["string", "number", "boolean", "null"]]
      + (pattern.map { ["pattern": .text("^\($0)$")] } ?? [:])
  }

  /// See `Wildcard`.
  static let pattern = text(pattern: #"([^\\]|\\[*\\])+"#)

  static func pattern(_ description: String) -> SchemaValue { ["description": .text(description)] + pattern }

  static func number(_ description: String, in range: ClosedRange<Int>, default value: Int? = nil) -> SchemaValue {
    [
      "description": .text(description), "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
      "maximum": .integer(Int64(range.upperBound)),
    ] + (value.map { ["default": .integer(Int64($0))] } ?? [:])
  }

  static func decimal(_ description: String, in range: ClosedRange<Double>) -> SchemaValue {
    [
      "description": .text(description), "type": "number", "minimum": .number(range.lowerBound),
      "maximum": .number(range.upperBound),
    ]
  }

  // MARK: - Spans and ranges

  private static let spanPattern = "(0|[0-9]+(\\.[0-9]+)?(\(DurationText.units.map(\.name).joined(separator: "|"))))"

  /// See `DurationText`. Zero is a number without its unit, and the only one.
  static let span: SchemaValue = [
    "description": .text("A span of time: \(DurationText.allowed())."), "type": ["string", "integer"],
    "pattern": .text("^\(spanPattern)$"), "minimum": 0, "maximum": 0,
  ]

  static func range(ofSpans description: String) -> SchemaValue {
    [
      "description": .text(description), "type": "string",
      "pattern": .text("^(\(spanPattern)\\.\\.\(spanPattern)?|\\.\\.\(spanPattern))$"),
    ]
  }

  static func range(ofNumbers range: ClosedRange<Int>, _ description: String) -> SchemaValue {
    [
      "description": .text(description), "type": ["integer", "string"],
      "pattern": "^([0-9]+(\\.\\.[0-9]*)?|\\.\\.[0-9]+)$", "minimum": .integer(Int64(range.lowerBound)),
      "maximum": .integer(Int64(range.upperBound)),
    ]
  }

  static let bandwidth: SchemaValue = [
    "description": "How many octets of the answer leave a second: 500, 64KB/s.", "type": ["integer", "string"],
    "pattern": .text("^[0-9]+(\(FixtureReader.bandwidthUnits.map(\.0).joined(separator: "|")))?(/s)?$"),
    "minimum": .integer(Int64(Pace.bandwidths.lowerBound)), "maximum": .integer(Int64(Pace.bandwidths.upperBound)),
  ]

  // MARK: - Fields of messages

  /// RFC 9110, section 5.1.
  static let fieldName: SchemaValue = [
    "pattern": .text(
      "^[A-Za-z0-9\(FixtureReader.fieldNameSigns.map { "^-".contains($0) ? "\\\($0)" : "\($0)" }.joined())]+$")
  ]

  /// RFC 9110, section 5.5.
  static func fieldValue(_ description: String) -> SchemaValue {
    content(description, pattern: "([!-~]([ -~]*[!-~])?)?")
  }

  /// A pattern for one of `names`, in letters of either case.
  static func ignoringCase(_ names: [String]) -> String {
    let patterns = names.map { name in name.map { $0.isLetter ? "[\($0.uppercased())\($0)]" : "\($0)" }.joined() }
    return "^(\(patterns.joined(separator: "|")))$"
  }
}
