/// Something that listeners are told of. It says what to look up, so that it costs next to nothing to write down.
package enum Happening: Sendable, Equatable {
  /// A request was answered; its number in the journal.
  case request(UInt64)
  /// A job was made in this phase or has come to it. Nanoseconds of the service's clock.
  case job(id: Int64, phase: JobState.Phase, at: Int64)
  /// A delivery has begun, or has come to its outcome.
  case delivery(number: Int64, hasEnded: Bool)
}

/// The last happenings, numbered from 1: a ring. Until somebody listens for the first time nothing is written down.
package struct Happenings: Sendable {
  package static let maximumCapacity: UInt64 = 16_384

  private var ring: [Happening] = []
  private let capacity: UInt64
  /// The number of the next one.
  package private(set) var next: UInt64 = 1
  /// Somebody listens, or has listened and may come back.
  package private(set) var isKept = false
  private var hasNew = false

  /// - Parameter share: in octets; the ring takes no more than half of it.
  package init(share: Int = .max) {
    let places = share / 2 / MemoryLayout<Happening>.stride
    capacity = min(UInt64(max(places, 1)), Self.maximumCapacity)
  }

  /// What the ring takes.
  package var octets: Int { ring.capacity * MemoryLayout<Happening>.stride }

  /// How many have left for newer ones.
  package var evictedCount: Int { Int(oldest - 1) }

  /// From now on they are written down.
  package mutating func keep() { isKept = true }

  /// The number of the oldest one that is remembered.
  package var oldest: UInt64 { next - UInt64(ring.count) }

  package mutating func note(_ happening: Happening) {
    guard isKept else { return }
    if ring.count < Int(capacity) {
      ring.append(happening)
    } else {
      ring[Int((next - 1) % capacity)] = happening
    }
    next += 1
    hasNew = true
  }

  /// The one of that number, which lies from `oldest` to `next`.
  package subscript(number: UInt64) -> Happening { ring[Int((number - 1) % capacity)] }

  /// True if there have been some since the last call.
  package mutating func takeNew() -> Bool {
    defer { hasNew = false }
    return hasNew
  }
}
