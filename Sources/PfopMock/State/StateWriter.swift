import ByteText
import PfopEngine

/// Writes a copy of the service as one JSON document, slice by slice: however many jobs there are, only few of them are
/// written out at a time. No secret is in it.
struct StateWriter {
  static let format = "pfop-mock state"
  /// Counts the ways in which documents are laid out.
  static let version = 1

  private enum Stage {
    case head
    case created(part: Int)
    case files
    case deliveries(from: Int64)
    case jobs(from: UInt64)
    case done
  }

  private let copy: ServiceCopy
  private var stage = Stage.head
  /// The next item is not the first of its list.
  private var needsComma = false

  /// Items that are written out in one go, and octets of jobs but for the last of them.
  private static let batch = 256
  private static let batchOctets = 256 << 10

  init(_ copy: ServiceCopy) { self.copy = copy }

  /// The next part of the document, never empty; nil behind the last.
  mutating func next() -> [UInt8]? {
    while true {
      let slice = advance()
      guard let slice else { return nil }
      if !slice.isEmpty { return slice }
    }
  }

  private mutating func advance() -> [UInt8]? {
    switch stage {
    case .head:
      stage = .created(part: 0)
      return head + begin("created", closes: nil)
    case .created(let part):
      guard part < ServiceCopy.createdParts else {
        stage = .files
        return begin("files", closes: "]")
      }
      stage = .created(part: part + 1)
      return items(copy.created(part)) { $0.value(octets: $1) }
    case .files:
      stage = .deliveries(from: copy.deliveryNumbers.lowerBound)
      let files = items(copy.files) { $0.value($1) }
      return files + begin("deliveries", closes: "]", as: "{\"next\": \(copy.nextDelivery), \"list\": [")
    case .deliveries(let start):
      guard start < copy.deliveryNumbers.upperBound else {
        stage = .jobs(from: 0)
        return begin("jobs", closes: "]}")
      }
      let end = min(start + Int64(Self.batch), copy.deliveryNumbers.upperBound)
      stage = .deliveries(from: end)
      return items((start..<end).compactMap { copy.delivery($0) }) { $0.value(stored: $1) }
    case .jobs(let start):
      let ids = copy.jobIDs(from: start).prefix(Self.batch)
      guard let last = ids.last else {
        stage = .done
        return Array("]}\n".utf8)
      }
      var (bytes, next) = ([UInt8](), UInt64(last) + 1)
      for id in ids {
        if bytes.count >= Self.batchOctets {
          next = UInt64(id)
          break
        }
        bytes += items([copy.job(id)].compactMap { $0 }) { $0.value($1) }
      }
      stage = .jobs(from: next)
      return bytes
    case .done: return nil
    }
  }

  /// Everything that is not as long as there are jobs, without the end of its object.
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
      writer.name("accounts")
      writer.array { writer in
        for account in copy.fixture.accounts { writer.value(account.accessKey) }
      }
      writer.name("fixture")
      writer.value(copy.fixture)
      writer.name("scripts")
      writer.array { writer in
        for script in copy.scripts { writer.value(script) }
      }
      writer.name("attempts")
      writer.object { writer in
        for attempt in copy.attempts { writer.member(String(attempt.hash, radix: 16), attempt.count) }
      }
      writer.name("repeats")
      writer.array { writer in
        for id in copy.repeats { writer.value(id) }
      }
    }
    return Array(object.dropLast())
  }

  /// The name and opening of the next list.
  /// - Parameter closes: what ends the one before it; nil if there is none.
  private mutating func begin(_ name: String, closes: String?, as opening: String = "[") -> [UInt8] {
    needsComma = false
    return Array("\(closes ?? ""),\n\"\(name)\": \(opening)\n".utf8)
  }

  /// Items of the list under way, a line each.
  private mutating func items<Item>(_ items: [Item], _ write: (inout JSONWriter, Item) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    for item in items {
      if needsComma { bytes += Array(",\n".utf8) }
      needsComma = true
      bytes += JSONWriter.json { write(&$0, item) }
    }
    return bytes
  }
}
