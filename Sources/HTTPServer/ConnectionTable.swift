/// A loop's connections, by descriptor: finding one is one index, and a free place costs nothing but its size.
///
/// A reference to places outside of any array: so what touches one of them several times for each request has neither the
/// run-time checks of a class's variable to pass nor a coroutine to enter. All access is by the loop that owns it, and none
/// to one place goes on while another begins.
final class ConnectionTable {
  private var places = UnsafeMutablePointer<Connection>.allocate(capacity: 64)
  private var capacity = 64
  /// Places before this one are initialized.
  private var placeCount = 0
  /// How many places are taken.
  private(set) var count = 0

  deinit {
    places.deinitialize(count: placeCount)
    places.deallocate()
  }

  /// - Precondition: the slot is one that `insert` or `slot(of:)` has been told or has told.
  subscript(slot: Int32) -> Connection {
    unsafeAddress {
      precondition(slot >= 0 && Int(slot) < placeCount)
      return UnsafePointer(places + Int(slot))
    }
    unsafeMutableAddress {
      precondition(slot >= 0 && Int(slot) < placeCount)
      return places + Int(slot)
    }
  }

  func isOpen(_ slot: Int32) -> Bool { self[slot].descriptor >= 0 }

  func insert(_ descriptor: Int32) {
    if Int(descriptor) >= capacity { grow(to: Int(descriptor) + 1) }
    while placeCount <= Int(descriptor) {
      (places + placeCount).initialize(to: Connection())
      placeCount += 1
    }
    let generation = self[descriptor].generation &+ 1
    self[descriptor] = Connection(descriptor: descriptor, generation: generation)
    count += 1
  }

  func remove(_ slot: Int32) {
    self[slot] = Connection(generation: self[slot].generation)
    count -= 1
  }

  /// The place that `token` was made for, unless that connection has gone.
  func slot(of token: EventToken) -> Int32? {
    let slot = token.slot
    guard slot < placeCount, isOpen(slot), self[slot].token == token else { return nil }
    return slot
  }

  /// Every place that is taken.
  var slots: [Int32] { (0..<Int32(placeCount)).filter(isOpen) }

  private func grow(to wanted: Int) {
    while capacity < wanted { capacity *= 2 }
    let larger = UnsafeMutablePointer<Connection>.allocate(capacity: capacity)
    larger.moveInitialize(from: places, count: placeCount)
    places.deallocate()
    places = larger
  }
}
