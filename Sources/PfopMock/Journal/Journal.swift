import ByteText
import HTTPServer
import PfopEngine

/// The last requests with their answers: fixed slots in a ring, their texts and octets in one ring of bytes, nothing
/// allocated per request.
///
/// Sendable although it holds pointers: what they point to belongs to this value alone, and a value that cannot be copied
/// is in one place only. Views it is given are copied before a call returns.
struct Journal: ~Copyable, @unchecked Sendable {
  private struct Slot: BitwiseCopyable {
    var facts: JournalFacts
    /// Where the texts begin, the trials and the request behind them; and the answer, which may have come later.
    var start: UInt64
    var answerStart: UInt64
    var answerKept: UInt16 = 0
    var stepsKept: UInt16 = 0
    var requestKept: UInt16 = 0
    var trialCount: UInt16 = 0
    var omittedTrials: UInt32 = 0
    /// Which outline the trials are about.
    var outline: UInt32 = 0
    var counts: InlineArray<13, UInt16> = .init(repeating: 0)
    var isForgotten = false
  }

  /// What is kept of one text, and of a request and an answer; longer ones are cut, and it is told.
  static let textLimit = 4096
  static let messageLimit = 16 << 10
  /// Bytes a request has on average: about twice what a usual one and its answer take.
  private static let bytesPerEntry = 2048
  /// Everything at its limit at once.
  private static let largestEntry =
    13 * textLimit + 2 * messageLimit + RuleTrials.limit * MemoryLayout<RuleTrial>.stride + textLimit
  /// Outlines of rules that are remembered, and how many rules and buckets there are in all of them.
  static let outlineLimit = 4096
  private static let outlinedLimit = 1 << 18

  /// What a journal takes; as many as an Int holds.
  static func byteCount(capacity: Int) -> Int {
    let (bytes, overflow) = capacity.multipliedReportingOverflow(by: bytesPerEntry + MemoryLayout<Slot>.stride)
    return overflow ? .max : bytes
  }

  private let capacity: Int
  /// Only those that have been written to are initialized; the others cost no memory yet.
  private let slots: UnsafeMutablePointer<Slot>
  private let bytes: UnsafeMutableRawBufferPointer
  /// Counts bytes from the journal's beginning.
  private var end: UInt64 = 0
  private let marks: [RoundMark]
  private var outlines: [RuleOutline] = []
  private var outlinedCount = 0
  /// The number of the first of `outlines`, counted from 1.
  private var firstOutline: UInt32 = 1
  /// What `follow` was told last.
  private(set) var outlinedRevision = -1
  /// The number of the next entry.
  private(set) var next: UInt64 = 0
  /// The number of the oldest entry that is still whole.
  private(set) var oldest: UInt64 = 0
  /// How many there are, without those that were made to be forgotten.
  private(set) var count = 0
  /// How many have left for newer ones.
  private(set) var droppedCount: UInt64 = 0
  /// Counts how often some were made to be forgotten.
  private(set) var clearCount = 0

  /// - Parameters:
  ///   - capacity: how many entries there are at most; fewer if they would take more than the share.
  ///   - share: in octets.
  ///   - marks: those of the loops, by their numbers; without one an answer has left once it is here.
  init(capacity: Int, share: Int = .max, marks: [RoundMark] = []) {
    let room = share / (Journal.bytesPerEntry + MemoryLayout<Slot>.stride)
    self.capacity = max(min(capacity, room), 1)
    self.marks = marks
    slots = .allocate(capacity: self.capacity)
    bytes = .allocate(byteCount: max(self.capacity * Journal.bytesPerEntry, 4 * Journal.largestEntry), alignment: 16)
  }

  /// What entries take by now: both rings grow until they are full, and then stay so.
  var octets: Int {
    Int(min(next, UInt64(capacity))) * MemoryLayout<Slot>.stride + Int(min(end, UInt64(bytes.count)))
  }

  deinit {
    slots.deallocate()
    bytes.deallocate()
  }

