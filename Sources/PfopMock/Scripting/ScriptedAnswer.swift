import ByteText
import HTTPServer
import PfopEngine

/// An answer as a script has it: its octets, and the steps in which they leave. A fault is compiled into these here, and
/// the transport knows of nothing else.
struct ScriptedAnswer: Equatable {
  private(set) var octets: [UInt8] = []
  private(set) var steps: [WireStep] = []

  /// What of the request bears on it.
  struct Request {
    /// Only the head is sent.
    var isHead = false
    /// The id that was issued; 0 if there was none.
    var id: Int64 = 0
  }

  /// More steps than this would say no more.
  static let maximumPieces = 10_000

  /// - Parameters:
  ///   - written: the answer as it is without the script; nothing where none was written.
  ///   - waits: the script's delay is a step of its own; otherwise somebody else has waited for it.
  init(_ written: ByteView, _ script: AnswerScript, _ request: Request, waits: Bool) {
    var random = script.random
    if waits, script.delay > 0 { steps.append(.wait(milliseconds: (script.delay + 999_999) / 1_000_000)) }
    switch script.fault {
    case .connectionResetByPeer: steps.append(.reset)
    case .emptyResponse: steps.append(.halfClose)
    case .hang: steps.append(.hang)
    case .randomDataThenClose:
      octets = ScriptedAnswer.garbage(&random)
      send(at: nil)
      steps.append(.halfClose)
    case .malformedResponseChunk, .truncatedBody, .closeAfterHeaders, .missingReqid, .wrongContentType, .invalidJSON,
      .persistentIdAsFloat, .duplicateResponse, .earlyNotification, .duplicateNotification, .lateNotification, nil:
      guard !written.isEmpty else { return }
      octets = ScriptedAnswer.octets(WrittenAnswer(written), script, request)
      send(at: script.pace)
      if script.fault?.endsConnection == true { steps.append(.halfClose) }
    }
  }

  /// The whole answer leaves at once, and nothing is odd about its way.
  var isWhole: Bool { steps == [.send(0..<octets.count)] }

  // MARK: - Octets

  private static func octets(_ written: WrittenAnswer, _ script: AnswerScript, _ request: Request) -> [UInt8] {
    var answer = written
    if let body = script.body { answer.body = Array(body.utf8) }
    // A HEAD is told the length of what it is not sent.
    var length: Int? = request.isHead && script.body == nil ? nil : answer.body.count
    for header in script.headers { answer.set(header.name, header.value) }
    switch script.fault {
    case .missingReqid:
      answer.remove("X-Reqid")
      answer.remove("X-Log")
    case .wrongContentType: answer.set("Content-Type", "text/html")
    case .invalidJSON:
      // Half of an object is none; half of something else is behind the beginning of one.
      let half = answer.body[..<(answer.body.count / 2)]
      answer.body = half.first == 0x7B ? Array(half) : Array("{".utf8) + half
      length = answer.body.count
    case .persistentIdAsFloat:
      answer.body = Array("{\"persistentId\": \(request.id).0}".utf8)
      length = answer.body.count
    case .malformedResponseChunk:
      answer.remove("Content-Length")
      answer.set("Transfer-Encoding", "chunked")
      return answer.head + (request.isHead ? [] : brokenChunks(answer.body))
    case .connectionResetByPeer, .emptyResponse, .randomDataThenClose, .hang, .truncatedBody, .closeAfterHeaders,
      .duplicateResponse, .earlyNotification, .duplicateNotification, .lateNotification, nil:
      break
    }
    if let length, answer.has("Content-Length") { answer.set("Content-Length", "\(length)") }
    let body = request.isHead ? [] : answer.body
    switch script.fault {
    case .truncatedBody: return answer.head + body[..<(body.count / 2)]
    case .closeAfterHeaders: return answer.head
    case .duplicateResponse: return answer.head + body + answer.head + body
    case .connectionResetByPeer, .emptyResponse, .randomDataThenClose, .hang, .malformedResponseChunk, .missingReqid,
      .wrongContentType, .invalidJSON, .persistentIdAsFloat, .earlyNotification, .duplicateNotification,
      .lateNotification, nil:
      return answer.head + body
    }
  }

  /// A first chunk that is sound, and a second whose size is no number.
  private static func brokenChunks(_ body: [UInt8]) -> [UInt8] {
    let half = body[..<(body.count / 2)]
    let first = half.isEmpty ? [] : Array("\(String(half.count, radix: 16))\r\n".utf8) + half + Array("\r\n".utf8)
    return first + Array("xyz\r\n".utf8) + body[half.endIndex...] + Array("\r\n".utf8)
  }

  /// 32 to 287 octets, which do not begin as HTTP does.
  private static func garbage(_ random: inout SeededRandom) -> [UInt8] {
    let count = 32 + Int(random.next() & 0xFF)
    var octets = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    octets[0] |= 0x80
    return octets
  }

  // MARK: - Steps

  private mutating func send(at pace: Pace?) {
    switch pace {
    case nil: steps.append(.send(0..<octets.count))
    case .dribble(let chunks, let span):
      let count = max(min(chunks, octets.count), 1)
      let milliseconds = span / 1_000_000
      for piece in 0..<count {
        let gaps = Int64(max(count - 1, 1))
        if piece > 0 {
          // Each at its own share of the span, so that what is rounded does not add up.
          let wait = milliseconds * Int64(piece) / gaps - milliseconds * Int64(piece - 1) / gaps
          if wait > 0 { steps.append(.wait(milliseconds: wait)) }
        }
        steps.append(.send(octets.count * piece / count..<octets.count * (piece + 1) / count))
      }
    case .bandwidth(let rate):
      // About twenty pieces a second: what a slow line looks like from behind a buffer.
      let piece = max(rate / 20, octets.count / ScriptedAnswer.maximumPieces + 1)
      for start in stride(from: 0, to: octets.count, by: piece) {
        let end = min(start + piece, octets.count)
        if start > 0 {
          let wait = Int64(start) * 1000 / Int64(rate) - Int64(max(start - piece, 0)) * 1000 / Int64(rate)
          if wait > 0 { steps.append(.wait(milliseconds: wait)) }
        }
        steps.append(.send(start..<end))
      }
    }
  }
}

extension Fault {
  /// Nothing can follow on the connection: the client could not tell where it begins.
  fileprivate var endsConnection: Bool {
    switch self {
    case .connectionResetByPeer, .emptyResponse, .randomDataThenClose, .hang, .malformedResponseChunk, .truncatedBody,
      .closeAfterHeaders, .duplicateResponse:
      true
    case .missingReqid, .wrongContentType, .invalidJSON, .persistentIdAsFloat, .earlyNotification,
      .duplicateNotification, .lateNotification:
      false
    }
  }
}
