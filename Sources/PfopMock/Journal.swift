import ByteText

/// The last requests, in a ring: fixed records, their texts in one ring of bytes, nothing allocated per request.
///
/// Sendable although it holds a pointer: what that points to belongs to this value alone, and a value that cannot be
/// copied is in one place only. Views it is given are copied before a call returns.
struct Journal: ~Copyable, @unchecked Sendable {
  /// What is known of a request when it has been decided. Views are valid during the call.
  struct Record {
    var time: Int64
    var duration: Int64
    var status: Int
    var authorization: JournalEntry.AuthorizationMark
    var id: Int64 = 0
    var texts: InlineArray<9, ByteView> = .init(repeating: ByteView(start: nil, count: 0))

    subscript(text: Text) -> ByteView {
      get { texts[text.rawValue] }
      set { texts[text.rawValue] = newValue }
    }
  }

  /// The places of a record's texts.
  enum Text: Int {
    case reqid, method, target, userAgent, bucket, key, decidedBy, diagnosis, remark
  }

  private struct Slot {
    var time: Int64 = 0
    var duration: Int64 = 0
    var id: Int64 = 0
    var textStart: UInt64 = 0
    var status: Int32 = 0
    var authorization = JournalEntry.AuthorizationMark.unchecked
    var counts: InlineArray<9, UInt16> = .init(repeating: 0)
    var isForgotten = false
  }

  private var slots: [Slot]
  private let text: UnsafeMutableRawBufferPointer
  private var textEnd: UInt64 = 0
  /// The number of the next entry.
  private(set) var next: UInt64 = 0
  /// The number of the oldest entry that is still whole.
  private(set) var oldest: UInt64 = 0

  /// What is kept of one text; longer ones are cut.
  private static let textLimit = 4096

  init(capacity: Int) {
    let capacity = max(capacity, 1)
    slots = Array(repeating: Slot(), count: capacity)
    // About twice what the texts of a usual request take; and always room for one with everything at its limit.
    text = .allocate(byteCount: max(capacity * 512, 9 * Journal.textLimit), alignment: 16)
  }

  deinit { text.deallocate() }

  mutating func append(_ record: borrowing Record) {
    var slot = Slot(time: record.time, duration: record.duration, id: record.id, textStart: textEnd)
    slot.status = Int32(truncatingIfNeeded: record.status)
    slot.authorization = record.authorization
    for index in record.texts.indices {
      let view = record.texts[index]
      let count = min(view.count, Journal.textLimit)
      slot.counts[index] = UInt16(count)
      store(view.slice(0, count))
    }
    slots[Int(next % UInt64(slots.count))] = slot
    next += 1
    if next - oldest > UInt64(slots.count) { oldest = next - UInt64(slots.count) }
    while slots[Int(oldest % UInt64(slots.count))].textStart + UInt64(text.count) < textEnd { oldest += 1 }
  }

  /// Forgets all entries, or those of one bucket; numbers go on.
  mutating func clear(ofBucket bucket: String?) {
    guard let bucket else {
      oldest = next
      return
    }
    for number in oldest..<next where entry(number)?.bucket == bucket {
      slots[Int(number % UInt64(slots.count))].isForgotten = true
    }
  }

  /// The entry with that number; nil if it has left, was forgotten or has not come.
  func entry(_ number: UInt64) -> JournalEntry? {
    guard number >= oldest, number < next else { return nil }
    let slot = slots[Int(number % UInt64(slots.count))]
    guard !slot.isForgotten else { return nil }
    var start = slot.textStart
    var texts: [String] = []
    for index in slot.counts.indices {
      texts.append(load(start, count: Int(slot.counts[index])))
      start += UInt64(slot.counts[index])
    }
    func text(_ text: Text) -> String { texts[text.rawValue] }
    return JournalEntry(
      number: number, time: slot.time, duration: slot.duration, status: Int(slot.status),
      authorization: slot.authorization, reqid: text(.reqid), method: text(.method), target: text(.target),
      userAgent: text(.userAgent), bucket: text(.bucket), key: text(.key), id: slot.id,
      decidedBy: text(.decidedBy), diagnosis: text(.diagnosis), remark: text(.remark))
  }

  /// Entries from `number` on, at most `limit` of them, oldest first.
  /// - Parameter selects: told each entry's status.
  /// - Returns: the entries, and the number to go on with.
  func entries(
    from number: UInt64, limit: Int, where selects: (Int) -> Bool
  ) -> (entries: [JournalEntry], next: UInt64) {
    var position = max(number, oldest)
    var entries: [JournalEntry] = []
    while position < next, entries.count < limit {
      let slot = slots[Int(position % UInt64(slots.count))]
      if selects(Int(slot.status)), let entry = entry(position) { entries.append(entry) }
      position += 1
    }
    return (entries, position)
  }

  private mutating func store(_ bytes: ByteView) {
    let position = Int(textEnd % UInt64(text.count))
    let first = min(bytes.count, text.count - position)
    UnsafeMutableRawBufferPointer(rebasing: text[position...]).copyMemory(from: bytes.slice(0, first))
    text.copyMemory(from: bytes.slice(first, bytes.count))
    textEnd += UInt64(bytes.count)
  }

  private func load(_ start: UInt64, count: Int) -> String {
    let position = Int(start % UInt64(text.count))
    let first = min(count, text.count - position)
    let head = ByteView(text).slice(position, position + first)
    let tail = ByteView(text).slice(0, count - first)
    return String(decoding: Array(head) + Array(tail), as: UTF8.self)
  }
}
