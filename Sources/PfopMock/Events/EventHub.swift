import Dispatch
import Guarded
import HTTPServer
import PfopEngine
import Synchronization

/// Those who listen to `GET events`. It works behind the loops, on a queue of its own: what happened is looked up and
/// written out there, once for all who have come as far, and only while somebody listens.
///
/// A listener has one piece under way at a time, so whoever is slow costs no memory: what has left the ring before he took
/// it is told as dropped. Who takes nothing at all is cut off by the transport.
final class EventHub: Sendable {
  struct Listener: Sendable {
    var answer: StreamedAnswer
    /// The number of the happening that he is told next.
    var position: UInt64
    /// The socket has not taken all he was sent.
    var isBusy = true
    /// Octets of the piece that is under way.
    var underWay = 0
  }

  private struct State: Sendable {
    var listeners: [Int: Listener] = [:]
    var lastNumber = 0
    var isBeating = false
    /// The server stops.
    var isOver = false
    /// Octets of all pieces that are under way.
    var octets = 0

    mutating func arrived(_ number: Int) {
      octets -= listeners[number]?.underWay ?? 0
      listeners[number]?.underWay = 0
      listeners[number]?.isBusy = false
    }
  }

  static let maximumCount = 64
  /// What happens meanwhile is told together. Milliseconds.
  private static let delay = 2
  /// Happenings in one piece.
  private static let pieceLength = 256

  private let queue = DispatchQueue(label: "pfop-mock.events")
  private let state = Guarded(State())
  private let isScheduled = Atomic(false)
  private let count = Atomic(0)
  private let share: Int
  /// A piece that has come so far is told as it is.
  private let pieceOctets: Int

  /// - Parameter share: octets under way after which no more are sent until some have been taken.
  init(share: Int) {
    self.share = share
    pieceOctets = min(share / EventHub.maximumCount, 64 << 10)
  }

  /// Octets of what is under way to listeners.
  var octets: Int { state.withLock { $0.octets } }

  var listenerCount: Int { count.load(ordering: .relaxed) }

  /// Says that something has happened.
  func wake(_ core: MockCore) {
    guard listenerCount > 0 else { return }
    schedule(core)
  }

  /// - Parameter position: the number of the first happening he is to be told.
  /// - Returns: false if there is no room for him.
  func join(_ answer: StreamedAnswer, from position: UInt64, greeting: String, _ core: MockCore) -> Bool {
    let number: Int? = state.withLock { state in
      guard state.listeners.count < EventHub.maximumCount, !state.isOver else { return nil }
      state.lastNumber += 1
      state.listeners[state.lastNumber] = Listener(answer: answer, position: position)
      count.store(state.listeners.count, ordering: .relaxed)
      return state.lastNumber
    }
    guard let number else { return false }
    answer.begin("text/event-stream", Array(greeting.utf8), observer: observer(of: number, core))
    beat(core)
    return true
  }

  /// Ends all answers: the server stops.
  func finish(_ core: MockCore) {
    let listeners = state.withLock { state in
      defer {
        state.listeners = [:]
        state.octets = 0
      }
      state.isOver = true
      count.store(0, ordering: .relaxed)
      return state.listeners.values.filter { !$0.isBusy }
    }
    for listener in listeners { listener.answer.finish(closes: true) }
  }

  // MARK: - On loops

  private func observer(of number: Int, _ core: MockCore) -> @Sendable (StreamEvent) -> Void {
    { [self, core] event in
      switch event {
      case .sent:
        state.withLock { $0.arrived(number) }
        // There may be more for him by now.
        schedule(core)
      case .ended:
        leave(number)
        // There may be room for others by now.
        if listenerCount > 0 { schedule(core) }
      }
    }
  }

  private func leave(_ number: Int) {
    state.withLock { state in
      state.arrived(number)
      state.listeners[number] = nil
      count.store(state.listeners.count, ordering: .relaxed)
    }
  }

  private func schedule(_ core: MockCore, after delay: Int = delay) {
    guard !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
    queue.asyncAfter(deadline: .now() + .milliseconds(delay)) { [self] in tell(core) }
  }

  // MARK: - On the queue

  private func tell(_ core: MockCore) {
    // First, so that what happens from here on schedules the next round.
    isScheduled.store(false, ordering: .sequentiallyConsistent)
    let idle = state.withLock { $0.listeners.filter { !$0.value.isBusy } }
    var hasMore = false
    for (position, listeners) in Dictionary(grouping: idle, by: \.value.position) {
      // Whoever takes what he was sent has this called again.
      if octets >= share { return }
      let piece = EventText.piece(from: position, limit: EventHub.pieceLength, octets: pieceOctets, core)
      guard piece.next > position else { continue }
      hasMore = true
      send(piece.text, upTo: piece.next, to: listeners.map(\.key), core)
    }
    if hasMore { schedule(core, after: 0) }
  }

  private func send(_ text: [UInt8], upTo position: UInt64?, to numbers: [Int], _ core: MockCore) {
    let listeners = state.withLock { state in
      numbers.compactMap { number -> (number: Int, answer: StreamedAnswer)? in
        guard let listener = state.listeners[number], !listener.isBusy else { return nil }
        state.listeners[number]?.isBusy = true
        state.listeners[number]?.underWay = text.count
        state.octets += text.count
        if let position { state.listeners[number]?.position = position }
        return (number, listener.answer)
      }
    }
    guard let first = listeners.first else { return }
    let framed = first.answer.framed(text)
    for (number, answer) in listeners {
      let bytes = answer.isChunked == first.answer.isChunked ? framed : answer.framed(text)
      answer.send(framed: bytes, observer: observer(of: number, core))
    }
  }

  // MARK: - Heartbeat

  /// Sees to it that listeners hear something now and then, so that whatever lies between keeps the connection, and that
  /// those who have gone without a word are noticed.
  private func beat(_ core: MockCore) {
    let begins = state.withLock { state in
      defer { state.isBeating = true }
      return !state.isBeating
    }
    guard begins else { return }
    let wait = core.configuration.eventHeartbeat
    queue.asyncAfter(deadline: .now() + .milliseconds(wait)) { [self, weak core] in
      guard let core else { return }
      let idle = state.withLock { state in
        state.isBeating = false
        return state.listeners.filter { !$0.value.isBusy }.map(\.key)
      }
      send(Array(": still here\n\n".utf8), upTo: nil, to: idle, core)
      if listenerCount > 0 { beat(core) }
    }
  }
}
