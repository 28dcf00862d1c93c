import ByteText

/// Jobs with neighbouring ids, in two blocks: fixed records, and their texts one behind the other.
struct JobSegment: Sendable {
  typealias Texts = InlineArray<7, ByteView>

  struct Record {
    var createdAt: Int64
    var state: JobState
    /// Index in the table's plans.
    var plan: UInt32
    /// Index in the table's AccessKeys.
    var account: UInt32
    /// Where its texts begin in the segment's.
    var start = 0
    /// Each fits, see `FormDecoder.maximumLength`.
    var counts = InlineArray<7, UInt32>(repeating: 0)
    var traits: JobTraits
    /// The job has left; its place is kept until the segment goes.
    var hasLeft = false
  }

  /// The places of a record's texts.
  enum Text: Int, CaseIterable {
    case reqid, bucket, key, fops, pipeline, notifyURL, workflowTemplateID
  }

  private(set) var records: [Record] = []
  private var text: [UInt8] = []

  /// - Parameter textCapacity: octets that its texts are expected to take.
  init(capacity: Int, textCapacity: Int = 0) {
    records.reserveCapacity(capacity)
    text.reserveCapacity(textCapacity)
  }

  var textCount: Int { text.count }

  subscript(index: Int) -> Record {
    _read { yield records[index] }
    _modify { yield &records[index] }
  }

  mutating func append(_ record: Record, _ texts: Texts) {
    var record = record
    record.start = text.count
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
      text.append(contentsOf: joined)
    }
    records.append(record)
  }

  /// Gives back what growing has reserved too much.
  mutating func trimText() { text = text.withUnsafeBytes { Array($0) } }

  /// One job in a segment of its own.
  func extract(_ index: Int) -> JobSegment {
    var segment = JobSegment(capacity: 1)
    var record = records[index]
    segment.text = Array(text[record.start..<record.start + record.textCount])
    record.start = 0
    segment.records.append(record)
    return segment
  }

  func withText<Result>(_ name: Text, of index: Int, _ body: (ByteView) -> Result) -> Result {
    text.span.extracting(records.span[index].range(of: name)).withUnsafeBytes(body)
  }

  func string(_ name: Text, of index: Int) -> String {
    withText(name, of: index) { String(decoding: $0, as: UTF8.self) }
  }
}

extension JobSegment.Record {
  fileprivate var textCount: Int { counts.indices.reduce(0) { $0 + Int(counts[$1]) } }

  fileprivate func range(of text: JobSegment.Text) -> Range<Int> {
    var position = start
    for index in 0..<text.rawValue { position += Int(counts[index]) }
    return position..<position + Int(counts[text.rawValue])
  }
}
