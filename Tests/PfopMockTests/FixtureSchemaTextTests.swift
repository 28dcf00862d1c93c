import Foundation
import PfopEngine
import Testing

@testable import PfopMock

struct FixtureSchemaTextTests {
  @Test func theTextIsTheSchemaAsJSON() throws {
    let json = try JSONSerialization.jsonObject(with: Data(FixtureSchemaText.text.utf8))
    #expect(same(json, FixtureSchema.root))
  }

  @Test func theTextCanBeReadByPeople() {
    let lines = FixtureSchemaText.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "{" && lines.suffix(2) == ["}", ""])
    #expect(lines.contains("  \"title\": \"A fixture of pfop-mock\","))
    #expect(
      FixtureSchemaText.text.contains("\"minimum\": 0.001,")
        && FixtureSchemaText.text.contains("\"maximum\": 1000000\n"))
  }

  private func same(_ json: Any, _ value: SchemaValue) -> Bool {
    switch value {
    case .boolean(let boolean): return json as? Bool == boolean
    case .integer(let integer): return json as? Int64 == integer
    case .number(let number): return json as? Double == number
    case .text(let text): return json as? String == text
    case .list(let items):
      guard let list = json as? [Any], list.count == items.count else { return false }
      return zip(list, items).allSatisfy { same($0, $1) }
    case .object(let members):
      guard let object = json as? [String: Any], object.count == members.count else { return false }
      return members.allSatisfy { member in object[member.name].map { same($0, member.value) } ?? false }
    }
  }
}
