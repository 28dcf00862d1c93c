import Testing

@testable import PfopEngine

struct ParameterizedValueTests {
  private func read(_ text: String, _ name: StaticString = "name") -> String? {
    text.withBytes { bytes in
      ParameterizedValue(bytes).map { "\($0.word.text)|\($0[name]?.text ?? "nil")" }
    }
  }

  @Test(arguments: [
    ("form-data; name=\"key\"", "form-data|key"), ("form-data;name=key", "form-data|key"),
    (" form-data\t; a=1 ;; NAME=\"k\" ;", "form-data|k"), ("form-data", "form-data|nil"), ("", "|nil"),
    ("form-data; filename=\"a;name=b\"; name=\"k\"", "form-data|k"),
    ("form-data; filename=\"a\\\";name=b\"; name=k", "form-data|k"), ("a; name=\"\"", "a|"), ("a; name=", "a|"),
    ("a; name=1; name=2", "a|nil"),
  ])
  func readsParameters(text: String, expected: String) {
    #expect(read(text) == expected)
  }

  @Test(arguments: [
    "a; name", "a; name; b=1", "a; =1", "a; name= \"k\"", "a; name=\"k", "a; name=\"k\\\"", "a; name=\"k\" x",
    "a; name=\"k\\",
  ])
  func refuses(text: String) {
    #expect(read(text) == nil)
  }
}
