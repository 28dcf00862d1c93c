import Foundation
import PfopMock
import TestSupport
import Testing

/// Region answers, in the four shapes that SDKs ask for.
@Suite(.overEachTransport)
struct RegionTests {
  private func ask(_ mock: MockServer, _ target: String, host: String = "a") throws -> RawResponse {
    try mock.answer(to: "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
  }

  static let hosts =
    #""up": {"src": {"main": ["H"]}, "acc": {"main": ["H"]}}, "io": {"src": {"main": ["H"]}}, "#
    + #""rs": {"acc": {"main": ["H"]}}, "rsf": {"acc": {"main": ["H"]}}, "api": {"acc": {"main": ["H"]}}"#
  static let domains = ["up", "io", "rs", "rsf", "api"]
    .map { #""\#($0)": {"domains": ["H"], "old": []}"# }.joined(separator: ", ")

  static let shapes = [
    ("/v2/query?ak=a&bucket=b", #"{"region": "z0", "ttl": 10, \#(hosts)}"#),
    ("/v3/query?ak=a&bucket=b", #"{"hosts": [{"region": "z0", "ttl": 10, \#(hosts)}]}"#),
    (
      "/v4/query?ak=a&bucket=b",
      #"{"hosts": [{"region": "z0", "ttl": 10, \#(domains), "uc": {"domains": ["H"], "old": []}}]}"#
    ),
    ("/regions", #"{"regions": [{"id": "z0", "ttl": 10, \#(domains)}]}"#),
  ]

  @Test(arguments: shapes, [Configuration.Dialect.classic, .current])
  func namesTheAddressThatIsListenedOn(_ shape: (String, String), _ dialect: Configuration.Dialect) throws {
    let mock = try MockServer { $0.dialect = dialect }
    // Java leaves the port out of Host: nothing may depend on it.
    let answer = try ask(mock, shape.0, host: "127.0.0.1")
    #expect(answer.status == 200)
    #expect(try answer.text == shape.1.replacing("\"H\"", with: "\"127.0.0.1:\(mock.port)\""))
    #expect(answer["Content-Type"] == "application/json")
    let entry = try #require(mock.server.journal.last)
    #expect(entry.decidedBy == "region")
    #expect(entry.authorization == .none)
    #expect(entry.bucket == (shape.0.contains("bucket") ? "b" : ""))
  }

  @Test func anAddressThatMeansAllIsNamedByTheLoopbackOne() throws {
    let mock = try MockServer { $0.host = "0.0.0.0" }
    #expect(try ask(mock, "/regions").text.contains("\"127.0.0.1:\(mock.port)\""))
  }

  @Test(arguments: shapes.map(\.0), ["http://mock.example:81", "https://mock.example/"])
  func namesThePublicURL(_ target: String, _ url: String) throws {
    let mock = try MockServer { $0.publicURL = url }
    let answer = try ask(mock, target)
    #expect(answer.text.contains(url.hasSuffix("81") ? "\"mock.example:81\"" : "\"mock.example\""))
    #expect(!answer.text.contains("127.0.0.1"))
  }

  @Test(arguments: [
    ("?bucket=b", "ak"), ("?ak=&bucket=b", "ak"), ("?ak=a", "bucket"), ("?ak=a&bucket=", "bucket"), ("", "bucket"),
  ])
  func aQueryNamesWhoAndWhat(query: String, missing: String) throws {
    let answer = try ask(MockServer(), "/v4/query\(query)")
    #expect(answer.text == #"{"code": 400, "error": "bad parameter: \#(missing) is missing"}"#)
    #expect(answer["X-Mock-Diagnosis"]?.contains("ak, bucket") == true)
  }

  @Test func aBadQueryIsExplained() throws {
    let mock = try MockServer()
    #expect(try ask(mock, "/v2/query?ak=a&bucket=%zz").status == 400)
    #expect(try ask(mock, "/v2/query?ak=a&bucket=b&bucket=c").text.contains("bucket is given twice"))
    #expect(try mock.answer(to: "POST /v2/query HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status == 405)
  }

  /// Who signs all the same is told in the journal only.
  @Test func aWrongSignatureIsNoted() throws {
    let mock = try MockServer { $0.dialect = .current }
    let answer = try mock.answer(
      to: "GET /regions HTTP/1.1\r\nHost: a\r\nAuthorization: Qiniu \(MockServer.accessKey):AAAA\r\n\r\n")
    #expect(answer.status == 200)
    #expect(answer["X-Mock-Diagnosis"] == nil)
    #expect(mock.server.journal.last?.authorization == .invalid)
    #expect(mock.server.journal.last?.remark.contains("signature mismatch") == true)
  }
}
