import ArgumentParser
import PfopMock

/// Prints what a fixture may say, as JSON Schema.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of fixture files, for editors.",
    discussion: """
      pfop-mock schema > fixture.schema.json

      With this as the first line of a fixture, editors that know YAML complete and explain it:

      # yaml-language-server: $schema=fixture.schema.json
      """)

  func run() { StandardOutput.write(FixtureSchemaText.text) }
}
