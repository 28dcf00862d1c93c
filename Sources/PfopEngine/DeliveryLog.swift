/// The deliveries by number, the newest `limit` of them: a ring, cut into chunks so that growing copies little.
struct DeliveryLog: Sendable {
  private static let chunkCount: Int64 = 1024
  /// Numbers that a restored log reaches back over, however few deliveries there are.
  private static let minimumPlaces: Int64 = 1 << 20

  private var chunks: [[Delivery?]] = []
  /// The number that lies first in the ring.
  private var start: Int64 = 1
  /// The number of the next one.
  private(set) var next: Int64 = 1
  private let limit: Int64

  /// - Parameter limit: at least 1.
  init(limit: Int) {
    precondition(limit >= 1)
    self.limit = Int64(limit)
  }

  /// The numbers of those that may be kept.
  var numbers: Range<Int64> { max(start, next - limit)..<next }

  /// Nil if the delivery is not here; then nothing is set either.
  subscript(number: Int64) -> Delivery? {
    get {
      guard numbers.contains(number) else { return nil }
      let (chunk, index) = place(number)
      return chunks[chunk][index]
    }
    set {
      guard numbers.contains(number) else { return }
      let (chunk, index) = place(number)
      chunks[chunk][index] = newValue
    }
  }

  /// Writes down that a delivery has begun; the oldest makes room for it.
  mutating func begin(of id: Int64, attempt: Int, at time: Timestamp) -> Delivery {
    beginAnewAfterTheLastNumber()
    let delivery = Delivery(number: next, id: id, attempt: attempt, at: time)
    keep(delivery)
    return delivery
  }

  /// Writes down one that has ended where it began.
  /// - Returns: its number.
  mutating func append(of id: Int64, attempt: Int, at time: Timestamp, _ ending: Delivery.Ending) -> Int64 {
    beginAnewAfterTheLastNumber()
    let number = next
    keep(Delivery(number: number, id: id, attempt: attempt, at: time, ending))
    return number
  }

  /// A restored state can have come to the greatest number there is.
  private mutating func beginAnewAfterTheLastNumber() {
    if next > ServiceSnapshot.largestCount { self = DeliveryLog(limit: Int(limit)) }
  }

  private mutating func keep(_ delivery: Delivery) {
    let (chunk, index) = place(next)
    if chunk == chunks.count { chunks.append([]) }
    if index == chunks[chunk].count {
      chunks[chunk].append(delivery)
    } else {
      chunks[chunk][index] = delivery
    }
    next += 1
  }

  /// Takes the place of an empty log's: numbers of which there is none are as those that have left. Each takes a place, so
  /// of deliveries that lie far apart the oldest are left out.
  /// - Parameter deliveries: ascending, all below `next`.
  mutating func restore(_ deliveries: [Delivery], next: Int64) {
    let places = min(limit, max(2 * Int64(deliveries.count), Self.minimumPlaces))
    let kept = deliveries.filter { $0.number >= next - places }
    chunks = []
    start = kept.first?.number ?? next
    self.next = start
    for delivery in kept {
      while self.next < delivery.number { append(nil) }
      append(delivery)
    }
    while self.next < next { append(nil) }
  }

  private mutating func append(_ delivery: Delivery?) {
    if chunks.last.map({ $0.count == Self.chunkCount }) ?? true { chunks.append([]) }
    chunks[chunks.count - 1].append(delivery)
    next += 1
  }

  /// Forgets all of them; numbers go on.
  mutating func removeAll() {
    chunks = []
    start = next
  }

  private func place(_ number: Int64) -> (chunk: Int, index: Int) {
    let (chunk, index) = ((number - start) % limit).quotientAndRemainder(dividingBy: Self.chunkCount)
    return (Int(chunk), Int(index))
  }
}
