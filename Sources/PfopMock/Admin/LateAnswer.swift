import ByteText
import HTTPCore
import HTTPServer

/// All that is needed to answer a request later, on whichever thread that is.
struct LateAnswer: Sendable {
  private let ticket: AnswerTicket
  private let core: MockCore
  private let reqid: [UInt8]
  private let closes: Bool
  private let confirmsKeepAlive: Bool
  private let isHead: Bool

  init(to request: IncomingRequest, reqid: ByteView, core: MockCore) {
    ticket = request.ticket
    self.core = core
    self.reqid = Array(reqid)
    closes = request.closes
    confirmsKeepAlive = request.head.minorVersion == 0
    isHead = request.head.method == .head
  }

  /// Lets a client that finishes sending count as gone from here on: its answer may have to wait for long. The loop backstage
  /// is woken when it has gone before the answer was sent.
  @discardableResult
  func watchClient() -> ClientPresence {
    let presence = ClientPresence()
    core.desk.watchClient(of: ticket) { [core] in
      presence.leave()
      core.backstage.knock()
    }
    return presence
  }

  /// The same for an answer in pieces.
  /// - Parameter isEndless: it goes on until the client leaves or the server stops.
  func streamed(isEndless: Bool) -> StreamedAnswer {
    StreamedAnswer(
      to: ticket, reqid: reqid, isChunked: !confirmsKeepAlive, closes: closes, isEndless: isEndless, core: core)
  }

  /// Sends content that may be long. What is at its end with the first piece is sent whole, with its length.
  func send(_ content: some ResponseContent) {
    var content = content
    let first = content.next() ?? []
    if content.isAtEnd { return send(.json(first)) }
    let response = streamed(isEndless: false)
    if isHead { return response.sendHead("application/json") }
    ContentSender(content, to: response, core).begin(first)
  }

  /// The same from a thread that has others to serve.
  func sendBehind(_ content: some ResponseContent) { core.contentQueue.async { [self] in send(content) } }

  /// Sends the answer; without effect if one has been sent, or the client has gone.
  func send(_ answer: Answer) {
    var writer = AnswerWriter(sendsDiagnosis: core.configuration.sendsDiagnosis, secrets: core.secrets)
    var output = ByteBuffer(capacity: 1024)
    var date = ByteBuffer(capacity: IMFFixdate.length)
    IMFFixdate.append(secondsSince1970: core.dateSeconds((SystemClock.wall, SystemClock.monotonic)), to: &date)
    reqid.withUnsafeBytes { reqid in
      let frame = AnswerWriter.Frame(
        closes: closes, confirmsKeepAlive: confirmsKeepAlive, isHead: isHead, date: date.view, reqid: reqid)
      writer.write(core.masked(answer), frame, to: &output)
    }
    core.desk.answer(ticket, with: Array(output.view), closes: closes)
  }
}
