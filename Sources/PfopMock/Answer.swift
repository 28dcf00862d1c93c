import ByteText
import Guarded
import HTTPCore
import PfopEngine

/// What is said to a client: a status, a body, and for people the reason.
struct Answer {
  var status: StatusCode
  var body: Body
  /// One line of visible ASCII for X-Mock-Diagnosis and the journal; nil where there is nothing to explain.
  var diagnosis: String?
  /// The methods that the path allows, where it was asked for with another (RFC 9110, section 15.5.6).
  var allow: String?
  /// How to get past a 401, for WWW-Authenticate (RFC 9110, section 11.6.1).
  var challenge: StaticString?
  /// What a browser may do with it, for Content-Security-Policy; nil for what is no page.
  var policy: String?

  enum Body {
    case empty
    case persistentID(Int64, IDFormat)
    /// The field is the one at fault in the body that was sent.
    case failure(String, field: String? = nil)
    /// Apart, since it is several times as large as what others need.
    indirect case job(Job)
    /// JSON that has been written already.
    case json([UInt8])
    /// Something else, with its media type.
    case text([UInt8], type: StaticString)
  }

  /// A failure as the contract has it; its code is the status.
  static func failure(_ status: Int, _ error: String, diagnosis: String? = nil) -> Answer {
    Answer(status: StatusCode(status), body: .failure(error), diagnosis: diagnosis)
  }

  static func text(_ bytes: [UInt8], type: StaticString) -> Answer {
    Answer(status: StatusCode(200), body: .text(bytes, type: type))
  }

  static func json(_ bytes: [UInt8]) -> Answer { Answer(status: StatusCode(200), body: .json(bytes)) }

  /// No answer at all, for the journal: its status is 0.
  static func none(because diagnosis: String) -> Answer {
    Answer(status: StatusCode(0), body: .empty, diagnosis: diagnosis)
  }

  /// The id that it tells; 0 if it tells none.
  var persistentID: Int64 {
    switch body {
    case .persistentID(let id, _): id
    case .empty, .failure, .job, .json, .text: 0
    }
  }

  /// False for `none(because:)`.
  var isSent: Bool { status.code > 0 }

  static func refused(_ refusal: PfopEngine.Refusal) -> Answer {
    .failure(refusal.status, refusal.error, diagnosis: refusal.explanation)
  }
}

/// Writes answers as every answer of this server is written.
struct AnswerWriter: ~Copyable {
  let sendsDiagnosis: Bool
  private let secrets: Guarded<SecretMask>
  private var body = ByteBuffer(capacity: 1024)

  /// A client may refuse longer field lines; the journal keeps more.
  private static let diagnosisLimit = 2048

  /// - Parameter secrets: what no diagnosis shows.
  init(sendsDiagnosis: Bool, secrets: Guarded<SecretMask>) {
    self.sendsDiagnosis = sendsDiagnosis
    self.secrets = secrets
  }

  struct Frame {
    var closes: Bool
    var confirmsKeepAlive = false
    var isHead = false
    var date: ByteView
    var reqid: ByteView
  }

  mutating func write(_ answer: borrowing Answer, _ frame: Frame, to output: inout ByteBuffer) {
    body.removeAll(keepingUpTo: 64 << 10)
    body.append(answer)
    let head = ResponseHead(
      status: answer.status, closes: frame.closes, confirmsKeepAlive: frame.confirmsKeepAlive)
    head.write(to: &output, date: frame.date, contentLength: body.count) { output in
      // Without content there is no type of it (RFC 9110, section 15.4.5).
      if answer.status.forbidsContent {
        output.append("X-Reqid: ")
      } else if let type = answer.body.mediaType {
        output.append("Content-Type: ")
        output.append(type)
        output.append("\r\nX-Reqid: ")
      } else {
        output.append("Content-Type: application/json\r\nX-Reqid: ")
      }
      output.append(frame.reqid)
      // Python's releases before 7.0.4 fail without an X-Log, and Go's take an answer without both for a forged one.
      output.append("\r\nX-Log: PFOP\r\n")
      if let allow = answer.allow {
        output.append("Allow: ")
        output.append(text: allow)
        output.append("\r\n")
      }
      if let challenge = answer.challenge {
        output.append("WWW-Authenticate: ")
        output.append(challenge)
        output.append("\r\n")
      }
      if let policy = answer.policy {
        output.append("Content-Security-Policy: ")
        output.append(text: policy)
        // Older browsers, and those who come by a link: nothing is guessed, framed, told or kept.
        output.append("\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer")
        output.append("\r\nCache-Control: no-store\r\n")
      }
      if sendsDiagnosis, let diagnosis = answer.diagnosis {
        output.append("X-Mock-Diagnosis: ")
        // Before it is cut: of a secret nothing is left then.
        let masked = secrets.withLock { $0 }.masked(diagnosis)
        output.append(text: String(masked.prefix(AnswerWriter.diagnosisLimit)))
        output.append("\r\n")
      }
    }
    if !frame.isHead, !answer.status.forbidsContent { output.append(body.view) }
  }
}

extension Answer.Body {
  /// Nil for JSON. That has no charset: Ruby and PHP take anything else for something that is not JSON.
  fileprivate var mediaType: StaticString? {
    switch self {
    case .text(_, let type): type
    case .empty, .persistentID, .failure, .job, .json: nil
    }
  }
}

extension ByteBuffer {
  fileprivate mutating func append(_ answer: borrowing Answer) {
    switch answer.body {
    case .empty: return
    case .json(let bytes), .text(let bytes, _): bytes.withUnsafeBytes { append($0) }
    case .persistentID(let id, let format):
      append("{\"persistentId\": ")
      append(id, as: format)
      append("}")
    case .failure(let error, let field):
      append("{\"code\": ")
      append(decimal: UInt64(answer.status.code))
      append(", \"error\": ")
      append(jsonString: error)
      if let field {
        append(", \"field\": ")
        append(jsonString: field)
      }
      append("}")
    case .job(let job): append(StatusReport(job))
    }
  }
}
