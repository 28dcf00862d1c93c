import Foundation
import PfopMock
import TestSupport
import Testing

/// Requests captured from eight official SDKs, with the verdict that each must get.
struct CapturedRequestTests {
  struct Captured: Decodable, CustomTestStringConvertible {
    var sdk: String
    var request_line: String
    var headers: [[String]]
    var body: String
    var authorization: String
    var note: String

    var testDescription: String { "\(sdk): \(request_line)" }

    var token: String? { headers.first { $0[0].lowercased() == "authorization" }?[1] }

    var text: String {
      let isChunked = headers.contains { $0[0].lowercased() == "transfer-encoding" }
      let fields = headers.map { "\($0[0]): \($0[1])\r\n" }.joined()
      return "\(request_line)\r\n\(fields)\r\n\(isChunked ? "0\r\n\r\n" : body)"
    }
  }

  static func all() throws -> [Captured] {
    try String(decoding: Checkout.read("fixtures/vectors/sdk-requests.jsonl"), as: UTF8.self)
      .split(separator: "\n").map { try JSONDecoder().decode(Captured.self, from: Data($0.utf8)) }
  }

  @Test func allAreHere() throws {
    #expect(try CapturedRequestTests.all().count == 64)
  }

  @Test(arguments: try all().filter { $0.token?.hasPrefix("Qiniu ") != true }, Transport.allCases)
  func theDialectClassicAgreesAboutQBoxAndNone(captured: Captured, over transport: Transport) throws {
    let mock = try MockServer(fixture: "fixtures/permissive.yaml", over: transport)
    let answer = try mock.answer(to: captured.text)
    let entry = try #require(mock.server.journal.last)
    #expect("\(entry.authorization)" == captured.authorization)
    let isPfop = captured.request_line.contains("/pfop")
    #expect((answer.status == 401) == (isPfop && captured.authorization != "valid"))
  }

  /// In the dialect `current` every one gets its recorded verdict, and a 200 where the SDK expected one.
  @Test(arguments: try all(), Transport.allCases)
  func theDialectCurrentAgreesAboutAll(captured: Captured, over transport: Transport) throws {
    let mock = try MockServer(fixture: "fixtures/permissive.yaml", over: transport) {
      $0.dialect = .current
      // The requests are of the day on which they were captured, by clients that dialled this port.
      $0.maxSkew = .zero
      $0.publicURL = "http://127.0.0.1:18181"
    }
    let answer = try mock.answer(to: captured.text)
    let entry = try #require(mock.server.journal.last)
    #expect("\(entry.authorization)" == captured.authorization)
    guard captured.request_line != "GET /regions HTTP/1.1" else {
      #expect(answer.status == 200)
      #expect(answer.text.contains("\"127.0.0.1:18181\""))
      return
    }
    guard captured.request_line.contains("/pfop") else {
      // One of somebody else's ids, and one that is none.
      #expect(answer.status == (captured.text.contains("doesnotexist") ? 404 : 612))
      return
    }
    #expect(answer.status == (captured.authorization == "valid" ? 200 : 401))
    #expect(answer.text == #"{"persistentId": "1"}"# || answer.status == 401)
    let isUntyped = !captured.headers.contains { $0[0].lowercased() == "content-type" }
    #expect(entry.remark.contains("default Content-Type") == (isUntyped && captured.authorization == "valid"))
    let isJavas = captured.sdk.hasPrefix("Java") && captured.note.contains("lacks the port")
    #expect(entry.remark.contains("listening port") == isJavas)
  }

  @Test(
    arguments: try all().filter { $0.token?.hasPrefix("Qiniu ") == true },
    Transport.allCases)
  func theDialectClassicHasNoOtherScheme(captured: Captured, over transport: Transport) throws {
    let mock = try MockServer(fixture: "fixtures/permissive.yaml", over: transport)
    let answer = try mock.answer(to: captured.text)
    #expect(mock.server.journal.last?.authorization == .invalid)
    if captured.request_line.contains("/pfop") {
      #expect(answer.status == 401)
      #expect(answer["X-Mock-Diagnosis"]?.contains("Qiniu") == true)
    }
  }
}
