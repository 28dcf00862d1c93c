import PfopMock
import TestSupport
import Testing

struct SchemaCommandTests {
  @Test func theSchemaIsAllThatIsPrinted() throws {
    #expect(
      try MockProcess.run(["schema"]) == MockProcess.Ended(code: 0, output: FixtureSchemaText.text, errors: ""))
  }
}
