/// `GET schema`: what a fixture may say, as JSON Schema.
enum SchemaCall {
  static func answer(_ request: AdminRequest) -> AdminReply { .now(.json(Array(FixtureSchemaText.text.utf8))) }
}
