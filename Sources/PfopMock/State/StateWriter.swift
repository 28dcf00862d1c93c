import ByteText
import PfopEngine

/// Writes a copy of the service as one JSON document, slice by slice: however large the fixture is and however many jobs there
/// are, only little of it is written out at a time. No secret is in it.
struct StateWriter: ResponseContent {
  static let format = "pfop-mock state"
  /// Counts the ways in which documents are laid out.
  static let version = 1

  /// Which list is under way, and the index of its next item.
  private enum Stage {
    case head
    case accounts(Int)
    case fixture
    case scripts([ServiceSnapshot.Script], Int)
    case attempts([ServiceSnapshot.Attempt], Int)
    case repeats([Int64], Int)
    case created(part: Int, Int)
    case files([ServiceSnapshot.File], Int)
    case deliveries(Int64)
    /// With the ids of one part of the jobs.
    case jobs([Int64], Int)
    case done
  }

  private let copy: ServiceCopy
  private var stage = Stage.head
  /// What is left of the fixture once it has been begun.
  private var fixture = JSONParts([])
  /// The next item is not the first of its list.
  private var needsComma = false

  /// Items that are looked at in one go.
  private static let batch = 256

  init(_ copy: ServiceCopy) { self.copy = copy }

  var isAtEnd: Bool {
    if case .done = stage { true } else { false }
  }

  /// The next part of the document, never empty; nil behind the last.
  mutating func next() -> [UInt8]? {
    var slice: [UInt8] = []
    while slice.count < PieceLimit.octets, !isAtEnd {
      slice += fixture.isAtEnd ? advance() : fixture.next(PieceLimit.octets - slice.count)
    }
    return slice.isEmpty ? nil : slice
  }

  private mutating func advance() -> [UInt8] {
    switch stage {
    case .head:
      stage = .accounts(0)
      return head + begin("accounts")
    case .accounts(let index):
      let accounts = copy.fixture.accounts
      guard index < accounts.count else {
        stage = .fixture
        fixture = JSONParts(copy.fixture.parts)
        return Array("],\n\"fixture\": ".utf8)
      }
      return items(index..<accounts.count, { .accounts($0) }) { index in
        JSONWriter.json { $0.value(accounts[index].accessKey) }
      }
    case .fixture:
      stage = .scripts(copy.scripts, 0)
      return begin("scripts")
    case .scripts(let scripts, let index):
      guard index < scripts.count else {
        stage = .attempts(copy.attempts, 0)
        return Array("]".utf8) + begin("attempts", "{")
      }
      return items(index..<scripts.count, { .scripts(scripts, $0) }) { index in
        JSONWriter.json { $0.value(scripts[index]) }
      }
    case .attempts(let attempts, let index):
      guard index < attempts.count else {
        stage = .repeats(copy.repeats, 0)
        return Array("}".utf8) + begin("repeats")
      }
      return items(index..<attempts.count, { .attempts(attempts, $0) }) { index in
        Array("\"\(String(attempts[index].hash, radix: 16))\": \(attempts[index].count)".utf8)
      }
    case .repeats(let ids, let index):
      guard index < ids.count else {
        stage = .created(part: 0, 0)
        return Array("]".utf8) + begin("created")
      }
      return items(index..<ids.count, { .repeats(ids, $0) }) { Array("\(ids[$0])".utf8) }
    case .created(let part, let index):
      guard part < ServiceCopy.createdParts else {
        stage = .files(copy.files, 0)
        return Array("]".utf8) + begin("files")
      }
      let count = copy.createdCount(part)
      guard index < count else {
        stage = .created(part: part + 1, 0)
        return []
      }
      return items(index..<count, { .created(part: part, $0) }) { [copy] index in
        JSONWriter.json { $0.value(octets: copy.created(part, index)) }
      }
    case .files(let files, let index):
      guard index < files.count else {
        stage = .deliveries(copy.deliveryNumbers.lowerBound)
        return Array("]".utf8) + begin("deliveries", "{\"next\": \(copy.nextDelivery), \"list\": [")
      }
      return items(index..<files.count, { .files(files, $0) }) { index in JSONWriter.json { $0.value(files[index]) } }
    case .deliveries(let number):
      guard number < copy.deliveryNumbers.upperBound else {
        stage = .jobs([], 0)
        return Array("]}".utf8) + begin("jobs")
      }
      return items(number..<copy.deliveryNumbers.upperBound, { .deliveries($0) }) { [copy] number in
        copy.delivery(number).map { delivery in JSONWriter.json { $0.value(stored: delivery) } }
      }
    case .jobs(let ids, let index):
      guard index < ids.count else {
        let more = copy.jobIDs(from: ids.last.map { UInt64($0) + 1 } ?? 0)
        stage = more.isEmpty ? .done : .jobs(more, 0)
        return more.isEmpty ? Array("]}\n".utf8) : []
      }
      return items(index..<ids.count, { .jobs(ids, $0) }) { [copy] index in
        copy.job(ids[index]).map { job in JSONWriter.json { $0.value(job) } }
      }
    case .done: return []
    }
  }

  /// Everything that is no list, without the end of its object.
  private var head: [UInt8] {
    let object = JSONWriter.object { writer in
      writer.member("format", Self.format)
      writer.member("version", Self.version)
      writer.member("seed", "\(copy.settings.seed)")
      writer.name("clock")
      writer.object { writer in
        writer.member("mode", copy.mode.rawValue)
        writer.member("now", copy.now.nanoseconds)
        writer.member("start", copy.start.nanoseconds)
      }
      writer.name("ids")
      writer.object { writer in
        writer.member("first", copy.issuedIDs.lowerBound)
        writer.name("next")
        if let id = copy.nextID { writer.value(id) } else { writer.null() }
      }
    }
    return Array(object.dropLast())
  }

  /// The name and opening of the next list.
  private mutating func begin(_ name: String, _ opening: String = "[") -> [UInt8] {
    needsComma = false
    return Array(",\n\"\(name)\": \(opening)\n".utf8)
  }

  /// Items of the list under way, a line each: some of them, as many as a slice may have.
  /// - Parameters:
  ///   - indices: of all that are left.
  ///   - stage: what comes after these, by the index that it begins with.
  ///   - item: nil for one that is not there.
  private mutating func items<Index: FixedWidthInteger>(
    _ indices: Range<Index>, _ stage: (Index) -> Stage, _ item: (Index) -> [UInt8]?
  ) -> [UInt8] where Index.Stride: SignedInteger {
    var bytes: [UInt8] = []
    var next = indices.lowerBound
    for _ in 0..<Self.batch where next < indices.upperBound && bytes.count < PieceLimit.octets {
      if let text = item(next) {
        if needsComma { bytes += ",\n".utf8 }
        needsComma = true
        bytes += text
      }
      next += 1
    }
    self.stage = stage(next)
    return bytes
  }
}
