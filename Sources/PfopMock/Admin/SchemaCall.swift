/// `GET schema`: what a fixture may say, as JSON Schema.
enum SchemaCall {
  static let description = CallDescription(answers: [.json("JSON Schema 2020-12", .dictionary(.anything))])

  static func answer(_ request: AdminRequest) -> AdminReply { .now(.json(Array(FixtureSchemaText.text.utf8))) }
}
