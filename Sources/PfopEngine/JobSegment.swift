import ByteText

/// Jobs with neighbouring ids, in two blocks: fixed records, and their texts one behind the other. Long texts lie apart,
/// so that they are freed with their job.
struct JobSegment: Sendable {
  typealias Texts = InlineArray<7, ByteView>

  struct Record {
    var createdAt: Int64
    var state: JobState
    /// Index in the table's plans.
    var plan: UInt32
    /// Index in the table's AccessKeys.
    var account: UInt32
    /// Where its texts begin in the segment's; below 0 the complement of their index among those that lie apart.
    var start = 0
    /// Each fits, see `FormDecoder.maximumLength`.
    var counts = InlineArray<7, UInt32>(repeating: 0)
    var traits: JobTraits
    /// The job has left; its place is kept until the segment is compacted or goes.
    var hasLeft = false
  }

  /// The places of a record's texts.
  enum Text: Int, CaseIterable {
    case reqid, bucket, key, fops, pipeline, notifyURL, workflowTemplateID
  }

  /// How many ids a segment is for: those that are equal but for the last bits.
  static let idCount = 1024
  /// A job's texts lie apart if they are longer together: the others of a segment take 1 MiB at most.
  private static let apartCount = 1024
  /// What a text that lies apart takes beside its octets: a header, what the allocator adds, and its place in a list.
  static let apartOverhead = 64
  /// What a segment takes beside its jobs, with its blocks' headers.
  static let overhead = MemoryLayout<JobSegment>.stride + 4 * 48

  /// The id of the first job there has been.
  let first: UInt64
  private(set) var records: [Record] = []
  /// How far each record's id lies behind `first`, ascending; empty while that is its index.
  private var offsets: [UInt16] = []
  private(set) var text: [UInt8] = []
  private(set) var apart: [[UInt8]] = []
  /// Jobs that have not left, and how many of those are settled.
  private(set) var presentCount = 0
  private(set) var settledCount = 0
  /// No job before this index is here; or is settled.
  private var presentStart = 0
  private var settledStart = 0
  /// What the segment takes, and how much of it is for jobs that have left.
  private(set) var octets = JobSegment.overhead
  private var deadOctets = 0

  /// - Parameter textCapacity: octets that its texts are expected to take.
  init(first: UInt64, capacity: Int, textCapacity: Int = 0) {
    self.first = first
    records.reserveCapacity(capacity)
    text.reserveCapacity(textCapacity)
  }

  /// The same for all ids that a segment can be for.
  var number: UInt64 { JobSegment.number(of: first) }

  static func number(of id: UInt64) -> UInt64 { id / UInt64(idCount) }

  /// What a job will take here.
  static func octets(of texts: Int) -> Int {
    MemoryLayout<Record>.stride + texts + (texts > apartCount ? apartOverhead : 0)
  }

  var textCount: Int { text.count }

  /// More than half of it is for jobs that have left.
  var isSparse: Bool { 2 * deadOctets > octets - JobSegment.overhead }

  subscript(index: Int) -> Record { _read { yield records[index] } }

  // MARK: - Changing

  /// - Parameter id: greater than those that have come before.
  mutating func append(_ record: Record, _ texts: Texts, id: UInt64) {
    var record = record
    var total = 0
    for index in texts.indices {
      record.counts[index] = UInt32(texts[index].count)
      total += texts[index].count
    }
    // Put together first: an array takes one stretch faster than seven.
    withUnsafeTemporaryAllocation(byteCount: total, alignment: 1) { joined in
      var end = 0
      for index in texts.indices where texts[index].count > 0 {
        UnsafeMutableRawBufferPointer(rebasing: joined[end...]).copyMemory(from: texts[index])
        end += texts[index].count
      }
      if total > JobSegment.apartCount {
        record.start = ~apart.count
        apart.append(Array(joined))
      } else {
        record.start = text.count
        text.append(contentsOf: joined)
      }
    }
    append(record, offset: Int(id - first))
    octets += JobSegment.octets(of: total)
  }

  private mutating func append(_ record: Record, offset: Int) {
    if !offsets.isEmpty || offset != records.count {
      if offsets.isEmpty { offsets = records.indices.map { UInt16($0) } }
      offsets.append(UInt16(offset))
    }
    records.append(record)
    presentCount += 1
    if record.state.isSettled { settledCount += 1 }
  }

