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

  @Test(
    arguments: try all().filter { $0.token?.hasPrefix("Qiniu ") == true && !$0.request_line.contains("/regions") },
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
