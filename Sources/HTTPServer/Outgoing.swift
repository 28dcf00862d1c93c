import ByteText

/// Bytes on their way out, and the steps that send them.
final class Outgoing {
  private var bytes: ByteBuffer
  private let steps: [WireStep]
  private var nextStep = 0
  /// The part of `bytes` being sent.
  private var sending: Range<Int>
  /// The answers before the steps that have not left yet, in their order.
  private var ahead: [AnswerSpan]
  /// The number of the request that the steps answer; nil without steps.
  private var planned: UInt64?
  /// How much the steps have sent.
  private var plannedCount = 0
  /// The connection ends after the last step.
  private(set) var closes: Bool
  /// It waits for the client to go.
  private(set) var isHanging = false
  /// More of the answer is going to be handed in; this is told how that goes. Nil if the answer is whole.
  private(set) var stream: (@Sendable (StreamEvent) -> Void)?
  /// While more of the answer is awaited, a client that finishes sending counts as gone.
  private var streamEndsWithInput = false

  /// Answers that leave one behind the other.
  /// - Parameter spans: where they lie in `bytes`.
  init(_ bytes: ByteView, _ spans: [AnswerSpan], closes: Bool) {
    self.bytes = ByteBuffer(capacity: bytes.count)
    self.bytes.append(bytes)
    sending = 0..<bytes.count
    ahead = spans
    steps = []
    self.closes = closes
  }

  /// - Parameters:
  ///   - ahead: answers that leave before the steps begin.
  ///   - spans: where those lie in `ahead`.
  ///   - answer: what the steps' ranges count in; what lies outside is left out.
  ///   - request: the number of the request that they answer.
  init(
    ahead: ByteView = ByteView(start: nil, count: 0), _ spans: [AnswerSpan] = [], answer: ByteView, steps: [WireStep],
    of request: UInt64, closes: Bool
  ) {
    bytes = ByteBuffer(capacity: ahead.count + answer.count)
    bytes.append(ahead)
    bytes.append(answer)
    sending = 0..<ahead.count
    self.ahead = spans
    planned = request
    self.closes = closes
    self.steps = steps.map { step in
      guard case .send(let range) = step else { return step }
      let within = range.clamped(to: 0..<answer.count)
      return .send(within.lowerBound + ahead.count..<within.upperBound + ahead.count)
    }
  }

  /// A step waits, and nothing is sent until it is over.
  var isWaiting: Bool { nextStep > 0 && sending.isEmpty && stream == nil }

  /// With nothing to send, a client that has finished sending counts as gone.
  var endsWithInput: Bool { stream == nil ? isWaiting : streamEndsWithInput }

  /// What is to be sent now; empty when the next step is due.
  var pending: ByteView { bytes.view.slice(sending.lowerBound, sending.upperBound) }

  /// The answers that lie in `pending`, by their places in it. Without steps.
  var pendingSpans: [AnswerSpan] {
    ahead.map { span in
      AnswerSpan(request: span.request, start: span.start - sending.lowerBound, end: span.end - sending.lowerBound)
    }
  }

  /// Adds an answer, or the last piece of one, behind what is on its way.
  func append(_ answer: ByteView, of request: UInt64, closes: Bool) {
    precondition(steps.isEmpty, "no request is read while steps are under way, so none waits for its answer")
    ahead.append(AnswerSpan(request: request, start: bytes.count, end: bytes.count + answer.count))
    add(answer)
    self.closes = closes
    stream = nil
  }

  /// Adds a piece of an answer behind what is on its way. More of it is going to come.
  func append(piece: ByteView, of stream: (@Sendable (StreamEvent) -> Void)?, endsWithInput: Bool) {
    add(piece)
    closes = false
    self.stream = stream ?? { _ in }
    streamEndsWithInput = endsWithInput
  }

  private func add(_ octets: ByteView) {
    bytes.append(octets)
    sending = sending.lowerBound..<bytes.count
  }

  /// All that has been handed in is sent: an answer that has no end must not grow in here.
  func piecesSent() {
    bytes.removeAll(keepingUpTo: 64 << 10)
    sending = 0..<0
    stream?(.sent)
  }

  func sent(_ count: Int) {
    sending = sending.lowerBound + count..<sending.upperBound
    if nextStep > 0 { plannedCount += count }
  }

  /// The next step; nil after the last. A `send` becomes `pending`.
  func advance() -> WireStep? {
    guard nextStep < steps.count else { return nil }
    let step = steps[nextStep]
    nextStep += 1
    if case .send(let range) = step { sending = range }
    isHanging = step == .hang
    return step
  }

  // MARK: - What has left

  /// The answers before the steps that have left since the last time.
  func takeLeft() -> [(request: UInt64, departure: Departure)] {
    let position = sending.lowerBound
    let left = ahead.prefix { $0.end <= position }
    ahead.removeFirst(left.count)
    return left.map { ($0.request, Departure(sent: $0.end - $0.start, end: .complete)) }
  }

  /// The answers that have not been told of, as nothing more is sent.
  func takeRest(_ end: Departure.End) -> [(request: UInt64, departure: Departure)] {
    let position = sending.lowerBound
    var rest = ahead.map { span in
      (span.request, Departure(sent: min(max(position - span.start, 0), span.end - span.start), end: end))
    }
    if let planned { rest.append((planned, Departure(sent: plannedCount, steps: nextStep, end: end))) }
    ahead = []
    planned = nil
    return rest
  }
}
