import Foundation
import TestSupport
import Testing

/// Every file of `fixtures/examples` does on a socket what its first line says.
@Suite(.overEachTransport)
struct ExampleTests {
  @Test func everyFileHasItsCase() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(Checkout.root)/fixtures/examples")
    #expect(files.sorted() == Example.allCases.map { "\($0.rawValue).yaml" }.sorted())
  }

  @Test(arguments: Example.allCases)
  func oneLineAtItsTopSaysWhatItIsFor(_ example: Example) throws {
    let text = String(decoding: try Checkout.read("fixtures/examples/\(example.rawValue).yaml"), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasPrefix("# ") && lines[1] == "accounts:")
    #expect(lines.allSatisfy { $0.count <= 120 } && lines.count <= 16)
  }

  @Test(arguments: Example.allCases)
  func itDoesWhatItSays(_ example: Example) throws {
    switch example {
    case .connectionResetByPeer: try isLostWithoutEffect(example) { $0.isReset && $0.octets.isEmpty }
    case .emptyResponse: try isLostWithoutEffect(example) { !$0.isReset && $0.octets.isEmpty }
    case .randomDataThenClose:
      try isLostWithoutEffect(example) { !$0.isReset && $0.octets.count >= 32 && $0.octets[0] >= 0x80 }
    case .hang: try hang()
    case .malformedResponseChunk: try malformedResponseChunk()
    case .truncatedBody: try isCut(example, body: #"{"persist"#)
    case .closeAfterHeaders: try isCut(example, body: "")
    case .missingReqid: try missingReqid()
    case .wrongContentType: try wrongContentType()
    case .invalidJSON: try invalidJSON()
    case .persistentIdAsFloat: try persistentIdAsFloat()
    case .duplicateResponse: try duplicateResponse()
    case .earlyNotification: try earlyNotification()
    case .duplicateNotification: try duplicateNotification()
    case .lateNotification: try lateNotification()
    case .answerLost: try answerLost()
    case .sequence: #expect(try example.serve().statuses(6) == [599, 503, 503, 200, 200, 200])
    case .countByKey: try countByKey()
    case .probability: try probability()
    case .rateLimit: try rateLimit()
    case .customAnswer: try customAnswer()
    case .jobByCommand: try jobByCommand()
    case .bucketDialect: try bucketDialect()
    case .delayFixed: try delayFixed()
    case .delayUniform: try delayUniform()
    case .delayLognormal: try delayLognormal()
    case .dribble: try dribble()
    case .bandwidth: try bandwidth()
    case .statusQuery: try statusQuery()
    case .connection: try connection()
    case .header: try header()
    case .userAgent: try userAgent()
    case .sdkRetries: try sdkRetries()
    case .timeWindow: try timeWindow()
    }
  }
}
