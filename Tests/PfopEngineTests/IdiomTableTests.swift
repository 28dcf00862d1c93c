import Testing

@testable import PfopEngine

struct IdiomTableTests {
  private func idiom(_ yaml: String, _ bucket: String, _ dialect: Dialect? = nil, _ format: IDFormat? = nil) throws
    -> Idiom
  {
    let table = IdiomTable(try Samples.fixture(yaml), dialect: dialect, idFormat: format)
    return bucket.withBytes { table.idiom(of: $0) }
  }

  @Test func theServersWordGoesBeforeTheFixtures() throws {
    #expect(try idiom("buckets: {}", "b") == Idiom(.classic, .int64))
    #expect(try idiom("dialect: current", "b") == Idiom(.current, .string))
    #expect(try idiom("dialect: current", "b", .classic) == Idiom(.classic, .int64))
    #expect(try idiom("dialect: current\nidFormat: zoned", "b") == Idiom(.current, .zoned))
    #expect(try idiom("dialect: current\nidFormat: zoned", "b", nil, .int64) == Idiom(.current, .int64))
  }

  @Test func aBucketsOwnWordGoesBeforeAll() throws {
    let yaml = "buckets: { a: { dialect: current }, b: { idFormat: zoned }, \"c*\": { dialect: classic }, d: {} }"
    #expect(try idiom(yaml, "a") == Idiom(.current, .string))
    #expect(try idiom(yaml, "a", .classic, .int64) == Idiom(.current, .int64))
    #expect(try idiom(yaml, "b") == Idiom(.classic, .zoned))
    #expect(try idiom(yaml, "b", .current, .int64) == Idiom(.current, .zoned))
    #expect(try idiom(yaml, "cc", .current) == Idiom(.classic, .int64))
    #expect(try idiom(yaml, "d", .current) == Idiom(.current, .string))
    #expect(try idiom(yaml, "none", .current) == Idiom(.current, .string))
  }

  @Test func idsHaveThreeForms() {
    #expect(IDFormat.allCases.map { $0.text(0x1a2b) } == ["6699", "6699", "z0.1a2b"])
    #expect(IDFormat.zoned.text(.max) == "z0.7fffffffffffffff")
    for format in IDFormat.allCases {
      #expect(format.text(.max).withBytes { PersistentID.parse($0) } == .max)
    }
  }
}
