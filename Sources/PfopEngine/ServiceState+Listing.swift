import ByteText

/// What can be seen of jobs and deliveries, one by one and as they come.
extension ServiceState {
  /// Tells listeners of the phase that a job is in.
  /// - Parameter phase: the one it was in before; nil if it has just been made.
  mutating func noteJob(_ id: Int64, unlessIn phase: JobState.Phase? = nil, at now: Timestamp) {
    guard happenings.isKept, let current = jobs.state(of: id)?.phase, current != phase else { return }
    happenings.note(.job(id: id, phase: current, at: now.nanoseconds))
  }

  /// How many jobs are in that phase.
  package func jobCount(in phase: JobState.Phase) -> Int { jobs.phases[Int(phase.rawValue)] }

  /// The numbers of the deliveries that may be kept.
  package var deliveryNumbers: Range<Int64> { deliveries.numbers }

  package func delivery(_ number: Int64) -> Delivery? { deliveries[number] }

  /// The id that comes next; nil if there is none left.
  package var nextID: Int64? { ids.next }

  /// All ids there have been so far, be their jobs here or not.
  package var issuedIDs: Range<UInt64> { jobs.issued }

  /// The first id from `start` on whose job is here; nil if there is none.
  package func firstJobID(from start: UInt64) -> UInt64? { jobs.firstID(from: start) }

  /// The ids of `range` whose jobs are here, ascending.
  package func jobIDs(in range: Range<UInt64>) -> [Int64] { jobs.ids(in: range) }

  /// True if the job is here and its source lies in `bucket`.
  package func isJob(_ id: Int64, in bucket: String) -> Bool {
    var bucket = bucket
    return bucket.withUTF8 { jobs.isIn(ByteView($0), id) }
  }
}
