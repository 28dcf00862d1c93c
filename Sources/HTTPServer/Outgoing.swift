import ByteText

/// Bytes on their way out, and the steps that send them.
final class Outgoing {
  private var bytes: ByteBuffer
  private let steps: [WireStep]
  private var nextStep = 0
  /// The part of `bytes` being sent.
  private var sending: Range<Int>
  /// The connection ends after the last step.
  private(set) var closes: Bool
  /// It waits for the client to go.
  private(set) var isHanging = false
  /// More of the answer is going to be handed in; this is told how that goes. Nil if the answer is whole.
  private(set) var stream: (@Sendable (StreamEvent) -> Void)?

  /// - Parameters:
  ///   - ahead: answers that leave before the steps begin.
  ///   - answer: what the steps' ranges count in; what lies outside is left out.
  init(ahead: ByteView, answer: ByteView = ByteView(start: nil, count: 0), steps: [WireStep] = [], closes: Bool) {
    bytes = ByteBuffer(capacity: ahead.count + answer.count)
    bytes.append(ahead)
    bytes.append(answer)
    sending = 0..<ahead.count
    self.closes = closes
    self.steps = steps.map { step in
      guard case .send(let range) = step else { return step }
      let within = range.clamped(to: 0..<answer.count)
      return .send(within.lowerBound + ahead.count..<within.upperBound + ahead.count)
    }
  }

  /// What is to be sent now; empty when the next step is due.
  var pending: ByteView { bytes.view.slice(sending.lowerBound, sending.upperBound) }

  /// Adds an answer behind those that are on their way.
  func append(_ answer: ByteView, closes: Bool) {
    precondition(steps.isEmpty, "no request is read while steps are under way, so none waits for its answer")
    bytes.append(answer)
    sending = sending.lowerBound..<bytes.count
    self.closes = closes
  }

  /// Adds a piece of an answer behind what is on its way. More of it is going to come.
  func append(piece: ByteView, of stream: (@Sendable (StreamEvent) -> Void)?) {
    append(piece, closes: false)
    self.stream = stream ?? { _ in }
  }

  /// Adds the last piece of an answer.
  func finish(with piece: ByteView, closes: Bool) {
    append(piece, closes: closes)
    stream = nil
  }

  /// All that has been handed in is sent: an answer that has no end must not grow in here.
  func piecesSent() {
    bytes.removeAll(keepingUpTo: 64 << 10)
    sending = 0..<0
    stream?(.sent)
  }

  func sent(_ count: Int) { sending = sending.lowerBound + count..<sending.upperBound }

  /// The next step; nil after the last. A `send` becomes `pending`.
  func advance() -> WireStep? {
    guard nextStep < steps.count else { return nil }
    let step = steps[nextStep]
    nextStep += 1
    if case .send(let range) = step { sending = range }
    isHanging = step == .hang
    return step
  }
}
