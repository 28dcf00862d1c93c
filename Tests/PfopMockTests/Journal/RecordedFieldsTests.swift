import ByteText
import Testing

@testable import PfopMock

struct RecordedFieldsTests {
  private func values(_ request: String, _ name: String) -> [String] {
    var values: [String] = []
    var request = request
    request.withUTF8 { request in
      _ = RecordedFields(request: ByteView(request)).hasField(named: Array(name.utf8)) { value in
        values.append(String(decoding: value, as: UTF8.self))
        return false
      }
    }
    return values
  }

  @Test func linesAreFoundByNameInEitherCase() {
    let request = "POST / HTTP/1.1\r\nHost: a\r\nX-Name:  one \r\nx-name:two\nX-Names: no\r\n\r\nx-name: content"
    #expect(values(request, "x-name") == ["one", "two"])
    #expect(values("\r\n" + request, "host") == ["a"])
    #expect(values(request, "post") == [])
  }

  @Test func aBeginningIsReadAsFarAsItsLinesAreWhole() {
    #expect(values("GET / HTTP/1.1\r\nA: b\r\nA: c", "a") == ["b"])
    for request in ["", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nno line\r\n"] {
      #expect(values(request, "a") == [])
    }
  }

  @Test(arguments: [
    ("/pfop?a=b", "/pfop"), ("/pfop", "/pfop"), ("http://a.example:80/pfop?x=/y", "/pfop"), ("http://a.example", ""),
    ("/a://b/c", "/a://b/c"), ("*", "*"), ("", ""), ("?", ""), ("http://a?x", ""),
  ])
  func thePathIsWhatRulesLookAt(target: String, path: String) {
    var target = target
    #expect(target.withUTF8 { String(decoding: RecordedFields.path(of: ByteView($0)), as: UTF8.self) } == path)
  }
}
