/// The deliveries by number, the newest `limit` of them in `share` octets: a ring, cut into chunks so that growing copies
/// little. When the ends of deliveries take more, those of the oldest leave; what is under way stays.
struct DeliveryLog: Sendable {
  static let chunkCount: Int64 = 1024
  /// Numbers that a restored log reaches back over, however few deliveries there are.
  private static let minimumPlaces: Int64 = 1 << 20

  private(set) var chunks: [[Delivery?]] = []
  /// The number that lies first in the ring.
  private var start: Int64 = 1
  /// The number of the next one.
  private(set) var next: Int64 = 1
  private let limit: Int64
  private let share: Int
  /// What the ends of deliveries take, in octets.
  private var endOctets = 0
  /// Of the deliveries before this number only those under way are here.
  private var endStart: Int64 = 1
  /// How many have left to make room.
  var evictedCount = 0

  private static let octetsEach = MemoryLayout<Delivery?>.stride

  /// - Parameters:
  ///   - limit: at least 1; there are fewer if their places would take more than half of the share.
  ///   - share: in octets.
  init(limit: Int, share: Int = .max) {
    precondition(limit >= 1)
    self.limit = Int64(max(min(limit, share / 2 / Self.octetsEach), 1))
    self.share = share
  }

  /// What all of it takes.
  var octets: Int { chunks.count * Int(Self.chunkCount) * Self.octetsEach + endOctets }

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
      // It has outlasted all those of its time whose ends were kept.
      let isLate = number < endStart && newValue?.ending.octets ?? 0 > 0
      put(isLate ? nil : newValue, chunk, index)
      makeRoom()
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
    guard next > ServiceSnapshot.largestCount else { return }
    removeAll()
    (start, endStart, next) = (1, 1, 1)
  }

  private mutating func keep(_ delivery: Delivery) {
    let (chunk, index) = place(next)
    if chunk == chunks.count { chunks.append([]) }
    if index == chunks[chunk].count {
      chunks[chunk].append(nil)
    } else if chunks[chunk][index] != nil {
      evictedCount += 1
    }
    put(delivery, chunk, index)
    next += 1
    makeRoom()
  }

  private mutating func put(_ delivery: Delivery?, _ chunk: Int, _ index: Int) {
    endOctets += (delivery?.ending.octets ?? 0) - (chunks[chunk][index]?.ending.octets ?? 0)
    chunks[chunk][index] = delivery
  }

  /// Lets the oldest that have ended leave, as long as all take too much.
  private mutating func makeRoom() {
    guard octets > share else { return }
    endStart = max(endStart, numbers.lowerBound)
    while octets > share, endStart < next {
      let (chunk, index) = place(endStart)
      if let octets = chunks[chunk][index]?.ending.octets, octets > 0 {
        put(nil, chunk, index)
        evictedCount += 1
      }
      endStart += 1
    }
  }

  /// Takes the place of an empty log's: numbers of which there is none are as those that have left. Each takes a place, so
  /// of deliveries that lie far apart the oldest are left out.
  /// - Parameter deliveries: ascending, all below `next`.
  mutating func restore(_ deliveries: [Delivery], next: Int64) {
    let places = min(limit, max(2 * Int64(deliveries.count), Self.minimumPlaces))
    let kept = deliveries.filter { $0.number >= next - places }
    chunks = []
    endOctets = 0
    start = kept.first?.number ?? next
    endStart = start
    self.next = start
    for delivery in kept {
      while self.next < delivery.number { append(nil) }
      append(delivery)
    }
    while self.next < next { append(nil) }
    makeRoom()
  }

  private mutating func append(_ delivery: Delivery?) {
    if chunks.last.map({ $0.count == Self.chunkCount }) ?? true { chunks.append([]) }
    chunks[chunks.count - 1].append(delivery)
    endOctets += delivery?.ending.octets ?? 0
    next += 1
  }

  /// Forgets all of them; numbers go on.
  mutating func removeAll() {
    chunks = []
    endOctets = 0
    start = next
  }

  private func place(_ number: Int64) -> (chunk: Int, index: Int) {
    let (chunk, index) = ((number - start) % limit).quotientAndRemainder(dividingBy: Self.chunkCount)
    return (Int(chunk), Int(index))
  }
}
