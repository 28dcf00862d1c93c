import ByteText

/// How often each step of one script has been taken, by each of those that are counted apart.
///
/// About the last `limit` of them are remembered, and never more than twice as many.
struct StepLedger: Sendable {
  struct Generation {
    var names = ByteTable()
    /// A row of steps for each name.
    var taken: [Int] = []
    var limits: [TokenBucket?] = []
  }

  let stepCount: Int
  private let limit: Int
  /// How often each step has been taken in all.
  private(set) var totals: [Int]
  private(set) var young = Generation()
  private(set) var old = Generation()
  /// What names and counts take.
  private(set) var octets = 0
  /// How many names have been forgotten to make room. Some of them had come anew meanwhile.
  private(set) var evictedCount = 0

  init(stepCount: Int, limit: Int = 65_536) {
    self.stepCount = stepCount
    self.limit = limit
    totals = Array(repeating: 0, count: stepCount)
  }

  /// Where the counts of `name` are; good until the next call.
  mutating func row(_ name: ByteView) -> Int {
    if let index = young.names.index(of: name) { return index * stepCount }
    if young.names.count >= limit { rotate() }
    let before = octets(of: young)
    young.names.insert(name)
    octets += octets(of: young) - before
    if let index = old.names.index(of: name) {
      let row = index * stepCount..<(index + 1) * stepCount
      young.taken += old.taken[row]
      young.limits += old.limits[row]
    } else {
      young.taken += repeatElement(0, count: stepCount)
      young.limits += repeatElement(nil, count: stepCount)
    }
    return young.taken.count - stepCount
  }

  /// Twice, as what has grown is half empty.
  private static let octetsEach = 2 * (MemoryLayout<Int>.stride + MemoryLayout<TokenBucket?>.stride)

  /// Forgets the older half.
  mutating func rotate() {
    evictedCount += old.names.count
    octets -= octets(of: old)
    old = young
    young = Generation()
  }

  func octets(of generation: borrowing Generation) -> Int {
    let count = generation.names.count
    return count == 0 ? 0 : generation.names.octets + count * stepCount * Self.octetsEach
  }

  /// All that are remembered, the older ones first.
  var rows: [ServiceSnapshot.Row] {
    let olderOnes = old.names.indices.filter { index in
      old.names.octets(index).withUnsafeBytes { young.names.index(of: $0) == nil }
    }
    return olderOnes.map { row($0, of: old) } + young.names.indices.map { row($0, of: young) }
  }

  private func row(_ index: Int, of generation: Generation) -> ServiceSnapshot.Row {
    let places = index * stepCount..<(index + 1) * stepCount
    return ServiceSnapshot.Row(
      name: generation.names.octets(index), taken: Array(generation.taken[places]),
      limits: Array(generation.limits[places]))
  }

  /// Takes over a row; its counts are as many as there are steps.
  mutating func restore(_ restored: ServiceSnapshot.Row) {
    let start = restored.name.withUnsafeBytes { row($0) }
    young.taken.replaceSubrange(start..<start + stepCount, with: restored.taken)
    young.limits.replaceSubrange(start..<start + stepCount, with: restored.limits)
  }

  func taken(_ step: Int, in row: Int) -> Int { young.taken[row + step] }

  mutating func take(_ step: Int, in row: Int) {
    young.taken[row + step] = young.taken[row + step].countedOn
    totals[step] = totals[step].countedOn
  }

  /// - Returns: false if the request is beyond the limit.
  mutating func admits(_ step: Int, in row: Int, _ limit: RateLimit, at now: Int64) -> Bool {
    var bucket = young.limits[row + step] ?? TokenBucket(limit, at: now)
    let isAdmitted = bucket.take(limit, at: now)
    young.limits[row + step] = bucket
    return isAdmitted
  }
}
