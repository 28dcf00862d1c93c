import ByteText
import HTTPServer

/// What one loop knows of the answers that it has given: which leave with the round under way, and which later.
struct AnswerRound: ~Copyable {
  let loop: Int
  private let mark: RoundMark
  /// Requests of this round and their entries, for answers that leave with it; and those of the last round that is over,
  /// whose entries do not say so themselves yet. Flat lists: they are filled and emptied with every round.
  private var leaving = FlatList<JournaledAnswer>()
  private var left = FlatList<JournaledAnswer>()
  /// When the last round was over.
  private var leftTime: Int64 = 0
  /// The entries of requests whose answers leave later.
  private var underWay: [UInt64: UInt64] = [:]

  init(loop: Int, mark: RoundMark) {
    self.loop = loop
    self.mark = mark
  }

  /// An answer leaves with this round.
  mutating func leaves(_ request: UInt64, _ number: UInt64) {
    leaving.append(JournaledAnswer(request: request, number: number))
  }

  /// An answer leaves in another way.
  mutating func leavesLater(_ request: UInt64, _ number: UInt64) { underWay[request] = number }

  /// An answer of this round turns out to leave later.
  /// - Returns: its entry; nil if it is not in the journal.
  mutating func delay(_ request: UInt64) -> UInt64? {
    guard let number = take(request) else { return nil }
    underWay[request] = number
    return number
  }

  /// Nothing more is sent of an answer.
  /// - Returns: its entry; nil if it is not in the journal.
  mutating func end(_ request: UInt64) -> UInt64? { underWay.removeValue(forKey: request) ?? take(request) }

  /// Lets the entries of the last round say that their answers have left, now that somebody has the journal anyway.
  mutating func settle(_ journal: inout Journal) {
    for index in 0..<left.count { journal.settle(left[index].number, at: leftTime) }
    left.removeAll()
  }

  /// The round is over.
  /// - Returns: true if answers have left with it.
  mutating func end() -> Bool {
    guard leaving.count > 0 else { return false }
    // Whoever has put an entry here has settled those before.
    precondition(left.count == 0)
    leftTime = SystemClock.monotonic
    mark.move(behind: leaving[leaving.count - 1].number, at: leftTime)
    swap(&leaving, &left)
    return true
  }

  private mutating func take(_ request: UInt64) -> UInt64? {
    for index in 0..<leaving.count where leaving[index].request == request {
      let number = leaving[index].number
      leaving.remove(at: index)
      return number
    }
    return nil
  }
}

/// A request of a loop, and its entry in the journal.
struct JournaledAnswer: BitwiseCopyable {
  var request: UInt64
  var number: UInt64
}
