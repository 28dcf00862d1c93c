import ByteText
import Guarded
import HTTPCore
import HTTPServer

/// An answer of unknown length, sent piece by piece from whichever thread. HTTP/1.0 knows no chunks: there the end of the
/// connection is the end of the answer (RFC 9112, section 6.3).
struct StreamedAnswer: Sendable {
  let isChunked: Bool
  private let ticket: AnswerTicket
  private let core: MockCore
  private let reqid: [UInt8]
  private let closes: Bool
  private let isEndless: Bool
  /// What is kept of a string that goes on in the next piece.
  private let pieces = Guarded(MaskedPieces())

  /// - Parameters:
  ///   - closes: the connection ends after it.
  ///   - isEndless: it goes on until the client leaves or the server stops; see `AnswerDesk.append`.
  init(to ticket: AnswerTicket, reqid: [UInt8], isChunked: Bool, closes: Bool, isEndless: Bool, core: MockCore) {
    self.ticket = ticket
    self.core = core
    self.reqid = reqid
    self.isChunked = isChunked
    self.closes = closes || !isChunked
    self.isEndless = isEndless
  }

  /// Sends the head, and the first piece of content if there is one.
  /// - Parameters:
  ///   - content: without framing, as in all of these.
  ///   - observer: told on a loop how it goes; see `AnswerDesk.append`.
  func begin(
    _ mediaType: StaticString, _ content: [UInt8] = [], observer: @escaping @Sendable (StreamEvent) -> Void
  ) {
    send(framed: head(mediaType) + framed(content), observer: observer)
  }

  /// Sends the head alone, as the answer to HEAD.
  func sendHead(_ mediaType: StaticString) { core.desk.finish(ticket, with: head(mediaType), closes: closes) }

  private func head(_ mediaType: StaticString) -> [UInt8] {
    var output = ByteBuffer(capacity: 1024)
    var date = ByteBuffer(capacity: IMFFixdate.length)
    IMFFixdate.append(secondsSince1970: core.dateSeconds((SystemClock.wall, SystemClock.monotonic)), to: &date)
    ResponseHead(status: StatusCode(200), closes: closes).write(to: &output, date: date.view, contentLength: nil) {
      $0.append("Content-Type: ")
      $0.append(mediaType)
      // Who keeps an answer of this kind shows what is over.
      $0.append("\r\nCache-Control: no-store\r\n")
      if isChunked { $0.append("Transfer-Encoding: chunked\r\n") }
      $0.append("X-Reqid: ")
      $0.append(text: String(decoding: reqid, as: UTF8.self))
      $0.append("\r\nX-Log: PFOP\r\n")
    }
    return Array(output.view)
  }

  /// The content as it goes on the wire, with no secret in it. Answers that are alike in `isChunked` can share it, unless it
  /// ends within a string of JSON: the beginning of that is sent with the next piece.
  func framed(_ content: [UInt8]) -> [UInt8] {
    let secrets = core.secrets.withLock { $0 }
    return chunk(pieces.withLock { $0.next(content, secrets) })
  }

  private func chunk(_ content: [UInt8]) -> [UInt8] {
    guard isChunked, !content.isEmpty else { return content }
    var buffer = ByteBuffer(capacity: content.count + 32)
    content.withUnsafeBytes { ChunkedEncoder.append($0, to: &buffer) }
    return Array(buffer.view)
  }

  func send(framed bytes: [UInt8], observer: @escaping @Sendable (StreamEvent) -> Void) {
    core.desk.append(ticket, bytes, isEndless: isEndless, observer: observer)
  }

  /// Ends the answer.
  func finish(closes: Bool = false) {
    let secrets = core.secrets.withLock { $0 }
    let rest = chunk(pieces.withLock { $0.finish(secrets) })
    let end = isChunked ? Array("\(ChunkedEncoder.end)".utf8) : []
    core.desk.finish(ticket, with: rest + end, closes: closes || self.closes)
  }
}
