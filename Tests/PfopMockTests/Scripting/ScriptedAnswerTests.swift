import ByteText
import HTTPServer
import PfopEngine
import Testing

@testable import PfopMock

/// What scripts make of an answer, as values: its octets, and the steps in which they leave.
struct ScriptedAnswerTests {
  private static let head = """
    HTTP/1.1 200 OK\r
    Date: Thu, 01 Jan 2026 00:00:00 GMT\r
    Content-Length: 19\r
    Content-Type: application/json\r
    X-Reqid: abc\r
    X-Log: PFOP\r
    \r

    """
  private static let body = #"{"persistentId": 7}"#

  private func compile(
    _ written: String = head + body, waits: Bool = true, isHead: Bool = false, change: (inout AnswerScript) -> Void
  ) -> ScriptedAnswer {
    var script = AnswerScript(random: SeededRandom(seed: 1))
    change(&script)
    return Array(written.utf8).withUnsafeBytes {
      ScriptedAnswer($0, script, .init(isHead: isHead, id: 7), waits: waits)
    }
  }

  private func text(_ answer: ScriptedAnswer) -> String { String(decoding: answer.octets, as: UTF8.self) }

  private func compile(_ fault: Fault) -> ScriptedAnswer { compile { $0.fault = fault } }

  private func all(_ answer: ScriptedAnswer) -> WireStep { .send(0..<answer.octets.count) }

  // MARK: - Faults

  @Test(arguments: [
    (Fault.connectionResetByPeer, [WireStep.reset]), (.emptyResponse, [.halfClose]), (.hang, [.hang]),
  ])
  func withoutAnAnswer(_ fault: Fault, _ steps: [WireStep]) {
    let answer = compile(fault)
    #expect(answer.octets.isEmpty && answer.steps == steps)
  }

