import ByteText
import TestSupport

@testable import HTTPCore

/// A connection as the parser sees it: pieces arrive, whole requests leave.
struct Replay: ~Copyable {
  private(set) var requests: [HTTPCase.Request] = []
  private(set) var refusal: HTTPCase.Ending?
  private var buffer = ByteBuffer()
  private var parser: RequestParser
  private let releases: Bool
  /// Octets of the requests that have left, and of the current one those that were released.
  private var consumed = 0
  private var released = 0

  /// - Parameter releases: chunked content that has been decoded is taken out of the buffer after each piece.
  init(_ limits: ParserLimits, strictFraming: Bool, releases: Bool = false) {
    parser = RequestParser(limits: limits, strictFraming: strictFraming)
    self.releases = releases
  }

  var ending: HTTPCase.Ending {
    if let refusal { return refusal }
    return isClosed || buffer.isEmpty && released == 0 ? .finished : .unfinished
  }

  private var isClosed: Bool { refusal != nil || requests.last?.keepsAlive == false }

  mutating func receive(_ octets: ArraySlice<UInt8>) {
    octets.withUnsafeBytes { buffer.append($0) }
    do throws(ParseError) {
      while !isClosed, case .complete(let length) = try parser.parse(buffer.view) {
        requests.append(request)
        buffer.remove(0, length)
        consumed += length + released
        released = 0
        parser.reset()
        if buffer.isEmpty { return }
      }
      if releases { releaseDecodedOctets() }
    } catch {
      refusal = .refused(
        status: error.status.code, reason: "\(error.reason)", offset: consumed + error.offset)
    }
  }

  private mutating func releaseDecodedOctets() {
    let count = parser.releaseDecodedOctets()
    guard count > 0 else { return }
    buffer.remove(parser.head.length, parser.head.length + count)
    released += count
  }

  private var request: HTTPCase.Request {
    let head = parser.head
    return HTTPCase.Request(
      method: String(decoding: head.methodName.view(in: buffer.view), as: UTF8.self),
      target: String(decoding: head.target.asSent.view(in: buffer.view), as: UTF8.self),
      content: Array(parser.content(in: buffer.view)), keepsAlive: head.keepsAlive,
      expectsContinue: head.expectsContinue)
  }
}

extension ParserLimits {
  /// The limits that the corpus is made for.
  init(_ limits: HTTPCorpus.Limits) {
    self.init()
    requestLine = limits.requestLine
    headerBlock = limits.headerBlock
    fieldCount = limits.fieldCount
    content = limits.content
    chunkSizeLine = limits.chunkSizeLine
    trailerBlock = limits.trailerBlock
  }
}
