/// Timers by due time, in a wheel of wheels: starting, stopping and firing one cost the same however many there are.
///
/// Level 0 has a slot a millisecond for the next 64; each further level's slots are 64 times as long. A timer starts
/// on the level that its distance needs and moves down as its time comes near.
struct TimerWheel<Payload> {
  struct ID: Equatable {
    fileprivate var index: Int32
  }

  private struct Node {
    var deadline: Int64
    var next: Int32
    var previous: Int32
    /// The list it hangs in; −1 for a free node.
    var list: Int32
    var payload: Payload?
  }

  private static var slotBits: Int64 { 6 }
  private static var slotsPerLevel: Int64 { 64 }
  /// 64^5 ms are 12 days; a timer further off waits in the last slot and is placed again from there.
  private static var levels: Int { 5 }
  private static var dueList: Int32 { Int32(levels) * Int32(slotsPerLevel) }

  private var nodes: [Node] = []
  private var free: Int32 = -1
  private var heads: [Int32]
  private var occupied: [UInt64]
  /// Everything due up to here has fired or hangs in the due list.
  private var current: Int64

  init(now: Int64) {
    current = now
    heads = Array(repeating: -1, count: Int(Self.dueList) + 1)
    occupied = Array(repeating: 0, count: Self.levels)
  }

  /// Starts a timer. It fires at the first advance to `deadline` or later, but never in the millisecond it was started.
  mutating func start(at deadline: Int64, _ payload: Payload) -> ID {
    let node = Node(deadline: max(deadline, current + 1), next: -1, previous: -1, list: -1, payload: payload)
    let index: Int32
    if free >= 0 {
      index = free
      free = nodes[Int(index)].next
      nodes[Int(index)] = node
    } else {
      index = Int32(nodes.count)
      nodes.append(node)
    }
    place(index)
    return ID(index: index)
  }

  /// Stops a timer that has not fired; its ID is void afterwards.
  mutating func stop(_ id: ID) {
    precondition(nodes[Int(id.index)].list >= 0, "a timer is stopped once, and not after it has fired")
    unlink(id.index)
    release(id.index)
  }

  /// The next payload that is due at `now`. Its timer's ID is void.
  mutating func popDue(at now: Int64) -> Payload? {
    while heads[Int(Self.dueList)] < 0 {
      guard let tick = nextTick, tick <= now else {
        current = max(current, now)
        return nil
      }
      turn(to: tick)
    }
    let index = heads[Int(Self.dueList)]
    let payload = nodes[Int(index)].payload
    unlink(index)
    release(index)
    return payload
  }

  /// The first millisecond at which something may have to be done; nil without timers.
  var nextTick: Int64? {
    if heads[Int(Self.dueList)] >= 0 { return current }
    var earliest: Int64?
    for level in 0..<Self.levels where occupied[level] != 0 {
      let shift = Self.slotBits * Int64(level)
      let position = current >> shift
      let slot = UInt64(position & (Self.slotsPerLevel - 1))
      // The slot of the present is always empty on its level: the same index means one turn later.
      let rotated = occupied[level] >> ((slot + 1) & 63) | occupied[level] << ((63 - slot) & 63)
      let tick = (position + 1 + Int64(rotated.trailingZeroBitCount)) << shift
      earliest = min(earliest ?? tick, tick)
    }
    return earliest
  }

  private mutating func turn(to tick: Int64) {
    current = tick
    for level in (1..<Self.levels).reversed() where tick & (1 << (Self.slotBits * Int64(level)) - 1) == 0 {
      empty(level: level, tick: tick)
    }
    empty(level: 0, tick: tick)
  }

  /// Places every timer of the slot that begins at `tick` again: nearer by now, or due.
  private mutating func empty(level: Int, tick: Int64) {
    let slot = (tick >> (Self.slotBits * Int64(level))) & (Self.slotsPerLevel - 1)
    let list = level * Int(Self.slotsPerLevel) + Int(slot)
    while heads[list] >= 0 {
      let index = heads[list]
      unlink(index)
      place(index)
    }
  }

  private mutating func place(_ index: Int32) {
    let deadline = nodes[Int(index)].deadline
    let distance = deadline - current
    guard distance > 0 else { return link(index, into: Self.dueList) }
    var level = 0
    while level < Self.levels - 1, distance >> (Self.slotBits * Int64(level + 1)) > 0 { level += 1 }
    let furthest = Int64(1) << (Self.slotBits * Int64(Self.levels)) - 1
    let tick = current + min(distance, furthest)
    let slot = (tick >> (Self.slotBits * Int64(level))) & (Self.slotsPerLevel - 1)
    link(index, into: Int32(level) * Int32(Self.slotsPerLevel) + Int32(slot))
  }

  private mutating func link(_ index: Int32, into list: Int32) {
    let head = heads[Int(list)]
    nodes[Int(index)].list = list
    nodes[Int(index)].next = head
    nodes[Int(index)].previous = -1
    if head >= 0 { nodes[Int(head)].previous = index }
    heads[Int(list)] = index
    if list != Self.dueList { occupied[Int(list) / 64] |= 1 << UInt64(list % 64) }
  }

  private mutating func unlink(_ index: Int32) {
    let node = nodes[Int(index)]
    if node.next >= 0 { nodes[Int(node.next)].previous = node.previous }
    if node.previous >= 0 {
      nodes[Int(node.previous)].next = node.next
    } else {
      heads[Int(node.list)] = node.next
      if node.next < 0, node.list != Self.dueList { occupied[Int(node.list) / 64] &= ~(1 << UInt64(node.list % 64)) }
    }
    nodes[Int(index)].list = -1
  }

  private mutating func release(_ index: Int32) {
    nodes[Int(index)].payload = nil
    nodes[Int(index)].next = free
    free = index
  }
}
