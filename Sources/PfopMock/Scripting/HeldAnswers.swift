import Guarded
import HTTPServer
import Synchronization

/// Answers that wait for a held clock, or for a notification that is to come before them.
final class HeldAnswers: Sendable {
  struct Answer: Sendable {
    var ticket: AnswerTicket
    var octets: [UInt8]
    var steps: [WireStep]
    var closes: Bool

    /// What it takes in memory.
    fileprivate var size: Int { 512 + octets.count + steps.count * MemoryLayout<WireStep>.stride }
  }

  private struct State: Sendable {
    var answers: [Int: Answer] = [:]
    /// Those that were released before they were here.
    var released: Set<Int> = []
    /// Those that are not released yet and whose client has gone.
    var departed: Set<Int> = []
    /// Nothing is held any more.
    var isOver = false
  }

  private let desk: AnswerDesk
  private let state = Guarded(State())
  private let share: Int
  private let heldOctets = Atomic(0)

  /// - Parameter share: octets after which no more are to be held.
  init(desk: AnswerDesk, share: Int) {
    self.desk = desk
    self.share = share
  }

  /// What all of them take.
  var octets: Int { heldOctets.load(ordering: .relaxed) }

  /// They take all they may. Loops look before they decide, and each may add one more then.
  var isFull: Bool { octets >= share }

  var count: Int { state.withLock { $0.answers.count } }

  /// Keeps an answer until its number is released, or its client has gone: finishing to send counts as that.
  func keep(_ answer: Answer, as number: Int) {
    let isReleased = state.withLock { state in
      if state.isOver || state.released.remove(number) != nil { return true }
      state.answers[number] = answer
      heldOctets.add(answer.size, ordering: .relaxed)
      return false
    }
    if isReleased {
      send(answer)
    } else {
      desk.watchClient(of: answer.ticket) { [self] in drop(number) }
    }
  }

  private func drop(_ number: Int) {
    state.withLock { state in
      guard let answer = state.answers.removeValue(forKey: number) else { return }
      heldOctets.subtract(answer.size, ordering: .relaxed)
      state.departed.insert(number)
    }
  }

  func release(_ number: Int) {
    let answer = state.withLock { state in
      let answer = state.answers.removeValue(forKey: number)
      if let answer {
        heldOctets.subtract(answer.size, ordering: .relaxed)
      } else if state.departed.remove(number) == nil {
        state.released.insert(number)
      }
      return answer
    }
    if let answer { send(answer) }
  }

  /// Sends all there are, and those still to come at once: the server stops.
  func releaseAll() {
    let answers = state.withLock { state in
      defer { state.answers = [:] }
      state.isOver = true
      heldOctets.store(0, ordering: .relaxed)
      return state.answers.sorted { $0.key < $1.key }
    }
    for (_, answer) in answers { send(answer) }
  }

  private func send(_ answer: Answer) {
    desk.answer(answer.ticket, with: answer.octets, steps: answer.steps, closes: answer.closes)
  }
}
