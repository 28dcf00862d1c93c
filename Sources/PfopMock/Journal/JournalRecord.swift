import ByteText
import HTTPServer
import PfopEngine

/// What is told of a request when it has been decided. Views are valid during the call that takes it.
struct JournalRecord {
  var facts: JournalFacts
  var texts: InlineArray<13, ByteView> = .init(repeating: ByteView(start: nil, count: 0))
  /// The request as it came; or its beginning, up to `content`.
  var request = ByteView(start: nil, count: 0)
  /// The rest of it, where that lies elsewhere.
  var content = ByteView(start: nil, count: 0)
  /// The answer as it leaves; empty if it leaves later, or never.
  var answer = ByteView(start: nil, count: 0)
  var trials = RuleTrials()

  subscript(text: Text) -> ByteView {
    get { texts[text.rawValue] }
    set { texts[text.rawValue] = newValue }
  }

  /// The places of a record's texts.
  enum Text: Int, CaseIterable {
    case reqid, method, target, userAgent, accessKey, bucket, key, fops, pipeline, notifyURL, decidedBy, diagnosis,
      remark
  }
}

/// What is known of a request beside texts and octets. Flat: a ring holds thousands of them.
struct JournalFacts {
  /// When it was there as a whole. Nanoseconds since 1970-01-01T00:00:00Z.
  var time: Int64
  /// The same moment, as all others, in nanoseconds of the monotonic clock.
  var whole: Int64
  var arrival: Arrival
  var decided: Int64
  /// When the last octet of the answer left; 0 if that is not known here.
  var ended: Int64 = 0
  /// By the service's clock, nanoseconds since the server's start.
  var serviceTime: Int64 = 0
  /// The id that was issued or asked for; 0 if there is none.
  var id: Int64 = 0
  /// All octets of the answer, and how many of them the socket has taken.
  var answerCount = 0
  var sentCount = 0
  var requestCount = 0
  /// How many steps of a scripted answer have begun.
  var stepCount: Int32 = 0
  /// Which request of its content it is; 0 if nobody counts.
  var attempt: Int32 = 0
  var status: Int16
  /// The number of the loop that serves the connection.
  var loop: UInt8 = 0
  var authorization = JournalEntry.AuthorizationMark.unchecked
  var call = EndpointKind.none
  var passage = Passage.leaves
  /// The parameters `force` and `type`.
  var force = false
  var isIdleType = false
  /// Rules of the phase `request` had their turn.
  var isScreened = false
  /// The content came in chunks, and is kept without them.
  var isChunked = false
  var usesTLS = false

  /// How far the answer is.
  enum Passage: Equatable {
    /// It leaves with its loop's round.
    case leaves
    /// It takes longer: in steps, held, or its client reads slowly.
    case underWay
    case ended(Departure.End)
  }
}
