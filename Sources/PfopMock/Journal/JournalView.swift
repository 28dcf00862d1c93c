import ByteText
import PfopEngine

/// An entry as it lies in the journal; valid while the journal does not change.
struct JournalView {
  let number: UInt64
  let facts: JournalFacts
  fileprivate let counts: InlineArray<13, UInt16>
  fileprivate let trialCount: Int
  let omittedTrialCount: Int
  /// Which outline the trials are about.
  let outline: UInt32
  fileprivate let requestKept: Int
  fileprivate let answerKept: Int
  fileprivate let bytes: ByteView
  fileprivate let answerBytes: ByteView

  init(
    number: UInt64, facts: JournalFacts, counts: InlineArray<13, UInt16>, trialCount: Int, omittedTrialCount: Int,
    outline: UInt32, requestKept: Int, answerKept: Int, bytes: ByteView, answerBytes: ByteView
  ) {
    self.number = number
    self.facts = facts
    self.counts = counts
    self.trialCount = trialCount
    self.omittedTrialCount = omittedTrialCount
    self.outline = outline
    self.requestKept = requestKept
    self.answerKept = answerKept
    self.bytes = bytes
    self.answerBytes = answerBytes
  }

  subscript(text: JournalRecord.Text) -> ByteView {
    var start = 0
    for index in 0..<text.rawValue { start += Int(counts[index]) }
    return bytes.slice(start, start + Int(counts[text.rawValue]))
  }

  /// What is kept of the request.
  var request: ByteView { bytes.slice(bytes.count - requestKept, bytes.count) }

  /// What is kept of the answer.
  var answer: ByteView { answerBytes.slice(0, answerKept) }

  /// The steps in which it leaves, in words; empty if it leaves at once.
  var steps: ByteView { answerBytes.slice(answerKept, answerBytes.count) }

  var trials: [RuleTrial] {
    let end = bytes.count - requestKept
    let stride = MemoryLayout<RuleTrial>.stride
    return (0..<trialCount).map { index in
      bytes.loadUnaligned(fromByteOffset: end - (trialCount - index) * stride, as: RuleTrial.self)
    }
  }

  /// What rules and criteria look at.
  var subject: RuleSubject {
    var subject = RuleSubject()
    subject.method = self[.method]
    let target = self[.target]
    subject.path = RecordedFields.path(of: target)
    subject.userAgent = self[.userAgent]
    subject.accessKey = self[.accessKey]
    subject.time = facts.serviceTime
    subject.attempt = Int(facts.attempt)
    subject.fields = RecordedFields(request: request)
    let (bucket, key) = (self[.bucket], self[.key])
    if !bucket.isEmpty || !key.isEmpty || facts.call == .pfop {
      subject.parameters = PfopRequest(
        recordedBucket: bucket, key: key, fops: self[.fops], pipeline: self[.pipeline], notifyURL: self[.notifyURL],
        force: facts.force, isIdleType: facts.isIdleType)
    }
    return subject
  }
}

/// An entry taken out of the journal, to be made words of while requests go on.
struct JournalCopy: Sendable {
  // The view without its bytes, which are no longer there.
  private let number: UInt64
  private let facts: JournalFacts
  private let counts: InlineArray<13, UInt16>
  private let trialCount: Int
  private let omittedTrialCount: Int
  private let outlineNumber: UInt32
  private let requestKept: Int
  private let answerKept: Int
  private var bytes: [UInt8]
  private var answerBytes: [UInt8]
  /// Nil if it has no trials, or the rules have changed too often since.
  let outline: RuleOutline?

  init(_ view: JournalView, _ outline: RuleOutline?) {
    number = view.number
    facts = view.facts
    counts = view.counts
    trialCount = view.trialCount
    omittedTrialCount = view.omittedTrialCount
    outlineNumber = view.outline
    requestKept = view.requestKept
    answerKept = view.answerKept
    bytes = Array(view.bytes)
    answerBytes = Array(view.answerBytes)
    self.outline = outline
  }

  /// The answer has not left, nor come to an end.
  var isUnderWay: Bool { facts.passage.end == nil }

  /// The same with secrets that nobody can read. It is done before words are made of an entry: only here it is known
  /// which of its texts were cut.
  func masked(_ secrets: SecretMask) -> JournalCopy {
    if secrets.isEmpty { return self }
    var copy = self
    var start = 0
    for index in counts.indices {
      let end = start + Int(counts[index])
      secrets.apply(to: &copy.bytes, in: start..<end, isCut: Int(counts[index]) == Journal.textLimit)
      start = end
    }
    let isRequestCut = requestKept < facts.requestCount
    secrets.apply(to: &copy.bytes, in: bytes.count - requestKept..<bytes.count, isCut: isRequestCut)
    secrets.apply(to: &copy.answerBytes, in: 0..<answerKept, isCut: answerKept < facts.answerCount)
    return copy
  }

  func withView<Result>(_ body: (JournalView) -> Result) -> Result {
    bytes.withUnsafeBytes { bytes in
      answerBytes.withUnsafeBytes { answerBytes in
        body(
          JournalView(
            number: number, facts: facts, counts: counts, trialCount: trialCount, omittedTrialCount: omittedTrialCount,
            outline: outlineNumber, requestKept: requestKept, answerKept: answerKept, bytes: bytes,
            answerBytes: answerBytes))
      }
    }
  }
}
