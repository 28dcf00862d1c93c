/// Something that goes wrong on purpose. The raw value is what stands in fixtures.
package enum Fault: String, CaseIterable, Sendable {
  /// RST instead of an answer.
  case connectionResetByPeer
  /// The connection is closed without a word.
  case emptyResponse
  /// Octets that are no HTTP, then the connection is closed.
  case randomDataThenClose
  /// No answer, until the client leaves.
  case hang
  /// The answer is in chunks, one of which has no size that can be read; then the connection is closed.
  case malformedResponseChunk
  /// Content-Length promises more than comes.
  case truncatedBody
  /// Head of the answer, and nothing of its content.
  case closeAfterHeaders
  /// No X-Reqid, and no X-Log: some SDKs take the answer for somebody else's.
  case missingReqid
  /// Content-Type is text/html.
  case wrongContentType
  /// The content is cut so that it is no JSON; Content-Length is right.
  case invalidJSON
  /// `{"persistentId": 1.0}`
  case persistentIdAsFloat
  /// The answer comes twice; then the connection is closed.
  case duplicateResponse
  /// The notification is there before the answer.
  case earlyNotification
  /// The notification that was taken comes once more.
  case duplicateNotification
  /// The notification comes a minute after the job's end.
  case lateNotification

  package enum Kind: Sendable, Equatable {
    /// There is no answer. By itself it means that the request has no effect.
    case silence
    /// The answer is damaged on its way, whatever it is.
    case damage
    /// Something about an accepted job is odd. It needs one.
    case job
  }

  package var kind: Kind {
    switch self {
    case .connectionResetByPeer, .emptyResponse, .randomDataThenClose, .hang: .silence
    case .malformedResponseChunk, .truncatedBody, .closeAfterHeaders, .missingReqid, .wrongContentType, .invalidJSON,
      .duplicateResponse:
      .damage
    case .persistentIdAsFloat, .earlyNotification, .duplicateNotification, .lateNotification: .job
    }
  }

  /// There is something for it to go wrong with that early.
  func isKnown(in phase: RulePhase) -> Bool {
    switch kind {
    case .silence: true
    case .damage: phase != .connection
    case .job: phase == .outcome
    }
  }

  /// How long a late notification takes, in nanoseconds.
  package static let lateness: Int64 = 60_000_000_000
}
