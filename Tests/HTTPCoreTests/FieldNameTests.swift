import ByteText
import Testing

@testable import HTTPCore

struct FieldNameTests {
  static let names: [(String, FieldName)] = [
    ("authorization", .authorization), ("connection", .connection), ("content-length", .contentLength),
    ("content-type", .contentType), ("expect", .expect), ("host", .host), ("origin", .origin),
    ("transfer-encoding", .transferEncoding), ("user-agent", .userAgent), ("x-qiniu-date", .qiniu),
  ]

  private func known(_ text: String) -> FieldName { withOctets(text) { FieldName($0) } }

  @Test func everyNameIsListed() {
    #expect(Set(Self.names.map(\.1)).union([.other]) == Set(FieldName.allCases))
  }

  @Test(arguments: names)
  func isReadInAnyCase(text: String, name: FieldName) {
    #expect(known(text) == name)
    #expect(known(text.uppercased()) == name)
    let mixed = text.enumerated().map { $0.offset % 2 == 0 ? $0.element.uppercased() : String($0.element) }
    #expect(known(mixed.joined()) == name)
  }

  @Test(arguments: names)
  func nearMissesAreOther(text: String, name: FieldName) {
    // What follows the prefix of `qiniu` is free.
    let fixed = name == .qiniu ? "x-qiniu-" : text
    for index in fixed.indices {
      let changed = text.replacingCharacters(at: index, with: "_")
      #expect(known(changed) == .other, "\(changed)")
    }
    #expect(known(String(fixed.dropLast())) == .other)
    if name != .qiniu { #expect(known(text + "s") == .other) }
  }

  @Test(arguments: ["", "x", "x-qiniu-", "x-qiniu", "qiniu-date", "xx-qiniu-date", "cookie", "te", "trailer", "hose"])
  func everythingElseIsOther(text: String) {
    #expect(known(text) == .other)
  }

  @Test(arguments: ["X-Qiniu-A", "x-qiniu-ab", "X-QINIU-Meta", "X-Qiniu-Meta-A", "X-Qiniu-Meta-Abc"])
  func qiniusFieldsMayHaveAnyLength(text: String) {
    #expect(known(text) == .qiniu)
  }
}

extension String {
  func replacingCharacters(at index: Index, with text: String) -> String {
    self[..<index] + text + self[self.index(after: index)...]
  }
}
