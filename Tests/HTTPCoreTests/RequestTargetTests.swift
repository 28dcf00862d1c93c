import ByteText
import Testing

@testable import HTTPCore

struct RequestTargetTests {
  struct Parts: Equatable {
    var form: RequestTarget.Form
    var authority: String?
    var path: String
    var query: String?
    var pathAndQuery: String
  }

  private func parts(_ text: String, _ method: HTTPCore.Method = .get) throws -> Parts {
    try withOctets("GET " + text + " ") { message throws(ParseError) in
      let target = try RequestTarget(ByteRange(4, message.count - 1), in: message, method: method)
      func text(_ range: ByteRange) -> String { String(decoding: range.view(in: message), as: UTF8.self) }
      #expect(target.asSent == ByteRange(4, message.count - 1))
      return Parts(
        form: target.form, authority: target.authority.map(text), path: text(target.path),
        query: target.query.map(text), pathAndQuery: text(target.pathAndQuery))
    }
  }

  @Test func originForm() throws {
    #expect(try parts("/") == Parts(form: .origin, path: "/", pathAndQuery: "/"))
    #expect(try parts("/a?b=c") == Parts(form: .origin, path: "/a", query: "b=c", pathAndQuery: "/a?b=c"))
    #expect(try parts("/a?") == Parts(form: .origin, path: "/a", query: "", pathAndQuery: "/a?"))
    #expect(try parts("/a?b?c") == Parts(form: .origin, path: "/a", query: "b?c", pathAndQuery: "/a?b?c"))
    #expect(try parts("//x/a%2F+") == Parts(form: .origin, path: "//x/a%2F+", pathAndQuery: "//x/a%2F+"))
  }

  @Test func absoluteForm() throws {
    #expect(
      try parts("http://x:80/a?b")
        == Parts(form: .absolute, authority: "x:80", path: "/a", query: "b", pathAndQuery: "/a?b"))
    #expect(try parts("HtTpS://x/") == Parts(form: .absolute, authority: "x", path: "/", pathAndQuery: "/"))
    #expect(try parts("http://x") == Parts(form: .absolute, authority: "x", path: "", pathAndQuery: ""))
    #expect(
      try parts("http://x?a/b") == Parts(form: .absolute, authority: "x", path: "", query: "a/b", pathAndQuery: "?a/b"))
    #expect(try parts("http://[::1]/a") == Parts(form: .absolute, authority: "[::1]", path: "/a", pathAndQuery: "/a"))
  }

  @Test func theOtherForms() throws {
    #expect(try parts("*", .options) == Parts(form: .asterisk, path: "*", pathAndQuery: "*"))
    #expect(
      try parts("x:443", .connect) == Parts(form: .authority, authority: "x:443", path: "", pathAndQuery: ""))
  }

  @Test(arguments: [
    ("*", HTTPCore.Method.get, ParseError.Reason.targetMalformed, 0), ("*", .head, .targetMalformed, 0),
    ("a", .get, .targetMalformed, 0), ("x:443", .get, .targetMalformed, 0), ("http:/x", .get, .targetMalformed, 0),
    ("http://", .get, .targetMalformed, 0), ("https://", .get, .targetMalformed, 0),
    ("ws://x/", .get, .targetMalformed, 0),
    ("http:///a", .get, .targetAuthorityInvalid, 7), ("https:///a", .get, .targetAuthorityInvalid, 8),
    ("http://me@x/", .get, .targetAuthorityInvalid, 7), ("/a", .connect, .targetAuthorityInvalid, 0),
    ("x", .connect, .targetAuthorityInvalid, 0), ("/a#b", .get, .targetMalformed, 2),
    ("/a b", .get, .targetMalformed, 2),
    ("/\u{E4}", .get, .targetMalformed, 1), ("/a\0", .get, .controlOctet, 2), ("/a\u{7F}", .get, .controlOctet, 2),
    ("**", .options, .targetMalformed, 0),
  ])
  func faults(text: String, method: HTTPCore.Method, expected: ParseError.Reason, offset: Int) {
    let error = withOctets("GET " + text) { message in
      reason { () throws(ParseError) in _ = try RequestTarget(ByteRange(4, message.count), in: message, method: method)
      }
    }
    #expect(error == ParseError(expected, at: 4 + offset))
  }
}
