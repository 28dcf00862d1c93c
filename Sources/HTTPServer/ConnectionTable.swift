/// A loop's connections, by descriptor: finding one is one index, and a free place costs nothing but its size.
struct ConnectionTable {
  private var places: [Connection] = []
  /// How many places are taken.
  private(set) var count = 0

  subscript(slot: Int32) -> Connection {
    _read { yield places[Int(slot)] }
    _modify { yield &places[Int(slot)] }
  }

  func isOpen(_ slot: Int32) -> Bool { places[Int(slot)].descriptor >= 0 }

  mutating func insert(_ descriptor: Int32) {
    while places.count <= Int(descriptor) { places.append(Connection()) }
    let generation = places[Int(descriptor)].generation &+ 1
    places[Int(descriptor)] = Connection(descriptor: descriptor, generation: generation)
    count += 1
  }

  mutating func remove(_ slot: Int32) {
    places[Int(slot)] = Connection(generation: places[Int(slot)].generation)
    count -= 1
  }

  /// The place that `token` was made for, unless that connection has gone.
  func slot(of token: EventToken) -> Int32? {
    let slot = token.slot
    guard slot < places.count, isOpen(slot), places[Int(slot)].token == token else { return nil }
    return slot
  }

  /// Every place that is taken.
  var slots: [Int32] { places.map(\.descriptor).filter { $0 >= 0 } }
}