  @Test func randomDataThenClose() {
    let answer = compile(.randomDataThenClose)
    #expect(answer.steps == [all(answer), .halfClose])
    #expect(32...287 ~= answer.octets.count && answer.octets[0] >= 0x80)
    #expect(answer == compile(.randomDataThenClose))
    #expect(
      answer.octets
        != compile {
          $0 = AnswerScript(random: SeededRandom(seed: 2)); $0.fault = .randomDataThenClose
        }.octets)
  }

  @Test func malformedResponseChunk() {
    let answer = compile(.malformedResponseChunk)
    #expect(answer.steps == [all(answer), .halfClose])
    let head = Self.head.replacing("Content-Length: 19\r\n", with: "").replacing(
      "\r\n\r\n", with: "\r\nTransfer-Encoding: chunked\r\n\r\n")
    #expect(text(answer) == head + "9\r\n" + Self.body.prefix(9) + "\r\nxyz\r\n" + Self.body.dropFirst(9) + "\r\n")
  }

  @Test func truncatedBody() {
    let answer = compile(.truncatedBody)
    #expect(answer.steps == [all(answer), .halfClose])
    #expect(text(answer) == Self.head + Self.body.prefix(9))
  }

  @Test func closeAfterHeaders() {
    let answer = compile(.closeAfterHeaders)
    #expect(answer.steps == [all(answer), .halfClose] && text(answer) == Self.head)
  }

  @Test func missingReqid() {
    let answer = compile(.missingReqid)
    #expect(answer.isWhole)
    #expect(text(answer) == Self.head.replacing("X-Reqid: abc\r\nX-Log: PFOP\r\n", with: "") + Self.body)
  }

  @Test func wrongContentType() {
    let answer = compile(.wrongContentType)
    #expect(answer.isWhole)
    #expect(text(answer) == (Self.head + Self.body).replacing("application/json", with: "text/html"))
  }

  @Test(arguments: [(nil, #"{"persist"#), ("123456", "{123"), ("", "{"), ("{}", "{")] as [(String?, String)])
  func invalidJSON(_ body: String?, _ cut: String) {
    let answer = compile {
      $0.fault = .invalidJSON
      $0.body = body
    }
    #expect(answer.isWhole)
    #expect(text(answer) == Self.head.replacing("Length: 19", with: "Length: \(cut.utf8.count)") + cut)
  }

  @Test func persistentIdAsFloat() {
    let answer = compile(.persistentIdAsFloat)
    #expect(answer.isWhole)
    #expect(text(answer) == Self.head.replacing("Length: 19", with: "Length: 21") + #"{"persistentId": 7.0}"#)
  }

  @Test func duplicateResponse() {
    let answer = compile(.duplicateResponse)
    #expect(answer.steps == [all(answer), .halfClose])
    #expect(text(answer) == Self.head + Self.body + Self.head + Self.body)
  }

  @Test(arguments: [Fault.earlyNotification, .duplicateNotification, .lateNotification])
  func aboutNotifications(_ fault: Fault) {
    let answer = compile(fault)
    #expect(answer.isWhole && text(answer) == Self.head + Self.body)
  }

  // MARK: - Looks

  @Test func aBodyOfItsOwnHasItsLength() {
    let answer = compile { $0.body = "中" }
    #expect(text(answer) == Self.head.replacing("Length: 19", with: "Length: 3") + "中")
  }

  @Test func fieldsReplaceThoseOfTheirNameAndOthersAreAdded() {
    let answer = compile {
      $0.headers = [
        .init(name: "x-reqid", value: "mine"), .init(name: "Retry-After", value: "3"), .init(name: "X-Log", value: ""),
      ]
    }
    #expect(
      text(answer)
        == Self.head.replacing("X-Reqid: abc", with: "x-reqid: mine").replacing(
          "X-Log: PFOP\r\n", with: "X-Log: \r\nRetry-After: 3\r\n")
        + Self.body)
  }

  /// What is a script's own word goes before what a fault does to it.
  @Test func faultsDamageWhatTheScriptSays() {
    let answer = compile {
      $0.body = "0123456789"
      $0.headers = [.init(name: "Content-Type", value: "text/plain")]
      $0.fault = .truncatedBody
    }
    #expect(
      text(answer)
        == Self.head.replacing("Length: 19", with: "Length: 10").replacing("application/json", with: "text/plain")
        + "01234")
  }

  @Test func aHeadIsNeverSentContent() {
    for fault in [nil, .truncatedBody, .invalidJSON, .malformedResponseChunk, .closeAfterHeaders] as [Fault?] {
      let answer = compile(Self.head, isHead: true) { $0.fault = fault }
      #expect(text(answer).hasSuffix("\r\n\r\n"), "\(text(answer))")
    }
    #expect(text(compile(Self.head, isHead: true) { $0.headers = [] }) == Self.head)
  }

  @Test func anAnswerWithoutContentStaysSo() {
    let written = "HTTP/1.1 204 No Content\r\nX-Reqid: a\r\n\r\n"
    #expect(
      text(compile(written) { $0.headers = [.init(name: "A", value: "b")] })
        == "HTTP/1.1 204 No Content\r\nX-Reqid: a\r\nA: b\r\n\r\n")
  }

  // MARK: - Pace

  private static let millisecond: Int64 = 1_000_000

  @Test func aDelayComesFirstUnlessSomebodyElseWaits() {
    let delay: (inout AnswerScript) -> Void = { $0.delay = 2 * Self.millisecond + 1 }
    let answer = compile(change: delay)
    #expect(answer.steps == [.wait(milliseconds: 3), all(answer)])
    #expect(compile(waits: false, change: delay).isWhole)
    #expect(compile("", change: delay).steps == [.wait(milliseconds: 3)])
  }

  @Test(arguments: [
    (1, Int64(500), [WireStep.send(0..<10)]), (2, 500, [.send(0..<5), .wait(milliseconds: 500), .send(5..<10)]),
    (
      3, 100,
      [.send(0..<3), .wait(milliseconds: 50), .send(3..<6), .wait(milliseconds: 50), .send(6..<10)]
    ),
    (100, 0, (0..<10).map { .send($0..<$0 + 1) }),
  ])
  func dribbles(_ chunks: Int, _ milliseconds: Int64, _ steps: [WireStep]) {
    let answer = compile("A\r\n\r\n") {
      $0.pace = .dribble(chunks: chunks, over: milliseconds * Self.millisecond)
      $0.body = "abc"
    }
    // "A", CRLF, CRLF and the body, with a CRLF that ends the fields.
    #expect(answer.octets.count == 8)
    let scaled = compile("ABC\r\n\r\n") {
      $0.pace = .dribble(chunks: chunks, over: milliseconds * Self.millisecond)
      $0.body = "abc"
    }
    #expect(scaled.octets.count == 10 && scaled.steps == steps)
  }

  /// The last piece leaves when the span is over, however it divides.
  @Test func dribblesOverTheWholeSpan() {
    for chunks in 2...60 {
      let answer = compile { $0.pace = .dribble(chunks: chunks, over: 1000 * Self.millisecond) }
      #expect(answer.steps.waited == 1000, "\(chunks)")
      #expect(answer.steps.sent == Array(0..<answer.octets.count))
    }
  }

  @Test(arguments: [1, 7, 19, 20, 100, 1000, 1_000_000])
  func aBandwidthTakesItsTime(_ rate: Int) {
    let answer = compile { $0.pace = .bandwidth(rate) }
    #expect(answer.steps.sent == Array(0..<answer.octets.count))
    let last =
      answer.steps.compactMap { step in if case .send(let range) = step { range.lowerBound } else { nil } }.last ?? 0
    #expect(abs(answer.steps.waited - last * 1000 / rate) <= 1)
  }

  @Test func aLongAnswerIsCutIntoFewPieces() {
    let answer = compile {
      $0.body = String(repeating: "x", count: 1 << 20)
      $0.pace = .bandwidth(1)
    }
    #expect(answer.steps.count <= 2 * ScriptedAnswer.maximumPieces + 2)
    #expect(answer.steps.sent == Array(0..<answer.octets.count))
  }
}

extension [WireStep] {
  /// Milliseconds of all waits.
  fileprivate var waited: Int {
    reduce(0) { sum, step in if case .wait(let milliseconds) = step { sum + Int(milliseconds) } else { sum } }
  }

  /// The offsets that are sent, in order.
  fileprivate var sent: [Int] {
    flatMap { step -> [Int] in if case .send(let range) = step { Array<Int>(range) } else { [] } }
  }
}