  // MARK: - Writing

  /// - Returns: the entry's number.
  @discardableResult
  mutating func append(_ record: borrowing JournalRecord) -> UInt64 {
    var writer = room()
    var slot = Slot(facts: record.facts, start: end, answerStart: 0)
    // By its span: each subscript of the array itself would copy all of it.
    let texts = record.texts.span
    for index in texts.indices {
      let count = min(texts[index].count, Journal.textLimit)
      slot.counts[index] = UInt16(truncatingIfNeeded: count)
      writer.append(texts[index], upTo: count)
    }
    // Also without trials: an index may have passed over every rule.
    slot.outline = firstOutline + UInt32(outlines.count) - 1
    if !record.trials.kept.isEmpty {
      slot.trialCount = UInt16(record.trials.kept.count)
      slot.omittedTrials = UInt32(clamping: record.trials.omittedCount)
      record.trials.kept.withUnsafeBytes { writer.append($0, upTo: $0.count) }
    }
    let request = min(record.request.count, Journal.messageLimit)
    let content = min(record.content.count, Journal.messageLimit - request)
    writer.append(record.request, upTo: request)
    writer.append(record.content, upTo: content)
    slot.facts.requestCount = record.request.count + record.content.count
    slot.requestKept = UInt16(truncatingIfNeeded: request + content)
    slot.answerStart = end + UInt64(writer.count)
    let answer = min(record.answer.count, Journal.messageLimit)
    writer.append(record.answer, upTo: answer)
    slot.facts.answerCount = record.answer.count
    slot.answerKept = UInt16(truncatingIfNeeded: answer)
    if slot.facts.passage == .leaves { slot.facts.sentCount = record.answer.count }
    end += UInt64(writer.count)

    let number = next
    if next - oldest == UInt64(capacity) { drop() }
    (slots + Int(number % UInt64(capacity))).initialize(to: slot)
    next += 1
    count += 1
    dropOverwritten()
    return number
  }

  /// Adds the answer to an entry whose answer does not leave with its round.
  /// - Parameters:
  ///   - steps: in words, in which it leaves.
  ///   - leavesWhole: it leaves with its round after all.
  mutating func attach(_ octets: ByteView, steps: String, leavesWhole: Bool, to number: UInt64) {
    guard isHere(number) else { return }
    var steps = steps
    let index = index(number)
    steps.withUTF8 { steps in
      let (kept, words) = (min(octets.count, Journal.messageLimit), min(steps.count, Journal.textLimit))
      var writer = room()
      writer.append(octets, upTo: kept)
      writer.append(ByteView(steps), upTo: words)
      slots[index].answerStart = end
      end += UInt64(writer.count)
      slots[index].answerKept = UInt16(kept)
      slots[index].stepsKept = UInt16(words)
      slots[index].facts.answerCount = octets.count
      if leavesWhole {
        slots[index].facts.passage = .leaves
        slots[index].facts.sentCount = octets.count
      }
    }
    dropOverwritten()
  }

  /// The answer does not leave with its round.
  mutating func delay(_ number: UInt64) {
    guard isHere(number) else { return }
    slots[index(number)].facts.passage = .underWay
    slots[index(number)].facts.sentCount = 0
  }

  /// An answer that did not leave with its round has left, or ended.
  /// - Parameter time: nanoseconds of the monotonic clock.
  mutating func settle(_ number: UInt64, _ departure: Departure, at time: Int64) {
    guard isHere(number) else { return }
    let index = index(number)
    slots[index].facts.passage = .ended(departure.end)
    slots[index].facts.sentCount = departure.sent
    slots[index].facts.stepCount = Int32(clamping: departure.steps)
    slots[index].facts.ended = time
  }

  /// An answer has left with its round.
  mutating func settle(_ number: UInt64, at time: Int64) {
    guard isHere(number) else { return }
    slots[index(number)].facts.passage = .ended(.complete)
    slots[index(number)].facts.ended = time
  }

