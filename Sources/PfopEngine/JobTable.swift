import ByteText

/// The jobs by id, the newest `limit` of them: the oldest leaves first.
///
/// Ids are consecutive, so a job is found by counting. Jobs lie in segments, each with one block for all its texts:
/// 40 bytes and the texts per job, and growing never copies more than one segment.
struct JobTable: Sendable {
  private static let segmentCount = 1024

  fileprivate struct Record {
    var createdAt: Int64
    /// Where its texts begin in the segment's.
    var start: Int
    /// Lengths of reqid, bucket, key, fops, pipeline and notifyURL; each fits, see `FormDecoder.maximumLength`.
    var counts: InlineArray<6, UInt32>
  }

  fileprivate struct Segment {
    var records: [Record] = []
    var text: [UInt8] = []
  }

  private var segments: [Segment] = []
  /// The id of the first record of the first segment.
  private var segmentsStart: Int64
  private var oldest: Int64
  private let first: Int64
  private var count = 0
  private let limit: Int

  /// - Parameters:
  ///   - start: the id of the first job to come.
  ///   - limit: how many jobs are kept, at least 1.
  init(start: Int64, limit: Int) {
    precondition(limit >= 1)
    first = start
    oldest = start
    segmentsStart = start
    self.limit = limit
  }

  /// Keeps a job under `id`, which is one more than the last.
  mutating func append(id: Int64, _ request: PfopRequest, reqid: ByteView, at now: Timestamp) {
    precondition(id - oldest == Int64(count))
    if segments.last.map({ $0.records.count == Self.segmentCount }) ?? true {
      // What doubling reserved too much is given back once a segment is full.
      if let full = segments.indices.last { segments[full].text = segments[full].text.withUnsafeBytes { Array($0) } }
      segments.append(Segment())
      segments[segments.count - 1].records.reserveCapacity(Self.segmentCount)
    }
    segments[segments.count - 1].append(request, reqid, now)
    count += 1
    if count > limit { dropOldest() }
  }

  /// The job of that id.
  func lookUp(_ id: Int64) -> JobLookup {
    guard id >= first, id - oldest < Int64(count) else { return .neverIssued }
    guard id >= oldest else { return .left }
    let (segment, record) = Int(id - segmentsStart).quotientAndRemainder(dividingBy: Self.segmentCount)
    return .found(segments[segment].job(record, id: id))
  }

  private mutating func dropOldest() {
    count -= 1
    oldest += 1
    guard oldest - segmentsStart == Int64(Self.segmentCount) else { return }
    segments.removeFirst()
    segmentsStart = oldest
  }
}

extension JobTable.Segment {
  fileprivate mutating func append(_ request: PfopRequest, _ reqid: ByteView, _ now: Timestamp) {
    let nothing = ByteView(start: nil, count: 0)
    let texts: InlineArray<6, ByteView> = [
      reqid, request.bucket, request.key, request.fops, request.pipeline ?? nothing, request.notifyURL,
    ]
    var record = JobTable.Record(createdAt: now.nanoseconds, start: text.count, counts: .init(repeating: 0))
    for index in texts.indices {
      text.append(contentsOf: texts[index])
      record.counts[index] = UInt32(texts[index].count)
    }
    records.append(record)
  }

  fileprivate func job(_ index: Int, id: Int64) -> Job {
    let record = records[index]
    var start = record.start
    var texts: [String] = []
    for index in record.counts.indices {
      let end = start + Int(record.counts[index])
      texts.append(String(decoding: text[start..<end], as: UTF8.self))
      start = end
    }
    return Job(
      id: id, createdAt: Timestamp(nanoseconds: record.createdAt), reqid: texts[0], bucket: texts[1], key: texts[2],
      fops: texts[3], pipeline: texts[4], notifyURL: texts[5])
  }
}