  /// Lets something happen to a job's state.
  mutating func update<Result>(_ index: Int, _ body: (inout JobState) -> Result) -> Result {
    let wasSettled = records[index].state.isSettled
    let result = body(&records[index].state)
    let isSettled = records[index].state.isSettled
    if isSettled != wasSettled {
      settledCount += isSettled ? 1 : -1
      settledStart = min(settledStart, index)
    }
    return result
  }

  /// The job leaves. Texts that lie apart are freed; the rest is once the segment is compacted.
  mutating func remove(_ index: Int) {
    records[index].hasLeft = true
    presentCount -= 1
    if records[index].state.isSettled { settledCount -= 1 }
    let start = records[index].start
    deadOctets += MemoryLayout<Record>.stride
    if start < 0 {
      octets -= apart[~start].count
      deadOctets += JobSegment.apartOverhead
      apart[~start] = []
    } else {
      deadOctets += records.span[index].textCount
    }
  }

  /// Gives back what is for jobs that have left.
  mutating func compact() {
    var rest = JobSegment(first: first, capacity: presentCount)
    rest.text.reserveCapacity(text.count)
    for index in records.indices where !records[index].hasLeft {
      var record = records[index]
      let count = record.textCount
      if record.start < 0 {
        let texts = apart[~record.start]
        record.start = ~rest.apart.count
        rest.apart.append(texts)
      } else {
        let start = record.start
        record.start = rest.text.count
        rest.text += text[start..<start + count]
      }
      rest.append(record, offset: offset(of: index))
      rest.octets += JobSegment.octets(of: count)
    }
    rest.trimText()
    self = rest
  }

  /// Gives back what growing has reserved too much.
  mutating func trimText() { text = text.withUnsafeBytes { Array($0) } }

  // MARK: - Looking

  /// The index of the oldest job that is here; nil if none is.
  mutating func firstPresent() -> Int? {
    guard presentCount > 0 else { return nil }
    while records.span[presentStart].hasLeft { presentStart += 1 }
    return presentStart
  }

  /// The same of those that are settled.
  mutating func firstSettled() -> Int? {
    guard settledCount > 0 else { return nil }
    while records.span[settledStart].hasLeft || !records.span[settledStart].state.isSettled { settledStart += 1 }
    return settledStart
  }

  /// The index of that job; nil if it is not here.
  func index(of id: UInt64) -> Int? {
    guard id >= first, let index = offsets.isEmpty ? Int(id - first) : index(ofOffset: id - first) else { return nil }
    return index < records.count && !records.span[index].hasLeft ? index : nil
  }

  private func index(ofOffset offset: UInt64) -> Int? {
    let offsets = offsets.span
    var (low, high) = (0, offsets.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low < offsets.count && offsets[low] == offset ? low : nil
  }

  private func offset(of index: Int) -> Int { offsets.isEmpty ? index : Int(offsets.span[index]) }

  func id(of index: Int) -> Int64 { Int64(first + UInt64(offset(of: index))) }

  /// The ids of `range` whose jobs are here, ascending.
  func ids(in range: Range<UInt64>) -> [Int64] {
    records.indices.compactMap { index in
      let id = id(of: index)
      return records.span[index].hasLeft || !range.contains(UInt64(id)) ? nil : id
    }
  }

  func withText<Result>(_ name: Text, of index: Int, _ body: (ByteView) -> Result) -> Result {
    let start = records.span[index].start
    let range = records.span[index].range(of: name)
    if start < 0 { return apart[~start].withUnsafeBytes { body($0.slice(range.lowerBound, range.upperBound)) } }
    return text.span.extracting(start + range.lowerBound..<start + range.upperBound).withUnsafeBytes(body)
  }

  func string(_ name: Text, of index: Int) -> String {
    withText(name, of: index) { String(decoding: $0, as: UTF8.self) }
  }
}

extension JobSegment.Record {
  fileprivate var textCount: Int { counts.indices.reduce(0) { $0 + Int(counts[$1]) } }

  /// Where a text lies among the record's.
  fileprivate func range(of text: JobSegment.Text) -> Range<Int> {
    var position = 0
    for index in 0..<text.rawValue { position += Int(counts[index]) }
    return position..<position + Int(counts[text.rawValue])
  }
}