  /// Trials of the next entries are about these rules.
  /// - Parameter revision: differs whenever the rules do.
  mutating func follow(_ revision: Int, _ outline: RuleOutline) {
    outlinedRevision = revision
    outlines.append(outline)
    outlinedCount += outline.count
    while outlines.count > Journal.outlineLimit || outlines.count > 1 && outlinedCount > Journal.outlinedLimit {
      outlinedCount -= outlines.removeFirst().count
      firstOutline += 1
    }
  }

  /// Forgets all entries, or those of one bucket; numbers go on.
  /// - Returns: how many those were.
  @discardableResult
  mutating func clear(ofBucket bucket: String? = nil) -> Int {
    clearCount += 1
    let before = count
    var bucket = bucket
    for number in oldest..<next where !slots[index(number)].isForgotten {
      if bucket == nil || bucket?.withUTF8({ view(number)[.bucket].equals(ByteView($0)) }) == true {
        slots[index(number)].isForgotten = true
        count -= 1
      }
    }
    return before - count
  }

  // MARK: - Reading

  /// Calls `body` with the entry of that number, unless it has left, was forgotten or has not come.
  /// - Parameter evenForgotten: one that was forgotten is still there, for a while.
  func withEntry<Result>(
    _ number: UInt64, evenForgotten: Bool = false, _ body: (JournalView) -> Result
  ) -> Result? {
    guard isHere(number), evenForgotten || !slots[index(number)].isForgotten else { return nil }
    return body(view(number))
  }

  /// The rules that an entry's trials are about; nil if they have changed too often since.
  func outline(of view: JournalView) -> RuleOutline? {
    guard view.outline >= firstOutline, view.outline - firstOutline < UInt32(outlines.count) else { return nil }
    return outlines[Int(view.outline - firstOutline)]
  }

  private func view(_ number: UInt64) -> JournalView {
    let slot = slots[index(number)]
    var facts = slot.facts
    if facts.passage == .leaves {
      if marks.isEmpty {
        facts.passage = .ended(.complete)
      } else if let time = marks[Int(facts.loop)].departure(of: number) {
        facts.passage = .ended(.complete)
        facts.ended = time
      }
    }
    var size = Int(slot.requestKept) + Int(slot.trialCount) * MemoryLayout<RuleTrial>.stride
    for index in slot.counts.indices { size += Int(slot.counts[index]) }
    return JournalView(
      number: number, facts: facts, counts: slot.counts, trialCount: Int(slot.trialCount),
      omittedTrialCount: Int(slot.omittedTrials), outline: slot.outline, requestKept: Int(slot.requestKept),
      answerKept: Int(slot.answerKept), bytes: stored(slot.start, size),
      answerBytes: stored(slot.answerStart, Int(slot.answerKept) + Int(slot.stepsKept)))
  }

  // MARK: - Rings

  private func index(_ number: UInt64) -> Int { Int(number % UInt64(capacity)) }

  private func isHere(_ number: UInt64) -> Bool { number >= oldest && number < next }

  private func stored(_ start: UInt64, _ count: Int) -> ByteView {
    let position = Int(start % UInt64(bytes.count))
    return ByteView(bytes).slice(position, position + count)
  }

  /// Room for the largest entry in a row: at the end of the ring some bytes are left over.
  private mutating func room() -> RingWriter {
    var position = Int(end % UInt64(bytes.count))
    if position + Journal.largestEntry > bytes.count {
      end += UInt64(bytes.count - position)
      position = 0
    }
    return RingWriter(room: UnsafeMutableRawBufferPointer(rebasing: bytes[position...]))
  }

  private mutating func dropOverwritten() {
    while oldest < next, slots[index(oldest)].start + UInt64(bytes.count) < end { drop() }
  }

  private mutating func drop() {
    if !slots[index(oldest)].isForgotten {
      droppedCount += 1
      count -= 1
    }
    oldest += 1
  }
}
